import { RowHeap } from '../../analysis/heap.ts';
import { NONE, OPEN, type SpanTable } from '../../trace/trace.ts';

/** For each span the lane that it is drawn on, and the lanes' names. */
export interface Lanes {
  readonly lane: Int32Array;
  readonly names: readonly string[];
}

interface Lane {
  /** The spans that are open on the lane, each inside the one before. */
  readonly open: number[];
  /** When the lane is free again. */
  busyUntil: number;
  /** The same as it was when the lane was put into the heap. */
  key: number;
}

function byStart({ start, duration, length }: SpanTable): Uint32Array {
  const lengthOf = (row: number) => (duration[row] === OPEN ? Number.POSITIVE_INFINITY : duration[row]);
  const compare = (a: number, b: number) => {
    const longer = lengthOf(b) - lengthOf(a);
    return start[a] - start[b] || (Number.isNaN(longer) ? 0 : longer) || a - b;
  };
  return Uint32Array.from({ length }, (_, row) => row).sort(compare);
}

/**
 * Gives each span a lane on which it overlaps nothing but what it lies in: that of its parent where it fits, else the
 * lane of its track that is free the longest, else a new one. O(n log n).
 */
export function assignLanes(spans: SpanTable): Lanes {
  const { start, duration, parent, track } = spans;
  const lane = new Int32Array(spans.length).fill(NONE);
  const lanes: Lane[] = [];
  const names: string[] = [];
  const groups = new Map<number, { readonly heap: RowHeap; count: number }>();
  const groupOf = (row: number) => (track === null ? NONE : track[row]);
  const endOf = (row: number) => (duration[row] === OPEN ? Number.POSITIVE_INFINITY : start[row] + duration[row]);

  /** Whether a span fits on a lane once the spans that have ended are off it. */
  const fits = (row: number, index: number) => {
    const { open } = lanes[index];
    while (open.length > 0) {
      const top = open[open.length - 1];
      if (endOf(top) > start[row] || top === parent[row]) break;
      open.pop();
    }
    return open.length === 0 || endOf(open[open.length - 1]) >= endOf(row);
  };

  const free = (row: number) => {
    const code = groupOf(row);
    const isFirst = (a: number, b: number) => lanes[a].key < lanes[b].key || (lanes[a].key === lanes[b].key && a < b);
    const group = groups.get(code) ?? { heap: new RowHeap(isFirst), count: 0 };
    groups.set(code, group);
    for (let top = group.heap.peek(); top !== NONE && lanes[top].key <= start[row]; top = group.heap.peek()) {
      group.heap.pop();
      const found = lanes[top];
      if (found.busyUntil <= start[row]) {
        found.open.length = 0;
        return { index: top, heap: group.heap };
      }
      found.key = found.busyUntil;
      group.heap.push(top);
    }
    group.count++;
    const name = code === NONE ? 'lane' : spans.tracks[code];
    names.push(code !== NONE && group.count === 1 ? name : `${name} ${group.count}`);
    return { index: lanes.push({ open: [], busyUntil: 0, key: 0 }) - 1, heap: group.heap };
  };

  for (const row of byStart(spans)) {
    const up = parent[row];
    const beside = up !== NONE && groupOf(up) === groupOf(row) ? lane[up] : NONE;
    if (beside !== NONE && fits(row, beside)) {
      lane[row] = beside;
      lanes[beside].open.push(row);
      lanes[beside].busyUntil = Math.max(lanes[beside].busyUntil, endOf(row));
      continue;
    }
    const { index, heap } = free(row);
    const own = lanes[index];
    own.open.push(row);
    own.busyUntil = endOf(row);
    own.key = own.busyUntil;
    heap.push(index);
    lane[row] = index;
  }
  return { lane, names };
}

import { NONE } from '../../trace/trace.ts';
import type { Draft } from './draft.ts';

/** The slices of each thread, by start, then longer first, then in the order of the file. */
export interface ThreadRows {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

function sortRows({ start, end }: Draft, rows: Uint32Array): void {
  const compare = (a: number, b: number) => start[a] - start[b] || end[b] - end[a] || a - b;
  for (let i = 1; i < rows.length; i++) {
    if (compare(rows[i - 1], rows[i]) > 0) {
      rows.sort(compare);
      return;
    }
  }
}

/** Groups the slices by thread. */
export function rowsByThread(draft: Draft, tracks: number): ThreadRows {
  const offsets = new Uint32Array(tracks + 1);
  for (let row = 0; row < draft.length; row++) offsets[draft.track[row] + 1]++;
  for (let track = 0; track < tracks; track++) offsets[track + 1] += offsets[track];
  const next = offsets.slice(0, tracks);
  const rows = new Uint32Array(draft.length);
  for (let row = 0; row < draft.length; row++) rows[next[draft.track[row]]++] = row;
  for (let track = 0; track < tracks; track++) sortRows(draft, rows.subarray(offsets[track], offsets[track + 1]));
  return { offsets, rows };
}

/**
 * Finds the parent of every slice of one thread: the innermost slice that contains it. Where begins and ends told what
 * was open, that decides among slices of the same kind, for times alone cannot tell zero-length neighbours from children.
 * Slices that overlap without nesting stand side by side, and are counted. A slice that an overlapping later one outlasts
 * leaves the stack: whatever it could still contain lies in the later one too. So each slice is pushed and popped once.
 */
export function nestThread(draft: Draft, rows: Uint32Array): void {
  const { start, end, stacked, enclosing, parent } = draft;
  const stack: number[] = [];
  const onStack = new Set<number>();
  const drop = () => onStack.delete(stack.pop() ?? NONE);
  for (const row of rows) {
    const around = onStack.has(enclosing[row]) ? enclosing[row] : NONE;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (end[top] > start[row] || top === around) break;
      drop();
    }
    let at = stack.length - 1;
    let overlaps = false;
    while (at >= 0 && stack[at] !== around) {
      const candidate = stack[at];
      const isNeighbour = around !== NONE && stacked[candidate] === 1;
      if (!isNeighbour && end[candidate] >= end[row]) break;
      if (!isNeighbour) overlaps = true;
      at--;
    }
    parent[row] = at >= 0 ? stack[at] : enclosing[row];
    if (overlaps) {
      draft.warnings.add('overlapping_spans', `"${draft.nameAt(row)}" at ${start[row]} us`);
      while (stack.length - 1 > at) drop();
    }
    stack.push(row);
    if (stacked[row] === 1) onStack.add(row);
  }
}

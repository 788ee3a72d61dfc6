import { allAtOnce, isFailure, STATUSES, type SpanTable, type Steps } from '@flowprof/model';
import { moveNow, type Layout } from '../layout/layout.ts';
import { BitSet } from '../scene/bits.ts';
import { layTraceOut } from './lay-trace-out.ts';

/** What takes long to find out about a trace, and stays as it is while one looks around in it. */
export interface Prepared {
  readonly layout: Layout;
  /** The positions in the lanes of what failed. */
  readonly failed: BitSet;
}

interface Known extends Prepared {
  /** Up to where running spans were drawn; null for the latest time that is known. */
  readonly now: number | null;
}

/** For as long as somebody has the table. Only the clock moves between two looks at the same one. */
const known = new WeakMap<SpanTable, Known>();

const STRIDE = 262_144;
const FAILURE = Uint8Array.from(STATUSES, (status) => (isFailure(status) ? 1 : 0));

function* failuresIn({ laneRows }: Layout, { status }: SpanTable): Steps<BitSet> {
  const failed = new BitSet(laneRows.length);
  if (!FAILURE.some((isOne, code) => isOne === 1 && status.includes(code))) return failed;
  for (let from = 0; from < laneRows.length; from += STRIDE) {
    const to = Math.min(laneRows.length, from + STRIDE);
    for (let i = from; i < to; i++) if (FAILURE[status[laneRows[i]]] === 1) failed.add(i);
    yield;
  }
  return failed;
}

/** Whether what takes long is known already. */
export function isPrepared(spans: SpanTable, now: number | null): boolean {
  const found = known.get(spans);
  return found !== undefined && (found.now === null) === (now === null);
}

/** Finds out what takes long, and keeps it. */
export function* prepare(spans: SpanTable, now: number | null, ready: Layout | null = null): Steps<Prepared> {
  const layout = ready ?? (yield* layTraceOut(spans, now));
  yield;
  const prepared = { layout, failed: yield* failuresIn(layout, spans), now };
  known.set(spans, prepared);
  return prepared;
}

/** What is known of a trace, with running spans up to `now`; it is found out at once where nobody did. */
export function preparedOf(spans: SpanTable, now: number | null): Prepared {
  const found = known.get(spans);
  if (found === undefined || !isPrepared(spans, now)) return allAtOnce(prepare(spans, now));
  if (now === null || now === found.now) return found;
  const moved = { ...found, layout: moveNow(found.layout, spans, now), now };
  known.set(spans, moved);
  return moved;
}

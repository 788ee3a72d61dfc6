import type { SyncState } from './types.ts';

/** How far a sync was at a moment, in milliseconds since the epoch. */
export interface Mark {
  readonly at: number;
  /** Executions that were read by then. */
  readonly done: number;
}

/** Marks older than this say nothing of the pace any more. Milliseconds. */
const WINDOW_MS = 30_000;

function doneOf({ runs, waiting }: Pick<SyncState, 'runs' | 'waiting'>): number {
  return Math.max(0, runs - waiting);
}

/** The marks with another one, without those that are too old; none of a sync that waits for nothing. */
export function marksWith(
  marks: readonly Mark[],
  sync: Pick<SyncState, 'runs' | 'waiting'>,
  at: number,
): readonly Mark[] {
  if (sync.waiting === 0) return [];
  const done = doneOf(sync);
  const last = marks.at(-1);
  // What was read before is due again: it starts over.
  const kept = last !== undefined && last.done > done ? [] : marks.filter((mark) => at - mark.at <= WINDOW_MS);
  return [...kept, { at, done }];
}

/** How far the reading is, as a share from 0 to 1, and how many executions a second it takes; null where that is not known. */
export interface Pace {
  readonly share: number;
  readonly perSecond: number | null;
}

/** How a sync gets on; null where nothing waits. */
export function paceOf(sync: Pick<SyncState, 'runs' | 'waiting'>, marks: readonly Mark[]): Pace | null {
  if (sync.waiting === 0 || sync.runs === 0) return null;
  const [first] = marks;
  const last = marks.at(-1);
  const ms = first === undefined || last === undefined ? 0 : last.at - first.at;
  const done = first === undefined || last === undefined ? 0 : last.done - first.done;
  return { share: doneOf(sync) / sync.runs, perSecond: ms > 0 && done > 0 ? (done * 1000) / ms : null };
}

/** How many a second, in words: `140 a second`, `0.4 a second`. */
export function paceWords(perSecond: number): string {
  const number = perSecond < 10 ? Number(perSecond.toFixed(1)) : Math.round(perSecond);
  return `${number.toLocaleString('en')} a second`;
}

import type { JsonObject } from '../../json.ts';
import { FLAG, NONE } from '../../trace/trace.ts';
import type { Draft } from './draft.ts';
import type { Track } from './tracks.ts';

/** An end event (`E`). */
export interface SliceEnd {
  readonly time: number;
  readonly name: string;
  readonly args: JsonObject | null;
}

/** Puts the marks of a thread in the order of time; those of the same time keep the order of the file. */
function inTime(draft: Draft, track: Track, ends: readonly SliceEnd[]): number[] {
  const timeOf = (mark: number) => (mark >= 0 ? draft.start[mark] : ends[-1 - mark].time);
  const { marks } = track;
  for (let i = 1; i < marks.length; i++) {
    if (timeOf(marks[i]) < timeOf(marks[i - 1])) return marks.sort((a, b) => timeOf(a) - timeOf(b));
  }
  return marks;
}

/** How many ends of one moment are searched for the one that fits the open slice. */
const SEARCHED_ENDS = 8;

/**
 * Brings the end that fits the open slice to a position, if it lies within the ends of the same moment that follow: their
 * order in the file says little.
 */
function preferFitting(marks: number[], at: number, name: string, ends: readonly SliceEnd[]): SliceEnd {
  const first = ends[-1 - marks[at]];
  if (first.name === '' || first.name === name) return first;
  for (let i = at + 1; i < marks.length && i <= at + SEARCHED_ENDS; i++) {
    if (marks[i] >= 0 || ends[-1 - marks[i]].time !== first.time) break;
    const end = ends[-1 - marks[i]];
    if (end.name !== name) continue;
    marks[i] = marks[at];
    return end;
  }
  return first;
}

/**
 * Pairs the begins and ends of one thread, last begun first ended. An end of another name closes the open slice all the
 * same, as the trace viewer does, and is counted.
 * @returns the rows that have no end
 */
export function pairThread(draft: Draft, track: Track, ends: readonly SliceEnd[]): number[] {
  const open: number[] = [];
  const marks = inTime(draft, track, ends);
  for (const [at, mark] of marks.entries()) {
    if (mark >= 0) {
      draft.stacked[mark] = 1;
      draft.enclosing[mark] = open.at(-1) ?? NONE;
      open.push(mark);
      continue;
    }
    const row = open.pop();
    if (row === undefined) {
      const end = ends[-1 - mark];
      draft.warnings.add('unopened_span', `end of "${end.name}" at ${end.time} us on thread ${track.tid}`);
      continue;
    }
    const name = draft.nameAt(row);
    const end = preferFitting(marks, at, name, ends);
    draft.end[row] = end.time;
    draft.addArguments(row, end.args);
    if (end.name !== '' && end.name !== name) {
      draft.warnings.add('mismatched_end', `"${name}" was ended by "${end.name}" at ${end.time} us`);
    }
  }
  return open;
}

/** Ends a slice that has no end of its own. */
export function closeOpen(draft: Draft, row: number, time: number): void {
  draft.end[row] = Math.max(time, draft.start[row]);
  draft.flags[row] |= FLAG.unclosed;
  draft.warnings.add('unclosed_span', `"${draft.nameAt(row)}" from ${draft.start[row]} us`);
}

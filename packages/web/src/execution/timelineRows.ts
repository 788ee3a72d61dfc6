import type { Blank } from './blanks.ts';
import type { StepRow } from './stepRows.ts';

/** A line of the timeline: a step, or the blank before what comes next. */
export type TimelineRow =
  | { readonly kind: 'step'; readonly key: string; readonly row: StepRow }
  | { readonly kind: 'blank'; readonly key: string; readonly blank: Blank };

/** When a step began to run. Microseconds; one that never started is after all others. */
function runsFrom({ times }: StepRow): number {
  return times === null ? Number.POSITIVE_INFINITY : times.start + times.waited;
}

/** The steps in the order in which they began to run, with the blanks between them where they were. */
export function timelineRows(steps: readonly StepRow[], blanks: readonly Blank[]): TimelineRow[] {
  const ordered = steps.map((row) => ({ row, from: runsFrom(row) }));
  ordered.sort((a, b) => (a.from === b.from ? a.row.step.order - b.row.step.order : a.from - b.from));
  const rows: TimelineRow[] = [];
  let next = 0;
  const addBlanksUntil = (time: number) => {
    for (let blank = blanks[next]; blank && blank.start < time; blank = blanks[++next])
      rows.push({ kind: 'blank', key: `blank ${blank.start}`, blank });
  };
  for (const { row, from } of ordered) {
    addBlanksUntil(from);
    rows.push({ kind: 'step', key: row.key, row });
  }
  addBlanksUntil(Number.POSITIVE_INFINITY);
  return rows;
}

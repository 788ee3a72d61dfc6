import { describe, expect, it } from 'vitest';
import type { StepRow } from './stepRows.ts';
import { timelineRows } from './timelineRows.ts';

function step(key: string, order: number, times: readonly [start: number, waited: number] | null): StepRow {
  return {
    key,
    label: key,
    step: {
      id: key,
      iteration: null,
      name: key,
      order,
      status: times ? 'completed' : 'skipped',
      startedAt: null,
      completedAt: null,
      durationSeconds: null,
      retryCount: 0,
      error: null,
      input: null,
      output: null,
    },
    times: times && { start: times[0], waited: times[1], duration: 100 },
    span: times ? order : -1,
    type: null,
    place: { taskQueue: null, worker: null, buildId: null },
    policy: null,
    errorCode: null,
    retries: null,
  };
}

const blank = (start: number, end: number) => ({ start, end, because: [] });

describe('the timeline', () => {
  it('has the steps as they began to run, with the blanks where they were', () => {
    const rows = timelineRows(
      [step('late', 1, [0, 500]), step('never', 2, null), step('early', 3, [0, 10])],
      [blank(0, 10), blank(110, 500), blank(700, 800)],
    );
    expect(rows.map(({ key }) => key)).toEqual(['blank 0', 'early', 'blank 110', 'late', 'blank 700', 'never']);
  });

  it('keeps the declared order of steps that began together', () => {
    const rows = timelineRows([step('b', 2, [5, 0]), step('a', 1, [5, 0])], []);
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b']);
  });
});

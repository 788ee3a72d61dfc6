import { describe, expect, test } from 'vitest';
import { Drawing } from '../../../testing/drawing.ts';
import { asMicros, toEpochMicros } from '../../units.ts';
import { analyseTrace } from '../analyse.ts';
import { buildProfile } from '../profile.ts';
import { historyFinding } from './finding.ts';
import { summariseRun, type HistoryRun } from './run-summary.ts';

/** An execution of `fetch` and then `save` that take so many ms. */
function trace(fetch: number, save: number) {
  return new Drawing({ concurrency: 4 })
    .node('fetch', [], [0, fetch], [['execute', [0, fetch]]])
    .node('save', ['fetch'], [fetch, fetch + save], [['execute', [fetch, fetch + save]]])
    .trace();
}

function run(number: number, fetch: number, save = 300, status: HistoryRun['status'] = 'completed'): HistoryRun {
  return {
    id: `r${number}`,
    number,
    workflowVersion: 1,
    status,
    startedAt: toEpochMicros(number * 1_000_000),
    labels: {},
    summary: summariseRun(analyseTrace(trace(fetch, save))),
  };
}

/** Runs at one level with a little noise. */
const level = (count: number, fetch: number, from = 0): HistoryRun[] =>
  Array.from({ length: count }, (_, i) => run(from + i, fetch + ((i * 7) % 5)));

const insightOf = (history: readonly HistoryRun[], last = trace(800, 300)) => {
  const finding = historyFinding(history);
  const profile = buildProfile(last, finding === null ? {} : { history: finding });
  return profile.insights.find(({ rule }) => rule === 'regression') ?? null;
};

describe('an execution in the history of its workflow', () => {
  test('is a regression against the only one before it from more than 20% on', () => {
    expect(historyFinding([run(1, 400), run(2, 530)])).toBeNull();
    const insight = insightOf([run(1, 400), run(2, 800)]);
    expect(insight).toMatchObject({
      severity: 'high',
      gain_ms: 400,
      title: '57.1% slower than the execution before',
      advice:
        'Look at "fetch" first, for it holds the makespan 400 ms longer than in the execution before, mostly by work.',
      evidence: {
        before_ms: 700,
        after_ms: 1100,
        difference_percent: 57.1,
        node_id: 'fetch',
        cause: 'work',
        p_value: null,
      },
    });
  });

  test('is suspect when it alone is out of all before, and a regression once it is not alone', () => {
    const alone = insightOf([...level(12, 400), run(20, 800)]);
    expect(alone).toMatchObject({
      severity: 'medium',
      evidence: { verdict: 'suspect', judged_runs: 1, node: 'fetch' },
    });
    const more = insightOf([...level(12, 400), ...level(4, 800, 20)]);
    expect(more).toMatchObject({
      severity: 'high',
      evidence: { verdict: 'slower', reference_runs: 12, judged_runs: 4 },
    });
    expect(more?.title).toMatch(/^The last 4 executions are 5\d\.?\d?% slower than the 12 before$/);
  });

  test('is nothing to speak of when it is as ever, faster, did not complete, or differs by a few ms', () => {
    expect(historyFinding([])).toBeNull();
    expect(historyFinding([run(1, 400)])).toBeNull();
    expect(historyFinding(level(20, 400))).toBeNull();
    expect(historyFinding([...level(12, 400), ...level(5, 200, 20)])).toBeNull();
    expect(historyFinding([...level(12, 400), ...level(4, 800, 20), run(30, 399)])).toBeNull();
    expect(historyFinding([...level(12, 400), run(20, 800, 300, 'failed')])).toBeNull();
    expect(insightOf([run(1, 4, 3), run(2, 8, 3)])).toBeNull();
    expect(insightOf([])).toBeNull();
  });

  test('has no node where none makes the difference, and counts what is usual as nothing where it was', () => {
    const finding = historyFinding([run(1, 400), run(2, 800)]);
    if (finding === null) throw new Error('there is no finding');
    const profile = buildProfile(trace(800, 300), { history: { ...finding, node: null, before: asMicros(0) } });
    expect(profile.insights.find(({ rule }) => rule === 'regression')).toMatchObject({
      severity: 'high',
      advice: 'Compare it with an execution before, for no single node makes the difference.',
    });
  });
});

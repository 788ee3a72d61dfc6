import { describe, expect, it } from 'vitest';
import { Random } from '../../../testing/random.ts';
import { simulateHistory } from '../../../testing/histories.ts';
import { cohortsView, compareCohorts } from './cohorts.ts';
import type { HistoryRun } from './run-summary.ts';

const { runs, guilty } = simulateHistory({ seed: 6, runs: 120, step: { at: 60, size: 0.3, of: 'makespan' } });

/** With labels: `region` goes with what is slow, `size` with how slow, `colour` and a hundred others with nothing. */
function labelled(): HistoryRun[] {
  const random = new Random(1);
  return runs.map((run, i) => ({
    ...run,
    labels: {
      region: i >= 60 === random.uniform() < 0.9 ? 'far' : 'near',
      colour: ['red', 'green', 'blue'][random.below(3)],
      size: String(Math.round((run.summary.makespan ?? 0) / 1000 + 300 * random.normal())),
      constant: 'same',
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [`noise-${n}`, String.fromCharCode(97 + random.below(4))]),
      ),
    },
  }));
}

describe('cohorts', () => {
  it('by a change point: which label differs, how much, and which node makes the difference', () => {
    const found = compareCohorts(labelled(), { kind: 'change_point', firstRunId: 'run-60' });
    expect(found.worse.runs).toBe(60);
    expect(new Set(found.labels.map(({ label }) => label))).toEqual(new Set(['region']));
    const far = found.labels.find(({ value }) => value === 'far');
    expect(far?.oddsRatio).toBeGreaterThan(10);
    expect(far?.worseShare).toBeGreaterThan(0.8);
    expect(found.attribution?.nodes[0]?.id).toBe(guilty);
  });

  it('by quantile: the slowest against the fastest', () => {
    const found = compareCohorts(labelled(), { kind: 'quantile', share: 0.25 });
    expect([found.worse.runs, found.others.runs]).toEqual([30, 30]);
    expect(found.worse.median).toBeGreaterThan(found.others.median ?? Infinity);
    expect(found.labels[0]?.label).toBe('region');
  });

  it('numbers go by their rank: larger is slower', () => {
    const { correlations } = compareCohorts(labelled(), { kind: 'quantile', share: 0.25 });
    expect(correlations.map(({ label }) => label)).toEqual(['size']);
    expect(correlations[0]?.rho).toBeGreaterThan(0.8);
  });

  it('by failure: which labels and which nodes fail', () => {
    const failing = labelled().map((run, i): HistoryRun => {
      if (i % 4 !== 0) return { ...run, labels: { ...run.labels, worker: 'good' } };
      const nodes = run.summary.nodes.map((node) => (node.id === 'node-2' ? { ...node, failed: 1 } : node));
      return { ...run, status: 'failed', labels: { worker: 'bad' }, summary: { ...run.summary, nodes } };
    });
    const found = compareCohorts(failing, { kind: 'failure' });
    expect(found.worse.runs).toBe(30);
    expect(found.labels.filter(({ label, value }) => label === 'worker' && value === 'bad')).toHaveLength(1);
    expect(found.failingNodes.map(({ id }) => id)).toEqual(['node-2']);
    expect(found.attribution).toBeNull();
  });

  it('the version is a label like any other', () => {
    const versions = runs.map((run, i) => ({ ...run, workflowVersion: i < 60 ? 1 : 2 }));
    const found = compareCohorts(versions, { kind: 'change_point', firstRunId: 'run-60' });
    expect(found.labels.map(({ label, value }) => `${label} ${value}`).sort()).toEqual([
      'workflow_version 1',
      'workflow_version 2',
    ]);
  });

  it('are bounded, and say what was left out', () => {
    const ids = runs.map((run) => ({ ...run, labels: { request: run.id } }));
    const found = compareCohorts(ids, { kind: 'quantile', share: 0.5 });
    expect(found.leftOut).toBe(70);
    expect(found.labels).toEqual([]);
  });

  it('of nobody say nothing', () => {
    for (const split of [
      { kind: 'quantile', share: 0 },
      { kind: 'change_point', firstRunId: 'nobody' },
      { kind: 'failure' },
    ] as const) {
      const found = compareCohorts(runs, split);
      expect(found).toMatchObject({ labels: [], failingNodes: [], attribution: null });
    }
    expect(compareCohorts([], { kind: 'failure' }).worse).toEqual({ runs: 0, median: null });
  });

  it('go out in ms and percent', () => {
    const view = cohortsView(compareCohorts(labelled(), { kind: 'change_point', firstRunId: 'run-60' }));
    expect(view.split).toEqual({ kind: 'change_point', first_run: 'run-60' });
    expect(view.worse.median_ms).toBeGreaterThan(view.others.median_ms ?? Infinity);
    expect(view.labels).toHaveLength(2);
  });
});

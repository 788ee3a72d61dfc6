import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory } from '../../../testing/any-history.ts';
import { anyTrace } from '../../../testing/any-trace.ts';
import { simulateHistory } from '../../../testing/histories.ts';
import { asMicros } from '../../units.ts';
import { anomaliesView, findAnomalies } from './anomalies.ts';
import { changePointsView, findChangePoints } from './change-points.ts';
import { cohortsView, compareCohorts, type CohortSplit } from './cohorts.ts';
import { deadlineRisk, projectFinish, projectionView } from './projection.ts';
import { detectRegression, regressionView, type RegressionReference } from './regression.ts';
import { regressionEventView, UNWATCHED, watchRegression } from './watch.ts';
import type { HistoryRun, SparseCauses } from './run-summary.ts';

/** Every number in what goes out, however deep. */
function numbersIn(value: unknown): number[] {
  const found: number[] = [];
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'number') found.push(inner);
    return inner;
  });
  return found;
}

const reference: fc.Arbitrary<RegressionReference> = fc.oneof(
  fc.constant({ kind: 'previous' as const }),
  fc.record({ kind: fc.constant('last' as const), runs: fc.integer({ min: -1, max: 30 }) }),
  fc.record({ kind: fc.constant('baseline' as const), runIds: fc.array(fc.constantFrom('run-0', 'run-3', 'none')) }),
  fc.record({ kind: fc.constant('version' as const), version: fc.integer({ min: 1, max: 3 }) }),
);

const split: fc.Arbitrary<CohortSplit> = fc.oneof(
  fc.record({ kind: fc.constant('quantile' as const), share: fc.constantFrom(0, 0.25, 0.5, 2, -1) }),
  fc.record({ kind: fc.constant('change_point' as const), firstRunId: fc.constantFrom('run-0', 'run-5', 'none') }),
  fc.constant({ kind: 'failure' as const }),
);

test('whatever the history, nothing throws and every number is one', () => {
  fc.assert(
    fc.property(anyHistory, reference, split, (history, against, by) => {
      const report = detectRegression(history, { reference: against });
      const watched = watchRegression(UNWATCHED, history, { significance: 0.2, minEffect: 0 });
      const views = [
        regressionView(report),
        changePointsView(findChangePoints(history, { minEffect: 0 })),
        changePointsView(findChangePoints(history, { nodeId: 'n0' })),
        anomaliesView(findAnomalies(history, { runs: 40 })),
        cohortsView(compareCohorts(history, by)),
        watched.events.map(regressionEventView),
      ];
      for (const number of numbersIn(views)) expect(Number.isFinite(number)).toBe(true);
      expect(JSON.stringify(views)).not.toMatch(/"(p_value|before_ms|after_ms|rho)":null/);
    }),
    { numRuns: 150 },
  );
});

test('whatever runs and has been, a projection is in order and never throws', () => {
  fc.assert(
    fc.property(anyTrace, anyHistory, fc.integer({ min: -50, max: 300 }), (trace, history, at) => {
      const running = { ...trace, execution: { ...trace.execution, status: 'running' as const } };
      const now = asMicros(at);
      const projection = projectFinish(running, history, now);
      for (const number of numbersIn(projectionView(projection, null))) expect(Number.isFinite(number)).toBe(true);
      const risk = deadlineRisk(projection, asMicros(100));
      if (projection.p50 === null) expect([projection.reason === null, risk]).toEqual([false, null]);
      else {
        expect(projection.p50).toBeGreaterThanOrEqual(projection.p10 ?? Infinity);
        expect(projection.p90).toBeGreaterThanOrEqual(projection.p50);
        expect(projection.p10).toBeGreaterThanOrEqual(at);
        expect(risk).toBeGreaterThan(0);
      }
    }),
    { numRuns: 200 },
  );
});

test('the parts of any difference add up', () => {
  fc.assert(
    fc.property(anyHistory, reference, (history, against) => {
      const { attribution } = detectRegression(history, { reference: against });
      if (attribution === null) return;
      const parts = attribution.nodes.reduce<number>((sum, { difference }) => sum + difference, attribution.rest);
      expect(parts).toBe(attribution.difference);
      for (const { difference, causes } of attribution.nodes) {
        expect(causes.reduce((sum, cause) => sum + cause.difference, 0)).toBe(difference);
      }
    }),
    { numRuns: 100 },
  );
});

function scaled(causes: SparseCauses, by: number): SparseCauses {
  return Object.fromEntries(Object.entries(causes).map(([cause, time]) => [cause, asMicros(time * by)]));
}

function scaledRun(run: HistoryRun, by: number): HistoryRun {
  const { summary } = run;
  return {
    ...run,
    summary: {
      ...summary,
      makespan: summary.makespan === null ? null : asMicros(summary.makespan * by),
      nodes: summary.nodes.map((node) => ({
        ...node,
        times: scaled(node.times, by),
        onPath: scaled(node.onPath, by),
      })),
    },
  };
}

test('a workflow that is ten times as long is judged alike', () => {
  for (let seed = 0; seed < 15; seed++) {
    const { runs } = simulateHistory({ seed, runs: 70, step: { at: 64, size: 0.2, of: 'makespan' } });
    const report = detectRegression(runs);
    const longer = detectRegression(runs.map((run) => scaledRun(run, 10)));
    expect(longer.verdict).toBe(report.verdict);
    expect(longer.candidates).toEqual(report.candidates);
    expect(longer.makespan?.pValue).toBe(report.makespan?.pValue);
    expect(longer.attribution?.nodes[0]?.id).toBe(report.attribution?.nodes[0]?.id);
  }
});

test('the order among the runs of a reference, and that of the nodes of a run, make no difference', () => {
  const { runs } = simulateHistory({ seed: 5, runs: 45, step: { at: 40, size: 0.2, of: 'makespan' } });
  const candidates = runs.slice(40).map(({ id }) => id);
  const turned = [...runs.slice(0, 40).reverse(), ...runs.slice(40)].map((run) => ({
    ...run,
    summary: { ...run.summary, nodes: run.summary.nodes.toReversed() },
  }));
  const report = detectRegression(runs, { candidates });
  const other = detectRegression(turned, { candidates });
  expect({ ...other, reference: [] }).toEqual({ ...report, reference: [] });
});

import { describe, expect, it } from 'vitest';
import { idOf, runOf, simulateHistory } from '../../../testing/histories.ts';
import { asMicros } from '../../units.ts';
import { anomaliesView, findAnomalies } from './anomalies.ts';
import type { HistoryRun } from './run-summary.ts';

const { runs } = simulateHistory({ seed: 9, runs: 60, outliers: 0 });

/** The last run with a node that takes some times as long. */
function stretched(node: number, times: number): HistoryRun {
  const last = runs[59];
  const nodes = last.summary.nodes.map((own) =>
    own.id === idOf(node) ? { ...own, times: { work: asMicros((own.times.work ?? 0) * times) } } : own,
  );
  return { ...last, id: 'odd', summary: { ...last.summary, nodes } };
}

describe('anomalies', () => {
  it('are runs out of their history, slower or faster', () => {
    const makespan = runs[59].summary.makespan ?? 0;
    for (const [factor, sign] of [
      [1.5, 1],
      [0.6, -1],
    ] as const) {
      const odd = { ...runs[59], summary: { ...runs[59].summary, makespan: asMicros(makespan * factor) } };
      const [standing] = findAnomalies([...runs.slice(0, 59), odd]);
      expect(standing).toMatchObject({ isAnomaly: true, percentile: sign === 1 ? 1 : 0, history: 50 });
      expect(Math.sign(standing.deviations)).toBe(sign);
    }
  });

  it('are nodes, also where the run as a whole is not', () => {
    const [standing] = findAnomalies([...runs, stretched(2, 1.6)]);
    expect(standing.isAnomaly).toBe(false);
    expect(standing.nodes.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(anomaliesView([standing])).toMatchObject([{ run_id: 'odd', is_anomaly: false, nodes: [{ id: idOf(2) }] }]);
  });

  it('are few among usual runs', () => {
    expect(findAnomalies(runs, { runs: 50 }).filter(({ isAnomaly }) => isAnomaly).length).toBeLessThanOrEqual(1);
  });

  it('need a history of 5 runs, and one that never varied is no reason to call 1% odd', () => {
    const still = Array.from({ length: 8 }, (_, i) => runOf(i, [], i === 7 ? 1_010_000 : 1_000_000));
    expect(findAnomalies(still.slice(0, 5))).toEqual([]);
    expect(findAnomalies(still)).toMatchObject([{ isAnomaly: false, usual: 1_000_000, percentile: 1 }]);
  });
});

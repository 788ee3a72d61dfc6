import { describe, expect, it } from 'vitest';
import { idOf, runOf, simulateHistory } from '../../../testing/histories.ts';
import { asMicros } from '../../units.ts';
import { detectRegression, regressionView } from './regression.ts';
import type { HistoryRun, NodeSummary, SparseCauses } from './run-summary.ts';

/** A run of one node after the other; ms by cause. */
function chain(
  number: number,
  nodes: Readonly<Record<string, Partial<Record<keyof SparseCauses, number>>>>,
): HistoryRun {
  let at = 0;
  const summaries = Object.entries(nodes).map(([id, causes]): NodeSummary => {
    const times = Object.fromEntries(Object.entries(causes).map(([cause, ms]) => [cause, asMicros(ms * 1000)]));
    const from = at;
    for (const time of Object.values(times)) at += time;
    const attempts = times['failed_attempts'] === undefined ? 1 : 2;
    const whole = { id, name: id, type: 'task', count: 1, failed: 0, attempts, times, onPath: times };
    return { ...whole, from: asMicros(from), to: asMicros(at) };
  });
  return runOf(number, summaries, at);
}

function simple(makespans: readonly number[]): HistoryRun[] {
  return makespans.map((ms, i) => chain(i, { only: { work: ms } }));
}

describe('against a single earlier run', () => {
  it('more than 20% slower is a regression of high severity, and nothing less is', () => {
    const slower = detectRegression(simple([1000, 1201]), { reference: { kind: 'previous' } });
    expect(slower).toMatchObject({ verdict: 'slower', rule: 'previous_run', severity: 'high', scope: 'execution' });
    expect(detectRegression(simple([1000, 1200])).verdict).toBe('unchanged');
    expect(detectRegression(simple([1000, 1201]))).toMatchObject({ verdict: 'slower', rule: 'previous_run' });
  });

  it('a node that takes longer is none where the run as a whole does not', () => {
    const runs = [
      chain(0, { [idOf(0)]: { work: 1000 }, [idOf(1)]: { work: 10_000 } }),
      chain(1, { [idOf(0)]: { work: 2000 }, [idOf(1)]: { work: 5000 } }),
    ];
    const report = detectRegression(runs, { reference: { kind: 'previous' } });
    expect(report).toMatchObject({ verdict: 'unchanged', scope: null, nodes: [{ id: idOf(0) }] });
  });

  it('no completed run before means that nothing is known', () => {
    expect(detectRegression([])).toMatchObject({ verdict: 'unknown', makespan: null, attribution: null });
    expect(detectRegression(simple([1000]))).toMatchObject({ verdict: 'unknown', candidates: ['run-0'] });
    const failed = simple([1000, 5000]).map((run) => ({ ...run, status: 'failed' as const }));
    expect(detectRegression(failed).verdict).toBe('unknown');
  });
});

describe('against several earlier runs', () => {
  const { runs } = simulateHistory({ seed: 5, runs: 60, outliers: 0 });

  it('one noisy run is suspect, and no regression', () => {
    const wild = chain(60, { [idOf(0)]: { work: 60_000 } });
    expect(detectRegression([...runs, wild], { candidates: [wild.id] })).toMatchObject({
      verdict: 'suspect',
      rule: null,
    });
    expect(detectRegression([...runs, wild]).verdict).toBe('suspect');
  });

  it('two runs far beyond all before are suspect together, whichever is the slower one', () => {
    const before = Array.from({ length: 18 }, (_, i) => 1000 + ((i * 7 + 3) % 5) * 10);
    for (const newest of [
      [1500, 1450],
      [1450, 1500],
    ]) {
      const report = detectRegression(simple([...before, ...newest]));
      expect(report).toMatchObject({ verdict: 'suspect', candidates: ['run-18', 'run-19'] });
      expect(report.reference).toHaveLength(18);
    }
  });

  it('three of eight runs are slower, though the newest half holds one of those before', () => {
    const report = detectRegression(simple([1000, 1010, 1040, 1020, 1030, 1500, 1450, 1520]));
    expect(report).toMatchObject({ verdict: 'slower', rule: 'separation', candidates: ['run-5', 'run-6', 'run-7'] });
  });

  it('quiet runs are unchanged', () => {
    expect(detectRegression(runs).verdict).toBe('unchanged');
  });

  it('a step is found with its first run, its size and the node that made it', () => {
    const { runs: stepped, guilty } = simulateHistory({
      seed: 7,
      runs: 65,
      step: { at: 60, size: 0.2, of: 'makespan' },
    });
    const report = detectRegression(stepped);
    expect(report).toMatchObject({ verdict: 'slower', scope: 'execution', rule: 'rank_test' });
    expect(report.candidates[0]).toBe('run-60');
    expect(report.makespan?.effect).toBeGreaterThan(0.12);
    expect(report.makespan?.effect).toBeLessThan(0.28);
    expect(report.makespan?.shiftLow).toBeGreaterThan(0);
    expect(report.attribution?.nodes[0]?.id).toBe(guilty);
    expect(report.nodes[0]?.id).toBe(guilty);
  });

  it('a node that alone got slower is told of although the makespan hardly shows it', () => {
    const { runs: stepped, guilty } = simulateHistory({
      seed: 3,
      runs: 90,
      nodeNoise: 0.03,
      runNoise: 0.005,
      step: { at: 80, size: 0.2, of: 'node' },
    });
    const report = detectRegression(stepped, { minEffect: 0.1 });
    expect(report).toMatchObject({ verdict: 'slower', scope: 'node' });
    expect(report.attribution?.nodes[0]?.id).toBe(guilty);
  });

  it('faster is told as well, without severity', () => {
    const times = [...Array.from({ length: 20 }, (_, i) => 1000 + (i % 5)), 700, 701, 702, 703, 704];
    expect(detectRegression(simple(times))).toMatchObject({ verdict: 'faster', severity: null });
  });

  it('few runs that all lie 20% beyond the few before them are a regression by separation', () => {
    const report = detectRegression(simple([1000, 1010, 990, 1300, 1310, 1290]), {
      candidates: ['run-3', 'run-4', 'run-5'],
    });
    expect(report).toMatchObject({ verdict: 'slower', rule: 'separation', severity: 'high' });
  });
});

describe('what runs are compared with', () => {
  const old = Array.from({ length: 30 }, (_, i) => 1000 + ((i * 37) % 50));
  const runs = simple([...old, ...old.map((ms) => ms * 1.3)]).map((run, i) => ({
    ...run,
    workflowVersion: i < 30 ? 1 : 2,
  }));

  it('is a version', () => {
    const report = detectRegression(runs, { reference: { kind: 'version', version: 1 } });
    expect(report).toMatchObject({ verdict: 'slower', rule: 'rank_test' });
    expect(report.reference).toHaveLength(30);
    expect(report.candidates).toHaveLength(30);
  });

  it('is a baseline of chosen runs, or of one', () => {
    const runIds = runs.slice(0, 10).map(({ id }) => id);
    const report = detectRegression(runs.slice(0, 28), { reference: { kind: 'baseline', runIds } });
    expect(report.verdict).toBe('unchanged');
    expect(report.reference).toEqual(runIds);
    const one = detectRegression(runs, { reference: { kind: 'baseline', runIds: ['run-1'] }, candidates: ['run-59'] });
    expect(one).toMatchObject({ verdict: 'slower', rule: 'previous_run', reference: ['run-1'] });
  });

  it('is the last N before those that are judged', () => {
    const report = detectRegression(runs, { reference: { kind: 'last', runs: 12 }, candidates: ['run-40', 'run-41'] });
    expect(report.reference).toEqual(Array.from({ length: 12 }, (_, i) => `run-${i + 28}`));
  });
});

/** What two nodes take in the run of a number; ms. */
function usual(i: number) {
  return { fetch: { work: 400 + (i % 7) }, store: { work: 500 + (i % 5), queue: 20 } };
}

describe('the cause', () => {
  const before = Array.from({ length: 30 }, (_, i) => chain(i, usual(i)));

  it('is told by what the time went to, and the parts add up', () => {
    const slow = Array.from({ length: 5 }, (_, i) =>
      chain(30 + i, {
        fetch: { work: 400 + i, failed_attempts: 150, retry_backoff: 100 },
        store: { work: 500, queue: 120 },
      }),
    );
    const { attribution } = detectRegression([...before, ...slow]);
    const [fetch, store] = attribution?.nodes ?? [];
    expect(fetch).toMatchObject({ id: 'fetch', attemptsBefore: 1, attemptsAfter: 2 });
    expect(fetch?.causes.map(({ cause, group }) => [cause, group])).toEqual([
      ['failed_attempts', 'retries'],
      ['retry_backoff', 'retries'],
      ...(fetch?.causes.length === 3 ? [['work', 'work']] : []),
    ]);
    expect(store).toMatchObject({ id: 'store' });
    expect(store?.causes[0]).toMatchObject({ cause: 'queue', group: 'waits', difference: 100_000 });
    const parts = (attribution?.nodes ?? []).reduce((sum, { difference }) => sum + difference, attribution?.rest ?? 0);
    expect(parts).toBe(attribution?.difference);
  });

  it('goes out in ms and percent', () => {
    const slow = Array.from({ length: 5 }, (_, i) => chain(30 + i, { fetch: { work: 400 }, store: { work: 800 + i } }));
    const view = regressionView(detectRegression([...before, ...slow]));
    expect(view).toMatchObject({ verdict: 'slower', severity: 'high', scope: 'execution' });
    expect(view.makespan?.shift_percent).toBeGreaterThan(25);
    expect(view.attribution?.nodes[0]).toMatchObject({ id: 'store', attempts_after: 1 });
    expect(view.candidate_runs).toHaveLength(5);
  });
});

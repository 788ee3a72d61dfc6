import { describe, expect, it } from 'vitest';
import { simulateHistory, type SimulatedStep } from '../../../testing/histories.ts';
import { changePointsView, findChangePoints } from './change-points.ts';
import { segment } from './segmentation.ts';

const up: SimulatedStep = { at: 70, size: 0.25, of: 'makespan' };

describe('segment', () => {
  it('finds the division that costs least, of all there are', () => {
    const values = [0, 1, 0, 1, 0, 9, 8, 9, 9, 4, 5, 4, 5, 5];
    expect(segment(values, 1)).toEqual([0, 5, 9, 14]);
    expect(segment([1, 1, 1, 1, 1, 1, 1], 1)).toEqual([0, 7]);
    expect(segment([1, 2], 1)).toEqual([0, 2]);
    expect(segment([], 1)).toEqual([0, 0]);
  });
});

describe('change points', () => {
  it('name the first bad run of a step, with its size and who made it', () => {
    let exact = 0;
    for (let seed = 0; seed < 30; seed++) {
      const { runs, guilty } = simulateHistory({ seed, runs: 140, step: up });
      const { changes } = findChangePoints(runs);
      expect(changes.filter(({ kind }) => kind === 'step')).toHaveLength(1);
      const [change] = changes;
      expect(change?.direction).toBe('slower');
      expect(change?.shift.effect).toBeGreaterThan(0.2);
      expect(change?.shift.effect).toBeLessThan(0.3);
      expect(change?.attribution?.nodes[0]?.id).toBe(guilty);
      if (change?.firstRunId === 'run-70') exact++;
    }
    expect(exact).toBeGreaterThanOrEqual(28);
  });

  it('find steps down as well as up', () => {
    const { runs } = simulateHistory({ seed: 3, runs: 200, step: { ...up, until: 140 } });
    const { changes, levels } = findChangePoints(runs);
    expect(changes.map(({ direction, firstRunId }) => [direction, firstRunId])).toEqual([
      ['slower', 'run-70'],
      ['faster', 'run-140'],
    ]);
    expect(levels.map(({ runs: count }) => count)).toEqual([70, 70, 60]);
    expect(changes[0]?.lastGoodRunId).toBe('run-69');
    expect(changes[0]?.confidence).toBeGreaterThan(0.999);
  });

  it('find none where there is only noise', () => {
    let found = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { runs } = simulateHistory({ seed, runs: 200, tails: seed % 2 === 0 ? 'normal' : 'heavy', outliers: 0.03 });
      found += findChangePoints(runs).changes.length;
    }
    expect(found).toBeLessThanOrEqual(1);
  });

  it('tell a drift from steps', () => {
    let drifts = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { runs } = simulateHistory({ seed, runs: 200, drift: 0.002 });
      const { changes } = findChangePoints(runs);
      if (changes.length === 1 && changes[0]?.kind === 'drift') drifts++;
    }
    expect(drifts).toBeGreaterThanOrEqual(16);
  });

  it('are found for a single node', () => {
    const { runs, guilty } = simulateHistory({ seed: 8, runs: 120, step: { at: 60, size: 0.2, of: 'node' } });
    const { changes } = findChangePoints(runs, { nodeId: guilty });
    expect(changes).toMatchObject([{ kind: 'step', direction: 'slower', attribution: null }]);
    expect(findChangePoints(runs, { nodeId: 'nobody' })).toEqual({ runs: 0, changes: [], levels: [] });
  });

  it('go out in ms', () => {
    const { runs } = simulateHistory({ seed: 3, runs: 140, step: up });
    const view = changePointsView(findChangePoints(runs));
    expect(view.changes).toMatchObject([{ first_run: 'run-70', last_good_run: 'run-69', first_run_number: 70 }]);
    expect(view.levels).toHaveLength(2);
    expect(view.runs).toBe(140);
  });

  it('look at the newest 1,000 runs only', () => {
    expect(findChangePoints(simulateHistory({ seed: 1, runs: 1100 }).runs).runs).toBe(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { Drawing } from '../../../testing/drawing.ts';
import { idOf, simulateHistory, traceAt, type HistoryPlan } from '../../../testing/histories.ts';
import { analyseTrace } from '../analyse.ts';
import { asMicros, microsFromMs, toEpochMicros } from '../../units.ts';
import { deadlineRisk, projectFinish, projectionView } from './projection.ts';
import { summariseRun, type HistoryRun } from './run-summary.ts';

/** Projects runs that are over at a part of their time. @returns how often the truth was within p10 and p90 */
function covered(count: number, progress: number, plan: Partial<HistoryPlan> = {}): { within: number; below: number } {
  let [within, below] = [0, 0];
  for (let seed = 0; seed < count; seed++) {
    const { runs } = simulateHistory({ ...plan, seed, runs: 41 });
    const run = runs[40];
    const end = run.summary.makespan ?? 0;
    const now = asMicros(Math.round(end * progress));
    const { p10, p50, p90 } = projectFinish(traceAt(run, now), runs.slice(0, 40), now);
    if (p10 !== null && p90 !== null && end >= p10 && end <= p90) within++;
    if (p50 !== null && end < p50) below++;
  }
  return { within: within / count, below: below / count };
}

describe('a projection', () => {
  it.each([0.25, 0.5, 0.75])(
    'holds the true end between p10 and p90 in about four of five runs, at %d of it',
    (progress) => {
      for (const plan of [{}, { tails: 'heavy', nodeNoise: 0.15 }] as const) {
        const { within, below } = covered(100, progress, plan);
        expect(within).toBeGreaterThan(0.7);
        expect(within).toBeLessThan(0.9);
        expect(below).toBeGreaterThan(0.36);
        expect(below).toBeLessThan(0.64);
      }
    },
  );

  const { runs } = simulateHistory({ seed: 1, runs: 41, outliers: 0 });
  const last = runs[40];
  const first = last.summary.nodes[0];

  it('names what holds the end, for how long it has, and what follows', () => {
    const now = asMicros(Math.round((first.to ?? 0) * 0.5));
    const projection = projectFinish(traceAt(last, now), runs.slice(0, 40), now);
    expect(projection.blocker).toMatchObject({ id: idOf(0), state: 'running', share: 1 });
    expect(projection.blocker?.usual).toBeGreaterThan(projection.blocker?.elapsed ?? Infinity);
    expect(projection.remainingPath.at(0)).toBe(idOf(1));
    expect(projection.remainingPath.at(-1)).toBe(idOf(6));
    expect(projection.percentileSoFar).toBe(0);
  });

  it('says what a node waits for', () => {
    const now = asMicros(Math.max(1, Math.floor((first.times.queue ?? 0) / 2)));
    const { blocker } = projectFinish(traceAt(last, now), runs.slice(0, 40), now);
    expect(blocker).toMatchObject({ id: idOf(0), state: 'waiting', cause: 'queue' });
    expect(blocker?.reason).toEqual({ kind: 'pool', name: 'small', limit: 2 });
  });

  it('goes on when something takes longer than it ever did', () => {
    const now = asMicros(first.from + 100 * (first.to - first.from));
    const stuck = {
      ...last,
      summary: { ...last.summary, nodes: [{ ...first, to: asMicros(Number.MAX_SAFE_INTEGER) }] },
    };
    const { p10, p50, p90 } = projectFinish(traceAt(stuck, now), runs.slice(0, 40), now);
    expect(p10).toBeGreaterThanOrEqual(now);
    expect(p50).toBeGreaterThan(p10 ?? Infinity);
    expect(p90).toBeGreaterThan(p50 ?? Infinity);
  });

  it('is null with the reason where it cannot be made', () => {
    const now = asMicros(1000);
    const running = traceAt(last, now);
    expect(projectFinish(running, runs.slice(0, 2), now)).toMatchObject({ reason: 'too_little_history', p50: null });
    expect(projectFinish(new Drawing({ status: 'running' }).trace(), runs, now).reason).toBe('not_started');
    expect(projectFinish(new Drawing().node('a', [], [0, 1]).trace(), runs, now).reason).toBe('ended');
  });

  it('rests upon the runs since the last change', () => {
    const stepped = simulateHistory({ seed: 1, runs: 81, step: { at: 50, size: 0.5, of: 'makespan' } }).runs;
    const now = asMicros(1000);
    const projection = projectFinish(traceAt(stepped[80], now), stepped.slice(0, 80), now);
    expect(projection.runs).toBe(30);
    expect(projection.p10).toBeGreaterThan(1.2 * (stepped[10].summary.makespan ?? 0));
  });

  it('gives the probability to miss a deadline', () => {
    const now = asMicros(1000);
    const projection = projectFinish(traceAt(last, now), runs.slice(0, 40), now);
    expect(deadlineRisk(projection, asMicros(projection.p50 ?? 0))).toBeCloseTo(0.5, 1);
    expect(deadlineRisk(projection, asMicros(1e12))).toBeLessThan(0.02);
    expect(deadlineRisk(projection, asMicros(2000))).toBeGreaterThan(0.98);
    expect(deadlineRisk(projection, asMicros(500))).toBe(1);
    expect(deadlineRisk({ ...projection, scenarios: [] }, now)).toBeNull();
  });

  it('goes out in ms, with the moment', () => {
    const now = asMicros(1000);
    const view = projectionView(projectFinish(traceAt(last, now), runs.slice(0, 40), now), toEpochMicros(0));
    expect(view).toMatchObject({ now_ms: 1, reason: null, runs: 40, unknown_nodes: 0 });
    expect(view.remaining_ms).toBeCloseTo((view.p50_ms ?? 0) - 1, 6);
    expect(view.projected_end).toMatch(/^1970-01-01T00:00:0\d/);
  });
});

/** A loop, two items at once, of which so many are known. */
function loop(known: number, end: number | null): Drawing {
  const drawing = new Drawing({ status: end === null ? 'running' : 'completed' });
  drawing.node('each', [], end === null ? null : [0, end], [], { type: 'foreach' });
  for (let i = 0; i < known; i++) {
    const from = Math.floor(i / 2) * 100;
    const isOver = end !== null || i < known - 2;
    const more = { parentKey: 'each', iteration: i, parentIteration: null };
    if (isOver) drawing.node('item', [], [from, from + 100], [], more);
    else drawing.node('item', [], [from, from + 100], [], { ...more, status: 'running' });
  }
  drawing.node('after', ['each'], end === null ? null : [end, end + 50]);
  return drawing;
}

it('items of a loop that are not known yet count as those of its history', () => {
  const history = Array.from({ length: 10 }, (_, i): HistoryRun => {
    const summary = summariseRun(analyseTrace(loop(20, 1000).trace()));
    return { id: `r${i}`, number: i, workflowVersion: 1, status: 'completed', startedAt: null, labels: {}, summary };
  });
  const now = microsFromMs(200);
  const { p50 } = projectFinish(loop(4, null).trace(), history, now);
  // 16 of 20 items are to come, two at once, and what follows the loop.
  expect(p50).toBeGreaterThanOrEqual(microsFromMs(1000));
  expect(p50).toBeLessThanOrEqual(microsFromMs(1100));
});

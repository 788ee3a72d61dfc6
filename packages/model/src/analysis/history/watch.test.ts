import { describe, expect, it } from 'vitest';
import { runOf, simulateHistory, type HistoryPlan } from '../../../testing/histories.ts';
import { UNWATCHED, watchRegression, type RegressionEvent, type RegressionWatch } from './watch.ts';
import type { HistoryRun } from './run-summary.ts';

interface Seen {
  readonly event: RegressionEvent;
  /** How many runs there were then. */
  readonly after: number;
}

/** Looks after each run from one on, with what a server would have at hand. */
function watchAll(runs: readonly HistoryRun[], from = 1): Seen[] {
  const seen: Seen[] = [];
  let watch: RegressionWatch = UNWATCHED;
  for (let after = from; after <= runs.length; after++) {
    const found = watchRegression(watch, runs.slice(Math.max(0, after - 120), after));
    watch = found.watch;
    for (const event of found.events) seen.push({ event, after });
  }
  return seen;
}

interface Tally {
  readonly found: number;
  readonly named: number;
}

/** How many of some seeded steps are told of within 5 runs, and of those, how many with the guilty node first. */
function stepsFound(count: number, plan: Omit<HistoryPlan, 'seed' | 'runs'>, at = 100): Tally {
  let [found, named] = [0, 0];
  for (let seed = 0; seed < count; seed++) {
    const { runs, guilty } = simulateHistory({ ...plan, seed, runs: at + 5 });
    const told = watchAll(runs, at - 2).find(({ event, after }) => event.kind === 'raised' && after > at);
    if (told?.event.kind !== 'raised') continue;
    found++;
    if (told.event.report.attribution?.nodes[0]?.id === guilty) named++;
  }
  return { found, named };
}

function alarmsIn(histories: number, plan: Omit<HistoryPlan, 'seed' | 'runs'>): number {
  let alarms = 0;
  for (let seed = 0; seed < histories; seed++) {
    const { runs } = simulateHistory({ ...plan, seed: 90_000 + seed, runs: 1000 });
    alarms += watchAll(runs).filter(({ event }) => event.kind === 'raised').length;
  }
  return alarms;
}

/** The same over thousands of histories: `npm run bench:regression`. */
describe('on seeded histories with noise and outliers', () => {
  it('tells of 99% of steps of 20% of the makespan within 5 runs, in 95% with the guilty node first', () => {
    const { found, named } = stepsFound(100, { step: { at: 100, size: 0.2, of: 'makespan' } });
    expect(found).toBeGreaterThanOrEqual(99);
    expect(named).toBeGreaterThanOrEqual(0.95 * found);
  });

  it('does so where one node of seven takes 20% longer, which is 2 to 6% of the makespan', () => {
    const { found, named } = stepsFound(100, { step: { at: 100, size: 0.2, of: 'node' } });
    expect(found).toBeGreaterThanOrEqual(98);
    expect(named).toBeGreaterThanOrEqual(0.95 * found);
  });

  it('does so with heavy tails', () => {
    const { found, named } = stepsFound(100, { tails: 'heavy', step: { at: 100, size: 0.2, of: 'makespan' } });
    expect(found).toBeGreaterThanOrEqual(99);
    expect(named).toBeGreaterThanOrEqual(0.95 * found);
  });

  it('gives at most one false alarm in 1,000 quiet runs', () => {
    expect(alarmsIn(2, { outliers: 0.03 }) + alarmsIn(2, { tails: 'heavy' })).toBeLessThanOrEqual(4);
  });

  it('takes no slow drift of 3% in 100 runs for steps', () => {
    expect(alarmsIn(1, { drift: 0.0003 })).toBeLessThanOrEqual(1);
  });
});

describe('a step', () => {
  const { runs, guilty } = simulateHistory({
    seed: 11,
    runs: 260,
    step: { at: 100, size: 0.3, of: 'makespan', until: 180 },
  });
  const seen = watchAll(runs);

  it('is told of once, with its first run, and once when it is over', () => {
    expect(seen.map(({ event }) => event.kind)).toEqual(['raised', 'recovered']);
    const [raised, recovered] = seen;
    expect(raised?.event.regression.firstRunId).toBe('run-100');
    expect(raised?.after).toBeLessThanOrEqual(105);
    expect(recovered?.after).toBeGreaterThan(180);
    expect(recovered?.after).toBeLessThanOrEqual(186);
    expect(recovered?.event.regression).toEqual(raised?.event.regression);
  });

  it('comes with what made it', () => {
    const event = seen[0]?.event;
    expect(event?.kind === 'raised' && event.report.attribution?.nodes[0]?.id).toBe(guilty);
  });

  it('is not told of again when one looks twice after the same run', () => {
    const upTo = runs.slice(0, seen[0]?.after);
    const first = watchRegression(UNWATCHED, upTo);
    expect(first.events).toHaveLength(1);
    const again = watchRegression(first.watch, upTo);
    expect(again.events).toEqual([]);
    expect(again.watch).toEqual(first.watch);
    // What is remembered is plain data.
    expect(structuredClone(first.watch)).toEqual(JSON.parse(JSON.stringify(first.watch)));
  });

  it('after another is another alarm', () => {
    const first = simulateHistory({ seed: 4, runs: 100, outliers: 0, step: { at: 50, size: 0.3, of: 'makespan' } });
    const second = simulateHistory({ seed: 4, runs: 150, outliers: 0, step: { at: 0, size: 0.7, of: 'makespan' } });
    const both = [...first.runs, ...second.runs.slice(100)];
    expect(watchAll(both).filter(({ event }) => event.kind === 'raised')).toHaveLength(2);
  });
});

it('a workflow that gets faster raises nothing', () => {
  const { runs } = simulateHistory({
    seed: 21,
    runs: 150,
    outliers: 0,
    step: { at: 0, size: 0.3, of: 'makespan', until: 80 },
  });
  expect(watchAll(runs)).toEqual([]);
});

it('one unit more is no step where times are rounded to it, and is one where they are not', () => {
  const times = Array.from({ length: 45 }, (_, i) => (i >= 40 || i % 9 === 4 ? 6000 : 5000));
  const raisedIn = (more: number) =>
    watchAll(times.map((time, i) => runOf(i, [], time + more))).filter(({ event }) => event.kind === 'raised');
  expect(raisedIn(0)).toEqual([]);
  expect(raisedIn(3)).toHaveLength(1);
});

it('nothing is told of a young workflow', () => {
  const { runs } = simulateHistory({ seed: 2, runs: 10, step: { at: 5, size: 0.2, of: 'makespan' } });
  expect(watchAll(runs)).toEqual([]);
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asMicros, microsFromMs, toEpochMicros, type EpochMicros } from '../../units.ts';
import type { HistoryRun, RunSummary } from '../history/run-summary.ts';
import { narrowEnd } from './observe.ts';
import { needsOf, type AlertCondition, type AlertRule, type EndedRun } from './rule.ts';
import {
  alertSentence,
  evaluateEnd,
  evaluateUnderWay,
  FRESH_ALERT,
  MAX_JUDGED,
  type AlertState,
  type AlertTransition,
} from './state.ts';

const MINUTE = 60_000_000;
const START = 1_700_000_000_000_000;
const at = (minutes: number): EpochMicros => toEpochMicros(START + minutes * MINUTE);
const LIMIT: AlertCondition = { kind: 'duration_limit', node: null, limit: microsFromMs(1000) };

const USUAL = { node: null, percent: 20, baseline: null, sustained: false } as const;

function rule(condition: AlertCondition = LIMIT, more: Partial<AlertRule> = {}): AlertRule {
  return { condition, fireAfter: 1, resolveAfter: 2, from: at(0), ...more };
}

function nodeOf(id: string, length: number) {
  const shared = { id, name: `Node ${id}`, type: null, count: 1, failed: 0, attempts: 1, times: {}, onPath: {} };
  return { ...shared, from: microsFromMs(5), to: microsFromMs(5 + length) };
}

function summary(ms: number, nodeMs: number | null = null): RunSummary {
  const nodes = nodeMs === null ? [] : [nodeOf('a', nodeMs)];
  const time = microsFromMs(ms);
  return { makespan: time, work: time, span: time, queueWait: asMicros(0), causes: {}, nodes, nodeCount: 1 };
}

function run(id: string | number, ms: number, more: Partial<EndedRun> = {}): EndedRun {
  const endedAt = more.endedAt ?? at(typeof id === 'number' ? id + 1 : 1);
  const known = { summary: null, before: [], baseline: null, retries: [], prices: null, duration: microsFromMs(ms) };
  return { id: String(id), status: 'completed', toldAt: endedAt, ...known, ...more, endedAt };
}

function used(seconds: number): RunSummary {
  const shared = { type: 'http', attempts: 1, failedRun: asMicros(0), failedAttempts: 0 };
  return { ...summary(1), usage: { types: [{ ...shared, run: asMicros(seconds * 1e6) }], models: [] } };
}

function before(...ms: readonly number[]): HistoryRun[] {
  return ms.map((one, i) => {
    const known = { number: i, workflowVersion: 1, status: 'completed', startedAt: null, labels: {} } as const;
    return { id: `before ${i}`, ...known, summary: summary(one) };
  });
}

/** A run of 30 nodes, of which one takes as long as it. */
function withNodes(id: number, ms: number): HistoryRun {
  const nodes = Array.from({ length: 30 }, (_, i) => nodeOf(`n${i}`, i === 3 ? ms : 5));
  const known = { number: id, workflowVersion: 1, status: 'completed', startedAt: null, labels: {} } as const;
  return { id: `r${id}`, ...known, summary: { ...summary(ms), nodes } };
}

/** Feeds runs to a rule one after the other. */
function feed(
  one: AlertRule,
  runs: readonly EndedRun[],
  from: AlertState = FRESH_ALERT,
): { readonly state: AlertState; readonly told: readonly AlertTransition[] } {
  let state = from;
  const told: AlertTransition[] = [];
  for (const next of runs) {
    const step = evaluateEnd(one, state, next);
    state = step.state;
    if (step.transition !== null) told.push(step.transition);
  }
  return { state, told };
}

const types = (told: readonly AlertTransition[]): string => told.map(({ type }) => type).join(' ');

describe('what runs say of a condition', () => {
  it('compares a duration with its limit, of the run and of a node by the clock', () => {
    const { told } = feed(rule(), [run(1, 1000), run(2, 1001)]);
    expect(told).toMatchObject([
      {
        type: 'fired',
        executionId: '2',
        evidence: { duration_ms: 1001, limit_ms: 1000, node: null },
        finding: 'the run took 1 s, limit 1 s',
        place: null,
      },
    ]);
    const ofNode = rule({ kind: 'duration_limit', node: 'a', limit: microsFromMs(30) });
    const slow = feed(ofNode, [
      run(1, 5000, { summary: summary(5000, 20) }),
      run(2, 5000, { summary: summary(9, 31) }),
    ]);
    expect(slow.told).toMatchObject([
      { executionId: '2', place: { from: 5000, to: 36_000, node: 'Node a' }, evidence: { duration_ms: 31, node: 'a' } },
    ]);
    expect(feed(ofNode, [run(1, 5000, { summary: summary(5000) })]).state).toEqual(FRESH_ALERT);
  });

  it('takes a run that did not complete for no proof of being quick, and one that took too long as a breach', () => {
    const { state } = feed(rule(), [run(1, 5, { status: 'failed' }), run(2, 5, { status: 'cancelled' })]);
    expect(state).toEqual(FRESH_ALERT);
    expect(types(feed(rule(), [run(1, 2000, { status: 'timeout' })]).told)).toBe('fired');
  });

  it('compares with the median of the runs before, beyond what varies anyway', () => {
    const slower = rule({ kind: 'slower_than_usual', ...USUAL, runs: 10 });
    const judged = (ms: number, history: readonly HistoryRun[]) =>
      feed(slower, [run(1, 0, { summary: summary(ms), before: history })]).told;
    expect(judged(130, before(100, 101, 99, 100, 100))).toMatchObject([
      { evidence: { usual_ms: 100, slower_percent: 30, runs: 5 }, finding: expect.stringContaining('30% more') },
    ]);
    expect(judged(119, before(100, 101, 99, 100, 100))).toEqual([]);
    // Too few, and so noisy that 30% more is nothing.
    expect(judged(130, before(100, 100, 100, 100))).toEqual([]);
    expect(judged(130, before(60, 80, 100, 120, 140))).toEqual([]);
    // One outlier among them does not hide it.
    expect(judged(130, before(100, 101, 99, 100, 9000))).toHaveLength(1);
  });

  it('compares with a baseline, whatever was before', () => {
    const condition = { kind: 'slower_than_usual', ...USUAL, runs: 10, baseline: 'b' } as const;
    const known = { summary: summary(130), before: before(130, 130, 130, 130, 130) };
    const { told } = feed(rule(condition), [run(1, 0, { ...known, baseline: before(99, 100, 101, 100, 100) })]);
    expect(told).toMatchObject([{ evidence: { usual_ms: 100, slower_percent: 30 } }]);
    expect(needsOf(condition)).toMatchObject({ before: 0, baseline: 'b' });
  });

  it('takes one slow run for nothing where it must be sustained, and tells once the level has changed', () => {
    const condition = { kind: 'slower_than_usual', ...USUAL, runs: 20, sustained: true } as const;
    const one = rule(condition, { resolveAfter: 1 });
    const usual = Array.from({ length: 20 }, (_, i) => 100 + (i % 5));
    const times = [...usual, 160, 101, 103, 150, 152, 149, 151, 150, 153];
    let state = FRESH_ALERT;
    const told = times.flatMap((ms, i) => {
      const history = before(...times.slice(0, i)).toReversed();
      const step = evaluateEnd(one, state, run(i, 0, { id: `before ${i}`, summary: summary(ms), before: history }));
      state = step.state;
      return step.transition === null ? [] : [{ at: i, ...step.transition }];
    });
    expect(told).toMatchObject([{ type: 'fired', evidence: { limit_percent: 20 } }]);
    // Not at the one that is slow (20), but some after the level has changed (23).
    expect(told[0]?.at).toBeGreaterThanOrEqual(25);
    expect(told[0]?.finding).toMatch(
      /^the run takes 15\d(\.\d)? ms in the last \d+ runs, 4\d(\.\d)?% more than the usual/,
    );
    expect(needsOf(condition).before).toBeGreaterThan(20);
  });

  it('judges runs that are without the nodes that it does not look at as if they had them', () => {
    const times = [...Array.from({ length: 20 }, (_, i) => 100 + (i % 5)), 150, 152, 149, 151, 150, 153];
    const runs = times.map((ms, i) => withNodes(i, ms)).toReversed();
    const [{ summary: own }, ...earlier] = [withNodes(99, 154), ...runs];
    for (const [node, left] of [
      [null, 10],
      ['n3', 1],
    ] as const) {
      const condition = { kind: 'slower_than_usual', ...USUAL, node, runs: 20, sustained: true } as const;
      const whole = run('r99', 0, { summary: own, before: earlier, baseline: null });
      const narrow = narrowEnd(condition, whole);
      expect(new Set(narrow.before.map((one) => one.summary.nodes.length))).toEqual(new Set([left]));
      expect(evaluateEnd(rule(condition), FRESH_ALERT, narrow)).toEqual(
        evaluateEnd(rule(condition), FRESH_ALERT, whole),
      );
    }
    expect(narrowEnd(LIMIT, run(1, 1, { before: runs })).before).toBe(runs);
  });

  it('adds up what a run costs, where there are prices for it', () => {
    const prices = { currency: 'EUR', node_types: { http: { per_second: 2 } }, models: {} };
    const costly = rule({ kind: 'cost', limit: 5, prices });
    const { told } = feed(costly, [run(1, 0, { summary: used(2) }), run(2, 0, { summary: used(3) })]);
    expect(told).toMatchObject([{ executionId: '2', evidence: { cost: 6, limit: 5, currency: 'EUR' } }]);
    expect(told[0]?.finding).toBe('the run cost 6 EUR, limit 5 EUR');
    const unpriced = rule({ kind: 'cost', limit: 5, prices: { currency: 'EUR', node_types: {}, models: {} } });
    expect(feed(unpriced, [run(1, 0, { summary: used(9) })]).state).toEqual(FRESH_ALERT);
  });

  it('takes the prices of the workspace for what a run costs where a condition has none of its own', () => {
    const prices = { currency: 'USD', node_types: { http: { per_second: 3 } }, models: {} };
    const own = { currency: 'EUR', node_types: { http: { per_second: 2 } }, models: {} };
    const shared = { kind: 'cost', limit: 5, prices: null } as const;
    const two = run(1, 0, { summary: used(2), prices });
    expect(feed(rule(shared), [two]).told).toMatchObject([{ finding: 'the run cost 6 USD, limit 5 USD' }]);
    expect(feed(rule({ ...shared, prices: own }), [two]).told).toEqual([]);
    // Without a price list nothing is known, so neither is it that a run is fine.
    const { state } = feed(rule(shared), [two, run(2, 0, { summary: used(9) }), run(3, 0, { summary: used(0) })]);
    expect(state).toMatchObject({ status: 'firing', judged: [{ id: '1', isBad: true }], fine: 0 });
    expect([needsOf(shared).prices, needsOf({ ...shared, prices: own }).prices]).toEqual([true, false]);
  });

  it('counts failures among the last runs, without those that were cancelled', () => {
    const failures = rule({ kind: 'failure_rate', percent: 50, runs: 4, minRuns: 3 });
    const failed = (id: number) => run(id, 1, { status: 'failed' });
    const { told, state } = feed(failures, [
      failed(1),
      failed(2),
      run(3, 1, { status: 'cancelled' }),
      run(4, 1),
      run(5, 1),
      run(6, 1),
    ]);
    expect(told.map(({ type, executionId, evidence }) => [type, executionId, evidence['failed_percent']])).toEqual([
      ['fired', '4', 66.7],
      ['resolved', '6', 25],
    ]);
    expect(state.status).toBe('ok');
    expect(told[0]?.finding).toBe('2 of the last 3 runs failed (66.7%, limit 50%)');
  });

  it('counts what no retry policy foresees, in the workflow or a node with its iterations', () => {
    const verdicts = [
      { node: 'a', verdict: 'unexpected', reason: 'there is no retry policy' },
      { node: 'b[3]', verdict: 'unexpected', reason: 'all 3 attempts failed' },
      { node: 'c', verdict: 'expected', reason: 'attempts remained' },
    ] as const;
    const told = (node: string | null, moreThan: number) =>
      feed(rule({ kind: 'unexpected_retries', node, moreThan }), [run(1, 1, { status: 'failed', retries: verdicts })])
        .told;
    expect(told(null, 1)).toMatchObject([{ evidence: { unexpected_retries: 2, limit: 1 } }]);
    expect(told(null, 2)).toEqual([]);
    expect(told('b', 0)).toHaveLength(1);
    expect(told('c', 0)).toEqual([]);
  });

  it('tells of a deadline while the run is under way, once, and takes back what was feared for nothing', () => {
    const deadline = rule({ kind: 'deadline', limit: microsFromMs(1000), riskPercent: 80 }, { resolveAfter: 1 });
    const underWay = (state: AlertState, ms: number, riskPercent: number | null) =>
      evaluateUnderWay(deadline, state, { id: 'x', elapsed: microsFromMs(ms), riskPercent });
    expect(underWay(FRESH_ALERT, 900, 79)).toEqual({ state: FRESH_ALERT, transition: null });
    const feared = underWay(FRESH_ALERT, 900, 80);
    expect(feared.transition).toMatchObject({ type: 'fired', evidence: { risk_percent: 80 } });
    expect(underWay(feared.state, 1100, null).transition).toBeNull();
    expect(types(feed(deadline, [run('x', 990)], feared.state).told)).toBe('resolved');
    expect(feed(deadline, [run('x', 1990)], feared.state)).toEqual({ state: feared.state, told: [] });
    expect(underWay(FRESH_ALERT, 1001, null).transition?.finding).toContain('is not done after');
    expect(
      evaluateUnderWay(rule(), FRESH_ALERT, { id: 'x', elapsed: asMicros(1e12), riskPercent: 100 }).transition,
    ).toBeNull();
  });

  it('is told in one sentence, and asks for nothing that it does not need', () => {
    expect(alertSentence({ type: 'fired', finding: 'it took 2 s' }, 'Nightly #4')).toBe('Nightly #4: it took 2 s.');
    expect(alertSentence({ type: 'resolved', finding: 'it took 1 s' }, 'N #5')).toBe(
      'N #5 is fine again: it took 1 s.',
    );
    expect(needsOf(LIMIT)).toEqual({ summary: false, before: 0, baseline: null, retries: false, prices: false });
    expect(needsOf({ kind: 'slower_than_usual', ...USUAL, runs: 30 })).toMatchObject({ before: 30 });
  });
});

describe('runs that come late, twice or out of order', () => {
  it('a run from a clock that is far ahead does not silence the rule, nor does a state that was kept then', () => {
    const ahead = run('ahead', 10, { endedAt: at(1_000_000), toldAt: at(1) });
    const late = run('late', 9000, { endedAt: at(2), toldAt: at(7) });
    expect(types(feed(rule(), [ahead, late]).told)).toBe('fired');
    const kept = { ...FRESH_ALERT, newestEnd: at(1_000_000) };
    expect(evaluateEnd(rule(), kept, late).transition).toMatchObject({ type: 'fired' });
  });

  it('do not count when they ended before the rule was made, or long before what was seen or when they were told of', () => {
    const old = [
      run('before the rule', 9000, { endedAt: at(-1) }),
      run('imported', 9000, { endedAt: at(10), toldAt: at(10 + 24 * 60 + 1) }),
    ];
    expect(feed(rule(), old).state).toEqual(FRESH_ALERT);
    const seen = feed(rule(), [run('new', 1, { endedAt: at(30) })]).state;
    expect(feed(rule(), [run('behind', 9000, { endedAt: at(19), toldAt: at(31) })], seen).state).toBe(seen);
    expect(types(feed(rule(), [run('a little behind', 9000, { endedAt: at(21), toldAt: at(31) })], seen).told)).toBe(
      'fired',
    );
  });

  it('count once, unless they come out differently', () => {
    const first = feed(rule(), [run('a', 9000)]);
    expect(feed(rule(), [run('a', 9000), run('a', 9001)], first.state)).toEqual({ state: first.state, told: [] });
    const mended = feed(rule(LIMIT, { resolveAfter: 1 }), [run('a', 5)], first.state);
    expect(types(mended.told)).toBe('resolved');
  });
});

describe('the states of an alert', () => {
  it('do not flap on values that alternate', () => {
    const alternating = Array.from({ length: 100 }, (_, i) => run(i, i % 2 === 0 ? 2000 : 500));
    expect(types(feed(rule(), alternating).told)).toBe('fired');
    expect(types(feed(rule(LIMIT, { fireAfter: 2 }), alternating).told)).toBe('');
  });

  const slowness = fc.array(fc.boolean(), { maxLength: 60 });
  const counts = fc.integer({ min: 1, max: 4 });

  it('alternate, each after as many in a row as was asked for, whatever the runs', () => {
    fc.assert(
      fc.property(slowness, counts, counts, (slow, fireAfter, resolveAfter) => {
        const one = rule(LIMIT, { fireAfter, resolveAfter });
        let state = FRESH_ALERT;
        let last = 'resolved';
        slow.forEach((isSlow, i) => {
          const step = evaluateEnd(one, state, run(i, isSlow ? 2000 : 500));
          if (step.transition !== null) {
            const fired = step.transition.type === 'fired';
            const row = slow.slice(i + 1 - (fired ? fireAfter : resolveAfter), i + 1);
            expect(row).toHaveLength(fired ? fireAfter : resolveAfter);
            expect(row.every((was) => was === fired)).toBe(true);
            expect(step.transition.type).not.toBe(last);
            last = step.transition.type;
          }
          state = step.state;
          expect(state.status).toBe(last === 'fired' ? 'firing' : 'ok');
        });
      }),
    );
  });

  it('come out the same when deliveries are repeated, and go through JSON unchanged', () => {
    fc.assert(
      fc.property(slowness, counts, fc.array(fc.nat({ max: 59 })), (slow, fireAfter, again) => {
        const one = rule(LIMIT, { fireAfter });
        const runs = slow.map((isSlow, i) => run(i, isSlow ? 2000 : 500));
        const once = feed(one, runs);
        const twice = feed(
          one,
          runs.flatMap((next, i) => [next, ...again.filter((j) => j <= i).flatMap((j) => runs[j] ?? [])]),
        );
        expect(twice).toEqual(once);
        expect(JSON.parse(JSON.stringify(once.state))).toEqual(once.state);
      }),
    );
  });

  it('remember a bounded number of runs', () => {
    const { state } = feed(
      rule(),
      Array.from({ length: MAX_JUDGED + 50 }, (_, i) => run(i, 5)),
    );
    expect(state.judged).toHaveLength(MAX_JUDGED);
    expect(state.judged.at(-1)?.id).toBe(String(MAX_JUDGED + 49));
  });
});

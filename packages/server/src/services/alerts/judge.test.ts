import {
  asMicros,
  evaluateEnd,
  FRESH_ALERT,
  toEpochMicros,
  type AlertRule,
  type EndedRun,
  type HistoryRun,
} from '@flowprof/model';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ThreadPool } from '../threads/pool.ts';
import { AlertJudge } from './judge.ts';

const pool = new ThreadPool({ threads: 1, waiting: 4, maxHeapMb: 512, endAfterUse: false });
afterAll(() => pool.close());

const NOW = toEpochMicros(1_700_000_000_000_000);

/** An execution of 500 nodes, the first of which takes so long. */
function run(number: number, ms: number): HistoryRun {
  const makespan = asMicros(ms * 1000);
  const nodes = Array.from({ length: 500 }, (_, i) => {
    const to = i === 0 ? makespan : asMicros(1000);
    const [times, onPath] = [{ work: to }, i === 0 ? { work: to } : {}];
    const counts = { type: null, count: 1, failed: 0, attempts: 1, from: asMicros(0) };
    return { id: `n${i}`, name: `N ${i}`, ...counts, to, times, onPath };
  });
  const times = { makespan, work: makespan, span: makespan, queueWait: null, causes: { work: makespan } };
  return {
    id: `r${number}`,
    number,
    workflowVersion: 1,
    status: 'completed',
    startedAt: null,
    labels: {},
    summary: { ...times, nodes, nodeCount: nodes.length },
  };
}

/** The last of so many executions, the newest eight of which are slow. */
function lastOf(count: number): EndedRun {
  const runs = Array.from({ length: count }, (_, i) => run(i, (i < count - 8 ? 700 : 1000) + ((i * 7) % 5))).reverse();
  const [last, ...before] = runs;
  if (!last) throw new Error('there is one');
  const { id, summary } = last;
  const known = { baseline: null, retries: [], prices: null, duration: summary.makespan };
  return { id, status: 'completed', endedAt: NOW, toldAt: NOW, ...known, summary, before };
}

function ruleFor(sustained: boolean): AlertRule {
  const condition = {
    kind: 'slower_than_usual',
    node: null,
    percent: 20,
    runs: 100,
    baseline: null,
    sustained,
  } as const;
  return { condition, fireAfter: 1, resolveAfter: 2, from: NOW };
}

describe('the judge of executions', () => {
  it('judges many together in a thread, and the same as here', async () => {
    const judge = new AlertJudge(pool);
    const used = vi.spyOn(pool, 'use');
    for (const [isSustained, count] of [
      [true, 20],
      [false, 100],
    ] as const) {
      const [rule, end] = [ruleFor(isSustained), lastOf(count)];
      expect(await judge.judge(rule, FRESH_ALERT, end)).toEqual(evaluateEnd(rule, FRESH_ALERT, end));
    }
    expect(used).not.toHaveBeenCalled();
    const [rule, end] = [ruleFor(true), lastOf(100)];
    const step = await judge.judge(rule, FRESH_ALERT, end);
    expect(step.transition).toMatchObject({ type: 'fired', evidence: { node: 'n0' } });
    expect(step).toEqual(evaluateEnd(rule, FRESH_ALERT, end));
    expect(used).toHaveBeenCalledTimes(1);
    used.mockRestore();
  });
});

import { asMicros, toEpochMicros, type HistoryRun, type NodeSummary } from '@flowprof/model';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ThreadPool } from '../threads/pool.ts';
import { Analyst } from './analyst.ts';
import { packRuns, unpackRuns, weightOf } from './packed-runs.ts';
import { answerQuestion, type HistoryQuestion } from './questions.ts';

const pool = new ThreadPool({ threads: 1, waiting: 4, maxHeapMb: 512, endAfterUse: false });
afterAll(() => pool.close());

/** An execution of so many nodes, the first of which takes so long. */
function run(number: number, ms: number, nodes = 2): HistoryRun {
  const makespan = asMicros(ms * 1000);
  const node = (i: number): NodeSummary => {
    const work = i === 0 ? makespan : asMicros(1000);
    const times = { work };
    return {
      id: `n${i}`,
      name: `N ${i}`,
      type: null,
      count: 1,
      failed: 0,
      attempts: 1,
      from: asMicros(0),
      to: work,
      times,
      onPath: i === 0 ? times : {},
    };
  };
  const times = { makespan, work: makespan, span: makespan, queueWait: null, causes: { work: makespan } };
  return {
    id: `r${number}`,
    number,
    workflowVersion: 1,
    status: 'completed',
    startedAt: toEpochMicros(number * 1_000_000),
    labels: { 'input.size': String(number) },
    summary: { ...times, nodes: Array.from({ length: nodes }, (_, i) => node(i)), nodeCount: nodes },
  };
}

const history = (nodes: number, slow: number): HistoryRun[] =>
  Array.from({ length: 20 }, (_, i) => run(i, (i < 20 - slow ? 700 : 1000) + ((i * 7) % 5), nodes));

const QUESTIONS: readonly HistoryQuestion[] = [
  { kind: 'history', node: 'n0', trends: 3 },
  { kind: 'regressions', options: { reference: { kind: 'last', runs: 50 } } },
  { kind: 'cohorts', by: { kind: 'change_point', firstRunId: null } },
  { kind: 'paths' },
  { kind: 'finding' },
];

describe('questions about many executions', () => {
  it('are answered in a thread where there is much to go through, and the same as here', async () => {
    const analyst = new Analyst(pool);
    const used = vi.spyOn(pool, 'use');
    const [small, large] = [history(2, 4), history(200, 4)];
    expect([weightOf(small), weightOf(large)]).toEqual([60, 4020]);
    for (const question of QUESTIONS) {
      expect(await analyst.ask(question, small, small)).toEqual(answerQuestion(question, small, small).answer);
    }
    expect(used).not.toHaveBeenCalled();
    for (const question of QUESTIONS) {
      expect(await analyst.ask(question, large, small)).toEqual(answerQuestion(question, large, small).answer);
    }
    expect(used).toHaveBeenCalledTimes(QUESTIONS.length);
    used.mockRestore();
  });

  it('are about executions that are packed and unpacked without a loss', async () => {
    const runs = history(3, 2);
    expect(unpackRuns(await packRuns(runs))).toEqual(runs);
    expect(unpackRuns([{ head: run(1, 1), summary: Buffer.from('{}') }])).toEqual([]);
  });

  it('call a workflow slower as long as the change is news, however many executions ran since', () => {
    const options = { reference: { kind: 'last', runs: 50 } } as const;
    for (const slow of [4, 8]) {
      const runs = history(2, slow);
      expect(answerQuestion({ kind: 'regressions', options }, runs, [])).toMatchObject({
        answer: { verdict: 'slower', first_bad_run: { execution_id: `r${20 - slow}` } },
      });
    }
    const quiet = answerQuestion({ kind: 'regressions', options }, history(2, 0), []);
    expect(quiet).toMatchObject({ answer: { verdict: 'unchanged', first_bad_run: null } });
    const old = [...history(2, 8), ...Array.from({ length: 60 }, (_, i) => run(100 + i, 1000 + (i % 3)))];
    expect(answerQuestion({ kind: 'regressions', options }, old, [])).toMatchObject({
      answer: { verdict: 'unchanged' },
    });
  });
});

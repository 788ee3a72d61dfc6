import { describe, expect, test } from 'vitest';
import { Drawing } from '../../../testing/drawing.ts';
import type { Trace } from '../../trace/trace.ts';
import { buildProfile } from '../profile.ts';

const rulesOf = (trace: Trace) => buildProfile(trace).insights.map(({ rule, gain_ms: gain }) => [rule, gain]);

describe('insights', () => {
  test('a healthy short run yields none', () => {
    const trace = new Drawing({ concurrency: 8 })
      .node(
        'a',
        [],
        [0, 20],
        [
          ['queue_wait', [0, 1]],
          ['expression_eval', [1, 2]],
          ['execute', [2, 20]],
        ],
      )
      .node(
        'b',
        ['a'],
        [20, 60],
        [
          ['queue_wait', [20, 21]],
          ['http_request', [21, 60]],
        ],
      )
      .node(
        'c',
        ['a'],
        [20, 50],
        [
          ['queue_wait', [20, 22]],
          ['http_request', [22, 50]],
        ],
      )
      .node(
        'd',
        ['b', 'c'],
        [60, 90],
        [
          ['queue_wait', [60, 61]],
          ['execute', [61, 90]],
        ],
      )
      .trace();
    expect(rulesOf(trace)).toEqual([]);
  });

  test('each rule speaks where it should', () => {
    const queue = new Drawing({ concurrency: 1 })
      .node('a', [], [0, 400], [['execute', [0, 400]]])
      .node(
        'b',
        [],
        [0, 800],
        [
          ['queue_wait', [0, 400]],
          ['execute', [400, 800]],
        ],
      )
      .trace();
    expect(rulesOf(queue)).toEqual([['long_queue', 400]]);

    const pool = new Drawing({ concurrency: 8 })
      .node('a', [], [0, 400], [['execute', [0, 400]]])
      .node(
        'b',
        [],
        [0, 800],
        [
          ['queue_wait', [0, 400], [], { metadata: { cause: 'pool', pool: 'db', limit: 1 } }],
          ['execute', [400, 800]],
        ],
      )
      .trace();
    expect(rulesOf(pool)).toEqual([['pool_is_the_limit', 400]]);
    expect(buildProfile(pool).insights[0]).toMatchObject({
      title: '50% of the makespan waits for the pool "db"',
      advice:
        'Raise the limit of the pool "db" above 1, or take nodes that do not need it out of it, for "b" is ready and waits for a place in it.',
      evidence: { cause: 'pool', name: 'db', limit: 1 },
    });
    const queued = new Drawing()
      .node('a', [], [0, 400], [['execute', [0, 400]]])
      .node(
        'b',
        ['a'],
        [400, 800],
        [
          ['queue_wait', [400, 600], [], { metadata: { cause: 'task_queue', task_queue: 'orders' } }],
          ['execute', [600, 800]],
        ],
      )
      .trace();
    expect(buildProfile(queued).insights[0]).toMatchObject({
      rule: 'pool_is_the_limit',
      title: '25% of the makespan waits for workers of the task queue "orders"',
    });

    const limited = new Drawing()
      .node(
        'a',
        [],
        [0, 900],
        [
          ['execute', [0, 300]],
          ['rate_limit_wait', [300, 600]],
          ['execute', [600, 900]],
        ],
      )
      .trace();
    expect(rulesOf(limited)).toEqual([['rate_limit_binding', 300]]);

    const flaky = new Drawing()
      .node(
        'a',
        [],
        [0, 700],
        [
          ['attempt 1', [0, 100], [], { status: 'failed' }],
          ['retry_backoff', [100, 600]],
          ['attempt 2', [600, 700], [['execute', [600, 700]]]],
        ],
      )
      .trace();
    expect(rulesOf(flaky)).toEqual([
      ['retries_cost', 600],
      ['backoff_larger_than_work', 300],
    ]);

    const gap = new Drawing({ sourceFormat: 'other' }).node('a', [], [0, 400]).node('b', ['a'], [700, 900]).trace();
    expect(rulesOf(gap)).toEqual([['unaccounted_gap', 300]]);

    const serial = new Drawing({ sourceFormat: 'other' })
      .node('a', [], [0, 200])
      .node('x', [], [0, 500])
      .node('b', ['a'], [501, 900])
      .trace();
    expect(rulesOf(serial)).toEqual([['serial_steps_without_dependency', 301]]);

    const serialAndGap = new Drawing({ sourceFormat: 'other' })
      .node('a', [], [0, 200])
      .node('x', [], [0, 500])
      .node('b', ['a'], [500, 700])
      .node('c', ['b'], [900, 1000])
      .trace();
    expect(rulesOf(serialAndGap)).toEqual([
      ['serial_steps_without_dependency', 300],
      ['unaccounted_gap', 200],
    ]);

    const dominant = new Drawing()
      .node('a', [], [0, 100])
      .node('big', ['a'], [100, 900])
      .node('c', ['big'], [900, 1000])
      .trace();
    expect(rulesOf(dominant)).toEqual([['one_node_dominates', 400]]);

    const waiting = new Drawing()
      .node('a', [], [0, 100])
      .node('big', ['a'], [100, 900], [['retry_backoff', [200, 800]]])
      .node('c', ['big'], [900, 1000])
      .trace();
    expect(rulesOf(waiting).map(([rule]) => rule)).not.toContain('one_node_dominates');

    const sleeping = new Drawing()
      .node('a', [], [0, 100])
      .node('big', ['a'], [100, 900], [['sleep', [100, 900]]])
      .node('c', ['big'], [900, 1000])
      .trace();
    expect(rulesOf(sleeping)).toEqual([['idle_sleep', 800]]);

    const idle = new Drawing({ sourceFormat: 'other', concurrency: 4 })
      .node('a', [], [0, 100])
      .node('b', ['a'], [600, 700])
      .trace();
    expect(rulesOf(idle), 'the gap is all that the workers wait for').toEqual([['unaccounted_gap', 500]]);

    const waits = new Drawing({ concurrency: 4 })
      .node(
        'a',
        [],
        [0, 500],
        [
          ['queue_wait', [0, 400]],
          ['execute', [400, 500]],
        ],
      )
      .node(
        'b',
        ['a'],
        [500, 1000],
        [
          ['rate_limit_wait', [500, 900]],
          ['execute', [900, 1000]],
        ],
      )
      .trace();
    expect(rulesOf(waits), 'each names a half of it').toEqual([
      ['long_queue', 400],
      ['rate_limit_binding', 400],
    ]);
    const many = new Drawing({ concurrency: 4 })
      .node(
        'a',
        [],
        [0, 350],
        [
          ['queue_wait', [0, 300]],
          ['execute', [300, 350]],
        ],
      )
      .node(
        'b',
        ['a'],
        [350, 700],
        [
          ['rate_limit_wait', [350, 650]],
          ['execute', [650, 700]],
        ],
      )
      .node(
        'c',
        ['b'],
        [700, 1050],
        [
          ['execute', [700, 750]],
          ['callback', [750, 1050]],
        ],
      )
      .trace();
    expect(
      rulesOf(many).map(([rule]) => rule),
      'their sum comes last',
    ).toEqual(['long_queue', 'rate_limit_binding', 'slow_callback', 'low_utilisation']);
  });

  test('an insight says what to do in one sentence, with its numbers', () => {
    const trace = new Drawing({ concurrency: 1 })
      .node('a', [], [0, 400], [['execute', [0, 400]]])
      .node(
        'b',
        [],
        [0, 800],
        [
          ['queue_wait', [0, 400], [], { metadata: { cause: 'concurrency' } }],
          ['execute', [400, 800]],
        ],
      )
      .trace();
    expect(buildProfile(trace).insights).toMatchObject([
      {
        severity: 'high',
        title: '50% of the makespan is spent in the queue',
        advice: 'Raise the concurrency limit of 1, for "b" is ready and waits for a free place.',
        evidence: { time_ms: 400, percent_of_makespan: 50, node_key: 'b', cause: 'concurrency', concurrency: 1 },
      },
    ]);
  });
});

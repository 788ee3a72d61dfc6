import { describe, expect, test } from 'vitest';
import { Drawing, type Inner } from '../../testing/drawing.ts';
import type { JsonObject } from '../json.ts';
import type { Trace } from '../trace/trace.ts';
import { analyseTrace } from './analyse.ts';
import { buildProfile } from './profile.ts';

/** The accounting as lines: from, to, cause, node with its iteration, what a wait was for. */
function accounted(trace: Trace): string[] {
  return (analyseTrace(trace).accounting?.segments ?? []).map(({ fromUs, toUs, cause, nodeRow, reason }) => {
    const iteration = nodeRow === null ? -1 : (trace.nodes.iteration[nodeRow] ?? -1);
    const node = nodeRow === null ? '-' : `${trace.nodes.key[nodeRow]}${iteration === -1 ? '' : `[${iteration}]`}`;
    const why =
      reason === null ? '' : ` (${[reason.kind, reason.name, reason.limit].filter((x) => x !== null).join(' ')})`;
    return `${fromUs / 1000}-${toUs / 1000} ${cause} ${node}${why}`;
  });
}

const pathOf = (trace: Trace) => buildProfile(trace).critical_path?.items.map(({ id }) => id);

function waits(name: string, from: number, to: number, metadata: JsonObject): Inner {
  return [name, [from, to], [], { metadata }];
}

/** `a`, a loop over three items with room for two, each of two nodes, then `z`. */
function loop(): Drawing {
  const drawing = new Drawing({ concurrency: 8 })
    .node('a', [], [0, 10])
    .node('each', ['a'], [10, 73], [['expression_eval', [10, 12]]], { type: 'foreach' });
  const items = [
    [12, 20, 30],
    [12, 25, 40],
    [32, 50, 70],
  ] as const;
  for (const [iteration, [start, between, end]] of items.entries()) {
    const inside = { iteration, parentKey: 'each.item', parentIteration: iteration };
    const item = { type: 'group', iteration, parentKey: 'each', parentIteration: null };
    drawing
      .node('each.item', [], [start, end], [], item)
      .node('fetch', [], [start, between], [['execute', [start, between]]], inside)
      .node('store', ['fetch'], [between, end], [['execute', [between, end]]], inside);
  }
  return drawing.node('z', ['each'], [73, 90]);
}

describe('containers', () => {
  test('what depends on a loop waits for all its items, and the path goes through the last of them', () => {
    expect(pathOf(loop().trace())).toEqual(['a', 'fetch[2]', 'store[2]', 'z']);
    expect(accounted(loop().trace())).toEqual([
      '0-10 work a',
      '10-12 engine fetch[2]',
      '12-32 queue fetch[2] (loop each)',
      '32-50 work fetch[2]',
      '50-70 work store[2]',
      '70-73 unaccounted z',
      '73-90 work z',
    ]);
  });

  test('what a container does after its last node is told as well', () => {
    const trace = new Drawing()
      .node('each', [], [0, 60], [['callback', [50, 60]]], { type: 'foreach' })
      .node('one', [], [0, 50], [], { parentKey: 'each', iteration: 0, parentIteration: null })
      .node('z', ['each'], [60, 90])
      .trace();
    expect(accounted(trace)).toEqual(['0-50 work one[0]', '50-60 callback z', '60-90 work z']);
  });

  test('they are no leaves, their time is no work, and a node with iterations is one bottleneck', () => {
    const { counts, work_ms: work, bottlenecks, span_ms: span } = buildProfile(loop().trace());
    expect(counts).toMatchObject({ nodes: 12, leaf_nodes: 8 });
    expect(work).toBe(10 + (8 + 10) + (13 + 15) + (18 + 20) + 17);
    expect(span).toBe(10 + (18 + 20) + 17);
    const rows = bottlenecks.map(({ id, count, total_ms: total, critical_ms: critical }) => [
      id,
      count,
      total,
      critical,
    ]);
    expect(rows).toEqual([
      ['store', 3, 45, 20],
      ['fetch', 3, 39, 18],
      ['z', 1, 17, 17],
      ['a', 1, 10, 10],
    ]);
  });

  test('one with nothing in it is looked through', () => {
    for (const type of ['group', 'foreach', 'subworkflow']) {
      const trace = new Drawing()
        .node('a', [], [0, 10])
        .node('empty', ['a'], [10, 30], [['expression_eval', [10, 30]]], { type })
        .node('z', ['empty'], [30, 40])
        .trace();
      expect(pathOf(trace)).toEqual(['a', 'z']);
      expect(buildProfile(trace)).toMatchObject({ counts: { leaf_nodes: 2 }, work_ms: 20, makespan_ms: 40 });
    }
  });

  test('loops in loops: each item of the inner one belongs to its item of the outer one', () => {
    const drawing = new Drawing().node('outer', [], [0, 100], [], { type: 'foreach' });
    for (const i of [0, 1]) {
      const own = { iteration: i, parentKey: 'outer', parentIteration: null };
      drawing.node('inner', [], [i * 50, i * 50 + 50], [], { ...own, type: 'foreach' });
      for (const j of [0, 1]) {
        const from = i * 50 + j * 20;
        const within = { iteration: 2 * i + j, parentKey: 'inner', parentIteration: i };
        drawing.node('leaf', [], [from, from + 20 + 10 * j], [], within);
      }
    }
    const trace = drawing.node('z', ['outer'], [100, 110]).trace();
    expect(pathOf(trace)).toEqual(['leaf[3]', 'z']);
    expect(buildProfile(trace).bottlenecks).toMatchObject([{ id: 'leaf', count: 4, total_ms: 100 }, { id: 'z' }]);
  });
});

describe('waits', () => {
  const trace = new Drawing({ concurrency: 4 })
    .node(
      'a',
      [],
      [0, 60],
      [
        waits('queue_wait', 0, 10, { cause: 'pool', pool: 'db', limit: 2 }),
        waits('rate_limit_wait', 10, 30, { resource: 'crm', per_second: 5 }),
        ['execute', [30, 60]],
      ],
    )
    .node(
      'b',
      [],
      [0, 40],
      [waits('queue_wait', 0, 15, { cause: 'pool', pool: 'db', limit: 2 }), ['execute', [15, 40]]],
    )
    .node(
      'c',
      ['a'],
      [60, 100],
      [waits('queue_wait', 60, 65, { cause: 'concurrency', limit: 3, type: 'http' }), ['execute', [65, 100]]],
    )
    .node(
      'd',
      ['c'],
      [100, 130],
      [
        waits('queue_wait', 100, 103, { cause: 'dependency', released_by: 'c' }),
        waits('queue_wait', 103, 107, { cause: 'backpressure' }),
        ['execute', [107, 120]],
        ['callback', [120, 130]],
      ],
    )
    .trace();

  test('each names what it was for', () => {
    expect(accounted(trace)).toEqual([
      '0-10 queue a (pool db 2)',
      '10-30 rate_limit a (rate_limit crm 5)',
      '30-60 work a',
      '60-65 queue c (type http 3)',
      '65-100 work c',
      '100-103 queue d (dependency c)',
      '103-107 queue d (backpressure)',
      '107-120 work d',
      '120-130 callback d',
    ]);
  });

  test('the profile sums them by that', () => {
    expect(buildProfile(trace).waits).toEqual([
      { cause: 'rate_limit', reason: 'rate_limit', name: 'crm', limit: 5, count: 1, total_ms: 20, critical_ms: 20 },
      { cause: 'queue', reason: 'pool', name: 'db', limit: 2, count: 2, total_ms: 25, critical_ms: 10 },
      { cause: 'queue', reason: 'type', name: 'http', limit: 3, count: 1, total_ms: 5, critical_ms: 5 },
      { cause: 'queue', reason: 'backpressure', name: null, limit: null, count: 1, total_ms: 4, critical_ms: 4 },
      { cause: 'queue', reason: 'dependency', name: null, limit: null, count: 1, total_ms: 3, critical_ms: 3 },
    ]);
  });

  test('a node that waits to be taken note of does not work and holds no place', () => {
    const chain = new Drawing({ concurrency: 1 })
      .node(
        'a',
        [],
        [0, 30],
        [
          ['execute', [0, 10]],
          ['callback', [10, 30]],
        ],
      )
      .node(
        'b',
        [],
        [10, 40],
        [
          ['execute', [10, 20]],
          ['callback', [20, 40]],
        ],
      )
      .trace();
    const { work_ms: work, lower_bound_ms: bound, makespan_ms: makespan, peak_concurrency: peak } = buildProfile(chain);
    expect({ work, bound, makespan, peak }).toEqual({ work: 20, bound: 20, makespan: 40, peak: 1 });
  });
});

describe('an execution that was interrupted', () => {
  const cutOff = { status: 'cancelled', metadata: { interrupted: true } } as const;

  test('what was cut off counts as a failed attempt, the time in which nobody ran it as the engine’s', () => {
    const trace = new Drawing({ concurrency: 1 })
      .node('a', [], [0, 100], [['execute', [0, 100]]])
      .node(
        'b',
        ['a'],
        [100, 180],
        [
          ['queue_wait', [100, 110]],
          ['execute', [110, 180], [], cutOff],
        ],
        cutOff,
      )
      .system('interrupted', [180, 900])
      .span(
        'b',
        [900, 1000],
        [
          ['queue_wait', [900, 905]],
          ['execute', [905, 1000]],
        ],
      )
      .trace();
    expect(accounted(trace)).toEqual([
      '0-100 work a',
      '100-110 queue b',
      '110-180 failed_attempts b',
      '180-900 engine b (interrupted)',
      '900-905 queue b',
      '905-1000 work b',
    ]);
    const { retries, counts, work_ms: work, insights } = buildProfile(trace);
    expect(retries).toEqual([]);
    expect(counts).toMatchObject({ attempts: 2, leaf_nodes: 2 });
    expect(work).toBe(195);
    expect(insights).toMatchObject([{ rule: 'interrupted', gain_ms: 720, evidence: { cause: 'interrupted' } }]);
  });

  test('attempts before and after it are counted together, without the one that was cut off', () => {
    const policy = { retry: { policy: 'fixed', max_attempts: 3 } };
    const trace = new Drawing()
      .node(
        'a',
        [],
        [0, 30],
        [
          ['attempt 1', [0, 10], [], { status: 'failed', metadata: { attempt: 1 } }],
          ['retry_backoff', [10, 20]],
          ['attempt 2', [20, 30], [], { status: 'cancelled', metadata: { attempt: 2, interrupted: true } }],
        ],
        { status: 'cancelled', metadata: { ...policy, interrupted: true } },
      )
      .system('interrupted', [30, 50])
      .span('a', [50, 60], [['attempt 1', [50, 60], [], { metadata: { attempt: 1 } }]], { metadata: policy })
      .trace();
    expect(buildProfile(trace).retries).toMatchObject([
      { attempts: 2, verdict: 'expected', reason: 'succeeded on attempt 2 of 3', cost_ms: 20 },
    ]);
  });
});

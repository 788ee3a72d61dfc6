import { describe, expect, test } from 'vitest';
import { Drawing, type Inner } from '../../testing/drawing.ts';
import type { JsonObject } from '../json.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import type { Status } from '../trace/status.ts';
import { spanNameAt, type Trace } from '../trace/trace.ts';
import { asMicros, microsFromMs } from '../units.ts';
import { analyseTrace } from './analyse.ts';
import { buildProfile } from './profile.ts';

/** The accounting as lines: from, to, cause, node, span and, where it says one, the reason. */
function accounted(trace: Trace): string[] {
  const { accounting } = analyseTrace(trace);
  return (accounting?.segments ?? []).map(({ fromUs, toUs, cause, nodeRow, spanRow, reason }) => {
    const node = nodeRow === null ? '-' : trace.nodes.key[nodeRow];
    const span = spanRow === null ? '-' : spanNameAt(trace.spans, spanRow);
    return `${fromUs / 1000}-${toUs / 1000} ${cause} ${node}/${span}${reason === null ? '' : ` (${reason.name ?? reason.kind})`}`;
  });
}

describe('accounting', () => {
  test('each instant of a node goes to the deepest span, and waits keep their reason', () => {
    const trace = new Drawing()
      .node(
        'a',
        [],
        [0, 100],
        [
          ['queue_wait', [0, 10]],
          ['expression_eval', [10, 12]],
          [
            'http_request',
            [12, 80],
            [
              ['dns', [20, 30]],
              ['rate_limit_wait', [40, 50]],
            ],
          ],
          ['callback', [85, 95]],
        ],
      )
      .node(
        'b',
        ['a'],
        [100, 160],
        [
          ['queue_wait', [100, 140], [], { metadata: { cause: '2 of 2 places taken' } }],
          ['sleep', [140, 160]],
        ],
      )
      .trace();
    expect(accounted(trace)).toEqual([
      '0-10 queue a/queue_wait',
      '10-12 engine a/expression_eval',
      '12-20 work a/http_request',
      '20-30 work a/dns',
      '30-40 work a/http_request',
      '40-50 rate_limit a/rate_limit_wait',
      '50-80 work a/http_request',
      '80-85 engine a/a',
      '85-95 callback a/callback',
      '95-100 engine a/a',
      '100-140 queue b/queue_wait (2 of 2 places taken)',
      '140-160 sleep b/sleep',
    ]);
  });

  test('a failed attempt costs what it took, but its waits are waits', () => {
    const trace = new Drawing()
      .node(
        'a',
        [],
        [0, 100],
        [
          [
            'attempt 1',
            [0, 40],
            [
              ['rate_limit_wait', [10, 20]],
              ['execute', [20, 40]],
            ],
            { status: 'failed' },
          ],
          ['retry_backoff', [40, 60]],
          ['attempt 2', [60, 100], [['execute', [60, 100]]]],
        ],
      )
      .trace();
    expect(accounted(trace)).toEqual([
      '0-10 failed_attempts a/attempt 1',
      '10-20 rate_limit a/rate_limit_wait',
      '20-40 failed_attempts a/execute',
      '40-60 retry_backoff a/retry_backoff',
      '60-100 work a/execute',
    ]);
  });

  test('a node that failed without attempts is its own failed attempt', () => {
    const trace = new Drawing()
      .node(
        'a',
        [],
        [0, 50],
        [
          ['expression_eval', [0, 5]],
          ['execute', [5, 50]],
        ],
        { status: 'failed' },
      )
      .trace();
    expect(accounted(trace)).toEqual(['0-5 engine a/expression_eval', '5-50 failed_attempts a/execute']);
    const bare = new Drawing({ sourceFormat: 'other' }).node('a', [], [0, 50], [], { status: 'failed' }).trace();
    expect(accounted(bare)).toEqual(['0-50 failed_attempts a/a']);
  });

  test('what the source does not record is unaccounted, and a node of which it records nothing else is work', () => {
    const trace = new Drawing({ sourceFormat: 'other' })
      .node('a', [], [0, 30])
      .node('b', ['a'], [50, 80], [['execute', [55, 80]]])
      .trace();
    expect(accounted(trace)).toEqual([
      '0-30 work a/a',
      '30-50 unaccounted b/-',
      '50-55 unaccounted b/b',
      '55-80 work b/execute',
    ]);
  });

  test("the engine's own spans explain gaps, unless they lie around everything", () => {
    const trace = new Drawing().system('scheduler', [28, 45]).node('a', [], [0, 30]).node('b', ['a'], [50, 80]).trace();
    expect(accounted(trace)).toEqual([
      '0-30 work a/a',
      '30-45 engine b/scheduler',
      '45-50 unaccounted b/-',
      '50-80 work b/b',
    ]);
  });

  test('a span of the engine around others explains nothing', () => {
    const assembler = new TraceAssembler({ sourceFormat: 'other' });
    const record = { iteration: null, track: null, metadata: null, status: 'completed', start: asMicros(0) } as const;
    const whole = { ...record, id: '1', parentId: null, kind: 'system', name: 'run', nodeKey: null } as const;
    assembler.addSpan({ ...whole, duration: asMicros(90) });
    assembler.addSpan({ ...whole, id: '2', parentId: '1', duration: asMicros(5) });
    assembler.addNode({ key: 'a', name: 'a', type: 'task', iteration: null, parentKey: null, dependsOn: [] });
    assembler.addNode({ key: 'b', name: 'b', type: 'task', iteration: null, parentKey: null, dependsOn: ['a'] });
    const node = { ...record, parentId: '1', kind: 'node' } as const;
    assembler.addSpan({ ...node, id: '3', name: 'a', nodeKey: 'a', duration: asMicros(20) });
    assembler.addSpan({ ...node, id: '4', name: 'b', nodeKey: 'b', start: asMicros(50), duration: asMicros(40) });
    expect(buildProfile(assembler.finish()).accounting?.causes).toMatchObject({ engine: 0, unaccounted: 0.03 });
  });

  test('waits that overlap are taken off the run time once', () => {
    const inside: Inner[] = [
      ['execute', [0, 10]],
      ['rate_limit_wait', [10, 30]],
      ['retry_backoff', [20, 40]],
      ['execute', [40, 50]],
    ];
    expect(buildProfile(new Drawing().node('a', [], [0, 50], inside).trace()).work_ms).toBe(20);
  });

  test('a node that starts before what it waited for ended: the later one counts, and the gap is reported', () => {
    const trace = new Drawing().node('a', [], [0, 50]).node('b', ['a'], [30, 70]).trace();
    expect(accounted(trace)).toEqual(['0-30 work a/a', '30-70 work b/b']);
    expect(buildProfile(trace).critical_path).toMatchObject({
      lead_ms: 0,
      on_path_ms: 90,
      gaps_ms: -20,
      negative_gaps: 1,
    });
  });

  test('the lead before the first node of the path is nobody else’s', () => {
    const trace = new Drawing()
      .node('early', [], [0, 10])
      .node('a', [], [20, 90], [['queue_wait', [20, 40]]])
      .trace();
    expect(accounted(trace)).toEqual(['0-20 unaccounted a/-', '20-40 queue a/queue_wait', '40-90 engine a/a']);
    expect(buildProfile(trace).critical_path?.lead_ms).toBe(40);
  });
});

describe('groups, skipped nodes and cycles', () => {
  test('a dependency on a group is one on its leaves, and its leaves wait for what it waits for', () => {
    const trace = new Drawing()
      .node('a', [], [0, 10])
      .node('g', ['a'], [10, 60], [], { type: 'group' })
      .node('g1', [], [10, 60], [], { parentKey: 'g' })
      .node('g2', [], [10, 20], [], { parentKey: 'g' })
      .node('b', ['g'], [60, 70])
      .trace();
    const { critical_path: path, work_ms: work, counts } = buildProfile(trace);
    expect(path?.items.map(({ id }) => id)).toEqual(['a', 'g1', 'b']);
    expect([work, counts.nodes, counts.leaf_nodes, counts.attempts]).toEqual([80, 5, 4, 4]);
  });

  test('the path goes through a node that never started', () => {
    const trace = new Drawing()
      .node('a', [], [0, 10])
      .node('skipped', ['a'], null)
      .node('b', ['skipped'], [12, 20])
      .trace();
    expect(buildProfile(trace).critical_path?.items.map(({ id, gap_before_ms: gap }) => [id, gap])).toEqual([
      ['a', 0],
      ['b', 2],
    ]);
  });

  test('a cycle is cut and told', () => {
    const trace = new Drawing().node('a', ['b'], [0, 10]).node('b', ['a'], [10, 20]).trace();
    expect(buildProfile(trace).warnings).toEqual([
      { code: 'dependency_cycle', count: 1, example: 'node b depends on a' },
    ]);
  });

  test('what is not known is null', () => {
    const trace = new Drawing({ status: 'pending', sourceFormat: 'other' }).node('a', [], null).trace();
    expect(buildProfile(trace)).toMatchObject({
      makespan_ms: null,
      work_ms: null,
      efficiency_percent: null,
      critical_path: null,
      accounting: null,
      bottlenecks: [],
      insights: [],
    });
    const ran = new Drawing({ sourceFormat: 'other' }).node('a', [], [0, 0]).trace();
    expect(buildProfile(ran)).toMatchObject({
      makespan_ms: 0,
      parallelism: null,
      efficiency_percent: null,
      queue_wait_ms: null,
    });
  });

  test('a span that still runs ends now', () => {
    const assembler = new TraceAssembler({ status: 'running' });
    const record = {
      parentId: null,
      kind: 'node',
      nodeKey: null,
      iteration: null,
      track: null,
      metadata: null,
    } as const;
    assembler.addSpan({ ...record, id: '1', name: 'x', start: microsFromMs(0), duration: null, status: 'running' });
    expect(buildProfile(assembler.finish(), { now: microsFromMs(70) }).makespan_ms).toBe(70);
  });
});

/** An attempt that takes 6 ms. */
const attempt = (n: number, status: Status, metadata: JsonObject = {}): Inner => [
  `attempt ${n}`,
  [n * 10, n * 10 + 6],
  [],
  { status, metadata: { attempt: n, ...metadata } },
];

describe('retries', () => {
  const policy = { retry: { policy: 'fixed', max_attempts: 2 } };

  test.each<[string, Status, JsonObject, Inner[], string, string]>([
    [
      'succeeded',
      'completed',
      policy,
      [attempt(1, 'failed'), attempt(2, 'completed')],
      'expected',
      'succeeded on attempt 2 of 2',
    ],
    [
      'unlimited',
      'completed',
      { retry: { policy: 'keep_trying', max_attempts: null } },
      [attempt(1, 'failed'), attempt(2, 'completed')],
      'expected',
      'succeeded on attempt 2',
    ],
    [
      'exhausted',
      'failed',
      policy,
      [attempt(1, 'failed'), attempt(2, 'failed')],
      'unexpected',
      'all 2 attempts failed',
    ],
    [
      'not retryable',
      'failed',
      policy,
      [attempt(1, 'failed', { error: { retryable: false } })],
      'unexpected',
      'the error of attempt 1 of 2 is not retryable',
    ],
    [
      'not among those that the policy tries again after',
      'failed',
      { retry: { policy: 'fixed', max_attempts: 2, on: ['timeout'] } },
      [attempt(1, 'failed', { error: { code: 'http_status' } })],
      'unexpected',
      'the policy does not try again after http_status',
    ],
    [
      'excepted from the policy',
      'failed',
      { retry: { policy: 'fixed', max_attempts: 2, except: ['http_status'] } },
      [attempt(1, 'failed', { error: { code: 'http_status', retryable: false } })],
      'unexpected',
      'the policy does not try again after http_status',
    ],
    [
      'ran out of time',
      'failed',
      policy,
      [attempt(1, 'timeout'), attempt(2, 'timeout')],
      'unexpected',
      'all 2 attempts failed',
    ],
    [
      'given up',
      'failed',
      policy,
      [attempt(1, 'failed')],
      'unexpected',
      'given up on attempt 1 of 2, before the policy was exhausted',
    ],
    [
      'no policy',
      'failed',
      { retry: { policy: 'none' } },
      [attempt(1, 'failed'), attempt(2, 'failed')],
      'unexpected',
      'there is no retry policy',
    ],
    [
      'not told',
      'failed',
      {},
      [attempt(1, 'failed'), attempt(2, 'failed')],
      'unknown',
      'the retry policy is not recorded',
    ],
    [
      'cancelled',
      'cancelled',
      policy,
      [attempt(1, 'failed'), attempt(2, 'cancelled')],
      'unknown',
      'cancelled during attempt 2 of 2',
    ],
    [
      'in progress',
      'running',
      policy,
      [attempt(1, 'failed'), attempt(2, 'running')],
      'expected',
      'in progress, attempt 2 of 2',
    ],
  ])('%s', (_, status, metadata, inside, verdict, reason) => {
    const trace = new Drawing().node('a', [], [0, 100], inside, { status, metadata }).trace();
    expect(buildProfile(trace).retries.map((retry) => [retry.verdict, retry.reason])).toEqual([[verdict, reason]]);
  });

  test('cost what the failed attempts and the waits between them took', () => {
    const trace = new Drawing()
      .node('a', [], [0, 100], [attempt(1, 'failed'), ['retry_backoff', [16, 20]], attempt(2, 'completed')])
      .node('once', [], [0, 10], [['attempt 1', [0, 10]]])
      .trace();
    expect(buildProfile(trace).retries).toMatchObject([{ id: 'a', attempts: 2, cost_ms: 10, critical_ms: 10 }]);
    expect(buildProfile(trace).counts).toMatchObject({ attempts: 3 });
  });

  test('cost the critical path nothing where something else takes longer', () => {
    const tries: Inner[] = [attempt(1, 'failed'), ['retry_backoff', [16, 20]], attempt(2, 'completed')];
    const trace = new Drawing()
      .node('a', [], [0, 30], tries)
      .node('longer', [], [0, 90])
      .node('end', ['a', 'longer'], [90, 95])
      .trace();
    expect(buildProfile(trace).retries).toMatchObject([{ id: 'a', cost_ms: 10, critical_ms: 0 }]);
  });
});

test('peak concurrency: an end makes room for a start at the same time, and what takes no time does not count', () => {
  const trace = new Drawing().node('a', [], [0, 10]).node('b', [], [10, 20]).node('instant', [], [5, 5]).trace();
  expect(buildProfile(trace).peak_concurrency).toBe(1);
});

test('bottlenecks: what holds the critical path comes before what only takes long', () => {
  const trace = new Drawing()
    .node('a', [], [0, 40])
    .node('side', [], [0, 95], [['queue_wait', [0, 5]]])
    .node('b', ['a'], [40, 100])
    .trace();
  expect(buildProfile(trace).bottlenecks).toMatchObject([
    { id: 'b', count: 1, total_ms: 60, self_ms: 60, critical_ms: 60, percent_of_makespan: 60 },
    { id: 'a', critical_ms: 40 },
    { id: 'side', total_ms: 95, self_ms: 90, critical_ms: 0, total_percent_of_makespan: 95 },
  ]);
});

test('bottlenecks: of more nodes than are listed the first in rank stay, in order', () => {
  const drawing = new Drawing({ sourceFormat: 'other' });
  for (const [i, end] of [30, 80, 10, 90, 50, 70, 20, 60].entries()) drawing.node(`n${i}`, [], [0, end]);
  const trace = drawing.trace();
  const listed = (maxBottlenecks: number) => buildProfile(trace, { maxBottlenecks }).bottlenecks.map(({ id }) => id);
  expect(listed(3)).toEqual(['n3', 'n1', 'n5']);
  expect(listed(100)).toEqual(['n3', 'n1', 'n5', 'n7', 'n4', 'n0', 'n6', 'n2']);
  expect(listed(0)).toEqual([]);
});

test('bottlenecks: time inside a span of the same name counts once, however many others are in between', () => {
  const run = new TraceAssembler({ status: 'completed' });
  const span = { nodeKey: null, iteration: null, status: 'completed', track: null, metadata: null } as const;
  const calls = ['f', 'g', 'f', 'f', 'h'];
  for (const [depth, name] of calls.entries()) {
    const [start, duration] = [microsFromMs(depth), microsFromMs(100 - 2 * depth)];
    const parentId = depth === 0 ? null : String(depth - 1);
    run.addSpan({ ...span, id: String(depth), parentId, kind: 'phase', name, start, duration });
  }
  run.addSpan({
    ...span,
    id: 'next',
    parentId: null,
    kind: 'phase',
    name: 'f',
    start: microsFromMs(100),
    duration: microsFromMs(7),
  });
  const totals = buildProfile(run.finish()).bottlenecks.map((b) => [b.name, b.count, b.total_ms, b.self_ms]);
  expect(totals).toEqual([
    ['h', 1, 92, 92],
    ['f', 4, 107, 13],
    ['g', 1, 98, 2],
  ]);
});

test('critical path: of what ended at the same time the smallest id is taken, numbers by their value', () => {
  const trace = new Drawing()
    .node('10', [], [0, 50])
    .node('9', [], [0, 50])
    .node('b', ['10', '9'], [50, 100])
    .node('a', ['10', '9'], [50, 100])
    .trace();
  expect(buildProfile(trace).critical_path?.items.map(({ id }) => id)).toEqual(['9', 'a']);
});

describe('the accounting by node', () => {
  test('lists what held the path longest, sums up the rest, and says what belongs to no node', () => {
    const drawing = new Drawing({ sourceFormat: 'test' });
    drawing.node('n0', [], [0, 29], [['queue_wait', [0, 2]]]);
    for (let i = 1; i < 60; i++) drawing.node(`n${i}`, [`n${i - 1}`], [20 + i * 10, 29 + i * 10]);
    const { node_accounts: nodes, critical_path: path } = buildProfile(drawing.trace());
    expect(nodes?.items).toHaveLength(50);
    expect(nodes?.item_count).toBe(60);
    expect(nodes?.items.find(({ id }) => id === 'n0')).toMatchObject({
      times_ms: { queue: 2, unaccounted: 27 },
      on_path_ms: { queue: 2, unaccounted: 27 },
    });
    expect(nodes?.items.find(({ id }) => id === 'n1')?.on_path_ms).toEqual({ work: 9, unaccounted: 1 });
    expect(nodes?.others).toEqual({ times_ms: { work: 90 }, on_path_ms: { work: 90, unaccounted: 10 } });
    expect(nodes?.no_node_ms).toEqual({});
    expect(path?.items[0]?.waits).toEqual([{ cause: 'queue', reason: null, name: null, limit: null, ms: 2 }]);
  });
});

/** Two instances of a node, each under a name of its own. */
function twoSamples(): Trace {
  const run = new TraceAssembler({ id: 'run', name: 'run', sourceFormat: 'test' });
  for (const [iteration, sample] of ['first', 'second'].entries()) {
    run.addNode({
      key: 'qc',
      name: `fastqc (${sample})`,
      type: 'process',
      iteration,
      parentKey: null,
      dependsOn: [],
    });
    const [start, of] = [microsFromMs(iteration * 100), { nodeKey: 'qc', iteration, track: null, metadata: null }];
    const time = { start, duration: microsFromMs(100), status: 'completed', ...of } as const;
    run.addSpan({ id: `n${iteration}`, parentId: null, kind: 'node', name: `fastqc (${sample})`, ...time });
    run.addSpan({ id: `p${iteration}`, parentId: `n${iteration}`, kind: 'phase', name: 'execute', ...time });
  }
  return run.finish();
}

describe('what things are called', () => {
  test('a node by what the names of its instances have in common', () => {
    const profile = buildProfile(twoSamples(), {
      prices: { currency: 'EUR', node_types: { process: { per_run: 1 } }, models: {} },
    });
    const named = [{ id: 'qc', name: 'fastqc' }];
    expect(profile).toMatchObject({ bottlenecks: named, node_accounts: { items: named }, cost: { nodes: named } });
  });

  test('a span of the critical path with the node that it is a part of', () => {
    expect(buildProfile(twoSamples()).critical_path).toMatchObject({
      kind: 'spans',
      items: [
        { name: 'execute', node: { id: 'qc[0]', name: 'fastqc (first)' } },
        { name: 'execute', node: { id: 'qc[1]', name: 'fastqc (second)' } },
      ],
    });
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace, traceOf } from '../../../testing/any-trace.ts';
import { Drawing, type Inner } from '../../../testing/drawing.ts';
import { fixtureTraces } from '../../../testing/fixture-traces.ts';
import type { JsonObject } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import { KIND, type ExecutionInfo, type Trace } from '../../trace/trace.ts';
import { buildProfile, type ProfileInsight } from '../profile.ts';

const other = { sourceFormat: 'other' };

function found(trace: Trace, rule: string): ProfileInsight | null {
  return buildProfile(trace).insights.find((insight) => insight.rule === rule) ?? null;
}

/** The items of a loop, one after the other or all at once, each as long as it says. */
function loop(times: readonly number[], atOnce: boolean, info: Partial<ExecutionInfo> = other): Drawing {
  const drawing = new Drawing(info).node('each', [], null, [], { type: 'foreach' });
  let from = 0;
  for (const [iteration, time] of times.entries()) {
    drawing.node('item', [], [from, from + time], [['execute', [from, from + time]]], { parentKey: 'each', iteration });
    if (!atOnce) from += time;
  }
  return drawing;
}

/** A request with its steps, each with how long it takes. */
function request(start: number, steps: Readonly<Record<string, number>>, metadata: JsonObject): Inner {
  let at = start;
  const inside = Object.entries(steps).map(([name, time]): Inner => [name, [at, (at += time)]]);
  return ['http_request', [start, at], inside, { metadata }];
}

/** Requests of nodes that depend on each other, one after the other. */
function requests(count: number, steps: Readonly<Record<string, number>>, of: (i: number) => JsonObject): Trace {
  const drawing = new Drawing();
  const time = Object.values(steps).reduce((sum, step) => sum + step, 0);
  for (let i = 0; i < count; i++) {
    const from = i * time;
    drawing.node(`n${i}`, i === 0 ? [] : [`n${i - 1}`], [from, from + time], [request(from, steps, of(i))]);
  }
  return drawing.trace();
}

const toShop = (path = ''): JsonObject => ({ url: `https://shop.example/${path}`, method: 'GET', status: 200 });

describe('connection_setup', () => {
  const cold = { dns: 10, tcp: 20, tls: 30, first_byte: 40 };

  test('speaks where each request opens a connection of its own', () => {
    expect(
      found(
        requests(5, cold, (i) => toShop(`${i}`)),
        'connection_setup',
      ),
    ).toMatchObject({
      severity: 'high',
      title: '5 of 5 requests to shop.example open a new connection',
      gain_ms: 240,
      evidence: { host: 'shop.example', connections: 5, avoidable: 4, critical_ms: 300, phase: 'tls' },
    });
  });

  test('is silent where hosts differ, and where the requests run at once', () => {
    const differ = requests(5, cold, (i) => ({ url: `https://shop${i}.example/`, method: 'GET' }));
    expect(found(differ, 'connection_setup')).toBeNull();
    const drawing = new Drawing();
    for (let i = 0; i < 5; i++) drawing.node(`n${i}`, [], [0, 100], [request(0, cold, toShop(`${i}`))]);
    expect(found(drawing.trace(), 'connection_setup')).toBeNull();
  });
});

describe('oversized_payload', () => {
  const slow = { first_byte: 50, download: 150 };

  test('speaks where the path waits for many bytes', () => {
    const large = requests(2, slow, (i) => ({ ...toShop(`${i}`), bytes: (i + 4) * 1_000_000 }));
    expect(found(large, 'oversized_payload')).toMatchObject({
      title: '"n1" moves 5 MB from or to shop.example',
      gain_ms: 300,
      evidence: { requests: 2, largest_bytes: 5_000_000 },
    });
  });

  test('is silent where few bytes are slow, and where many are quick', () => {
    expect(
      found(
        requests(2, slow, () => ({ ...toShop(), bytes: 900_000 })),
        'oversized_payload',
      ),
    ).toBeNull();
    const quick = requests(2, { first_byte: 500, download: 10 }, () => ({ ...toShop(), bytes: 9_000_000 }));
    expect(found(quick, 'oversized_payload')).toBeNull();
  });
});

describe('slow_service', () => {
  test('speaks where several nodes wait for one host', () => {
    expect(
      found(
        requests(3, { first_byte: 200, download: 10 }, (i) => toShop(`${i}`)),
        'slow_service',
      ),
    ).toMatchObject({
      gain_ms: 300,
      evidence: { host: 'shop.example', time_ms: 600, nodes: 3, requests: 3 },
    });
  });

  test('is silent where each waits for another host, and where one node does', () => {
    const differ = requests(3, { first_byte: 200 }, (i) => ({ url: `https://s${i}.example/` }));
    expect(found(differ, 'slow_service')).toBeNull();
    expect(
      found(
        requests(1, { first_byte: 200 }, () => toShop()),
        'slow_service',
      ),
    ).toBeNull();
  });
});

describe('duplicate_work', () => {
  test('speaks where the same is asked again and again', () => {
    expect(
      found(
        requests(4, { first_byte: 100 }, () => toShop('rates')),
        'duplicate_work',
      ),
    ).toMatchObject({
      title: 'The same is asked 4 times: https://shop.example/rates',
      gain_ms: 300,
      evidence: { times: 4 },
    });
    const query = requests(3, { wait: 100 }, () => ({ 'db.query.text': 'SELECT * FROM rates' }));
    expect(found(query, 'duplicate_work')).toMatchObject({ gain_ms: 200 });
  });

  test('is silent where something else is asked, where it changes something, and where parameters are left out', () => {
    expect(
      found(
        requests(4, { first_byte: 100 }, (i) => toShop(`${i}`)),
        'duplicate_work',
      ),
    ).toBeNull();
    const post = requests(4, { first_byte: 100 }, () => ({ ...toShop('orders'), method: 'POST' }));
    expect(found(post, 'duplicate_work')).toBeNull();
    const query = requests(4, { wait: 100 }, () => ({ 'db.query.text': 'SELECT * FROM rates WHERE id = $1' }));
    expect(found(query, 'duplicate_work')).toBeNull();
  });
});

describe('straggler', () => {
  test('speaks where the loop waits for one item', () => {
    expect(found(loop([100, 110, 90, 800, 100], true).trace(), 'straggler')).toMatchObject({
      title: 'One of 5 items of "item" takes 800 ms, the middle one 100 ms',
      gain_ms: 690,
      evidence: { iteration: 3, longest_ms: 800, next_ms: 110, p50_ms: 100 },
    });
  });

  test('is silent where two items are long, where the first is (it starts up), and where the loop is not waited for', () => {
    expect(found(loop([100, 110, 700, 800, 100], true).trace(), 'straggler')).toBeNull();
    expect(found(loop([800, 100, 110, 90, 100, 100], true).trace(), 'straggler')).toBeNull();
    const beside = loop([100, 110, 90, 800, 100], true).node('long', [], [0, 5000]).trace();
    expect(found(beside, 'straggler')).toBeNull();
  });
});

describe('skewed_split', () => {
  const few = [...Array.from({ length: 8 }, () => 50), 600, 700];

  test('speaks where few items hold most of the work', () => {
    expect(found(loop(few, true).trace(), 'skewed_split')).toMatchObject({
      title: '2 of 10 items of "item" hold 76.5% of the work',
      gain_ms: 530,
      evidence: { large_items: 2, mean_ms: 170, longest_ms: 700 },
    });
  });

  test('is silent where the work is spread, and where one item alone is large', () => {
    expect(found(loop([...Array.from({ length: 8 }, () => 500), 600, 700], true).trace(), 'skewed_split')).toBeNull();
    expect(found(loop([...Array.from({ length: 9 }, () => 50), 900], true).trace(), 'skewed_split')).toBeNull();
  });
});

describe('cold_start', () => {
  test('speaks where the first takes several times as long as all others', () => {
    expect(found(loop([500, 100, 110, 90, 100], false).trace(), 'cold_start')).toMatchObject({
      title: 'The first "item" takes 500 ms, later ones 100 ms',
      evidence: { first_ms: 500, p50_ms: 100 },
    });
  });

  test('is silent where a later one is as long, and where the first is not much longer', () => {
    expect(found(loop([500, 100, 110, 400, 100], false).trace(), 'cold_start')).toBeNull();
    expect(found(loop([250, 100, 110, 90, 100], false).trace(), 'cold_start')).toBeNull();
  });
});

/** Instances one after the other, then many at once. */
function crowd(alone: number, together: number): Trace {
  const drawing = new Drawing(other);
  for (let i = 0; i < 10; i++) drawing.node('item', [], [i * alone, (i + 1) * alone], [], { iteration: i });
  for (let i = 10; i < 20; i++) drawing.node('item', [], [1000, 1000 + together], [], { iteration: i });
  return drawing.trace();
}

describe('contention', () => {
  test('speaks where many at once take much longer than few', () => {
    expect(found(crowd(100, 400), 'contention')).toMatchObject({
      evidence: { at_once_few: 1, p50_few_ms: 100, p50_many_ms: 400 },
      gain_ms: 300,
    });
  });

  test('is silent where they take no longer', () => {
    expect(found(crowd(100, 150), 'contention')).toBeNull();
  });
});

const queries = (count: number, name: (i: number) => string): Trace => {
  const inside = Array.from({ length: count }, (_, i): Inner => [name(i), [i * 10, i * 10 + 9]]);
  return new Drawing().node('list', [], [0, count * 10], [['execute', [0, count * 10], inside]]).trace();
};

describe('many_short_runs', () => {
  test('speaks where short runs of one name add up', () => {
    expect(
      found(
        queries(50, () => 'query'),
        'many_short_runs',
      ),
    ).toMatchObject({
      title: '"query" runs 50 times one after the other, 9 ms each, and holds 90% of the makespan',
      gain_ms: 441,
      evidence: { runs: 50, mean_ms: 9 },
    });
    const times = Array.from({ length: 30 }, () => 20);
    expect(found(loop(times, false).trace(), 'many_short_runs')).toMatchObject({
      gain_ms: 580,
      evidence: { runs: 30 },
    });
  });

  test('is silent where they are few, or of many names', () => {
    expect(
      found(
        queries(15, () => 'query'),
        'many_short_runs',
      ),
    ).toBeNull();
    expect(
      found(
        queries(50, (i) => `query ${i}`),
        'many_short_runs',
      ),
    ).toBeNull();
  });
});

const phase = (name: string, time: number): Trace =>
  new Drawing()
    .node(
      'a',
      [],
      [0, 1000],
      [
        [name, [0, time]],
        ['execute', [time, 1000]],
      ],
    )
    .trace();

const system = (time: number) =>
  new Drawing(other)
    .node('a', [], [0, 400])
    .system('decide', [400, 400 + time])
    .node('b', ['a'], [400 + time, 1000])
    .trace();

describe('what the critical path goes to', () => {
  test.each([
    ['idle_sleep', 'sleep', 'medium'],
    ['expression_heavy', 'expression_eval', 'high'],
    ['slow_callback', 'callback', 'high'],
  ])('%s speaks from a tenth of the makespan on', (rule, name, severity) => {
    expect(found(phase(name, 400), rule)).toMatchObject({ severity, gain_ms: 400, evidence: { time_ms: 400 } });
    expect(found(phase(name, 90), rule)).toBeNull();
  });

  test('engine_overhead is what the engine does besides expressions', () => {
    expect(found(system(300), 'engine_overhead')).toMatchObject({ gain_ms: 300, evidence: { longest_name: 'decide' } });
    expect(found(system(80), 'engine_overhead')).toBeNull();
    expect(found(phase('expression_eval', 400), 'engine_overhead')).toBeNull();
  });
});

const waiting = (first: string, cause: string): Trace =>
  new Drawing({ concurrency: 1 })
    .node('pause', [], [0, 500], [[first, [0, 500]]])
    .node(
      'work',
      [],
      [0, 1000],
      [
        ['queue_wait', [0, 500], [], { metadata: { cause, limit: 1 } }],
        ['execute', [500, 1000]],
      ],
    )
    .trace();

describe('unaccounted_gap', () => {
  test('names the gap, and no scheduler, where the source knows no nodes', () => {
    const common = { parent: -1, node: -1, kind: KIND.phase, status: 2, track: -1, name: 5 };
    const spans = [
      { ...common, start: 0, duration: 100_000 },
      { ...common, start: 900_000, duration: 100_000 },
    ];
    expect(found(traceOf([], spans), 'unaccounted_gap')?.advice).toBe(
      'Find out what went on in the longest gap, from 100 ms to 900 ms after the start, and record it, for no span covers that time.',
    );
  });
});

describe('sleep_holds_place', () => {
  test('speaks where a node waits for a place that a sleeping one holds', () => {
    expect(found(waiting('sleep', 'concurrency'), 'sleep_holds_place')).toMatchObject({
      gain_ms: 500,
      advice:
        'Give "pause" a pool of its own or raise the limit, for it holds a place while it sleeps and "work" waits for one.',
    });
  });

  test('is silent where the other works, and where no place is waited for', () => {
    expect(found(waiting('execute', 'concurrency'), 'sleep_holds_place')).toBeNull();
    expect(found(waiting('sleep', 'backpressure'), 'sleep_holds_place')).toBeNull();
  });
});

function retried(nodes: number, attempts: number, quiet: number): Trace {
  const drawing = new Drawing(other);
  for (let i = 0; i < nodes; i++) {
    const inside = Array.from({ length: attempts }, (_, a): Inner => {
      const failed = a < attempts - 1;
      const status: Status = failed ? 'failed' : 'completed';
      const metadata: JsonObject = {
        attempt: a + 1,
        ...(failed && { error: { code: 'http_503', message: 'down' } }),
      };
      return [`attempt ${a + 1}`, [a * 10, a * 10 + 10], [], { status, metadata }];
    });
    drawing.node(`n${i}`, [], [0, attempts * 10], inside);
  }
  for (let i = 0; i < quiet; i++) drawing.node(`q${i}`, [], [0, 10]);
  return drawing.trace();
}

describe('retry_storm', () => {
  test('speaks where very many are tried again', () => {
    expect(found(retried(6, 3, 2), 'retry_storm')).toMatchObject({
      severity: 'high',
      gain_ms: null,
      evidence: { nodes: 6, extra_attempts: 12, error: 'http_503', percent_of_nodes: 75 },
    });
  });

  test('is silent where few of many are', () => {
    expect(found(retried(6, 3, 30), 'retry_storm')).toBeNull();
    expect(found(retried(3, 9, 2), 'retry_storm')).toBeNull();
  });
});

const limited = (metadata: JsonObject, inside: Inner[] = [], status: Status = 'completed') =>
  new Drawing(other).node('a', [], [0, 1000], inside, { metadata, status }).trace();

describe('timeout_near_miss', () => {
  test('speaks where a node came close to its limit, or an attempt to its own', () => {
    expect(found(limited({ timeout_ms: 1100 }), 'timeout_near_miss')).toMatchObject({
      severity: 'medium',
      title: '"a" took 90.9% of its time limit of 1.1 s',
      evidence: { limit_ms: 1100, percent_of_limit: 90.9 },
    });
    const attempts: Inner[] = [
      ['attempt 1', [0, 20], [], { status: 'failed' }],
      ['attempt 2', [20, 1000]],
    ];
    expect(found(limited({ attempt_timeout_ms: 1000 }, attempts), 'timeout_near_miss')).toMatchObject({
      severity: 'high',
      evidence: { time_ms: 980 },
    });
    expect(found(limited({ timeouts_ms: { startToClose: 1010 } }), 'timeout_near_miss')).toMatchObject({
      severity: 'high',
    });
  });

  test('is silent where there was time left, and where the limit was passed', () => {
    expect(found(limited({ timeout_ms: 1300 }), 'timeout_near_miss')).toBeNull();
    expect(found(limited({ timeout_ms: 990 }, [], 'timeout'), 'timeout_near_miss')).toBeNull();
  });
});

function builds(hits: readonly boolean[]): Trace {
  const drawing = new Drawing(other);
  for (const [i, hit] of hits.entries()) {
    const metadata = { cache_hit: hit };
    drawing.node(`n${i}`, i === 0 ? [] : [`n${i - 1}`], [i * 100, i * 100 + 100], [], { metadata });
  }
  return drawing.trace();
}

describe('cache_misses', () => {
  test('speaks where a cache that is there mostly misses', () => {
    expect(found(builds([true, false, false, false]), 'cache_misses')).toMatchObject({
      gain_ms: 300,
      evidence: { misses: 3, hits: 1, percent_missed: 75 },
    });
  });

  test('is silent where all is new, and where it mostly hits', () => {
    expect(found(builds([false, false, false, false]), 'cache_misses')).toBeNull();
    expect(found(builds([true, true, true, false, false, false]), 'cache_misses')).toBeNull();
  });
});

const failing = (at: number, time: number, status: Status = 'failed'): Trace =>
  new Drawing({ ...other, status })
    .node('long', [], [0, at])
    .node('check', ['long'], [at, at + time], [], { status })
    .trace();

describe('failed_late', () => {
  test('speaks where a short step at the end lets much work be lost', () => {
    expect(found(failing(5000, 100), 'failed_late')).toMatchObject({
      title: '"check" fails after 5 s of work',
      evidence: { work_before_ms: 5000 },
    });
  });

  test('is silent where it fails early, is long itself, or does not fail', () => {
    expect(found(failing(500, 10), 'failed_late')).toBeNull();
    expect(found(failing(5000, 1000), 'failed_late')).toBeNull();
    expect(found(failing(5000, 100, 'completed'), 'failed_late')).toBeNull();
  });
});

const rivals = (end: number): Trace =>
  new Drawing(other)
    .node('start', [], [0, 100])
    .node('top', ['start'], [100, 900])
    .node('rival', ['start'], [100, end])
    .node('end', ['top', 'rival'], [900, 1000])
    .trace();

describe('near_critical_path', () => {
  test('speaks where another path is nearly as long as the one that the top bottleneck holds', () => {
    expect(found(rivals(850), 'near_critical_path')).toMatchObject({
      title: 'Making "top" faster gains at most 50 ms of its 800 ms',
      advice: 'Make "rival" shorter together with "top", for the path through it is nearly as long.',
      gain_ms: 50,
      evidence: { next_node_key: 'rival' },
    });
  });

  test('is silent where the top bottleneck is worth its time', () => {
    expect(found(rivals(400), 'near_critical_path')).toBeNull();
  });
});

function tasks(metadata: JsonObject): Trace {
  const drawing = new Drawing(other);
  for (let i = 0; i < 3; i++) drawing.node(`n${i}`, [], [0, 100], [], { metadata });
  return drawing.trace();
}

describe('over_provisioned', () => {
  const GIB = 1024 ** 3;
  test('speaks where little of what is asked for is used', () => {
    expect(found(tasks({ memory: 8 * GIB, peak_rss: GIB }), 'over_provisioned')).toMatchObject({
      title: '3 tasks use 12.5% of the memory that they ask for',
    });
    expect(found(tasks({ cores: 8, avg_cpu_percent: 100 }), 'over_provisioned')).toMatchObject({
      evidence: { resource: 'processors', percent_used: 12.5 },
    });
  });

  test('is silent where it is used, and where little is asked for', () => {
    expect(found(tasks({ memory: 8 * GIB, peak_rss: 4 * GIB }), 'over_provisioned')).toBeNull();
    expect(found(tasks({ memory: GIB / 2, peak_rss: 1000 }), 'over_provisioned')).toBeNull();
  });
});

const check = (trace: Trace): void => {
  const { insights, makespan_ms: makespan } = buildProfile(trace);
  for (const { rule, gain_ms: gain, evidence, title, advice, severity } of insights) {
    expect(gain ?? 0, rule).toBeGreaterThanOrEqual(0);
    expect(gain ?? 0, rule).toBeLessThanOrEqual(makespan ?? 0);
    expect(JSON.parse(JSON.stringify(evidence)), rule).toEqual(evidence);
    expect(`${title} ${advice}`, rule).not.toMatch(/undefined|NaN|Infinity|\[object/);
    expect(advice, rule).toMatch(/^[^\n]+\.$/);
    expect(['high', 'medium', 'low']).toContain(severity);
  }
  expect(new Set(insights.map(({ rule }) => rule)).size).toBe(insights.length);
};

describe('every rule', () => {
  test('of any trace: throws nothing, promises no more than there is, and shows plain numbers', () => {
    fc.assert(fc.property(anyTrace, check), { numRuns: 300 });
  });

  test('does so of every fixture', async () => {
    for (const trace of (await fixtureTraces()).values()) check(trace);
  });
});

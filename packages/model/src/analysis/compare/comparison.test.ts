import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { at } from '../../../testing/at.ts';
import { Drawing } from '../../../testing/drawing.ts';
import { fixtureTraces } from '../../../testing/fixture-traces.ts';
import { NONE, OPEN, type Trace } from '../../trace/trace.ts';
import { asMicros, microsFromMs, msFromMicros } from '../../units.ts';
import { analyseTrace } from '../analyse.ts';
import { compareTraces, type Comparison } from './comparison.ts';

function sums({ attribution: { parts, other } }: Comparison): readonly number[] {
  const of = (key: 'before_ms' | 'after_ms' | 'difference_ms') =>
    [...parts, other].reduce((sum, part) => sum + Math.round(part[key] * 1000), 0) / 1000;
  return [of('before_ms'), of('after_ms'), of('difference_ms')];
}

function differences({ attribution }: Comparison): unknown[] {
  return attribution.parts.map((part) => [part.id, part.cause ?? part.kind, part.difference_ms]);
}

/** `load` waits for a pool and is tried as often as there are attempts; then `merge` runs. */
function pipeline(attempts: readonly (readonly [from: number, to: number])[], mergeWait: number, limit = 2): Trace {
  const last = attempts.at(-1)?.[1] ?? 0;
  const drawing = new Drawing({ name: 'pipeline', concurrency: limit }).node(
    'read',
    [],
    [0, 100],
    [['execute', [0, 100]]],
  );
  drawing.node(
    'load',
    ['read'],
    [100, last],
    attempts.flatMap(([from, to], i) => {
      const status = i === attempts.length - 1 ? 'completed' : 'failed';
      const own = [`attempt ${i + 1}`, [from, to], [['execute', [from, to]]], { status }] as const;
      const next = attempts[i + 1];
      return next === undefined ? [own] : [own, ['retry_backoff', [to, next[0]]] as const];
    }),
  );
  const wait = { cause: 'pool', pool: 'db', limit };
  return drawing
    .node(
      'merge',
      ['load'],
      [last, last + mergeWait + 50],
      [
        ['queue_wait', [last, last + mergeWait], [], { metadata: wait }],
        ['execute', [last + mergeWait, last + mergeWait + 50]],
      ],
    )
    .trace();
}

/** A run of one node. */
const lasting = (ms: number) => new Drawing().node('only', [], [0, ms], [['execute', [0, ms]]]).trace();

describe('a comparison', () => {
  const before = pipeline([[100, 300]], 10);
  const after = pipeline(
    [
      [100, 200],
      [250, 700],
    ],
    40,
    1,
  );

  test('shows a difference that rounds to nothing as 0 percent, not as less than nothing', () => {
    expect(compareTraces(lasting(100_000), lasting(99_999)).makespan.difference_percent).toBe(0);
  });

  test('says in a sentence what got slower and why, with parts that add up', () => {
    const told = compareTraces(before, after);
    expect(told.makespan).toEqual({ before_ms: 360, after_ms: 790, difference_ms: 430, difference_percent: 119.4 });
    expect(told.verdict).toBe('slower');
    expect(told.summary).toBe(
      'It took 430 ms longer (790 ms against 360 ms, +119%): ' +
        '+400 ms: "load" worked longer (+250 ms), lost more to failed attempts (+100 ms) and waited longer between attempts (+50 ms); ' +
        '+30 ms: "merge" was queued longer for the pool "db".',
    );
    expect(differences(told)).toEqual([
      ['load', 'work', 250],
      ['load', 'failed_attempts', 100],
      ['load', 'retry_backoff', 50],
      ['merge', 'queue', 30],
    ]);
    expect(sums(told)).toEqual([360, 790, 430]);
  });

  test('tells of each node its times by cause and phase, and aligns its attempts by number', () => {
    const { nodes } = compareTraces(before, after);
    expect([nodes.changed_count, nodes.unchanged_count]).toEqual([2, 1]);
    const load = at(nodes.items, 0);
    expect(load).toMatchObject({
      id: 'load',
      presence: 'both',
      matched_by: 'id',
      before: { instances: 1, attempts: 1 },
      after: { instances: 1, attempts: 2 },
      total: { before_ms: 200, after_ms: 600, difference_ms: 400 },
    });
    expect(load.phases.map(({ name, difference_ms: ms }) => [name, ms])).toEqual([
      ['execute', 350],
      ['retry_backoff', 50],
    ]);
    expect(at(load.instances, 0).attempts).toEqual([
      { attempt: 1, before_ms: 200, after_ms: 100, status_before: 'completed', status_after: 'failed' },
      { attempt: 2, before_ms: null, after_ms: 450, status_before: null, status_after: 'completed' },
    ]);
  });

  test('tells which retries there are more of, and what limits and structure changed', () => {
    const { retries, structure } = compareTraces(before, after);
    expect(retries).toMatchObject([
      { id: 'load', attempts_before: 1, attempts_after: 2, cost: { before_ms: 0, after_ms: 150, difference_ms: 150 } },
    ]);
    expect(structure.changes).toEqual([
      { kind: 'limit_changed', id: 'pool db', other: null, before: 2, after: 1 },
      { kind: 'limit_changed', id: 'concurrency', other: null, before: 2, after: 1 },
    ]);
  });

  test('does not tell noise as a finding', () => {
    const told = compareTraces(before, pipeline([[100, 302]], 10));
    expect(told.verdict).toBe('same');
    expect(told.findings).toEqual([]);
    expect(told.summary).toBe('It took about as long: 362 ms against 360 ms.');
    expect(differences(told)).toEqual([['load', 'work', 2]]);
  });

  test('tells of what evens out', () => {
    const told = compareTraces(before, pipeline([[100, 250]], 60));
    expect(told.summary).toBe(
      'It took about as long: 360 ms against 360 ms, because what changed evens out: ' +
        '+50 ms: "merge" was queued longer for the pool "db"; −50 ms: "load" worked less.',
    );
  });

  test('sums up what it does not list', () => {
    const told = compareTraces(before, after, { maxParts: 1, maxNodes: 1 });
    expect(told.attribution.parts).toHaveLength(1);
    expect(told.attribution.other).toMatchObject({ difference_ms: 180 });
    expect(sums(told)).toEqual([360, 790, 430]);
    expect(told.nodes.items).toHaveLength(1);
    expect(told.nodes.other).toMatchObject({ count: 1, before_ms: 60, after_ms: 90, difference_ms: 30 });
  });

  test('is of an execution where nothing ran, too', () => {
    const nothing = new Drawing().trace();
    expect(compareTraces(nothing, nothing)).toMatchObject({
      verdict: 'unknown',
      summary: 'Nothing ran in either execution.',
    });
    const told = compareTraces(nothing, before);
    expect(told.summary).toBe('Nothing ran in the execution before; this one took 360 ms.');
    expect(sums(told)).toEqual([0, 360, 360]);
  });
});

function nodesIn(told: Comparison): unknown[] {
  return told.nodes.items.map(({ id, presence, matched_by: by, renamed_from: from }) => [id, presence, by, from]);
}

/** A loop with items that run at once for some times. */
function loop(times: readonly number[]): Trace {
  const drawing = new Drawing().node('each', [], [0, 100], [], { type: 'foreach' });
  for (const [iteration, time] of times.entries())
    drawing.node('fetch', [], [0, time], [], { parentKey: 'each', iteration });
  return drawing.trace();
}

function idsBefore(told: Comparison): string[] {
  return told.nodes.items.map(({ id, renamed_from: from }) => from ?? id).sort();
}

/** An execution of one node. */
function one(ms: number): Trace {
  return new Drawing().node('a', [], [0, ms]).trace();
}

describe('nodes of two executions', () => {
  const plain = new Drawing().node('a', [], [0, 10]).node('b', ['a'], [10, 30]).node('c', ['b'], [30, 40]).trace();

  test('are found again by their place where they were renamed, and told as a hint', () => {
    const renamed = new Drawing()
      .node('a', [], [0, 10])
      .node('B2', ['a'], [10, 35])
      .node('c', ['B2'], [35, 45])
      .trace();
    const told = compareTraces(plain, renamed);
    expect(nodesIn(told)).toEqual([['B2', 'both', 'structure', 'b']]);
    expect(differences(told)).toEqual([['B2', 'work', 5]]);
    expect(told.structure.changes).toEqual([{ kind: 'node_renamed', id: 'B2', other: 'b', before: null, after: null }]);
  });

  test('are new or removed where nothing stands in their place', () => {
    const grown = new Drawing().node('a', [], [0, 10]).node('b', ['a'], [10, 30]).node('c', ['b'], [30, 40]);
    const told = compareTraces(plain, grown.node('d', ['c'], [40, 55]).trace());
    expect(nodesIn(told)).toEqual([['d', 'new', null, null]]);
    expect(told.summary).toBe('It took 15 ms longer (55 ms against 40 ms, +38%): +15 ms: "d" is new.');
    expect(told.structure.changes.map(({ kind, id }) => [kind, id])).toEqual([['node_added', 'd']]);
  });

  test('that did not run are no news of the workflow', () => {
    const skipped = new Drawing().node('a', [], [0, 10]).node('b', ['a'], null).node('c', ['b'], [10, 20]).trace();
    const told = compareTraces(plain, skipped);
    expect(nodesIn(told)).toEqual([['b', 'not_run_after', null, null]]);
    expect(told.structure.changes).toEqual([]);
    expect(told.findings.map(({ text }) => text)).toEqual(['"b" did not run']);
  });

  test('are told to run beside each other where a dependency has gone', () => {
    const beside = new Drawing().node('a', [], [0, 10]).node('b', ['a'], [10, 30]).node('c', ['a'], [10, 20]).trace();
    expect(compareTraces(plain, beside).structure.changes).toEqual([
      { kind: 'now_parallel', id: 'c', other: 'b', before: null, after: null },
      { kind: 'dependency_added', id: 'c', other: 'a', before: null, after: null },
      { kind: 'dependency_removed', id: 'c', other: 'b', before: null, after: null },
    ]);
  });

  test('are aligned by the position of their item', () => {
    const told = compareTraces(loop([10, 20, 30]), loop([10, 20, 50, 40]));
    const fetch = at(told.nodes.items, 0);
    expect(fetch.instances.slice(0, 2)).toMatchObject([
      { id: 'fetch[3]', ran_before: false, ran_after: true, before_ms: 0, after_ms: 40 },
      { id: 'fetch[2]', before_ms: 30, after_ms: 50, difference_ms: 20 },
    ]);
    expect(told.structure.changes).toEqual([
      { kind: 'instances_changed', id: 'fetch', other: null, before: 3, after: 4 },
    ]);
    expect(differences(told)).toEqual([['fetch', 'work', 20]]);
  });
});

/** The same execution with `time` more at an instant: what runs then takes longer, what comes later comes later. */
function stretched(trace: Trace, instant: number, time: number): Trace {
  const { start, duration } = trace.spans;
  return {
    ...trace,
    spans: {
      ...trace.spans,
      start: start.map((from) => (from >= instant ? from + time : from)),
      duration: duration.map((length, row) => {
        const from = start[row] ?? 0;
        return length !== OPEN && from < instant && from + length >= instant ? length + time : length;
      }),
    },
  };
}

describe('a real execution of which one node was made slower', () => {
  test('is told of that node first, by exactly that time', async () => {
    let tried = 0;
    for (const [name, trace] of await fixtureTraces()) {
      const { accounting, measures } = analyseTrace(trace);
      if (measures === null || accounting === null || trace.nodes.length === 0 || measures.makespan === 0) continue;
      const working = accounting.segments.filter(({ cause, nodeRow }) => cause === 'work' && nodeRow !== null);
      const longest = working.sort((a, b) => b.toUs - b.fromUs - (a.toUs - a.fromUs))[0];
      if (longest === undefined || longest.toUs - longest.fromUs < 2) continue;
      const time = Math.max(1000, measures.makespan);
      const slower = stretched(trace, Math.floor((longest.fromUs + longest.toUs) / 2), time);
      const told = compareTraces(trace, slower);
      // What a source still has open ends with its last record, which need not move.
      if (told.makespan.difference_ms !== msFromMicros(asMicros(time))) continue;
      const key = trace.nodes.key[longest.nodeRow ?? NONE];
      expect([name, differences(told)[0]]).toEqual([name, [key, 'work', msFromMicros(asMicros(time))]]);
      tried++;
    }
    expect(tried).toBeGreaterThan(30);
  });
});

describe('any two traces', () => {
  test('can be compared: the parts add up, lists are bounded, and the answer is plain JSON', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, fc.nat({ max: 6 }), (a, b, limit) => {
        const told = compareTraces(a, b, { maxParts: limit, maxNodes: limit, maxStacks: limit });
        const { before_ms: before, after_ms: after, difference_ms: difference } = told.makespan;
        expect(sums(told)).toEqual([before, after, difference]);
        expect(told.attribution.parts.length).toBeLessThanOrEqual(limit);
        expect(told.nodes.items.length).toBeLessThanOrEqual(limit);
        expect(told.flame_graph?.nodes.length ?? 0).toBeLessThanOrEqual(limit);
        expect(JSON.parse(JSON.stringify(told))).toEqual(told);
      }),
      { numRuns: 200 },
    );
  });

  test('give the same summed times of nodes whichever is the first, and nothing changed of one against itself', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        const back = compareTraces(b, a, { maxNodes: Infinity });
        const there = compareTraces(a, b, { maxNodes: Infinity });
        expect(there.nodes.changed_count).toBe(back.nodes.changed_count);
        expect(idsBefore(there)).toEqual(back.nodes.items.map(({ id }) => id).sort());
        const same = compareTraces(a, a);
        expect([same.nodes.changed_count, same.structure.change_count, same.findings.length]).toEqual([0, 0, 0]);
      }),
    );
  });
});

describe('the time of a microsecond', () => {
  test('is not lost', () => {
    expect(compareTraces(one(1), one(1.001)).makespan.difference_ms).toBe(msFromMicros(microsFromMs(0.001)));
  });
});

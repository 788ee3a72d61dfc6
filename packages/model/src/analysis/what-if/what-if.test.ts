import { describe, expect, test } from 'vitest';
import { Drawing } from '../../../testing/drawing.ts';
import type { Trace } from '../../trace/trace.ts';
import type { WhatIfChange } from './changes.ts';
import { WhatIfError } from './changes.ts';
import { predictRun, whatIf } from './what-if.ts';

/** The error that a change gives. */
function refused(trace: Trace, ...changes: readonly WhatIfChange[]): WhatIfError {
  try {
    whatIf(trace, changes);
  } catch (error) {
    if (error instanceof WhatIfError) return error;
    throw error;
  }
  throw new Error('the change was made');
}

function predicted(trace: Trace, ...changes: readonly WhatIfChange[]): number {
  return whatIf(trace, changes).answer.predicted_ms;
}

const CONCURRENCY = { cause: 'concurrency', limit: 1 };

/** One place: `load`, then `a` and `b` one after the other, then `end`. */
const diamond = new Drawing({ concurrency: 1 })
  .node('load', [], [0, 100], [['execute', [0, 100]]], { type: 'http' })
  .node('a', ['load'], [100, 160], [['execute', [100, 160]]])
  .node(
    'b',
    ['load'],
    [100, 200],
    [
      ['queue_wait', [100, 160], [], { metadata: CONCURRENCY }],
      ['execute', [160, 200]],
    ],
  )
  .node('end', ['a', 'b'], [200, 250], [['execute', [200, 250]]])
  .trace();

/** A node that fails once, waits, and succeeds; its http phases. */
const retried = new Drawing()
  .node(
    'call',
    [],
    [0, 100],
    [
      ['attempt 1', [0, 20], [], { status: 'failed' }],
      ['retry_backoff', [20, 60]],
      ['attempt 2', [60, 100], [['http_request', [60, 100], [['dns', [60, 70]]]]]],
    ],
  )
  .trace();

test('a difference that rounds to nothing is 0 percent, not less than nothing', () => {
  const long = new Drawing().node('only', [], [0, 100_000], [['execute', [0, 100_000]]]).trace();
  const { answer } = whatIf(long, [{ kind: 'duration', node: 'only', duration_ms: 99_999.9 }]);
  expect(answer.difference_percent).toBe(0);
});

describe('a change to nodes', () => {
  test.each<[string, WhatIfChange, number]>([
    ['twice as fast', { kind: 'speed', node: 'load', factor: 2 }, 200],
    ['half as fast', { kind: 'speed', node: 'load', factor: 0.5 }, 350],
    ['by its type', { kind: 'speed', type: 'http', factor: 4 }, 175],
    ['of a given time', { kind: 'duration', node: 'end', duration_ms: 7 }, 207],
    ['gone: what waits for it waits for what it waited for', { kind: 'remove', node: 'a' }, 190],
    ['two places', { kind: 'limit', limit: 'concurrency', value: 2 }, 210],
    ['no queue', { kind: 'no_queue', node: 'b' }, 210],
    ['a worker for everything', { kind: 'unlimited' }, 210],
    ['a dependency dropped, in the same place', { kind: 'drop_dependency', node: 'end', on: 'b' }, 250],
    ['a dependency added', { kind: 'add_dependency', node: 'b', on: 'a' }, 250],
  ])('%s', (_, change, makespan) => {
    expect(predicted(diamond, change)).toBe(makespan);
  });

  test('several at once are made in their order', () => {
    const changes: WhatIfChange[] = [
      { kind: 'limit', limit: 'concurrency', value: 4 },
      { kind: 'remove', node: 'a' },
      { kind: 'drop_dependency', node: 'b', on: 'load' },
    ];
    // `a` is gone, so `end` waits for `load` in its place.
    expect(predicted(diamond, ...changes)).toBe(150);
  });

  test.each<[string, WhatIfChange, number]>([
    ['no retries: the last attempt is the first', { kind: 'no_retries' }, 40],
    ['a backoff half as long', { kind: 'backoff', factor: 0.5 }, 80],
    ['a phase gone', { kind: 'phase', phase: 'dns', factor: 0 }, 90],
    ['a phase twice as long, with what is inside it', { kind: 'phase', phase: 'http_request', factor: 2 }, 140],
    ['faster, its backoff as it was', { kind: 'speed', node: 'call', factor: 2 }, 70],
    ['of a given run time, its backoff as it was', { kind: 'duration', node: 'call', duration_ms: 6 }, 46],
  ])('%s', (_, change, makespan) => {
    expect(predicted(retried, change)).toBe(makespan);
  });
});

describe('the predicted trace', () => {
  test('has the waits of the simulation with what they were for, and no removed node', () => {
    const changes: WhatIfChange[] = [
      { kind: 'limit', limit: 'type', name: 'task', value: 1 },
      { kind: 'limit', limit: 'concurrency', value: 9 },
    ];
    const { answer, predicted: trace } = whatIf(diamond, [...changes, { kind: 'speed', node: 'load', factor: 10 }]);
    expect(answer.after.waits.map(({ reason, name, limit, total_ms }) => [reason, name, limit, total_ms])).toEqual([
      ['type', 'task', 1, 60],
    ]);
    expect(answer.predicted_ms).toBe(160);
    expect(trace.execution.id).toBe(null);
  });

  test('says what holds it up now', () => {
    const { answer } = whatIf(diamond, [{ kind: 'speed', node: 'load', factor: 100 }]);
    expect(answer.before.held_by).toMatchObject({ kind: 'node', id: 'load', critical_ms: 100 });
    expect(answer.after.held_by).toMatchObject({ kind: 'wait', id: 'concurrency', critical_ms: 60 });
    expect(answer.after.critical_path?.items.map(({ id }) => id)).toEqual(['load', 'b', 'end']);
  });
});

describe('a trace without dependencies', () => {
  const spans = new Drawing({ sourceFormat: 'test' })
    .node('first', [], [0, 100])
    .node('second', [], [110, 210])
    .node('beside', [], [0, 150])
    .trace();

  test('takes what started after another ended to have waited for it, and says so', () => {
    const { answer } = whatIf(spans, [{ kind: 'speed', node: 'first', factor: 2 }]);
    expect(answer.predicted_ms).toBe(160);
    expect(answer.warnings.map(({ code }) => code)).toContain('order_inferred');
  });

  test('lets an inferred dependency be dropped', () => {
    expect(predicted(spans, { kind: 'drop_dependency', node: 'second', on: 'first' })).toBe(150);
  });
});

describe('what cannot be done', () => {
  test.each<[WhatIfChange, string, readonly string[]]>([
    [{ kind: 'speed', node: 'laod', factor: 2 }, 'unknown_node', ['load']],
    [{ kind: 'remove', type: 'htpp' }, 'unknown_type', ['http']],
    [{ kind: 'phase', phase: 'exceute', factor: 0 }, 'unknown_phase', ['execute']],
    [{ kind: 'limit', limit: 'pool', name: 'db', value: 2 }, 'unknown_limit', []],
    [{ kind: 'drop_dependency', node: 'end', on: 'load' }, 'unknown_dependency', ['a', 'b']],
    [{ kind: 'add_dependency', node: 'load', on: 'end' }, 'dependency_cycle', []],
    [{ kind: 'speed', node: 'load', factor: 0 }, 'invalid_change', []],
    [{ kind: 'speed', factor: 2 }, 'invalid_change', []],
    [{ kind: 'limit', limit: 'concurrency', value: 1.5 }, 'invalid_change', []],
  ])('%o is refused as %s', (change, code, suggestions) => {
    const error = refused(diamond, change);
    expect([error.code, error.suggestions]).toEqual([code, suggestions]);
  });

  test('is refused where it comes to more time than can be counted, by itself or with others', () => {
    expect(refused(diamond, { kind: 'speed', node: 'a', factor: 1e-300 }).code).toBe('too_long');
    expect(refused(diamond, { kind: 'speed', node: 'a', factor: 1e-13 }).code).toBe('too_long');
    const slower = Array.from({ length: 3 }, () => ({ kind: 'phase', phase: 'execute', factor: 1e6 }) as const);
    expect(refused(diamond, ...slower).code).toBe('too_long');
    expect(predictRun(diamond, slower)).toBeNull();
    expect(predicted(diamond, { kind: 'duration', node: 'a', duration_ms: 1e12 })).toBe(1_000_000_000_190);
  });

  test('an execution of which nothing has started is refused, and left out of a spread', () => {
    const nothing = new Drawing().node('a', [], null).trace();
    expect(refused(nothing).code).toBe('nothing_to_simulate');
    expect(predictRun(nothing, [])).toBe(null);
  });
});

test('what would help is ranked by its gain, and can be sent as it is', () => {
  const { suggestions, observed_ms } = whatIf(diamond, []).answer;
  expect(suggestions.map(({ text, gain_ms }) => [text, gain_ms])).toEqual([
    ['load 2x faster', 50],
    ['concurrency = 2', 40],
    ['a 2x faster', 30],
    ['end 2x faster', 25],
    ['b 2x faster', 20],
  ]);
  const best = suggestions[0];
  expect(best && predicted(diamond, best.change)).toBe(observed_ms - 50);
});

test('several runs give a spread, and those without the node are counted', () => {
  const changes: WhatIfChange[] = [{ kind: 'speed', node: 'load', factor: 2 }];
  const other = new Drawing({ id: 'other' }).node('load', [], [0, 400], [['execute', [0, 400]]]).trace();
  const run = predictRun(other, changes);
  expect(run).toMatchObject({ id: 'other', observed_ms: 400, predicted_ms: 200 });
  const { runs } = whatIf(diamond, changes, { others: { runs: run === null ? [] : [run], skipped: 1 } }).answer;
  expect(runs).toMatchObject({ count: 2, skipped: 1, difference_ms: { min: -200, p50: -200, p90: -50, max: -50 } });
});

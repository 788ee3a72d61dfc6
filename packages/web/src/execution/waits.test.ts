import { asMicros, TraceAssembler, type JsonObject, type SpanKind } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { waitsIn } from './waits.ts';

function waitsOf(phases: readonly (readonly [name: string, from: number, to: number, metadata?: JsonObject])[]) {
  const run = new TraceAssembler();
  const add = (id: string, kind: SpanKind, name: string, [from, to]: readonly [number, number], metadata: JsonObject) =>
    run.addSpan({
      id,
      kind,
      name,
      parentId: kind === 'node' ? null : 'n',
      nodeKey: 'n',
      iteration: null,
      start: asMicros(from),
      duration: asMicros(to - from),
      status: 'completed',
      track: null,
      metadata,
    });
  add('n', 'node', 'n', [0, 1000], {});
  phases.forEach(([name, from, to, metadata = {}], at) => add(`p${at}`, 'phase', name, [from, to], metadata));
  return run.finish();
}

describe('the waits of a span', () => {
  it('are those of its phases, the longest first, with what they were for', () => {
    const trace = waitsOf([
      ['queue_wait', 0, 10, { cause: 'pool', pool: 'db', limit: 2 }],
      ['rate_limit_wait', 10, 90, { resource: 'shop', per_second: 5 }],
      ['request', 90, 400],
      ['retry_backoff', 400, 430],
    ]);
    expect(waitsIn(trace, 0, 1000)).toEqual([
      { name: 'rate limit wait', cause: 'rate limit shop, 5 a second', duration: 80 },
      { name: 'retry backoff', cause: null, duration: 30 },
      { name: 'queue wait', cause: 'pool db, 2 at once', duration: 10 },
    ]);
    expect(waitsIn(trace, 3, 1000), 'work waits for nothing').toEqual([]);
  });

  it.each([
    [{ cause: 'concurrency', limit: 4 }, 'limit of the run: 4 at once'],
    [{ cause: 'concurrency', limit: 3, type: 'http' }, 'limit of http nodes, 3 at once'],
    [{ cause: 'task_queue', task_queue: 'orders' }, 'a worker of the task queue orders'],
    [{ cause: 'dependency', released_by: 'fetch' }, 'ready when fetch had ended'],
    [{ cause: 'dispatch' }, 'the engine was busy'],
    [{ cause: 'backpressure' }, 'what takes the events was behind'],
    [{ cause: 'quota_of_the_day' }, 'quota of the day'],
    [{}, null],
  ])('for %j says %j', (metadata, cause) => {
    expect(waitsIn(waitsOf([['queue_wait', 0, 10, metadata]]), 1, 1000)).toEqual([
      { name: 'queue wait', cause, duration: 10 },
    ]);
  });
});

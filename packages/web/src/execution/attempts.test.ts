import { asMicros, TraceAssembler, type JsonObject, type SpanKind, type Status } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { attemptsOf, worthOf } from './attempts.ts';
import { spanDetails } from './spanDetails.ts';

const all = new TraceAssembler();
all.addNode({ key: 'a', name: 'a', type: 'http', iteration: null, parentKey: null, dependsOn: [] });
const span = (id: string, kind: SpanKind, from: number, to: number, parentId: string | null, status: Status): void =>
  all.addSpan({
    id,
    kind,
    name: id.replace(/ of .*/, ''),
    start: asMicros(from),
    duration: asMicros(to - from),
    nodeKey: 'a',
    parentId,
    status,
    iteration: null,
    track: null,
    metadata: status === 'failed' ? { error: { message: 'busy' } } : null,
  });
span('a', 'node', 0, 100, null, 'completed');
span('attempt 2', 'attempt', 50, 100, 'a', 'completed');
span('attempt 1', 'attempt', 10, 40, 'a', 'failed');
span('send of 1', 'phase', 12, 20, 'attempt 1', 'failed');
span('send of 2', 'phase', 60, 90, 'attempt 2', 'completed');
span('tls', 'phase', 60, 65, 'send of 2', 'completed');
const trace = all.finish();

interface Told {
  readonly from: number;
  readonly to: number;
  readonly metadata?: JsonObject;
  readonly kind?: SpanKind;
  readonly name: string;
}

/** The attempts of a node of which that is told. */
function attemptsIn(...told: readonly Told[]) {
  const made = new TraceAssembler();
  made.addNode({ key: 'n', name: 'n', type: 'activity', iteration: null, parentKey: null, dependsOn: [] });
  const add = (id: string, parentId: string | null, { name, kind = 'phase', from, to, metadata }: Told) =>
    made.addSpan({
      id,
      kind,
      name,
      parentId,
      nodeKey: 'n',
      iteration: null,
      track: null,
      status: 'completed',
      start: asMicros(from),
      duration: asMicros(to - from),
      metadata: metadata ?? null,
    });
  add('n', null, { name: 'n', kind: 'node', from: 0, to: 1000 });
  for (const [at, one] of told.entries()) add(`s${at}`, 'n', one);
  return attemptsOf(made.finish(), 0, 0);
}

const attempt = (number: number, from: number, to: number, rest: JsonObject = {}): Told => ({
  name: `attempt ${number}`,
  kind: 'attempt',
  from,
  to,
  metadata: { attempt: number, ...rest },
});

describe('the attempts of a node', () => {
  it('come with the waits since the one before, and who tells of them', () => {
    const attempts = attemptsIn(
      { name: 'queue_wait', from: 0, to: 10 },
      attempt(1, 10, 40, { source: 'worker', worker: '1@a' }),
      { name: 'retry_backoff', from: 40, to: 90 },
      { name: 'queue_wait', from: 90, to: 95 },
      attempt(2, 95, 200, { source: 'sample', estimated: true }),
    );
    expect(attempts.map(({ queue, backoff, source, worker }) => [queue, backoff, source, worker])).toEqual([
      [10, 0, 'worker', '1@a'],
      [5, 50, 'sample', null],
    ]);
    expect(attempts.map(worthOf)).toEqual(['told by the worker', 'estimated']);
  });

  it('say how many there were before the only one that is told of', () => {
    const window = { name: 'retry_window', from: 0, to: 400, metadata: { attempts_before: 2 } };
    expect(attemptsIn(window, attempt(3, 400, 500, { source: 'history' }))).toMatchObject([
      { untold: 2, backoff: 400, source: 'history', isEstimated: false },
    ]);
  });

  it('are nothing to list where there was but the first', () => {
    expect(attemptsIn({ name: 'queue_wait', from: 0, to: 10 }, attempt(1, 10, 40))).toEqual([]);
    expect(attemptsIn()).toEqual([]);
  });
});

describe('what is told of a span', () => {
  it('has the attempts of its node in the order of time, with their errors', () => {
    expect(spanDetails(trace, 0, 0).attempts.map(({ name, duration, error }) => [name, duration, error])).toEqual([
      ['attempt 1', 30, 'busy'],
      ['attempt 2', 50, null],
    ]);
    expect(spanDetails(trace, 3, 0).attempts).toHaveLength(2);
  });

  it('has the total and the self time of all of its name', () => {
    const { instances } = spanDetails(trace, 4, 0);
    expect(instances).toMatchObject({ count: 2, total: 38, self: 33, longest: 30 });
  });
});

import {
  analyseTrace,
  asMicros,
  TraceAssembler,
  type JsonObject,
  type SpanKind,
  type Status,
  type Trace,
} from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blanksOf } from './blanks.ts';
import { orderByTime } from './byTime.ts';
import { progressOf, stallsOf } from './progress.ts';
import { chooseEvents, describeEvent, runEvents } from './runEvents.ts';

interface Part {
  readonly name: string;
  readonly at: readonly [from: number, to: number];
  readonly kind?: SpanKind;
  readonly metadata?: JsonObject;
}

interface Given {
  readonly key: string;
  readonly at: readonly [from: number, to: number];
  readonly after?: readonly string[];
  readonly status?: Status;
  readonly inside?: readonly Part[];
}

function traceOf(...given: readonly Given[]): Trace {
  const run = new TraceAssembler({ status: 'completed', sourceFormat: 'conductor' });
  for (const { key, at, after = [], status = 'completed', inside = [] } of given) {
    run.addNode({ key, name: key, type: 'task', iteration: null, parentKey: null, dependsOn: after });
    run.addNodeState({ nodeKey: key, iteration: null, status });
    const span = (id: string, part: Part, parentId: string | null) =>
      run.addSpan({
        id,
        parentId,
        kind: part.kind ?? 'phase',
        name: part.name,
        nodeKey: key,
        iteration: null,
        start: asMicros(part.at[0]),
        duration: asMicros(part.at[1] - part.at[0]),
        status,
        track: null,
        metadata: part.metadata ?? null,
      });
    const error = status === 'failed' ? { error: { code: 'boom', message: 'it broke' } } : {};
    span(key, { name: key, at, kind: 'node', metadata: error }, null);
    for (const [number, part] of inside.entries()) span(`${key}${number}`, part, key);
  }
  run.addAnnotation({ spanId: 'b', time: asMicros(650), label: 'cold', type: 'cache', metadata: null });
  return run.finish();
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const TRACE = traceOf(
  { key: 'a', at: [0, 300], inside: [{ name: 'attempt', kind: 'attempt', at: [0, 300], metadata: { attempt: 1 } }] },
  {
    key: 'b',
    at: [300, 900],
    after: ['a'],
    status: 'failed',
    inside: [
      { name: 'queue_wait', at: [300, 600], metadata: { cause: 'pool', pool: 'db', limit: 2 } },
      { name: 'execute', at: [600, 900] },
    ],
  },
  { key: 'c', at: [1000, 1100], after: ['b'] },
);

describe('blanks between steps', () => {
  it('are what lies between, with what it went to', () => {
    expect(blanksOf(analyseTrace(TRACE))).toEqual([
      { start: 300, end: 600, because: [{ cause: 'queue', reason: 'pool db, 2 at once', node: 'b', time: 300 }] },
      { start: 900, end: 1000, because: [expect.objectContaining({ cause: 'unaccounted', time: 100 })] },
    ]);
  });

  it('are none while another step works', () => {
    const busy = traceOf(
      { key: 'a', at: [0, 300], inside: [{ name: 'retry_backoff', at: [100, 200] }] },
      { key: 'b', at: [50, 250] },
    );
    expect(blanksOf(analyseTrace(busy))).toEqual([]);
    const alone = traceOf({ key: 'a', at: [0, 300], inside: [{ name: 'retry_backoff', at: [100, 200] }] });
    expect(blanksOf(analyseTrace(alone))).toMatchObject([
      { start: 100, end: 200, because: [{ cause: 'retry_backoff' }] },
    ]);
  });

  it('are none of nothing', () => {
    expect(blanksOf(analyseTrace(new TraceAssembler().finish()))).toEqual([]);
  });
});

describe('the progress of a run', () => {
  it('counts what has ended, and what ran and waited on average', () => {
    const progress = progressOf(analyseTrace(TRACE));
    expect(progress?.ended.at(-1)).toBe(3);
    expect(progress?.ended[100]).toBe(1);
    expect(progress?.running[10]).toBeCloseTo(1);
    expect(progress?.queued[100]).toBeCloseTo(1);
    expect(progress?.running[100]).toBeCloseTo(0);
    expect((sumOf(progress?.running ?? []) * 1100) / 300, 'nothing of the time is lost').toBeCloseTo(700, 3);
  });

  it('stalls where nothing ends for long', () => {
    expect(stallsOf(analyseTrace(TRACE))[0]).toMatchObject({ start: 300, end: 900 });
  });
});

describe('what happened', () => {
  const events = runEvents(TRACE);
  const said = (text = '', choice = '') =>
    Array.from(chooseEvents(TRACE, events, text, choice), (at) => {
      const { what, of } = describeEvent(TRACE, events, at);
      return `${events.time[at]} ${of} ${what}`;
    });

  it('is listed in order', () => {
    expect(said()).toEqual([
      '0 a started',
      '0 a attempt 1 started',
      '300 a ended',
      '300 a attempt 1 ended',
      '300 b started',
      '650 b cache',
      '900 b ended',
      '1000 c started',
      '1100 c ended',
    ]);
  });

  it('is narrowed by what it is and by a text', () => {
    expect(said('', 'failures')).toEqual(['900 b ended']);
    expect(said('', 'attempts')).toHaveLength(2);
    expect(said('COLD')).toEqual(['650 b cache']);
    expect(said('c', 'starts')).toEqual(['1000 c started']);
  });

  it('says why something failed, and how long it took', () => {
    const [at = 0] = chooseEvents(TRACE, events, '', 'failures');
    expect(describeEvent(TRACE, events, at)).toMatchObject({
      status: 'failed',
      duration: 600,
      detail: 'it broke (boom)',
    });
  });
});

describe('ordering by time', () => {
  it('is what a stable sort does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 1e13 }), { maxLength: 60 }), (times) => {
        const sorted = times.map((time, at) => ({ time, at })).sort((a, b) => a.time - b.time || a.at - b.at);
        expect([...orderByTime(Float64Array.from(times))]).toEqual(sorted.map(({ at }) => at));
      }),
    );
  });
});

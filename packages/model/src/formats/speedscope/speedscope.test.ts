import { readFileSync } from 'node:fs';
import { assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryTrace } from '../../../testing/arbitrary-trace.ts';
import { at, only } from '../../../testing/at.ts';
import { FLAG, NONE, spanNameAt, type Trace } from '../../trace/trace.ts';
import { readTraceFile } from '../registry.ts';
import { writeSpeedscope } from '../speedscope-writer.ts';
import { utf8 } from '../web.ts';
import { readSpeedscope } from './reader.ts';

const FIXTURES = new URL('../../../../../fixtures/speedscope/', import.meta.url);

/** Name, start, duration, parent and track of every span. */
function plain({ spans }: Trace): unknown[][] {
  return Array.from({ length: spans.length }, (_, row) => [
    spanNameAt(spans, row),
    spans.start[row],
    spans.duration[row],
    spans.parent[row],
    spans.track === null ? null : spans.tracks[at(spans.track, row)],
  ]);
}

function texts(spans: unknown[][]): string[] {
  return spans.map((span) => JSON.stringify(span)).sort();
}

/** The same with the names of parents in the place of their rows, as those may change. */
function namesOfParents(trace: Trace): unknown[][] {
  const { spans } = trace;
  return plain(trace).map((span, row) => [...span.slice(0, 3), parentName(spans, row), span[4]]);
}

function parentName(spans: Trace['spans'], row: number): string | null {
  const up = at(spans.parent, row);
  return up === NONE ? null : spanNameAt(spans, up);
}

function read(value: unknown): Trace {
  return only(readSpeedscope(utf8(JSON.stringify(value)), {}));
}

const shared = { frames: [{ name: 'a', file: 'a.js', line: 3, col: 1 }, { name: 'b' }, { name: 'c' }] };

function evented(events: readonly (readonly [string, number, number])[], more: object = {}): unknown {
  const list = events.map(([type, frame, time]) => ({ type, frame, at: time }));
  return {
    shared,
    profiles: [
      { type: 'evented', name: 'main', unit: 'microseconds', startValue: 0, endValue: 10, events: list, ...more },
    ],
  };
}

describe('real files', () => {
  test('simple.speedscope.json', async () => {
    const trace = only(await readTraceFile(readFileSync(new URL('simple.speedscope.json', FIXTURES))));
    expect(plain(trace)).toEqual([
      ['a', 0, 14, NONE, 'simple.txt'],
      ['b', 0, 14, 0, 'simple.txt'],
      ['c', 0, 2, 1, 'simple.txt'],
      ['d', 2, 4, 1, 'simple.txt'],
      ['c', 6, 3, 1, 'simple.txt'],
    ]);
    expect(trace.execution).toMatchObject({
      name: 'simple.txt',
      eventCount: 10,
      recordedDuration: 14,
      startedAt: null,
    });
    expect(trace.warnings).toEqual([]);
  });

  test('two-sampled.speedscope.json: two profiles of one recording are two tracks', async () => {
    const trace = only(await readTraceFile(readFileSync(new URL('two-sampled.speedscope.json', FIXTURES))));
    const one = ['a', 'b', 'c', 'd', 'c'];
    expect(plain(trace).map(([name]) => name)).toEqual([...one, ...one]);
    expect(plain(trace).slice(5)).toEqual([
      ['a', 0, 14e6, NONE, 'two'],
      ['b', 0, 14e6, 5, 'two'],
      ['c', 0, 2e6, 6, 'two'],
      ['d', 2e6, 4e6, 6, 'two'],
      ['c', 6e6, 3e6, 6, 'two'],
    ]);
    expect(trace.execution).toMatchObject({
      name: 'Two Samples',
      recordedDuration: 14e6,
      attributes: { exporter: 'speedscope@0.6.0' },
    });
  });
});

describe('units', () => {
  test.each([
    ['nanoseconds', 5000, 5],
    ['microseconds', 5, 5],
    ['milliseconds', 5, 5000],
    ['seconds', 5, 5_000_000],
    ['none', 5, 5],
    ['bytes', 5, 5],
  ])('%s', (unit, value, micros) => {
    const { spans, warnings } = read(
      evented(
        [
          ['O', 0, 100],
          ['C', 0, 100 + value],
        ],
        { unit, startValue: 100, endValue: 100 + value },
      ),
    );
    expect([spans.start[0], spans.duration[0]]).toEqual([0, micros]);
    expect(warnings).toEqual([]);
  });

  test('what falls between two microseconds is rounded, and said', () => {
    const { spans, warnings } = read(
      evented(
        [
          ['O', 0, 0],
          ['C', 0, 1400],
        ],
        { unit: 'nanoseconds', endValue: 1400 },
      ),
    );
    expect(spans.duration[0]).toBe(1);
    expect(warnings.map(({ code }) => code)).toEqual(['sampled_times']);
  });
});

describe('broken files', () => {
  test('what can be mended is, and said', () => {
    const { spans, warnings } = read(
      evented([
        ['O', 0, 0],
        ['O', 1, 1],
        ['C', 0, 5],
        ['C', 2, 6],
        ['O', 2, 7],
      ]),
    );
    expect(Array.from(spans.duration)).toEqual([5, 4, 3]);
    expect(Array.from(spans.flags)).toEqual([0, FLAG.unclosed, FLAG.unclosed]);
    expect(warnings.map(({ code, count }) => [code, count])).toEqual([
      ['unclosed_span', 2],
      ['unopened_span', 1],
    ]);
    expect(spans.metadata.get(0)).toEqual({ file: 'a.js', line: 3, col: 1 });
  });

  const sampled = { type: 'sampled', name: 's', unit: 'none', startValue: 0, endValue: 1 };
  test.each([
    ['no profile', { shared, profiles: [] }, '/profiles has no profile in it'],
    ['no frames', { profiles: [] }, '/shared is missing'],
    ['an unknown frame', evented([['O', 9, 0]]), '/profiles/0/events/0/frame is not one of the 3 frames'],
    ['an unknown event', evented([['X', 0, 0]]), '/profiles/0/events/0/type is not "O" or "C"'],
    [
      'time that goes back',
      evented([
        ['O', 0, 5],
        ['C', 0, 4],
      ]),
      '/profiles/0/events/1/at is not at or after the event before it (5)',
    ],
    ['an unknown kind', evented([], { type: 'other' }), '/profiles/0/type is not "evented" or "sampled"'],
    ['an unknown unit', evented([], { unit: 'days' }), '/profiles/0/unit is not a unit of speedscope'],
    [
      'weights that lack',
      { shared, profiles: [{ ...sampled, samples: [[0]], weights: [] }] },
      '/profiles/0/weights is not a list of 1 numbers',
    ],
    [
      'a negative weight',
      { shared, profiles: [{ ...sampled, samples: [[0]], weights: [-1] }] },
      '/profiles/0/weights/0 is not 0 or more',
    ],
  ])('%s: refused with the place', (_, value, message) => {
    expect(() => read(value)).toThrowError(message);
  });
});

test('what is written is read as the same spans, and what is read and written again stays the same', () => {
  assert(
    property(arbitraryTrace, (trace) => {
      const once = only(readSpeedscope(writeSpeedscope(trace), {}));
      expect(once.spans.length).toBe(trace.spans.length);
      const twice = only(readSpeedscope(writeSpeedscope(once), {}));
      expect(texts(namesOfParents(twice))).toEqual(texts(namesOfParents(once)));
    }),
    { numRuns: 50 },
  );
});

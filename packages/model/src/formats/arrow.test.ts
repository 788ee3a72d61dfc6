import { tableFromIPC } from '@uwdata/flechette';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../testing/at.ts';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { SpanTableBuilder } from '../trace/builder.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { NONE, OPEN, spanIdAt, type Trace, NO_LINKS } from '../trace/trace.ts';
import { toMicros } from '../units.ts';
import type { Steps } from '../steps.ts';
import { decodeTrace, decodeTraceInSteps, encodeTrace, encodeTraceInSteps } from './arrow.ts';
import { TraceFileError } from './errors.ts';

/** A trace as the engine makes them: numbered ids, three spans a node. */
function engineTrace(length: number): Trace {
  const spans = new SpanTableBuilder({ prefix: '0a1b2c3d' });
  for (let row = 0; row < length; row++) {
    const kind = row % 3 === 0 ? 'node' : 'phase';
    const start = toMicros(row * 7);
    spans.add({ kind, name: `step ${row % 50}`, start, parent: row % 3 === 0 ? NONE : row - (row % 3) }, start);
  }
  return { ...new TraceAssembler().finish(), spans: spans.snapshot(), links: NO_LINKS };
}

test('any trace comes back as it was', () => {
  fc.assert(
    fc.property(arbitraryTrace, (trace) => {
      expect(decodeTrace(encodeTrace(trace))).toEqual(trace);
    }),
    { numRuns: 300 },
  );
});

test('an empty trace comes back', () => {
  const empty = new TraceAssembler().finish();
  expect(decodeTrace(encodeTrace(empty))).toEqual(empty);
});

test('open spans and names outside of ASCII survive', () => {
  const spans = new SpanTableBuilder('listed');
  spans.open({ kind: 'node', name: 'Übung 🎈', start: toMicros(-5), id: 'größe' });
  const trace = { ...new TraceAssembler({ name: '実行' }).finish(), spans: spans.snapshot() };
  const back = decodeTrace(encodeTrace(trace));
  expect(back.execution.name).toBe('実行');
  expect(back.spans.names).toEqual(['Übung 🎈']);
  expect(back.spans.duration[0]).toBe(OPEN);
  expect(spanIdAt(back.spans.ids, 0)).toBe('größe');
});

test('a span of a large trace takes about 31 bytes, numbered ids none', () => {
  const bytes = encodeTrace(engineTrace(10_000));
  expect(bytes.byteLength / 10_000).toBeLessThan(32);
});

test('other Arrow readers see one row a span', () => {
  const table = tableFromIPC(encodeTrace(engineTrace(30)));
  expect(table.numRows).toBe(30);
  expect(table.names).toEqual(['start', 'duration', 'parent', 'name', 'node', 'kind', 'status', 'flags']);
  expect(table.schema.metadata?.get('flowprof.version')).toBe('1');
});

test('a buffer that does not lie on a word boundary is read', () => {
  const trace = engineTrace(100);
  const bytes = encodeTrace(trace);
  const shifted = new Uint8Array(bytes.byteLength + 3).subarray(3);
  shifted.set(bytes);
  expect(decodeTrace(shifted)).toEqual(trace);
  // The slice method of Node's own byte arrays does not copy.
  expect(decodeTrace(Buffer.from(shifted.buffer, 3))).toEqual(trace);
});

test('any damage is a coded error', () => {
  const bytes = encodeTrace(engineTrace(20));
  fc.assert(
    fc.property(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
      const damaged = bytes.slice();
      damaged[position] = at(damaged, position) ^ change;
      expect(() => decodeTrace(damaged)).toThrowError(expect.objectContaining({ code: 'malformed' }));
    }),
    { numRuns: 500 },
  );
  for (const length of [0, 4, 8, 100, bytes.byteLength - 8]) {
    expect(() => decodeTrace(bytes.subarray(0, length))).toThrowError(TraceFileError);
  }
});

function steps(work: Steps<unknown>): number {
  let count = 1;
  while (work.next().done !== true) count++;
  return count;
}

describe('a long trace', () => {
  const trace = engineTrace(30_000);
  const names = Array.from({ length: 10_000 }, (_, row) => `名 ${row}`);
  const long: Trace = {
    ...trace,
    spans: { ...trace.spans, metadata: new Map(Array.from({ length: 5000 }, (_, i) => [i * 3, { row: i }])) },
    nodes: {
      length: names.length,
      key: names.map((_, row) => `n${row}`),
      name: names,
      type: names.map(() => 'task'),
      iteration: new Int32Array(names.length).fill(NONE),
      parent: new Int32Array(names.length).map((_, row) => row - 1),
      span: new Int32Array(names.length).map((_, row) => row * 3),
      status: new Uint8Array(names.length).fill(2),
      depOffsets: new Uint32Array(names.length + 1).map((_, row) => Math.max(0, row - 1)),
      deps: new Uint32Array(names.length - 1).map((_, row) => row),
    },
  };

  test('comes back as it was, and the metadata that any reader has to parse stays short', () => {
    const bytes = encodeTrace(long);
    expect(decodeTrace(bytes)).toEqual(long);
    const { metadata } = tableFromIPC(bytes).schema;
    expect(metadata?.get('flowprof.version')).toBe('2');
    expect(metadata?.get('flowprof.trace')?.length).toBeLessThan(10_000);
  });

  test('is written and read in steps, more of them the longer it is', () => {
    expect(steps(encodeTraceInSteps(trace))).toBeLessThan(10);
    expect(steps(encodeTraceInSteps(long))).toBeGreaterThan(30);
    expect(steps(decodeTraceInSteps(encodeTrace(long)))).toBeGreaterThan(30);
  });

  test('is refused with a code wherever it is damaged', () => {
    const bytes = encodeTrace(long);
    for (let position = 1; position < bytes.byteLength; position += 39_119) {
      const damaged = bytes.slice();
      damaged[position] = at(damaged, position) ^ 1;
      expect(() => decodeTrace(damaged)).toThrowError(expect.objectContaining({ code: 'malformed' }));
    }
  });
});

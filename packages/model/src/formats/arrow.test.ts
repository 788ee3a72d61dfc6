import { tableFromIPC } from '@uwdata/flechette';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { at } from '../../testing/at.ts';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { NO_LINKS, SpanTableBuilder } from '../trace/builder.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { NONE, OPEN, spanIdAt, type Trace } from '../trace/trace.ts';
import { toMicros } from '../units.ts';
import { decodeTrace, encodeTrace } from './arrow.ts';
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

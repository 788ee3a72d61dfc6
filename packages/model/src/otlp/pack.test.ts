import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeOtlp, otlpRequests, plainOtlp } from '../../testing/otlp.ts';
import { TraceFileError } from '../formats/errors.ts';
import { xxh32 } from './checksum.ts';
import { traceIdAt } from './columns.ts';
import { mergeOtlp, OtlpMerger } from './merge.ts';
import { packOtlp, traceIdsOfSegment, unpackOtlp } from './pack.ts';
import { readOtlpProtobuf } from './protobuf.ts';
import { viewOf } from './strings.ts';

const spansOf = (request: Parameters<typeof encodeOtlp>[0]) => readOtlpProtobuf(encodeOtlp(request)).spans;

describe('a segment', () => {
  it('gives back the columns, to the bit', () => {
    fc.assert(
      fc.property(otlpRequests, (request) => {
        const spans = spansOf(request);
        expect(unpackOtlp(packOtlp(spans))).toEqual(spans);
      }),
      { numRuns: 100 },
    );
  });

  it('names its traces', () => {
    fc.assert(
      fc.property(otlpRequests, (request) => {
        const spans = spansOf(request);
        const ids = traceIdsOfSegment(packOtlp(spans));
        const named = Array.from({ length: ids.byteLength / 16 }, (_, i) => traceIdAt({ traceId: ids }, i));
        const all = Array.from({ length: spans.length }, (_, row) => traceIdAt(spans, row));
        expect(named).toEqual([...new Set(all)]);
      }),
    );
  });

  it('refuses any damage', () => {
    fc.assert(
      fc.property(otlpRequests, fc.nat(), fc.integer({ min: 1, max: 255 }), (request, place, flip) => {
        const segment = packOtlp(spansOf(request));
        const at = place % segment.length;
        const byte = segment[at] ?? 0;
        segment[at] = byte ^ flip;
        expect(() => unpackOtlp(segment)).toThrow(TraceFileError);
        segment[at] = byte;
        expect(() => unpackOtlp(segment.subarray(0, at))).toThrow(TraceFileError);
      }),
    );
  });
});

describe('merging', () => {
  it('gives the spans of all segments, or of some traces, in their order', () => {
    const requests = fc.array(otlpRequests, { maxLength: 4 });
    fc.assert(
      fc.property(requests, fc.nat(), (all, seed) => {
        const parts = all.map(spansOf);
        const plain = parts.flatMap(plainOtlp);
        expect(plainOtlp(mergeOtlp(parts.map(packOtlp)))).toEqual(plain);
        const ids = parts.flatMap((spans) => Array.from({ length: spans.length }, (_, row) => traceIdAt(spans, row)));
        const wanted = new Set(ids.filter((_, i) => (seed >> (i % 16)) % 2 === 1));
        const merger = new OtlpMerger();
        for (const spans of parts) merger.add(spans, wanted);
        expect(merger.length).toBe(ids.filter((id) => wanted.has(id)).length);
        expect(plainOtlp(merger.finish())).toEqual(plain.filter((_, i) => wanted.has(ids[i] ?? '')));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps strings, resources and scopes once', () => {
    fc.assert(
      fc.property(otlpRequests, (request) => {
        const spans = spansOf(request);
        const once = mergeOtlp([packOtlp(spans)]);
        const thrice = mergeOtlp([spans, spans, spans].map(packOtlp));
        expect(thrice.length).toBe(3 * spans.length);
        expect(thrice.strings).toEqual(once.strings);
        expect(thrice.resources).toEqual(once.resources);
        expect(thrice.scopes).toEqual(once.scopes);
        expect(thrice.cutTimes).toBe(3 * spans.cutTimes);
      }),
    );
  });
});

it.each<[string, number]>([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
])('computes XXH32 of %j', (text, expected) => {
  expect(xxh32(viewOf(new TextEncoder().encode(text)))).toBe(expected);
});

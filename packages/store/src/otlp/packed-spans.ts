import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib';
import { packOtlp, spansOfTrace, traceOfSpans, unpackOtlp, type OtlpSpans, type Trace } from '@flowprof/model';
import type { KeptTrace } from './api.ts';

/** Spans may take this much memory at most while they are read. */
const MAX_BYTES = 2 ** 30;

/** The least work of all levels, at some 20% more space than the default. */
const OPTIONS = { level: constants.Z_BEST_SPEED } as const;

const deflate = promisify(deflateRaw);

/** Spans of any number of traces as a segment holds them; compressed beside the event loop. */
export async function packSegment(spans: OtlpSpans): Promise<Uint8Array> {
  return deflate(packOtlp(spans), OPTIONS);
}

/** As `packSegment`, for a thread that has nothing else to do. */
export function packSegmentNow(spans: OtlpSpans): Uint8Array {
  return deflateRawSync(packOtlp(spans), OPTIONS);
}

/** The spans of a segment. */
export function unpackSegment(data: Uint8Array): OtlpSpans {
  return unpackOtlp(inflateRawSync(data, { maxOutputLength: MAX_BYTES }));
}

const ID_BYTES = 16;
const HEAD_BYTES = ID_BYTES + 8;
const CLOSED = 1;

/**
 * The spans of an execution as they are handed on, unread: the trace's id, flags and the number of refused spans in 4
 * bytes each, and segments with their lengths.
 */
export function packParts(
  traceId: string,
  { own, isClosed, refused }: KeptTrace,
  segments: readonly Uint8Array[],
): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(traceId, 'hex');
  head.writeUInt32LE(isClosed ? CLOSED : 0, ID_BYTES);
  head.writeUInt32LE(refused, ID_BYTES + 4);
  const parts: Uint8Array[] = [head];
  for (const segment of own === null ? segments : [...segments, own]) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(segment.byteLength);
    parts.push(length, segment);
  }
  return Buffer.concat(parts);
}

/** The trace in what `packParts` made. */
export function traceOfParts(data: Uint8Array): Trace {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const parts: OtlpSpans[] = [];
  for (let at = HEAD_BYTES; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    parts.push(unpackSegment(bytes.subarray(at + 4, end)));
    at = end;
  }
  const spans = spansOfTrace(parts, bytes.toString('hex', 0, ID_BYTES));
  const isClosed = (bytes.readUInt32LE(ID_BYTES) & CLOSED) !== 0;
  return traceOfSpans(spans, { isClosed, refused: bytes.readUInt32LE(ID_BYTES + 4) });
}

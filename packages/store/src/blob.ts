import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { decodeTrace, encodeTrace, type Trace } from '@flowprof/model';
import type { PackedTrace } from './api.ts';
import { traceOfParts } from './otlp/packed-spans.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A trace may take this much memory at most while it is read: some 10 million spans. */
const MAX_DECODED_BYTES = 2 ** 30;

/** Packs a trace for keeping: Arrow columns under brotli level 1. */
export async function packTrace(trace: Trace): Promise<PackedTrace> {
  const columns = encodeTrace(trace);
  const data = await compress(columns, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_SIZE_HINT]: columns.byteLength,
    },
  });
  return { data, spanCount: trace.spans.length, format: 'arrow+br' };
}

/** The Arrow columns of a trace that is kept; they are there already unless it is one of spans as they came. */
export async function unpackColumns({ data, format }: Omit<PackedTrace, 'spanCount'>): Promise<Uint8Array> {
  if (format === 'otlp') return encodeTrace(traceOfParts(data));
  return decompress(data, { maxOutputLength: MAX_DECODED_BYTES });
}

/** The trace that is kept. */
export async function unpackTrace(packed: Omit<PackedTrace, 'spanCount'>): Promise<Trace> {
  return packed.format === 'otlp' ? traceOfParts(packed.data) : decodeTrace(await unpackColumns(packed));
}

export { packSteps } from './temporal/packed-steps.ts';
export { packSegment, packSegmentNow, unpackSegment } from './otlp/packed-spans.ts';

import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { decodeTrace, encodeTrace, type Trace } from '@flowprof/model';
import type { PackedTrace } from './api.ts';

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
  return { data, spanCount: trace.spans.length };
}

/** The Arrow columns in what `packTrace` made, unread. */
export function unpackColumns({ data }: Pick<PackedTrace, 'data'>): Promise<Uint8Array<ArrayBuffer>> {
  return decompress(data, { maxOutputLength: MAX_DECODED_BYTES });
}

/** The trace in what `packTrace` made. */
export async function unpackTrace(packed: Pick<PackedTrace, 'data'>): Promise<Trace> {
  return decodeTrace(await unpackColumns(packed));
}

import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { decodeTrace, encodeTrace, type Trace } from '@flowprof/model';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A trace may take this much memory at most while it is read: some 10 million spans. */
const MAX_DECODED_BYTES = 2 ** 30;

/** A trace as it is kept at rest: Arrow columns under brotli level 1. */
export async function packTrace(trace: Trace): Promise<Uint8Array> {
  const columns = encodeTrace(trace);
  return compress(columns, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_SIZE_HINT]: columns.byteLength,
    },
  });
}

/** The trace in what `packTrace` made. */
export async function unpackTrace(data: Uint8Array): Promise<Trace> {
  return decodeTrace(await decompress(data, { maxOutputLength: MAX_DECODED_BYTES }));
}

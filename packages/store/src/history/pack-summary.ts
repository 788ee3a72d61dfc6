import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { isJsonObject, readRunSummary } from '@flowprof/model';
import { isJson } from '../row.ts';
import type { KeptSummary } from './api.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** More than any summary of names that people give takes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A summary as it is kept: JSON under brotli; null where its names are so long that it is not. */
export async function packSummary({ summary, tracks }: KeptSummary): Promise<Buffer | null> {
  const written = Buffer.from(JSON.stringify({ summary, tracks }), 'utf8');
  if (written.byteLength > MAX_BYTES) return null;
  return compress(written, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

/** What `packSummary` packed; null where it is none. */
export async function unpackSummary(data: Uint8Array): Promise<KeptSummary | null> {
  const written = await decompress(data, { maxOutputLength: MAX_BYTES });
  const value: unknown = JSON.parse(written.toString('utf8'));
  if (!isJson(value) || !isJsonObject(value)) return null;
  const summary = readRunSummary(value['summary'] ?? null);
  const tracks = Array.isArray(value['tracks']) ? value['tracks'].filter((track) => typeof track === 'string') : [];
  return summary && { summary, tracks };
}

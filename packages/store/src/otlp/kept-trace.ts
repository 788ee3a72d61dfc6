import { StoreError } from '../errors.ts';
import type { KeptTrace } from './api.ts';

const VERSION = 1;
const CLOSED = 1;
const ID_BYTES = 16;
const HEAD_BYTES = 10;

/**
 * Where the spans of an execution are, as bytes: a version, flags, the number of refused spans and that of segments in 4
 * bytes each, the ids of the segments, and then the spans that are its own.
 */
export function writeKept({ segments, own, isClosed, refused }: KeptTrace): Uint8Array {
  const head = Buffer.allocUnsafe(HEAD_BYTES + segments.length * ID_BYTES);
  head.writeUInt8(VERSION, 0);
  head.writeUInt8(isClosed ? CLOSED : 0, 1);
  head.writeUInt32LE(Math.min(refused, 2 ** 32 - 1), 2);
  head.writeUInt32LE(segments.length, 6);
  for (const [i, id] of segments.entries()) head.write(id.replaceAll('-', ''), HEAD_BYTES + i * ID_BYTES, 'hex');
  return own === null ? head : Buffer.concat([head, own]);
}

function idAt(bytes: Buffer, at: number): string {
  const digits = bytes.toString('hex', at, at + ID_BYTES);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)];
  return parts.join('-');
}

/** Reads what `writeKept` wrote. */
export function readKept(data: Uint8Array): KeptTrace {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < HEAD_BYTES || bytes.readUInt8(0) !== VERSION) {
    throw new StoreError('database_error', 'The database gave something else than where the spans of a trace are');
  }
  const count = bytes.readUInt32LE(6);
  const end = HEAD_BYTES + count * ID_BYTES;
  return {
    segments: Array.from({ length: count }, (_, i) => idAt(bytes, HEAD_BYTES + i * ID_BYTES)),
    own: bytes.length > end ? bytes.subarray(end) : null,
    isClosed: (bytes.readUInt8(1) & CLOSED) !== 0,
    refused: bytes.readUInt32LE(2),
  };
}

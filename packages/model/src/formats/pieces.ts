/**
 * A list of texts as bytes: each as its length, 4 bytes in little-endian order, and its UTF-8, filled up to a multiple of
 * 4. What is large is kept as many short texts, so that no step of writing or reading it takes long.
 */
import type { Steps } from '../steps.ts';
import { TraceFileError } from './errors.ts';
import { exactTextOf, utf8 } from './web.ts';

const LENGTH_BYTES = 4;

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** Packs texts, one a step; `unpackPieces` gives them back. The length of the bytes is a multiple of 4. */
export function* packPieces(texts: Iterable<string>): Steps<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const text of texts) {
    const piece = utf8(text);
    pieces.push(piece);
    length += LENGTH_BYTES + padded(piece.byteLength);
    yield;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const piece of pieces) {
    view.setUint32(at, piece.byteLength, true);
    bytes.set(piece, at + LENGTH_BYTES);
    at += LENGTH_BYTES + padded(piece.byteLength);
  }
  return bytes;
}

/**
 * The texts that `packPieces` packed, each decoded when it is asked for.
 * @throws {TraceFileError} `malformed` when the bytes are something else
 */
export function* unpackPieces(bytes: Uint8Array): Iterable<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength;) {
    const start = at + LENGTH_BYTES;
    if (start > bytes.byteLength) throw damaged();
    const end = start + view.getUint32(at, true);
    at = start + padded(end - start);
    if (at > bytes.byteLength) throw damaged();
    let text: string;
    try {
      text = exactTextOf(bytes.subarray(start, end));
    } catch {
      throw damaged();
    }
    yield text;
  }
}

function damaged(): TraceFileError {
  return new TraceFileError('malformed', 'the packed texts are damaged');
}

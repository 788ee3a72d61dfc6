import type { Message } from './channel.ts';
import { decodeHead, writeJson } from './json-text.ts';

/** The most a frame has, with its header. */
export const MAX_FRAME_BYTES = 256 * 1024;
/** How many bytes of data frames may be on their way before the receiver has said that it has room again. */
export const WINDOW_BYTES = 4 * MAX_FRAME_BYTES;
const MAX_PARTS = 8;
const MAX_HEAD_BYTES = 4 * 1024;
/** What a data frame has before its bytes. */
export const DATA_HEADER_BYTES = 6;

/** The kinds of frame, by their first byte. All numbers in frames are big endian. */
const KIND = { data: 1, credit: 2, ping: 3, pong: 4 } as const;

/**
 * What goes over a connection in one piece. A message is cut into data frames; `credit` says how many bytes of them the
 * receiver has taken.
 */
export type Frame =
  | { readonly kind: 'data'; readonly lane: number; readonly isLast: boolean; readonly bytes: Uint8Array }
  | { readonly kind: 'credit'; readonly bytes: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' };

/** Reads a frame, or gives null for bytes that are none. The bytes of data are a view into it. */
export function readFrame(frame: Uint8Array): Frame | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length === 0 || frame.length > MAX_FRAME_BYTES) return null;
  switch (view.getUint8(0)) {
    case KIND.data: {
      if (frame.length < DATA_HEADER_BYTES || view.getUint8(1) > 1) return null;
      const bytes = frame.subarray(DATA_HEADER_BYTES);
      return { kind: 'data', isLast: view.getUint8(1) === 1, lane: view.getUint32(2), bytes };
    }
    case KIND.credit:
      return frame.length === 5 ? { kind: 'credit', bytes: view.getUint32(1) } : null;
    case KIND.ping:
      return frame.length === 1 ? { kind: 'ping' } : null;
    case KIND.pong:
      return frame.length === 1 ? { kind: 'pong' } : null;
    default:
      return null;
  }
}

export function creditFrame(bytes: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(5);
  frame[0] = KIND.credit;
  new DataView(frame.buffer).setUint32(1, bytes);
  return frame;
}

export function signFrame(kind: 'ping' | 'pong'): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(KIND[kind]);
}

/** A message on its way out: gives one frame after another, and copies nothing before it is needed. */
export class OutgoingMessage {
  readonly #lane: number;
  readonly #pieces: readonly Uint8Array[];
  #piece = 0;
  #offset = 0;
  #left: number;

  constructor(lane: number, { head, parts }: Message) {
    const headBytes = writeJson(head);
    const lengths = new Uint8Array(8 + 4 * parts.length);
    const view = new DataView(lengths.buffer);
    view.setUint32(0, headBytes.length);
    view.setUint32(4, parts.length);
    for (const [index, part] of parts.entries()) view.setUint32(8 + 4 * index, part.length);
    this.#lane = lane;
    this.#pieces = [lengths, headBytes, ...parts];
    this.#left = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  /** The length of the next frame. */
  get nextLength(): number {
    return DATA_HEADER_BYTES + Math.min(this.#left, MAX_FRAME_BYTES - DATA_HEADER_BYTES);
  }

  next(): Uint8Array<ArrayBuffer> {
    const frame = new Uint8Array(this.nextLength);
    const size = frame.length - DATA_HEADER_BYTES;
    this.#left -= size;
    frame[0] = KIND.data;
    frame[1] = this.#left === 0 ? 1 : 0;
    new DataView(frame.buffer).setUint32(2, this.#lane);
    for (let at = DATA_HEADER_BYTES; at < frame.length;) {
      const piece = this.#pieces[this.#piece];
      if (piece === undefined) break;
      const taken = piece.subarray(this.#offset, this.#offset + frame.length - at);
      frame.set(taken, at);
      at += taken.length;
      this.#offset += taken.length;
      if (this.#offset === piece.length) {
        this.#piece++;
        this.#offset = 0;
      }
    }
    return frame;
  }
}

/** The bytes of a message, put together again; null when they are none. The parts are views into them. */
export function readMessage(chunks: readonly Uint8Array[]): Message | null {
  const bytes = concat(chunks);
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headLength = view.getUint32(0);
  const count = view.getUint32(4);
  if (count > MAX_PARTS || headLength > MAX_HEAD_BYTES || bytes.length < 8 + 4 * count + headLength) return null;
  let at = 8 + 4 * count;
  const head = decodeHead(bytes.subarray(at, at + headLength));
  at += headLength;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = view.getUint32(8 + 4 * index);
    if (length > bytes.length - at) return null;
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return head === null || at !== bytes.length ? null : { head, parts };
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

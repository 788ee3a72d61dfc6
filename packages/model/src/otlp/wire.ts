import { TraceFileError } from '../formats/errors.ts';
import { viewOf } from './strings.ts';

/** The wire types of protocol buffers that are not groups. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const GROUP_START = 3;
const GROUP_END = 4;

/** Groups, which OTLP never had, are skipped up to this depth. */
const MAX_GROUPS = 64;

/** Bytes that are no message. */
export function malformedAt(problem: string, at: number): TraceFileError {
  return new TraceFileError('malformed', `not OTLP: ${problem} at byte ${at}`);
}

/**
 * Reads the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/) from bytes: `at` is where
 * it reads next. What breaks the format is a `TraceFileError` of code `malformed`.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  /** The lower and upper 32 bits of the last varint or fixed64, unsigned. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  /** A field's number and wire type, as one number: eight times the one and the other. */
  tag(end: number): number {
    const { bytes, at } = this;
    if (at < end && bytes[at] < 0x80 && bytes[at] > 7) {
      this.at = at + 1;
      return bytes[at];
    }
    this.varint(end);
    if (this.high !== 0 || this.low < 8) throw malformedAt('a field of number 0 or too high', at);
    return this.low;
  }

  /** Reads a varint of up to 64 bits into `low` and `high`. */
  varint(end: number): void {
    const { bytes } = this;
    const from = this.at;
    let at = from;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) throw malformedAt('a number is cut off', from);
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) throw malformedAt('a number of more than 64 bits', from);
        break;
      }
      if (shift === 63) throw malformedAt('a number of more than 10 bytes', from);
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  /** The lower 32 bits of a varint, unsigned. */
  uint32(end: number): number {
    const { bytes, at } = this;
    if (at < end && bytes[at] < 0x80) {
      this.at = at + 1;
      return bytes[at];
    }
    this.varint(end);
    return this.low;
  }

  /** Reads the length of what follows and returns where that ends; it begins at `at`. */
  length(end: number): number {
    const { bytes, at } = this;
    let length = 0;
    if (at < end && bytes[at] < 0x80) {
      length = bytes[at];
      this.at = at + 1;
    } else {
      this.varint(end);
      if (this.high !== 0) throw malformedAt('a length beyond the end', at);
      length = this.low;
    }
    const next = this.at + length;
    if (next > end) throw malformedAt('a length beyond the end', at);
    return next;
  }

  fixed32(end: number): number {
    const { at } = this;
    if (at + 4 > end) throw malformedAt('a number is cut off', at);
    this.at = at + 4;
    return this.view.getUint32(at, true);
  }

  /** Reads 64 bits into `low` and `high`. */
  fixed64(end: number): void {
    const { at, view } = this;
    if (at + 8 > end) throw malformedAt('a number is cut off', at);
    this.low = view.getUint32(at, true);
    this.high = view.getUint32(at + 4, true);
    this.at = at + 8;
  }

  /** Skips the value of a field that is not known. @param tag as `tag` gave it */
  skip(tag: number, end: number): void {
    const from = this.at;
    switch (tag & 7) {
      case WIRE.varint:
        this.varint(end);
        return;
      case WIRE.fixed64:
        this.fixed64(end);
        return;
      case WIRE.bytes:
        this.at = this.length(end);
        return;
      case WIRE.fixed32:
        this.fixed32(end);
        return;
      case GROUP_START:
        this.#skipGroup(tag >>> 3, end);
        return;
      default:
        throw malformedAt('a wire type that does not exist', from);
    }
  }

  #skipGroup(field: number, end: number): void {
    const from = this.at;
    const open = [field];
    while (open.length > 0) {
      const tag = this.tag(end);
      const type = tag & 7;
      if (type === GROUP_START) open.push(tag >>> 3);
      else if (type === GROUP_END) {
        if (open.pop() !== tag >>> 3) throw malformedAt('the end of a group that was not begun', from);
      } else this.skip(tag, end);
      if (open.length > MAX_GROUPS) throw malformedAt('groups nested too deep', from);
    }
  }
}

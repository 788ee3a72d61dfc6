import type { JsonValue } from '../json.ts';

/** The value of a character in base64, the URL's alphabet too; -1 where it is none. */
const BASE64 = new Int8Array(128).fill(-1);
for (const [value, character] of Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  BASE64[character.charCodeAt(0)] = value;
}
BASE64['-'.charCodeAt(0)] = 62;
BASE64['_'.charCodeAt(0)] = 63;

/** Base64 as bytes, padded or not; null where it is none. */
export function bytesOfBase64(text: string): Uint8Array | null {
  let length = text.length;
  while (length > 0 && text.length - length < 2 && text[length - 1] === '=') length--;
  if (length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? BASE64[code] : -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  return bytes;
}

/** The value of a hex digit of either case; -1 where it is none. */
function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function readHex(text: string, into: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const high = digit(text.charCodeAt(2 * i));
    const low = digit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return false;
    into[at + i] = 16 * high + low;
  }
  return true;
}

/**
 * Reads an id of so many bytes: hex of either case, or base64, which exporters write that go by protobuf's own mapping.
 * Where it is no such id, the bytes become zero and the answer is false; a zero id is true only by its form.
 */
export function readId(value: JsonValue, into: Uint8Array, at: number, length: number): boolean {
  if (typeof value === 'string') {
    if (value.length === 2 * length && readHex(value, into, at, length)) return true;
    const bytes = value.length === 4 * Math.ceil(length / 3) ? bytesOfBase64(value) : null;
    if (bytes?.byteLength === length) {
      into.set(bytes, at);
      return true;
    }
  }
  into.fill(0, at, at + length);
  return false;
}

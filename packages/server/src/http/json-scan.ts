/** What is wrong with a text as JSON, and at which byte that shows. */
export interface JsonFault {
  readonly kind: 'malformed' | 'too_deep' | 'not_utf8' | 'forbidden_key';
  readonly offset: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What the grammar allows next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY_OR_END = 2;
const KEY = 3;
const AFTER_KEY = 4;
const AFTER_VALUE = 5;

const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word));
const ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** The position after a scanned piece, or, with `-1 - position`, where it is wrong. */
type Scanned = number;

function wrong(at: number): Scanned {
  return -1 - at;
}

function scanString(bytes: Uint8Array, start: number): Scanned {
  let at = start + 1;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte < 0x20) return wrong(at);
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) {
      at++;
      continue;
    }
    const escape = bytes[at + 1];
    if (escape === 0x75) {
      for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i])) return wrong(i);
      at += 6;
    } else if (escape !== undefined && ESCAPES.has(escape)) at += 2;
    else return wrong(at + 1);
  }
}

const FORBIDDEN_KEY = Buffer.from('"__proto__"');

/** Whether a key, scanned with its quotes, is the one that a careless merge would make a prototype of. */
function isForbiddenKey(bytes: Uint8Array, start: number, end: number): boolean {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  if (key.includes(BACKSLASH)) return JSON.parse(key.toString('utf8')) === '__proto__';
  return key.equals(FORBIDDEN_KEY);
}

function skipDigits(bytes: Uint8Array, start: number): Scanned {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at === start ? wrong(at) : at;
}

function scanNumber(bytes: Uint8Array, start: number): Scanned {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  at = bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (at >= 0 && bytes[at] === 0x2e) at = skipDigits(bytes, at + 1);
  if (at >= 0 && ((bytes[at] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
  }
  return at;
}

function scanScalar(bytes: Uint8Array, at: number): Scanned {
  const byte = bytes[at];
  if (byte === QUOTE) return scanString(bytes, at);
  if (byte === 0x2d || isDigit(byte)) return scanNumber(bytes, at);
  for (const word of LITERALS) {
    if (word[0] !== byte) continue;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return wrong(at + i);
    return at + word.length;
  }
  return wrong(at);
}

/** The first byte that does not belong to valid UTF-8, or -1 (Unicode 16, table 3-7). */
function findInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const tail =
      lead >= 0xf0 && lead <= 0xf4 ? 3 : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xc2 && lead <= 0xdf ? 1 : 0;
    if (tail === 0) return at;
    const second = bytes[at + 1] ?? 0;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return at;
    for (let i = 2; i <= tail; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    at += tail + 1;
  }
  return -1;
}

/**
 * Checks that bytes are one JSON text (RFC 8259) in UTF-8, nested at most `maxDepth` deep and without the key `__proto__`.
 * One pass without recursion, so that what is too deep costs as little as what is not; `JSON.parse` accepts whatever passes.
 * @returns the first fault, or null
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonFault | null {
  const invalid = findInvalidUtf8(bytes);
  if (invalid >= 0) return { kind: 'not_utf8', offset: invalid };
  const isObject = new Uint8Array(maxDepth);
  let depth = 0;
  let expected = VALUE;
  let at = 0;
  for (;;) {
    while (isSpace(bytes[at])) at++;
    if (at >= bytes.length) {
      return depth === 0 && expected === AFTER_VALUE ? null : { kind: 'malformed', offset: bytes.length };
    }
    const byte = bytes[at];
    const inObject = depth > 0 && isObject[depth - 1] === 1;
    if (expected === VALUE || expected === VALUE_OR_END) {
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (depth === maxDepth) return { kind: 'too_deep', offset: at };
        isObject[depth++] = byte === OPEN_OBJECT ? 1 : 0;
        expected = byte === OPEN_OBJECT ? KEY_OR_END : VALUE_OR_END;
        at++;
      } else if (byte === CLOSE_ARRAY && expected === VALUE_OR_END) {
        depth--;
        expected = AFTER_VALUE;
        at++;
      } else {
        at = scanScalar(bytes, at);
        expected = AFTER_VALUE;
      }
    } else if (byte === QUOTE && (expected === KEY || expected === KEY_OR_END)) {
      const start = at;
      at = scanString(bytes, at);
      // The shortest is written out, the longest all in escapes.
      const length = at - start;
      if (length >= 11 && length <= 56 && isForbiddenKey(bytes, start, at))
        return { kind: 'forbidden_key', offset: start };
      expected = AFTER_KEY;
    } else if (byte === COLON && expected === AFTER_KEY) {
      expected = VALUE;
      at++;
    } else if (byte === CLOSE_OBJECT && inObject && (expected === KEY_OR_END || expected === AFTER_VALUE)) {
      depth--;
      expected = AFTER_VALUE;
      at++;
    } else if (byte === CLOSE_ARRAY && depth > 0 && !inObject && expected === AFTER_VALUE) {
      depth--;
      at++;
    } else if (byte === COMMA && depth > 0 && expected === AFTER_VALUE) {
      expected = inObject ? KEY : VALUE;
      at++;
    } else return { kind: 'malformed', offset: at };
    if (at < 0) return { kind: 'malformed', offset: Math.min(-1 - at, bytes.length) };
  }
}

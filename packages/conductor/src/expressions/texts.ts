import { celFunc, celList, celMethod, CelScalar, listType, type CelFunc } from '@bufbuild/cel';
import { boundedList, boundedString, ExpressionError } from './bounds.ts';

const { INT, STRING } = CelScalar;
const TEXTS = listType(STRING);

/** Where a text occurs in another, without overlaps, at most so often; an empty one occurs between all characters. */
function occurrences(text: string, wanted: string, most: number): number {
  if (wanted === '') return Math.min(most, text.length + 1);
  let found = 0;
  for (let at = text.indexOf(wanted); at >= 0 && found < most; at = text.indexOf(wanted, at + wanted.length)) found++;
  return found;
}

/** Replaces the first occurrences. The length is known, and refused, before anything is made. */
function replace(text: string, wanted: string, by: string, most: bigint): string {
  const limit = most < 0n ? Number.POSITIVE_INFINITY : Number(most);
  const count = occurrences(text, wanted, limit);
  boundedString(text, text.length + count * (by.length - wanted.length));
  if (wanted !== '' && count === occurrences(text, wanted, Number.POSITIVE_INFINITY))
    return text.split(wanted).join(by);
  let out = '';
  let from = 0;
  for (let i = 0; i < count; i++) {
    const at = wanted === '' ? i : text.indexOf(wanted, from);
    out += text.slice(from, at) + by;
    from = at + wanted.length;
  }
  return out + text.slice(from);
}

/** Splits at a separator; with a limit, the last piece holds the rest. */
function split(text: string, by: string, most: bigint): string[] {
  if (most === 0n) return [];
  if (by === '') return splitCharacters(text, most);
  const pieces = occurrences(text, by, Number.POSITIVE_INFINITY) + 1;
  if (most < 0n || pieces <= most) {
    boundedList(pieces);
    return text.split(by);
  }
  boundedList(Number(most));
  const out: string[] = [];
  let from = 0;
  while (out.length < Number(most) - 1) {
    const at = text.indexOf(by, from);
    out.push(text.slice(from, at));
    from = at + by.length;
  }
  return [...out, text.slice(from)];
}

function splitCharacters(text: string, most: bigint): string[] {
  const all = Array.from(text);
  const kept = most < 0n || all.length <= most ? all.length : Number(most) - 1;
  boundedList(kept);
  return kept === all.length ? all : [...all.slice(0, kept), all.slice(kept).join('')];
}

function join(items: Iterable<unknown>, by: string): string {
  const texts: string[] = [];
  let length = 0;
  for (const item of items) {
    if (typeof item !== 'string') throw new ExpressionError('only a list of strings can be joined');
    texts.push(item);
    length += item.length + by.length;
  }
  boundedString('', length);
  return texts.join(by);
}

/** Functions of CEL's extension for strings whose own version takes quadratic time or makes texts without a bound. */
export const TEXT_FUNCTIONS: readonly CelFunc[] = [
  celMethod('replace', STRING, [STRING, STRING], STRING, function replaceAll(wanted, by) {
    return replace(this, wanted, by, -1n);
  }),
  celMethod('replace', STRING, [STRING, STRING, INT], STRING, function replaceSome(wanted, by, most) {
    return replace(this, wanted, by, most);
  }),
  celMethod('split', STRING, [STRING], TEXTS, function splitAll(by) {
    return celList(split(this, by, -1n));
  }),
  celMethod('split', STRING, [STRING, INT], TEXTS, function splitSome(by, most) {
    return celList(split(this, by, most));
  }),
  celMethod('join', TEXTS, [], STRING, function joinPlain() {
    return join(this, '');
  }),
  celMethod('join', TEXTS, [STRING], STRING, function joinWith(by) {
    return join(this, by);
  }),
  celMethod('lowerAscii', STRING, [], STRING, function lowerAscii() {
    return this.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }),
  celMethod('upperAscii', STRING, [], STRING, function upperAscii() {
    return this.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
  }),
  celFunc('size', [STRING], INT, (text) => BigInt(characters(text))),
  celMethod('size', STRING, [], INT, function size() {
    return BigInt(characters(this));
  }),
];

/** Unicode characters: a pair of surrogates is one. */
function characters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const isLow = (text.charCodeAt(i) & 0xfc00) === 0xdc00;
    if (isLow && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

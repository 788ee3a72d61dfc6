import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allAtOnce } from '../slices.ts';
import { hasPrototypeKey, readJson, writeJson } from './json-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('JSON that comes over a channel', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readJson(writeJson(value), 1000)).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });

  it.each([
    ['[[1]]', 2, { value: [[1]] }],
    ['[[1]]', 1, 'too_deep'],
    ['{"a":{"b":[]}}', 3, { value: { a: { b: [] } } }],
    ['{"a":{"b":[]}}', 2, 'too_deep'],
    ['[[],[],[]]', 2, { value: [[], [], []] }],
    ['["[[[[", "\\"[["]', 1, { value: ['[[[[', '"[['] }],
    ['[', 5, 'malformed'],
    ['', 5, 'malformed'],
    ['"\ud800"x', 5, 'malformed'],
  ])('%s within %i levels', (text, depth, expected) => {
    expect(readJson(bytes(text), depth)).toEqual(expected);
  });

  it('is refused quickly when it is millions of levels deep, or not UTF-8', () => {
    expect(readJson(new Uint8Array(4_000_000).fill(0x5b), 64)).toBe('too_deep');
    expect(readJson(Uint8Array.of(0x22, 0xff, 0x22), 64)).toBe('malformed');
  });

  it.each([
    ['{"__proto__":1}', true],
    ['[{"a":[{"\\u005f_proto__":{}}]}]', true],
    ['{"a":"__proto__","constructor":{"prototype":1}}', false],
  ])('whether a key is a prototype: %s', (text, expected) => {
    const read = readJson(bytes(text), 64);
    expect(typeof read === 'object' && allAtOnce(hasPrototypeKey(read.value))).toBe(expected);
  });
});

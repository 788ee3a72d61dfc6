import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './json-scan.ts';

const scan = (text: string | Uint8Array) => scanJson(typeof text === 'string' ? Buffer.from(text) : text, 64);

describe('scanJson', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1}', 2],
    ['{"a":1]', 6],
    ['1 2', 2],
    [']', 0],
    ['01', 1],
    ['-', 1],
    ['1.', 2],
    ['1e', 2],
    ['tru', 3],
    ['trux', 3],
    ['"a', 2],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['"a\nb"', 2],
    ['NaN', 0],
    ["{'a':1}", 1],
    ['{"ä":?}', 6],
  ])('finds the byte at which %j is malformed', (text, offset) => {
    expect(scan(text)).toEqual({ kind: 'malformed', offset });
  });

  it('accepts what JSON.stringify makes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(scan(text)).toBeNull();
      }),
    );
  });

  it('agrees with JSON.parse on mutated texts', () => {
    const text = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(200),
        fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', '.', 'e', ' ', 'n'),
      )
      .map(
        ([json, at, piece]) => json.slice(0, at % (json.length + 1)) + piece + json.slice((at % (json.length + 1)) + 1),
      );
    fc.assert(
      fc.property(text, (source) => {
        let parses = true;
        try {
          JSON.parse(source);
        } catch {
          parses = false;
        }
        fc.pre(!source.includes('"__proto__"'));
        expect(scan(source) === null).toBe(parses);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses the 65th level and no other', () => {
    expect(scan('['.repeat(64) + ']'.repeat(64))).toBeNull();
    expect(scan('['.repeat(65) + ']'.repeat(65))).toEqual({ kind: 'too_deep', offset: 64 });
    expect(scan('{"a":'.repeat(100_000))).toEqual({ kind: 'too_deep', offset: 64 * 5 });
  });

  it.each([
    [[0x22, 0xff, 0x22], 1],
    [[0x22, 0xc0, 0xaf, 0x22], 1],
    [[0x22, 0xe0, 0x80, 0x80, 0x22], 1],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    [[0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    [[0x22, 0x61, 0xe2, 0x82], 2],
  ])('finds the byte at which %j is not UTF-8', (bytes, offset) => {
    expect(scan(Uint8Array.from(bytes))).toEqual({ kind: 'not_utf8', offset });
  });

  it('accepts every character of Unicode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(scan(JSON.stringify(text))).toBeNull();
      }),
    );
  });
});

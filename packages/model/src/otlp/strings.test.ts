import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { OtlpStringTable, OtlpTexts, viewOf } from './strings.ts';

describe('a table of strings', () => {
  it('gives the same number to the same bytes, and only to them', () => {
    const strings = fc.array(fc.oneof(fc.string(), fc.string({ minLength: 120, maxLength: 300 })), { maxLength: 300 });
    fc.assert(
      fc.property(strings, (values) => {
        const table = new OtlpStringTable();
        const codes = [...values, ...values].map((value) => table.of(value));
        const bytes = new TextEncoder().encode(values.join(''));
        let at = 0;
        for (const [i, value] of values.entries()) {
          const length = new TextEncoder().encode(value).byteLength;
          expect(table.ofBytes(viewOf(bytes), at, at + length)).toBe(codes[i]);
          at += length;
        }
        const texts = new OtlpTexts(table.finish());
        expect(codes.map((code) => texts.at(code))).toEqual([...values, ...values]);
        expect(table.length).toBe(new Set(values).add('').size);
      }),
    );
  });

  it('is not slowed down by strings that are made to collide', () => {
    const table = new OtlpStringTable();
    // Equal ends and length: of strings this long the middle is not hashed.
    const value = new Uint8Array(200);
    const started = performance.now();
    const codes = Array.from({ length: 20_000 }, (_, i) => {
      new DataView(value.buffer).setUint32(100, i);
      return table.ofBytes(viewOf(value), 0, 200);
    });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(new Set(codes).size).toBe(20_000);
    new DataView(value.buffer).setUint32(100, 777);
    expect(table.ofBytes(viewOf(value), 0, 200)).toBe(codes[777]);
  });
});

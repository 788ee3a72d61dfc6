import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { JsonItems, parseExactJson, type JsonItemsResult } from './json-items.ts';
import { utf8 } from './web.ts';

interface Read extends JsonItemsResult {
  readonly items: readonly (readonly [JsonValue, number])[];
  readonly fields: ReadonlyMap<string, JsonValue>;
}

function read(text: string, sizes: readonly number[] = []): Read {
  const items: [JsonValue, number][] = [];
  const fields = new Map<string, JsonValue>();
  const reader = new JsonItems(
    { item: (value, line) => items.push([value, line]), field: (key, value) => fields.set(key, value) },
    { arrays: ['items'] },
  );
  const bytes = utf8(text);
  let at = 0;
  for (const size of sizes) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  if (at < bytes.length) reader.push(bytes.subarray(at));
  return { ...reader.finish(), items, fields };
}

const values = ({ items }: Read) => items.map(([value]) => value);

describe('the forms', () => {
  test.each<[string, string, readonly JsonValue[], Record<string, JsonValue>]>([
    ['an array', '[1, {"a": [2, "]"]}, "x"]', [1, { a: [2, ']'] }, 'x'], {}],
    [
      'an array in an object',
      '{"n": {"items": 1}, "items": [{"a": 1}, null], "m": [2]}',
      [{ a: 1 }, null],
      { n: { items: 1 }, m: [2] },
    ],
    ['documents', '{"a": 1}\n{"a": 2}\n', [{ a: 1 }, { a: 2 }], {}],
    ['documents without anything between', '{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }], {}],
    ['numbers', '1\n2.5\n-3', [1, 2.5, -3], {}],
    ['a JSON text sequence', '\u001e{"a":1}\n\u001e{"a":2}\n', [{ a: 1 }, { a: 2 }], {}],
    ['arrays one after the other', '[1,2]\n[3]', [1, 2, [3]], {}],
    ['with a byte order mark', '\uFEFF[1]', [1], {}],
    ['an array with a comma too many', '[1,2,]', [1, 2], {}],
  ])('%s', (_, text, expected, fields) => {
    const result = read(text);
    expect(values(result)).toEqual(expected);
    expect(Object.fromEntries(result.fields)).toEqual(fields);
    expect(result.truncatedAt).toBeNull();
  });
});

test('items know their lines', () => {
  expect(read('[\n1,\n\n{"a":\n"x"},\n2]').items).toEqual([
    [1, 2],
    [{ a: 'x' }, 4],
    [2, 6],
  ]);
  expect(read('{"a":1}\n\n{"a":2}\n').items.map(([, line]) => line)).toEqual([1, 3]);
});

test.each([
  ['[1, {"a": 2}, {"b": ', 12, 2],
  ['{"items": [1, 2', 12, 1],
  ['{"items": [1, 2], "rest": {', 16, 2],
  ['{"a":1}\n{"a"', 7, 1],
])('%s ends in the middle', (text, at, count) => {
  const result = read(text);
  expect([result.truncatedAt, result.items.length]).toEqual([at, count]);
});

test('what is broken is named by line and byte', () => {
  expect(() => read('[1,\n{"a" 2}, 3]')).toThrowError('an item is not valid JSON at line 2, byte 4');
  expect(() => read('[1, }')).toThrowError('unexpected character at line 1, byte 4');
  expect(() => read(`[1, "${'x'.repeat(2_000_000)}`)).toThrowError('an item does not end after line 1, byte 2');
});

test('however a file is divided, the items are the same', () => {
  const document = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      document,
      fc.boolean(),
      fc.array(fc.nat(9), { maxLength: 60 }),
      fc.nat(2),
      (items, isPretty, sizes, form) => {
        const text =
          form === 0
            ? JSON.stringify(items, null, isPretty ? 2 : 0)
            : form === 1
              ? JSON.stringify({ before: items[0] ?? 1, items, after: 'ü]' }, null, isPretty ? 1 : 0)
              : items.map((item) => JSON.stringify({ item })).join('\n');
        const expected: JsonValue = JSON.parse(JSON.stringify(form === 2 ? items.map((item) => ({ item })) : items));
        const result = read(text, sizes);
        expect(values(result)).toEqual(expected);
        expect(result.truncatedAt).toBeNull();
        if (form === 1) expect(result.fields.get('after')).toBe('ü]');
      },
    ),
  );
});

test('a long item in many small chunks takes time in proportion to its length', () => {
  const text = `[${JSON.stringify('x'.repeat(4_000_000))}]`;
  const result = read(
    text,
    Array.from({ length: 4000 }, () => 1000),
  );
  expect(values(result)[0]).toHaveLength(4_000_000);
});

test('integers that no number can hold stay exact', () => {
  const text =
    '{"a":1078341553348591493,"b":"1078341553348591493","c":0.1234567890123456,"d":-9007199254740993,"e":[12]}';
  expect(parseExactJson(text)).toEqual({
    a: '1078341553348591493',
    b: '1078341553348591493',
    c: 0.123_456_789_012_345_6,
    d: '-9007199254740993',
    e: [12],
  });
});

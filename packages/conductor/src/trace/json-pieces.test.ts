import { packPieces, TraceFileError, unpackPieces, type JsonValue } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allAtOnce, type Steps } from '../slices.ts';
import { packJson, unpackJson } from './json-pieces.ts';

const parse: (text: string) => JsonValue = JSON.parse;

function back(value: JsonValue): JsonValue {
  return allAtOnce(unpackJson(allAtOnce(packJson(value))));
}

function stepsOf(steps: Steps<unknown>): number {
  let count = 1;
  while (steps.next().done !== true) count++;
  return count;
}

/** A list or object with so many values that it does not fit into one text. */
const large = fc
  .tuple(fc.constantFrom('list', 'object'), fc.integer({ min: 2000, max: 5000 }), fc.jsonValue())
  .map(([shape, count, value]): JsonValue => {
    const items = Array.from({ length: count }, (_, i) => (i % 500 === 7 ? parse(JSON.stringify(value)) : i));
    return shape === 'list' ? items : Object.fromEntries(items.map((item, i) => [`k${i}`, item]));
  });

function outputs(count: number): JsonValue {
  return {
    outputs: Object.fromEntries(Array.from({ length: count }, (_, i) => [`node${i}`, { rows: i, name: `${i}` }])),
  };
}

describe('JSON in pieces', () => {
  test('comes back as it was, with its keys in order', () => {
    const value = fc.oneof(
      fc.jsonValue().map((json) => parse(JSON.stringify(json))),
      fc.record({ before: large, between: fc.string({ unit: 'grapheme' }), after: fc.array(large, { maxLength: 2 }) }),
    );
    fc.assert(
      fc.property(value, (json) => {
        expect(JSON.stringify(back(json))).toBe(JSON.stringify(json));
      }),
      { numRuns: 150 },
    );
  });

  test('keeps long texts, halves of characters, and keys named __proto__', () => {
    const long = `${'x'.repeat(131_071)}🎈${'\ud800y'.repeat(200_000)}`;
    expect(back({ long })).toEqual({ long });
    const fields = Array.from({ length: 3000 }, (_, i) => `"k${i}":${i}`).join(',');
    for (const text of [`{"__proto__":{"polluted":1}}`, `{${fields},"__proto__":{${fields}},"constructor":1}`]) {
      expect(JSON.stringify(back(parse(text)))).toBe(text);
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('may be nested to any depth', () => {
    let deep: JsonValue = 'leaf';
    for (let level = 0; level < 20_000; level++) deep = level % 2 === 0 ? [deep] : { in: deep };
    let at = back(deep);
    for (let level = 0; level < 20_000; level++) at = Array.isArray(at) ? at[0] : Reflect.get(Object(at), 'in');
    expect(at).toBe('leaf');
  });

  test('is written and read in more steps the larger it is, and no text is large', () => {
    const small = stepsOf(packJson(outputs(10)));
    const packed = allAtOnce(packJson(outputs(100_000)));
    expect(small).toBeLessThan(5);
    expect(stepsOf(packJson(outputs(100_000)))).toBeGreaterThan(100);
    expect(stepsOf(unpackJson(packed))).toBeGreaterThan(100);
    for (const text of unpackPieces(packed)) expect(text.length).toBeLessThan(200_000);
    for (const text of unpackPieces(allAtOnce(packJson('x'.repeat(2_000_000))))) {
      expect(text.length).toBeLessThan(200_000);
    }
  });

  test.each([
    [[]],
    [['[]']],
    [['[7]']],
    [['[[]]']],
    [['[["0",1]]']],
    [['[[0,1],[0,2]]']],
    [['[[1],[2]]']],
    [['[[2],[0,"key"]]']],
    [['[[2],[0,1,2],[3]]']],
    [['[[2],[4],[3]]']],
    [['[[3],[3]]']],
    [['[[3],[3],[0,1]]']],
    [['[[0,1]', '[']],
  ])('is refused where the texts are %j', (texts) => {
    expect(() => allAtOnce(unpackJson(allAtOnce(packPieces(texts))))).toThrow(TraceFileError);
  });
});

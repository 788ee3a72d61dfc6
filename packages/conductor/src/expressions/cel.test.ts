import type { JsonValue } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { EXPRESSION_LIMITS, ExpressionError } from './bounds.ts';
import { compileExpression } from './cel.ts';
import { fromJson } from './json-input.ts';
import { splitTemplate } from './template.ts';
import { evaluate as evaluateIn } from './value.ts';

function evaluate(source: string, input: JsonValue = {}): JsonValue {
  return evaluateIn(compileExpression(source), {
    input: fromJson(input),
    nodes: fromJson({}),
    services: fromJson({}),
    run: fromJson({}),
    item: null,
    index: null,
    loops: fromJson({}),
  });
}

const DATA = {
  n: 3,
  price: 1.5,
  text: 'abc',
  list: [3, 1, 2],
  rows: [
    { k: 'b', v: 2 },
    { k: 'a', v: 1 },
  ],
  constructor: 'c',
  __proto: 1,
};

test.each<[string, JsonValue]>([
  ['input.n + 1', 4],
  ['input.n / 2', 1.5],
  ['7 / 2', 3],
  ['input.n % 2 == 1', true],
  ['2 * input.price', 3],
  ['input.list[1]', 1],
  ['input.list.map(x, x * 2)', [6, 2, 4]],
  ['input.list.filter(x, x > 1)', [3, 2]],
  ['input.list.exists(x, x == 2) && input.list.all(x, x > 0)', true],
  ['input.list.map(x, x > 1, x * 10)', [30, 20]],
  ['input.list.map(x, input.list.map(y, x * y)).flatten()', [9, 3, 6, 3, 1, 2, 6, 2, 4]],
  ['input.list + [4]', [3, 1, 2, 4]],
  ['size(input.list)', 3],
  ['sum(input.rows.map(r, r.v))', 3],
  ['min(input.list) + max(input.list)', 4],
  ['avg(input.list)', 2],
  ['input.list.sort()', [1, 2, 3]],
  ['input.rows.sortBy("k")[0].v', 1],
  ['input.list.slice(1, 3)', [1, 2]],
  ['[1, 1, 2].distinct()', [1, 2]],
  ['round(2.345, 2)', 2.35],
  ['input.text.upperAscii()', 'ABC'],
  ['"a,b".split(",")', ['a', 'b']],
  ['has(input.nope) ? 1 : 2', 2],
  ['input.get("nope", 5)', 5],
  ['input.constructor', 'c'],
  ['"a-b-c".split("-", 2)', ['a', 'b-c']],
  ['"a-b".split("-", 5)', ['a', 'b']],
  ['"abc".split("")', ['a', 'b', 'c']],
  ['"abc".split("", 2)', ['a', 'bc']],
  ['"a".split("-", 0)', []],
  ['"aXbX".replace("X", "$&")', 'a$&b$&'],
  ['"aXbX".replace("X", "-", 1)', 'a-bX'],
  ['"aXbX".replace("X", "-", -1)', 'a-b-'],
  ['"ab".replace("", "-")', '-a-b-'],
  ['"ab".replace("", "-", 2)', '-a-b'],
  ['["a", "b"].join("-") + ["c", "d"].join()', 'a-bcd'],
  ['"aÄ".upperAscii() + "AÄ".lowerAscii()', 'AÄaÄ'],
  ['size("a😀") + "😀".size()', 3],
  ['"a😀b".split("")', ['a', '😀', 'b']],
  ['input.rows == input.rows && 1 in [1, 2] && "k" in {"k": 1}', true],
  ['json({"a": [1, input.n]})', '{"a":[1,3]}'],
  ['parseJson("{\\"a\\": 1, \\"constructor\\": 2}").constructor', 2],
  ['{"k": input.list, "m": null}', { k: [3, 1, 2], m: null }],
])('%s', (source, expected) => {
  expect(evaluate(source, DATA)).toEqual(expected);
});

describe('no expression reaches the host or takes long', () => {
  test.each([
    'input.toString',
    'input.__proto__',
    'input.list.constructor',
    'input.text.constructor',
    'input["constructor"]["constructor"]("return process")()',
  ])('%s', (source) => {
    expect(() => evaluate(source, { list: [], text: '' })).toThrow(ExpressionError);
  });

  test.each(['process', 'globalThis.process', 'require("fs")', 'nope.x', 'nope(1)', '1 +', '', 'this'])(
    '%s is refused when it is compiled',
    (source) => {
      expect(() => compileExpression(source)).toThrow(ExpressionError);
    },
  );

  test.each([
    ['source', 'x'.repeat(EXPRESSION_LIMITS.source + 1)],
    ['nesting', `${'('.repeat(65)}1${')'.repeat(65)}`],
    ['operators', `${'!'.repeat(3000)}true`],
    ['nodes', Array.from({ length: 300 }, () => '1').join('+')],
    ['comprehensions', '[1].map(a, [1].map(b, [1].map(c, c)))'],
  ])('the limit of %s', (_, source) => {
    expect(() => compileExpression(source)).toThrow(ExpressionError);
  });

  test('lists and the steps of all comprehensions together are limited', () => {
    const list = Array.from({ length: 10_000 }, (_, i) => i);
    expect(evaluate('size(input.map(x, x + 1))', list)).toBe(10_000);
    expect(() => evaluate('input.map(x, x)', [...list, 1])).toThrow(/longer than the limit/);
    expect(() => evaluate('input.map(x, input.map(y, x * y))', list)).toThrow(/more than 100000 steps/);
  });

  const long = 'ab'.repeat(60_000);
  const many = Array.from({ length: 3000 }, (_, i) => i);
  const wide = Object.fromEntries(many.map((i) => [`k${i}`, i]));
  test.each<[string, JsonValue]>([
    ['input.a.map(x, input.b.contains("c"))', { a: many, b: long }],
    ['input.map(x, x in input)', many],
    ['input.exists(x, input.exists(y, y == -1)) || true', many],
    ['input.a.map(x, input.a == input.b)', { a: many, b: many }],
    ['input.a.map(x, input.b == input.c)', { a: many, b: wide, c: wide }],
    ['input.a.map(x, json(input.b))', { a: many, b: many }],
    ['input.map(x, "x".matches("((a{30}){30}){30}"))', many],
    ['input.matches("(a{10}){10}")', long],
    ['input.lowerAscii() + input.upperAscii()', long],
    ['input.split("b").map(x, input.split("b")) == []', long.slice(0, 10_000)],
    ['input.a.map(x, input.b.replace("a", "b"))', { a: many, b: long }],
    ['input.a.map(x, input.a.sort())', { a: many }],
    ['"%s%s%s".format([input, input, input])', many.map((i) => [i, i, i, i, i, i, i, i, i, i, i, i])],
  ])('%s is given up', (source, input) => {
    expect(() => evaluate(source, input)).toThrow(expect.objectContaining({ code: 'expression_too_expensive' }));
  });

  test.each<[string, RegExp]>([
    ['input.replace("a", input)', /a string of 200010000 characters/],
    ['input.replace("", input)', /a string of/],
    [
      `["", ""].join(input.replace("a", "${'b'.repeat(100)}")) + input.replace("b", "${'a'.repeat(100)}")`,
      /a string of/,
    ],
    ['input.split("")', /a list of 20000 items/],
    ['input.split("", 15000)', /a list of 14999 items/],
  ])('%s makes too much', (source, message) => {
    expect(() => evaluate(source, 'ab'.repeat(10_000))).toThrow(message);
  });

  test('a pattern that would backtrack for ever does not', () => {
    expect(evaluate('input.matches("^(a+)+$")', `${'a'.repeat(5000)}b`)).toBe(false);
  });
});

function offsetOf(source: string): number | null {
  try {
    compileExpression(source);
  } catch (error) {
    return error instanceof ExpressionError ? error.offset : null;
  }
  return null;
}

test('the offset of a fault', () => {
  expect(offsetOf('1 + + 2')).toBe(2); // the parser names the operator that it could not complete
  expect(offsetOf('1 + unknown.x')).toBe(4);
  expect(offsetOf('size([1]) + nope(2)')).toBe(12);
});

describe('templates', () => {
  test.each([
    ['plain', ['plain']],
    ['', ['']],
    ['${a}', [{ e: 'a' }]],
    ['x ${a} y ${b}', ['x ', { e: 'a' }, ' y ', { e: 'b' }]],
    ['${{"k": {"l": 1}}.k}', [{ e: '{"k": {"l": 1}}.k' }]],
    ['${"}" + \'}\'}', [{ e: '"}" + \'}\'' }]],
    ['${"\\"}"}', [{ e: '"\\"}"' }]],
    ['${r"\\"}', [{ e: 'r"\\"' }]],
    ['${"""a"}b"""}', [{ e: '"""a"}b"""' }]],
    ['$${a} costs $5', ['${a} costs $5']],
  ])('%s', (text, expected) => {
    expect(splitTemplate(text).map((part) => (part.kind === 'text' ? part.text : { e: part.source }))).toEqual(
      expected,
    );
  });
});

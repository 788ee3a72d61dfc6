import {
  celFunc,
  celList,
  celMethod,
  CelScalar,
  isCelList,
  isCelMap,
  listType,
  mapType,
  type CelFunc,
  type CelInput,
  type CelList,
  type CelValue,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { boundedString, ExpressionError, spend } from './bounds.ts';
import { isJson } from '../file/json-guards.ts';
import { fromJson } from './json-input.ts';
import { TEXT_FUNCTIONS } from './texts.ts';
import { toJson } from './values.ts';

const { BOOL, DOUBLE, DYN, INT, STRING } = CelScalar;
const LIST = listType(DYN);
const MAP = mapType(DYN, DYN);

/** JSON has one kind of number (a CEL double) and literals are CEL ints: both may stand in one sum. */
function mixedArithmetic(): CelFunc[] {
  const operators: readonly (readonly [string, (a: number, b: number) => number])[] = [
    ['_+_', (a, b) => a + b],
    ['_-_', (a, b) => a - b],
    ['_*_', (a, b) => a * b],
    ['_/_', (a, b) => a / b],
    ['_%_', (a, b) => a % b],
  ];
  return operators.flatMap(([name, apply]) => [
    celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => apply(a, Number(b))),
    celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => apply(Number(a), b)),
    ...(name === '_%_' ? [celFunc(name, [DOUBLE, DOUBLE], DOUBLE, apply)] : []),
  ]);
}

/** Steps for each item of a list that is sorted, over those for going through it. */
const SORTING = 6;

/** The items of a list, counted against the limits. */
function items(list: CelList): CelValue[] {
  spend(list.size);
  return Array.from(list);
}

function numbers(list: CelList): number[] {
  return items(list).map((item) => {
    if (typeof item === 'number') return item;
    if (typeof item === 'bigint') return Number(item);
    throw new ExpressionError('an item of the list is not a number');
  });
}

function compare(a: CelValue, b: CelValue): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [a, b].map((v) => (typeof v === 'bigint' ? Number(v) : v));
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  throw new ExpressionError('only lists of numbers or of strings can be sorted');
}

function field(item: CelValue, name: string): CelValue {
  const value = isCelMap(item) ? item.get(name) : undefined;
  if (value === undefined) throw new ExpressionError(`an item of the list has no field "${name}"`);
  return value;
}

function roundTo(value: number, digits: number): number {
  const scale = 10 ** Math.max(0, Math.min(12, digits));
  return Math.round(value * scale) / scale;
}

function parseJson(text: string): CelInput {
  try {
    const value: unknown = JSON.parse(boundedString(text));
    if (isJson(value)) return fromJson(value);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
  }
  throw new ExpressionError('the text is not JSON');
}

/** Functions over lists, which CEL's standard library lacks. */
function listFunctions(): CelFunc[] {
  return [
    celFunc('sum', [LIST], DOUBLE, (list) => numbers(list).reduce((a, b) => a + b, 0)),
    celFunc('min', [LIST], DOUBLE, (list) => least(numbers(list), 1)),
    celFunc('max', [LIST], DOUBLE, (list) => -least(numbers(list), -1)),
    celFunc('avg', [LIST], DOUBLE, (list) => numbers(list).reduce((a, b) => a + b, 0) / nonEmpty(list.size)),
    celMethod('sort', LIST, [], LIST, function sort() {
      spend(this.size, SORTING);
      return celList(items(this).sort(compare));
    }),
    celMethod('sortBy', LIST, [STRING], LIST, function sortBy(name) {
      spend(this.size, SORTING);
      return celList(items(this).sort((a, b) => compare(field(a, name), field(b, name))));
    }),
    celMethod('reverse', LIST, [], LIST, function reverse() {
      return celList(items(this).reverse());
    }),
    celMethod('slice', LIST, [INT, INT], LIST, function slice(from, to) {
      return celList(items(this).slice(Number(from), Number(to)));
    }),
    celMethod('flatten', LIST, [], LIST, function flatten() {
      const flat = items(this).flatMap((item) => (isCelList(item) ? items(item) : [item]));
      spend(flat.length);
      return celList(flat);
    }),
    celMethod('distinct', LIST, [], LIST, function distinct() {
      const seen = new Map(items(this).map((item) => [JSON.stringify(toJson(item)), item]));
      return celList([...seen.values()]);
    }),
  ];
}

function nonEmpty(size: number): number {
  if (size === 0) throw new ExpressionError('the list is empty');
  return size;
}

/** The least of the numbers times the sign. */
function least(values: readonly number[], sign: 1 | -1): number {
  nonEmpty(values.length);
  return values.reduce((a, b) => Math.min(a, sign * b), Number.POSITIVE_INFINITY);
}

/** What the engine itself calls in a syntax tree that it rewrote; the names cannot be written in a source. */
export const INTERNAL = { list: '@list', append: '@append', range: '@range' } as const;

const growing = new WeakMap<CelList, CelInput[]>();

/**
 * CEL joins two lists for every item of a comprehension, nested as deep as the list is long; these collect into one array.
 */
function comprehensionFunctions(): CelFunc[] {
  return [
    celFunc(INTERNAL.list, [], LIST, () => {
      const array: CelInput[] = [];
      const list = celList(array);
      growing.set(list, array);
      return list;
    }),
    celFunc(INTERNAL.append, [LIST, DYN], LIST, (list, item) => {
      growing.get(list)?.push(item);
      return list;
    }),
    celFunc(INTERNAL.range, [LIST, INT], LIST, (list, parts) => {
      spend(list.size, Number(parts));
      return list;
    }),
    celFunc(INTERNAL.range, [MAP, INT], MAP, (map, parts) => {
      spend(map.size, Number(parts));
      return map;
    }),
    celFunc('_+_', [LIST, LIST], LIST, (a, b) => {
      spend(a.size + b.size);
      return celList([...a, ...b]);
    }),
    celFunc('_+_', [STRING, STRING], STRING, (a, b) => boundedString(a + b)),
  ];
}

/** Every function beyond CEL's standard library, and those of it that need a bound. */
export const FUNCTIONS: CelFunc[] = [
  ...strings,
  ...TEXT_FUNCTIONS,
  ...mixedArithmetic(),
  ...listFunctions(),
  ...comprehensionFunctions(),
  celFunc('round', [DOUBLE], DOUBLE, (value) => roundTo(value, 0)),
  celFunc('round', [DOUBLE, INT], DOUBLE, (value, digits) => roundTo(value, Number(digits))),
  celFunc('json', [DYN], STRING, (value) => boundedString(JSON.stringify(toJson(value)))),
  celFunc('parseJson', [STRING], DYN, parseJson),
  celMethod('get', MAP, [STRING, DYN], DYN, function get(key, otherwise) {
    return this.get(key) ?? otherwise;
  }),
  celMethod('hasKey', MAP, [STRING], BOOL, function hasKey(key) {
    return this.has(key);
  }),
];

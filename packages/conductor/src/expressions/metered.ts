import { celFunc, celMethod, isCelList, isCelMap, type CelFunc, type CelValue } from '@bufbuild/cel';
import { charge, ExpressionError } from './bounds.ts';

/** Steps a character, for functions that look at every character in JavaScript. */
const SLOW_TEXT = 1 / 2;
/** Steps a character, for what the engine of JavaScript does by itself. */
const FAST_TEXT = 1 / 64;

const FAST = new Set(['_+_', '_==_', '_!=_', '@in', 'contains', 'startsWith', 'endsWith', 'join', 'get', 'hasKey']);
/** Functions that go through everything that is in their arguments. */
const DEEP = new Set(['_==_', '_!=_', 'json', 'distinct', 'format']);

/** Charges a step for every value inside a value, to any depth, until the limit is reached. */
function chargeInside(value: CelValue): number {
  const todo: CelValue[] = [value];
  let seen = 0;
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    charge(1 + (typeof at === 'string' ? at.length * FAST_TEXT : 0));
    seen++;
    if (isCelList(at)) {
      charge(at.size);
      todo.push(...at);
    } else if (isCelMap(at)) {
      charge(at.size);
      for (const [, item] of at) todo.push(item);
    }
  }
  return seen;
}

function isContainer(value: CelValue): boolean {
  return isCelList(value) || isCelMap(value);
}

/** A bound for the number of instructions of a pattern: what is repeated `{n}` times stands there n times. */
function patternSize(pattern: string): number {
  let size = pattern.length;
  for (const [, from, to] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    size *= Math.max(1, Number(from), Number(to ?? 0));
  }
  return size;
}

function chargeCall(name: string, values: readonly CelValue[]): void {
  const rate = FAST.has(name) ? FAST_TEXT : SLOW_TEXT;
  let steps = 0;
  for (const value of values) {
    if (typeof value === 'string') steps += value.length * rate;
    else if (value instanceof Uint8Array) steps += value.length * rate;
  }
  if (steps >= 1) charge(steps);
  const [first, second] = values;
  if (name === 'matches' && typeof first === 'string' && typeof second === 'string') {
    const size = patternSize(second);
    charge(50 + 2 * size + first.length * (size / 100));
  } else if (name === '@in' && first !== undefined && second !== undefined && isCelList(second)) {
    charge(second.size * (isContainer(first) ? chargeInside(first) : 1));
  } else if (name === 'join' && first !== undefined && isCelList(first)) charge(first.size);
  else if (DEEP.has(name) && (values.length === 1 || values.every(isContainer) || name === 'format')) {
    for (const value of values) chargeInside(value);
  }
}

/** A function that charges the evaluation for the size of what it is given, before it does anything. */
export function metered(func: CelFunc): CelFunc {
  const { name, target, arguments: types, result } = func;
  const call = (on: CelValue | undefined, args: CelValue[]): CelValue => {
    chargeCall(name, on === undefined ? args : [on, ...args]);
    const value = func.call(0, on, args);
    if (value === undefined) throw new ExpressionError(`${name} is not for these values`);
    if (value instanceof Error) throw value;
    return value;
  };
  if (target === undefined) return celFunc(name, types, result, (...args: CelValue[]) => call(undefined, args));
  return celMethod(name, target, types, result, function meteredMethod(this: CelValue, ...args: CelValue[]) {
    return call(this, args);
  });
}

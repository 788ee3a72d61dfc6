import { createHash } from 'node:crypto';

/** A source of numbers that is fully given by its seed. */
export interface SeededRandom {
  /** The next number, at least 0 and below 1. */
  next(): number;
  /** The next whole number, at least `from` and at most `to`. */
  integer(from: number, to: number): number;
  /** One of the values. @throws {RangeError} when there is none */
  pick<T>(values: readonly T[]): T;
}

/** The first 32 bits of the SHA-256 of a text: spreads similar texts over all numbers. */
export function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Mulberry32: 32 bits of state, good enough for sample data and nothing else. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(values: readonly T[]): T => {
    const value = values[integer(0, values.length - 1)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  };
  return { next, integer, pick };
}

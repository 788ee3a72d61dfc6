import { normalBelow, normalQuantile } from './distributions.ts';

/** What the Mann-Whitney test says of two samples. */
export interface RankTest {
  /** How many pairs have the second value above the first, ties as halves. */
  readonly u: number;
  /** The probability of a difference at least as large, in either direction, when there is none. */
  readonly pValue: number;
  readonly isExact: boolean;
  /** Cliff's delta, -1 to 1: how much more often a value of the second sample is above one of the first than below. */
  readonly delta: number;
}

/** How many steps the exact distribution may take; beyond that the normal one is close. */
const MAX_EXACT_STEPS = 400_000;

interface Ranks {
  /** Twice the middle rank of each value in both samples, ascending: whole numbers even with ties. */
  readonly doubled: Float64Array;
  /** The sum of the second sample's. */
  readonly sum: number;
  /** The sum of t^3 - t over groups of t equal values. */
  readonly ties: number;
}

function rank(first: ArrayLike<number>, second: ArrayLike<number>): Ranks {
  const n = first.length + second.length;
  const values = new Float64Array(n);
  values.set(Float64Array.from(first), 0);
  values.set(Float64Array.from(second), first.length);
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const doubled = new Float64Array(n);
  let sum = 0;
  let ties = 0;
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && values[order[to]] === values[order[from]]) to++;
    const size = to - from;
    ties += size ** 3 - size;
    for (let i = from; i < to; i++) {
      doubled[i] = from + 1 + to;
      if (order[i] >= first.length) sum += doubled[i];
    }
    from = to;
  }
  return { doubled, sum, ties };
}

/**
 * The probability that `size` of the ranks, drawn at random, sum to `least` or less, by the shift algorithm of Streitberg and
 * Röhmel (1986), which holds with ties too. Null when it would take too long.
 */
function tailOfSums(doubled: Float64Array, size: number, least: number): number | null {
  let floor = 0;
  for (let i = 0; i < size; i++) floor += doubled[i];
  const width = least - floor + 1;
  if (width <= 0) return 0;
  if (doubled.length * size * width > MAX_EXACT_STEPS) return null;
  // ways[k * width + s]: the share of draws of k ranks that exceed the k least ones by s, weighted step by step.
  const base = new Float64Array(size + 1);
  for (let k = 1; k <= size; k++) base[k] = base[k - 1] + doubled[k - 1];
  const ways = new Float64Array((size + 1) * width);
  ways[0] = 1;
  for (let i = 0; i < doubled.length; i++) {
    for (let k = Math.min(size, i + 1); k >= 1; k--) {
      const shift = doubled[i] - (base[k] - base[k - 1]);
      for (let s = width - 1; s >= shift; s--) ways[k * width + s] += ways[(k - 1) * width + s - shift];
    }
  }
  let count = 0;
  for (let s = 0; s < width; s++) count += ways[size * width + s];
  let all = 1;
  for (let k = 1; k <= size; k++) all = (all * (doubled.length - size + k)) / k;
  return count / all;
}

function exactP(first: number, second: number, { doubled, sum }: Ranks): number | null {
  const total = (first + second) * (first + second + 1);
  // The smaller tail of the smaller sample, from below; from above it is the same with the ranks turned round.
  const ofSmaller = second <= first ? sum : total - sum;
  const size = Math.min(first, second);
  const n = first + second;
  const mean = size * (n + 1);
  const isLow = ofSmaller <= mean;
  const turned = isLow ? doubled : Float64Array.from(doubled, (value) => 2 * (n + 1) - value).reverse();
  const tail = tailOfSums(turned, size, isLow ? ofSmaller : 2 * mean - ofSmaller);
  return tail === null ? null : Math.min(1, 2 * tail);
}

function approximateP(first: number, second: number, { sum, ties }: Ranks): number {
  const n = first + second;
  const variance = ((first * second) / 12) * (n + 1 - ties / (n * (n - 1)));
  const distance = Math.abs(sum / 2 - (second * (n + 1)) / 2);
  if (!(variance > 0)) return 1;
  return Math.min(1, 2 * normalBelow(-Math.max(0, distance - 0.5) / Math.sqrt(variance)));
}

/**
 * The Mann-Whitney U test (Wilcoxon's rank-sum test), two-sided: exact, also with ties, where that is quick, else by the
 * normal distribution with corrections for ties and continuity. Null when a sample is empty. O(n log n) and at most 400,000 steps.
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): RankTest | null {
  const [a, b] = [first.length, second.length];
  if (a === 0 || b === 0) return null;
  const ranks = rank(first, second);
  const u = ranks.sum / 2 - (b * (b + 1)) / 2;
  const exact = exactP(a, b, ranks);
  return {
    u,
    pValue: exact ?? approximateP(a, b, ranks),
    isExact: exact !== null,
    delta: (2 * u) / (a * b) - 1,
  };
}

/** By how much the second of two samples lies above the first, with the interval that holds it with some confidence. */
export interface Shift {
  readonly shift: number;
  readonly low: number;
  readonly high: number;
}

/** How many values of a sample are paired at most; of more, evenly spaced ones by size. */
const MAX_PAIRED = 200;

function thinned(values: ArrayLike<number>): ArrayLike<number> {
  if (values.length <= MAX_PAIRED) return values;
  const sorted = Float64Array.from(values).sort();
  const step = (sorted.length - 1) / (MAX_PAIRED - 1);
  return Float64Array.from({ length: MAX_PAIRED }, (_, i) => sorted[Math.round(i * step)]);
}

/**
 * Hodges and Lehmann's estimate: the median of all differences of pairs, with its distribution-free interval (Moses).
 * Null when a sample is empty. Bounded: of a sample of more than 200 values, 200 quantiles are paired.
 * @param confidence of the interval; where samples are too small for it, all differences
 */
export function shiftBetween(first: ArrayLike<number>, second: ArrayLike<number>, confidence = 0.95): Shift | null {
  const [from, to] = [thinned(first), thinned(second)];
  const [a, b] = [from.length, to.length];
  if (a === 0 || b === 0) return null;
  const differences = new Float64Array(a * b);
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) differences[i * b + j] = to[j] - from[i];
  differences.sort();
  const middle = (a * b - 1) / 2;
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt((a * b * (a + b + 1)) / 12);
  const outer = Math.min(Math.max(Math.floor((a * b) / 2 - half), 0), Math.floor(middle));
  return {
    shift: (differences[Math.floor(middle)] + differences[Math.ceil(middle)]) / 2,
    low: differences[outer],
    high: differences[a * b - 1 - outer],
  };
}

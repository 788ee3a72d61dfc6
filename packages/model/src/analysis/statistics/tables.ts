import { logChoose, normalBelow, studentBeyond } from './distributions.ts';

/** How often something is there in two groups. */
export interface TwoByTwo {
  /** In the first group: with and without. */
  readonly firstWith: number;
  readonly firstWithout: number;
  readonly secondWith: number;
  readonly secondWithout: number;
}

/**
 * Fisher's exact test, two-sided: the probability of all tables with these margins that are no likelier than this one.
 * O(the smallest margin).
 */
export function fisherExact({ firstWith, firstWithout, secondWith, secondWithout }: TwoByTwo): number {
  const first = firstWith + firstWithout;
  const second = secondWith + secondWithout;
  const present = firstWith + secondWith;
  const logOf = (count: number): number =>
    logChoose(first, count) + logChoose(second, present - count) - logChoose(first + second, present);
  const own = logOf(firstWith);
  let p = 0;
  for (let count = Math.max(0, present - second); count <= Math.min(first, present); count++) {
    const log = logOf(count);
    // As R does it: a little leeway, since equal probabilities are not computed equal.
    if (log <= own + 1e-7) p += Math.exp(log);
  }
  return Math.min(1, p);
}

/** The odds of the first group against those of the second, with a half added to each count (Haldane and Anscombe). */
export function oddsRatio({ firstWith, firstWithout, secondWith, secondWithout }: TwoByTwo): number {
  return ((firstWith + 0.5) * (secondWithout + 0.5)) / ((firstWithout + 0.5) * (secondWith + 0.5));
}

/** p-values corrected for how many there are, by the rate of false discoveries (Benjamini and Hochberg 1995). */
export function correctForMany(pValues: readonly number[]): number[] {
  const n = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b] - pValues[a]);
  const corrected = Array.from(pValues);
  let least = 1;
  for (const [i, at] of order.entries()) {
    least = Math.min(least, (pValues[at] * n) / (n - i));
    corrected[at] = least;
  }
  return corrected;
}

/** Middle ranks from 1. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** How two measures go together by their ranks. */
export interface Correlation {
  /** Spearman's: -1 to 1. */
  readonly rho: number;
  readonly pValue: number;
}

/** Spearman's rank correlation, its p-value by Student's t. Null for fewer than 4 pairs or where one measure never changes. */
export function spearman(first: readonly number[], second: readonly number[]): Correlation | null {
  const n = first.length;
  if (n < 4) return null;
  const [a, b] = [ranksOf(first), ranksOf(second)];
  const mean = (n + 1) / 2;
  let [product, ofFirst, ofSecond] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    product += (a[i] - mean) * (b[i] - mean);
    ofFirst += (a[i] - mean) ** 2;
    ofSecond += (b[i] - mean) ** 2;
  }
  if (ofFirst === 0 || ofSecond === 0) return null;
  const rho = Math.min(1, Math.max(-1, product / Math.sqrt(ofFirst * ofSecond)));
  const t = rho * Math.sqrt((n - 2) / Math.max(1 - rho * rho, 1e-300));
  return { rho, pValue: n > 1000 ? 2 * normalBelow(-Math.abs(t)) : studentBeyond(t, n - 2) };
}

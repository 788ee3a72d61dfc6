/** Distribution functions that the tests need. */

/** The probability that a standard normal value is less than `z`; relative error below 1e-12 (W. J. Cody 1969 by series and fraction). */
export function normalBelow(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  const x = Math.abs(z);
  const upper = x < 3 ? 0.5 - normalSeries(x) : normalFraction(x);
  return z > 0 ? 1 - upper : upper;
}

/** The density of the standard normal distribution. */
function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** The probability between 0 and x, by the series x + x^3/3 + x^5/15 + ... times the density. */
function normalSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > sum * 1e-17; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return sum * density(x);
}

/** The probability beyond x by Laplace's continued fraction. */
function normalFraction(x: number): number {
  if (x > 38) return 0;
  let fraction = x;
  for (let n = 80; n >= 1; n--) fraction = x + n / fraction;
  return density(x) / fraction;
}

/**
 * The value that a standard normal one is below with a probability, by bisection of its logarithm-free distribution
 * function; 0 and 1 give the infinities.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0)) return -Infinity;
  if (!(probability < 1)) return Infinity;
  let low = -39;
  let high = 39;
  for (let step = 0; step < 64; step++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Coefficients of Lanczos's approximation with g = 7. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** The natural logarithm of the gamma function of a positive number. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i);
  const base = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The logarithm of the number of ways to choose `k` of `n`. */
export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * The regularised incomplete beta function by Lentz's continued fraction (Numerical Recipes 6.4).
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const safe = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / safe(1 + even * d);
    c = safe(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / safe(1 + odd * d);
    c = safe(1 + odd / c);
    const delta = d * c;
    result *= delta;
    if (Math.abs(delta - 1) < 1e-15) break;
  }
  return result;
}

/** The probability that Student's t is further from 0 than `t`, on both sides. */
export function studentBeyond(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** How far from 0 Student's t is with a probability on both sides: the inverse of `studentBeyond`, by bisection. */
export function studentQuantile(beyond: number, freedom: number): number {
  if (!(beyond > 0)) return Infinity;
  let low = 0;
  let high = 1;
  while (high < 1e6 && studentBeyond(high, freedom) > beyond) high *= 2;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (studentBeyond(middle, freedom) > beyond) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

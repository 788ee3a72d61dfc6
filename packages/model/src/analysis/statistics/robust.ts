/**
 * Statistics that a few wild values do not move. They take finite numbers; of none they are null.
 */

/** The values in ascending order, in a copy. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * The quantile of sorted values, between two of them by their distance (type 7 of Hyndman and Fan, as R and NumPy have it).
 * @param share from 0 to 1
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  const at = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return low === high ? low : low * (1 - (at - below)) + high * (at - below);
}

/** The middle of some values. */
export function median(values: ArrayLike<number>): number | null {
  return quantileOfSorted(ascending(values), 0.5);
}

/** What the MAD of a normal distribution is multiplied by to give its standard deviation. */
const MAD_TO_DEVIATION = 1.482602218505602;

/** The median distance from the median (MAD), not scaled. */
function medianDeviation(values: ArrayLike<number>, centre: number): number | null {
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/** Where values lie and how far they spread, by median and MAD, the latter as a standard deviation. */
export interface Spread {
  readonly centre: number;
  readonly deviation: number;
}

/** Centre and spread of values; null of none. */
export function spreadOf(values: ArrayLike<number>): Spread | null {
  const centre = median(values);
  if (centre === null) return null;
  return { centre, deviation: (medianDeviation(values, centre) ?? 0) * MAD_TO_DEVIATION };
}

/**
 * Centre and spread of values of which those further from the median than `limit` deviations (by the MAD) count as being that
 * far: nearly as exact as mean and standard deviation where there are no wild ones, and hardly moved where there are. Null of none.
 */
export function noiseOf(values: ArrayLike<number>, limit: number, leastDeviation: number): Spread | null {
  const spread = spreadOf(values);
  if (spread === null) return null;
  const { centre } = spread;
  const most = limit * Math.max(spread.deviation, leastDeviation);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const distance = Math.min(Math.max(values[i] - centre, -most), most);
    sum += distance;
    squares += distance * distance;
  }
  const mean = sum / values.length;
  const variance = values.length < 2 ? 0 : (squares - sum * mean) / (values.length - 1);
  return { centre: centre + mean, deviation: Math.max(Math.sqrt(Math.max(0, variance)), leastDeviation) };
}

/**
 * The part of a history that is less than a value, with half of what equals it: 0 to 1. Null without a history.
 */
export function percentileRank(values: ArrayLike<number>, value: number): number | null {
  if (values.length === 0) return null;
  let below = 0;
  for (let i = 0; i < values.length; i++) below += values[i] < value ? 1 : values[i] === value ? 0.5 : 0;
  return below / values.length;
}

import { asMicros, type JsonObject, type Micros } from '@flowprof/model';
import { STEPS_AN_OCTAVE } from '../queries/contribution.ts';

/** The middle of a bucket on the scale that the buckets divide. */
function middleOf(bucket: number): number {
  return bucket < 0 ? 0 : 2 ** ((bucket + 0.5) / STEPS_AN_OCTAVE);
}

function bucketsOf(histogram: JsonObject): readonly { readonly bucket: number; readonly count: number }[] {
  return Object.entries(histogram)
    .flatMap(([bucket, count]) => (typeof count === 'number' ? [{ bucket: Number(bucket), count }] : []))
    .sort((a, b) => a.bucket - b.bucket);
}

/**
 * Percentiles by nearest rank of what a histogram holds, each at most 1.1% off (2^(1/64)) the value that has the rank.
 * @param histogram how many are in each bucket, by its number
 * @param shares from 0 to 1
 * @param bounds the smallest and largest value, exact
 * @returns one for each share; none when the histogram is empty
 */
export function percentiles(
  histogram: JsonObject,
  shares: readonly number[],
  bounds: { readonly min: Micros | null; readonly max: Micros | null },
): readonly Micros[] {
  const buckets = bucketsOf(histogram);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const { min, max } = bounds;
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    let seen = 0;
    const found = buckets.find(({ count }) => {
      seen += count;
      return seen >= rank;
    });
    const middle = middleOf(found?.bucket ?? -1);
    return asMicros(Math.round(Math.min(max ?? Infinity, Math.max(min ?? 0, middle))));
  });
}

const DIGIT = 11;
const BUCKETS = 1 << DIGIT;

/**
 * The positions of times in their order, equal ones as they stand. By digits, so that hundreds of thousands take some
 * milliseconds.
 * @param times whole numbers
 */
export function orderByTime(times: Float64Array): Uint32Array {
  let order = Uint32Array.from(times.keys());
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    lowest = Math.min(lowest, time);
    highest = Math.max(highest, time);
  }
  let next = new Uint32Array(times.length);
  for (let unit = 1; unit <= highest - lowest; unit *= BUCKETS) {
    const starts = new Uint32Array(BUCKETS + 1);
    const digitOf = (at: number) => Math.floor(((times[at] ?? 0) - lowest) / unit) % BUCKETS;
    for (const at of order) {
      const digit = digitOf(at) + 1;
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    for (let digit = 0; digit < BUCKETS; digit++) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
    for (const at of order) {
      const digit = digitOf(at);
      const place = starts[digit] ?? 0;
      next[place] = at;
      starts[digit] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}

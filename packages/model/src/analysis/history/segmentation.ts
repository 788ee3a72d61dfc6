/** A level has at least so many values. */
const LEAST_LEVEL = 3;

/**
 * Divides values into stretches of one level each: the division that minimises the squared distances from the levels plus a
 * penalty for each level (PELT, Killick, Fearnhead and Eckley 2012; it finds the optimum). Exact; linear in time where levels
 * change now and then, quadratic at worst.
 * @param deviation the standard deviation of the values around their level
 * @param penalty in squared deviations and logarithms of the length
 * @returns where the levels begin, from 0, with the length at the end
 */
export function segment(values: readonly number[], deviation: number, penalty = 4): number[] {
  const n = values.length;
  if (n < 2 * LEAST_LEVEL) return [0, n];
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  const centre = values[0];
  for (let i = 0; i < n; i++) {
    sums[i + 1] = sums[i] + (values[i] - centre);
    squares[i + 1] = squares[i] + (values[i] - centre) ** 2;
  }
  const costOf = (from: number, to: number): number => {
    const sum = sums[to] - sums[from];
    return squares[to] - squares[from] - (sum * sum) / (to - from);
  };
  const price = penalty * Math.log(n) * deviation * deviation;
  const best = new Float64Array(n + 1).fill(Infinity);
  const previous = new Uint32Array(n + 1);
  best[0] = -price;
  let open: number[] = [];
  /** Where a start was found to be no better than the place itself: from a least level later on it can be left out. */
  const worseAt = new Float64Array(n + 1).fill(Infinity);
  for (let to = LEAST_LEVEL; to <= n; to++) {
    if (to === LEAST_LEVEL || to >= 2 * LEAST_LEVEL) open.push(to - LEAST_LEVEL);
    for (const from of open) {
      const cost = best[from] + costOf(from, to) + price;
      if (cost < best[to]) {
        best[to] = cost;
        previous[to] = from;
      }
    }
    for (const from of open) {
      if (worseAt[from] === Infinity && best[from] + costOf(from, to) > best[to]) worseAt[from] = to;
    }
    open = open.filter((from) => to < worseAt[from] + LEAST_LEVEL);
  }
  const bounds = [n];
  for (let to = n; to > 0; to = previous[to]) bounds.push(previous[to]);
  return bounds.reverse();
}

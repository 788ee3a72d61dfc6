/** Iterations are kept in 32 bits. */
const LARGEST_ITERATION = 2 ** 31 - 1;

/**
 * The number of an item of a loop in a loop: Cantor's pairing of the two, which `trace/labels.ts` takes apart again. Null
 * beyond what an iteration can be.
 * @param outer the iteration of the loop itself, or null where it is in no other
 * @param inner the position of the item
 */
export function joinIterations(outer: number | null, inner: number): number | null {
  if (outer === null) return inner;
  const sum = outer + inner;
  const joined = (sum * (sum + 1)) / 2 + inner;
  return joined <= LARGEST_ITERATION ? joined : null;
}

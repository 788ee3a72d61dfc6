/**
 * The least of the values that were laid over each of some positions. A value is laid over a range of them: a segment
 * tree from the bottom up, without recursion. O(log n) a range, O(n) for all answers.
 */
export class RangeMinimum {
  readonly #length: number;
  /** Node `i` has the children `2 i` and `2 i + 1`; the positions are the last `length` nodes. */
  readonly #least: Float64Array;

  constructor(length: number) {
    this.#length = length;
    this.#least = new Float64Array(2 * length).fill(Infinity);
  }

  /** Lays a value over the positions from `first` to `last`, both included; over none where `last` is before `first`. */
  lay(first: number, last: number, value: number): void {
    const least = this.#least;
    let from = first + this.#length;
    let to = last + 1 + this.#length;
    for (; from < to; from >>= 1, to >>= 1) {
      if ((from & 1) === 1) {
        if (value < least[from]) least[from] = value;
        from++;
      }
      if ((to & 1) === 1) {
        to--;
        if (value < least[to]) least[to] = value;
      }
    }
  }

  /** By position the least value over it, `Infinity` where there is none. Call it last: it ends the laying. */
  finish(): Float64Array {
    const least = this.#least;
    for (let node = 2; node < least.length; node++) {
      const above = least[node >> 1];
      if (above < least[node]) least[node] = above;
    }
    return least.subarray(this.#length);
  }
}

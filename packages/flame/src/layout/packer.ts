/**
 * Gives intervals that come in the order of their start the lowest lane that is free, so that no two in a lane overlap
 * and an interval never changes its lane because of a later one. O(log k) an interval with k lanes in use: a tree over
 * the lanes that knows of each half when the first lane in it becomes free.
 */
export class LanePacker {
  /** How many lanes were used since `reset`. */
  lanes = 0;
  /** The leaves are in the upper half: when each lane becomes free, `-Infinity` where it never was taken. */
  #freeFrom = new Float64Array(16).fill(-Infinity);
  #leaves = 8;

  reset(): void {
    // Small again: most of what is stacked are a few children.
    if (this.#leaves > 8) this.#size(8);
    else this.#freeFrom.fill(-Infinity);
    this.lanes = 0;
  }

  /** The lane of an interval. An interval may begin where another one in its lane ends. */
  place(start: number, end: number): number {
    while (this.#freeFrom[1] > start) this.#double();
    const tree = this.#freeFrom;
    const leaves = this.#leaves;
    let at = 1;
    while (at < leaves) at = tree[2 * at] <= start ? 2 * at : 2 * at + 1;
    const lane = at - leaves;
    if (lane >= this.lanes) this.lanes = lane + 1;
    tree[at] = end;
    while (at > 1) {
      at >>= 1;
      const left = tree[2 * at];
      const right = tree[2 * at + 1];
      tree[at] = left < right ? left : right;
    }
    return lane;
  }

  #size(leaves: number): void {
    this.#leaves = leaves;
    this.#freeFrom = new Float64Array(2 * leaves).fill(-Infinity);
  }

  #double(): void {
    const old = this.#freeFrom;
    const half = this.#leaves;
    this.#size(2 * half);
    const tree = this.#freeFrom;
    tree.set(old.subarray(half), 2 * half);
    for (let at = 2 * half - 1; at > 0; at--) tree[at] = Math.min(tree[2 * at], tree[2 * at + 1]);
  }
}

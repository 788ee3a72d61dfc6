import { NONE, type Steps } from '@flowprof/model';
import type { Family } from './family.ts';
import { LanePacker } from './packer.ts';

/** So many rows are dealt with in a step. */
const STRIDE = 131_072;

/** Stacks siblings. A block is a span with all that is nested below it. */
export class Blocks {
  /**
   * The stack of a block among its siblings, then its first lane counted from its parent's, and in the end its lane;
   * `NONE` for rows that have none.
   */
  readonly place: Int32Array;
  /** From when to when a block reaches: children may start before their parent and end after it. */
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  /** How many lanes a block takes; null where that is one for all of them. */
  readonly #height: Uint32Array | null;
  readonly #family: Family;
  readonly #packer = new LanePacker();
  readonly #heights: number[] = [];

  /** @param to the end of every row, `Infinity` while it runs: a span that has not ended keeps its lane to itself */
  constructor(start: Float64Array, to: Float64Array, family: Family) {
    const nested = family.children.length > 0;
    this.#family = family;
    this.#from = nested ? start.slice() : start;
    this.#to = nested ? to.slice() : to;
    this.#height = nested ? new Uint32Array(start.length).fill(1) : null;
    this.place = new Int32Array(start.length).fill(NONE);
  }

  /** Stacks the children of every row, those of the deepest first. */
  *stackChildren(): Steps<void> {
    const { preorder, children } = this.#family;
    if (children.length === 0) return;
    const count = preorder?.length ?? this.place.length;
    for (let to = count; to > 0; to -= STRIDE) {
      const from = Math.max(0, to - STRIDE);
      for (let i = to - 1; i >= from; i--) this.#stackChildrenOf(preorder === null ? i : preorder[i]);
      yield;
    }
  }

  /** Stacks rows at the top from a lane on; returns the first lane of each stack, and the one after the last at the end. */
  *stackRoots(rows: Uint32Array, base: number): Steps<number[]> {
    this.#begin();
    const ordered = this.#ordered(rows, 0, rows.length);
    for (let from = 0; from < rows.length; from += STRIDE) {
      this.#pack(ordered, from, Math.min(rows.length, from + STRIDE));
      yield;
    }
    const tops = this.#tops(base);
    const { place } = this;
    for (let i = 0; i < rows.length; i++) place[rows[i]] = tops[place[rows[i]]];
    return tops;
  }

  /** Turns places below the parents into lanes. */
  *settle(parent: Int32Array): Steps<void> {
    const { place } = this;
    const { preorder, children } = this.#family;
    if (children.length === 0) return;
    const count = preorder?.length ?? place.length;
    for (let from = 0; from < count; from += STRIDE) {
      const to = Math.min(count, from + STRIDE);
      for (let i = from; i < to; i++) {
        const row = preorder === null ? i : preorder[i];
        if (parent[row] !== NONE && place[row] !== NONE) place[row] += place[parent[row]];
      }
      yield;
    }
  }

  #stackChildrenOf(row: number): void {
    const { offsets, children } = this.#family;
    const a = offsets[row];
    const b = offsets[row + 1];
    if (a === b || this.#height === null) return;
    const from = this.#from;
    const to = this.#to;
    if (!this.#inOneRow(row, a, b)) {
      this.#begin();
      const ordered = this.#ordered(children, a, b);
      if (ordered === children) this.#pack(children, a, b);
      else this.#pack(ordered, 0, b - a);
      const tops = this.#tops(1);
      for (let c = a; c < b; c++) this.place[children[c]] = tops[this.place[children[c]]];
      this.#height[row] = tops[tops.length - 1];
    }
    for (let c = a; c < b; c++) {
      const child = children[c];
      if (from[child] < from[row]) from[row] = from[child];
      if (to[child] > to[row]) to[row] = to[child];
    }
  }

  /** Places the children of a row one after the other, if none overlap; returns whether that is so. */
  #inOneRow(row: number, a: number, b: number): boolean {
    const { children } = this.#family;
    const from = this.#from;
    const to = this.#to;
    const height = this.#height;
    if (height === null) return false;
    let reached = -Infinity;
    let highest = 1;
    for (let c = a; c < b; c++) {
      const child = children[c];
      if (from[child] < reached) return false;
      reached = to[child];
      if (height[child] > highest) highest = height[child];
      this.place[child] = 1;
    }
    height[row] = 1 + highest;
    return true;
  }

  #begin(): void {
    this.#packer.reset();
    this.#heights.length = 0;
  }

  /** The siblings in the order in which their blocks begin: mostly `rows` itself. */
  #ordered(rows: Uint32Array, a: number, b: number): Uint32Array {
    const from = this.#from;
    for (let i = a + 1; i < b; i++) {
      if (from[rows[i]] < from[rows[i - 1]]) return rows.slice(a, b).sort((x, y) => from[x] - from[y] || x - y);
    }
    return rows;
  }

  #pack(rows: Uint32Array, a: number, b: number): void {
    const from = this.#from;
    const to = this.#to;
    const height = this.#height;
    const heights = this.#heights;
    const { place } = this;
    for (let i = a; i < b; i++) {
      const row = rows[i];
      const stack = this.#packer.place(from[row], to[row]);
      const needed = height === null ? 1 : height[row];
      place[row] = stack;
      if (stack === heights.length) heights.push(needed);
      else if (heights[stack] < needed) heights[stack] = needed;
    }
  }

  /** The first lane of each stack, the first of which is `base`, and the lane after the last. */
  #tops(base: number): number[] {
    const tops = [base];
    for (const height of this.#heights) tops.push(tops[tops.length - 1] + height);
    return tops;
  }
}

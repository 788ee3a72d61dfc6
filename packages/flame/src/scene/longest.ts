import type { Layout } from '../layout/layout.ts';

/** So many entries of a level are one of the level above. */
const FAN = 16;

/** Finds the longest span of a stretch of a lane: a pyramid of the longest of every 16, of every 256, and so on. */
class Longest {
  readonly #start: Float64Array;
  readonly #end: Float64Array;
  /** Positions in the lanes. */
  readonly #levels: Uint32Array[] = [];

  constructor({ laneStart, laneEnd }: Pick<Layout, 'laneStart' | 'laneEnd'>) {
    this.#start = laneStart;
    this.#end = laneEnd;
    let below: Uint32Array | null = null;
    for (let size = laneEnd.length; size > FAN; size = Math.ceil(size / FAN)) {
      const level = new Uint32Array(Math.ceil(size / FAN));
      for (let i = 0; i < level.length; i++) {
        level[i] = this.#best(below, i * FAN, Math.min(size, (i + 1) * FAN), -1);
      }
      this.#levels.push(level);
      below = level;
    }
  }

  /** The position of the longest in `[from, to)`, of equals the first. */
  in(from: number, to: number): number {
    let low = from;
    let high = to;
    let level: Uint32Array | null = null;
    let best = -1;
    for (const above of this.#levels) {
      if (high - low <= FAN) break;
      const first = Math.ceil(low / FAN);
      const last = Math.floor(high / FAN);
      best = this.#best(level, low, Math.min(high, first * FAN), best);
      best = this.#best(level, Math.max(low, last * FAN), high, best);
      low = first;
      high = last;
      level = above;
    }
    return this.#best(level, low, high, best);
  }

  /** The longest of a stretch of a level (null for the lanes themselves) and of another position. */
  #best(level: Uint32Array | null, from: number, to: number, other: number): number {
    let best = other;
    let longest = other === -1 ? -1 : this.#end[other] - this.#start[other];
    for (let i = from; i < to; i++) {
      const at = level === null ? i : level[i];
      const length = this.#end[at] - this.#start[at];
      if (length > longest || (length === longest && at < best)) {
        best = at;
        longest = length;
      }
    }
    return best;
  }
}

/** Made when spans of a layout share a pixel for the first time; by the column, which a clock that goes on leaves as it is. */
const known = new WeakMap<Float64Array, Longest>();

/** The position of the longest span at the positions `[from, to)` of a lane, of equals the first. */
export function longestIn(layout: Pick<Layout, 'laneStart' | 'laneEnd'>, from: number, to: number): number {
  if (to - from === 1) return from;
  let longest = known.get(layout.laneEnd);
  if (longest === undefined) {
    longest = new Longest(layout);
    known.set(layout.laneEnd, longest);
  }
  return longest.in(from, to);
}

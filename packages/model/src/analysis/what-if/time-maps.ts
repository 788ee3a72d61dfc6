import type { Plan } from './plan.ts';
import { furtherTokens, type Segment } from './body.ts';
import type { Simulated } from './simulate.ts';

/**
 * Where the times of one task lie in the simulation: straight lines between corners. At a corner with a jump (where a
 * wait for a token is put in) a start lies after it and an end before it.
 */
export interface TimeMap {
  start(time: number): number;
  end(time: number): number;
}

/** A stretch of the old time and of the new one. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

function place({ from, to, newFrom, newTo }: Piece, time: number): number {
  if (to <= from) return newFrom;
  return Math.round(newFrom + ((time - from) / (to - from)) * (newTo - newFrom));
}

/** A map of pieces that are in order; what lies outside them moves with the nearest. */
function mapOf(pieces: readonly Piece[]): TimeMap {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  const outside = (time: number): number | null => {
    if (time < first.from) return first.newFrom + (time - first.from);
    return time > last.to ? last.newTo + (time - last.to) : null;
  };
  return {
    start: (time) => {
      const moved = outside(time);
      if (moved !== null) return moved;
      let low = 0;
      let high = pieces.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (pieces[middle].from <= time) low = middle;
        else high = middle - 1;
      }
      return place(pieces[low], time);
    },
    end: (time) => {
      const moved = outside(time);
      if (moved !== null) return moved;
      let low = 0;
      let high = pieces.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (pieces[middle].to >= time) high = middle;
        else low = middle + 1;
      }
      return place(pieces[low], time);
    },
  };
}

/** The map of what is stretched as a whole, up to its release and after it: most tasks, and cheap to make. */
class PlainMap implements TimeMap {
  readonly #from: number;
  readonly #released: number;
  readonly #to: number;
  readonly #newFrom: number;
  readonly #newReleased: number;
  readonly #newTo: number;

  constructor(from: number, released: number, to: number, newFrom: number, newReleased: number, newTo: number) {
    this.#from = from;
    this.#released = released;
    this.#to = to;
    this.#newFrom = newFrom;
    this.#newReleased = newReleased;
    this.#newTo = newTo;
  }

  start(time: number): number {
    return time < this.#released ? this.#running(time) : this.#after(time);
  }

  end(time: number): number {
    return time <= this.#released ? this.#running(time) : this.#after(time);
  }

  #running(time: number): number {
    if (time <= this.#from) return this.#newFrom + (time - this.#from);
    const share = (time - this.#from) / (this.#released - this.#from);
    return Math.round(this.#newFrom + share * (this.#newReleased - this.#newFrom));
  }

  #after(time: number): number {
    if (time >= this.#to) return this.#newTo + (time - this.#to);
    const share = (time - this.#released) / (this.#to - this.#released);
    return Math.round(this.#newReleased + share * (this.#newTo - this.#newReleased));
  }
}

/** The pieces of segments, the waits for tokens put between them. */
function piecesOf(plan: Plan, simulated: Simulated, task: number, segments: readonly Segment[]): Piece[] {
  const { start } = plan.structure;
  const begun = simulated.blocks.get(task) ?? [];
  const tokens = begun.length > 1 ? furtherTokens(plan.structure, task) : [];
  const pieces: Piece[] = [];
  let at = simulated.start[task];
  let next = 0;
  for (const { from, to, length } of segments) {
    for (; next < tokens.length && tokens[next] <= from; next++) at = Math.max(at, begun[next + 1] ?? at);
    pieces.push({ from, to, newFrom: at, newTo: at + length });
    at += length;
  }
  return pieces.length > 0 ? pieces : [{ from: start[task], to: start[task], newFrom: at, newTo: at }];
}

/** Where what a task does from its start on lies in the simulation. */
export function mapTask(plan: Plan, simulated: Simulated, task: number): TimeMap {
  const segments = plan.bodies.get(task);
  if (segments !== undefined) return mapOf(piecesOf(plan, simulated, task, segments));
  const { start, released, end } = plan.structure;
  const from = simulated.start[task];
  const freed = from + plan.busy[task];
  return new PlainMap(start[task], released[task], end[task], from, freed, freed + plan.tail[task]);
}

/** A straight map of one stretch of time to another. */
export function mapStretch(from: number, to: number, newFrom: number, newTo: number): TimeMap {
  return mapOf([{ from, to, newFrom, newTo }]);
}

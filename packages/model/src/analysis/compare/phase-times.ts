import { KIND, spanNameAt } from '../../trace/trace.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** All spans of a phase of a node, with the phases in them. */
export interface PhaseChange extends TimeChange {
  readonly name: string;
}

const MOST_PHASES = 20;

function change([before, after]: readonly [number, number]): number {
  return Math.abs(after - before);
}

/** The phases of some nodes, by name: `[before, after]` in microseconds. */
export class PhaseTimes {
  readonly #byNode: readonly Map<string, [number, number]>[];

  constructor(count: number) {
    this.#byNode = Array.from({ length: count }, () => new Map<string, [number, number]>());
  }

  /** @param listedOf by node row, the position in the list, or -1 */
  add({ trace: { spans }, ends }: LeafGraph, listedOf: Int32Array, side: 0 | 1): void {
    for (let row = 0; row < spans.length; row++) {
      const node = spans.node[row];
      if (spans.kind[row] !== KIND.phase || node < 0 || node >= listedOf.length || listedOf[node] === -1) continue;
      const times = this.#byNode[listedOf[node]];
      const name = spanNameAt(spans, row);
      const known = times.get(name) ?? [0, 0];
      known[side] += ends[row] - spans.start[row];
      times.set(name, known);
    }
  }

  /** The phases of a node, the largest differences first; at most 20. */
  of(position: number): PhaseChange[] {
    return [...this.#byNode[position]]
      .sort(([x, a], [y, b]) => change(b) - change(a) || b[0] - a[0] || (x < y ? -1 : 1))
      .slice(0, MOST_PHASES)
      .map(([name, [before, after]]) => ({ name, ...timeChange(before, after) }));
  }
}

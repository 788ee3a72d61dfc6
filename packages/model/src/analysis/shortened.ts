import { asMicros, type Micros } from '../units.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { Measures } from './measures.ts';

/** By how much leaves would be shorter and start earlier; microseconds, by leaf. */
export interface Shortening {
  /** Off the time between start and end. */
  readonly run?: Float64Array;
  /** Off the time between the end of what a leaf waits for (or the beginning of everything) and its start. */
  readonly delay?: Float64Array;
}

/** What would be if leaves were shorter. */
export interface Shortened {
  readonly makespan: Micros;
  /** The leaves that would hold it up, last to first: from the one that would end last to what it would have waited for. */
  readonly path: readonly number[];
}

/**
 * What would be if leaves took less time and everything else stayed as it was: each leaf starts as long after the end of
 * what it waits for as it did. What others gave up is not used by anybody, so that where places were short the real
 * gain may be larger. Never more than the makespan. O(vertices + edges).
 */
export function shortened(graph: LeafGraph, measures: Measures, { run, delay }: Shortening): Shortened {
  const { order, offsets, deps, leaves } = graph;
  const was = new Float64Array(graph.vertexCount).fill(-Infinity);
  const would = new Float64Array(graph.vertexCount).fill(-Infinity);
  const via = new Int32Array(graph.vertexCount).fill(-1);
  let last = -1;
  for (const vertex of order) {
    let ready = -Infinity;
    let readyNow = -Infinity;
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      ready = Math.max(ready, was[deps[i]]);
      if (would[deps[i]] <= readyNow) continue;
      readyNow = would[deps[i]];
      via[vertex] = deps[i];
    }
    if (vertex >= leaves.length) {
      was[vertex] = ready;
      would[vertex] = readyNow;
      continue;
    }
    const moved = ready === -Infinity ? 0 : ready - readyNow;
    const start = leaves.start[vertex] - moved - (delay === undefined ? 0 : delay[vertex]);
    const time = leaves.end[vertex] - leaves.start[vertex];
    was[vertex] = leaves.end[vertex];
    would[vertex] = start + Math.max(0, time - (run === undefined ? 0 : run[vertex]));
    if (last === -1 || would[vertex] > would[last]) last = vertex;
  }
  const path: number[] = [];
  for (let at = last; at !== -1; at = via[at]) if (at < leaves.length) path.push(at);
  const end = last === -1 ? measures.from : would[last];
  return { makespan: asMicros(Math.max(0, Math.min(measures.makespan, end - measures.from))), path };
}

/** By how much the makespan would shrink; never negative. */
export function gainOf(graph: LeafGraph, measures: Measures, shortening: Shortening): Micros {
  return asMicros(measures.makespan - shortened(graph, measures, shortening).makespan);
}

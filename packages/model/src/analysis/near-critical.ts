import { NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { Slack } from './slack.ts';

/** A chain that would be the critical path if what is on that were faster by more than the chain's slack. */
export interface NearCriticalPath {
  readonly slack: Micros;
  /** Leaves along dependencies, else rows of spans: those that are not on the critical path, first to last. */
  readonly items: Uint32Array;
  /** Where it leaves the critical path, and where it comes back to it; null where it begins or ends without it. */
  readonly after: number | null;
  readonly before: number | null;
}

/** What a chain can go through: a leaf that takes time; of spans, what is not inside one that is off the path itself. */
function candidates({ leaves, trace, ends }: LeafGraph, { by, slack, isOnPath }: Slack): Uint8Array {
  const flags = new Uint8Array(slack.length);
  const { parent, start } = trace.spans;
  for (let i = 0; i < slack.length; i++) {
    if (isOnPath[i] === 1 || Number.isNaN(slack[i])) continue;
    if (by === 'leaf') flags[i] = leaves.end[i] > leaves.start[i] ? 1 : 0;
    else if (ends[i] > start[i]) flags[i] = parent[i] === NONE || isOnPath[parent[i]] === 1 || isTop(leaves, i) ? 1 : 0;
  }
  return flags;
}

function isTop({ ofSpan, span }: LeafGraph['leaves'], row: number): boolean {
  return ofSpan[row] !== NONE && span[ofSpan[row]] === row;
}

/** The one with the least slack of those that are left; the first of equal ones, or `NONE`. */
function tightest({ slack }: Slack, left: Uint8Array): number {
  let best = NONE;
  for (let i = 0; i < slack.length; i++) if (left[i] === 1 && (best === NONE || slack[i] < slack[best])) best = i;
  return best;
}

/** The chain through one: back along what was waited for, and on to what would be late first. */
function chainThrough({ slack, waitsFor, next, isOnPath }: Slack, through: number): NearCriticalPath {
  const before: number[] = [];
  let at = waitsFor[through];
  for (; at !== NONE && isOnPath[at] === 0; at = waitsFor[at]) before.push(at);
  const start = at;
  const items = before.reverse();
  items.push(through);
  const on = (from: number) => {
    let to = next[from];
    while (to >= slack.length) to = next[to]; // the start or the end of a container
    return to;
  };
  for (at = on(through); at !== NONE && isOnPath[at] === 0; at = on(at)) items.push(at);
  return {
    slack: asMicros(slack[through]),
    items: Uint32Array.from(items),
    after: start === NONE ? null : start,
    before: at === NONE ? null : at,
  };
}

/**
 * The next critical paths: of what is on none of them yet, the one with the least slack, with the longest chain through it;
 * then again, without what is on that. So each has something of its own, and they come in the order in which they would
 * become critical. O(limit x leaves).
 */
export function nearCriticalPaths(graph: LeafGraph, slack: Slack, limit: number): NearCriticalPath[] {
  const left = candidates(graph, slack);
  const paths: NearCriticalPath[] = [];
  while (paths.length < limit) {
    const through = tightest(slack, left);
    if (through === NONE) break;
    const path = chainThrough(slack, through);
    for (const item of path.items) left[item] = 0;
    paths.push(path);
  }
  return paths;
}

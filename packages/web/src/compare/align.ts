import type { TimeRange } from '@flowprof/flame';
import { NONE, OPEN, type Trace } from '@flowprof/model';

/** When a run begins and ends, in microseconds from its start. */
export function extentOf({ spans }: Pick<Trace, 'spans'>, now: number): TimeRange {
  let [start, end] = [0, 0];
  for (let row = 0; row < spans.length; row++) {
    const from = spans.start[row] ?? 0;
    const length = spans.duration[row] ?? OPEN;
    start = Math.min(start, from);
    end = Math.max(end, length === OPEN ? Math.max(from, now) : from + length);
  }
  return { start, end };
}

/** How the base lies beside the candidate. */
export interface Alignment {
  /** What is added to a time of the candidate for the time of the base at the same place, in microseconds. */
  readonly shift: number;
  /** What can be reached in each, on its own clock: what either of the two reaches. */
  readonly base: TimeRange;
  readonly candidate: TimeRange;
}

/**
 * Lays two runs on one scale of time.
 * @param at where the selected node begins in both, to begin at the same place; null to have both runs begin there
 */
export function alignRuns(
  base: TimeRange,
  candidate: TimeRange,
  at: { readonly base: number; readonly candidate: number } | null,
): Alignment {
  const shift = at === null ? 0 : at.base - at.candidate;
  const start = Math.min(candidate.start, base.start - shift);
  const end = Math.max(candidate.end, base.end - shift);
  return { shift, candidate: { start, end }, base: { start: start + shift, end: end + shift } };
}

/** A part of the candidate on the clock of the base. */
export function shifted({ start, end }: TimeRange, by: number): TimeRange {
  return { start: start + by, end: end + by };
}

/** The span of a node, by its id, and of one that iterates the first; `NONE` where it never started. */
export function rowOfNode({ nodes }: Pick<Trace, 'nodes'>, key: string): number {
  for (let node = 0; node < nodes.length; node++) {
    if (nodes.key[node] === key && nodes.span[node] !== NONE) return nodes.span[node] ?? NONE;
  }
  return NONE;
}

/** The id of the node that a span belongs to; null where it belongs to none. */
export function nodeOfRow({ spans, nodes }: Pick<Trace, 'spans' | 'nodes'>, row: number): string | null {
  const node = spans.node[row] ?? NONE;
  return node === NONE ? null : (nodes.key[node] ?? null);
}

/** The node of the other run that stands for a node: of the same id there, and of one that iterates the same item. */
function nodeBeside(own: Trace, node: number, other: Trace, keyThere: string): number {
  const iteration = own.nodes.iteration[node];
  let first: number = NONE;
  for (let there = 0; there < other.nodes.length; there++) {
    if (other.nodes.key[there] !== keyThere) continue;
    if (other.nodes.iteration[there] === iteration) return there;
    if (first === NONE) first = there;
  }
  return first;
}

/** Which of the spans of its node, of its kind and name, a span is, in the order of the table; from 0. */
function placeOf({ spans }: Trace, row: number): number {
  let place = 0;
  for (let before = 0; before < row; before++) {
    if (spans.node[before] !== spans.node[row] || spans.kind[before] !== spans.kind[row]) continue;
    if (spans.name[before] === spans.name[row]) place++;
  }
  return place;
}

/**
 * The span of the other run that stands for a span: that of the same node and item, of the same kind and name where there
 * is one, else the node's own. `NONE` where the other run has no such node.
 * @param keyThere the id of the node there
 */
export function counterpartOf(own: Trace, row: number, other: Trace, keyThere: string): number {
  const node = own.spans.node[row] ?? NONE;
  if (node === NONE) return NONE;
  const there = nodeBeside(own, node, other, keyThere);
  if (there === NONE) return NONE;
  const name = other.spans.names.indexOf(own.spans.names[own.spans.name[row] ?? 0] ?? '');
  let left = placeOf(own, row);
  let last: number = NONE;
  for (let at = 0; at < other.spans.length; at++) {
    const isAlike = other.spans.node[at] === there && other.spans.kind[at] === own.spans.kind[row];
    if (!isAlike || other.spans.name[at] !== name) continue;
    last = at;
    if (left-- === 0) return at;
  }
  return last === NONE ? (other.nodes.span[there] ?? NONE) : last;
}

import { asMicros, type Micros } from '../units.ts';
import type { LeafGraph } from './leaf-graph.ts';

/** Slack and drag, in microseconds; `NaN` where they are not defined. */
export interface Slack {
  /** Whether the columns go by leaf (along dependencies) or by row of the span table (where there are none). */
  readonly by: 'leaf' | 'span';
  /** How much later one could end without a later end of the execution. */
  readonly slack: Float64Array;
  /** By how much the execution would end earlier if one took no time; of a span with others inside: no time of its own. */
  readonly drag: Float64Array;
  /** The one that each waited for, the last to end; `NONE` where it waited for none. */
  readonly waitsFor: Int32Array;
  /**
   * What would first be late if one ended later than by its slack; `NONE` where that is the execution's (or the parent's)
   * end. Along dependencies by vertex of the leaf graph, and it may be one.
   */
  readonly next: Int32Array;
  /** 1 for those that the critical path goes through. */
  readonly isOnPath: Uint8Array;
}

/** Slack and drag of one leaf or span. */
export interface SlackAndDrag {
  readonly slack: Micros;
  readonly drag: Micros;
}

function at({ slack, drag }: Slack, index: number): SlackAndDrag | null {
  if (Number.isNaN(slack[index] ?? Number.NaN)) return null;
  return { slack: asMicros(slack[index]), drag: asMicros(drag[index]) };
}

/** Slack and drag of a leaf; null where they are not known. */
export function slackOfLeaf(
  slack: Slack | null,
  { leaves }: Pick<LeafGraph, 'leaves'>,
  leaf: number,
): SlackAndDrag | null {
  if (slack === null) return null;
  return at(slack, slack.by === 'leaf' ? leaf : leaves.span[leaf]);
}

/** Slack and drag of a span, a leaf's or one inside a leaf; null where they are not known. */
export function slackOfSpan(
  slack: Slack | null,
  { leaves }: Pick<LeafGraph, 'leaves'>,
  row: number,
): SlackAndDrag | null {
  if (slack === null) return null;
  if (slack.by === 'span') return at(slack, row);
  const leaf = leaves.ofSpan[row] ?? -1;
  return leaf !== -1 && leaves.span[leaf] === row ? at(slack, leaf) : null;
}

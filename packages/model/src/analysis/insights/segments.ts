import type { JsonObject } from '../../json.ts';
import type { Cause } from '../../trace/phases.ts';
import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros, type Micros } from '../../units.ts';
import type { AccountedSegment } from '../accounting.ts';
import type { WaitReason } from '../wait-reasons.ts';
import { percentOf, type Findings } from './insight.ts';

/** What of the critical path went to one cause. */
export interface CauseTime {
  readonly time: Micros;
  /** The longest stretch of it. */
  readonly longest: AccountedSegment | null;
}

/** Sums the stretches of the critical path that went to a cause; of all of them, or of some. */
export function timeOf(
  { accounting }: Findings,
  cause: Cause,
  isMeant: (segment: AccountedSegment) => boolean = () => true,
): CauseTime {
  let time = 0;
  let longest: AccountedSegment | null = null;
  for (const segment of accounting.segments) {
    if (segment.cause !== cause || !isMeant(segment)) continue;
    time += segment.toUs - segment.fromUs;
    if (longest === null || segment.toUs - segment.fromUs > longest.toUs - longest.fromUs) longest = segment;
  }
  return { time: asMicros(time), longest };
}

/** The name of the node that the longest stretch belongs to, in quotes. */
export function nodeNameOf({ graph }: Findings, { longest }: CauseTime): string {
  const row = longest?.nodeRow ?? null;
  return row === null ? 'a node' : `"${graph.trace.nodes.name[row]}"`;
}

/** Which item of a loop a node belongs to. */
function iterationOf({ trace }: Findings['graph'], nodeRow: number | null): JsonObject {
  const iteration = nodeRow === null ? NONE : trace.nodes.iteration[nodeRow];
  return iteration === NONE ? {} : { iteration };
}

/** What was waited for: the cause, and the node type, pool, resource or node that it names. */
function reasonOf(reason: WaitReason | null): JsonObject {
  if (reason === null) return { cause: null };
  const { kind, name, limit } = reason;
  return { cause: kind, ...(name !== null && { name }), ...(limit !== null && { limit }) };
}

/** The numbers behind it, with the longest stretch. */
export function evidenceOf({ graph, measures }: Findings, { time, longest }: CauseTime): JsonObject {
  return {
    time_ms: msFromMicros(time),
    percent_of_makespan: percentOf(time, measures.makespan),
    ...(longest !== null && {
      longest_ms: msFromMicros(asMicros(longest.toUs - longest.fromUs)),
      from_ms: msFromMicros(longest.fromUs),
      to_ms: msFromMicros(longest.toUs),
      span_id: longest.spanRow === null ? null : spanIdAt(graph.trace.spans.ids, longest.spanRow),
      node_key: longest.nodeRow === null ? null : graph.trace.nodes.key[longest.nodeRow],
      ...iterationOf(graph, longest.nodeRow),
      ...reasonOf(longest.reason),
    }),
  };
}

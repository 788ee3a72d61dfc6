import type { JsonObject } from '../../json.ts';
import type { Cause } from '../../trace/phases.ts';
import { spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import type { AccountedSegment } from '../accounting.ts';
import { percentOf, type Findings } from './insight.ts';

/** The longest stretch of the critical path that went to a cause. */
export function longestSegment({ accounting }: Findings, cause: Cause): AccountedSegment | null {
  let longest: AccountedSegment | null = null;
  for (const segment of accounting.segments) {
    if (segment.cause !== cause) continue;
    if (longest === null || segment.toUs - segment.fromUs > longest.toUs - longest.fromUs) longest = segment;
  }
  return longest;
}

/** The name of the node that a stretch belongs to, in quotes. */
export function nodeNameOf({ graph }: Findings, segment: AccountedSegment | null): string {
  const row = segment?.nodeRow ?? null;
  return row === null ? 'a node' : `"${graph.trace.nodes.name[row]}"`;
}

/** What a cause took of the makespan, with its longest stretch. */
export function evidenceOf(findings: Findings, cause: Cause): JsonObject {
  const { accounting, graph, measures } = findings;
  const longest = longestSegment(findings, cause);
  return {
    time_ms: msFromMicros(accounting.totals[cause]),
    percent_of_makespan: percentOf(accounting.totals[cause], measures.makespan),
    ...(longest !== null && {
      longest_ms: msFromMicros(asMicros(longest.toUs - longest.fromUs)),
      from_ms: msFromMicros(longest.fromUs),
      to_ms: msFromMicros(longest.toUs),
      span_id: longest.spanRow === null ? null : spanIdAt(graph.trace.spans.ids, longest.spanRow),
      node_key: longest.nodeRow === null ? null : graph.trace.nodes.key[longest.nodeRow],
      cause: longest.detail,
    }),
  };
}

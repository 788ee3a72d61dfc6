import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { statusCode } from '../../trace/status.ts';
import { KIND, NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, microsFromMs, msFromMicros } from '../../units.ts';
import { leafId, leafName } from '../leaf-graph.ts';
import { durationText, percentOf, type Findings, type InsightRule } from './insight.ts';
import { numberIn } from './requests.ts';

const NEAR = 0.8;
const VERY_NEAR = 0.95;

interface NearMiss {
  readonly leaf: number;
  readonly limit: number;
  readonly time: number;
}

/** The limits that a node's span tells of, in ms: of the node, and of each attempt. */
function limitsIn(metadata: JsonObject): { readonly node: number | null; readonly attempt: number | null } {
  // Temporal's are of the activity; Nextflow's of the task, each time that it is run.
  const temporal = metadata['timeouts_ms'];
  const of = isJsonObject(temporal) ? temporal : undefined;
  return {
    node: numberIn(metadata, 'timeout_ms') ?? numberIn(of, 'scheduleToClose'),
    attempt: numberIn(metadata, 'attempt_timeout_ms') ?? numberIn(of, 'startToClose') ?? numberIn(metadata, 'time_ms'),
  };
}

/** The longest attempt of a leaf that succeeded; the leaf itself where it has none. */
function longestAttempt({ graph }: Findings, leaf: number): number {
  const { leaves, ends } = graph;
  const { kind, start, status } = graph.trace.spans;
  const completed = statusCode('completed');
  let longest: number | null = null;
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    const row = leaves.members[i];
    if (kind[row] !== KIND.attempt) continue;
    longest = Math.max(longest ?? 0, status[row] === completed ? ends[row] - start[row] : 0);
  }
  return longest ?? leaves.end[leaf] - leaves.start[leaf];
}

function missesOf(findings: Findings): NearMiss[] {
  const { leaves, trace } = findings.graph;
  const misses: NearMiss[] = [];
  const completed = statusCode('completed');
  for (const [row, metadata] of trace.spans.metadata) {
    const leaf = leaves.ofSpan[row] ?? NONE;
    if (leaf === NONE || leaves.span[leaf] !== row || trace.spans.status[row] !== completed) continue;
    const { node, attempt } = limitsIn(metadata);
    const times = [
      [node, leaves.end[leaf] - leaves.start[leaf]],
      [attempt, attempt === null ? 0 : longestAttempt(findings, leaf)],
    ] as const;
    for (const [ms, time] of times) {
      const limit = ms === null || ms <= 0 ? Infinity : microsFromMs(ms);
      if (time >= limit * NEAR && time <= limit) misses.push({ leaf, limit, time });
    }
  }
  return misses;
}

/** A node ended well, but not long before its time limit would have stopped it. */
export const timeoutNearMiss: InsightRule = (findings) => {
  const misses = missesOf(findings);
  const worst = misses.reduce<NearMiss | null>(
    (most, miss) => (most === null || miss.time / miss.limit > most.time / most.limit ? miss : most),
    null,
  );
  if (worst === null) return null;
  const { graph } = findings;
  const { leaf, limit, time } = worst;
  const name = leafName(graph, leaf);
  const leavesLeft = new Set(misses.map((miss) => miss.leaf)).size;
  return {
    rule: 'timeout_near_miss',
    severity: time >= limit * VERY_NEAR ? 'high' : 'medium',
    title: `"${name}" took ${percentOf(time, limit)}% of its time limit of ${durationText(asMicros(limit))}`,
    advice: `Raise the time limit of "${name}" or make it faster, for the next run that is a little slower fails.`,
    gain: null,
    evidence: {
      node_key: leafId(graph, leaf),
      time_ms: msFromMicros(asMicros(time)),
      limit_ms: msFromMicros(asMicros(limit)),
      percent_of_limit: percentOf(time, limit),
      nodes: leavesLeft,
      span_id: spanIdAt(graph.trace.spans.ids, graph.leaves.span[leaf]),
    },
  };
};

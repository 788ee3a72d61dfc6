import type { JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { percentOf, type Findings, type InsightRule } from './insight.ts';

/** So many nodes, and this part of all, were tried again. */
const LEAST_NODES = 5;
const LEAST_SHARE = 0.2;
/** So many attempts more than there would be without failures. */
const LEAST_EXTRA = 10;

function codeOf(error: JsonValue | undefined): string | null {
  const code = isJsonObject(error) ? error['code'] : undefined;
  return typeof code === 'string' ? code : null;
}

/** The error that most of the attempts ended in that failed. */
function commonError({ graph, retries }: Findings): string | null {
  const { spans } = graph.trace;
  const retried = new Set(retries.map(({ nodeRow }) => nodeRow));
  const counts = new Map<string, number>();
  for (const [row, { error }] of spans.metadata) {
    const code = retried.has(spans.node[row]) ? codeOf(error) : null;
    if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let common: string | null = null;
  for (const [code, count] of counts) if (common === null || count > (counts.get(common) ?? 0)) common = code;
  return common;
}

/** Very many nodes fail and are tried again: what they call is down or overloaded, and they add to its load. */
export const retryStorm: InsightRule = (findings) => {
  const { retries, graph, measures } = findings;
  const again = retries.filter(({ attempts }) => attempts > 1);
  const extra = again.reduce((sum, { attempts }) => sum + attempts - 1, 0);
  const share = graph.leaves.length === 0 ? 0 : again.length / graph.leaves.length;
  if (again.length < LEAST_NODES || share < LEAST_SHARE || extra < LEAST_EXTRA) return null;
  const cost = again.reduce((sum, one) => sum + one.cost, 0);
  const error = commonError(findings);
  const worst = again[0];
  return {
    rule: 'retry_storm',
    severity: extra >= graph.leaves.length ? 'high' : 'medium',
    title: `${again.length} of ${graph.leaves.length} nodes were tried again, ${extra} attempts in all`,
    advice: `Stop trying for a while when what they call is down${error === null ? '' : ` ("${error}")`}, and let fewer of them run at once, for every attempt adds to its load.`,
    gain: null,
    evidence: {
      nodes: again.length,
      percent_of_nodes: percentOf(again.length, graph.leaves.length),
      extra_attempts: extra,
      cost_ms: msFromMicros(asMicros(cost)),
      percent_of_work: percentOf(cost, measures.work),
      error,
      node_key: graph.trace.nodes.key[worst.nodeRow],
    },
  };
};

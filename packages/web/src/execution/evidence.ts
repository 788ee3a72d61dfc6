import { NONE, type AccountedSegment, type Cause, type Insight, type Trace } from '@flowprof/model';
import type { Highlight } from '@flowprof/flame';
import { rowOfSpanId } from './spanIds.ts';

/** The span to look at for an insight: the one that its evidence names, else that of the node, else `NONE`. */
export function rowOfInsight(trace: Trace, { evidence }: Pick<Insight, 'evidence'>): number {
  const { span_id: id, node_key: key } = evidence;
  const row = typeof id === 'string' ? rowOfSpanId(trace.spans, id) : NONE;
  if (row !== NONE || typeof key !== 'string') return row;
  const node = trace.nodes.key.indexOf(key);
  if (node !== NONE) return trace.nodes.span[node] ?? NONE;
  return trace.spans.name.indexOf(trace.spans.names.indexOf(key));
}

/** The stretches of time that went to a cause, with the spans that say so. */
export function highlightOf(segments: readonly AccountedSegment[], cause: Cause): Highlight {
  const of = segments.filter((segment) => segment.cause === cause);
  return {
    row: Int32Array.from(of, (segment) => segment.spanRow ?? NONE),
    start: Float64Array.from(of, (segment) => segment.fromUs),
    end: Float64Array.from(of, (segment) => segment.toUs),
  };
}

import type { JsonObject } from '../json.ts';
import { KIND, spanNameAt, type NodeTable, type SpanTable } from '../trace/trace.ts';

/** What a wait was for. */
export interface WaitReason {
  /**
   * A limit of the run (`concurrency`), of a node type (`type`), of a `loop`, a `pool` or a `rate_limit`; a worker of a
   * `task_queue`; `backpressure` of what takes the run's events; `dependency` and `dispatch` where it took the engine that
   * long to start what was ready; `interrupted` where nobody ran the execution; else the source's own words.
   */
  readonly kind: string;
  /** The node type, loop, pool or resource, or the key of the node whose end let this one start. */
  readonly name: string | null;
  /** How many places there are, or how many starts a second. */
  readonly limit: number | null;
}

function textAt(metadata: JsonObject, key: string): string | null {
  const value = metadata[key];
  return typeof value === 'string' ? value : null;
}

function numberAt(metadata: JsonObject, key: string): number | null {
  const value = metadata[key];
  return typeof value === 'number' ? value : null;
}

/** Why an item of a loop waits for its turn; the loop does not say how many may be under way. */
export function loopReason(nodes: NodeTable, loop: number): WaitReason {
  return { kind: 'loop', name: nodes.key[loop] ?? null, limit: null };
}

const INTERRUPTED: WaitReason = { kind: 'interrupted', name: null, limit: null };

/** The reason that the metadata of a wait tells; null where it tells none. */
function reasonIn(metadata: JsonObject, phase: string): WaitReason | null {
  if (phase === 'rate_limit_wait') {
    const name = textAt(metadata, 'resource');
    return { kind: 'rate_limit', name, limit: numberAt(metadata, 'per_second') };
  }
  const cause = textAt(metadata, 'cause');
  if (cause === null) return null;
  const limit = numberAt(metadata, 'limit');
  const type = textAt(metadata, 'type');
  if (cause === 'concurrency') return { kind: type === null ? cause : 'type', name: type, limit };
  if (cause === 'pool' || cause === 'task_queue') return { kind: cause, name: textAt(metadata, cause), limit };
  return { kind: cause, name: textAt(metadata, 'released_by'), limit };
}

/** What the time of a span was waited for; null for one that is no wait, or does not tell. */
export function waitReasonOf(spans: SpanTable, row: number): WaitReason | null {
  if (spans.kind[row] === KIND.system) return spanNameAt(spans, row) === 'interrupted' ? INTERRUPTED : null;
  const metadata = spans.metadata.get(row);
  return metadata === undefined ? null : reasonIn(metadata, spanNameAt(spans, row));
}

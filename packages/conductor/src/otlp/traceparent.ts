/** Where a run stands in the trace of who started it. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The caller's span, 16 hex digits. */
  readonly parentId: string;
  /** Whether the caller records the trace itself. */
  readonly sampled: boolean;
}

/** Version, trace id, parent id and flags; what a later version adds comes after another dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ALL_ZERO = /^0+$/;
const SAMPLED = 1;

/**
 * Reads a `traceparent` header (W3C Trace Context, levels 1 and 2). Null for one that is malformed, has an id of zeros
 * only, or is of the forbidden version `ff`: the run then begins a trace of its own, as the recommendation asks. Of later
 * versions the parts that this one knows are read.
 */
export function parseTraceparent(header: string): TraceContext | null {
  const [, version, traceId, parentId, flags, more] = TRACEPARENT.exec(header.trim()) ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (ALL_ZERO.test(traceId) || ALL_ZERO.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

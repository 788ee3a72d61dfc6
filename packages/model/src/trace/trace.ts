import type { JsonObject, JsonValue } from '../json.ts';
import type { EpochMicros, Micros } from '../units.ts';
import type { Status } from './status.ts';

/** The kinds of span, in the order of their codes. `system` is time of the engine or source itself, never work. */
export const SPAN_KINDS = ['node', 'attempt', 'phase', 'system'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** The code of a span kind in a column. */
export const KIND = { node: 0, attempt: 1, phase: 2, system: 3 } as const satisfies Record<SpanKind, number>;

/** In the duration column: the span has not ended. */
export const OPEN = -1;

/** In a column of rows: there is none. */
export const NONE = -1;

/** Bits of the flags column: what had to be mended when the span was read. The warnings say it in words. */
export const FLAG = {
  /** The source gave an end before the start; the duration is 0. */
  negative: 1,
  /** It had no end in the source; it was closed where its parent or the execution ended. */
  unclosed: 2,
  /** Its parent is missing; it stands at the top. */
  orphan: 4,
  /** It was on a cycle of parents, which was cut at this span. */
  cycle: 8,
  /** It starts before its parent or ends after it. */
  outside: 16,
} as const;

/**
 * The ids of the spans of a table. Our own engine numbers its spans: the id of a row is the prefix followed by the row
 * in 8 hex digits, which together are a W3C span id. Other sources list them.
 */
export interface SpanIds {
  readonly prefix: string;
  readonly listed: readonly string[] | null;
}

/**
 * The spans of an execution as columns (struct of arrays); row `i` of every column is one span. A parent may stand
 * before or after its children. All times are microseconds from the execution's start.
 */
export interface SpanTable {
  readonly length: number;
  readonly ids: SpanIds;
  /** The distinct names; `name` holds positions in it. */
  readonly names: readonly string[];
  readonly start: Float64Array;
  /** Never negative; `OPEN` while the span runs. */
  readonly duration: Float64Array;
  /** The row of the parent, or `NONE` at the top. */
  readonly parent: Int32Array;
  readonly name: Uint32Array;
  /** The row in the node table, or `NONE`. Phases and attempts carry their node's row too. */
  readonly node: Int32Array;
  /** A code of `KIND`. */
  readonly kind: Uint8Array;
  /** A code of `STATUSES`. */
  readonly status: Uint8Array;
  /** Bits of `FLAG`. */
  readonly flags: Uint8Array;
  /** The position in `tracks` of the thread or worker that ran the span, where the source tells. */
  readonly track: Int32Array | null;
  readonly tracks: readonly string[];
  /** What else is known of a span, by row. An attempt has `attempt` (from 1), a failed span has `error`. */
  readonly metadata: ReadonlyMap<number, JsonObject>;
}

/**
 * The nodes of an execution as columns; a row is one instance of a node. Nodes of a `foreach` have a row an iteration.
 */
export interface NodeTable {
  readonly length: number;
  /** The node's id in its workflow, the same in every execution: what comparisons and colours go by. */
  readonly key: readonly string[];
  readonly name: readonly string[];
  readonly type: readonly string[];
  /** From 0; `NONE` where the node does not iterate. */
  readonly iteration: Int32Array;
  /** The row of the group that contains the node, or `NONE`. */
  readonly parent: Int32Array;
  /** The row of the node's span, or `NONE` when it never started. */
  readonly span: Int32Array;
  /** A code of `STATUSES`. */
  readonly status: Uint8Array;
  /** Compressed rows: node `i` depends on `deps[depOffsets[i] .. depOffsets[i + 1])`, which are rows of this table. */
  readonly depOffsets: Uint32Array;
  readonly deps: Uint32Array;
}

/** Labelled instants on spans, as columns. */
export interface AnnotationTable {
  readonly length: number;
  /** The row of the span, or `NONE` for the execution itself. */
  readonly span: Int32Array;
  readonly time: Float64Array;
  readonly label: readonly string[];
  /** `info`, `retry`, `rate_limit`, `data`, `cache`, `dns`, `log`, `error`, or the source's own word. */
  readonly type: readonly string[];
  readonly metadata: ReadonlyMap<number, JsonObject>;
}

/** Arrows from span to span that a source recorded without a graph of nodes (Chrome's flow events, span links). */
export interface SpanLinks {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** A repair, or something that could not be read: never silent, always counted. */
export interface Warning {
  /** A code of the table in `warnings.ts`. */
  readonly code: string;
  readonly count: number;
  /** The first case, in words. */
  readonly example: string;
}

/** What went wrong, with a stable code. */
export interface TraceError {
  readonly code: string;
  readonly message: string;
  /** The node at fault, where there is one. */
  readonly nodeKey?: string;
}

/** What is known of an execution apart from its spans. Unknown is null, never 0. */
export interface ExecutionInfo {
  readonly id: string | null;
  /** The id in the source, where that is not a UUID. */
  readonly externalId: string | null;
  readonly name: string;
  readonly workflow: string | null;
  readonly status: Status;
  /** Which reader or engine made the trace: `conductor`, `chrome`, `flowprof`, ... */
  readonly sourceFormat: string;
  readonly startedAt: EpochMicros | null;
  readonly endedAt: EpochMicros | null;
  /** The duration that the source itself states; shown beside the makespan and never merged with it. */
  readonly recordedDuration: Micros | null;
  /** How many nodes could run at once, where the source tells. */
  readonly concurrency: number | null;
  readonly error: TraceError | null;
  /** How many records of the source were read (trace events, log lines). */
  readonly eventCount: number | null;
  readonly attributes: Readonly<Record<string, JsonValue>>;
}

/** An execution about which nothing is known yet. */
export const EMPTY_EXECUTION: ExecutionInfo = {
  id: null,
  externalId: null,
  name: '',
  workflow: null,
  status: 'pending',
  sourceFormat: 'flowprof',
  startedAt: null,
  endedAt: null,
  recordedDuration: null,
  concurrency: null,
  error: null,
  eventCount: null,
  attributes: {},
};

/** No arrows. */
export const NO_LINKS: SpanLinks = { from: new Int32Array(0), to: new Int32Array(0) };

/** One execution: what every source is turned into and everything else reads. */
export interface Trace {
  readonly execution: ExecutionInfo;
  readonly nodes: NodeTable;
  readonly spans: SpanTable;
  readonly annotations: AnnotationTable;
  readonly links: SpanLinks;
  readonly warnings: readonly Warning[];
}

/** The id of the span in a row. */
export function spanIdAt(ids: SpanIds, row: number): string {
  return ids.listed === null ? ids.prefix + row.toString(16).padStart(8, '0') : (ids.listed[row] ?? '');
}

/** The name of the span in a row. */
export function spanNameAt(spans: SpanTable, row: number): string {
  return spans.names[spans.name[row]] ?? '';
}

/** The kind of the span in a row. */
export function spanKindAt(spans: SpanTable, row: number): SpanKind {
  return SPAN_KINDS[spans.kind[row]] ?? 'system';
}

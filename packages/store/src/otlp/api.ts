import type { EpochMicros, Micros, Status, TraceEvent, TraceState } from '@flowprof/model';
import type { Made } from '../made/api.ts';
import type { TraceHead } from './heads.ts';

export type { TraceHead } from './heads.ts';

/** Spans of any number of traces that were taken in together, packed. */
export interface NewSegment {
  readonly spanCount: number;
  readonly traces: readonly TraceHead[];
  readonly data: Uint8Array;
}

/** A segment that waits, without its spans. */
export interface WaitingSegment {
  readonly id: string;
  readonly receivedAt: EpochMicros;
  readonly bytes: number;
  /** The traces in it that are not executions yet. */
  readonly traces: readonly TraceHead[];
}

/** What waits to become executions. */
export interface OtlpBacklog {
  readonly segments: number;
  readonly bytes: number;
  readonly spans: number;
  /** A trace counts once for every segment that it is in. */
  readonly traces: number;
  /** When the oldest was taken in; null when nothing waits. */
  readonly oldestAt: EpochMicros | null;
}

/** Where the spans of an execution are that was made of spans, and what else is to be known of it. */
export interface KeptTrace extends TraceState {
  /** Ids of the segments, the oldest first. */
  readonly segments: readonly string[];
  /** Spans that are its own, as a segment holds them; null where all are in segments. */
  readonly own: Uint8Array | null;
}

/** An execution that spans of a trace may belong to. */
export interface TracedExecution {
  readonly id: string;
  /** The trace that it is known to be a part of, 32 hex digits: its own, or that of its caller. */
  readonly traceId: string;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  /** What it was made of, where it was made of spans by `make`; null for one that is run here or told of otherwise. */
  readonly made: { readonly spanCount: number; readonly kept: KeptTrace; readonly version: string } | null;
}

/** An execution as it is made of all spans of its trace that are known. */
export interface MadeExecution extends Omit<Made, 'externalId' | 'input' | 'results' | 'attributes'> {
  readonly traceId: string;
  /** The `version` of what it was made of before; null when it is new. */
  readonly before: string | null;
  readonly spanCount: number;
  readonly kept: KeptTrace;
  /** Its nodes and their states, where it has any. */
  readonly nodes: readonly TraceEvent[];
  /** Whether its spans are to become rows, too. */
  readonly hasRows: boolean;
}

/** What becomes of segments at once. */
export interface Making {
  readonly segments: readonly {
    readonly id: string;
    /** The traces that were seen to wait in it. */
    readonly before: readonly TraceHead[];
    /** Those that still do afterwards. */
    readonly after: readonly TraceHead[];
  }[];
  readonly executions: readonly MadeExecution[];
}

/** Spans that were sent by OTLP, of one workspace, and the executions made of them. */
export interface TenantOtlp {
  /**
   * Keeps spans; durable when it resolves. What comes while a transaction is under way goes into the next one together.
   * @throws {StoreError} `not_found` when there is no such workspace any more
   */
  keep(segment: NewSegment): Promise<void>;
  backlog(): Promise<OtlpBacklog>;
  /** Lets this server make executions of the workspace for half a minute; false while another one does. */
  claim(): Promise<boolean>;
  /** Gives that up. */
  release(): Promise<void>;
  /** The segments that wait besides those that are known, the oldest first, and which of the known are gone. */
  listWaiting(known: ReadonlySet<string>, limit: number): Promise<WaitingSegments>;
  /** What `keep` was given. A segment that is gone is left out. */
  readSegments(ids: readonly string[]): Promise<readonly { readonly id: string; readonly data: Uint8Array }[]>;
  /** Executions of these traces or called from them. */
  findTraced(traceIds: readonly string[]): Promise<readonly TracedExecution[]>;
  /** Those of these ids that are spans of an execution's rows, with when they began and ended. */
  findSpans(executionId: string, spanIds: readonly string[]): Promise<ReadonlyMap<string, SpanTimes>>;
  /**
   * Makes executions or makes them again, and takes what they were made of out of the segments, in one transaction.
   * @returns false when something was changed by others meanwhile; then nothing was written
   */
  make(making: Making): Promise<boolean>;
  /** Executions that were made of spans, still run and have not changed since. */
  listSilent(since: EpochMicros, limit: number): Promise<readonly TracedExecution[]>;
  /** Writes the spans of executions as rows. @returns how many executions of those that are due were dealt with */
  writeRows(executions: readonly { readonly id: string; readonly events: readonly TraceEvent[] }[]): Promise<number>;
  /** Executions whose rows are due, the oldest first. */
  listDueRows(limit: number): Promise<readonly { readonly id: string; readonly spanCount: number }[]>;
}

export interface WaitingSegments {
  readonly found: readonly WaitingSegment[];
  /** The ids of the known ones that are gone. */
  readonly gone: readonly string[];
}

/** When a span began, from the start of its execution, and how long it took; null while it runs. */
export interface SpanTimes {
  readonly start: Micros;
  readonly duration: Micros | null;
}

import type { EpochMicros } from '@flowprof/model';

/** When something need not be kept any longer; null is never. */
export interface KeepLimit {
  /** Days since it was stored. */
  readonly maxDays: number | null;
  /** Of all of a workspace; the oldest goes first. */
  readonly maxBytes: number | null;
}

/** What a workspace keeps. */
export interface RetentionLimits {
  /** Of executions that have ended: spans, annotations and journals as rows. Their trace stays. */
  readonly rows: KeepLimit;
  /** The whole execution with its trace. */
  readonly profiles: KeepLimit;
}

export interface RetentionSettings extends RetentionLimits {
  /** Null while nothing was set and the defaults hold. */
  readonly updatedAt: EpochMicros | null;
}

/** In bytes, as retention counts them: a span in rows for `ROW_BYTES`, a trace as it is stored. */
export interface StoredSize {
  readonly rows: number;
  readonly profiles: number;
}

/** What one run of retention removed. */
export interface RetentionRun {
  readonly startedAt: EpochMicros;
  /** Null while it goes on, and of one that was cut off. */
  readonly endedAt: EpochMicros | null;
  /** Executions whose rows were removed. */
  readonly trimmed: number;
  readonly rowsRemoved: number;
  /** Executions that were removed whole. */
  readonly removed: number;
}

export interface RetentionState {
  readonly stored: StoredSize;
  readonly lastRun: RetentionRun | null;
}

export interface RetainOptions {
  /** Ends the run after the transaction that is under way. */
  readonly signal: AbortSignal;
  /** Awaited between transactions, so that others get their turn; told how long the last one took. */
  readonly pause: (tookMs: number) => Promise<void>;
}

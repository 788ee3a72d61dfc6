import type { EpochMicros, JsonObject, RunSummary, Status } from '@flowprof/model';

/** What was made of an execution's trace to compare it with others. */
export interface KeptSummary {
  readonly summary: RunSummary;
  /** What ran it: its tracks (workers, services, threads), sorted; the first 16. */
  readonly tracks: readonly string[];
}

/** An execution that has ended, as the history of its workflow has it. */
export interface StoredRun {
  readonly id: string;
  readonly workflowId: string;
  readonly number: number;
  readonly workflowVersion: number;
  readonly status: Status;
  readonly trigger: string;
  readonly concurrency: number | null;
  readonly startedAt: EpochMicros | null;
  /** When it ran: its start, or else when it was made. */
  readonly moment: EpochMicros;
  readonly updatedAt: EpochMicros;
  /** Null where it takes more than 16 KB. */
  readonly input: JsonObject | null;
  /** What else its source says of it; null where there is none, or it takes more than 16 KB. */
  readonly attributes: JsonObject | null;
  /** How many spans the kept trace has; null where none is kept. */
  readonly spanCount: number | null;
  /** Null where none was made yet of what the execution is now. */
  readonly kept: KeptSummary | null;
}

/** Which executions of a workflow are looked at. */
export interface RunFilter {
  /** At most this many, and 1000. */
  readonly limit: number;
  /** An execution: only what ran before it. */
  readonly before?: string;
  readonly version?: number;
  /** Any of these; any that has ended when absent. */
  readonly statuses?: readonly Status[];
}

/** A summary that was made. */
export interface MadeSummary extends KeptSummary {
  readonly executionId: string;
  /** The `updatedAt` that the execution had before its trace was read. */
  readonly madeOf: EpochMicros;
}

/** The executions of a workspace that have ended, with what is kept of each to compare it with others. */
export interface TenantRuns {
  /**
   * The last executions of a workflow, oldest first, among the newest 10,000 that have ended; none where there is no
   * such workflow, or no such execution to be before.
   */
  list(workflowId: string, filter: RunFilter): Promise<readonly StoredRun[]>;
  /** Those of these executions that are there and have ended, oldest first. */
  find(executionIds: readonly string[]): Promise<readonly StoredRun[]>;
  /** Keeps summaries, in place of older ones; what is of an execution that is gone meanwhile, or takes more than 16 MB, is left out. */
  keep(summaries: readonly MadeSummary[]): Promise<void>;
}

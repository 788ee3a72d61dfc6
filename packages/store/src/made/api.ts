import type { EpochMicros, JsonObject, JsonValue, Micros, Status, TraceError } from '@flowprof/model';

/** An execution of others as it is made whole of what is kept of it, and made again when there is more. */
export interface Made {
  readonly id: string;
  /** Null while it is not known: then it stands under a workflow of its own kind. */
  readonly workflow: string | null;
  /** What it is called; null where that is the name of the workflow. */
  readonly name: string | null;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly duration: Micros | null;
  readonly error: TraceError | null;
  readonly sourceFormat: string;
  readonly concurrency: number | null;
  /** By code, with the first example of each. */
  readonly warnings: JsonObject;
  /** The id in its source. */
  readonly externalId: string;
  /** The trace that it is a part of, 32 hex digits, where that is not named as the execution is. */
  readonly traceId: string | null;
  /** What is null of these stays as it is. */
  readonly input: JsonObject | null;
  readonly results: JsonValue;
  readonly attributes: JsonObject | null;
}

import type { EpochMicros, JsonObject, Status } from '@flowprof/model';

/**
 * A phase that a handler has opened. What it leaves open is closed when the attempt ends, with the attempt's outcome.
 * `at` is for what happened elsewhere, in another thread say, and is heard of later: it is moved into the time from the
 * start of what the phase is in to the present moment. Without it, the present moment counts.
 */
export interface OpenPhase {
  /** Ends it; a second time does nothing. */
  end(status?: Status, metadata?: JsonObject, at?: EpochMicros): void;
  /** Ends it as completed and opens the next one beside it at the same instant, so that there is no gap between them. */
  next(name: string, metadata?: JsonObject, ended?: JsonObject): OpenPhase;
  /** Opens a phase inside it. */
  span(name: string, metadata?: JsonObject, at?: EpochMicros): OpenPhase;
  /** Marks the present moment on the node; see `NodeContext.annotate`. */
  annotate(label: string, type: string, metadata?: JsonObject, at?: EpochMicros): void;
}

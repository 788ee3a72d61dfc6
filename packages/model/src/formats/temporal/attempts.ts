/** What is known of single attempts, which a history does not tell: from workers, and from looking while they ran. */
import type { Status } from '../../trace/status.ts';
import type { TraceError } from '../../trace/trace.ts';
import type { EpochMicros } from '../../units.ts';

/** One attempt of an activity, local ones included, as a worker's interceptor reported it, or as it was sampled. */
export interface AttemptReport {
  readonly runId: string;
  readonly workflowId: string;
  readonly namespace: string;
  readonly activityId: string;
  readonly activityType: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLocal: boolean;
  /** When the activity was scheduled, by the server's clock. */
  readonly scheduledAt: EpochMicros | null;
  /** When this attempt was scheduled: after its backoff, by the server's clock. */
  readonly attemptScheduledAt: EpochMicros | null;
  /** By the worker's clock where it is the worker that tells. */
  readonly startedAt: EpochMicros;
  /** Null while it runs. */
  readonly endedAt: EpochMicros | null;
  readonly status: Status;
  readonly error: TraceError | null;
  readonly taskQueue: string | null;
  readonly identity: string | null;
  readonly buildId: string | null;
  /** Times of heartbeats, the first 1000. */
  readonly heartbeats: readonly EpochMicros[];
  /** How many there were. */
  readonly heartbeatCount: number;
  /** `worker`: exact, told by the interceptor; `sample`: seen by polling, its times are the server's. A `worker` report wins. */
  readonly source: 'worker' | 'sample';
}

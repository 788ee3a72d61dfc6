/** The stretches that an operation's time is divided into. */
import type { JsonObject } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import type { EpochMicros } from '../../units.ts';

/** One attempt, where attempts are told apart. */
export interface Tried {
  readonly number: number;
  /** Null where it ended as its operation did. */
  readonly status: Status | null;
  readonly metadata: JsonObject | null;
  readonly heartbeats: readonly EpochMicros[];
  /** Whether it is one of several that are told of; the one that a history tells of stands alone. */
  readonly isReported: boolean;
}

/** A stretch of an operation's time, from the end of the one before it. */
export interface Step {
  readonly name: string;
  /** Null when it had not ended. */
  readonly until: EpochMicros | null;
  readonly metadata?: JsonObject | null;
  /** The attempt that it belongs to. */
  readonly attempt?: Tried;
}

/** The wait for a worker of a task queue. */
export function queueWait(until: EpochMicros | null, queue: string | null): Step {
  return { name: 'queue_wait', until, metadata: queue === null ? null : { cause: 'task_queue', task_queue: queue } };
}

/** The last attempt, as a history tells of it. */
export function lastAttempt(number: number, error: JsonObject | null): Tried {
  return { number, status: null, metadata: error === null ? null : { error }, heartbeats: [], isReported: false };
}

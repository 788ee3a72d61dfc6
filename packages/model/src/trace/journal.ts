import type { JsonValue } from '../json.ts';
import type { Micros } from '../units.ts';
import type { TraceError } from './trace.ts';

/** A node that has ended and will not run again, as a journal keeps it. */
export interface JournalEntry {
  /**
   * The place of the node in its run, the same in every run: its id, below those of the loops (with the position of the
   * item) and subworkflows that it is in, as in `each[3]/fetch`.
   */
  readonly path: string;
  readonly status: 'completed' | 'skipped' | 'failed' | 'timeout';
  /** Whole and not redacted, since what depends on it reads it; null unless it has completed. Keep it safe. */
  readonly output: JsonValue;
  readonly error: TraceError | null;
  readonly attempts: number;
  /** When it became ready and when it ended, from the start of the execution. */
  readonly start: Micros;
  readonly end: Micros;
}

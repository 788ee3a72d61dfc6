import type { JournalEntry } from '../index.ts';
import type { ExecutionResult } from '../index.ts';
import type { EpochMicros, Trace, TraceEvent } from '@flowprof/model';

/** Something that the world saw happen, in the order in which it did. */
export type Fact =
  | {
      readonly kind: 'started';
      readonly path: string;
      readonly plan: string;
      readonly type: string;
      readonly attempt: number;
      readonly call: number;
      readonly life: number;
      /** Microseconds of the world's own time. */
      readonly at: number;
      /** As far as the engine's time can have gone: the host's clock without being set back. */
      readonly clock: number;
    }
  /** A handler's attempt is over: it has settled, or was told to stop. */
  | {
      readonly kind: 'ended';
      readonly path: string;
      readonly call: number;
      readonly life: number;
      readonly at: number;
    }
  | { readonly kind: 'commit'; readonly paths: readonly string[]; readonly life: number }
  | { readonly kind: 'committed'; readonly paths: readonly string[]; readonly life: number }
  | { readonly kind: 'refused'; readonly life: number }
  | { readonly kind: 'died'; readonly life: number };

/** What the last life ended with. */
export interface Simulated {
  readonly result: ExecutionResult;
  readonly executionId: string;
  readonly startedAt: EpochMicros;
  readonly facts: readonly Fact[];
  /** What the journal holds, by path. */
  readonly journal: ReadonlyMap<string, JournalEntry>;
  /** What has reached the sink, of all lives. */
  readonly events: readonly TraceEvent[];
  /** The events that each life has brought, and the trace that it began with. */
  readonly lives: readonly LifeRecord[];
  /** Whether the sink has taken everything that it was given. */
  readonly sinkRefused: boolean;
}

export interface LifeRecord {
  readonly firstEvent: number;
  readonly earlier: Trace | null;
  readonly finished: readonly JournalEntry[];
}

import type { Scope } from '../expressions/cel.ts';
import type { HttpClient } from '../http/client.ts';
import type { Timers } from '../types.ts';
import type { Recorder } from './recorder.ts';

/** What all nodes of one run have in common. */
export interface RunShared {
  readonly executionId: string;
  /** 32 hex digits: of the caller's trace, or else the execution's id. */
  readonly traceId: string;
  readonly commands: boolean;
  readonly recorder: Recorder;
  readonly timers: Timers;
  readonly scope: Scope;
  /** Milliseconds. */
  readonly slowMo: number;
  /** The run's own connections; opened by the first who asks. */
  http(): HttpClient;
  /** Whether a node has failed, so that no further attempts are made. */
  failing(): boolean;
  /** A random number from 0 to 1. */
  fraction(): number;
}

import type { Clock, JsonObject, RandomBytes } from '@flowprof/model';
import type { Graph } from '../graph/graph.ts';
import type { HttpClient } from '../http/client.ts';
import type { NetworkPolicy, RunOptions, Timers } from '../types.ts';
import type { LimitSet } from './limits.ts';
import type { Part, PartsElsewhere } from './part.ts';

/** What a run takes from its conductor. */
export interface RunHost {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomBytes;
  /** Makes the connections of a run, which may reach what the policy says; anything without one. */
  readonly http: (network: NetworkPolicy | undefined) => HttpClient;
  /** The limits that all runs of the conductor share. */
  readonly limits: LimitSet | null;
  /** Who runs large loops; absent where all are run here. */
  readonly parts?: PartsElsewhere;
}

/** What is to be run. */
export interface RunRequest {
  readonly graph: Graph;
  readonly executionId: string;
  readonly input: JsonObject;
  readonly options: RunOptions;
  /** Workflows that are called and are in no file of their callers, by name. */
  readonly workflows: ReadonlyMap<string, Graph>;
  /** What is run of a loop, where that is all. */
  readonly part?: Part;
}

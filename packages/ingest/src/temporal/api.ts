/** What flowprof asks of a Temporal server: its namespace, its executions, their events. Nothing here knows a database. */
import type { AttemptReport, EpochMicros, JsonObject, Micros } from '@flowprof/model';
import type { Resolve } from './address.ts';
import type { RateLimiter, Waits } from './limiter.ts';

/** Where a Temporal server is. */
export interface TemporalTarget {
  /** `host:port` of the frontend; without a port it is 7233. */
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  /** The name that the server's certificate has to be for; null for that of the address. */
  readonly serverName: string | null;
}

/** What one shows to be let in. */
export interface TemporalCredentials {
  readonly apiKey: string | null;
  /** PEM, as the other two. */
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  readonly serverCa: string | null;
}

/** A run by its ids. */
export interface RunKey {
  readonly workflowId: string;
  readonly runId: string;
}

/** A run as a listing or a description tells of it. */
export interface RunHead extends RunKey {
  readonly workflowType: string;
  readonly taskQueue: string | null;
  /** Temporal's word: running, completed, failed, canceled, terminated, continued_as_new, timed_out, paused; `unknown` for one that came later. */
  readonly status: string;
  readonly startedAt: EpochMicros | null;
  readonly closedAt: EpochMicros | null;
  /** Null where the server does not say, which it does not of runs that are open. */
  readonly historyLength: number | null;
  readonly parentRunId: string | null;
  readonly rootRunId: string | null;
}

/** Consecutive events as the server sent them: a serialised `temporal.api.history.v1.History`. Sent again, the same events can be other bytes: maps have no order. */
export interface HistoryPiece {
  readonly firstEvent: number;
  readonly lastEvent: number;
  readonly data: Uint8Array;
  /** Whether the last of them closes the run: none follows. */
  readonly isEnd: boolean;
  /** The server may take them back: the end of a run that is open, and only where it was asked for. */
  readonly isTentative?: boolean;
}

export interface HistoryRequest {
  /** The id of the last event that is known; 0 for none. */
  readonly after?: number;
  /** Whether to wait for events that have not happened yet, until the run closes. Else it ends with what there is. */
  readonly isFollowing?: boolean;
  /** Whether to give, as the last piece, what the server may take back: a workflow task that waits or is worked at. Of no use with `isFollowing`. */
  readonly withTail?: boolean;
  /** How many events a piece holds at most; 2048 where it is not said. None is longer than a megabyte, unless a single event is. */
  readonly pieceEvents?: number;
  readonly signal?: AbortSignal;
}

export interface ListRequest {
  /** Runs that began or ended at this moment or later; null for all that the server has. */
  readonly since: EpochMicros | null;
  /** How much earlier than `since` to look too: what a server lists is some seconds old. A minute where it is not said. */
  readonly overlap?: Micros;
  /** Also all that are open, whenever they began. */
  readonly includesOpen?: boolean;
  /** Of one workflow id only. */
  readonly workflowId?: string | null;
  /** A visibility query that narrows it; null for none. */
  readonly query: string | null;
  /** Runs a page at most; 1000 where it is not said, which is as many as servers give. */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/** One attempt of an activity as it was sampled. Times are the server's. */
export interface AttemptSample extends AttemptReport {
  readonly isLocal: false;
  readonly source: 'sample';
}

export interface DescribeRequest {
  /** What the last description `described`: the attempts that ran then and have failed since are told of as well. */
  readonly before?: JsonObject | null;
  readonly signal?: AbortSignal;
}

/** A run as it is at this moment. */
export interface RunDescription {
  readonly head: RunHead;
  /** What history does not say: pending activities, children, Nexus operations and workflow task, by their names in Temporal's JSON, moments in microseconds since the epoch; bounded, without payloads. */
  readonly described: JsonObject;
  /** The attempts that pending activities tell of: those that run, and with an earlier description those that failed since. */
  readonly attempts: readonly AttemptSample[];
}

export const CHECK_STEPS = ['connect', 'namespace', 'list', 'read'] as const;
/** What a connection has to be able to do. */
export type CheckStep = (typeof CHECK_STEPS)[number];

/** What became of trying a connection. */
export interface TemporalCheck {
  /** Whether executions can be listed and read. */
  readonly isUsable: boolean;
  readonly serverVersion: string | null;
  /** How long the server keeps histories; null where it does not say. */
  readonly retention: Micros | null;
  /** The time of one short request there and back; null where there was none. */
  readonly latency: Micros | null;
  /** In their order; what comes after a `connect` that failed is left out. */
  readonly steps: readonly {
    readonly step: CheckStep;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
}

export interface TemporalTools {
  readonly waits?: Waits;
  readonly random?: () => number;
  /** Where a name leads to; throws `TemporalError` `forbidden` where it must not be reached. Whatever a name means where it is not given. */
  readonly resolve?: Resolve;
  /** For how long a request is made again where the server is away or refuses. */
  readonly patienceMs?: number;
  /** How fast to ask; shared by all clients of a namespace in a process. */
  readonly listings?: RateLimiter;
  readonly requests?: RateLimiter;
}

/** A Temporal server, connected to when it is first asked. All of it throws `TemporalError`. */
export interface TemporalClient {
  /** Never throws for what is wrong with the connection: that is its answer. */
  check(signal?: AbortSignal): Promise<TemporalCheck>;
  /** Pages of runs, the open ones and the latest first. A run may come twice when it changes meanwhile: the later one is right. */
  list(request: ListRequest): AsyncIterable<readonly RunHead[]>;
  /**
   * The events of a run from `after` on, without gap or repetition. What the server may still take back (a workflow
   * task at the end that has not closed) is left out until it stays.
   */
  history(run: RunKey, request?: HistoryRequest): AsyncIterable<HistoryPiece>;
  /** Without a run id, the latest run of the workflow. */
  describe(workflowId: string, runId: string | null, request?: DescribeRequest): Promise<RunDescription>;
  /** Requests under way fail. */
  close(): void;
}

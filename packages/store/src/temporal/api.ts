import type {
  AttemptReport,
  EpochMicros,
  JsonObject,
  JsonValue,
  Micros,
  Status,
  TraceError,
  TraceEvent,
} from '@flowprof/model';

export type { AttemptReport } from '@flowprof/model';

/** What a person says of a connection. */
export interface TemporalConnectionText {
  /** Unique in the workspace. */
  readonly name: string;
  /** `host:port` of the frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  /** The name that the server's certificate has to be for; null for that of the address. */
  readonly serverName: string | null;
  /** A remote codec server (Temporal's HTTP protocol: POST <url>/decode) that payloads are read through; null for none. */
  readonly codecUrl: string | null;
  /** Temporal's own pages, e.g. `http://localhost:8233`, for links; null for none. */
  readonly webUrl: string | null;
  /** Whether executions are synced in the background. */
  readonly isEnabled: boolean;
  /** A visibility query that narrows what is synced; null for all. */
  readonly query: string | null;
  /** How far back the first sync goes, in days. */
  readonly backfillDays: number;
  /** What runs the background sync: this server itself, or the system workflow on `system-workflows-queue` of that very cluster. */
  readonly coordinator: 'in_process' | 'temporal';
}

/** What must not be shown again; sealed at rest as the secrets of alert channels are. */
export interface TemporalSecrets {
  readonly apiKey: string | null;
  /** PEM. */
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  readonly serverCa: string | null;
  /** The `Authorization` header for the codec server. */
  readonly codecAuthorization: string | null;
}

export interface KnownTemporalConnection extends TemporalConnectionText {
  readonly id: string;
  /** Which secrets there are. */
  readonly has: { readonly [key in keyof TemporalSecrets]: boolean };
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

export interface TemporalConnection extends KnownTemporalConnection {
  readonly sync: TemporalSyncState;
}

export interface TemporalSyncState {
  /** Executions that began or ended before this moment have been listed; null before the first listing. */
  readonly listedUntil: EpochMicros | null;
  readonly lastListedAt: EpochMicros | null;
  /** What went wrong with the connection itself last; null once it works. */
  readonly error: { readonly code: string; readonly message: string; readonly at: EpochMicros } | null;
  readonly runs: number;
  /** Runs that are due or under way. */
  readonly waiting: number;
  /** Runs whose last sync failed. */
  readonly failing: number;
  /** Since when the longest-waiting of the due ones is due; null where none is. This is the lag. */
  readonly oldestDueAt: EpochMicros | null;
}

/** A run as the listing or a description tells of it. */
export interface TemporalRunHead {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowType: string;
  readonly taskQueue: string | null;
  /** Temporal's word: running, completed, failed, canceled, terminated, continued_as_new, timed_out, paused. */
  readonly status: string;
  readonly startedAt: EpochMicros | null;
  readonly closedAt: EpochMicros | null;
  readonly historyLength: number | null;
  readonly parentRunId: string | null;
  readonly rootRunId: string | null;
}

/** A run and how far its sync is. The execution has the id of the run. */
export interface TemporalRun extends TemporalRunHead {
  readonly connectionId: string;
  /** The id of the last event that is kept and stays; 0 when there is none. */
  readonly checkpoint: number;
  /** Closed, with all of its events kept. */
  readonly isComplete: boolean;
  /** `DescribeWorkflowExecution` as last sampled, what counts of it (pendingActivities with their samples); null for none. */
  readonly described: JsonObject | null;
  /** When it was last synced successfully; null never. */
  readonly syncedAt: EpochMicros | null;
  /** How often in a row it failed, and why. */
  readonly failures: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Grows with everything that is kept of it: what was made of an older state does not replace what was made of a newer one. */
  readonly revision: string;
}

/** Events as the server sent them: a serialised `temporal.api.history.v1.History`, compressed by the store. */
export interface HistoryPart {
  readonly firstEvent: number;
  readonly lastEvent: number;
  /** The server may still replace them (a workflow task that is not closed): they do not move the checkpoint, and go with the next part. */
  readonly isTentative?: boolean;
  readonly data: Uint8Array;
}

/** Steps as statements take them: whoever makes many of them does so in a thread, and nobody else looks at each. */
export interface PackedSteps {
  readonly ids: Uint8Array;
  /** Some steps after the other: a parameter for each column, in the order of `REPLACE_STEPS`. */
  readonly chunks: readonly { readonly from: number; readonly columns: readonly Uint8Array[] }[];
  /** What those who watch are told of each, as JSON. */
  readonly told: Uint8Array;
  /** Tells whether two come to the same. */
  readonly hash: Uint8Array;
}

/** An execution as it is made of a run's events; written like one made of spans. */
export interface MadeTemporalRun {
  /** As it was before its events, attempts, spans and children were read: what `findRun` or the last `keepEvents` gave. */
  readonly run: TemporalRun;
  readonly workflow: string;
  readonly name: string | null;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly duration: Micros | null;
  readonly error: TraceError | null;
  readonly input: JsonObject;
  readonly results: JsonValue;
  readonly attributes: JsonObject;
  /** W3C trace id (32 hex) found in its headers; null for none. Spans of that trace join. */
  readonly traceId: string | null;
  readonly warnings: JsonObject;
  /** What `packSteps` makes of declarations and states of its nodes. */
  readonly steps: PackedSteps;
  /** The whole trace as columns (`arrow+br`). */
  readonly trace: { readonly spanCount: number; readonly data: Uint8Array };
}

/** A run that is due. */
export interface DueRun {
  readonly run: TemporalRun;
  /** Whether its events are to be fetched, or it is only to be made again (a child, an attempt or a span came). */
  readonly isToFetch: boolean;
}

/** A connection of any workspace, as who coordinates looks for them. */
export interface TemporalConnectionHead {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly isEnabled: boolean;
}

/** How much there is to sync at a moment, in all workspaces. */
export interface TemporalLoad {
  readonly connections: number;
  /** Connections that did not work when they were last used. */
  readonly failingConnections: number;
  /** Runs that are due or under way. */
  readonly waiting: number;
  /** Since when the longest-waiting of these is due; null where none is. */
  readonly oldestDueAt: EpochMicros | null;
  /** Runs whose last sync failed. */
  readonly failing: number;
}

/** Temporal servers that a workspace follows, and what is kept of their executions. */
export interface TenantTemporal {
  listConnections(): Promise<readonly TemporalConnection[]>;
  getConnection(id: string): Promise<TemporalConnection | null>;
  /** The same without its state, for which all its runs are counted. */
  findConnection(id: string): Promise<KnownTemporalConnection | null>;
  /** @throws {StoreError} `conflict` where the name is taken; `too_many_temporal_connections` beyond 20 */
  createConnection(text: TemporalConnectionText, secrets: TemporalSecrets): Promise<TemporalConnection>;
  /** A secret that is undefined stays, null removes it. */
  updateConnection(
    id: string,
    change: Partial<TemporalConnectionText>,
    secrets: Partial<TemporalSecrets>,
  ): Promise<TemporalConnection | null>;
  /** Its runs and their events go; the executions stay unless `withExecutions`. */
  deleteConnection(id: string, withExecutions: boolean): Promise<boolean>;
  readSecrets(id: string): Promise<TemporalSecrets | null>;

  /** Lets this server coordinate the sync of a connection for half a minute; false while another one does. */
  claim(connectionId: string): Promise<boolean>;
  release(connectionId: string): Promise<void>;
  /** How far the listing has come, or what went wrong. */
  noteListing(
    connectionId: string,
    note: {
      readonly listedUntil?: EpochMicros | null;
      readonly error: { readonly code: string; readonly message: string } | null;
    },
  ): Promise<void>;

  /**
   * Makes runs known; those that are new or have changed since (status, history length, closed) become due. One whose
   * execution was removed here stays away, unless somebody asks for it.
   * @returns how many became due
   * @throws {StoreError} `not_found` when there is no such connection
   */
  want(connectionId: string, heads: readonly TemporalRunHead[], isAskedFor?: boolean): Promise<number>;
  /** Makes one due at once, ahead of the others. Null where it is not known. */
  wantNow(executionId: string): Promise<TemporalRun | null>;
  /**
   * Takes runs that are due, the most urgent first, for a minute, so that no other server takes them meanwhile.
   * @param withTouched also those that have ended, and wait for a moment to be made again because of what came meanwhile
   */
  takeDue(connectionId: string, limit: number, withTouched?: boolean): Promise<readonly DueRun[]>;
  /** By execution id (= run id), of any connection. */
  findRun(executionId: string): Promise<TemporalRun | null>;
  listOpenRuns(connectionId: string, limit: number): Promise<readonly TemporalRun[]>;

  /**
   * Keeps events; durable when it resolves; the same again, or older ones, change nothing. The checkpoint moves to the
   * part's end, unless that is tentative. A part without data keeps the description only.
   * @param described null where the last one stays
   * @returns the run as it is now
   * @throws {StoreError} `conflict` when the part does not begin right after the checkpoint: another server kept other
   *   parts meanwhile, so look at the run again; `not_found` when the run is not known (any more)
   */
  keepEvents(
    connectionId: string,
    runId: string,
    part: HistoryPart,
    described: JsonObject | null,
  ): Promise<TemporalRun>;
  /** All parts in their order, one at a time. */
  readEvents(connectionId: string, runId: string): AsyncIterable<HistoryPart>;
  /**
   * Writes the execution of a run, its steps, trace and live events in one transaction, marks the run as wholly kept
   * (closed) when `isComplete`, and makes its parent due to be made again. What came after `made.run` was read leaves the
   * run due; what comes to the same as before is not written again.
   * @returns false where a newer state was written meanwhile, or the run is gone; nothing was written
   */
  record(
    made: MadeTemporalRun,
    outcome: { readonly isComplete: boolean; readonly dueAgainAt: EpochMicros | null },
  ): Promise<boolean>;
  /** It failed: again at that time; null gives it up until it changes or is asked for. */
  fail(
    connectionId: string,
    runId: string,
    error: { readonly code: string; readonly message: string },
    retryAt: EpochMicros | null,
  ): Promise<void>;
  /** Runs whose parent is one of these, 1000 at most. */
  childrenOf(connectionId: string, runIds: readonly string[]): Promise<readonly TemporalRun[]>;

  /** Keeps reports of attempts; the same again changes nothing, a `worker` report replaces a `sample`, an ended one a running one. Their runs become due to be made again. */
  keepAttempts(reports: readonly AttemptReport[]): Promise<void>;
  attemptsOf(runIds: readonly string[]): Promise<readonly AttemptReport[]>;
  /** Spans of OpenTelemetry that belong to the run (as trace events relative to `origin`); the same again changes nothing; the run becomes due to be made again. */
  keepJoined(executionId: string, origin: EpochMicros, events: readonly TraceEvent[]): Promise<boolean>;
  joinedOf(
    executionId: string,
  ): Promise<readonly { readonly origin: EpochMicros; readonly events: readonly TraceEvent[] }[]>;
}

import type {
  EpochMicros,
  ExecutionInfo,
  JournalEntry,
  JsonObject,
  JsonValue,
  Micros,
  Status,
  Trace,
  TraceError,
  TraceEvent,
} from '@flowprof/model';
import type { Identity, Membership, NewMember, TenantAccess } from './access/api.ts';
import type { TenantBaselines } from './baselines/api.ts';
import type { TenantRuns } from './history/api.ts';
import type { TenantImports, WaitingImport } from './imports/api.ts';
import type { AlertLoad, TenantAlerts, WaitingDelivery, WorkflowToEvaluate } from './alerts/api.ts';
import type { TenantNotes } from './notes/api.ts';
import type { KeptPrices } from './prices/api.ts';
import type { ScheduleClaim, TenantTriggers, WaitingSchedule } from './triggers/api.ts';
import type { TenantExternal } from './external/api.ts';
import type { ConnectionUse, Execution, Page, PageRequest, Workspace } from './common-api.ts';
import type {
  RetainOptions,
  RetentionLimits,
  RetentionRun,
  RetentionSettings,
  RetentionState,
} from './retention/api.ts';
import type { LiveEventPage, LiveFeed } from './live/api.ts';
import type { TenantOtlp } from './otlp/api.ts';
import type { TemporalConnectionHead, TemporalLoad, TenantTemporal } from './temporal/api.ts';

export type * from './access/api.ts';
export type * from './triggers/api.ts';
export type * from './baselines/api.ts';
export type * from './history/api.ts';
export type * from './alerts/api.ts';
export type * from './notes/api.ts';
export type * from './imports/api.ts';
export type * from './external/api.ts';
export type { ConnectionUse, Execution, Page, PageRequest, Workspace } from './common-api.ts';
export type * from './live/api.ts';
export type * from './otlp/api.ts';
export type * from './prices/api.ts';
export type * from './retention/api.ts';
export type * from './temporal/api.ts';

export interface Project {
  readonly id: string;
  readonly workspaceId: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** A workflow with the definition of its newest version. */
export interface Workflow {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  /** From 1; every change of the definition makes a new one and keeps the old. */
  readonly version: number;
  readonly definition: JsonObject;
  /** Whether it may be started. */
  readonly enabled: boolean;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** One version of a workflow's definition. */
export interface WorkflowVersion {
  readonly workflowId: string;
  readonly version: number;
  readonly createdAt: EpochMicros;
  /** Who made it, in words; null where that is not known. */
  readonly createdBy: string | null;
  /** Why, in the words of whoever made it. */
  readonly message: string | null;
}

/** What is changed of a workflow; what is absent stays. */
export interface WorkflowChange {
  readonly name?: string;
  readonly description?: string | null;
  readonly definition?: JsonObject;
  readonly enabled?: boolean;
  /** The project that it is moved to. */
  readonly projectId?: string;
  /** The newest version that the change was made from. */
  readonly expectedVersion?: number;
  /** Who changes it, in words. */
  readonly by?: string | null;
  /** Why a new version is made; of no use where none is. */
  readonly message?: string | null;
}

/** A node of an execution, as the telemetry API shows it. */
export interface StepExecution {
  readonly id: string;
  readonly executionId: string;
  /** The node's key in the workflow. */
  readonly stepKey: string;
  readonly iteration: number | null;
  readonly stepName: string;
  readonly stepType: string;
  /** From 1, in the order of declaration. */
  readonly stepOrder: number;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly completedAt: EpochMicros | null;
  readonly duration: Micros | null;
  readonly retryCount: number;
  readonly error: TraceError | null;
  readonly input: JsonObject | null;
  readonly output: JsonObject | null;
}

/** How many steps an execution has. */
export interface StepCounts {
  readonly total: number;
  readonly completed: number;
  /** Failed or timed out. */
  readonly failed: number;
  readonly skipped: number;
}

/** A page of a list that can be read by cursor. */
export interface CursorPage<T> extends Page<T> {
  /** Where the next page begins; null after the last. */
  readonly nextCursor: string | null;
}

export interface ProjectFilter extends PageRequest {
  /** A text in the name or slug, whatever the case. */
  readonly search?: string;
  /** The `nextCursor` of the page before, of the same filter. */
  readonly cursor?: string;
}

export interface WorkflowFilter extends ProjectFilter {
  readonly projectId?: string;
}

export interface ExecutionFilter extends PageRequest {
  readonly workflowId?: string;
  readonly projectId?: string;
  /** Any of these. */
  readonly statuses?: readonly Status[];
  /** What started them. */
  readonly triggerId?: string;
  /** How they were started, e.g. `manual`. */
  readonly trigger?: string;
  readonly workflowVersion?: number;
  /** The id in their source. */
  readonly externalId?: string;
  /** Started at this moment or later. With this or the next, "newest" goes by the start, and not by when they were made. */
  readonly startedFrom?: EpochMicros;
  /** Started before this moment. */
  readonly startedTo?: EpochMicros;
  readonly minDuration?: Micros;
  readonly maxDuration?: Micros;
  /** Values that the input has at paths into it. */
  readonly input?: readonly { readonly path: readonly string[]; readonly value: JsonValue }[];
  /**
   * `#12` for a number, the first eight or more digits of an id, an external id, or else a text that the name of the
   * workflow or the message of the error holds, whatever the case.
   */
  readonly search?: string;
  /** `newest` when absent. By duration, only those are listed that have one. */
  readonly sort?: 'newest' | 'oldest' | 'longest' | 'shortest';
  /** The `nextCursor` of the page before, of the same filter. */
  readonly cursor?: string;
}

/** A page of executions. It may hold fewer than asked for and yet not be the last. */
export interface ExecutionPage extends CursorPage<Execution> {
  /** `total` counts the first 10,000 executions only. */
  readonly totalIsCapped: boolean;
}

export interface NewExecution {
  readonly id: string;
  readonly workflowId: string;
  readonly input: JsonObject;
  readonly trigger: string;
  /** Its `trigger_id` is the trigger that it belongs to. */
  readonly triggerDetails?: JsonObject;
  /** The newest when absent. */
  readonly workflowVersion?: number;
  /** Refuses it with `conflict` where there is one of its id, instead of giving that one. */
  readonly onlyNew?: boolean;
  /** Refuses it with `claim_lost` unless this server is the one that may start it. */
  readonly claim?: ScheduleClaim;
}

/** How an execution ended. */
export interface ExecutionOutcome {
  readonly status: Status;
  readonly results: JsonValue;
  readonly error: TraceError | null;
  readonly duration: Micros;
  /** The whole trace, kept as one compressed columnar blob beside the rows. */
  readonly trace: Trace;
}

/** A trace as it is kept at rest. */
export interface PackedTrace {
  /** `arrow+br`: Arrow columns (`encodeTrace`) under brotli; `otlp`: spans as they came, with the others of their segments. */
  readonly format: 'arrow+br' | 'otlp';
  readonly spanCount: number;
  readonly data: Uint8Array;
}

/** An execution that ran elsewhere, and all that is known of it. */
export interface ImportedExecution {
  /** Made from what was imported, so that the same again is the same execution. */
  readonly id: string;
  /** What it is an execution of; the oldest workflow of the name, or a new one. */
  readonly workflow: { readonly name: string; readonly definition: JsonObject };
  readonly info: ExecutionInfo;
  /** Null when it has not ended. */
  readonly duration: Micros | null;
  readonly trace: PackedTrace;
}

/** What the executions of a workflow or project come to. Durations are microseconds, over those that have ended. */
export interface WorkflowMetrics {
  readonly total: number;
  readonly succeeded: number;
  /** Failed or timed out. */
  readonly failed: number;
  readonly cancelled: number;
  /** These are among `failed`. */
  readonly timedOut: number;
  readonly running: number;
  readonly pending: number;
  /** Those that have ended and have a duration. */
  readonly ended: number;
  readonly sum: number;
  readonly min: Micros | null;
  readonly max: Micros | null;
  /** Percentiles by nearest rank, at most 1.1% off. */
  readonly p50: Micros | null;
  readonly p95: Micros | null;
  readonly p99: Micros | null;
}

/** A component (nodes of one name) or task queue, and what ran of it in executions that have ended. */
export interface UsageStatistics {
  readonly name: string;
  /** How many steps started. */
  readonly runs: number;
  /** Of these, how many failed or timed out. */
  readonly errors: number;
  readonly retries: number;
  /** Microseconds of all runs. */
  readonly sum: number;
}

/** What there is to say of a workflow's executions, or of those of a project. */
export interface Statistics {
  readonly metrics: WorkflowMetrics;
  /** The ten with the most runs. */
  readonly components: readonly UsageStatistics[];
  readonly taskQueues: readonly UsageStatistics[];
  /** The newest ten. */
  readonly recent: readonly Execution[];
}

export interface ProjectStatistics extends Statistics {
  readonly workflowCount: number;
  /** Null while nothing was executed. */
  readonly mostUsedWorkflow: { readonly id: string; readonly name: string; readonly executions: number } | null;
  /** Of those that have ended. */
  readonly longestRun: Execution | null;
}

/** A stretch of time in equal parts, from a moment on. */
export interface StatisticsPeriod {
  readonly from: EpochMicros;
  /** How long a part is, in microseconds. */
  readonly step: number;
  readonly count: number;
}

/** How many executions started in a part of a period, by how they stand now. */
export interface ActivitySlot {
  readonly from: EpochMicros;
  readonly counts: ReadonlyMap<Status, number>;
}

/** What the executions of a workflow come to, in few numbers. */
export interface WorkflowTotals {
  readonly id: string;
  readonly name: string;
  readonly executions: number;
  readonly completed: number;
  /** Failed or timed out. */
  readonly errors: number;
  /** Microseconds, of those that have ended; null where none has. */
  readonly average: number | null;
}

export interface WorkspaceStatistics extends Statistics {
  readonly workflowCount: number;
  readonly projectCount: number;
  /** The ten workflows with the most executions; as the two after it, those first that come first by it. */
  readonly busiest: readonly WorkflowTotals[];
  /** Whose executions take longest on average. */
  readonly slowest: readonly WorkflowTotals[];
  /** With the most executions that failed or timed out. */
  readonly failing: readonly WorkflowTotals[];
  /** Of those that have ended. */
  readonly longestRun: Execution | null;
  /** When executions started within a period; capped where there are too many to count, which leaves out the oldest. */
  readonly activity: { readonly slots: readonly ActivitySlot[]; readonly isCapped: boolean };
}

/** A number of the statistics that is not what the rows come to. */
export interface StatisticsDifference {
  readonly workflowId: string;
  readonly table: 'workflow_statistics' | 'workflow_duration_histogram' | 'workflow_usage_statistics';
  /** The row of the table: a bucket, or kind and name of what was used. */
  readonly key: string;
  readonly column: string;
  readonly stored: number;
  readonly expected: number;
}

/** What a rebuild found. */
export interface StatisticsReport {
  readonly workflows: number;
  readonly executions: number;
  readonly differenceCount: number;
  /** The first 1000. */
  readonly differences: readonly StatisticsDifference[];
}

/** An execution that was running when its server died. */
export interface InterruptedExecution {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowName: string;
  readonly executionNumber: number;
  /** `pending` or `running` when it is to run on; `failed` when it was given up. */
  readonly status: Status;
  readonly resumptions: number;
  readonly completedSteps: number;
  readonly stepCount: number;
}

/** What is stored of one workspace. Another workspace's ids are answered as if they did not exist. */
export interface TenantStore {
  readonly workspaceId: string;
  /** Its members, keys and audit log. */
  readonly access: TenantAccess;
  readonly triggers: TenantTriggers;
  readonly alerts: TenantAlerts;
  /** Spans that were sent by OTLP, and the executions made of them. */
  readonly otlp: TenantOtlp;
  /** Files that are on their way in. */
  readonly imports: TenantImports;
  /** Executions that others run. */
  readonly external: TenantExternal;
  /** Executions that have ended, to be compared with each other. */
  readonly runs: TenantRuns;
  readonly baselines: TenantBaselines;
  readonly notes: TenantNotes;
  /** Temporal servers whose executions are followed, and what is kept of these. */
  readonly temporal: TenantTemporal;

  createProject(project: { readonly slug: string; readonly name: string }): Promise<Project>;
  /** @throws {StoreError} `bad_cursor` */
  listProjects(filter: ProjectFilter): Promise<CursorPage<Project>>;
  findProject(idOrSlug: string): Promise<Project | null>;
  /** Null when there is no such project. @throws {StoreError} `conflict` when another one has the slug */
  updateProject(id: string, change: { readonly slug?: string; readonly name?: string }): Promise<Project | null>;
  /**
   * Deletes a project that has no workflows, or with all of them where asked for.
   * @returns false when there is no such project
   * @throws {StoreError} `not_empty`
   */
  deleteProject(id: string, withWorkflows: boolean): Promise<boolean>;

  /** Without `projectId` the workspace's first project takes it; one named "Default" is made if there is none. */
  createWorkflow(workflow: {
    readonly name: string;
    readonly description: string | null;
    readonly definition: JsonObject;
    readonly projectId?: string;
    /** Who makes it, in words. */
    readonly by?: string | null;
  }): Promise<Workflow>;
  /** @throws {StoreError} `bad_cursor` */
  listWorkflows(filter: WorkflowFilter): Promise<CursorPage<Workflow>>;
  getWorkflow(id: string): Promise<Workflow | null>;
  findWorkflowByName(name: string): Promise<Workflow | null>;
  /** The definition of one version of a workflow; null when there is none. */
  getDefinition(workflowId: string, version: number): Promise<JsonObject | null>;
  /** The versions of a workflow, newest first; none when there is no such workflow. */
  listVersions(workflowId: string, page: PageRequest): Promise<Page<WorkflowVersion>>;
  getVersion(workflowId: string, version: number): Promise<WorkflowVersion | null>;
  /**
   * Makes a new version when the definition differs. Null when there is no such workflow.
   * @throws {StoreError} `version_conflict` when it was changed meanwhile, `not_found` for the project
   */
  updateWorkflow(id: string, change: WorkflowChange): Promise<Workflow | null>;
  /** Deletes it with its executions; says whether it was there. */
  deleteWorkflow(id: string): Promise<boolean>;

  /**
   * Makes a pending execution of the newest or a given version with the next number. Null when there is no such workflow;
   * the same id again gives the execution that is there.
   * @throws {StoreError} `conflict` where it must be a new one and is not; `claim_lost`; `not_found` when there is no such version
   */
  createExecution(execution: NewExecution): Promise<Execution | null>;
  getExecution(id: string): Promise<Execution | null>;
  /** Whether an execution has not started and is this server's to run. */
  isPendingHere(id: string): Promise<boolean>;
  /** @throws {StoreError} `bad_cursor` */
  listExecutions(filter: ExecutionFilter): Promise<ExecutionPage>;
  /** In the order of their declaration, after the first `skip`; at most so many as `limit`. */
  listSteps(executionId: string, limit?: number, skip?: number): Promise<readonly StepExecution[]>;
  countSteps(executionId: string): Promise<StepCounts>;

  /**
   * Stores a batch of events; durable when it resolves. The same events again change nothing, and order matters only
   * between declarations and between two ended records of one span. Progress is only told to those who watch.
   * @throws {StoreError} `not_found` when there is no such execution
   */
  recordEvents(executionId: string, batch: readonly TraceEvent[]): Promise<void>;
  /**
   * Writes down nodes that have ended, sealed; durable when it resolves. Calls that come while one is under way are
   * committed together. What is there of a path stays, so the same again changes nothing.
   * @throws {StoreError} `not_found`; `not_owner` when another server has taken the execution over or it has ended: then
   *   it must not be run any further; `payload_too_large`; `database_unavailable`, `database_timeout` or `disk_full`, after
   *   which the same call may be made again
   */
  commitNodes(executionId: string, entries: readonly JournalEntry[]): Promise<void>;
  /**
   * What `commitNodes` wrote, in the order in which the nodes ended; nothing when there is no such execution.
   * @throws {StoreError} `journal_key_mismatch`, `journal_damaged`
   */
  readJournal(executionId: string): Promise<readonly JournalEntry[]>;
  /**
   * Lets an execution that failed, was cancelled or ran out of time run on under the same id and number: it becomes
   * this server's, and running (pending when it never started), its kept trace is dropped and its steps that had not
   * completed are pending. Null when there is no such execution.
   * @throws {StoreError} `not_resumable` when it is in another state, was imported, or has lost rows to retention
   */
  reopenExecution(executionId: string): Promise<Execution | null>;
  /**
   * Ends an execution and keeps its trace; the same again changes nothing. One that has completed needs its journal no
   * longer; of any other it is kept.
   * @throws {StoreError} `not_found` when there is no such execution; `not_owner` when another server has taken it over
   */
  finishExecution(executionId: string, outcome: ExecutionOutcome): Promise<void>;
  /**
   * Stores an execution that ran elsewhere, with its events, in one transaction: all of it or nothing.
   * @returns true when it was there already; then nothing is read of the events
   */
  importExecution(
    execution: ImportedExecution,
    events: () => AsyncIterable<readonly TraceEvent[]>,
  ): Promise<{ readonly known: boolean }>;

  /**
   * Asks the server that runs an execution to cancel it, and says whether another living server runs it. It has not
   * ended yet when this resolves.
   */
  requestCancel(executionId: string): Promise<boolean>;
  /**
   * Events of a workflow after a number, in order, `limit` and 1000 at most; null when there is no such workflow.
   * @param page `since` null asks for no events, only for how far they go
   */
  listLiveEvents(
    workflowId: string,
    page: { readonly since: number | null; readonly limit: number },
  ): Promise<LiveEventPage | null>;

  /** Over all executions of a workflow. Null when there is no such workflow. */
  workflowMetrics(workflowId: string): Promise<WorkflowMetrics | null>;
  /** Null when there is no such workflow. */
  workflowStatistics(workflowId: string): Promise<Statistics | null>;
  /** Null when there is no such project. */
  projectStatistics(projectId: string): Promise<ProjectStatistics | null>;
  /** Over all of the workspace; null when there is no such workspace any more. */
  workspaceStatistics(period: StatisticsPeriod): Promise<WorkspaceStatistics | null>;
  /** The price list of the workspace; null when it has none. */
  getPrices(): Promise<KeptPrices | null>;
  /** Sets it, or with null removes it. What is kept is not checked here. */
  setPrices(prices: JsonValue | null): Promise<KeptPrices | null>;
  /** How much is kept for how long; the defaults where nothing was set. */
  getRetention(): Promise<RetentionSettings>;
  setRetention(limits: RetentionLimits): Promise<RetentionSettings>;
  /** What is stored now, as retention measures it, and what it removed last. */
  getRetentionState(): Promise<RetentionState>;

  /**
   * Compares the statistics with what the rows come to and mends what differs; with `check` it only compares. They
   * differ only where something else than flowprof changed the rows.
   */
  rebuildStatistics(options?: { readonly check?: boolean }): Promise<StatisticsReport>;

  /**
   * The trace as it is kept; null when there is no such execution, and while it has not ended, unless it was made of
   * spans.
   */
  getPackedTrace(executionId: string): Promise<PackedTrace | null>;
  /** The trace: from the blob once it has ended, else from the rows so far. Null when there is no such execution. */
  getTrace(executionId: string): Promise<Trace | null>;
}

/** The database with all workspaces. */
export interface Store {
  readonly backend: 'embedded' | 'server' | 'citus';
  /** PostgreSQL's version, e.g. `18.4`. */
  readonly serverVersion: string;
  /** Connections to the database of all its roles together. */
  readonly connections: ConnectionUse;
  /** Whether the database answers now. */
  isReady(): Promise<boolean>;
  /**
   * @param founder becomes its first member, as an admin
   * @throws {StoreError} `conflict` when the slug is taken
   */
  createWorkspace(
    workspace: { readonly slug: string; readonly name: string },
    founder?: NewMember | null,
  ): Promise<Workspace>;
  /** Null when there is no such workspace. @throws {StoreError} `conflict` when the slug is taken */
  updateWorkspace(
    id: string,
    change: { readonly slug?: string | undefined; readonly name?: string | undefined },
  ): Promise<Workspace | null>;
  /**
   * Deletes a workspace with all that is in it, executions first and in parts, so that a call that was cut off is
   * finished by the next. Says whether it was there.
   */
  deleteWorkspace(id: string): Promise<boolean>;
  /** Whether there is an API key in any workspace that was not revoked. */
  hasKeys(): Promise<boolean>;
  /** The workspaces of someone, the oldest first, 1000 at most. */
  membershipsOf(identity: Identity): Promise<readonly Membership[]>;
  /** The schedules of all workspaces that have a next time, in the order of when they are due. */
  waitingSchedules(limit: number): Promise<readonly WaitingSchedule[]>;
  /** Workflows of all workspaces that have told of something that their alert rules have not looked at. */
  workflowsToEvaluate(limit: number): Promise<readonly WorkflowToEvaluate[]>;
  /** Workflows of all workspaces that have an alert rule for a deadline. */
  workflowsWithDeadlines(limit: number): Promise<readonly WorkflowToEvaluate[]>;
  /** Of each channel of all workspaces what it is to be told first, in the order of when that is due. */
  waitingDeliveries(limit: number): Promise<readonly WaitingDelivery[]>;
  /** What fires and what waits to be told, in all workspaces. */
  alertLoad(): Promise<AlertLoad>;
  /** Files of all workspaces that nobody works at and that have all been received, the oldest first. */
  waitingImports(limit: number): Promise<readonly WaitingImport[]>;
  listWorkspaces(): Promise<readonly Workspace[]>;
  findWorkspace(idOrSlug: string): Promise<Workspace | null>;
  tenant(workspaceId: string): TenantStore;
  /** What happens, here and on the other servers of the database. */
  readonly live: LiveFeed;
  /**
   * Marks the executions that no living server runs as failed with the code `interrupted`, and returns them. Called
   * at start, after the lock on the data is held, and again from time to time where several servers share a database:
   * for 15 s after a restart of the database every server counts as alive.
   */
  recoverInterrupted(): Promise<readonly InterruptedExecution[]>;
  /**
   * Takes over executions that no living server runs, the oldest first and `limit` at most, so that this one runs them
   * on: they keep their status, and their steps that ran are pending. Of several servers one gets each. One that was
   * taken over five times without a further node being done is marked like those of `recoverInterrupted` instead, and
   * returned with the status `failed`.
   */
  claimInterrupted(limit: number): Promise<readonly InterruptedExecution[]>;
  /**
   * Removes what a workspace need not keep any longer by its settings, in small transactions: first the rows of
   * executions whose trace is kept, then whole executions. What was begun is finished by the next call.
   * @returns what it removed; null when another server is at it
   */
  retain(workspaceId: string, options: RetainOptions): Promise<RetentionRun | null>;
  /** The workspaces that ever took in spans by OTLP. */
  listOtlpWorkspaces(): Promise<readonly string[]>;
  /** The Temporal connections of all workspaces. */
  listTemporalConnections(limit: number): Promise<readonly TemporalConnectionHead[]>;
  /** What there is to sync in all workspaces. */
  temporalLoad(): Promise<TemporalLoad>;
  /** Tells whoever wants the same data folder where this flowprof serves; nothing where the data is a server's. */
  announce(url: string): Promise<void>;
  /** Ends all connections, and the server if it is ours. */
  close(): Promise<void>;
}

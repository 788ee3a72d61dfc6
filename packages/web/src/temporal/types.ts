import type { Fields } from '../api/fields.ts';

/** What of a connection is kept sealed and never shown again, by the names that the API gives it. */
export const SECRETS = ['api_key', 'client_certificate', 'client_key', 'server_ca', 'codec_authorization'] as const;
export type SecretName = (typeof SECRETS)[number];

/** How the sync of a connection stands. */
const SYNC_STATES = ['off', 'waiting', 'failing', 'behind', 'up_to_date'] as const;
export type SyncStateName = (typeof SYNC_STATES)[number];

/** What went wrong: a stable code, and a sentence for people. */
export interface SyncError {
  readonly code: string;
  readonly message: string;
}

/** How far the sync of a connection is. Moments are milliseconds since the epoch. */
export interface SyncState {
  readonly state: SyncStateName;
  readonly lastListedAt: number | null;
  /** What is wrong with the connection itself. */
  readonly error: SyncError | null;
  /** Executions of it that are known. */
  readonly runs: number;
  /** Those that are due or under way. */
  readonly waiting: number;
  /** Those that could not be synced when that was tried last. */
  readonly failing: number;
  /** For how long the one has been due that waits longest. Milliseconds; null where none waits. */
  readonly lagMs: number | null;
}

export type Coordinator = 'in_process' | 'temporal';

/** A connection to a Temporal server. */
export interface TemporalConnection {
  readonly id: string;
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  readonly serverName: string | null;
  readonly codecUrl: string | null;
  /** Where Temporal's own pages are. */
  readonly webUrl: string | null;
  readonly isEnabled: boolean;
  readonly query: string | null;
  readonly backfillDays: number;
  readonly coordinator: Coordinator;
  /** The secrets that are kept. */
  readonly kept: ReadonlySet<SecretName>;
  readonly sync: SyncState;
}

function readSyncError(fields: Fields): SyncError {
  return { code: fields.string('code'), message: fields.string('message') };
}

/** The error at a key; null where there is none. */
function optionalError(fields: Fields, key: string): SyncError | null {
  return fields.any(key) === null ? null : readSyncError(fields.object(key));
}

function readSync(fields: Fields): SyncState {
  const state = fields.string('state');
  return {
    // One that a later server adds says nothing that is known here, but what stands beside it.
    state: SYNC_STATES.find((known) => known === state) ?? 'waiting',
    lastListedAt: fields.optionalTime('last_listed_at'),
    error: optionalError(fields, 'error'),
    runs: fields.number('runs'),
    waiting: fields.number('waiting'),
    failing: fields.number('failing'),
    lagMs: fields.optionalNumber('lag_ms'),
  };
}

export function readConnection(fields: Fields): TemporalConnection {
  const kept = fields.object('has_secrets');
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    address: fields.string('address'),
    namespace: fields.string('namespace'),
    tls: fields.any('tls') === true,
    serverName: fields.optionalString('server_name'),
    codecUrl: fields.optionalString('codec_url'),
    webUrl: fields.optionalString('web_url'),
    isEnabled: fields.any('enabled') === true,
    query: fields.optionalString('query'),
    backfillDays: fields.number('backfill_days'),
    coordinator: fields.string('coordinator') === 'temporal' ? 'temporal' : 'in_process',
    kept: new Set(SECRETS.filter((name) => kept.any(name) === true)),
    sync: readSync(fields.object('sync')),
  };
}

/** What came of trying a connection. */
export interface TemporalCheck {
  readonly isOk: boolean;
  readonly serverVersion: string | null;
  /** How long Temporal keeps executions that have ended. */
  readonly retentionDays: number | null;
  /** Whether its executions may be listed. */
  readonly canList: boolean;
  readonly latencyMs: number | null;
  readonly codec: string;
  readonly error: SyncError | null;
}

export function readCheck(fields: Fields): TemporalCheck {
  return {
    isOk: fields.any('ok') === true,
    serverVersion: fields.optionalString('server_version'),
    retentionDays: fields.optionalNumber('retention_days'),
    canList: fields.any('can_list') === true,
    latencyMs: fields.optionalNumber('latency_ms'),
    codec: fields.optionalString('codec') ?? 'none',
    error: optionalError(fields, 'error'),
  };
}

/** What one sync of a connection found. */
export interface Synced {
  readonly found: number;
  readonly changed: number;
  readonly waiting: number;
  readonly failing: number;
}

export function readSynced(fields: Fields): Synced {
  return {
    found: fields.number('found'),
    changed: fields.number('changed'),
    waiting: fields.number('waiting'),
    failing: fields.number('failing'),
  };
}

/** Another run of Temporal that an execution belongs with. */
export interface RelatedRun {
  readonly workflowId: string | null;
  readonly runId: string;
  /** Null where it is not synced. */
  readonly executionId: string | null;
  /** Temporal's own page of it. */
  readonly link: string | null;
}

export interface ChildRun extends RelatedRun {
  readonly workflowType: string;
  /** Temporal's word. */
  readonly status: string;
}

/** What an execution that Temporal ran has besides. */
export interface TemporalPart {
  readonly connectionName: string;
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string | null;
  /** Temporal's word: `running`, `continued_as_new`, … */
  readonly status: string;
  /** Temporal's own page of it; null where nobody said where those are. */
  readonly link: string | null;
  /** Events that there are, as Temporal said last. */
  readonly historyLength: number | null;
  /** Events that are kept. */
  readonly events: number;
  readonly syncedAt: number | null;
  /** It has ended, and all of it is kept. */
  readonly isComplete: boolean;
  readonly error: SyncError | null;
  readonly parent: RelatedRun | null;
  readonly root: RelatedRun | null;
  readonly first: RelatedRun | null;
  readonly previous: RelatedRun | null;
  readonly next: RelatedRun | null;
  /** Why there is a run before: `continue_as_new`, `retry`, `cron`, `reset`. */
  readonly chainReason: string | null;
  readonly children: readonly ChildRun[];
  readonly childrenLeftOut: number;
}

function readRelated(fields: Fields): RelatedRun {
  return {
    workflowId: fields.optionalString('workflow_id'),
    runId: fields.string('run_id'),
    executionId: fields.optionalString('execution_id'),
    link: fields.optionalString('link'),
  };
}

function optionalRelated(fields: Fields, key: string): RelatedRun | null {
  return fields.any(key) === null ? null : readRelated(fields.object(key));
}

function readChild(fields: Fields): ChildRun {
  return { ...readRelated(fields), workflowType: fields.string('workflow_type'), status: fields.string('status') };
}

export function readTemporalPart(fields: Fields): TemporalPart {
  const chain = fields.object('chain');
  return {
    connectionName: fields.string('connection_name'),
    namespace: fields.string('namespace'),
    workflowId: fields.string('workflow_id'),
    runId: fields.string('run_id'),
    taskQueue: fields.optionalString('task_queue'),
    status: fields.string('status'),
    link: fields.optionalString('link'),
    historyLength: fields.optionalNumber('history_length'),
    events: fields.number('events'),
    syncedAt: fields.optionalTime('synced_at'),
    isComplete: fields.any('is_complete') === true,
    error: optionalError(fields, 'error'),
    parent: optionalRelated(fields, 'parent'),
    root: optionalRelated(fields, 'root'),
    first: optionalRelated(chain, 'first'),
    previous: optionalRelated(chain, 'previous'),
    next: optionalRelated(chain, 'next'),
    chainReason: chain.optionalString('reason'),
    children: fields.list('children', readChild),
    childrenLeftOut: fields.number('children_left_out'),
  };
}

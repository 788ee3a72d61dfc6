import { StoreError } from '../errors.ts';
import type { Row } from '../row.ts';
import type { KnownTemporalConnection, TemporalConnection, TemporalRun } from './api.ts';
import { eachSecret } from './seal-secrets.ts';

const COORDINATORS = ['in_process', 'temporal'] as const;

/** The columns of a connection `c` that say what it is. */
export const KNOWN_CONNECTION_COLUMNS = `c.id, c.name, c.address, c.namespace, c.tls, c.server_name, c.codec_url,
  c.web_url, c.is_enabled, c.query, c.backfill_days, c.coordinator, c.has, c.created_at, c.updated_at`;

/** The same, with what its runs come to at the moment `$2`. */
export const CONNECTION_COLUMNS = `${KNOWN_CONNECTION_COLUMNS}, c.listed_until, c.last_listed_at, c.error_code,
  c.error_message, c.error_at,
  (SELECT count(*) FROM temporal_runs r WHERE r.workspace_id = c.workspace_id AND r.connection_id = c.id) AS runs,
  (SELECT count(*) FROM temporal_runs r WHERE r.workspace_id = c.workspace_id AND r.connection_id = c.id
     AND r.due_at <= $2::timestamptz) AS waiting,
  (SELECT count(*) FROM temporal_runs r WHERE r.workspace_id = c.workspace_id AND r.connection_id = c.id
     AND r.failures > 0) AS failing,
  (SELECT min(r.due_at) FROM temporal_runs r WHERE r.workspace_id = c.workspace_id AND r.connection_id = c.id
     AND r.due_at <= $2::timestamptz) AS oldest_due_at`;

function whatHappened(row: Row): { readonly code: string; readonly message: string } | null {
  const code = row.textOrNull('error_code');
  return code === null ? null : { code, message: row.textOrNull('error_message') ?? '' };
}

export function knownConnectionOf(row: Row): KnownTemporalConnection {
  const written = row.text('coordinator');
  const coordinator = COORDINATORS.find((one) => one === written);
  if (coordinator === undefined) throw new StoreError('database_error', 'The database gave an unknown coordinator');
  const has = new Set(row.texts('has'));
  return {
    id: row.text('id'),
    name: row.text('name'),
    address: row.text('address'),
    namespace: row.text('namespace'),
    tls: row.bool('tls'),
    serverName: row.textOrNull('server_name'),
    codecUrl: row.textOrNull('codec_url'),
    webUrl: row.textOrNull('web_url'),
    isEnabled: row.bool('is_enabled'),
    query: row.textOrNull('query'),
    backfillDays: row.int('backfill_days'),
    coordinator,
    has: eachSecret((name) => has.has(name)),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export function connectionOf(row: Row): TemporalConnection {
  const error = whatHappened(row);
  return {
    ...knownConnectionOf(row),
    sync: {
      listedUntil: row.momentOrNull('listed_until'),
      lastListedAt: row.momentOrNull('last_listed_at'),
      error: error && { ...error, at: row.moment('error_at') },
      runs: row.int('runs'),
      waiting: row.int('waiting'),
      failing: row.int('failing'),
      oldestDueAt: row.momentOrNull('oldest_due_at'),
    },
  };
}

/** The columns of a run. */
export const RUN_COLUMNS = `run_id, connection_id, workflow_id, workflow_type, task_queue, status, started_at, closed_at,
  history_length, parent_run_id, root_run_id, checkpoint, is_complete, described, synced_at, failures, error_code,
  error_message, revision`;

export function runOf(row: Row): TemporalRun {
  return {
    runId: row.text('run_id'),
    connectionId: row.text('connection_id'),
    workflowId: row.text('workflow_id'),
    workflowType: row.text('workflow_type'),
    taskQueue: row.textOrNull('task_queue'),
    status: row.text('status'),
    startedAt: row.momentOrNull('started_at'),
    closedAt: row.momentOrNull('closed_at'),
    historyLength: row.intOrNull('history_length'),
    parentRunId: row.textOrNull('parent_run_id'),
    rootRunId: row.textOrNull('root_run_id'),
    checkpoint: row.int('checkpoint'),
    isComplete: row.bool('is_complete'),
    described: row.objectOrNull('described'),
    syncedAt: row.momentOrNull('synced_at'),
    failures: row.int('failures'),
    error: whatHappened(row),
    revision: String(row.int('revision')),
  };
}

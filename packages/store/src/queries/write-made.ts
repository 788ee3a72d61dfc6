import type { EpochMicros } from '@flowprof/model';
import { bigintArray, byteaArray, integerArray, textArray, uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import { errorValues } from '../entities.ts';
import type { Made } from '../made/api.ts';
import type { MadeExecution } from '../otlp/api.ts';
import { writeKept } from '../otlp/kept-trace.ts';
import { keptExternalId } from './insert-execution.ts';
import { json, jsonOrNull, text, textOrNull, timestamp, timestampOrNull } from '../row.ts';
import { toEpochMicros } from '@flowprof/model';

/** Where an execution stands. */
export interface Place {
  readonly workflowId: string;
  readonly projectId: string;
  readonly version: number;
  readonly number: number;
}

export interface PlacedExecution {
  readonly made: Made;
  readonly place: Place;
}

/** What a transaction writes to the rows that it changes. */
export interface Change {
  /** See `tellEvents`. */
  readonly changeId: number;
  readonly now: EpochMicros;
}

/** The columns that what an execution was made of decides, as arrays for `unnest`, from parameter `$5` on. */
const ARRAYS = `unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::integer[], $9::bigint[], $10::text[], $11::text[], $12::text[],
      $13::text[], $14::bigint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
      $21::integer[], $22::text[], $23::text[], $24::text[], $25::text[])
    AS n (id, workflow_id, project_id, version, number, status, source_format, started_at, completed_at, duration_us,
      error_code, error_message, error_details, name, warnings, external_id, concurrency, trace_id, input, results,
      attributes)`;

const INSERT = `INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version,
    execution_number, status, trigger, source_format, concurrency, started_at, completed_at, duration_us, input_variables,
    error_code, error_message, error_details, warnings, created_at, updated_at, status_before, change_id, is_external,
    start_is_told, external_id, name, trace_id, results, attributes)
  SELECT $1, n.id, n.project_id, n.workflow_id, n.version, n.number, n.status, $4::text, n.source_format, n.concurrency,
    n.started_at::timestamptz, n.completed_at::timestamptz, n.duration_us, coalesce(n.input::jsonb, '{}'), n.error_code, n.error_message,
    n.error_details::jsonb, n.warnings::jsonb, $2::timestamptz, $2::timestamptz, 'pending', $3::bigint, true, true,
    n.external_id, n.name, n.trace_id::uuid, n.results::jsonb, n.attributes::jsonb
  FROM ${ARRAYS}
  ON CONFLICT (workspace_id, id) DO NOTHING`;

const UPDATE = `UPDATE workflow_executions e SET
    project_id = n.project_id, workflow_id = n.workflow_id, workflow_version = n.version, execution_number = n.number,
    status = n.status, source_format = n.source_format, concurrency = n.concurrency,
    started_at = n.started_at::timestamptz, completed_at = n.completed_at::timestamptz, duration_us = n.duration_us,
    error_code = n.error_code, error_message = n.error_message, error_details = n.error_details::jsonb,
    warnings = n.warnings::jsonb, name = n.name, external_id = n.external_id,
    trace_id = coalesce(n.trace_id::uuid, e.trace_id), input_variables = coalesce(n.input::jsonb, e.input_variables),
    results = coalesce(n.results::jsonb, e.results), attributes = coalesce(n.attributes::jsonb, e.attributes),
    status_before = e.status, change_id = $3::bigint, updated_at = $2::timestamptz
  FROM ${ARRAYS}
  WHERE e.workspace_id = $1 AND e.id = n.id AND e.trigger = $4::text`;

function endOf({ startedAt, duration }: Made): EpochMicros | null {
  return startedAt === null || duration === null ? null : toEpochMicros(startedAt + duration);
}

function valuesOf(
  workspaceId: string,
  trigger: string,
  placed: readonly PlacedExecution[],
  { changeId, now }: Change,
): unknown[] {
  const made = placed.map((one) => one.made);
  const places = placed.map(({ place }) => place);
  const errors = made.map(({ error }) => errorValues(error));
  return [
    workspaceId,
    timestamp(now),
    String(changeId),
    trigger,
    uuidArray(made.map(({ id }) => id)),
    uuidArray(places.map(({ workflowId }) => workflowId)),
    uuidArray(places.map(({ projectId }) => projectId)),
    integerArray(places.map(({ version }) => version)),
    bigintArray(places.map(({ number }) => number)),
    textArray(made.map(({ status }) => status)),
    textArray(made.map(({ sourceFormat }) => text(sourceFormat))),
    textArray(made.map(({ startedAt }) => timestampOrNull(startedAt))),
    textArray(made.map((one) => timestampOrNull(endOf(one)))),
    bigintArray(made.map(({ duration }) => (duration === null ? null : Math.max(0, duration)))),
    textArray(errors.map(([code]) => code)),
    textArray(errors.map(([, message]) => message)),
    textArray(errors.map(([, , details]) => details)),
    textArray(made.map(({ name }) => textOrNull(name))),
    textArray(made.map(({ warnings }) => json(warnings))),
    textArray(made.map(({ externalId }) => keptExternalId(externalId))),
    integerArray(made.map(({ concurrency }) => concurrency)),
    textArray(made.map(({ traceId }) => traceId)),
    textArray(made.map(({ input }) => jsonOrNull(input))),
    textArray(made.map(({ results }) => jsonOrNull(results))),
    textArray(made.map(({ attributes }) => jsonOrNull(attributes))),
  ];
}

/** Adds executions; says how many of them there were not. */
export async function insertMade(
  sql: Sql,
  workspaceId: string,
  trigger: string,
  placed: readonly PlacedExecution[],
  change: Change,
): Promise<number> {
  return placed.length === 0 ? 0 : sql.run(INSERT, valuesOf(workspaceId, trigger, placed, change));
}

/** Writes executions anew, which must be locked; says how many there were. */
export async function updateMade(
  sql: Sql,
  workspaceId: string,
  trigger: string,
  placed: readonly PlacedExecution[],
  change: Change,
): Promise<number> {
  return placed.length === 0 ? 0 : sql.run(UPDATE, valuesOf(workspaceId, trigger, placed, change));
}

const UPSERT_TRACES = `INSERT INTO execution_traces AS t (workspace_id, execution_id, format, span_count, data, created_at,
    row_state)
  SELECT $1, n.id, 'otlp', n.span_count, n.data, $2::timestamptz, n.row_state
  FROM unnest($3::uuid[], $4::integer[], $5::bytea[], $6::text[]) AS n (id, span_count, data, row_state)
  ON CONFLICT (workspace_id, execution_id) DO UPDATE SET span_count = excluded.span_count, data = excluded.data,
    row_state = CASE WHEN t.row_state = 'kept' THEN 'due' ELSE t.row_state END`;

/** Keeps what executions were made of. What has lost its rows gets none again. */
export async function upsertMadeTraces(
  sql: Sql,
  workspaceId: string,
  made: readonly MadeExecution[],
  now: EpochMicros,
): Promise<void> {
  await sql.run(UPSERT_TRACES, [
    workspaceId,
    timestamp(now),
    uuidArray(made.map(({ id }) => id)),
    integerArray(made.map(({ spanCount }) => spanCount)),
    byteaArray(made.map(({ kept }) => writeKept(kept))),
    textArray(made.map(({ hasRows }) => (hasRows ? 'due' : 'gone'))),
  ]);
}

import { isUuid, RUN_SUMMARY_VERSION } from '@flowprof/model';
import { uuidArray } from '../binary-array.ts';
import type { Sql } from '../database.ts';
import type { RunFilter, StoredRun } from '../history/api.ts';
import type { Row } from '../row.ts';

/** How many executions that have ended are looked at for those that are wanted. */
const WINDOW = 10_000;
/** How many are given at most. */
const MOST = 1000;
/** Inputs and attributes that take more bytes are not read: as they are kept, and as text. */
const LARGE_KEPT = 8192;
const LARGE = 16_384;

const MOMENT = 'coalesce(e.started_at, e.created_at)';
const ENDED = `e.status NOT IN ('pending', 'running')`;

/** What is large as it is kept is not unpacked to be measured. */
function unlessLarge(column: string): string {
  return `CASE WHEN pg_column_size(${column}) > ${LARGE_KEPT} THEN NULL
    WHEN octet_length(${column}::text) <= ${LARGE} THEN ${column} END`;
}

/** Executions with what was made of them, which is only looked for once they are chosen. */
function withSummaries(chosen: string): string {
  return `SELECT e.id, e.workflow_id, e.execution_number, e.workflow_version, e.status, e.trigger, e.concurrency,
      e.started_at, ${MOMENT} AS moment, e.updated_at, t.span_count, s.data,
      ${unlessLarge('e.input_variables')} AS input, ${unlessLarge('e.attributes')} AS attributes
    FROM (${chosen}) AS e
    LEFT JOIN execution_traces t ON t.workspace_id = $1 AND t.execution_id = e.id
    LEFT JOIN run_summaries s ON s.workspace_id = $1 AND s.execution_id = e.id
      AND s.version = ${RUN_SUMMARY_VERSION} AND s.made_of = e.updated_at
    ORDER BY ${MOMENT}, e.id`;
}

/** An execution with its summary as it is kept, still packed. */
export interface PackedRun {
  readonly run: Omit<StoredRun, 'kept'>;
  readonly data: Uint8Array | null;
}

function packedRunOf(row: Row): PackedRun {
  return {
    run: {
      id: row.text('id'),
      workflowId: row.text('workflow_id'),
      number: row.int('execution_number'),
      workflowVersion: row.int('workflow_version'),
      status: row.status('status'),
      trigger: row.text('trigger'),
      concurrency: row.intOrNull('concurrency'),
      startedAt: row.momentOrNull('started_at'),
      moment: row.moment('moment'),
      updatedAt: row.moment('updated_at'),
      input: row.objectOrNull('input'),
      attributes: row.objectOrNull('attributes'),
      spanCount: row.intOrNull('span_count'),
    },
    data: row.bytesOrNull('data'),
  };
}

/** The last executions of a workflow that are wanted, oldest first. */
export async function selectRuns(
  sql: Sql,
  workspaceId: string,
  workflowId: string,
  filter: RunFilter,
): Promise<PackedRun[]> {
  const { limit, before, version = null, statuses = null } = filter;
  if (!isUuid(workflowId) || (before !== undefined && !isUuid(before))) return [];
  const [place] =
    before === undefined
      ? []
      : await sql.rows(
          `SELECT ${MOMENT}::text AS moment, e.id FROM workflow_executions e WHERE e.workspace_id = $1 AND e.id = $2`,
          [workspaceId, before],
        );
  if (before !== undefined && !place) return [];
  const after = place ? `AND (${MOMENT}, e.id) < ($6::timestamptz, $7::uuid)` : '';
  const window = `SELECT * FROM workflow_executions e
    WHERE e.workspace_id = $1 AND e.workflow_id = $2 AND ${ENDED} ${after}
    ORDER BY ${MOMENT} DESC, e.id DESC LIMIT ${WINDOW}`;
  const chosen = `SELECT * FROM (${window}) AS e
    WHERE ($3::integer IS NULL OR e.workflow_version = $3) AND ($4::text[] IS NULL OR e.status = ANY ($4))
    ORDER BY ${MOMENT} DESC, e.id DESC LIMIT $5`;
  const count = Math.min(MOST, Math.max(0, Math.floor(limit)));
  const values = [workspaceId, workflowId, version, statuses, count];
  if (place) values.push(place.text('moment'), place.text('id'));
  return (await sql.rows(withSummaries(chosen), values)).map(packedRunOf);
}

/** Executions by their ids, as far as they have ended; oldest first. */
export async function selectRunsById(sql: Sql, workspaceId: string, ids: readonly string[]): Promise<PackedRun[]> {
  const chosen = `SELECT * FROM workflow_executions e
    WHERE e.workspace_id = $1 AND e.id = ANY ($2::uuid[]) AND ${ENDED}`;
  const wanted = uuidArray(ids.filter(isUuid).slice(0, MOST));
  return (await sql.rows(withSummaries(chosen), [workspaceId, wanted])).map(packedRunOf);
}

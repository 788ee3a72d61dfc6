import type { EpochMicros } from '@flowprof/model';
import { bigintArray, integerArray, textArray, uuidArray } from '../binary-array.ts';
import type { StepProgress, ToldStep } from '../live/telling.ts';
import type { NamedStatement } from '../one-trip.ts';
import { text, timestamp } from '../row.ts';

/** What a transaction may have to tell of an execution, once it is done with everything else. */
export interface Telling {
  /** The number that it wrote to the rows it changed. */
  readonly changeId: number;
  readonly now: EpochMicros;
  /** Whether the execution may have started. */
  readonly start: boolean;
  readonly steps: readonly ToldStep[];
  /** Ids of annotations that say that a node is tried again. */
  readonly retries: readonly string[];
  readonly progress: readonly StepProgress[];
  /** Whether the execution may have ended. */
  readonly end: boolean;
}

/** The longest error message and the longest name, in characters, that an event repeats. */
const MAX_MESSAGE = 2000;
const MAX_NAME = 500;

/** A moment in ISO 8601, as the API writes it. */
const iso = (moment: string): string => `to_char((${moment}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The moment of an offset of the execution `e`. */
const momentOf = (micros: string): string =>
  iso(`coalesce(e.started_at + ${micros} * interval '1 microsecond', $4::timestamptz)`);

const seconds = (micros: string): string => `greatest(0, ${micros})::float8 / 1000000`;

const errorOf = (row: string): string =>
  `'error', left(coalesce(${row}.error_message, ${row}.error_code), ${MAX_MESSAGE}), 'error_code', ${row}.error_code`;

const OF_EXECUTION = `'execution_id', $2::uuid, 'workflow_id', e.workflow_id, 'execution_number', e.execution_number`;

const OF_STEP = `'execution_id', $2::uuid, 'workflow_id', e.workflow_id, 'step_id', s.step_key,
  'step_name', left(s.step_name, ${MAX_NAME}), 'iteration', nullif(s.iteration, -1)`;

/** Adds a parameter and returns its place. */
type Add = (value: string | Buffer) => string;

/** Each part gives rows: phase, offset, order of the step, place at that moment, type, step, data. */
function startPart(): string {
  return `SELECT 0, 0::bigint, 0, 0, 'workflow_started', NULL::text,
      json_build_object(${OF_EXECUTION}, 'timestamp', ${iso('e.started_at')})
    FROM e
    WHERE e.change_id = $3 AND e.status_before = 'pending' AND e.status <> 'pending' AND e.started_at IS NOT NULL`;
}

/** A step that ran and ended since it was last told tells both. */
function stepPart(add: Add, steps: readonly ToldStep[]): string {
  const ids = add(uuidArray(steps.map(({ id }) => id)));
  const outputs = add(textArray(steps.map(({ output }) => output)));
  const cuts = add(integerArray(steps.map(({ isCut }) => (isCut ? 1 : 0))));
  return `SELECT 1, t.at_us, s.step_order, t.place, t.type, s.step_key, CASE
      WHEN t.type = 'step_started' THEN json_build_object(${OF_STEP}, 'timestamp', ${momentOf('t.at_us')})
      WHEN t.type = 'step_skipped' THEN json_build_object(${OF_STEP}, 'timestamp', ${momentOf('t.at_us')})
      WHEN t.type = 'step_completed' THEN json_build_object(${OF_STEP},
        'duration_seconds', ${seconds('s.status_us - s.started_us')}, 'output', n.output::json,
        'output_truncated', n.is_cut = 1, 'retry_count', s.retry_count, 'timestamp', ${momentOf('t.at_us')})
      ELSE json_build_object(${OF_STEP}, 'status', s.status,
        'duration_seconds', ${seconds('s.status_us - s.started_us')}, ${errorOf('s')},
        'retry_count', s.retry_count, 'timestamp', ${momentOf('t.at_us')}) END
    FROM unnest(${ids}::uuid[], ${outputs}::text[], ${cuts}::integer[]) AS n (id, output, is_cut)
    JOIN workflow_step_executions s ON s.workspace_id = $1 AND s.execution_id = $2 AND s.id = n.id
    CROSS JOIN e
    CROSS JOIN LATERAL (VALUES
      (CASE WHEN coalesce(s.status_before, 'pending') = 'pending' AND s.status <> 'pending' THEN 'step_started' END,
        0, s.started_us),
      (CASE WHEN s.status_before = s.status OR s.status IN ('pending', 'running') THEN NULL
        WHEN s.status IN ('completed', 'skipped') THEN 'step_' || s.status ELSE 'step_failed' END,
        2, s.status_us)) AS t (type, place, at_us)
    WHERE s.change_id = $3 AND t.type IS NOT NULL AND t.at_us IS NOT NULL`;
}

function retryPart(add: Add, retries: readonly string[]): string {
  const ids = add(uuidArray(retries));
  return `SELECT 1, a.time_us, s.step_order, 1, 'step_retrying', s.step_key,
      json_build_object(${OF_STEP}, 'retry_count', a.metadata -> 'attempt', 'delay_ms', a.metadata -> 'delay_ms',
        'error', left(a.metadata #>> '{error,message}', ${MAX_MESSAGE}), 'error_code', a.metadata #>> '{error,code}',
        'timestamp', ${momentOf('a.time_us')})
    FROM unnest(${ids}::uuid[]) AS n (id)
    JOIN execution_annotations a ON a.workspace_id = $1 AND a.execution_id = $2 AND a.id = n.id
    JOIN execution_spans p ON p.workspace_id = $1 AND p.execution_id = $2 AND p.id = a.span_id
    JOIN workflow_step_executions s ON s.workspace_id = $1 AND s.execution_id = $2 AND s.step_key = p.node_key
      AND s.iteration = coalesce(p.iteration, -1)
    CROSS JOIN e
    WHERE a.change_id = $3`;
}

/** A node that iterates tells one progress for all of its iterations, under its first. */
function progressPart(add: Add, progress: readonly StepProgress[]): string {
  const ids = add(uuidArray(progress.map(({ id }) => id)));
  const keys = add(textArray(progress.map(({ nodeKey }) => text(nodeKey))));
  const percents = add(textArray(progress.map(({ percent }) => String(percent))));
  const messages = add(textArray(progress.map(({ message }) => text(message).slice(0, MAX_MESSAGE))));
  const times = add(bigintArray(progress.map(({ at }) => at)));
  return `SELECT 1, n.at_us, s.step_order, 1, 'progress', s.step_key,
      json_build_object(${OF_STEP}, 'percent', n.percent::float8, 'message', n.message,
        'timestamp', ${momentOf('n.at_us')})
    FROM unnest(${ids}::uuid[], ${keys}::text[], ${percents}::text[], ${messages}::text[], ${times}::bigint[])
      AS n (id, key, percent, message, at_us)
    JOIN live_progress p ON p.workspace_id = $1 AND p.execution_id = $2 AND p.id = n.id AND p.change_id = $3
    CROSS JOIN LATERAL (SELECT step_key, step_name, -1 AS iteration, step_order FROM workflow_step_executions
      WHERE workspace_id = $1 AND execution_id = $2 AND step_key = n.key
      ORDER BY workflow_step_executions.iteration LIMIT 1) AS s
    CROSS JOIN e`;
}

function endPart(): string {
  const ended = `'status', e.status, 'duration_seconds', ${seconds('e.duration_us')}`;
  const at = iso('coalesce(e.completed_at, $4::timestamptz)');
  return `SELECT 2, 0::bigint, 0, 0,
      CASE WHEN e.status IN ('completed', 'skipped') THEN 'workflow_completed' ELSE 'workflow_failed' END, NULL::text,
      CASE WHEN e.status IN ('completed', 'skipped')
        THEN json_build_object(${OF_EXECUTION}, ${ended}, 'timestamp', ${at})
        ELSE json_build_object(${OF_EXECUTION}, ${ended}, ${errorOf('e')}, 'timestamp', ${at}) END
    FROM e
    WHERE e.change_id = $3 AND e.status NOT IN ('pending', 'running') AND e.status IS DISTINCT FROM e.status_before`;
}

function nameOf({ start, steps, retries, progress, end }: Telling): string {
  const parts = [start, steps.length > 0, retries.length > 0, progress.length > 0, end];
  return `tell_${parts.map(Number).join('')}`;
}

/**
 * Tells what a transaction changed, as events with the next numbers of the workflow: what differs from before in the rows
 * that carry the transaction's number. Null when there is nothing to look at. The execution and the workflow's counter
 * must be locked.
 */
export function tellEvents(workspaceId: string, executionId: string, telling: Telling): NamedStatement | null {
  const { changeId, now, start, steps, retries, progress, end } = telling;
  const values: (string | Buffer)[] = [workspaceId, executionId, String(changeId), timestamp(now)];
  const add: Add = (value) => `$${values.push(value)}`;
  const parts = [
    ...(start ? [startPart()] : []),
    ...(steps.length > 0 ? [stepPart(add, steps)] : []),
    ...(retries.length > 0 ? [retryPart(add, retries)] : []),
    ...(progress.length > 0 ? [progressPart(add, progress)] : []),
    ...(end ? [endPart()] : []),
  ];
  if (parts.length === 0) return null;
  const tell = `
    INSERT INTO live_events (workspace_id, workflow_id, seq, execution_id, step_key, type, data, created_at)
    WITH e AS MATERIALIZED (
      SELECT workflow_id, execution_number, status, status_before, change_id, started_at, completed_at, duration_us,
        error_code, error_message
      FROM workflow_executions WHERE workspace_id = $1 AND id = $2
    )
    SELECT c.workspace_id, c.workflow_id,
      c.last_seq + row_number() OVER (ORDER BY t.phase, t.at_us, t.step_order, t.place), $2::uuid, t.step_key, t.type,
      t.data, $4::timestamptz
    FROM live_event_counters c, (${parts.join(' UNION ALL ')}) AS t (phase, at_us, step_order, place, type, step_key, data)
    WHERE c.workspace_id = $1 AND c.workflow_id = (SELECT workflow_id FROM e)`;
  return { name: nameOf(telling), text: tell, values };
}

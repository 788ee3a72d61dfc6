import { isTerminal, isUuid, after, type EpochMicros, type Status } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { errorOf } from '../entities.ts';
import type { End } from '../external/moments.ts';

/** An execution as it is before more is told of it. */
export interface KnownExecution {
  /** Whether it is of others, who tell all that is known of it. */
  readonly isTold: boolean;
  /** Whether it is made of what a Temporal server tells. */
  readonly isFollowed: boolean;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly startIsTold: boolean;
  readonly end: End | null;
  readonly sourceFormat: string | null;
  readonly concurrency: number | null;
  /** The example of each code. */
  readonly warnings: ReadonlyMap<string, string>;
  readonly isJoined: boolean;
}

/** Takes the lock of an execution until the transaction ends; null when there is no such execution. */
export async function lockExternal(sql: Sql, workspaceId: string, id: string): Promise<KnownExecution | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT is_external AND trigger NOT IN ('import', 'temporal') AS is_told, trigger = 'temporal' AS is_followed, status, started_at, start_is_told, completed_at, duration_us,
       error_code, error_message, error_details, source_format, concurrency, warnings, is_joined
     FROM workflow_executions WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE`,
    [workspaceId, id],
  );
  if (!row) return null;
  const status = row.status('status');
  const startedAt = row.momentOrNull('started_at');
  const duration = row.microsOrNull('duration_us');
  const at =
    row.momentOrNull('completed_at') ?? (startedAt === null || duration === null ? null : after(startedAt, duration));
  const warnings = Object.entries(row.object('warnings')).flatMap(([code, example]): [string, string][] =>
    typeof example === 'string' ? [[code, example]] : [],
  );
  return {
    isTold: row.bool('is_told'),
    isFollowed: row.bool('is_followed'),
    status,
    startedAt,
    startIsTold: row.bool('start_is_told'),
    end: isTerminal(status) && at !== null ? { status, at, error: errorOf(row) } : null,
    sourceFormat: row.textOrNull('source_format'),
    concurrency: row.intOrNull('concurrency'),
    warnings: new Map(warnings),
    isJoined: row.bool('is_joined'),
  };
}

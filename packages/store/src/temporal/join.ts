import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { lockRuns, touchRuns } from '../queries/temporal-runs.ts';
import { insertTemporalSpans, type PackedEvents } from '../queries/temporal-spans.ts';

/** Keeps spans that belong to a run; false where it is not known. */
export async function keepJoined(
  sql: Sql,
  workspaceId: string,
  runId: string,
  packed: PackedEvents,
  now: EpochMicros,
): Promise<boolean> {
  const locked = await lockRuns(sql, workspaceId, [runId]);
  if (locked.length === 0) return false;
  if (packed.count > 0 && (await insertTemporalSpans(sql, workspaceId, runId, packed, now))) {
    await touchRuns(sql, workspaceId, locked, now);
  }
  return true;
}

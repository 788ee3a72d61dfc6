import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Takes a file off the list, with what was received of it. */
export async function deleteImport(sql: Sql, workspaceId: string, id: string): Promise<void> {
  await sql.run('DELETE FROM imports WHERE workspace_id = $1 AND id = $2', [workspaceId, id]);
}

/** Removes uploads that got no part since a moment, and records of files that ended before another. */
export async function pruneImports(
  sql: Sql,
  workspaceId: string,
  { idleSince, endedBefore }: { readonly idleSince: EpochMicros; readonly endedBefore: EpochMicros },
): Promise<void> {
  await sql.run(
    `DELETE FROM imports WHERE workspace_id = $1
       AND ((state = 'uploading' AND updated_at < $2)
         OR (state IN ('completed', 'failed', 'cancelled') AND updated_at < $3))`,
    [workspaceId, timestamp(idleSince), timestamp(endedBefore)],
  );
}

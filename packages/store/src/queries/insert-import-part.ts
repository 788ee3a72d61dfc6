import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { timestamp } from '../row.ts';

/** Adds a part of a file that is locked and ends where the part begins; the last byte makes the file wait for a server. */
export async function insertImportPart(
  sql: Sql,
  workspaceId: string,
  id: string,
  part: { readonly startByte: number; readonly end: number; readonly sealed: Uint8Array },
  now: EpochMicros,
): Promise<void> {
  await sql.run('INSERT INTO import_parts (workspace_id, import_id, start_byte, data) VALUES ($1, $2, $3, $4)', [
    workspaceId,
    id,
    part.startByte,
    part.sealed,
  ]);
  await sql.run(
    `UPDATE imports SET received_bytes = $3, updated_at = $4,
       state = CASE WHEN size_bytes = $3 THEN 'waiting' ELSE state END
     WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, id, part.end, timestamp(now)],
  );
}

import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';

/** An entry as it is kept. */
export interface SealedEntry {
  readonly id: string;
  readonly path: string;
  readonly payload: Buffer;
}

/** A page of an execution's journal by the entries' ids, after the given one. */
export async function selectJournal(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  after: string | null,
  limit: number,
): Promise<SealedEntry[]> {
  if (!isUuid(executionId)) return [];
  const rows = await sql.rows(
    `SELECT id, path, payload FROM execution_journal
     WHERE workspace_id = $1 AND execution_id = $2 AND ($3::uuid IS NULL OR id > $3)
     ORDER BY id LIMIT $4`,
    [workspaceId, executionId, after, limit],
  );
  return rows.map((row) => {
    const { buffer, byteOffset, byteLength } = row.bytes('payload');
    return { id: row.text('id'), path: row.text('path'), payload: Buffer.from(buffer, byteOffset, byteLength) };
  });
}

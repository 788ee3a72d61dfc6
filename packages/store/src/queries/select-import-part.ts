import type { Sql } from '../database.ts';

/** The part of a file that begins at a position; null when there is none. */
export async function selectImportPart(
  sql: Sql,
  workspaceId: string,
  id: string,
  startByte: number,
): Promise<Uint8Array | null> {
  const [row] = await sql.rows(
    'SELECT data FROM import_parts WHERE workspace_id = $1 AND import_id = $2 AND start_byte = $3',
    [workspaceId, id, startByte],
  );
  return row?.bytes('data') ?? null;
}

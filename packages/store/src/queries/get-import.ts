import { isUuid } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { FileImport } from '../imports/api.ts';
import { IMPORT_COLUMNS, importOf } from '../imports/rows.ts';

/** A file that is on its way in, or was; null when there is none. */
export async function getImport(sql: Sql, workspaceId: string, id: string): Promise<FileImport | null> {
  return read(sql, workspaceId, id, '');
}

/** As `getImport`, locked until the transaction ends. */
export async function lockImport(sql: Sql, workspaceId: string, id: string): Promise<FileImport | null> {
  return read(sql, workspaceId, id, 'FOR UPDATE');
}

async function read(sql: Sql, workspaceId: string, id: string, lock: string): Promise<FileImport | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(`SELECT ${IMPORT_COLUMNS} FROM imports WHERE workspace_id = $1 AND id = $2 ${lock}`, [
    workspaceId,
    id,
  ]);
  return row ? importOf(row) : null;
}

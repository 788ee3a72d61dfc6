import type { Sql } from '../database.ts';
import type { FileImport } from '../imports/api.ts';
import { IMPORT_COLUMNS, importOf } from '../imports/rows.ts';
import { text } from '../row.ts';

/** The upload that is open under a fingerprint, locked; null when there is none. */
export async function findOpenImport(sql: Sql, workspaceId: string, fingerprint: string): Promise<FileImport | null> {
  const [row] = await sql.rows(
    `SELECT ${IMPORT_COLUMNS} FROM imports WHERE workspace_id = $1 AND fingerprint = $2 AND state = 'uploading'
     FOR UPDATE`,
    [workspaceId, text(fingerprint)],
  );
  return row ? importOf(row) : null;
}

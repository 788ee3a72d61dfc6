import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import type { FileImport } from '../imports/api.ts';
import { IMPORT_COLUMNS, importOf } from '../imports/rows.ts';

/** The files of a workspace that are on their way in or were, newest first. */
export async function listImports(
  sql: Sql,
  workspaceId: string,
  { skip, limit }: PageRequest,
): Promise<Page<FileImport>> {
  const rows = await sql.rows(
    `SELECT ${IMPORT_COLUMNS} FROM imports WHERE workspace_id = $1
     ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`,
    [workspaceId, limit, skip],
  );
  const [counted] = await sql.rows('SELECT count(*) AS total FROM imports WHERE workspace_id = $1', [workspaceId]);
  return { items: rows.map(importOf), total: counted?.int('total') ?? 0, skip, limit };
}

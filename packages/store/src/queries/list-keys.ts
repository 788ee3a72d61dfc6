import { apiKeyOf, KEY_COLUMNS } from '../access/rows.ts';
import type { ApiKey } from '../access/api.ts';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';

/** A workspace's API keys, the newest first. */
export async function listKeys(sql: Sql, workspaceId: string, request: PageRequest): Promise<Page<ApiKey>> {
  const { skip, limit } = boundedPage(request);
  const rows = await sql.rows(
    `SELECT ${KEY_COLUMNS} FROM api_keys k
     WHERE k.workspace_id = $1 ORDER BY k.created_at DESC, k.id DESC OFFSET $2 LIMIT $3`,
    [workspaceId, skip, limit],
  );
  const [count] = await sql.rows('SELECT count(*) AS total FROM api_keys WHERE workspace_id = $1', [workspaceId]);
  return { items: rows.map(apiKeyOf), total: count?.int('total') ?? 0, skip, limit };
}

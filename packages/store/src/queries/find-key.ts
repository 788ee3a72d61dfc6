import { isUuid } from '@flowprof/model';
import { apiKeyOf, KEY_COLUMNS } from '../access/rows.ts';
import type { KeyCredential } from '../access/api.ts';
import type { Sql } from '../database.ts';

/** What an API key is checked against, with its workspace. */
export async function findKey(sql: Sql, workspaceId: string, id: string): Promise<KeyCredential | null> {
  if (!isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${KEY_COLUMNS}, k.secret_hash, w.workspace_id, w.slug, w.name AS workspace_name,
       w.created_at AS workspace_created_at
     FROM api_keys k JOIN workspaces w ON w.workspace_id = k.workspace_id
     WHERE k.workspace_id = $1 AND k.id = $2`,
    [workspaceId, id],
  );
  if (!row) return null;
  const workspace = {
    id: row.text('workspace_id'),
    slug: row.text('slug'),
    name: row.text('workspace_name'),
    createdAt: row.moment('workspace_created_at'),
  };
  return { key: apiKeyOf(row), secretHash: row.bytes('secret_hash'), workspace };
}

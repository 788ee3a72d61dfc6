import type { Sql } from '../database.ts';

/** Whether any workspace has an API key that was not revoked; the owner's. */
export async function anyKey(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows('SELECT EXISTS (SELECT 1 FROM api_keys WHERE revoked_at IS NULL) AS has_key');
  return row?.bool('has_key') ?? false;
}

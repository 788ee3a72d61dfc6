import type { ApiKey } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { text, timestamp } from '../row.ts';

/** Adds an API key. @param secretHash SHA-256 of its secret */
export async function insertKey(sql: Sql, workspaceId: string, key: ApiKey, secretHash: Uint8Array): Promise<void> {
  await sql.run(
    `INSERT INTO api_keys (workspace_id, id, name, role, secret_hash, created_at, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      workspaceId,
      key.id,
      text(key.name),
      key.role,
      Buffer.from(secretHash),
      timestamp(key.createdAt),
      text(key.createdBy),
      key.expiresAt === null ? null : timestamp(key.expiresAt),
    ],
  );
}

import type { Sql } from '../database.ts';
import { text } from '../row.ts';

/** Takes the lock of a workflow's name until the transaction ends, so that imports do not make two of one name. */
export async function lockWorkflowName(sql: Sql, workspaceId: string, name: string): Promise<void> {
  await sql.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text', [`${workspaceId}/${text(name)}`]);
}

import type { Member } from '../access/api.ts';
import type { Sql } from '../database.ts';
import { text, textOrNull, timestamp } from '../row.ts';

/** Adds a member unless they are one; says whether it did. */
export async function insertMember(sql: Sql, workspaceId: string, member: Member): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO workspace_members (workspace_id, id, issuer, subject, email, name, role, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (workspace_id, id) DO NOTHING`,
    [
      workspaceId,
      member.id,
      text(member.issuer),
      text(member.subject),
      textOrNull(member.email),
      textOrNull(member.name),
      member.role,
      timestamp(member.createdAt),
      timestamp(member.updatedAt),
    ],
  );
  return count === 1;
}

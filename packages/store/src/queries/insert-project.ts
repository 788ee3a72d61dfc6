import type { Project } from '../api.ts';
import type { Sql } from '../database.ts';
import { text, timestamp } from '../row.ts';

/** Adds a project unless there is one with its slug; says whether it did. */
export async function insertProject(sql: Sql, project: Project): Promise<boolean> {
  const count = await sql.run(
    `INSERT INTO projects (workspace_id, id, slug, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (workspace_id, slug) DO NOTHING`,
    [
      project.workspaceId,
      project.id,
      text(project.slug),
      text(project.name),
      timestamp(project.createdAt),
      timestamp(project.updatedAt),
    ],
  );
  return count === 1;
}

import type { Clock, JsonObject, RandomBytes } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { workflowOfOthers } from '../external/workflow-of-others.ts';
import { firstProject, makeWorkflow } from '../making.ts';
import { findWorkflowByName } from '../queries/find-workflow-by-name.ts';
import { lockWorkflowName } from '../queries/lock-workflow-name.ts';
import { text } from '../row.ts';

/** What becomes of a workflow that there is none of yet. */
export interface WorkflowsOfOthers {
  readonly definition: JsonObject;
  /** What executions stand under where the workspace has as many workflows of others' executions as it may. */
  readonly collective: string;
}

interface MakingContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** The oldest workflows of names, by name; those that there are none of are made, in one order. */
export async function workflowsOf(
  sql: Sql,
  context: MakingContext,
  workspaceId: string,
  names: readonly string[],
  others: WorkflowsOfOthers,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  if (names.length === 0) return ids;
  const rows = await sql.rows(
    `SELECT DISTINCT ON (name) name, id FROM workflows
     WHERE workspace_id = $1 AND name = ANY ($2::text[]) ORDER BY name, created_at, id`,
    [workspaceId, names.map(text)],
  );
  const known = new Map(rows.map((row) => [row.text('name'), row.text('id')]));
  for (const name of names.toSorted()) {
    const id = known.get(text(name)) ?? (await makeNamed(sql, context, workspaceId, name, others));
    ids.set(name, id);
  }
  return ids;
}

async function makeNamed(
  sql: Sql,
  context: MakingContext,
  workspaceId: string,
  name: string,
  others: WorkflowsOfOthers,
): Promise<string> {
  await lockWorkflowName(sql, workspaceId, name);
  try {
    return (await workflowOfOthers(sql, context, workspaceId, { name, definition: others.definition })).id;
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'too_many_workflows')) throw error;
    return collective(sql, context, workspaceId, others);
  }
}

/** The workflow for what may have none of its own. */
async function collective(
  sql: Sql,
  context: MakingContext,
  workspaceId: string,
  { collective: name, definition }: WorkflowsOfOthers,
): Promise<string> {
  await lockWorkflowName(sql, workspaceId, name);
  const known = await findWorkflowByName(sql, workspaceId, name);
  if (known !== null) return known.id;
  const { id: projectId } = await firstProject(sql, context, workspaceId);
  const workflow = { name, definition, projectId, description: null };
  return (await makeWorkflow(sql, context, workspaceId, workflow)).id;
}

import type { Clock, JsonObject, RandomBytes } from '@flowprof/model';
import type { Workflow } from '../api.ts';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { firstProject, makeWorkflow } from '../making.ts';
import { countExternalWorkflows } from '../queries/count-external-workflows.ts';
import { findWorkflowByName } from '../queries/find-workflow-by-name.ts';

/** How many workflows of a workspace come into being by executions that others run. */
const MAX_EXTERNAL_WORKFLOWS = 10_000;

/**
 * What an execution that others run is an execution of: the oldest workflow of the name, or a new one. The name must be
 * locked.
 * @throws {StoreError} `too_many_workflows`
 */
export async function workflowOfOthers(
  sql: Sql,
  context: { readonly clock: Clock; readonly random: RandomBytes },
  workspaceId: string,
  workflow: { readonly name: string; readonly definition: JsonObject },
): Promise<Workflow> {
  const known = await findWorkflowByName(sql, workspaceId, workflow.name);
  if (known !== null) return known;
  const count = await countExternalWorkflows(sql, workspaceId, MAX_EXTERNAL_WORKFLOWS);
  if (count >= MAX_EXTERNAL_WORKFLOWS) throw new StoreError('too_many_workflows');
  const { id: projectId } = await firstProject(sql, context, workspaceId);
  return makeWorkflow(sql, context, workspaceId, { ...workflow, projectId, description: null, isExternal: true });
}

import type { Clock, EpochMicros, RandomBytes } from '@flowprof/model';
import type { Execution, Workflow } from '../api.ts';
import { runStatement, type Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { Teller } from '../live/teller.ts';
import { countExecutions, uncountExecutions } from '../queries/count-executions.ts';
import { describeExternal, isDescribed } from '../queries/describe-external.ts';
import { getExecution } from '../queries/get-execution.ts';
import { insertExecution, type OfOthers } from '../queries/insert-execution.ts';
import { lockExecution } from '../queries/lock-execution.ts';
import { lockWorkflowName } from '../queries/lock-workflow-name.ts';
import { moveToWorkflow } from '../queries/move-to-workflow.ts';
import type { ExternalExecution } from './api.ts';
import { workflowOfOthers } from './workflow-of-others.ts';

/** What executions stand under of which nobody has told yet what they are executions of. */
export const UNNAMED_WORKFLOW = 'Unnamed executions';

const UNNAMED = { name: UNNAMED_WORKFLOW, definition: { imported: true, unnamed: true } } as const;

interface EnsureContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
}

function ofOthers({ externalId, workflow, info = {} }: ExternalExecution): OfOthers {
  const { name = null, attributes = {}, sourceFormat = null, concurrency = null } = info;
  const own = name === null || name === '' || name === workflow?.name ? null : name;
  return { externalId, name: own, attributes, sourceFormat, concurrency };
}

/** Whether what is told of an execution is known already. */
function isKnown(execution: Execution, { workflow }: ExternalExecution): boolean {
  const isUnnamed = execution.workflowName === UNNAMED_WORKFLOW;
  return !execution.isExternal || workflow === null || !isUnnamed || workflow.name === UNNAMED_WORKFLOW;
}

/** Whether others tell all that is known of it: neither a file nor a Temporal server does. */
function isOfOthers({ isExternal, trigger }: Execution): boolean {
  return isExternal && trigger !== 'import' && trigger !== 'temporal';
}

/** See `TenantExternal.ensure`. */
export async function ensure(
  sql: Sql,
  teller: Teller,
  context: EnsureContext,
  workspaceId: string,
  told: ExternalExecution,
): Promise<Execution> {
  const now = context.clock.now();
  // The execution, then the name: whoever tells of the same at this moment waits here.
  await lockWorkflowName(sql, workspaceId, `execution ${told.id}`);
  await lockWorkflowName(sql, workspaceId, (told.workflow ?? UNNAMED).name);
  const known = await getExecution(sql, workspaceId, told.id);
  if (known === null) return make(sql, teller, context, workspaceId, told);
  if (!isOfOthers(known)) return known;
  const locked = await lockExecution(sql, workspaceId, told.id);
  if (locked === null) throw new StoreError('not_found');
  if (!isKnown(known, told) && told.workflow !== null) {
    const workflow = await workflowOfOthers(sql, context, workspaceId, told.workflow);
    await move(sql, workspaceId, told.id, workflow, now);
    teller.happened(told.id, 'workflow_queued');
  }
  await describeExternal(sql, workspaceId, told.id, ofOthers(told), now);
  return existing(await getExecution(sql, workspaceId, told.id));
}

/** Whether `ensure` would change nothing: asked without any lock. */
export async function ensured(sql: Sql, workspaceId: string, told: ExternalExecution): Promise<Execution | null> {
  const known = await getExecution(sql, workspaceId, told.id);
  if (known === null) return null;
  if (!isOfOthers(known)) return known;
  if (!isKnown(known, told)) return null;
  return (await isDescribed(sql, workspaceId, told.id, ofOthers(told))) ? known : null;
}

async function make(
  sql: Sql,
  teller: Teller,
  context: EnsureContext,
  workspaceId: string,
  told: ExternalExecution,
): Promise<Execution> {
  const { id, trigger, workflow } = told;
  const { id: workflowId } = await workflowOfOthers(sql, context, workspaceId, workflow ?? UNNAMED);
  const execution = { id, workflowId, input: {}, trigger };
  const made = await insertExecution(sql, workspaceId, execution, ofOthers(told), context.clock.now());
  if (!made) throw new StoreError('not_found');
  teller.happened(id, 'workflow_queued');
  return existing(await getExecution(sql, workspaceId, id));
}

/** Lets an execution be one of another workflow, under that one's next number. It must be locked. */
async function move(sql: Sql, workspaceId: string, id: string, workflow: Workflow, now: EpochMicros): Promise<void> {
  await runStatement(sql, uncountExecutions(workspaceId, [id]));
  await moveToWorkflow(sql, workspaceId, id, workflow.id, now);
  await runStatement(sql, countExecutions(workspaceId, [id]));
}

function existing(execution: Execution | null): Execution {
  if (execution === null) throw new StoreError('not_found');
  return execution;
}

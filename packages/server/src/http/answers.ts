import type { ExecutionFilter, StepCounts, StepExecution, TenantStore } from '@flowprof/store';
import type { z } from 'zod';
import type { TraceViews } from '../services/views.ts';
import { existingId, found } from './context.ts';
import { toExecutionPage } from './shapes/execution-query.ts';
import { MAX_STEPS, toExecutionDetails, type executionDetailsShape } from './shapes/execution.ts';

/** Answers that REST and tRPC give alike. Ids may be anything; what is no id of this workspace is `not_found`. */

/** The steps of an execution that are listed, and how many there are. */
export function stepsOf(tenant: TenantStore, id: string, skip = 0): Promise<[readonly StepExecution[], StepCounts]> {
  return Promise.all([tenant.listSteps(id, MAX_STEPS, skip), tenant.countSteps(id)]);
}

function mayBeJudged({ retryCount, status }: StepExecution): boolean {
  return retryCount > 0 || status === 'failed' || status === 'timeout';
}

/** An execution with its steps after the first `skip`. @throws {ApiError} `not_found` */
export async function executionDetails(
  tenant: TenantStore,
  views: TraceViews,
  executionId: string,
  skip = 0,
): Promise<z.output<typeof executionDetailsShape>> {
  const execution = found(await tenant.getExecution(existingId(executionId)));
  const [steps, counts] = await stepsOf(tenant, execution.id, skip);
  const retries = steps.some(mayBeJudged) ? await views.retries(tenant, execution) : new Map<string, never>();
  return toExecutionDetails(execution, { steps, counts, skip, retries });
}

/** A page of a workflow's executions. @throws {ApiError} `not_found` @throws {StoreError} `bad_cursor` */
export async function executionsOfWorkflow(tenant: TenantStore, workflowId: string, filter: ExecutionFilter) {
  const id = existingId(workflowId);
  const page = await tenant.listExecutions({ ...filter, workflowId: id });
  if (page.items.length === 0) found(await tenant.getWorkflow(id));
  return toExecutionPage(page);
}

import type { ExecutionFilter, StepCounts, StepExecution, TenantStore } from '@flowprof/store';
import type { z } from 'zod';
import { existingId, found } from './context.ts';
import { toExecutionPage } from './shapes/execution-query.ts';
import { MAX_STEPS, toExecutionDetails, type executionDetailsShape } from './shapes/execution.ts';

/** Answers that REST and tRPC give alike. Ids may be anything; what is no id of this workspace is `not_found`. */

/** The steps of an execution that are listed, and how many there are. */
export function stepsOf(tenant: TenantStore, id: string): Promise<[readonly StepExecution[], StepCounts]> {
  return Promise.all([tenant.listSteps(id, MAX_STEPS), tenant.countSteps(id)]);
}

/** An execution with its steps. @throws {ApiError} `not_found` */
export async function executionDetails(
  tenant: TenantStore,
  executionId: string,
): Promise<z.output<typeof executionDetailsShape>> {
  const execution = found(await tenant.getExecution(existingId(executionId)));
  return toExecutionDetails(execution, ...(await stepsOf(tenant, execution.id)));
}

/** A page of a workflow's executions. @throws {ApiError} `not_found` @throws {StoreError} `bad_cursor` */
export async function executionsOfWorkflow(tenant: TenantStore, workflowId: string, filter: ExecutionFilter) {
  const id = existingId(workflowId);
  found(await tenant.getWorkflow(id));
  return toExecutionPage(await tenant.listExecutions({ ...filter, workflowId: id }));
}

import type { ExecutionFilter, StepCounts, StepExecution, TenantStore } from '@flowprof/store';
import type { z } from 'zod';
import type { TraceViews } from '../services/views.ts';
import type { TemporalDetails } from '../services/temporal/details.ts';
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

/** What an execution's details are put together with. */
export interface DetailSources {
  readonly views: TraceViews;
  readonly temporalDetails: TemporalDetails;
}

/** An execution with its steps after the first `skip`. @throws {ApiError} `not_found` */
export async function executionDetails(
  tenant: TenantStore,
  { views, temporalDetails }: DetailSources,
  executionId: string,
  { skip = 0, isSynced = false }: { readonly skip?: number; readonly isSynced?: boolean } = {},
): Promise<z.output<typeof executionDetailsShape>> {
  const id = existingId(executionId);
  const known = await tenant.getExecution(id);
  // What runs on Temporal may have gone on since, or may not be here yet.
  const isToSync = !isSynced && (known === null || known.trigger === 'temporal');
  const isNewer = isToSync && (await temporalDetails.refresh(tenant, id));
  const execution = found(isNewer ? await tenant.getExecution(id) : known);
  const [[steps, counts], temporal] = await Promise.all([
    stepsOf(tenant, execution.id, skip),
    temporalDetails.of(tenant, execution),
  ]);
  const retries = steps.some(mayBeJudged) ? await views.retries(tenant, execution) : new Map<string, never>();
  return toExecutionDetails(execution, { steps, counts, skip, retries, temporal });
}

/** A page of a workflow's executions. @throws {ApiError} `not_found` @throws {StoreError} `bad_cursor` */
export async function executionsOfWorkflow(tenant: TenantStore, workflowId: string, filter: ExecutionFilter) {
  const id = existingId(workflowId);
  const page = await tenant.listExecutions({ ...filter, workflowId: id });
  if (page.items.length === 0) found(await tenant.getWorkflow(id));
  return toExecutionPage(page);
}

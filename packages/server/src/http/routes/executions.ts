import type { StepCounts, StepExecution, TenantStore } from '@flowprof/store';
import { z } from 'zod';
import { existingId, found, tenantOfHeaders, tenantOfPath, type App, type AppContext } from '../context.ts';
import { executionQuery, pageOf, problemResponses, workspaceHeaders } from '../shapes/common.ts';
import {
  executionDetailsShape,
  executionShape,
  MAX_STEPS,
  toExecution,
  toExecutionDetails,
} from '../shapes/execution.ts';
import { timelineShape, toTimeline } from '../shapes/timeline.ts';

const params = z.strictObject({ execution_id: z.string() });
const tags = ['executions'];
const headers = workspaceHeaders;

/** The steps that are listed, and how many there are. */
function stepsOf(tenant: TenantStore, id: string): Promise<[readonly StepExecution[], StepCounts]> {
  return Promise.all([tenant.listSteps(id, MAX_STEPS), tenant.countSteps(id)]);
}

/** Executions one by one, and all of a workspace. */
export function executionRoutes(app: App, { store, executions }: AppContext): void {
  app.get(
    '/api/workflows/executions/:execution_id',
    {
      schema: {
        tags,
        headers,
        summary: 'Get an execution with its steps',
        params,
        response: { 200: executionDetailsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOfHeaders(store, request.headers);
      const execution = found(await tenant.getExecution(existingId(request.params.execution_id)));
      return toExecutionDetails(execution, ...(await stepsOf(tenant, execution.id)));
    },
  );

  app.get(
    '/api/workflows/executions/:execution_id/timeline',
    {
      schema: {
        tags,
        headers,
        summary: 'Get the timeline of an execution',
        params,
        response: { 200: timelineShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOfHeaders(store, request.headers);
      const execution = found(await tenant.getExecution(existingId(request.params.execution_id)));
      return toTimeline(execution, ...(await stepsOf(tenant, execution.id)));
    },
  );

  app.post(
    '/api/workflows/executions/:execution_id/cancel',
    {
      schema: {
        tags,
        headers,
        summary: 'Cancel an execution; answered once that is stored',
        params,
        body: z.strictObject({}).nullish(),
        response: { 200: executionShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOfHeaders(store, request.headers);
      return toExecution(await executions.cancel(tenant, existingId(request.params.execution_id)));
    },
  );

  app.get(
    '/api/v1/workspaces/:workspace/executions',
    {
      schema: {
        tags,
        summary: 'List the executions of all workflows, newest first',
        params: z.strictObject({ workspace: z.string() }),
        querystring: executionQuery,
        response: { 200: pageOf(executionShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOfPath(store, request.params.workspace);
      const { skip, limit, status } = request.query;
      const page = await tenant.listExecutions({ skip, limit, ...(status !== undefined && { status }) });
      return { ...page, items: page.items.map(toExecution) };
    },
  );
}

import { z } from 'zod';
import { workflowMetrics } from '../../services/statistics.ts';
import { executionsOfWorkflow } from '../answers.ts';
import { existingId, type App, type AppContext } from '../context.ts';
import { onceByKey } from '../../services/start-request.ts';
import {
  idempotentHeaders,
  jsonObject,
  problemResponses,
  workflowVersion,
  workspaceHeaders,
} from '../shapes/common.ts';
import { executionShape, toExecution } from '../shapes/execution.ts';
import { executionListQuery, executionPageShape, toExecutionFilter } from '../shapes/execution-query.ts';
import { metricsShape, toMetrics } from '../shapes/metrics.ts';

const params = z.strictObject({ workflow_id: z.string() });
const tags = ['workflows'];
const headers = workspaceHeaders;

/** What belongs to one workflow: starting it, its executions, its metrics. */
export function workflowExecutionRoutes(app: App, context: AppContext): void {
  executeRoute(app, context);
  readingRoutes(app, context);
}

function executeRoute(app: App, { tenantOf, executions }: AppContext): void {
  app.post(
    '/api/workflows/:workflow_id/execute',
    {
      config: {
        access: 'write',
        errors: [
          'imported_workflow',
          'workflow_disabled',
          'unknown_version',
          'unknown_subworkflow',
          'idempotency_conflict',
          'overloaded',
          'shutting_down',
        ],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        headers: idempotentHeaders,
        operationId: 'executeWorkflow',
        summary: 'Start a workflow',
        params,
        body: z
          .strictObject({
            input_variables: jsonObject.optional(),
            workflow_version: workflowVersion.optional().describe('The newest when absent'),
          })
          .nullish(),
        response: { 202: executionShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const workflowId = existingId(request.params.workflow_id);
      const { input_variables: input = {}, workflow_version: version } = request.body ?? {};
      const key = request.headers['idempotency-key'];
      const asked = { execute: workflowId, input, version: version ?? null };
      const execution = await executions.start(tenant, {
        workflowId,
        input,
        trigger: 'manual',
        ...(version !== undefined && version !== 'newest' && { version }),
        ...(key !== undefined && { once: onceByKey(tenant.workspaceId, key, asked) }),
      });
      const location = `/api/workflows/executions/${execution.id}`;
      return reply.code(202).header('location', location).send(toExecution(execution));
    },
  );
}

function readingRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/executions',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listWorkflowExecutions',
        summary: 'List the executions of a workflow',
        params,
        querystring: executionListQuery,
        response: { 200: executionPageShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return executionsOfWorkflow(tenant, request.params.workflow_id, toExecutionFilter(request.query));
    },
  );

  app.get(
    '/api/workflows/:workflow_id/metrics',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'getWorkflowMetrics',
        summary: 'Get what the executions of a workflow come to',
        params,
        response: { 200: metricsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toMetrics(await workflowMetrics(tenant, request.params.workflow_id));
    },
  );
}

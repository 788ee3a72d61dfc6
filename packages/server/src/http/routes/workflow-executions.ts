import { z } from 'zod';
import { workflowMetrics } from '../../services/statistics.ts';
import { executionsOfWorkflow } from '../answers.ts';
import { existingId, type App, type AppContext } from '../context.ts';
import { executionQuery, jsonObject, pageOf, problemResponses, workspaceHeaders } from '../shapes/common.ts';
import { executionShape, toExecution } from '../shapes/execution.ts';
import { metricsShape, toMetrics } from '../shapes/metrics.ts';

const params = z.strictObject({ workflow_id: z.string() });
const tags = ['workflows'];
const headers = workspaceHeaders;

/** What belongs to one workflow: starting it, its executions, its metrics. */
export function workflowExecutionRoutes(app: App, { tenantOf, executions }: AppContext): void {
  app.post(
    '/api/workflows/:workflow_id/execute',
    {
      config: {
        access: 'write',
        errors: ['imported_workflow', 'unknown_subworkflow', 'overloaded', 'shutting_down'],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        headers,
        operationId: 'executeWorkflow',
        summary: 'Start a workflow',
        params,
        body: z.strictObject({ input_variables: jsonObject.optional() }).nullish(),
        response: { 202: executionShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const execution = await executions.start(tenant, {
        workflowId: existingId(request.params.workflow_id),
        input: request.body?.input_variables ?? {},
        trigger: 'api',
      });
      const location = `/api/workflows/executions/${execution.id}`;
      return reply.code(202).header('location', location).send(toExecution(execution));
    },
  );

  app.get(
    '/api/workflows/:workflow_id/executions',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listWorkflowExecutions',
        summary: 'List the executions of a workflow, newest first',
        params,
        querystring: executionQuery,
        response: { 200: pageOf(executionShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { skip, limit, status } = request.query;
      const filter = { skip, limit, ...(status !== undefined && { status }) };
      return executionsOfWorkflow(tenant, request.params.workflow_id, filter);
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

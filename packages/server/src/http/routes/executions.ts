import { z } from 'zod';
import { executionDetails, stepsOf } from '../answers.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { onceByKey } from '../../services/start-request.ts';
import {
  idempotentHeaders,
  jsonObject,
  problemResponses,
  workflowVersion,
  workspaceHeaders,
} from '../shapes/common.ts';
import { executionDetailsShape, executionShape, stepsQuery, toExecution } from '../shapes/execution.ts';
import {
  executionListQuery,
  executionPageShape,
  toExecutionFilter,
  toExecutionPage,
} from '../shapes/execution-query.ts';
import { timelineShape, toTimeline } from '../shapes/timeline.ts';

const params = z.strictObject({ execution_id: z.string() });
const tags = ['executions'];
const headers = workspaceHeaders;

/** Executions one by one, and all of a workspace. */
export function executionRoutes(app: App, context: AppContext): void {
  readingRoutes(app, context);
  changingRoutes(app, context);
  retryRoute(app, context);
}

function readingRoutes(app: App, context: AppContext): void {
  const { tenantOf } = context;
  app.get(
    '/api/workflows/executions/:execution_id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'getExecution',
        summary: 'Get an execution with its steps',
        params,
        querystring: stepsQuery,
        response: { 200: executionDetailsShape, ...problemResponses },
      },
    },
    async (request) => {
      const { execution_id: id } = request.params;
      return executionDetails(await tenantOf(request), context, id, { skip: request.query.steps_skip });
    },
  );

  app.get(
    '/api/workflows/executions/:execution_id/timeline',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'getExecutionTimeline',
        summary: 'Get the timeline of an execution',
        params,
        querystring: stepsQuery,
        response: { 200: timelineShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const execution = found(await tenant.getExecution(existingId(request.params.execution_id)));
      const { steps_skip: skip } = request.query;
      return toTimeline(execution, ...(await stepsOf(tenant, execution.id, skip)), skip);
    },
  );

  app.get(
    '/api/v1/workspaces/:workspace/executions',
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listExecutions',
        summary: 'List the executions of all workflows',
        params: z.strictObject({ workspace: z.string() }),
        querystring: executionListQuery,
        response: { 200: executionPageShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toExecutionPage(await tenant.listExecutions(toExecutionFilter(request.query)));
    },
  );
}

function changingRoutes(app: App, { tenantOf, executions }: AppContext): void {
  app.post(
    '/api/workflows/executions/:execution_id/cancel',
    {
      config: { access: 'write', isLong: true, errors: ['already_ended', 'not_running_here'] },
      schema: {
        tags,
        headers,
        operationId: 'cancelExecution',
        summary: 'Cancel an execution; answered once that is stored',
        params,
        body: z.strictObject({}).nullish(),
        response: { 200: executionShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toExecution(await executions.cancel(tenant, existingId(request.params.execution_id)));
    },
  );

  app.post(
    '/api/workflows/executions/:execution_id/resume',
    {
      config: {
        access: 'write',
        errors: [
          'not_ended',
          'already_completed',
          'rows_removed',
          'imported_workflow',
          'secret_inputs_required',
          'overloaded',
          'shutting_down',
        ],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        headers,
        operationId: 'resumeExecution',
        summary: 'Let an execution go on that failed, was cancelled, timed out or was interrupted',
        description:
          'Goes on under the same id and number, without running again what is done. Answered once that is stored.',
        params,
        body: z
          .strictObject({ input_variables: jsonObject.optional().describe('The secret inputs, which are not kept') })
          .nullish(),
        response: { 202: executionShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.execution_id);
      const execution = await executions.resume(tenant, id, request.body?.input_variables ?? {});
      return reply.code(202).header('location', `/api/workflows/executions/${id}`).send(toExecution(execution));
    },
  );
}

function retryRoute(app: App, { tenantOf, executions }: AppContext): void {
  app.post(
    '/api/workflows/executions/:execution_id/retry',
    {
      config: {
        access: 'write',
        errors: [
          'not_ended',
          'imported_workflow',
          'workflow_disabled',
          'unknown_version',
          'unknown_subworkflow',
          'secret_inputs_required',
          'idempotency_conflict',
          'overloaded',
          'shutting_down',
        ],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        headers: idempotentHeaders,
        operationId: 'retryExecution',
        summary: 'Run an execution that has ended once more, as a new one with the same inputs',
        params,
        body: z
          .strictObject({
            input_variables: jsonObject.optional().describe('The secret inputs, which are not kept'),
            workflow_version: workflowVersion.optional().describe('That of the execution when absent'),
          })
          .nullish(),
        response: { 202: executionShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.execution_id);
      const { input_variables: given = {}, workflow_version: version } = request.body ?? {};
      const key = request.headers['idempotency-key'];
      const asked = { retry: id, given, version: version ?? null };
      const once = key === undefined ? undefined : onceByKey(tenant.workspaceId, key, asked);
      const execution = await executions.startAgain(tenant, id, { given, version }, once);
      const location = `/api/workflows/executions/${execution.id}`;
      return reply.code(202).header('location', location).send(toExecution(execution));
    },
  );
}

import { z } from 'zod';
import type { WantedReference } from '../../services/history/workflow-history.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { sendJson } from '../send-json.ts';
import { problemResponses, workspaceHeaders } from '../shapes/common.ts';
import {
  cohortsQuery,
  cohortsShape,
  flameGraphQuery,
  flameGraphShape,
  historyQuery,
  historyShape,
  pathFrequencyShape,
  pathQuery,
  projectionShape,
  regressionQuery,
  regressionShape,
} from '../shapes/history.ts';

const params = z.strictObject({ workflow_id: z.string() });
const headers = workspaceHeaders;
const tags = ['history'];
/** Summaries that are missing are made first, which may take a while. */
const config = { access: 'read', isLong: true, errors: ['overloaded', 'shutting_down'] } as const;

/** What executions of a workflow tell together. */
export function historyRoutes(app: App, context: AppContext): void {
  historyRoute(app, context);
  regressionRoute(app, context);
  cohortRoute(app, context);
  pathRoute(app, context);
  flameGraphRoute(app, context);
  projectionRoute(app, context);
}

function idOrNull(id: string | undefined): string | null {
  return id === undefined ? null : existingId(id);
}

function historyRoute(app: App, { tenantOf, workflowHistory }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/history',
    {
      config,
      schema: {
        tags,
        headers,
        operationId: 'getHistory',
        summary: 'Get the last executions of a workflow with what their time went to, and a node over them',
        params,
        querystring: historyQuery,
        response: { 200: historyShape, ...problemResponses },
      },
    },
    async (request) => {
      const { limit, version = null, before, node = null, trends } = request.query;
      const tenant = await tenantOf(request);
      const asked = { limit, version, before: idOrNull(before), node, trends };
      return workflowHistory.history(tenant, existingId(request.params.workflow_id), asked);
    },
  );
}

/** What is compared with. @throws {ApiError} `validation_failed` */
function wantedOf(query: z.output<typeof regressionQuery>): WantedReference | null {
  const { against, runs, version, baseline } = query;
  switch (against) {
    case 'previous':
      return { kind: 'previous' };
    case 'last':
      return { kind: 'last', runs };
    case 'version': {
      if (version !== undefined) return { kind: 'version', version, runs };
      const fault = {
        pointer: '/version',
        code: 'required',
        detail: 'is required with `version`',
        in: 'query',
      } as const;
      throw new ApiError('validation_failed', 'The version is missing.', { errors: [fault] });
    }
    case 'baseline':
      return { kind: 'baseline', id: idOrNull(baseline) };
    default:
      return baseline === undefined ? null : { kind: 'baseline', id: existingId(baseline) };
  }
}

function regressionRoute(app: App, { tenantOf, workflowHistory }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/regressions',
    {
      config,
      schema: {
        tags,
        headers,
        operationId: 'getRegressions',
        summary: 'Find out whether a workflow got slower, since when, and what made it so',
        params,
        querystring: regressionQuery,
        response: { 200: regressionShape, ...problemResponses },
      },
    },
    async (request) => {
      const { limit, execution_id: executionId } = request.query;
      const tenant = await tenantOf(request);
      const asked = { limit, executionId: idOrNull(executionId), wanted: wantedOf(request.query) };
      return workflowHistory.regressions(tenant, existingId(request.params.workflow_id), asked);
    },
  );
}

function cohortRoute(app: App, { tenantOf, workflowHistory }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/cohorts',
    {
      config,
      schema: {
        tags,
        headers,
        operationId: 'getCohorts',
        summary: 'Find out what tells slow or failed executions of a workflow from the others',
        params,
        querystring: cohortsQuery,
        response: { 200: cohortsShape, ...problemResponses },
      },
    },
    async (request) => {
      const { limit, by: kind, share, execution_id: executionId } = request.query;
      const tenant = await tenantOf(request);
      const firstRunId = idOrNull(executionId);
      const by = kind === 'slow' ? { kind, share } : kind === 'failure' ? { kind } : { kind, firstRunId };
      return workflowHistory.cohorts(tenant, existingId(request.params.workflow_id), { limit, by });
    },
  );
}

function pathRoute(app: App, { tenantOf, workflowHistory }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/critical-path',
    {
      config,
      schema: {
        tags,
        headers,
        operationId: 'getPathFrequency',
        summary: 'Find out how often each node of a workflow is on the critical path',
        params,
        querystring: pathQuery,
        response: { 200: pathFrequencyShape, ...problemResponses },
      },
    },
    async (request) => {
      const { runs, version = null } = request.query;
      const tenant = await tenantOf(request);
      return workflowHistory.criticalPath(tenant, existingId(request.params.workflow_id), { runs, version });
    },
  );
}

function flameGraphRoute(app: App, { tenantOf, mergedRuns }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/flame-graph',
    {
      config,
      schema: {
        tags,
        headers,
        operationId: 'getWorkflowFlameGraph',
        summary:
          'Get the last executions of a workflow that completed, merged by the names that stand above each other',
        params,
        querystring: flameGraphQuery,
        response: { 200: flameGraphShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { runs, version = null, max_blocks: blocks } = request.query;
      const tenant = await tenantOf(request);
      const { id } = found(await tenant.getWorkflow(existingId(request.params.workflow_id)));
      sendJson(reply, await mergedRuns.of(tenant, id, { runs, version, blocks }));
      return reply;
    },
  );
}

function projectionRoute(app: App, { tenantOf, projections }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/projection',
    {
      config,
      schema: {
        tags,
        operationId: 'getProjection',
        summary: 'Find out when an execution will probably end, and how it stands among those before it',
        params: z.strictObject({ workspace: z.string(), execution: z.string() }),
        response: { 200: projectionShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const execution = found(await tenant.getExecution(existingId(request.params.execution)));
      return projections.of(tenant, execution);
    },
  );
}

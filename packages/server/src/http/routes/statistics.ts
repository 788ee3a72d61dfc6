import { epochFromMs } from '@flowprof/model';
import { z } from 'zod';
import { periodOf, projectStatistics, workflowStatistics, workspaceStatistics } from '../../services/statistics.ts';
import { existingId, type App, type AppContext } from '../context.ts';
import { problemResponses, workspaceHeaders } from '../shapes/common.ts';
import {
  projectStatisticsShape,
  statisticsReportShape,
  toProjectStatistics,
  toStatisticsReport,
  toWorkflowStatistics,
  toWorkspaceStatistics,
  workflowStatisticsShape,
  workspaceStatisticsQuery,
  workspaceStatisticsShape,
} from '../shapes/statistics.ts';

/** Statistics of a workflow, of a project and of a workspace. */
export function statisticsRoutes(app: App, context: AppContext): void {
  scopedRoutes(app, context);
  workspaceRoute(app, context);
  rebuildRoute(app, context);
}

function scopedRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/statistics',
    {
      config: { access: 'read' },
      schema: {
        tags: ['workflows'],
        headers: workspaceHeaders,
        operationId: 'getWorkflowStatistics',
        summary: 'Get statistics of a workflow: runs, errors, what it uses most, its newest executions',
        params: z.strictObject({ workflow_id: z.string() }),
        response: { 200: workflowStatisticsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toWorkflowStatistics(await workflowStatistics(tenant, existingId(request.params.workflow_id)));
    },
  );

  app.get(
    '/api/projects/:project_id/statistics',
    {
      config: { access: 'read' },
      schema: {
        tags: ['projects'],
        headers: workspaceHeaders,
        operationId: 'getProjectStatistics',
        summary: 'Get statistics of all workflows of a project',
        params: z.strictObject({ project_id: z.string() }),
        response: { 200: projectStatisticsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toProjectStatistics(await projectStatistics(tenant, existingId(request.params.project_id)));
    },
  );
}

function workspaceRoute(app: App, { tenantOf, clock }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/statistics',
    {
      config: { access: 'read' },
      schema: {
        tags: ['workspaces'],
        operationId: 'getWorkspaceStatistics',
        summary: 'Get statistics of all workflows of a workspace, and when executions started',
        params: z.strictObject({ workspace: z.string() }),
        querystring: workspaceStatisticsQuery,
        response: { 200: workspaceStatisticsShape, ...problemResponses },
      },
    },
    async (request) => {
      const { days, until } = request.query;
      const tenant = await tenantOf(request);
      const period = periodOf(days, until === undefined ? clock.now() : epochFromMs(Date.parse(until)));
      return toWorkspaceStatistics(tenant.workspaceId, await workspaceStatistics(tenant, period), period);
    },
  );
}

function rebuildRoute(app: App, { tenantOf }: AppContext): void {
  app.post(
    '/api/v1/workspaces/:workspace/statistics/rebuild',
    {
      config: { access: 'admin', isLong: true },
      schema: {
        tags: ['workspaces'],
        operationId: 'rebuildStatistics',
        summary: 'Compare the statistics of a workspace with its executions, and mend what differs',
        params: z.strictObject({ workspace: z.string() }),
        body: z.strictObject({ check: z.boolean().default(false).describe('Only compare') }).nullish(),
        response: { 200: statisticsReportShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toStatisticsReport(await tenant.rebuildStatistics({ check: request.body?.check ?? false }));
    },
  );
}

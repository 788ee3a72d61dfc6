import { z } from 'zod';
import { nameOf } from '../../services/access/principal.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import {
  baselineChangeBody,
  baselineShape,
  baselineWithRunsShape,
  newBaselineBody,
  toBaseline,
  toBaselineWithRuns,
} from '../shapes/baseline.ts';
import { pageOf, pageQuery, problemResponses } from '../shapes/common.ts';

const params = z.strictObject({ workspace: z.string() });
const itemParams = z.strictObject({ workspace: z.string(), baseline: z.string() });
const tags = ['history'];
const LIST = '/api/v1/workspaces/:workspace/baselines';
const ITEM = `${LIST}/:baseline`;

/** What later executions of a workflow are compared with. */
export function baselineRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
}

function collectionRoutes(app: App, { tenantOf, baselines }: AppContext): void {
  app.get(
    LIST,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listBaselines',
        summary: 'List the baselines of a workflow, or of all; oldest first',
        params,
        querystring: z.strictObject({ ...pageQuery, workflow_id: z.string().max(100).optional() }),
        response: { 200: pageOf(baselineShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { workflow_id: named, ...page } = request.query;
      const workflowId = named === undefined ? undefined : existingId(named);
      if (workflowId !== undefined) found(await tenant.getWorkflow(workflowId));
      const listed = await tenant.baselines.list({ ...page, ...(workflowId !== undefined && { workflowId }) });
      return { ...listed, items: listed.items.map(toBaseline) };
    },
  );

  app.post(
    LIST,
    {
      config: {
        access: 'write',
        isLong: true,
        errors: [
          'already_exists',
          'not_ended',
          'nothing_to_compare',
          'too_many_baselines',
          'overloaded',
          'shutting_down',
        ],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        operationId: 'createBaseline',
        summary: 'Make a baseline out of executions of a workflow',
        params,
        body: newBaselineBody,
        response: { 201: baselineShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { workflow_id: workflowId, name, is_default: isDefault, made_of: source } = request.body;
      const by = nameOf(request.principal);
      const made = await baselines.create(tenant, existingId(workflowId), { name, isDefault, source, by });
      const location = `/api/v1/workspaces/${tenant.workspaceId}/baselines/${made.id}`;
      return reply.code(201).header('location', location).send(toBaseline(made));
    },
  );
}

function itemRoutes(app: App, { tenantOf, baselines }: AppContext): void {
  app.get(
    ITEM,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getBaseline',
        summary: 'Get a baseline with its executions as they were when it was made',
        params: itemParams,
        response: { 200: baselineWithRunsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const baseline = found(await tenant.baselines.get(existingId(request.params.baseline)));
      return toBaselineWithRuns(baseline, await tenant.baselines.runs(baseline.id));
    },
  );

  app.put(
    ITEM,
    {
      config: {
        access: 'write',
        isLong: true,
        errors: ['already_exists', 'not_ended', 'nothing_to_compare', 'overloaded', 'shutting_down'],
      },
      schema: {
        tags,
        operationId: 'updateBaseline',
        summary: 'Change a baseline, or make it anew out of other executions',
        params: itemParams,
        body: baselineChangeBody,
        response: { 200: baselineShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { name, is_default: isDefault, made_of: source } = request.body;
      const changed = await baselines.update(tenant, existingId(request.params.baseline), {
        ...(name !== undefined && { name }),
        ...(isDefault !== undefined && { isDefault }),
        ...(source !== undefined && { source }),
      });
      return toBaseline(changed);
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'deleteBaseline',
        summary: 'Delete a baseline; the executions stay',
        params: itemParams,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      if (!(await tenant.baselines.delete(existingId(request.params.baseline)))) throw notFound();
      return reply.code(204).send();
    },
  );
}

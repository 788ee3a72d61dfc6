import type { Workflow } from '@flowprof/store';
import { z } from 'zod';
import { nameOf } from '../../services/access/principal.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import {
  cursorPageOf,
  searchQuery,
  displayName,
  jsonObject,
  problemResponses,
  workspaceHeaders,
} from '../shapes/common.ts';
import { toWorkflow, versionMessage, workflowShape } from '../shapes/workflow.ts';

const params = z.strictObject({ workflow_id: z.string() });
const description = z.string().max(10_000).nullable();
const tags = ['workflows'];
const headers = workspaceHeaders;

const changeHeaders = workspaceHeaders.extend({
  'if-match': z
    .string()
    .regex(/^(?:\*|"[1-9]\d{0,8}")$/)
    .optional()
    .describe('The `ETag` of the workflow that the change was made from'),
});

/** The validator of a workflow: its newest version. */
function etagOf({ version }: Workflow): string {
  return `"${version}"`;
}

/** The version that an `If-Match` names; none for `*`. */
function versionOf(ifMatch: string | undefined): number | undefined {
  return ifMatch === undefined || ifMatch === '*' ? undefined : Number(ifMatch.slice(1, -1));
}

/** `/api/workflows`: making, reading, changing and deleting them. */
export function workflowRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
}

function collectionRoutes(app: App, { tenantOf, workflows }: AppContext): void {
  app.get(
    '/api/workflows',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listWorkflows',
        summary: 'List the workflows of a workspace',
        querystring: z.strictObject({ ...searchQuery, project_id: z.uuid().optional() }),
        response: { 200: cursorPageOf(workflowShape), ...problemResponses },
      },
    },
    async (request) => {
      const { skip, limit, cursor, search, project_id: projectId } = request.query;
      const tenant = await tenantOf(request);
      const filter = {
        ...(projectId !== undefined && { projectId }),
        ...(cursor !== undefined && { cursor }),
        ...(search !== undefined && { search }),
      };
      const { items, total, nextCursor } = await tenant.listWorkflows({ skip, limit, ...filter });
      return { items: items.map(toWorkflow), total, skip, limit, next_cursor: nextCursor };
    },
  );

  app.post(
    '/api/workflows',
    {
      config: { access: 'write', errors: ['invalid_workflow'], answerHeaders: ['Location'] },
      schema: {
        tags,
        headers,
        operationId: 'createWorkflow',
        summary: 'Create a workflow',
        body: z.strictObject({
          name: displayName.optional().describe('What the definition calls itself when absent'),
          description: description.optional(),
          definition: jsonObject.describe('A workflow file'),
          project_id: z.string().optional().describe("The workspace's first project when absent"),
        }),
        response: { 201: workflowShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { project_id: projectId, ...workflow } = request.body;
      const created = await workflows.create(tenant, { ...workflow, projectId, by: nameOf(request.principal) });
      return reply.code(201).header('location', `/api/workflows/${created.id}`).send(toWorkflow(created));
    },
  );
}

function itemRoutes(app: App, { tenantOf, workflows, executions }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id',
    {
      config: { access: 'read', answerHeaders: ['ETag'] },
      schema: {
        tags,
        headers,
        operationId: 'getWorkflow',
        summary: 'Get a workflow',
        params,
        response: { 200: workflowShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const workflow = found(await tenant.getWorkflow(existingId(request.params.workflow_id)));
      return reply.header('etag', etagOf(workflow)).send(toWorkflow(workflow));
    },
  );

  app.put(
    '/api/workflows/:workflow_id',
    {
      config: { access: 'write', errors: ['invalid_workflow', 'version_conflict'], answerHeaders: ['ETag'] },
      schema: {
        tags,
        headers: changeHeaders,
        operationId: 'updateWorkflow',
        summary: 'Change a workflow; another definition makes a new version',
        params,
        body: z.strictObject({
          name: displayName.optional(),
          description: description.optional(),
          definition: jsonObject.optional(),
          enabled: z.boolean().optional().describe('Whether it may be started'),
          project_id: z.uuid().optional().describe('The project that it is moved to'),
          expected_version: z
            .int()
            .min(1)
            .optional()
            .describe('The newest version that the change was made from, as `If-Match` says it'),
          message: versionMessage,
        }),
        response: { 200: workflowShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.workflow_id);
      found(await tenant.getWorkflow(id));
      const { project_id: projectId, expected_version: expected, ...change } = request.body;
      const expectedVersion = expected ?? versionOf(request.headers['if-match']);
      const by = nameOf(request.principal);
      const workflow = await workflows.update(tenant, id, { ...change, projectId, expectedVersion, by });
      return reply.header('etag', etagOf(workflow)).send(toWorkflow(workflow));
    },
  );

  app.delete(
    '/api/workflows/:workflow_id',
    {
      config: { access: 'write' },
      schema: {
        tags,
        headers,
        operationId: 'deleteWorkflow',
        summary: 'Delete a workflow with its executions',
        params,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.workflow_id);
      await executions.cancelAllOf(tenant, id);
      if (!(await tenant.deleteWorkflow(id))) throw notFound();
      return reply.code(204).send();
    },
  );
}

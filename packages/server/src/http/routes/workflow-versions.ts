import { z } from 'zod';
import { nameOf } from '../../services/access/principal.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { pageOf, pageQuery, problemResponses, workspaceHeaders } from '../shapes/common.ts';
import {
  toVersion,
  toWorkflow,
  versionDetailsShape,
  versionMessage,
  versionShape,
  workflowShape,
} from '../shapes/workflow.ts';

const params = z.strictObject({ workflow_id: z.string() });
const versionParams = z.strictObject({ workflow_id: z.string(), version: z.string() });
const tags = ['workflows'];
const headers = workspaceHeaders;

/** A version from a path. What is no number cannot exist. @throws {ApiError} `not_found` */
function existingVersion(version: string): number {
  if (!/^[1-9]\d{0,8}$/.test(version)) throw notFound();
  return Number(version);
}

/** The versions of a workflow: each change of its definition has left one. */
export function workflowVersionRoutes(app: App, { tenantOf, workflows }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/versions',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listWorkflowVersions',
        summary: 'List the versions of a workflow, newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(versionShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.workflow_id);
      found(await tenant.getWorkflow(id));
      const page = await tenant.listVersions(id, request.query);
      return { ...page, items: page.items.map(toVersion) };
    },
  );

  app.get(
    '/api/workflows/:workflow_id/versions/:version',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'getWorkflowVersion',
        summary: 'Get a version of a workflow with its definition',
        params: versionParams,
        response: { 200: versionDetailsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.workflow_id);
      const version = existingVersion(request.params.version);
      const [row, definition] = await Promise.all([tenant.getVersion(id, version), tenant.getDefinition(id, version)]);
      return { ...toVersion(found(row)), definition: found(definition) };
    },
  );

  app.post(
    '/api/workflows/:workflow_id/versions/:version/restore',
    {
      config: { access: 'write', errors: ['invalid_workflow'] },
      schema: {
        tags,
        headers,
        operationId: 'restoreWorkflowVersion',
        summary: 'Make the definition of a version the newest again, as a new version',
        description: 'Where it equals the newest, nothing is changed.',
        params: versionParams,
        body: z.strictObject({ message: versionMessage }).nullish(),
        response: { 200: workflowShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.workflow_id);
      const definition = found(await tenant.getDefinition(id, existingVersion(request.params.version)));
      const by = nameOf(request.principal);
      return toWorkflow(await workflows.update(tenant, id, { definition, by, message: request.body?.message }));
    },
  );
}

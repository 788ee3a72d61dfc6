import { z } from 'zod';
import { found, type App, type AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { displayName, pageOf, pageQuery, problemResponses, slug } from '../shapes/common.ts';
import { toWorkspace, workspaceShape } from '../shapes/workspace.ts';

const WORKSPACE = '/api/v1/workspaces/:workspace';
const tags = ['workspaces'];
const params = z.strictObject({ workspace: z.string() });

/** Workspaces: those that the caller may see, and each of them. */
export function workspaceRoutes(app: App, context: AppContext): void {
  directoryRoutes(app, context);
  singleRoutes(app, context);
}

function directoryRoutes(app: App, { store, access }: AppContext): void {
  app.get(
    '/api/workspaces',
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listWorkspaces',
        summary: 'List the workspaces that the caller has a role in',
        querystring: z.strictObject({ ...pageQuery, limit: pageQuery.limit.default(100) }),
        response: { 200: pageOf(workspaceShape), ...problemResponses },
      },
    },
    async ({ principal, query }) => {
      if (principal === null) throw new Error('a route that is not public has a principal');
      const { skip, limit } = query;
      const all = await access.workspacesOf(principal);
      const items = all.slice(skip, skip + limit).map(({ workspace }) => toWorkspace(workspace));
      return { items, total: all.length, skip, limit };
    },
  );

  app.post(
    '/api/workspaces',
    {
      config: { access: 'write', errors: ['already_exists'] },
      schema: {
        tags,
        operationId: 'createWorkspace',
        summary: 'Create a workspace; whoever does is its admin',
        body: z.strictObject({ slug, name: displayName }),
        response: { 201: workspaceShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      if (principal === null) throw new Error('a route that is not public has a principal');
      // What a key is refused is written down in its own workspace.
      if (principal.kind === 'key') request.tenant = store.tenant(principal.workspace.id);
      const workspace = await access.createWorkspace(principal, body);
      request.tenant = store.tenant(workspace.id);
      return reply.code(201).send(toWorkspace(workspace));
    },
  );
}

function singleRoutes(app: App, { store, access, tenantOf }: AppContext): void {
  app.get(
    WORKSPACE,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getWorkspace',
        summary: 'Get a workspace',
        params,
        response: { 200: workspaceShape, ...problemResponses },
      },
    },
    async (request) => {
      const { workspaceId } = await tenantOf(request);
      return toWorkspace(found(await store.findWorkspace(workspaceId)));
    },
  );

  app.put(
    WORKSPACE,
    {
      config: { access: 'admin', errors: ['already_exists'] },
      schema: {
        tags,
        operationId: 'updateWorkspace',
        summary: 'Change the name or slug of a workspace',
        params,
        body: z.strictObject({ slug: slug.optional(), name: displayName.optional() }),
        response: { 200: workspaceShape, ...problemResponses },
      },
    },
    async (request) => {
      const { workspaceId } = await tenantOf(request);
      const changed = found(await store.updateWorkspace(workspaceId, request.body));
      access.forget();
      return toWorkspace(changed);
    },
  );

  app.delete(
    WORKSPACE,
    {
      config: { access: 'admin', isLong: true, errors: ['confirmation_required'] },
      schema: {
        tags,
        operationId: 'deleteWorkspace',
        summary: 'Delete a workspace with all that is in it, for good',
        params,
        querystring: z.strictObject({
          confirm: z.string().max(100).optional().describe('The slug of the workspace once more, or its id'),
        }),
        response: { 204: z.undefined().describe('Gone'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const { workspaceId } = await tenantOf(request);
      const workspace = found(await store.findWorkspace(workspaceId));
      const { confirm } = request.query;
      if (confirm !== workspace.slug && confirm !== workspace.id) {
        throw new ApiError('confirmation_required', 'Name the workspace once more: ?confirm=<slug or id>.');
      }
      await store.deleteWorkspace(workspaceId);
      access.forget();
      // Its audit log is gone with it; what is left is the server's own.
      request.tenant = null;
      request.log.warn({ workspace: workspaceId, slug: workspace.slug, id: request.id }, 'a workspace was deleted');
      return reply.code(204).send();
    },
  );
}

import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { displayName, pageOf, pageQuery, problemResponses, slug } from '../shapes/common.ts';
import { toWorkspace, workspaceShape } from '../shapes/workspace.ts';

/** `/api/workspaces` */
export function workspaceRoutes(app: App, { store }: AppContext): void {
  app.get(
    '/api/workspaces',
    {
      config: { access: 'read' },
      schema: {
        tags: ['workspaces'],
        operationId: 'listWorkspaces',
        summary: 'List workspaces',
        querystring: z.strictObject({ ...pageQuery, limit: pageQuery.limit.default(100) }),
        response: { 200: pageOf(workspaceShape), ...problemResponses },
      },
    },
    async (request) => {
      const { skip, limit } = request.query;
      const all = await store.listWorkspaces();
      return { items: all.slice(skip, skip + limit).map(toWorkspace), total: all.length, skip, limit };
    },
  );

  app.post(
    '/api/workspaces',
    {
      config: { access: 'write', errors: ['already_exists'] },
      schema: {
        tags: ['workspaces'],
        operationId: 'createWorkspace',
        summary: 'Create a workspace',
        body: z.strictObject({ slug, name: displayName }),
        response: { 201: workspaceShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const workspace = await store.createWorkspace(request.body);
      return reply.code(201).send(toWorkspace(workspace));
    },
  );
}

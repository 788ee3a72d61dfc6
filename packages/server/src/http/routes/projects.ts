import { z } from 'zod';
import { tenantOfHeaders, type App, type AppContext } from '../context.ts';
import { displayName, pageOf, pageQuery, problemResponses, slug, workspaceHeaders } from '../shapes/common.ts';
import { projectShape, toProject } from '../shapes/workspace.ts';

/** `/api/projects` */
export function projectRoutes(app: App, { store }: AppContext): void {
  app.get(
    '/api/projects',
    {
      schema: {
        tags: ['projects'],
        summary: 'List the projects of a workspace',
        headers: workspaceHeaders,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(projectShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOfHeaders(store, request.headers);
      const page = await tenant.listProjects(request.query);
      return { ...page, items: page.items.map(toProject) };
    },
  );

  app.post(
    '/api/projects',
    {
      schema: {
        tags: ['projects'],
        summary: 'Create a project',
        headers: workspaceHeaders,
        body: z.strictObject({ slug, name: displayName }),
        response: { 201: projectShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOfHeaders(store, request.headers);
      return reply.code(201).send(toProject(await tenant.createProject(request.body)));
    },
  );
}

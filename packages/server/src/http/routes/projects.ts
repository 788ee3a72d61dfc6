import { z } from 'zod';
import { type App, type AppContext } from '../context.ts';
import { displayName, pageOf, pageQuery, problemResponses, slug, workspaceHeaders } from '../shapes/common.ts';
import { projectShape, toProject } from '../shapes/workspace.ts';

/** `/api/projects` */
export function projectRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    '/api/projects',
    {
      config: { access: 'read' },
      schema: {
        tags: ['projects'],
        operationId: 'listProjects',
        summary: 'List the projects of a workspace',
        headers: workspaceHeaders,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(projectShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const page = await tenant.listProjects(request.query);
      return { ...page, items: page.items.map(toProject) };
    },
  );

  app.post(
    '/api/projects',
    {
      config: { access: 'write', errors: ['already_exists'] },
      schema: {
        tags: ['projects'],
        operationId: 'createProject',
        summary: 'Create a project',
        headers: workspaceHeaders,
        body: z.strictObject({ slug, name: displayName }),
        response: { 201: projectShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      return reply.code(201).send(toProject(await tenant.createProject(request.body)));
    },
  );
}

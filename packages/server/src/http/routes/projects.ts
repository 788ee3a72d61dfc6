import { isUuid } from '@flowprof/model';
import type { Project, TenantStore } from '@flowprof/store';
import { z } from 'zod';
import { found, type App, type AppContext } from '../context.ts';
import { cursorPageOf, searchQuery, displayName, problemResponses, slug, workspaceHeaders } from '../shapes/common.ts';
import { projectShape, toProject } from '../shapes/workspace.ts';

const tags = ['projects'];
const headers = workspaceHeaders;
const params = z.strictObject({ project_id: z.string().describe('An id or a slug') });

/** How many workflows are looked at in one go. */
const PAGE = 100;

/** `/api/projects` */
export function projectRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
}

async function projectOf(tenant: TenantStore, idOrSlug: string): Promise<Project> {
  return found(await tenant.findProject(isUuid(idOrSlug) ? idOrSlug.toLowerCase() : idOrSlug));
}

/** Cancels what runs of a project's workflows, and resolves once that is stored. */
async function cancelAllIn(
  tenant: TenantStore,
  projectId: string,
  executions: AppContext['executions'],
): Promise<void> {
  for (let skip = 0, total = 1; skip < total; skip += PAGE) {
    const page = await tenant.listWorkflows({ projectId, skip, limit: PAGE });
    for (const { id } of page.items) await executions.cancelAllOf(tenant, id);
    total = page.total;
  }
}

function collectionRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    '/api/projects',
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listProjects',
        summary: 'List the projects of a workspace',
        headers,
        querystring: z.strictObject(searchQuery),
        response: { 200: cursorPageOf(projectShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { skip, limit, cursor, search } = request.query;
      const filter = { ...(cursor !== undefined && { cursor }), ...(search !== undefined && { search }) };
      const { items, total, nextCursor } = await tenant.listProjects({ skip, limit, ...filter });
      return { items: items.map(toProject), total, skip, limit, next_cursor: nextCursor };
    },
  );

  app.post(
    '/api/projects',
    {
      config: { access: 'write', errors: ['already_exists'], answerHeaders: ['Location'] },
      schema: {
        tags,
        operationId: 'createProject',
        summary: 'Create a project',
        headers,
        body: z.strictObject({ slug, name: displayName }),
        response: { 201: projectShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const project = await tenant.createProject(request.body);
      return reply.code(201).header('location', `/api/projects/${project.id}`).send(toProject(project));
    },
  );
}

function itemRoutes(app: App, { tenantOf, executions }: AppContext): void {
  app.get(
    '/api/projects/:project_id',
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getProject',
        summary: 'Get a project by its id or slug',
        headers,
        params,
        response: { 200: projectShape, ...problemResponses },
      },
    },
    async (request) => toProject(await projectOf(await tenantOf(request), request.params.project_id)),
  );

  app.put(
    '/api/projects/:project_id',
    {
      config: { access: 'write', errors: ['already_exists'] },
      schema: {
        tags,
        operationId: 'updateProject',
        summary: 'Change a project',
        headers,
        params,
        body: z.strictObject({ slug: slug.optional(), name: displayName.optional() }),
        response: { 200: projectShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { id } = await projectOf(tenant, request.params.project_id);
      const { slug: newSlug, name } = request.body;
      const change = { ...(newSlug !== undefined && { slug: newSlug }), ...(name !== undefined && { name }) };
      return toProject(found(await tenant.updateProject(id, change)));
    },
  );

  app.delete(
    '/api/projects/:project_id',
    {
      config: { access: 'write', errors: ['project_not_empty'] },
      schema: {
        tags,
        operationId: 'deleteProject',
        summary: 'Delete a project that has no workflows, or with them',
        headers,
        params,
        querystring: z.strictObject({
          force: z
            .enum(['true', 'false'])
            .default('false')
            .describe('Whether to delete its workflows with their executions, cancelling what runs'),
        }),
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { id } = await projectOf(tenant, request.params.project_id);
      const withWorkflows = request.query.force === 'true';
      if (withWorkflows) await cancelAllIn(tenant, id, executions);
      found((await tenant.deleteProject(id, withWorkflows)) || null);
      return reply.code(204).send();
    },
  );
}

import type { LiveEventPage } from '@flowprof/store';
import { z } from 'zod';
import type { Principal } from '../../services/access/principal.ts';
import { resetReason } from '../../live/frames.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { jsonObject, problemResponses, workspaceHeaders } from '../shapes/common.ts';
import { isUpgradable, takeUpgrade } from '../upgrade.ts';

const params = z.strictObject({ workflow_id: z.string() });

const since = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .describe('The number of the last event that is known; what came after it follows');

const socketQuery = z.strictObject({
  since,
  workspace: z.string().max(100).optional().describe('Id or slug of the workspace, where headers cannot be set'),
});

const eventsShape = z.object({
  items: z.array(z.object({ event: z.string(), seq: z.int().min(1), data: jsonObject })),
  last_seq: z.int().min(0).describe('The number of the newest event'),
  oldest_seq: z.int().min(1).nullable().describe('The number of the oldest event that is kept'),
  reset: z
    .enum(['history_pruned', 'unknown_seq'])
    .nullable()
    .describe(
      'Why what follows `since` cannot be given without a gap: look at the workflow anew and go on from `last_seq`',
    ),
});

const parsedData = jsonObject.parse.bind(jsonObject);

function toEvents(page: LiveEventPage, after: number | undefined): z.output<typeof eventsShape> {
  const reset = after === undefined ? null : resetReason(after, page);
  const items = reset === null ? page.items : [];
  return {
    items: items.map(({ type, seq, data }) => ({ event: type, seq, data: parsedData(JSON.parse(data)) })),
    last_seq: page.lastSeq,
    oldest_seq: page.oldestSeq,
    reset,
  };
}

/**
 * The workspace of a workflow, for a page that cannot name it: of those that the caller has a role in. What others have is
 * answered as what does not exist.
 */
async function homeOf(
  workflowId: string,
  principal: Principal | null,
  { access, store }: Pick<AppContext, 'access' | 'store'>,
): Promise<string | undefined> {
  const own = principal === null ? [] : await access.workspacesOf(principal);
  if (own.length < 2) return undefined;
  const home = await store.live.workspaceOf(workflowId);
  return own.find(({ workspace }) => workspace.id === home)?.workspace.id;
}

/** What happens, as it happens. */
export function liveRoutes(app: App, { tenantOf, live, access, store }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/events',
    {
      config: { access: 'read' },
      schema: {
        tags: ['workflows'],
        headers: workspaceHeaders,
        operationId: 'listWorkflowEvents',
        summary: 'List the events of a workflow after a number, as its WebSocket sends them',
        params,
        querystring: z.strictObject({ since, limit: z.coerce.number().int().min(1).max(1000).default(100) }),
        response: { 200: eventsShape, ...problemResponses },
      },
    },
    async (request) => {
      const { since: after, limit } = request.query;
      const tenant = await tenantOf(request);
      const workflowId = existingId(request.params.workflow_id);
      return toEvents(found(await tenant.listLiveEvents(workflowId, { since: after ?? null, limit })), after);
    },
  );

  for (const path of ['/ws/workflows/:workflow_id', '/ws/workflows/:workflow_id/step/:step_id']) {
    app.get(
      path,
      {
        config: {
          access: 'read',
          isLong: true,
          errors: ['upgrade_required', 'too_many_connections', 'overloaded', 'shutting_down'],
        },
        schema: { hide: true, params: params.extend({ step_id: z.string().optional() }), querystring: socketQuery },
      },
      async (request, reply) => {
        const { workflow_id: id, step_id: step = null } = request.params;
        const { since: after = null, workspace } = request.query;
        const { principal, headers, routeOptions, quota, onClosed } = request;
        const workflowId = existingId(id);
        const isNamed = [workspace, headers['x-workspace-id'], headers['x-workspace-slug']].some(Boolean);
        const home = isNamed ? workspace : await homeOf(workflowId, principal, { access, store });
        const named = { principal, headers, routeOptions, quota, onClosed, tenant: null, params: { workspace: home } };
        const tenant = await tenantOf(named);
        request.tenant = tenant;
        request.quota = named.quota;
        const known = found(await tenant.listLiveEvents(workflowId, { since: null, limit: 1 }));
        if (!isUpgradable(request.raw)) {
          throw new ApiError('upgrade_required', 'This is the path of a WebSocket.', {
            headers: { upgrade: 'websocket', 'sec-websocket-version': '13' },
          });
        }
        live.requireRoom(tenant.workspaceId);
        reply.hijack();
        live.accept(takeUpgrade(request.raw), { tenant, workflowId, step, since: after, known });
      },
    );
  }
}

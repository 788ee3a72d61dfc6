import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { auditFilterOf, auditQuery, auditShape, cursorAfter, toAuditEntry } from '../shapes/access.ts';
import { problemResponses } from '../shapes/common.ts';

/** What was changed in a workspace, and by whom. */
export function auditRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/audit',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['access'],
        operationId: 'listAuditEntries',
        summary: 'List what was changed in a workspace or refused, the newest first',
        params: z.strictObject({ workspace: z.string() }),
        querystring: auditQuery,
        response: {
          200: z.object({
            items: z.array(auditShape),
            limit: z.int(),
            next_cursor: z.string().nullable().describe('Where the next page begins; null on the last'),
          }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const filter = auditFilterOf(request.query);
      const entries = await tenant.access.listAudit(filter);
      const last = entries.length < filter.limit ? undefined : entries.at(-1);
      return { items: entries.map(toAuditEntry), limit: filter.limit, next_cursor: last ? cursorAfter(last) : null };
    },
  );
}

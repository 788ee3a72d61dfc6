import { isTerminal } from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import { z } from 'zod';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { isUnchanged } from '../kept-answers.ts';
import { VERSION } from '../openapi.ts';
import { sendJson } from '../send-json.ts';
import { problemResponses } from '../shapes/common.ts';
import { comparisonQuery, comparisonShape } from '../shapes/comparison.ts';

const params = z.strictObject({ workspace: z.string(), execution: z.string() });

/** The last execution of the same workflow that started before another and completed; null when there is none. */
async function previousOf(tenant: TenantStore, { workflowId, startedAt }: Execution): Promise<Execution | null> {
  if (startedAt === null) return null;
  const filter = { workflowId, statuses: ['completed'], startedTo: startedAt, skip: 0, limit: 1 } as const;
  const { items } = await tenant.listExecutions(filter);
  return items[0] ?? null;
}

/** What an execution is compared with. @throws {ApiError} `not_found` */
async function baseOf(tenant: TenantStore, execution: Execution, base: string): Promise<Execution> {
  if (base === 'previous') return found(await previousOf(tenant, execution));
  return found(await tenant.getExecution(existingId(base)));
}

/** A validator of a comparison of two executions that have ended; null while one of them changes. */
function etagOf(base: Execution, execution: Execution, variant: string): string | null {
  if (![base, execution].every(({ status }) => isTerminal(status))) return null;
  return `W/"${execution.id}-${execution.updatedAt}-${base.id}-${base.updatedAt}-${VERSION}-compare${variant}"`;
}

/** What two executions of a workspace differ in. */
export function comparisonRoutes(app: App, { tenantOf, views }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/compare',
    {
      config: { access: 'read', errors: ['overloaded', 'shutting_down'], answerHeaders: ['ETag'] },
      schema: {
        tags: ['traces'],
        operationId: 'compareExecutions',
        summary: 'Get what an execution took more or less than another, in parts that add up',
        params,
        querystring: comparisonQuery,
        response: {
          200: comparisonShape,
          304: z.undefined().describe('What the client has still holds'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { base, diff, max_nodes: maxStacks } = request.query;
      const tenant = await tenantOf(request);
      const execution = found(await tenant.getExecution(existingId(request.params.execution)));
      const other = await baseOf(tenant, execution, base);
      const options = diff === 'flame' ? { maxStacks } : {};
      const etag = etagOf(other, execution, diff === 'flame' ? `-${maxStacks}` : '');
      if (isUnchanged(request, reply, etag)) return reply.code(304).send();
      sendJson(reply, found(await views.comparison(tenant, other, execution, options)));
      return reply;
    },
  );
}

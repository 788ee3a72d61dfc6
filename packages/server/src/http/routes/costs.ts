import { isoFromEpoch, workflowCost } from '@flowprof/model';
import { z } from 'zod';
import { pricesOf, readPrices, type WorkspacePrices } from '../../services/prices.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { problemResponses, workspaceHeaders } from '../shapes/common.ts';
import { priceTableShape, pricesShape, workflowCostShape } from '../shapes/prices.ts';

const url = '/api/v1/workspaces/:workspace/prices';
const params = z.strictObject({ workspace: z.string() });
const tags = ['costs'];

function toPrices(prices: WorkspacePrices | null): z.output<typeof pricesShape> {
  return { prices: prices?.table ?? null, updated_at: prices === null ? null : isoFromEpoch(prices.updatedAt) };
}

/** What things cost: the price list of a workspace, and what the executions of a workflow cost by it. */
export function costRoutes(app: App, context: AppContext): void {
  priceRoutes(app, context);
  workflowCostRoute(app, context);
}

function priceRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    url,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getPrices',
        summary: 'Get what run time and tokens cost; prices are null where none are set',
        params,
        response: { 200: pricesShape, ...problemResponses },
      },
    },
    async (request) => toPrices(await pricesOf(await tenantOf(request))),
  );

  app.put(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'setPrices',
        summary: 'Set what run time and tokens cost; null removes the prices',
        params,
        body: z.strictObject({ prices: priceTableShape.nullable() }),
        response: { 200: pricesShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { prices } = request.body;
      // As JSON, in which what is not given is left out.
      return toPrices(readPrices(await tenant.setPrices(z.json().parse(JSON.parse(JSON.stringify(prices))))));
    },
  );
}

function workflowCostRoute(app: App, { tenantOf, histories }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/cost',
    {
      config: { access: 'read', isLong: true, errors: ['overloaded', 'shutting_down'] },
      schema: {
        tags,
        headers: workspaceHeaders,
        operationId: 'getWorkflowCost',
        summary: 'Get what the last executions of a workflow cost, each and together',
        params: z.strictObject({ workflow_id: z.string() }),
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(1000).default(100).describe('How many of the last that have ended'),
        }),
        response: { 200: workflowCostShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { id } = found(await tenant.getWorkflow(existingId(request.params.workflow_id)));
      const [prices, { runs, incomplete }] = await Promise.all([
        pricesOf(tenant),
        histories.of(tenant, id, { limit: request.query.limit }),
      ]);
      return { ...workflowCost(runs, prices?.table ?? null), incomplete };
    },
  );
}

import { z } from 'zod';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { sendJson } from '../send-json.ts';
import { problemResponses } from '../shapes/common.ts';
import { whatIfBody, whatIfShape } from '../shapes/what-if.ts';

const params = z.strictObject({ workspace: z.string(), execution: z.string() });

/** What an execution would have taken with some changes. Nothing is changed by it, so that whoever may read may ask. */
export function whatIfRoutes(app: App, { tenantOf, whatIfs }: AppContext): void {
  app.post(
    '/api/v1/workspaces/:workspace/executions/:execution/what-if',
    {
      config: { access: 'read', errors: ['impossible_change', 'overloaded', 'shutting_down'] },
      schema: {
        tags: ['traces'],
        operationId: 'predictWhatIf',
        summary: 'Predict what an execution would have taken with some changes; without any, what would help most',
        params,
        body: whatIfBody,
        response: { 200: whatIfShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const execution = found(await tenant.getExecution(existingId(request.params.execution)));
      const { changes = [], suggest, runs = 1, include_trace: chart = false } = request.body ?? {};
      const asked = { changes, suggest: suggest ?? changes.length === 0, runs, chart };
      sendJson(reply, await whatIfs.answer(tenant, execution, asked));
      return reply;
    },
  );
}

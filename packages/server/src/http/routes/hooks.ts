import type { EpochMicros } from '@flowprof/model';
import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { problemResponses } from '../shapes/common.ts';
import { deliveryShape, ignoredShape } from '../shapes/trigger.ts';

/** The largest delivery that is read. */
const BODY_LIMIT = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** When the headers of a delivery were there. */
    hookReceivedAt: EpochMicros | null;
  }
}

/**
 * Where deliveries to webhooks come in. They prove themselves by their signature over the bytes of the body, which is
 * therefore read as it is, and not before its size and type are known to be right.
 */
export async function hookRoutes(app: App, { clock, webhooks }: AppContext): Promise<void> {
  app.decorateRequest('hookReceivedAt', null);
  await app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      async (_: unknown, body: Buffer) => body,
    );
    raw.addHook('onRequest', async (request) => {
      request.hookReceivedAt = clock.now();
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding.toLowerCase() !== 'identity') {
        throw new ApiError('unsupported_media_type', 'A delivery must not be compressed.');
      }
    });
    raw.post(
      '/hooks/:workspace_id/:trigger_id',
      {
        config: {
          access: 'public',
          errors: [
            'webhook_refused',
            'rate_limited',
            'trigger_disabled',
            'workflow_disabled',
            'expression_failed',
            'unknown_subworkflow',
            'imported_workflow',
            'overloaded',
            'shutting_down',
          ],
          answerHeaders: ['Location'],
          rawBody: ['application/json'],
        },
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: ['triggers'],
          operationId: 'receiveDelivery',
          summary: 'Deliver to a webhook',
          description:
            'Signed as Standard Webhooks say (`webhook-id`, `webhook-timestamp`, `webhook-signature`), or with `X-Hub-Signature-256` where the webhook is configured so. The same delivery again gives the execution that it has started.',
          params: z.strictObject({ workspace_id: z.string(), trigger_id: z.string() }),
          response: {
            200: ignoredShape.describe('The filter of the webhook leaves it out'),
            202: deliveryShape.describe('An execution is stored'),
            ...problemResponses,
          },
        },
      },
      async (request, reply) => {
        const { body, headers, params, hookReceivedAt } = request;
        const received = await webhooks.receive({
          workspaceId: params.workspace_id.toLowerCase(),
          triggerId: params.trigger_id.toLowerCase(),
          headers,
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
          receivedAt: hookReceivedAt ?? clock.now(),
        });
        if (received.kind === 'ignored') return reply.code(200).send({ ignored: true });
        const { execution, deliveryId } = received;
        return reply.code(202).header('location', `/api/workflows/executions/${execution.id}`).send({
          execution_id: execution.id,
          workflow_id: execution.workflowId,
          trigger_id: params.trigger_id.toLowerCase(),
          delivery_id: deliveryId,
          execution_number: execution.executionNumber,
        });
      },
    );
  });
}

import { encodeSummary } from '@flowprof/ingest';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { refuseCharsets } from '../json-body.ts';
import { callbackSummaryShape, toCallbackSummary } from '../shapes/callbacks.ts';
import { problemResponses, workspaceHeaders } from '../shapes/common.ts';
import { unpackBody } from '../unpack.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const TYPES = [JSON_TYPE, PROTOBUF_TYPE, 'application/protobuf'] as const;

/** How a body is written, by its content type. @throws {ApiError} `unsupported_media_type` */
function isJson(request: FastifyRequest): boolean {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (!TYPES.some((known) => known === type)) {
    throw new ApiError('unsupported_media_type', `The body must be ${JSON_TYPE} or ${PROTOBUF_TYPE}.`);
  }
  return type === JSON_TYPE;
}

/** Where engines report what they run. */
export async function callbackRoutes(app: App, { tenantOf, callbacks }: AppContext): Promise<void> {
  const limit = callbacks.limits.bytes;
  await app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limit }, async (_: unknown, body: Buffer) => body);
    raw.post(
      '/api/v1/callbacks',
      {
        bodyLimit: limit,
        config: {
          access: 'write',
          isLong: true,
          isTelemetry: true,
          errors: ['validation_failed', 'malformed_json', 'too_deep', 'body_too_large', 'overloaded'],
          rawBody: [JSON_TYPE, PROTOBUF_TYPE],
        },
        schema: {
          tags: ['executions'],
          operationId: 'reportCallbacks',
          summary:
            'Report what an engine runs: executions, nodes, results, spans; in any order, and again where in doubt',
          headers: workspaceHeaders,
          consumes: [JSON_TYPE, PROTOBUF_TYPE],
          response: {
            200: {
              description: 'What became of the batch',
              content: {
                [JSON_TYPE]: { schema: callbackSummaryShape },
                [PROTOBUF_TYPE]: {
                  schema: z
                    .custom<Uint8Array>((value) => value instanceof Uint8Array)
                    .meta({ type: 'string', format: 'binary' }),
                },
              },
            },
            ...problemResponses,
          },
        },
      },
      async (request, reply) => {
        const ofJson = isJson(request);
        if (ofJson) refuseCharsets(request);
        const sent: unknown = request.body;
        if (!(sent instanceof Buffer)) throw new ApiError('bad_request', 'The request has no body.');
        const tenant = await tenantOf(request);
        const bytes = await unpackBody(request, sent, limit);
        const summary = await callbacks.receive(tenant, bytes, ofJson ? 'json' : 'protobuf');
        if (ofJson) return reply.type(JSON_TYPE).send(toCallbackSummary(summary));
        return reply.type(PROTOBUF_TYPE).send(Buffer.from(encodeSummary(summary)));
      },
    );
  });
}

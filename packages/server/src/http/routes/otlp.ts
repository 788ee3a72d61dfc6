import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OtlpEncoding } from '../../services/otlp/encoding.ts';
import type { App, AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { readBody } from '../otlp/body.ts';
import { responseIn, rpcStatusOf, statusIn } from '../otlp/rpc-status.ts';
import { toApiError } from '../problem.ts';
import { exportContent, rpcResponses } from '../shapes/otlp.ts';
import { workspaceHeaders } from '../shapes/common.ts';
import { databaseError, isDatabaseDown } from '../store-errors.ts';

const TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** How a body is written, by its content type; null for any other. */
function encodingOf({ headers }: FastifyRequest): OtlpEncoding | null {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case TYPES.protobuf:
    case 'application/protobuf':
      return 'protobuf';
    case TYPES.json:
      return 'json';
    default:
      return null;
  }
}

/** Errors are answered in the encoding of the request, and in JSON where it has none of both. */
async function answerWithStatus(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const told = toApiError(error, { bodyLimit: 0, databaseError });
  if (told.code === 'internal_error') request.log.error({ err: error }, 'a request failed');
  else if (isDatabaseDown(error)) request.log.warn({ err: error }, 'the database is away');
  const status = rpcStatusOf(told);
  const encoding = encodingOf(request) ?? 'json';
  const { 'retry-after': _, ...headers } = told.parts.headers ?? {};
  if (status.retryAfter !== null) reply.header('retry-after', String(status.retryAfter));
  return reply.code(status.httpStatus).headers(headers).type(TYPES[encoding]).send(statusIn(encoding, status));
}

const config = {
  access: 'write',
  // It waits for the disk, and what it holds is counted in bytes.
  isLong: true,
  isTelemetry: true,
  isOtlp: true,
  errors: ['malformed_json', 'too_deep', 'overloaded', 'shutting_down'],
  rawBody: Object.values(TYPES),
} as const;

const described = {
  tags: ['traces'],
  description:
    'OTLP/HTTP of OpenTelemetry: `ExportTraceServiceRequest` in protocol buffers or JSON, packed with gzip or not. It is answered once the spans are durable. Spans that are wrong are left out and counted in `partialSuccess`. Errors are `google.rpc.Status`, in the encoding of the request.',
  consumes: Object.values(TYPES),
  response: { 200: { description: 'The spans are durable', content: exportContent }, ...rpcResponses },
};

/** Where exporters of OpenTelemetry send spans, by HTTP. */
export async function otlpRoutes(app: App, { tenantOf, otlp }: AppContext): Promise<void> {
  const receive = async (request: FastifyRequest, reply: FastifyReply) => {
    const encoding = encodingOf(request);
    if (encoding === null) {
      throw new ApiError('unsupported_media_type', `The body must be ${TYPES.protobuf} or ${TYPES.json}.`);
    }
    const tenant = await tenantOf(request);
    const held = otlp.hold(tenant.workspaceId);
    try {
      const exported = await otlp.receive(tenant, await readBody(request, held), encoding);
      return await reply.code(200).type(TYPES[encoding]).send(responseIn(encoding, exported));
    } finally {
      held.release();
    }
  };
  await app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers();
    // The body is read by the route, once it is known who sends it.
    raw.addContentTypeParser('*', async () => null);
    raw.setErrorHandler(answerWithStatus);
    raw.post(
      '/v1/traces',
      {
        config,
        schema: {
          ...described,
          operationId: 'exportSpans',
          summary: 'Send spans of OpenTelemetry',
          headers: workspaceHeaders,
        },
      },
      async (request, reply) => receive(request, reply),
    );
    raw.post(
      '/api/v1/workspaces/:workspace/otlp/v1/traces',
      {
        config,
        schema: {
          ...described,
          operationId: 'exportSpansTo',
          summary: 'Send spans of OpenTelemetry to a workspace that the path names, for exporters that set no headers',
          params: z.strictObject({ workspace: z.string() }),
        },
      },
      async (request, reply) => receive(request, reply),
    );
  });
}

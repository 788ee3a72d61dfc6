import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { parseJsonBody } from '../json-body.ts';
import { apiErrorOf, errorShapeOf } from './errors.ts';
import { appRouter, type CallContext } from './router.ts';

/** How many calls a request may hold. */
const MAX_BATCH = 10;

const query = z.object({ batch: z.string().optional(), input: z.string().optional() });

/** Refuses what the parser of tRPC would read without limits. */
function checkCalls(request: FastifyRequest, path: string): void {
  const { batch, input } = query.catch({}).parse(request.query);
  if (batch !== undefined && path.split(',').length > MAX_BATCH) {
    throw new ApiError('bad_request', `A batch holds at most ${MAX_BATCH} calls.`, {
      members: { max_calls: MAX_BATCH },
    });
  }
  if (input !== undefined) parseJsonBody(Buffer.from(input, 'utf8'));
}

/** What the procedures work with. */
type CallServices = Pick<AppContext, 'tenantOf' | 'views' | 'temporalDetails' | 'temporalSync'>;

function callContext(request: FastifyRequest, { tenantOf, ...services }: CallServices): CallContext {
  let tenant: ReturnType<CallContext['tenant']> | null = null;
  return {
    requestId: request.id,
    bodyLimit: request.routeOptions.bodyLimit,
    ...services,
    // Calls of a batch share it.
    tenant: () => (tenant ??= tenantOf(request)),
  };
}

/** Answers the calls of a request. */
async function answer(request: FastifyRequest, reply: FastifyReply, services: CallServices): Promise<FastifyReply> {
  const { '*': path } = z.object({ '*': z.string() }).parse(request.params);
  checkCalls(request, path);
  const { bodyLimit } = request.routeOptions;
  await fastifyRequestHandler({
    router: appRouter,
    req: request,
    res: reply,
    path,
    maxBatchSize: MAX_BATCH,
    createContext: () => callContext(request, services),
    onError: ({ error }) => {
      if (apiErrorOf(error, bodyLimit).code === 'internal_error') request.log.error({ err: error }, 'a call failed');
    },
    responseMeta: ({ errors }) => {
      const [retry] = errors.flatMap((error) => apiErrorOf(error, bodyLimit).parts.headers?.['retry-after'] ?? []);
      return retry === undefined ? {} : { headers: { 'retry-after': retry } };
    },
  });
  return reply;
}

/** Answers in the form of tRPC what goes wrong before a procedure is called. */
async function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const known = apiErrorOf(error, request.routeOptions.bodyLimit);
  if (known.code === 'internal_error') request.log.error({ err: error }, 'a call failed');
  const shape = errorShapeOf(known, request.id);
  return reply
    .code(shape.data.httpStatus)
    .headers(known.parts.headers ?? {})
    .type('application/json')
    .send(JSON.stringify({ error: shape }));
}

/**
 * tRPC 11 below `/trpc`. Queries are GET and read, mutations are POST and write, which tRPC insists on; so the route
 * decides what a procedure may do.
 */
export async function trpcRoutes(app: App, services: AppContext): Promise<void> {
  await app.register(async (scope: App) => {
    scope.setErrorHandler(answerError);
    const schema = { hide: true };
    scope.get('/trpc/*', { config: { access: 'read' }, schema }, (request, reply) => answer(request, reply, services));
    scope.post('/trpc/*', { config: { access: 'write' }, schema }, (request, reply) =>
      answer(request, reply, services),
    );
  });
}

import {
  buildFlameChart,
  buildProfile,
  encodeTrace,
  isTerminal,
  since,
  type Clock,
  type Micros,
} from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { existingId, found, tenantOfPath, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { VERSION } from '../openapi.ts';
import { problemResponses } from '../shapes/common.ts';
import { flameChartQuery, flameChartShape } from '../shapes/flame-chart.ts';
import { profileShape } from '../shapes/profile.ts';

const ARROW = 'application/vnd.apache.arrow.stream';

const params = z.strictObject({ workspace: z.string(), execution: z.string() });
const tags = ['traces'];
const bytes = z.instanceof(Uint8Array).meta({ type: 'string', format: 'binary' });
const unchanged = z.undefined().describe('What the client has still holds');

async function executionOf(tenant: TenantStore, id: string): Promise<Execution> {
  return found(await tenant.getExecution(existingId(id)));
}

/** A validator of what is told of an execution that has ended; null while it changes. */
function etagOf(execution: Execution, variant: string): string | null {
  return isTerminal(execution.status) ? `W/"${execution.id}-${execution.updatedAt}-${VERSION}-${variant}"` : null;
}

/** Lets a client keep an answer and ask whether it still holds; says whether what it has does. */
function isUnchanged(request: FastifyRequest, reply: FastifyReply, etag: string | null): boolean {
  if (etag === null) return false;
  reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'accept' });
  return request.headers['if-none-match'] === etag;
}

/** How far an execution that runs has come. */
function progressOf(execution: Execution, clock: Clock): { readonly now?: Micros } {
  if (isTerminal(execution.status) || execution.startedAt === null) return {};
  return { now: since(execution.startedAt, clock.now()) };
}

/** Has an answer that the model made sent as it is: a walk along its schema would cost more than making it. */
function sendUnchecked(reply: FastifyReply): void {
  reply.type('application/json; charset=utf-8').serializer((value: unknown) => JSON.stringify(value));
}

function wantsArrow(request: FastifyRequest): boolean {
  return request.headers.accept?.toLowerCase().includes(ARROW) ?? false;
}

/** What is read out of an execution's spans. */
export function traceRoutes(app: App, { store, clock }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/flame-chart',
    {
      schema: {
        tags,
        summary: 'Get the spans of an execution, nested; all of them as Arrow columns with the Accept header',
        params,
        querystring: flameChartQuery,
        response: {
          200: {
            description: 'The flame chart',
            content: {
              'application/json': { schema: flameChartShape },
              [ARROW]: { schema: bytes },
            },
          },
          304: unchanged,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOfPath(store, request.params.workspace);
      const execution = await executionOf(tenant, request.params.execution);
      const arrow = wantsArrow(request);
      if (isUnchanged(request, reply, etagOf(execution, arrow ? 'arrow' : 'json'))) return reply.code(304).send();
      const trace = found(await tenant.getTrace(execution.id));
      if (arrow) return reply.type(ARROW).send(Buffer.from(encodeTrace(trace)));
      const {
        depth,
        min_duration_ms: minDurationMs,
        from_ms: fromMs,
        to_ms: toMs,
        max_spans: maxSpans,
      } = request.query;
      const chart = buildFlameChart(trace, {
        ...progressOf(execution, clock),
        ...(depth !== undefined && { depth }),
        ...(minDurationMs !== undefined && { minDurationMs }),
        ...(fromMs !== undefined && { fromMs }),
        ...(toMs !== undefined && { toMs }),
        ...(maxSpans !== undefined && { maxSpans }),
      });
      sendUnchecked(reply);
      return { ...chart, execution_id: execution.id };
    },
  );

  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/profile',
    {
      schema: {
        tags,
        summary: 'Get what an execution comes to: accounting, critical path, bottlenecks, advice',
        params,
        response: {
          200: profileShape,
          304: unchanged,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOfPath(store, request.params.workspace);
      const execution = await executionOf(tenant, request.params.execution);
      if (isUnchanged(request, reply, etagOf(execution, 'profile'))) return reply.code(304).send();
      const trace = await tenant.getTrace(execution.id);
      if (!trace) throw notFound();
      sendUnchecked(reply);
      return buildProfile(trace, progressOf(execution, clock));
    },
  );
}

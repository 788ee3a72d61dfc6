import { createHash } from 'node:crypto';
import { encodeTrace, isTerminal, type FlameChartCut, type HistoryFinding } from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import { unpackColumns } from '@flowprof/store/blob';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { pricesOf } from '../../services/prices.ts';
import { qualityOf } from '../accept.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { isUnchanged } from '../kept-answers.ts';
import { VERSION } from '../openapi.ts';
import { bufferOf, sendJson } from '../send-json.ts';
import { problemResponses } from '../shapes/common.ts';
import { flameChartQuery, flameChartShape } from '../shapes/flame-chart.ts';
import { hotspotsQuery, hotspotsShape } from '../shapes/hotspots.ts';
import { profileShape } from '../shapes/profile.ts';

const ARROW = 'application/vnd.apache.arrow.stream';
const CSV = 'text/csv';

const params = z.strictObject({ workspace: z.string(), execution: z.string() });
const tags = ['traces'];
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array).meta({ type: 'string', format: 'binary' });
const unchanged = z.undefined().describe('What the client has still holds');

async function executionOf(tenant: TenantStore, id: string): Promise<Execution> {
  return found(await tenant.getExecution(existingId(id)));
}

/** A validator of what is told of an execution that has ended; null while it changes. */
function etagOf(execution: Execution, variant: string): string | null {
  return isTerminal(execution.status) ? `W/"${execution.id}-${execution.updatedAt}-${VERSION}-${variant}"` : null;
}

/** What an answer depends on besides its execution, for a validator. */
function digestOf(history: HistoryFinding | null): string {
  if (history === null) return '';
  return `-${createHash('sha256').update(JSON.stringify(history)).digest('base64url').slice(0, 16)}`;
}

/** Whether a client asks for Arrow, and would not rather have JSON. */
function wantsArrow({ headers: { accept = '' } }: FastifyRequest): boolean {
  const quality = qualityOf(accept, ARROW);
  return quality > 0 && quality >= qualityOf(accept, 'application/json');
}

function cutOf(query: z.output<typeof flameChartQuery>): FlameChartCut {
  const { depth, min_duration_ms: minDurationMs, from_ms: fromMs, to_ms: toMs, max_spans: maxSpans } = query;
  return {
    ...(depth !== undefined && { depth }),
    ...(minDurationMs !== undefined && { minDurationMs }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    ...(maxSpans !== undefined && { maxSpans }),
  };
}

/** All spans as Arrow columns. Where they are kept as such and the client can read how, they are sent as they are kept. */
async function columnsOf(
  tenant: TenantStore,
  id: string,
  acceptEncoding: string | undefined,
): Promise<{ readonly bytes: Buffer; readonly encoding: 'br' | null }> {
  const packed = await tenant.getPackedTrace(id);
  if (packed === null) return { bytes: bufferOf(encodeTrace(found(await tenant.getTrace(id)))), encoding: null };
  const canBeSent = packed.format === 'arrow+br' && /(?:^|,)\s*br\s*(?:,|$)/i.test(acceptEncoding ?? '');
  if (canBeSent) return { bytes: bufferOf(packed.data), encoding: 'br' };
  return { bytes: bufferOf(await unpackColumns(packed)), encoding: null };
}

/** What is read out of an execution's spans. */
export function traceRoutes(app: App, { tenantOf, views, workflowHistory }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/flame-chart',
    {
      config: { access: 'read', errors: ['overloaded', 'shutting_down'], answerHeaders: ['ETag'] },
      schema: {
        tags,
        operationId: 'getFlameChart',
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
      const tenant = await tenantOf(request);
      const execution = await executionOf(tenant, request.params.execution);
      const arrow = wantsArrow(request);
      if (isUnchanged(request, reply, etagOf(execution, arrow ? 'arrow' : 'json'))) return reply.code(304).send();
      if (arrow) {
        const columns = await columnsOf(tenant, execution.id, request.headers['accept-encoding']);
        if (columns.encoding !== null) reply.header('content-encoding', columns.encoding);
        return reply.type(ARROW).send(columns.bytes);
      }
      sendJson(reply, found(await views.flameChart(tenant, execution, cutOf(request.query))));
      return reply;
    },
  );

  profileRoute(app, { tenantOf, views, workflowHistory });
  hotspotsRoute(app, { tenantOf, views });
}

/** Whether a client asks for a table, by the query or by the header, and would not rather have JSON. */
function wantsCsv({ headers: { accept = '' } }: FastifyRequest, format: 'json' | 'csv' | undefined): boolean {
  if (format !== undefined) return format === 'csv';
  const quality = qualityOf(accept, CSV);
  return quality > 0 && quality > qualityOf(accept, 'application/json');
}

function profileRoute(
  app: App,
  { tenantOf, views, workflowHistory }: Pick<AppContext, 'tenantOf' | 'views' | 'workflowHistory'>,
): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/profile',
    {
      config: { access: 'read', errors: ['overloaded', 'shutting_down'], answerHeaders: ['ETag'] },
      schema: {
        tags,
        operationId: 'getProfile',
        summary: 'Get what an execution comes to: accounting, critical path, bottlenecks, advice',
        params,
        querystring: z.strictObject({
          format: z
            .enum(['json', 'csv'])
            .optional()
            .describe('`csv` gives the nodes as a table, as does the Accept header'),
        }),
        response: {
          200: {
            description: 'The profile; as CSV, its nodes with what their time went to',
            content: { 'application/json': { schema: profileShape }, [CSV]: { schema: bytes } },
          },
          304: unchanged,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const execution = await executionOf(tenant, request.params.execution);
      if (wantsCsv(request, request.query.format)) {
        if (isUnchanged(request, reply, etagOf(execution, 'profile-csv'))) return reply.code(304).send();
        return reply.type(`${CSV}; charset=utf-8`).send(bufferOf(found(await views.profileCsv(tenant, execution))));
      }
      const [history, prices] = await Promise.all([workflowHistory.finding(tenant, execution), pricesOf(tenant)]);
      const etag = etagOf(execution, `profile${digestOf(history)}${prices === null ? '' : `-${prices.updatedAt}`}`);
      if (isUnchanged(request, reply, etag)) return reply.code(304).send();
      sendJson(reply, found(await views.profile(tenant, execution, { history, prices })));
      return reply;
    },
  );
}

function hotspotsRoute(app: App, { tenantOf, views }: Pick<AppContext, 'tenantOf' | 'views'>): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/hotspots',
    {
      config: { access: 'read', errors: ['overloaded', 'shutting_down'], answerHeaders: ['ETag'] },
      schema: {
        tags,
        operationId: 'getHotspots',
        summary: 'Get what took most time over all instances of a name, and with a name who calls it and whom it calls',
        params,
        querystring: hotspotsQuery,
        response: { 200: hotspotsShape, 304: unchanged, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const execution = await executionOf(tenant, request.params.execution);
      const { limit, name, max_nodes: maxNodes } = request.query;
      const options = { limit, maxNodes, ...(name !== undefined && { name }) };
      const variant = createHash('sha256').update(JSON.stringify(options)).digest('base64url').slice(0, 16);
      if (isUnchanged(request, reply, etagOf(execution, `hotspots-${variant}`))) return reply.code(304).send();
      sendJson(reply, found(await views.hotspots(tenant, execution, options)));
      return reply;
    },
  );
}

import { z } from 'zod';
import { executionDetails } from '../answers.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { problemResponses } from '../shapes/common.ts';
import { executionDetailsShape } from '../shapes/execution.ts';
import {
  newTemporalConnectionBody,
  secretsOf,
  temporalCheckShape,
  temporalConnectionChangeBody,
  temporalConnectionShape,
  temporalConnectionsShape,
  temporalSyncBody,
  temporalSyncedShape,
  textOf,
  toTemporalConnection,
} from '../shapes/temporal.ts';

const CONNECTIONS = '/api/v1/workspaces/:workspace/temporal/connections';
const ITEM = `${CONNECTIONS}/:connection`;
const tags = ['temporal'];
const params = z.strictObject({ workspace: z.string() });
const itemParams = params.extend({ connection: z.string() });

/** Connections to Temporal servers, and the sync of what runs there. */
export function temporalRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
  actionRoutes(app, context);
  executionRoute(app, context);
}

function collectionRoutes(app: App, { tenantOf, temporalConnections, clock }: AppContext): void {
  app.get(
    CONNECTIONS,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listTemporalConnections',
        summary: 'List the connections to Temporal servers, by name, with how far their sync is',
        params,
        response: { 200: temporalConnectionsShape, ...problemResponses },
      },
    },
    async (request) => {
      const items = await (await tenantOf(request)).temporal.listConnections();
      return { items: items.map((one) => toTemporalConnection(one, clock)), total: items.length };
    },
  );

  app.post(
    CONNECTIONS,
    {
      config: {
        access: 'admin',
        errors: ['already_exists', 'too_many_temporal_connections'],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        operationId: 'createTemporalConnection',
        summary: 'Connect a Temporal server; executions of its namespace are synced from then on',
        params,
        body: newTemporalConnectionBody,
        response: { 201: temporalConnectionShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { secrets, ...body } = request.body;
      const text = {
        name: body.name,
        address: body.address.toLowerCase(),
        namespace: body.namespace,
        tls: body.tls,
        serverName: body.server_name,
        codecUrl: body.codec_url,
        webUrl: body.web_url,
        isEnabled: body.enabled,
        query: body.query,
        backfillDays: body.backfill_days,
        coordinator: body.coordinator,
      };
      const made = await temporalConnections.create(tenant, text, secretsOf(secrets));
      const location = `/api/v1/workspaces/${tenant.workspaceId}/temporal/connections/${made.id}`;
      return reply.code(201).header('location', location).send(toTemporalConnection(made, clock));
    },
  );
}

function itemRoutes(app: App, { tenantOf, temporalConnections, clock }: AppContext): void {
  app.get(
    ITEM,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getTemporalConnection',
        summary: 'Get a connection to a Temporal server, with how far its sync is',
        params: itemParams,
        response: { 200: temporalConnectionShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.connection);
      return toTemporalConnection(found(await tenant.temporal.getConnection(id)), clock);
    },
  );

  app.put(
    ITEM,
    {
      config: { access: 'admin', errors: ['already_exists'] },
      schema: {
        tags,
        operationId: 'updateTemporalConnection',
        summary: 'Change a connection to a Temporal server; what is absent stays as it is',
        params: itemParams,
        body: temporalConnectionChangeBody,
        response: { 200: temporalConnectionShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.connection);
      const { body } = request;
      const changed = await temporalConnections.update(tenant, id, textOf(body), secretsOf(body.secrets));
      return toTemporalConnection(changed, clock);
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'deleteTemporalConnection',
        summary: 'Remove a connection to a Temporal server, and the events that were kept of it',
        params: itemParams,
        querystring: z.strictObject({
          with_executions: z
            .enum(['true', 'false'])
            .default('false')
            .describe('Whether the executions go, too, that were synced by it'),
        }),
        response: { 204: z.undefined().describe('Removed'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const withExecutions = request.query.with_executions === 'true';
      await temporalConnections.delete(tenant, existingId(request.params.connection), withExecutions);
      return reply.code(204).send();
    },
  );
}

function actionRoutes(app: App, { tenantOf, temporalSync }: AppContext): void {
  app.post(
    `${ITEM}/check`,
    {
      config: { access: 'admin', isLong: true },
      schema: {
        tags,
        operationId: 'checkTemporalConnection',
        summary: 'Try a connection: whether the server is reached, lets one in, and has the namespace',
        params: itemParams,
        body: z.strictObject({}).nullish(),
        response: { 200: temporalCheckShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const connection = found(await tenant.temporal.getConnection(existingId(request.params.connection)));
      return temporalSync.check(tenant, connection);
    },
  );

  app.post(
    `${ITEM}/sync`,
    {
      config: { access: 'write', isLong: true, errors: ['temporal_failed'] },
      schema: {
        tags,
        operationId: 'syncTemporalConnection',
        summary: 'List the executions of a connection now, and wait a while for them to be synced',
        params: itemParams,
        body: temporalSyncBody,
        response: { 200: temporalSyncedShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const connection = found(await tenant.temporal.getConnection(existingId(request.params.connection)));
      const { workflow_id: workflowId, wait_seconds: seconds = 20 } = request.body ?? {};
      return temporalSync.syncConnection(tenant, connection, {
        workflowId: workflowId ?? null,
        waitMs: seconds * 1000,
      });
    },
  );
}

function executionRoute(app: App, context: AppContext): void {
  const { tenantOf, temporalSync } = context;
  app.post(
    '/api/v1/workspaces/:workspace/executions/:execution/sync',
    {
      config: { access: 'write', isLong: true, errors: ['temporal_not_connected', 'temporal_failed'] },
      schema: {
        tags,
        operationId: 'syncExecution',
        summary: 'Read an execution from Temporal now; answered once that is stored',
        params: params.extend({ execution: z.string() }),
        body: z.strictObject({}).nullish(),
        response: { 200: executionDetailsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.execution);
      await temporalSync.syncNow(tenant, id);
      return executionDetails(tenant, context, id, { isSynced: true });
    },
  );
}

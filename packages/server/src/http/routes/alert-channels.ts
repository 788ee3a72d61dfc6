import { z } from 'zod';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import {
  alertChannelShape,
  channelChangeBody,
  createdChannelShape,
  deliveryOfAlertShape,
  newChannelBody,
  toAlertChannel,
  toAlertDelivery,
} from '../shapes/alert.ts';
import { pageOf, pageQuery, problemResponses } from '../shapes/common.ts';
import { rotateBody, rotatedShape } from '../shapes/trigger.ts';

const CHANNELS = '/api/v1/workspaces/:workspace/alert-channels';
const ITEM = `${CHANNELS}/:channel`;
const tags = ['alerts'];
const params = z.strictObject({ workspace: z.string() });
const itemParams = params.extend({ channel: z.string() });

const A_DAY_SECONDS = 86_400;

/** The webhooks that alerts are told to. */
export function alertChannelRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
  sendingRoutes(app, context);
}

function collectionRoutes(app: App, { tenantOf, alertChannels }: AppContext): void {
  app.get(
    CHANNELS,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listAlertChannels',
        summary: 'List the webhooks that alerts are told to, by name',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(alertChannelShape), ...problemResponses },
      },
    },
    async (request) => {
      const page = await (await tenantOf(request)).alerts.listChannels(request.query);
      return { ...page, items: page.items.map(toAlertChannel) };
    },
  );

  app.post(
    CHANNELS,
    {
      config: { access: 'write', errors: ['too_many_alert_channels'], answerHeaders: ['Location'] },
      schema: {
        tags,
        operationId: 'createAlertChannel',
        summary: 'Add a webhook that alerts are told to; the secret is shown only here',
        params,
        body: newChannelBody,
        response: { 201: createdChannelShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { channel, secret } = await alertChannels.create(tenant, request.body);
      const location = `/api/v1/workspaces/${tenant.workspaceId}/alert-channels/${channel.id}`;
      return reply
        .code(201)
        .header('location', location)
        .send({ ...toAlertChannel(channel), secret });
    },
  );
}

function itemRoutes(app: App, { tenantOf, alertChannels }: AppContext): void {
  app.get(
    ITEM,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getAlertChannel',
        summary: 'Get a webhook that alerts are told to',
        params: itemParams,
        response: { 200: alertChannelShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toAlertChannel(found(await tenant.alerts.getChannel(existingId(request.params.channel))));
    },
  );

  app.put(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'updateAlertChannel',
        summary: 'Change a webhook that alerts are told to',
        params: itemParams,
        body: channelChangeBody,
        response: { 200: alertChannelShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { name, url, enabled } = request.body;
      const changed = await alertChannels.update(tenant, existingId(request.params.channel), {
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        ...(enabled !== undefined && { enabled }),
      });
      return toAlertChannel(changed);
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'deleteAlertChannel',
        summary: 'Delete a webhook with what it was to be told',
        params: itemParams,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      if (!(await tenant.alerts.deleteChannel(existingId(request.params.channel)))) throw notFound();
      return reply.code(204).send();
    },
  );
}

function sendingRoutes(app: App, { tenantOf, alertChannels }: AppContext): void {
  app.post(
    `${ITEM}/test`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'testAlertChannel',
        summary: 'Send a test to a webhook',
        params: itemParams,
        body: z.strictObject({}).nullish(),
        response: { 202: deliveryOfAlertShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const sent = await alertChannels.test(tenant, existingId(request.params.channel));
      return reply.code(202).send(toAlertDelivery(sent));
    },
  );

  app.post(
    `${ITEM}/rotate-secret`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'rotateAlertChannelSecret',
        summary: 'Give a webhook a new secret, which is shown only here; those before sign along for a while',
        params: itemParams,
        body: rotateBody,
        response: { 200: rotatedShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.channel);
      const keepSeconds = request.body?.keep_previous_seconds ?? A_DAY_SECONDS;
      return { secret: await alertChannels.rotate(tenant, id, keepSeconds) };
    },
  );

  app.get(
    `${ITEM}/deliveries`,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listAlertDeliveries',
        summary: 'List what a webhook was told or is to be, the newest first',
        params: itemParams,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(deliveryOfAlertShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.channel);
      found(await tenant.alerts.getChannel(id));
      const page = await tenant.alerts.listDeliveries(id, request.query);
      return { ...page, items: page.items.map(toAlertDelivery) };
    },
  );
}

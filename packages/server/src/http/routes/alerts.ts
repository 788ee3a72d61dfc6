import type { AlertKind, JsonObject } from '@flowprof/model';
import type { AlertRuleText, TenantStore } from '@flowprof/store';
import { z } from 'zod';
import { nameOf } from '../../services/access/principal.ts';
import { ALERT_CONFIGS, keptConfig } from '../../services/alerts/config.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import {
  alertChangeBody,
  alertEventPage,
  alertEventsQuery,
  alertShape,
  alertsQuery,
  muteBody,
  newAlertBody,
  sentTestsShape,
  toAlert,
  toAlertDelivery,
  toAlertEvent,
} from '../shapes/alert.ts';
import { pageOf, problemResponses } from '../shapes/common.ts';
import { fieldErrorsOf } from '../validation.ts';

const ALERTS = '/api/v1/workspaces/:workspace/alerts';
const ITEM = `${ALERTS}/:alert`;
const tags = ['alerts'];
const params = z.strictObject({ workspace: z.string() });
const itemParams = params.extend({ alert: z.string() });

/** How many channels a workspace may have; see `AlertChannelService`. */
const CHANNELS = { skip: 0, limit: 100 };

/** Rules on workflows that tell when something is not as it should be. */
export function alertRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
  actionRoutes(app, context);
  eventRoute(app, context);
}

/** A configuration in the form of its kind, with its defaults. @throws {ApiError} `validation_failed` */
function configOf(kind: AlertKind, given: JsonObject): JsonObject {
  const result = ALERT_CONFIGS[kind].safeParse(given);
  if (result.success) return keptConfig(result.data);
  const errors = fieldErrorsOf(result.error.issues, 'body').slice(0, 20);
  const placed = errors.map((error) => ({ ...error, pointer: `/config${error.pointer}` }));
  throw new ApiError('validation_failed', 'The configuration is invalid.', { errors: placed });
}

/** @throws {ApiError} `validation_failed` for ids that no channel of the workspace has */
async function requireChannels(tenant: TenantStore, ids: readonly string[] | null | undefined): Promise<void> {
  if (ids === null || ids === undefined || ids.length === 0) return;
  const known = new Set((await tenant.alerts.listChannels(CHANNELS)).items.map(({ id }) => id));
  const errors = ids.flatMap((id, i) =>
    known.has(id)
      ? []
      : [{ pointer: `/channel_ids/${i}`, code: 'unknown_channel', detail: 'expected the id of a channel' }],
  );
  if (errors.length === 0) return;
  throw new ApiError('validation_failed', 'A channel is not there.', { errors: errors.slice(0, 20) });
}

function collectionRoutes(app: App, { tenantOf, alertRules }: AppContext): void {
  app.get(
    ALERTS,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listAlerts',
        summary: 'List the alert rules of a workspace: those that fire, then by name',
        params,
        querystring: alertsQuery,
        response: { 200: pageOf(alertShape), ...problemResponses },
      },
    },
    async (request) => {
      const { workflow_id: workflowId, state: status, ...page } = request.query;
      const listed = await (await tenantOf(request)).alerts.listRules({ ...page, workflowId, status });
      return { ...listed, items: listed.items.map(toAlert) };
    },
  );

  app.post(
    ALERTS,
    {
      config: { access: 'write', errors: ['too_many_alert_rules'], answerHeaders: ['Location'] },
      schema: {
        tags,
        operationId: 'createAlert',
        summary: 'Create an alert rule; it looks at executions that end from now on',
        params,
        body: newAlertBody,
        response: { 201: alertShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { workflow_id: workflow, kind, config, channel_ids: channelIds, ...text } = request.body;
      const workflowId = existingId(workflow);
      found(await tenant.getWorkflow(workflowId));
      await requireChannels(tenant, channelIds);
      const { name, severity, enabled, fire_after: fireAfter, resolve_after: resolveAfter } = text;
      const shared = { name, severity, enabled, fireAfter, resolveAfter, channelIds };
      const rule = await alertRules.create(tenant, { workflowId, kind, config: keptConfig(config), ...shared });
      const location = `/api/v1/workspaces/${tenant.workspaceId}/alerts/${rule.id}`;
      return reply.code(201).header('location', location).send(toAlert(rule));
    },
  );
}

function itemRoutes(app: App, { tenantOf, alertRules }: AppContext): void {
  app.get(
    ITEM,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getAlert',
        summary: 'Get an alert rule',
        params: itemParams,
        response: { 200: alertShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toAlert(found(await tenant.alerts.getRule(existingId(request.params.alert))));
    },
  );

  app.put(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'updateAlert',
        summary: 'Change an alert rule; with another configuration, or switched on or off, it begins anew',
        params: itemParams,
        body: alertChangeBody,
        response: { 200: alertShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.alert);
      const known = found(await tenant.alerts.getRule(id));
      const { config, ...given } = request.body;
      await requireChannels(tenant, given.channel_ids);
      const change: Partial<AlertRuleText> = {
        ...(given.name !== undefined && { name: given.name }),
        ...(given.severity !== undefined && { severity: given.severity }),
        ...(given.enabled !== undefined && { enabled: given.enabled }),
        ...(given.fire_after !== undefined && { fireAfter: given.fire_after }),
        ...(given.resolve_after !== undefined && { resolveAfter: given.resolve_after }),
        ...(given.channel_ids !== undefined && { channelIds: given.channel_ids }),
        ...(config !== undefined && { config: configOf(known.kind, config) }),
      };
      return toAlert(await alertRules.update(tenant, id, change));
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'deleteAlert',
        summary: 'Delete an alert rule with its events; what is not delivered yet is not any more',
        params: itemParams,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      if (!(await tenant.alerts.deleteRule(existingId(request.params.alert)))) throw notFound();
      return reply.code(204).send();
    },
  );
}

function actionRoutes(app: App, { tenantOf, alertRules, alertChannels }: AppContext): void {
  app.post(
    `${ITEM}/mute`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'muteAlert',
        summary: 'Tell no channel for a while that an alert rule fires',
        params: itemParams,
        body: muteBody,
        response: { 200: alertShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.alert);
      return toAlert(await alertRules.mute(tenant, id, request.body.for_seconds));
    },
  );

  app.post(
    `${ITEM}/acknowledge`,
    {
      config: { access: 'write', errors: ['alert_not_firing'] },
      schema: {
        tags,
        operationId: 'acknowledgeAlert',
        summary: 'Say that somebody knows of the alert that fires; whoever does so first stays',
        params: itemParams,
        body: z.strictObject({}).nullish(),
        response: { 200: alertShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const id = existingId(request.params.alert);
      found(await tenant.alerts.getRule(id));
      const acknowledged = await tenant.alerts.acknowledgeRule(id, nameOf(request.principal) ?? 'this machine’s user');
      if (acknowledged === null) throw new ApiError('alert_not_firing', 'The alert does not fire.');
      return toAlert(acknowledged);
    },
  );

  app.post(
    `${ITEM}/test`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'testAlert',
        summary: 'Send a test to the channels that an alert rule tells',
        params: itemParams,
        body: z.strictObject({}).nullish(),
        response: { 202: sentTestsShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const rule = found(await tenant.alerts.getRule(existingId(request.params.alert)));
      const sent = await alertChannels.testRule(tenant, rule);
      return reply.code(202).send({ deliveries: sent.map(toAlertDelivery) });
    },
  );
}

function eventRoute(app: App, { tenantOf, alertMessages }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/alert-events',
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listAlertEvents',
        summary: 'List when alerts began and were over, the newest first; the last 500 of each rule are kept',
        params,
        querystring: alertEventsQuery,
        response: { 200: alertEventPage, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { alert_id: ruleId, workflow_id: workflowId, ...rest } = request.query;
      const { nextCursor, items, ...page } = await tenant.alerts.listEvents({ ...rest, ruleId, workflowId });
      const shown = items.map((event) => toAlertEvent(event, alertMessages.link(event.path)));
      return { ...page, items: shown, next_cursor: nextCursor };
    },
  );
}

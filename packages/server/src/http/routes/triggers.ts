import type { TenantStore, Trigger } from '@flowprof/store';
import { z } from 'zod';
import type { WantedConfig } from '../../services/triggers/triggers.ts';
import { scheduleConfig, webhookConfig } from '../../services/triggers/config.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { pageOf, pageQuery, problemResponses, workspaceHeaders } from '../shapes/common.ts';
import {
  createdTriggerShape,
  newTriggerBody,
  rotateBody,
  rotatedShape,
  toTrigger,
  triggerChangeBody,
  triggerShape,
} from '../shapes/trigger.ts';
import { fieldErrorsOf } from '../validation.ts';

const params = z.strictObject({ workflow_id: z.string() });
const itemParams = z.strictObject({ workflow_id: z.string(), trigger_id: z.string() });
const tags = ['triggers'];
const headers = workspaceHeaders;
const ITEM = '/api/workflows/:workflow_id/triggers/:trigger_id';

/** What starts a workflow by itself: webhooks and schedules. */
export function triggerRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  readRoute(app, context);
  changeRoutes(app, context);
  switchRoutes(app, context);
}

/** A trigger of a workflow. @throws {ApiError} `not_found` */
async function triggerOf(tenant: TenantStore, path: z.output<typeof itemParams>): Promise<Trigger> {
  const workflowId = existingId(path.workflow_id);
  const trigger = found(await tenant.triggers.get(existingId(path.trigger_id)));
  if (trigger.workflowId !== workflowId) throw notFound();
  return trigger;
}

/** A configuration in the form of its kind. @throws {ApiError} `validation_failed` */
function configOf(kind: Trigger['kind'], given: unknown): WantedConfig {
  const result = kind === 'webhook' ? webhookConfig.safeParse(given) : scheduleConfig.safeParse(given);
  if (!result.success) {
    const errors = fieldErrorsOf(result.error.issues, 'body').slice(0, 20);
    const placed = errors.map((error) => ({ ...error, pointer: `/config${error.pointer}` }));
    throw new ApiError('validation_failed', 'The configuration is invalid.', { errors: placed });
  }
  return kind === 'webhook'
    ? { kind, config: webhookConfig.parse(given) }
    : { kind, config: scheduleConfig.parse(given) };
}

function collectionRoutes(app: App, { tenantOf, triggers }: AppContext): void {
  app.get(
    '/api/workflows/:workflow_id/triggers',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listTriggers',
        summary: 'List the triggers of a workflow, oldest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(triggerShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const workflowId = existingId(request.params.workflow_id);
      found(await tenant.getWorkflow(workflowId));
      const page = await tenant.triggers.list(workflowId, request.query);
      return { ...page, items: page.items.map((trigger) => toTrigger(trigger, triggers.upcoming(trigger))) };
    },
  );

  app.post(
    '/api/workflows/:workflow_id/triggers',
    {
      config: {
        access: 'write',
        errors: ['invalid_trigger', 'imported_workflow', 'too_many_triggers'],
        answerHeaders: ['Location'],
      },
      schema: {
        tags,
        headers,
        operationId: 'createTrigger',
        summary: 'Create a trigger; the secret of a webhook is shown only here',
        params,
        body: newTriggerBody,
        response: { 201: createdTriggerShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { name, ...wanted } = request.body;
      const workflowId = existingId(request.params.workflow_id);
      const { trigger, secret } = await triggers.create(tenant, workflowId, { ...wanted, name: name ?? wanted.kind });
      const location = `/api/workflows/${workflowId}/triggers/${trigger.id}`;
      const body = { ...toTrigger(trigger, triggers.upcoming(trigger)), secret };
      return reply.code(201).header('location', location).send(body);
    },
  );
}

function readRoute(app: App, { tenantOf, triggers }: AppContext): void {
  app.get(
    ITEM,
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'getTrigger',
        summary: 'Get a trigger',
        params: itemParams,
        response: { 200: triggerShape, ...problemResponses },
      },
    },
    async (request) => {
      const trigger = await triggerOf(await tenantOf(request), request.params);
      return toTrigger(trigger, triggers.upcoming(trigger));
    },
  );
}

function changeRoutes(app: App, { tenantOf, triggers }: AppContext): void {
  app.put(
    ITEM,
    {
      config: { access: 'write', errors: ['invalid_trigger', 'imported_workflow'] },
      schema: {
        tags,
        headers,
        operationId: 'updateTrigger',
        summary: 'Change a trigger; its configuration is replaced as a whole',
        params: itemParams,
        body: triggerChangeBody,
        response: { 200: triggerShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const trigger = await triggerOf(tenant, request.params);
      const { name, enabled, config } = request.body;
      const changed = await triggers.update(tenant, trigger, {
        ...(name !== undefined && { name }),
        ...(enabled !== undefined && { enabled }),
        ...(config !== undefined && { wanted: configOf(trigger.kind, config) }),
      });
      return toTrigger(changed, triggers.upcoming(changed));
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        headers,
        operationId: 'deleteTrigger',
        summary: 'Delete a trigger; its executions stay',
        params: itemParams,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { id } = await triggerOf(tenant, request.params);
      if (!(await tenant.triggers.delete(id))) throw notFound();
      return reply.code(204).send();
    },
  );

  app.post(
    `${ITEM}/rotate-secret`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        headers,
        operationId: 'rotateTriggerSecret',
        summary: 'Give a webhook a new secret, which is shown only here; those before still count for a while',
        params: itemParams,
        body: rotateBody,
        response: { 200: rotatedShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { id } = await triggerOf(tenant, request.params);
      return { secret: await triggers.rotate(tenant, id, request.body?.keep_previous_seconds ?? 86_400) };
    },
  );
}

function switchRoutes(app: App, { tenantOf, triggers }: AppContext): void {
  for (const action of ['enable', 'disable'] as const) {
    app.post(
      `${ITEM}/${action}`,
      {
        config: { access: 'write' },
        schema: {
          tags,
          headers,
          operationId: `${action}Trigger`,
          summary: action === 'enable' ? 'Switch a trigger on' : 'Switch a trigger off',
          params: itemParams,
          body: z.strictObject({}).nullish(),
          response: { 200: triggerShape, ...problemResponses },
        },
      },
      async (request) => {
        const tenant = await tenantOf(request);
        const trigger = await triggerOf(tenant, request.params);
        const changed = await triggers.update(tenant, trigger, { enabled: action === 'enable' });
        return toTrigger(changed, triggers.upcoming(changed));
      },
    );
  }
}

import { isoFromEpoch, type EpochMicros } from '@flowprof/model';
import type { Trigger } from '@flowprof/store';
import { z } from 'zod';
import { scheduleConfig, webhookConfig } from '../../services/triggers/config.ts';
import { displayName, isoOrNull, jsonObject, timestamp } from './common.ts';

const config = jsonObject.describe('As it was asked for, with every default filled in');

export const triggerShape = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    workflow_id: z.string(),
    kind: z.enum(['webhook', 'schedule']),
    name: z.string(),
    enabled: z.boolean(),
    config,
    hook_path: z.string().nullable().describe('Where deliveries to a webhook are sent; null for a schedule'),
    next_run_at: timestamp.nullable().describe('The next time of a schedule'),
    next_runs: z.array(timestamp).max(5).describe('The next times of a schedule'),
    last_run_at: timestamp.nullable().describe('The time that its last execution is for, or of its last delivery'),
    last_error: z.string().nullable(),
    last_error_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Trigger' });

const secret = z.string().describe('What deliveries are signed with. It is shown here once and never again');

export const createdTriggerShape = triggerShape.extend({ secret: secret.nullable() }).meta({ id: 'CreatedTrigger' });

export const rotatedShape = z.object({ secret }).meta({ id: 'RotatedSecret' });

const shared = {
  name: displayName.optional().describe('Its kind when absent'),
  enabled: z.boolean().default(true),
};

/** What a trigger is made of. */
export const newTriggerBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), ...shared, config: webhookConfig.prefault({}) }),
  z.strictObject({ kind: z.literal('schedule'), ...shared, config: scheduleConfig }),
]);

/** What is changed of a trigger; a configuration is replaced as a whole. */
export const triggerChangeBody = z.strictObject({
  name: displayName.optional(),
  enabled: z.boolean().optional(),
  config: jsonObject.optional().describe('A `WebhookConfig` or `ScheduleConfig`, by the kind of the trigger'),
});

export const rotateBody = z
  .strictObject({
    keep_previous_seconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(86_400)
      .describe('How long the secrets before still count'),
  })
  .nullish();

/** The answer to a delivery that has started something. */
export const deliveryShape = z
  .object({
    execution_id: z.string(),
    workflow_id: z.string(),
    trigger_id: z.string(),
    delivery_id: z.string(),
    execution_number: z.int().min(1),
  })
  .meta({ id: 'Delivery' });

/** The answer to a delivery that the filter has left out. */
export const ignoredShape = z.object({ ignored: z.literal(true) }).meta({ id: 'IgnoredDelivery' });

export function toTrigger(trigger: Trigger, nextRuns: readonly EpochMicros[]): z.output<typeof triggerShape> {
  const { id, workspaceId, kind } = trigger;
  return {
    id,
    workspace_id: workspaceId,
    workflow_id: trigger.workflowId,
    kind,
    name: trigger.name,
    enabled: trigger.enabled,
    config: trigger.config,
    hook_path: kind === 'webhook' ? `/hooks/${workspaceId}/${id}` : null,
    next_run_at: isoOrNull(trigger.nextRunAt),
    next_runs: nextRuns.map(isoFromEpoch),
    last_run_at: isoOrNull(trigger.lastRunAt),
    last_error: trigger.lastError,
    last_error_at: isoOrNull(trigger.lastErrorAt),
    created_at: isoFromEpoch(trigger.createdAt),
    updated_at: isoFromEpoch(trigger.updatedAt),
  };
}

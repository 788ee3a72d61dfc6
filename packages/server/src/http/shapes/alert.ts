import { isoFromEpoch, type AlertKind } from '@flowprof/model';
import type { AlertChannel, AlertDelivery, AlertEvent, KeptAlertRule } from '@flowprof/store';
import { z } from 'zod';
import { ALERT_CONFIGS } from '../../services/alerts/config.ts';
import { cursorPageOf, displayName, isoOrNull, jsonObject, pageQuery, timestamp } from './common.ts';

const KINDS = [
  'duration_limit',
  'slower_than_usual',
  'failure_rate',
  'unexpected_retries',
  'deadline',
  'cost',
] as const satisfies readonly AlertKind[];
const severity = z.enum(['high', 'medium', 'low']);
const inARow = z.int().min(1).max(50);

export const alertShape = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    workflow_id: z.string(),
    workflow_name: z.string(),
    name: z.string(),
    kind: z.enum(KINDS),
    config: jsonObject.describe('As it was asked for, with every default filled in'),
    severity,
    enabled: z.boolean(),
    fire_after: inARow.describe('It fires after so many breaches in a row'),
    resolve_after: inARow.describe('It is over after so many fine runs in a row'),
    channel_ids: z.array(z.string()).nullable().describe('The channels that are told; null for all'),
    state: z.enum(['ok', 'firing']),
    since: timestamp.nullable().describe('Since when; null before the first change'),
    execution_id: z.string().nullable().describe('The execution that made it so'),
    muted_until: timestamp.nullable().describe('No channel is told that it fires until then'),
    acknowledged_at: timestamp.nullable().describe('Of the alert that fires'),
    acknowledged_by: z.string().nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Alert', description: 'An alert rule, and its state' });

const channelIds = z
  .array(z.string().max(100))
  .max(50)
  .nullable()
  .describe('The channels that are told; null for all that there are');

const shared = {
  workflow_id: z.string().max(100),
  name: displayName,
  severity: severity.default('medium'),
  enabled: z.boolean().default(true),
  fire_after: inARow.default(1),
  resolve_after: inARow.default(2).describe('With 2 or more, values that alternate are one alert'),
  channel_ids: channelIds.default(null),
};

/** What a rule is made of. */
export const newAlertBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('duration_limit'), ...shared, config: ALERT_CONFIGS.duration_limit }),
  z.strictObject({
    kind: z.literal('slower_than_usual'),
    ...shared,
    config: ALERT_CONFIGS.slower_than_usual.prefault({}),
  }),
  z.strictObject({ kind: z.literal('failure_rate'), ...shared, config: ALERT_CONFIGS.failure_rate }),
  z.strictObject({
    kind: z.literal('unexpected_retries'),
    ...shared,
    config: ALERT_CONFIGS.unexpected_retries.prefault({}),
  }),
  z.strictObject({ kind: z.literal('deadline'), ...shared, config: ALERT_CONFIGS.deadline }),
  z.strictObject({ kind: z.literal('cost'), ...shared, config: ALERT_CONFIGS.cost }),
]);

/** What is changed of a rule; a configuration is replaced as a whole. */
export const alertChangeBody = z.strictObject({
  name: displayName.optional(),
  severity: severity.optional(),
  enabled: z.boolean().optional(),
  fire_after: inARow.optional(),
  resolve_after: inARow.optional(),
  channel_ids: channelIds.optional(),
  config: jsonObject.optional().describe('By the kind of the rule'),
});

export const muteBody = z.strictObject({
  for_seconds: z
    .int()
    .min(1)
    .max(366 * 86_400)
    .nullable()
    .describe('For so long; null ends it'),
});

export const alertsQuery = z.strictObject({
  ...pageQuery,
  workflow_id: z.string().min(1).max(100).optional(),
  state: z.enum(['ok', 'firing']).optional(),
});

export const alertEventShape = z
  .object({
    id: z.string(),
    type: z.enum(['fired', 'resolved']),
    alert_id: z.string(),
    alert_name: z.string(),
    workflow_id: z.string(),
    workflow_name: z.string(),
    severity,
    execution_id: z.string().nullable(),
    sentence: z.string(),
    evidence: jsonObject.describe('The numbers that decided'),
    path: z.string().describe('Where the web app shows it, from the root of the server on'),
    link: z.string().describe('The same as an address'),
    created_at: timestamp,
    deliveries: z.object({
      waiting: z.int().min(0),
      delivered: z.int().min(0),
      dead: z.int().min(0).describe('Given up'),
    }),
  })
  .meta({ id: 'AlertEvent' });

export const alertEventPage = cursorPageOf(alertEventShape);

export const alertEventsQuery = z.strictObject({
  ...pageQuery,
  cursor: z.string().min(1).max(500).optional().describe('`next_cursor` of the page before, with the same filters'),
  alert_id: z.string().min(1).max(100).optional(),
  workflow_id: z.string().min(1).max(100).optional(),
  type: z.enum(['fired', 'resolved']).optional(),
});

export const alertChannelShape = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string().describe('Without its query and long parts of its path, which may be secret'),
    enabled: z.boolean(),
    off_reason: z.string().nullable().describe('Why the server has switched it off'),
    waiting: z.int().min(0).describe('How many deliveries wait for a further try'),
    last_try_at: timestamp.nullable(),
    last_status: z.int().nullable().describe('What the last try was answered'),
    last_error: z.string().nullable(),
    last_success_at: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'AlertChannel', description: 'A webhook that alerts are told to' });

export const createdChannelShape = alertChannelShape
  .extend({ secret: z.string().describe('What deliveries are signed with. It is shown here once and never again') })
  .meta({ id: 'CreatedAlertChannel' });

const url = z.string().min(1).max(2000).describe('http or https, without name and password');

export const newChannelBody = z.strictObject({ name: displayName, url, enabled: z.boolean().default(true) });

export const channelChangeBody = z.strictObject({
  name: displayName.optional(),
  url: url.optional(),
  enabled: z.boolean().optional(),
});

export const deliveryOfAlertShape = z
  .object({
    id: z.string().describe('`webhook-id` is `msg_` and this, at each try'),
    event_id: z.string().nullable().describe('Null for a test'),
    state: z.enum(['waiting', 'delivered', 'dead']),
    attempts: z.int().min(0),
    next_try_at: timestamp.nullable(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    created_at: timestamp,
    ended_at: timestamp.nullable(),
  })
  .meta({ id: 'AlertDelivery' });

export const sentTestsShape = z
  .object({ deliveries: z.array(deliveryOfAlertShape) })
  .meta({ id: 'SentAlertTests', description: 'One for each channel that is told' });

export function toAlert(rule: KeptAlertRule): z.output<typeof alertShape> {
  return {
    id: rule.id,
    workspace_id: rule.workspaceId,
    workflow_id: rule.workflowId,
    workflow_name: rule.workflowName,
    name: rule.name,
    kind: rule.kind,
    config: rule.config,
    severity: rule.severity,
    enabled: rule.enabled,
    fire_after: rule.fireAfter,
    resolve_after: rule.resolveAfter,
    channel_ids: rule.channelIds && [...rule.channelIds],
    state: rule.status,
    since: isoOrNull(rule.since),
    execution_id: rule.executionId,
    muted_until: isoOrNull(rule.mutedUntil),
    acknowledged_at: isoOrNull(rule.acknowledgedAt),
    acknowledged_by: rule.acknowledgedBy,
    created_at: isoFromEpoch(rule.createdAt),
    updated_at: isoFromEpoch(rule.updatedAt),
  };
}

export function toAlertEvent(event: AlertEvent, link: string): z.output<typeof alertEventShape> {
  const { waiting, delivered, dead } = event;
  return {
    id: event.id,
    type: event.type,
    alert_id: event.ruleId,
    alert_name: event.ruleName,
    workflow_id: event.workflowId,
    workflow_name: event.workflowName,
    severity: event.severity,
    execution_id: event.executionId,
    sentence: event.sentence,
    evidence: event.evidence,
    path: event.path,
    link,
    created_at: isoFromEpoch(event.createdAt),
    deliveries: { waiting, delivered, dead },
  };
}

export function toAlertChannel(channel: AlertChannel): z.output<typeof alertChannelShape> {
  return {
    id: channel.id,
    name: channel.name,
    url: channel.shownUrl,
    enabled: channel.enabled,
    off_reason: channel.offReason,
    waiting: channel.waiting,
    last_try_at: isoOrNull(channel.lastTryAt),
    last_status: channel.lastStatus,
    last_error: channel.lastError,
    last_success_at: isoOrNull(channel.lastSuccessAt),
    created_at: isoFromEpoch(channel.createdAt),
    updated_at: isoFromEpoch(channel.updatedAt),
  };
}

export function toAlertDelivery(delivery: AlertDelivery): z.output<typeof deliveryOfAlertShape> {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    state: delivery.state,
    attempts: delivery.attempts,
    next_try_at: isoOrNull(delivery.nextTryAt),
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    created_at: isoFromEpoch(delivery.createdAt),
    ended_at: isoOrNull(delivery.endedAt),
  };
}

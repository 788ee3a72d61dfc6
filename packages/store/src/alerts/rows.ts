import type { AlertKind, AlertStatus, Severity } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import type { Row } from '../row.ts';
import type { AlertChannel, AlertDelivery, AlertEvent, KeptAlertRule } from './api.ts';

/** The columns of a rule `r` of the workflow `w`. */
export const RULE_COLUMNS = `r.workspace_id, r.id, r.workflow_id, w.name AS workflow_name, r.name, r.kind, r.config,
  r.severity, r.enabled, r.fire_after, r.resolve_after, r.channel_ids::text[] AS channel_ids, r.status, r.since,
  r.execution_id, r.is_told, r.state, r.effective_from, r.cursor_seq, r.revision, r.muted_until, r.acknowledged_at,
  r.acknowledged_by, r.created_at, r.updated_at`;

/** Where `RULE_COLUMNS` come from. */
export const RULES = 'alert_rules r JOIN workflows w ON w.workspace_id = r.workspace_id AND w.id = r.workflow_id';

const KINDS: readonly AlertKind[] = [
  'duration_limit',
  'slower_than_usual',
  'failure_rate',
  'unexpected_retries',
  'deadline',
  'cost',
];
const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low'];
const STATES = ['delivered', 'waiting', 'dead'] as const;

function oneOf<T extends string>(known: readonly T[], row: Row, column: string): T {
  const value = row.text(column);
  const found = known.find((one) => one === value);
  if (found === undefined) throw new StoreError('database_error', `The database gave an unknown ${column}`);
  return found;
}

function statusOf(row: Row): AlertStatus {
  return oneOf(['ok', 'firing'], row, 'status');
}

export function ruleOf(row: Row): KeptAlertRule {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    workflowId: row.text('workflow_id'),
    workflowName: row.text('workflow_name'),
    name: row.text('name'),
    kind: oneOf(KINDS, row, 'kind'),
    config: row.object('config'),
    severity: oneOf(SEVERITIES, row, 'severity'),
    enabled: row.bool('enabled'),
    fireAfter: row.int('fire_after'),
    resolveAfter: row.int('resolve_after'),
    channelIds: row.textsOrNull('channel_ids'),
    status: statusOf(row),
    since: row.momentOrNull('since'),
    executionId: row.textOrNull('execution_id'),
    isTold: row.bool('is_told'),
    state: row.object('state'),
    effectiveFrom: row.moment('effective_from'),
    cursor: row.int('cursor_seq'),
    revision: row.int('revision'),
    mutedUntil: row.momentOrNull('muted_until'),
    acknowledgedAt: row.momentOrNull('acknowledged_at'),
    acknowledgedBy: row.textOrNull('acknowledged_by'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export function eventOf(row: Row): AlertEvent {
  return {
    id: row.text('id'),
    ruleId: row.text('rule_id'),
    ruleName: row.text('rule_name'),
    workflowId: row.text('workflow_id'),
    workflowName: row.text('workflow_name'),
    severity: oneOf(SEVERITIES, row, 'severity'),
    type: oneOf(['fired', 'resolved'], row, 'type'),
    executionId: row.textOrNull('execution_id'),
    evidence: row.object('evidence'),
    sentence: row.text('sentence'),
    path: row.text('path'),
    createdAt: row.moment('created_at'),
    waiting: row.int('waiting'),
    delivered: row.int('delivered'),
    dead: row.int('dead'),
  };
}

/** The columns of a channel `c`. */
export const CHANNEL_COLUMNS = `c.id, c.name, c.shown_url, c.enabled, c.off_reason, c.last_try_at, c.last_status,
  c.last_error, c.last_success_at, c.created_at, c.updated_at,
  (SELECT count(*) FROM alert_deliveries d WHERE d.workspace_id = c.workspace_id AND d.channel_id = c.id
    AND d.state = 'waiting') AS waiting`;

export function channelOf(row: Row): AlertChannel {
  return {
    id: row.text('id'),
    name: row.text('name'),
    shownUrl: row.text('shown_url'),
    enabled: row.bool('enabled'),
    offReason: row.textOrNull('off_reason'),
    lastTryAt: row.momentOrNull('last_try_at'),
    lastStatus: row.intOrNull('last_status'),
    lastError: row.textOrNull('last_error'),
    lastSuccessAt: row.momentOrNull('last_success_at'),
    waiting: row.int('waiting'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export const DELIVERY_COLUMNS =
  'id, event_id, state, attempts, next_try_at, last_status, last_error, created_at, ended_at';

export function deliveryOf(row: Row): AlertDelivery {
  const state = oneOf(STATES, row, 'state');
  return {
    id: row.text('id'),
    eventId: row.textOrNull('event_id'),
    state,
    attempts: row.int('attempts'),
    nextTryAt: state === 'waiting' ? row.moment('next_try_at') : null,
    lastStatus: row.intOrNull('last_status'),
    lastError: row.textOrNull('last_error'),
    createdAt: row.moment('created_at'),
    endedAt: row.momentOrNull('ended_at'),
  };
}

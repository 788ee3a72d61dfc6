import { Fields } from '../api/fields.ts';

export const KINDS = [
  'duration_limit',
  'slower_than_usual',
  'failure_rate',
  'unexpected_retries',
  'deadline',
  'cost',
] as const;
export type Kind = (typeof KINDS)[number];

export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** An alert rule with its state. Moments are milliseconds since the epoch. */
export interface Alert {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly name: string;
  /** One of `KINDS`, or one that a later server adds. */
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly fireAfter: number;
  readonly resolveAfter: number;
  /** Null for all channels. */
  readonly channelIds: readonly string[] | null;
  readonly isFiring: boolean;
  readonly since: number | null;
  readonly executionId: string | null;
  readonly mutedUntil: number | null;
  readonly acknowledgedBy: string | null;
}

/** An alert that began or was over. */
export interface AlertEvent {
  readonly id: string;
  readonly hasFired: boolean;
  readonly alertId: string;
  readonly alertName: string;
  readonly sentence: string;
  /** Where this app shows it. */
  readonly path: string;
  readonly at: number;
  readonly waiting: number;
  readonly dead: number;
}

/** A webhook that alerts are told to. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly offReason: string | null;
  readonly waiting: number;
  readonly lastTryAt: number | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

function severityOf(text: string): Severity {
  return SEVERITIES.find((known) => known === text) ?? 'medium';
}

export function readAlert(fields: Fields): Alert {
  return {
    id: fields.string('id'),
    workflowId: fields.string('workflow_id'),
    workflowName: fields.string('workflow_name'),
    name: fields.string('name'),
    kind: fields.string('kind'),
    config: fields.record('config'),
    severity: severityOf(fields.string('severity')),
    enabled: fields.any('enabled') === true,
    fireAfter: fields.number('fire_after'),
    resolveAfter: fields.number('resolve_after'),
    channelIds: fields.any('channel_ids') === null ? null : fields.strings('channel_ids'),
    isFiring: fields.string('state') === 'firing',
    since: fields.optionalTime('since'),
    executionId: fields.optionalString('execution_id'),
    mutedUntil: fields.optionalTime('muted_until'),
    acknowledgedBy: fields.optionalString('acknowledged_by'),
  };
}

export function readAlertEvent(fields: Fields): AlertEvent {
  const deliveries = new Fields(fields.record('deliveries'), '/deliveries');
  return {
    id: fields.string('id'),
    hasFired: fields.string('type') === 'fired',
    alertId: fields.string('alert_id'),
    alertName: fields.string('alert_name'),
    sentence: fields.string('sentence'),
    path: fields.string('path'),
    at: fields.optionalTime('created_at') ?? 0,
    waiting: deliveries.number('waiting'),
    dead: deliveries.number('dead'),
  };
}

export function readChannel(fields: Fields): Channel {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    url: fields.string('url'),
    enabled: fields.any('enabled') === true,
    offReason: fields.optionalString('off_reason'),
    waiting: fields.number('waiting'),
    lastTryAt: fields.optionalTime('last_try_at'),
    lastStatus: fields.optionalNumber('last_status'),
    lastError: fields.optionalString('last_error'),
  };
}

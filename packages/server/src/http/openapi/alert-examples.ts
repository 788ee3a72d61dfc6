const times = { created_at: '2024-01-15T10:00:00.000Z', updated_at: '2024-01-15T10:02:30.000Z' };

const alert = {
  id: 'alert-1',
  workspace_id: 'workspace-1',
  workflow_id: 'workflow-456',
  workflow_name: 'Nightly ETL',
  name: 'Load takes too long',
  kind: 'duration_limit',
  config: { limit_ms: 10_000, node: 'load' },
  severity: 'high',
  enabled: true,
  fire_after: 1,
  resolve_after: 2,
  channel_ids: null,
  state: 'firing',
  since: '2024-01-15T10:02:30.000Z',
  execution_id: 'exec-001',
  muted_until: null,
  acknowledged_at: null,
  acknowledged_by: null,
  ...times,
};

const path = '/executions/exec-001?workspace=shop&from=5000000&to=17200000&q=Load';

const event = {
  id: 'event-1',
  type: 'fired',
  alert_id: 'alert-1',
  alert_name: 'Load takes too long',
  workflow_id: 'workflow-456',
  workflow_name: 'Nightly ETL',
  severity: 'high',
  execution_id: 'exec-001',
  sentence: 'Nightly ETL #42: the node Load took 12.2 s, limit 10 s.',
  evidence: { duration_ms: 12_200, limit_ms: 10_000, node: 'load' },
  path,
  link: `https://flowprof.example.org${path}`,
  created_at: times.updated_at,
  deliveries: { waiting: 0, delivered: 1, dead: 0 },
};

const channel = {
  id: 'channel-1',
  name: 'On call',
  url: 'https://hooks.example.org/services/…',
  enabled: true,
  off_reason: null,
  waiting: 0,
  last_try_at: times.updated_at,
  last_status: 204,
  last_error: null,
  last_success_at: times.updated_at,
  ...times,
};

const delivery = {
  id: 'delivery-1',
  event_id: 'event-1',
  state: 'delivered',
  attempts: 1,
  next_try_at: null,
  last_status: 204,
  last_error: null,
  created_at: times.updated_at,
  ended_at: times.updated_at,
};

const test = { ...delivery, event_id: null, state: 'waiting', attempts: 0, last_status: null, ended_at: null };

const page = (item: object): object => ({ items: [item], total: 1, skip: 0, limit: 10 });

/** The examples of alert rules and their channels, by operation. */
export const ALERT_EXAMPLES = {
  listAlerts: { response: page(alert) },
  createAlert: {
    request: {
      workflow_id: 'workflow-456',
      name: 'Load takes too long',
      kind: 'duration_limit',
      config: { limit_ms: 10_000, node: 'load' },
      severity: 'high',
    },
    response: { ...alert, state: 'ok', since: null, execution_id: null },
  },
  getAlert: { response: alert },
  updateAlert: { request: { config: { limit_ms: 15_000, node: 'load' } }, response: alert },
  muteAlert: {
    request: { for_seconds: 3600 },
    response: { ...alert, muted_until: '2024-01-15T11:02:30.000Z' },
  },
  acknowledgeAlert: { response: { ...alert, acknowledged_at: times.updated_at, acknowledged_by: 'Ada' } },
  testAlert: { response: { deliveries: [{ ...test, next_try_at: times.updated_at }] } },
  listAlertEvents: { response: { ...page(event), next_cursor: null } },
  listAlertChannels: { response: page(channel) },
  createAlertChannel: {
    request: { name: 'On call', url: 'https://hooks.example.org/services/T0123456789ABCDEF' },
    response: { ...channel, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  },
  getAlertChannel: { response: channel },
  updateAlertChannel: { request: { enabled: false }, response: { ...channel, enabled: false } },
  testAlertChannel: { response: { ...test, next_try_at: times.updated_at } },
  rotateAlertChannelSecret: {
    request: { keep_previous_seconds: 3600 },
    response: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  },
  listAlertDeliveries: { response: page(delivery) },
};

const times = { created_at: '2024-01-15T10:00:00.000Z', updated_at: '2024-01-15T10:02:30.000Z' };

const connection = {
  id: 'connection-1',
  name: 'Orders',
  address: 'temporal.example.org:7233',
  namespace: 'default',
  tls: true,
  server_name: null,
  codec_url: null,
  web_url: 'https://temporal.example.org',
  enabled: true,
  query: null,
  backfill_days: 7,
  coordinator: 'in_process',
  has_secrets: {
    api_key: true,
    client_certificate: false,
    client_key: false,
    server_ca: false,
    codec_authorization: false,
  },
  sync: {
    state: 'up_to_date',
    listed_until: times.updated_at,
    last_listed_at: times.updated_at,
    error: null,
    runs: 128,
    waiting: 2,
    failing: 0,
    lag_ms: 400,
  },
  ...times,
};

const related = {
  workflow_id: 'order-17',
  run_id: '0192c1de-0000-7000-8000-000000000001',
  execution_id: '0192c1de-0000-7000-8000-000000000001',
  link: null,
};

/** What an execution that ran on Temporal has besides. */
export const temporalPart = {
  connection_id: 'connection-1',
  connection_name: 'Orders',
  namespace: 'default',
  workflow_id: 'order-17',
  run_id: '0192c1de-0000-7000-8000-000000000002',
  workflow_type: 'Order',
  task_queue: 'orders',
  status: 'completed',
  link: null,
  history_length: 58,
  events: 58,
  synced_at: times.updated_at,
  is_complete: true,
  sync: 'fresh',
  error: null,
  parent: null,
  root: null,
  chain: { first: related, previous: related, next: null, reason: 'continue_as_new' },
  children: [],
  children_left_out: 0,
};

/** The examples of connections to Temporal servers, by operation. */
export const TEMPORAL_EXAMPLES = {
  listTemporalConnections: { response: { items: [connection], total: 1 } },
  createTemporalConnection: {
    request: {
      name: 'Orders',
      address: 'temporal.example.org:7233',
      namespace: 'default',
      tls: true,
      web_url: 'https://temporal.example.org',
      secrets: { api_key: 'from-temporal' },
    },
    response: connection,
  },
  getTemporalConnection: { response: connection },
  updateTemporalConnection: { request: { enabled: false }, response: { ...connection, enabled: false } },
  checkTemporalConnection: {
    request: {},
    response: {
      ok: true,
      server_version: '1.32.0',
      retention_days: 3,
      latency_ms: 4.2,
      can_list: true,
      steps: [
        { step: 'connect', error: null },
        { step: 'namespace', error: null },
        { step: 'list', error: null },
        { step: 'read', error: null },
      ],
      codec: 'none',
      error: null,
    },
  },
  syncTemporalConnection: {
    request: { wait_seconds: 20 },
    response: { found: 12, changed: 3, waiting: 0, failing: 0 },
  },
};

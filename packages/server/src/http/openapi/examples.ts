import { ALERT_EXAMPLES } from './alert-examples.ts';
import { TEMPORAL_EXAMPLES, temporalPart } from './temporal-examples.ts';
import { ATTEMPT_EXAMPLES } from './attempt-examples.ts';
import { bands, HISTORY_EXAMPLES, historyRun, workspaceTotals } from './history-examples.ts';

/** What a request and its answer look like. */
interface Example {
  readonly request?: unknown;
  /** The body of the answer of success, as JSON. */
  readonly response?: unknown;
}

const times = { created_at: '2024-01-15T10:00:00.000Z', updated_at: '2024-01-15T10:02:30.000Z' };

const workspace = { id: 'workspace-1', slug: 'shop', name: 'Shop', created_at: times.created_at };

const member = {
  id: 'member-1',
  issuer: 'https://id.example.org',
  subject: 'ann-1',
  email: 'ann@example.org',
  name: null,
  role: 'editor',
  ...times,
};

const key = {
  id: 'key-1',
  name: 'ci',
  role: 'editor',
  scopes: ['read', 'write'],
  created_at: times.created_at,
  created_by: 'ann@example.org',
  expires_at: '2024-04-14T10:00:00.000Z',
  last_used_at: null,
  revoked_at: null,
};

const me = {
  kind: 'key',
  id: 'key-1',
  name: 'ci',
  email: null,
  local_mode: false,
  expires_at: null,
  workspaces: [{ id: 'workspace-1', slug: 'shop', name: 'Shop', role: 'editor', scopes: ['read', 'write'] }],
};

const auditEntry = {
  id: 'entry-1',
  at: times.created_at,
  actor: { kind: 'key', id: 'key-1', name: 'ci' },
  method: 'POST',
  route: '/api/workflows/:workflow_id/execute',
  action: 'executeWorkflow',
  resources: { workflow_id: 'workflow-456' },
  status: 201,
  request_id: 'request-1',
};

const project = { id: 'project-1', workspace_id: 'workspace-1', slug: 'orders', name: 'Orders', ...times };

const workflow = {
  id: 'workflow-456',
  workspace_id: 'workspace-1',
  project_id: 'project-1',
  name: 'double',
  description: 'Doubles a number.',
  version: 1,
  definition: {
    name: 'double',
    inputs: { n: { type: 'number', default: 21 } },
    nodes: [{ id: 'double', type: 'transform', with: { value: '${input.n * 2}' } }],
  },
  enabled: true,
  ...times,
};

const baseline = {
  id: 'baseline-1',
  workspace_id: 'workspace-1',
  workflow_id: 'workflow-456',
  name: 'before the move',
  is_default: true,
  made_of: { kind: 'last', runs: 20 },
  run_count: 20,
  created_by: 'ann@example.org',
  ...times,
};

const note = {
  id: 'note-1',
  execution_id: 'exec-001',
  from_ms: 120,
  to_ms: 480,
  span_id: 'span-7',
  text: 'The gateway was restarted here.',
  author: 'ann@example.org',
  ...times,
};

const version = {
  id: '1',
  workflow_id: 'workflow-456',
  version: 1,
  created_at: times.created_at,
  created_by: null,
  message: null,
};

const prices = {
  prices: {
    currency: 'EUR',
    node_types: { http: { per_run: 0.0002 }, batch: { per_hour: 3.6 } },
    models: { 'small-*': { input_per_million: 0.5, output_per_million: 2, cached_input_per_million: 0.05 } },
    default: { per_hour: 0.9 },
  },
  updated_at: '2024-01-15T10:00:00.000Z',
};

const execution = {
  id: 'exec-001',
  workflow_id: 'workflow-456',
  workflow_name: 'double',
  workflow_version: 1,
  workspace_id: 'workspace-1',
  project_id: 'project-1',
  external_id: null,
  name: 'double',
  execution_number: 1,
  status: 'completed',
  trigger: 'manual',
  trigger_details: {},
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:02:30.000Z',
  duration: 150,
  input_variables: { mode: 'standard' },
  results: { output: 'success' },
  error_message: null,
  error_code: null,
  ...times,
};

const started = {
  ...execution,
  status: 'pending',
  started_at: null,
  completed_at: null,
  duration: null,
  results: null,
  updated_at: times.created_at,
};

const step = {
  id: 'step-exec-001',
  execution_id: 'exec-001',
  step_id: 'step-001',
  step_name: 'initialize',
  step_type: 'transform',
  step_order: 1,
  iteration: null,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:00:30.000Z',
  duration: 30,
  retry_count: 0,
  error_message: null,
  error_type: null,
  retries_expected: null,
  retry_reason: null,
  input_data: { data_size: 1024 },
  output_data: { records: 100 },
};

const timelineStep = {
  step_id: 'step-001',
  step_name: 'initialize',
  step_order: 1,
  step_type: 'transform',
  iteration: null,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:00:30.000Z',
  duration_seconds: 30,
  retry_count: 0,
  error_message: null,
  input_summary: { data_size: 1024 },
  output_summary: { processed_records: 100 },
};

const timeline = {
  execution_id: 'exec-123',
  workflow_id: 'workflow-456',
  workflow_name: 'double',
  status: 'completed',
  started_at: '2024-01-15T10:00:00.000Z',
  completed_at: '2024-01-15T10:02:30.000Z',
  total_duration_seconds: 150.5,
  step_count: 2,
  completed_step_count: 2,
  failed_step_count: 0,
  skipped_step_count: 0,
  step_timeline: [
    timelineStep,
    {
      ...timelineStep,
      step_id: 'step-002',
      step_name: 'process',
      step_order: 2,
      started_at: '2024-01-15T10:00:30.000Z',
      completed_at: '2024-01-15T10:02:00.000Z',
      duration_seconds: 90,
      retry_count: 1,
      input_summary: { batch_size: 100 },
      output_summary: { results: 'success' },
    },
  ],
  steps_left_out: 0,
  error_message: null,
};

const phase = (id: string, name: string, startMs: number, durationMs: number) => ({
  id,
  name,
  type: 'phase',
  start_ms: startMs,
  duration_ms: durationMs,
  status: 'completed',
  children: [],
});

const flameChart = {
  execution_id: 'exec-123',
  name: 'order_fulfilment',
  status: 'completed',
  total_duration_ms: 4520,
  started_at: '2024-01-15T10:00:00.000Z',
  spans: [
    {
      id: 'span_1',
      name: 'webhook_trigger',
      node_key: 'webhook_1',
      type: 'node',
      start_ms: 0,
      duration_ms: 15,
      status: 'completed',
      children: [phase('span_1a', 'payload_parse', 0, 5), phase('span_1b', 'expression_eval', 5, 10)],
    },
    {
      id: 'span_2',
      name: 'http_stripe',
      node_key: 'http_1',
      type: 'node',
      start_ms: 15,
      duration_ms: 3200,
      status: 'completed',
      children: [
        phase('span_2a', 'queue_wait', 15, 50),
        {
          ...phase('span_2c', 'http_request', 73, 2900),
          metadata: { url: 'https://api.stripe.com/v1/charges', status: 200 },
        },
      ],
      annotations: [{ time_ms: 1500, label: 'DNS resolution', type: 'info' }],
    },
  ],
  annotations: [],
  nodes_not_started: [],
  truncated: null,
};

const page = (item: unknown) => ({ items: [item], total: 1, skip: 0, limit: 10 });

const executions = { ...page(execution), next_cursor: null, total_is_capped: false };

const metrics = {
  total_duration_seconds: 450.75,
  success_rate: 80,
  total_executions: 10,
  successful_executions: 8,
  failed_executions: 2,
  cancelled_executions: 0,
  timeout_executions: 1,
  running_executions: 0,
  pending_executions: 0,
  average_duration_seconds: 45.075,
  min_duration_seconds: 25.3,
  max_duration_seconds: 120.5,
  p50_duration_seconds: 41.2,
  p95_duration_seconds: 118.9,
  p99_duration_seconds: 120.5,
};

const component = {
  name: 'double',
  runs: 10,
  errors: 2,
  retries: 3,
  total_duration_seconds: 410.2,
  average_duration_seconds: 41.02,
};

const statistics = {
  average_duration_seconds: 45.075,
  success_rate: 80,
  most_used_component: component,
  most_used_task_queue: null,
  components: [component],
  task_queues: [],
  recent_executions: [execution],
  metrics,
};

const trigger = {
  id: 'trigger-1',
  workspace_id: 'workspace-1',
  workflow_id: 'workflow-456',
  enabled: true,
  last_run_at: null,
  last_error: null,
  last_error_at: null,
  created_at: times.created_at,
  updated_at: times.created_at,
};

const schedule = {
  ...trigger,
  kind: 'schedule',
  name: 'nightly',
  config: {
    cron: '30 2 * * *',
    timezone: 'Europe/Berlin',
    input: { mode: 'standard' },
    misfire: 'run_once',
    overlap: 'skip',
    jitter_seconds: 0,
  },
  hook_path: null,
  next_run_at: '2024-01-16T01:30:00.000Z',
  next_runs: ['2024-01-16T01:30:00.000Z', '2024-01-17T01:30:00.000Z'],
};

const webhook = {
  ...trigger,
  kind: 'webhook',
  name: 'payments',
  config: {
    input: { amount: '${payload.amount}' },
    filter: null,
    headers: [],
    signature: 'standard',
    node_key: 'webhook_1',
    rate_limit_per_minute: 600,
  },
  hook_path: '/hooks/workspace-1/trigger-1',
  next_run_at: null,
  next_runs: [],
};

const upload = {
  id: 'upload-1',
  state: 'working',
  file_name: 'nightly.json.gz',
  format: 'auto',
  fingerprint: 'nightly.json.gz 73400320 1705312800000',
  size_bytes: 73_400_320,
  received_bytes: 73_400_320,
  part_bytes: 8_388_608,
  executions_total: 2,
  executions_done: 1,
  spans_total: 240_000,
  spans_done: 131_000,
  items: [],
  error: null,
  ...times,
};

/** Examples of operations by their id, from the formats that they follow. A test holds them to the schemas. */
const retention = {
  rows: { max_days: 30, max_bytes: 10_000_000_000 },
  profiles: { max_days: 365, max_bytes: null },
};

const settings = {
  retention,
  updated_at: times.updated_at,
  stored: { rows_bytes: 125_000, profiles_bytes: 4500 },
  last_retention: {
    started_at: '2024-01-15T10:00:00.000Z',
    ended_at: '2024-01-15T10:00:02.000Z',
    trimmed_executions: 12,
    removed_rows: 4800,
    removed_executions: 0,
  },
};

export const EXAMPLES: Readonly<Record<string, Example>> = {
  getHealth: { response: { status: 'ok' } },
  listWorkspaces: { response: { ...page(workspace), limit: 100 } },
  getPrices: { response: prices },
  setPrices: { request: { prices: prices.prices }, response: prices },
  getWorkspaceSettings: { response: settings },
  setWorkspaceSettings: { request: { retention }, response: settings },
  createWorkspace: { request: { slug: 'shop', name: 'Shop' }, response: workspace },
  getWorkspace: { response: workspace },
  updateWorkspace: { request: { name: 'Shop' }, response: workspace },
  getMe: { response: me },
  beginUpload: {
    request: { file_name: 'nightly.json.gz', size_bytes: 73_400_320, fingerprint: upload.fingerprint },
    response: { ...upload, state: 'uploading', received_bytes: 0, executions_total: null, spans_total: null },
  },
  listBaselines: { response: page(baseline) },
  createBaseline: {
    request: { workflow_id: 'workflow-456', name: 'before the move', is_default: true, made_of: baseline.made_of },
    response: baseline,
  },
  getBaseline: { response: { ...baseline, runs: [historyRun], bands } },
  updateBaseline: { request: { name: 'before the move', is_default: true }, response: baseline },
  listNotes: { response: page(note) },
  createNote: {
    request: { from_ms: 120, to_ms: 480, span_id: 'span-7', text: 'The gateway was restarted here.' },
    response: note,
  },
  updateNote: { request: { text: 'The gateway was restarted here.' }, response: note },
  listUploads: { response: page(upload) },
  getUpload: { response: upload },
  listMembers: { response: page(member) },
  addMember: { request: { subject: 'ann-1', email: 'ann@example.org', role: 'editor' }, response: member },
  setMemberRole: { request: { role: 'editor' }, response: member },
  listKeys: { response: page(key) },
  createKey: {
    request: { name: 'ci', scopes: ['read', 'write'], expires_at: '2024-04-14T10:00:00Z' },
    response: { ...key, key: 'fp_<id>_<secret>', ends_local_mode: false },
  },
  revokeKey: { response: { ...key, revoked_at: times.updated_at } },
  listAuditEntries: { response: { items: [auditEntry], limit: 50, next_cursor: null } },
  listProjects: { response: { ...page(project), next_cursor: null } },
  createProject: { request: { slug: 'orders', name: 'Orders' }, response: project },
  getProject: { response: project },
  updateProject: { request: { name: 'Orders' }, response: project },
  listWorkflows: { response: { ...page(workflow), next_cursor: null } },
  createWorkflow: { request: { definition: workflow.definition }, response: workflow },
  getWorkflow: { response: workflow },
  validateWorkflow: {
    request: { definition: { name: 'double', nodes: [{ id: 'double', type: 'transfrom', with: { value: 2 } }] } },
    response: {
      valid: false,
      faults: [
        {
          code: 'unknown_node_type',
          message: 'there is no node type "transfrom"; did you mean "transform"?',
          pointer: '/nodes/0/type',
          place: null,
        },
      ],
    },
  },
  listNodeTypes: {
    response: {
      node_types: [
        {
          name: 'delay',
          params: { type: 'object', properties: { ms: { type: 'number', minimum: 0 } }, required: ['ms'] },
          fields: ['name', 'dependsOn', 'when', 'with', 'retry', 'timeoutMs', 'priority', 'pool'],
        },
      ],
    },
  },
  updateWorkflow: { request: { name: 'double' }, response: workflow },
  listWorkflowVersions: { response: page(version) },
  getWorkflowVersion: { response: { ...version, definition: workflow.definition } },
  restoreWorkflowVersion: { response: { ...workflow, version: 3 } },
  executeWorkflow: { request: { input_variables: { mode: 'standard' } }, response: started },
  listWorkflowExecutions: { response: executions },
  listExecutions: { response: executions },
  getExecution: {
    response: { ...execution, error_details: null, step_executions: [step], steps_left_out: 0, temporal: null },
  },
  getExecutionTimeline: { response: timeline },
  ...ALERT_EXAMPLES,
  ...TEMPORAL_EXAMPLES,
  syncExecution: {
    request: {},
    response: {
      ...execution,
      trigger: 'temporal',
      error_details: null,
      step_executions: [step],
      steps_left_out: 0,
      temporal: temporalPart,
    },
  },
  ...ATTEMPT_EXAMPLES,
  ...HISTORY_EXAMPLES,
  listTriggers: { response: page(schedule) },
  createTrigger: {
    request: { kind: 'webhook', config: { input: { amount: '${payload.amount}' } } },
    response: { ...webhook, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  },
  getTrigger: { response: schedule },
  updateTrigger: { request: { name: 'nightly' }, response: schedule },
  enableTrigger: { response: schedule },
  disableTrigger: { response: { ...schedule, enabled: false, next_run_at: null, next_runs: [] } },
  rotateTriggerSecret: {
    request: { keep_previous_seconds: 3600 },
    response: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  },
  cancelExecution: { response: { ...execution, status: 'cancelled', results: null } },
  resumeExecution: { request: { input_variables: { token: 'given again' } }, response: started },
  retryExecution: {
    request: { workflow_version: 'newest' },
    response: {
      ...started,
      id: 'exec-002',
      execution_number: 2,
      trigger: 'retry',
      trigger_details: { retry_of: 'exec-001', retry_of_number: 1 },
    },
  },
  getWorkflowMetrics: { response: metrics },
  getWorkflowStatistics: {
    response: {
      workflow_id: 'workflow-456',
      workflow_name: 'double',
      total_runs: 10,
      error_count: 2,
      ...statistics,
    },
  },
  getProjectStatistics: {
    response: {
      project_id: 'project-1',
      project_name: 'Orders',
      total_workflows: 1,
      total_executions: 10,
      total_errors: 2,
      ...statistics,
      most_used_workflow: { id: 'workflow-456', name: 'double', executions: 10 },
      longest_run: execution,
    },
  },
  getWorkspaceStatistics: { response: { ...workspaceTotals, ...statistics, longest_run: execution } },
  getFlameChart: { response: flameChart },
  predictWhatIf: {
    request: {
      changes: [
        { kind: 'speed', node: 'load', factor: 2 },
        { kind: 'limit', limit: 'pool', name: 'db', value: 4 },
      ],
      runs: 10,
    },
  },
};

import { createHmac } from 'node:crypto';
import { DOUBLE } from '../harness.ts';
import { World } from './world.ts';

/** A valid call of an operation. What is not given is left out of the request. */
export interface ValidCall {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A body that is bytes. */
  readonly raw?: string;
  /** The status that it is answered with. */
  readonly status: number;
}

const workspace = World.slug;
const inWorkspace = async (): Promise<ValidCall> => ({ path: { workspace }, status: 200 });
const ok = async (): Promise<ValidCall> => ({ status: 200 });

async function ofWorkflow(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workflow_id: await world.newWorkflow(), version: '1' }, status: 200, ...more };
}

async function ofProject(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { project_id: await world.newProject() }, status: 200, ...more };
}

async function ofExecution(execution: Promise<string>, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { execution_id: await execution, execution: await execution, workspace }, status: 200, ...more };
}

async function ofTrigger(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  const { id, workflow } = await world.newWebhook();
  return { path: { workflow_id: workflow, trigger_id: id }, status: 200, ...more };
}

async function ofAlert(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, alert: await world.newAlert() }, status: 200, ...more };
}

async function ofChannel(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, channel: await world.newChannel() }, status: 200, ...more };
}

async function ofConnection(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, connection: await world.newConnection() }, status: 200, ...more };
}

async function ofUpload(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, upload: await world.newUpload() }, status: 200, ...more };
}

async function ofRanWorkflow(world: World, query: ValidCall['query'] = {}): Promise<ValidCall> {
  return { path: { workflow_id: (await world.ranWorkflow()).workflow }, query, status: 200 };
}

async function ofBaseline(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, baseline: await world.newBaseline() }, status: 200, ...more };
}

async function ofNote(world: World, more: Partial<ValidCall> = {}): Promise<ValidCall> {
  return { path: { workspace, ...(await world.newNote()) }, status: 200, ...more };
}

async function delivery(world: World): Promise<ValidCall> {
  const { id, workspace: workspaceId, secret } = await world.newWebhook();
  const raw = '{"amount": 12}';
  const [name, time] = [world.unique('delivery'), String(Math.floor(Date.now() / 1000))];
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${name}.${time}.${raw}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': name,
    'webhook-timestamp': time,
    'webhook-signature': `v1,${signature}`,
  };
  return { path: { workspace_id: workspaceId, trigger_id: id }, headers, raw, status: 202 };
}

const PRICES = {
  currency: 'EUR',
  node_types: { http: { per_second: 0.001, per_run: 0.01 } },
  models: { 'small-*': { input_per_million: 1, output_per_million: 5, cached_input_per_million: 0.1 } },
  default: { per_hour: 1 },
};

const FOREVER = { max_days: null, max_bytes: null };

const CALLBACKS = JSON.stringify({
  callbacks: [{ execution_id: 'contract', workflow: 'w', spans: [{ name: 's', started_at: '2026-01-01T00:00:00Z' }] }],
});

const TRACE = JSON.stringify({
  traceEvents: [{ name: 'work', ph: 'X', ts: 0, dur: 1000, pid: 1, tid: 1 }],
  displayTimeUnit: 'ms',
});

const ATTEMPTS = [
  {
    run_id: '0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f10',
    workflow_id: 'contract',
    namespace: 'default',
    activity_id: '1',
    activity_type: 'charge',
    attempt: 1,
    is_local: false,
    scheduled_ms: 1_700_000_000_000,
    attempt_scheduled_ms: 1_700_000_000_000,
    started_ms: 1_700_000_000_001.5,
    ended_ms: 1_700_000_000_002,
    status: 'failed',
    error: { code: 'Error', message: 'no' },
    task_queue: 'q',
    identity: 'i',
    build_id: 'b',
    heartbeats_ms: [1_700_000_000_001.75],
    heartbeat_count: 1,
  },
];

/** Nothing of it is a span, so that nothing has to be kept. */
const SPANS = JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [{}] }] }] });

/**
 * A valid call of each operation by its id, made when it is needed. The contract test calls them as they are, and again
 * with hostile values in each place; an operation that is not in here fails it.
 */
export const VALID_CALLS: Readonly<Record<string, (world: World) => Promise<ValidCall>>> = {
  getHealth: ok,
  getReadiness: ok,
  getMetrics: ok,
  listWorkspaces: ok,
  createWorkspace: async (world) => ({ json: { slug: world.unique('w'), name: 'W' }, status: 201 }),
  rebuildStatistics: async () => ({ path: { workspace }, json: { check: true }, status: 200 }),
  getWorkspaceStatistics: async () => ({ path: { workspace }, query: { days: '7' }, status: 200 }),
  getWorkspaceSettings: inWorkspace,
  setWorkspaceSettings: async () => ({
    path: { workspace },
    json: { retention: { rows: FOREVER, profiles: FOREVER } },
    status: 200,
  }),
  getPrices: inWorkspace,
  setPrices: async () => ({ path: { workspace }, json: { prices: PRICES }, status: 200 }),
  getMe: ok,
  getWorkspace: inWorkspace,
  updateWorkspace: async (world) => ({
    path: { workspace: await world.newWorkspace() },
    json: { name: 'R' },
    status: 200,
  }),
  deleteWorkspace: async (world) => {
    const id = await world.newWorkspace();
    return { path: { workspace: id }, query: { confirm: id }, status: 204 };
  },
  listMembers: inWorkspace,
  addMember: async (world) => ({
    path: { workspace },
    json: { subject: world.unique(), issuer: 'https://id.example.org', role: 'editor' },
    status: 201,
  }),
  setMemberRole: async (world) => ({
    path: { workspace, member: await world.newMember() },
    json: { role: 'editor' },
    status: 200,
  }),
  removeMember: async (world) => ({ path: { workspace, member: await world.newMember() }, status: 204 }),
  listKeys: inWorkspace,
  createKey: async () => ({ path: { workspace }, json: { name: 'k', scopes: ['read'] }, status: 201 }),
  revokeKey: async (world) => ({ path: { workspace, key: await world.newKey() }, status: 200 }),
  listAuditEntries: inWorkspace,
  listProjects: ok,
  createProject: async (world) => ({ json: { slug: world.unique('p'), name: 'P' }, status: 201 }),
  getProject: (world) => ofProject(world),
  updateProject: (world) => ofProject(world, { json: { name: 'Renamed' } }),
  deleteProject: (world) => ofProject(world, { status: 204 }),
  getProjectStatistics: (world) => ofProject(world),
  listWorkflows: ok,
  createWorkflow: async () => ({ json: { name: 'n', description: 'd', definition: DOUBLE }, status: 201 }),
  getWorkflow: (world) => ofWorkflow(world),
  validateWorkflow: async () => ({ json: { definition: DOUBLE }, status: 200 }),
  listNodeTypes: ok,
  updateWorkflow: (world) => ofWorkflow(world, { json: { name: 'n', description: 'd', definition: DOUBLE } }),
  deleteWorkflow: (world) => ofWorkflow(world, { status: 204 }),
  listWorkflowVersions: (world) => ofWorkflow(world),
  getWorkflowVersion: (world) => ofWorkflow(world),
  restoreWorkflowVersion: (world) => ofWorkflow(world, { json: {} }),
  executeWorkflow: (world) => ofWorkflow(world, { json: { input_variables: { n: 1 } }, status: 202 }),
  listWorkflowEvents: (world) => ofWorkflow(world),
  listWorkflowExecutions: (world) => ofWorkflow(world),
  getWorkflowMetrics: (world) => ofWorkflow(world),
  getWorkflowStatistics: (world) => ofWorkflow(world),
  getExecution: (world) => ofExecution(world.completed()),
  getExecutionTimeline: (world) => ofExecution(world.completed()),
  listExecutions: inWorkspace,
  cancelExecution: (world) => ofExecution(world.running(), { json: {} }),
  resumeExecution: (world) => ofExecution(world.failed(), { json: { input_variables: {} }, status: 202 }),
  retryExecution: (world) => ofExecution(world.completed(), { json: {}, status: 202 }),
  listTriggers: (world) => ofTrigger(world),
  createTrigger: (world) =>
    ofWorkflow(world, {
      json: {
        kind: 'schedule',
        name: 's',
        enabled: false,
        config: { cron: '0 3 * * *', timezone: 'Europe/Berlin', misfire: 'skip', overlap: 'skip', jitter_seconds: 5 },
      },
      status: 201,
    }),
  getTrigger: (world) => ofTrigger(world),
  updateTrigger: (world) => ofTrigger(world, { json: { name: 'n', enabled: true, config: { filter: 'true' } } }),
  deleteTrigger: (world) => ofTrigger(world, { status: 204 }),
  rotateTriggerSecret: (world) => ofTrigger(world, { json: { keep_previous_seconds: 10 } }),
  enableTrigger: (world) => ofTrigger(world, { json: {} }),
  disableTrigger: (world) => ofTrigger(world, { json: {} }),
  receiveDelivery: delivery,
  listAlerts: inWorkspace,
  createAlert: async (world) => ({
    path: { workspace },
    json: {
      workflow_id: await world.newWorkflow(),
      kind: 'slower_than_usual',
      name: 'slow',
      severity: 'high',
      enabled: true,
      fire_after: 2,
      resolve_after: 3,
      channel_ids: [],
      config: { percent: 25, runs: 30, node: 'double', baseline_id: null, sustained: true },
    },
    status: 201,
  }),
  getAlert: (world) => ofAlert(world),
  updateAlert: (world) => ofAlert(world, { json: { name: 'n', enabled: false, config: { limit_ms: 5, node: null } } }),
  deleteAlert: (world) => ofAlert(world, { status: 204 }),
  muteAlert: (world) => ofAlert(world, { json: { for_seconds: 60 } }),
  acknowledgeAlert: async (world) => ({
    path: { workspace, alert: await world.firingAlert() },
    json: {},
    status: 200,
  }),
  testAlert: (world) => ofAlert(world, { json: {}, status: 202 }),
  listAlertEvents: inWorkspace,
  listAlertChannels: inWorkspace,
  createAlertChannel: async () => ({
    path: { workspace },
    json: { name: 'ops', url: 'https://hooks.example.org/x', enabled: false },
    status: 201,
  }),
  getAlertChannel: (world) => ofChannel(world),
  updateAlertChannel: (world) =>
    ofChannel(world, { json: { name: 'n', url: 'https://a.example.org/', enabled: false } }),
  deleteAlertChannel: (world) => ofChannel(world, { status: 204 }),
  testAlertChannel: (world) => ofChannel(world, { json: {}, status: 202 }),
  rotateAlertChannelSecret: (world) => ofChannel(world, { json: { keep_previous_seconds: 10 } }),
  listAlertDeliveries: (world) => ofChannel(world),
  listTemporalConnections: inWorkspace,
  createTemporalConnection: async (world) => {
    // An earlier one gives way.
    await world.newConnection();
    const secrets = { server_ca: 'ca', codec_authorization: 'Bearer x', api_key: null };
    const text = { namespace: 'n', tls: true, server_name: 's', codec_url: 'https://codec.example.org', query: 'q' };
    const more = { web_url: 'http://temporal.example.org', backfill_days: 1, coordinator: 'in_process' };
    return {
      path: { workspace },
      json: { name: world.unique(), address: '10.0.0.1:7233', enabled: false, ...text, ...more, secrets },
      status: 201,
    };
  },
  getTemporalConnection: (world) => ofConnection(world),
  updateTemporalConnection: (world) =>
    ofConnection(world, {
      json: { name: world.unique(), address: '10.0.0.2:7233', enabled: false, secrets: { server_ca: 'ca' } },
    }),
  deleteTemporalConnection: (world) => ofConnection(world, { query: { with_executions: 'true' }, status: 204 }),
  checkTemporalConnection: (world) => ofConnection(world, { json: {} }),
  syncTemporalConnection: (world) => ofConnection(world, { json: { workflow_id: 'w', wait_seconds: 0 }, status: 424 }),
  syncExecution: (world) => ofExecution(world.completed(), { json: {}, status: 412 }),
  getFlameChart: (world) => ofExecution(world.completed()),
  getProfile: (world) => ofExecution(world.completed(), { query: { format: 'json' } }),
  getHotspots: (world) => ofExecution(world.completed(), { query: { limit: '20', name: 'double', max_nodes: '100' } }),
  getWorkflowCost: (world) => ofRanWorkflow(world, { limit: '20' }),
  predictWhatIf: (world) =>
    ofExecution(world.completed(), { json: { changes: [{ kind: 'unlimited' }], runs: 2, include_trace: true } }),
  compareExecutions: async (world) =>
    ofExecution(world.completed(), { query: { base: await world.completed(), diff: 'flame', max_nodes: '10' } }),
  exportExecution: (world) => ofExecution(world.completed()),
  getHistory: (world) => ofRanWorkflow(world, { limit: '20', version: '1', node: 'double' }),
  getRegressions: (world) => ofRanWorkflow(world, { against: 'version', version: '1', runs: '5', limit: '20' }),
  getCohorts: (world) => ofRanWorkflow(world, { by: 'slow', share: '0.25', limit: '20' }),
  getPathFrequency: (world) => ofRanWorkflow(world, { runs: '20', version: '1' }),
  getWorkflowFlameGraph: (world) => ofRanWorkflow(world, { runs: '20', version: '1' }),
  getProjection: (world) => ofExecution(world.completed()),
  listBaselines: inWorkspace,
  createBaseline: async (world) => {
    const { workflow, execution } = await world.ranWorkflow();
    const made = { kind: 'list', execution_ids: [execution] };
    return {
      path: { workspace },
      json: { workflow_id: workflow, name: 'b', is_default: true, made_of: made },
      status: 201,
    };
  },
  getBaseline: (world) => ofBaseline(world),
  updateBaseline: (world) => ofBaseline(world, { json: { name: 'n', is_default: true } }),
  deleteBaseline: (world) => ofBaseline(world, { status: 204 }),
  listNotes: (world) => ofNote(world),
  createNote: (world) =>
    ofNote(world, { json: { from_ms: 0.5, to_ms: 2, span_id: 's', text: 'Look here' }, status: 201 }),
  updateNote: (world) => ofNote(world, { json: { from_ms: 1, to_ms: 2, span_id: null, text: 'And here' } }),
  deleteNote: (world) => ofNote(world, { status: 204 }),
  beginUpload: async () => ({
    path: { workspace },
    json: { size_bytes: 9, file_name: 'a.json', fingerprint: 'a' },
    status: 201,
  }),
  listUploads: inWorkspace,
  getUpload: (world) => ofUpload(world),
  cancelUpload: (world) => ofUpload(world),
  uploadPart: (world) => ofUpload(world, { query: { offset: '0' }, raw: 'x'.repeat(9) }),
  exportSpans: async () => ({ raw: SPANS, headers: { 'content-type': 'application/json' }, status: 200 }),
  exportSpansTo: async () => ({
    path: { workspace },
    raw: SPANS,
    headers: { 'content-type': 'application/json' },
    status: 200,
  }),
  reportCallbacks: async () => ({
    headers: { 'content-type': 'application/json' },
    raw: CALLBACKS,
    status: 200,
  }),
  reportAttempts: async () => ({ json: { attempts: ATTEMPTS }, status: 200 }),
  reportAttemptsTo: async () => ({ path: { workspace }, json: { attempts: ATTEMPTS }, status: 200 }),
  importTraces: async () => ({ path: { workspace }, raw: TRACE, status: 201 }),
};

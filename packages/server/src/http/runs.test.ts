import { readFileSync } from 'node:fs';
import { decodeTrace, type JournalEntry, type JsonObject, type TraceEvent } from '@flowprof/model';
import type { ExecutionOutcome, NewExecution, TenantStore } from '@flowprof/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonObject } from './shapes/common.ts';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const ARROW = 'application/vnd.apache.arrow.stream';

const withId = z.looseObject({ id: z.string() });
const withSpans = z.looseObject({
  spans: z.array(
    z.looseObject({ name: z.string(), node_key: z.string(), children: z.array(z.looseObject({ name: z.string() })) }),
  ),
});

let test: TestServer;

function example(name: string): JsonObject {
  const value: unknown = JSON.parse(
    readFileSync(new URL(`../../../../examples/workflows/${name}.json`, import.meta.url), 'utf8'),
  );
  return jsonObject.parse(value);
}

async function newWorkflow(on: TestServer, definition: JsonObject): Promise<string> {
  const { status, body, text } = await on.call('/api/workflows', { json: { definition } });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

/** Starts a workflow over HTTP; what it answers is already stored. */
async function execute(on: TestServer, workflow: string, input: JsonObject = {}) {
  const answer = await on.call(`/api/workflows/${workflow}/execute`, { json: { input_variables: input } });
  expect(answer.status, answer.text).toBe(202);
  return { id: withId.parse(answer.body).id, answer };
}

async function executeToEnd(on: TestServer, workflow: string, input: JsonObject = {}): Promise<string> {
  const { id } = await execute(on, workflow, input);
  await on.server.executions.settled(id);
  return id;
}

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

describe('an execution of an example', () => {
  let workflow: string;
  let id: string;

  beforeAll(async () => {
    workflow = await newWorkflow(test, example('basic_sequence'));
    id = await executeToEnd(test, workflow);
  });

  const item = () => ({
    id,
    workflow_id: workflow,
    workflow_name: 'basic_sequence',
    workflow_version: 1,
    workspace_id: UUID,
    project_id: UUID,
    execution_number: 1,
    external_id: null,
    name: 'basic_sequence',
    status: 'completed',
    trigger: 'manual',
    trigger_details: {},
    started_at: TIME,
    completed_at: TIME,
    duration: expect.any(Number),
    input_variables: {},
    results: expect.any(Object),
    error_message: null,
    error_code: null,
    created_at: TIME,
    updated_at: TIME,
  });

  it('has the details of the telemetry API', async () => {
    const { body } = await test.call(`/api/workflows/executions/${id}`);
    const step = {
      id: expect.any(String),
      execution_id: id,
      step_id: 'initialize',
      step_name: 'Initialize',
      step_type: 'http',
      step_order: 1,
      iteration: null,
      status: 'completed',
      started_at: TIME,
      completed_at: TIME,
      duration: expect.any(Number),
      retry_count: 0,
      error_message: null,
      input_data: expect.any(Object),
      output_data: expect.any(Object),
    };
    expect(body).toEqual({
      ...item(),
      error_details: null,
      step_executions: expect.any(Array),
      steps_left_out: 0,
      temporal: null,
    });
    expect(body).toMatchObject({ step_executions: [step, { step_id: 'process' }, { step_id: 'finalize' }] });
  });

  it('has a timeline with three steps in order', async () => {
    const { body } = await test.call(`/api/workflows/executions/${id}/timeline`);
    const entry = (key: string, order: number) => ({
      step_id: key,
      step_name: expect.any(String),
      step_order: order,
      step_type: expect.any(String),
      iteration: null,
      status: 'completed',
      started_at: TIME,
      completed_at: TIME,
      duration_seconds: expect.any(Number),
      retry_count: expect.any(Number),
      error_message: null,
      input_summary: expect.toSatisfy((value) => value === null || typeof value === 'object'),
      output_summary: expect.toSatisfy((value) => value === null || typeof value === 'object'),
    });
    expect(body).toEqual({
      steps_left_out: 0,
      execution_id: id,
      workflow_id: workflow,
      workflow_name: 'basic_sequence',
      status: 'completed',
      started_at: TIME,
      completed_at: TIME,
      total_duration_seconds: expect.any(Number),
      step_count: 3,
      completed_step_count: 3,
      failed_step_count: 0,
      skipped_step_count: 0,
      step_timeline: [entry('initialize', 1), entry('process', 2), entry('finalize', 3)],
      error_message: null,
    });
  });

  it('is in the list of its workflow and in that of the workspace', async () => {
    const list = await test.call(`/api/workflows/${workflow}/executions`);
    expect(list.body).toEqual({
      items: [item()],
      total: 1,
      skip: 0,
      limit: 10,
      next_cursor: null,
      total_is_capped: false,
    });
    const none = await test.call(`/api/workflows/${workflow}/executions?status=failed&skip=0&limit=100`);
    expect(none.body).toEqual({ items: [], total: 0, skip: 0, limit: 100, next_cursor: null, total_is_capped: false });
    const all = await test.call('/api/v1/workspaces/only/executions?status=completed');
    expect(all.body).toMatchObject({ items: expect.arrayContaining([item()]) });
  });

  it('has all that a step gave in its details, and a summary of it in its timeline', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ n, name: `row ${n}` }));
    const nodes = [{ id: 'rows', type: 'transform', with: { value: { rows: '${input.rows}' } } }];
    const large = await newWorkflow(test, { name: 'large', inputs: { rows: { type: 'array' } }, nodes });
    const path = `/api/workflows/executions/${await executeToEnd(test, large, { rows })}`;
    expect((await test.call(path)).body).toMatchObject({ step_executions: [{ output_data: { rows } }] });
    const timeline = await test.call(`${path}/timeline`);
    expect(timeline.body).toMatchObject({ step_timeline: [{ output_summary: { rows: 'array of 500' } }] });
  });

  it('counts in the metrics', async () => {
    const { body } = await test.call(`/api/workflows/${workflow}/metrics`);
    const seconds = expect.toSatisfy((value) => typeof value === 'number' && value > 0 && value < 60);
    expect(body).toEqual({
      total_duration_seconds: seconds,
      success_rate: 100,
      total_executions: 1,
      successful_executions: 1,
      failed_executions: 0,
      average_duration_seconds: seconds,
      min_duration_seconds: seconds,
      max_duration_seconds: seconds,
      p50_duration_seconds: seconds,
      p95_duration_seconds: seconds,
      p99_duration_seconds: seconds,
      pending_executions: 0,
      running_executions: 0,
      cancelled_executions: 0,
      timeout_executions: 0,
    });
  });

  it('has a flame chart of execution, nodes and phases', async () => {
    const { status, body, headers } = await test.call(`/api/v1/workspaces/only/executions/${id}/flame-chart`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({
      execution_id: id,
      name: expect.any(String),
      status: 'completed',
      total_duration_ms: expect.any(Number),
      started_at: TIME,
      spans: expect.any(Array),
      annotations: expect.any(Array),
      nodes_not_started: [],
      truncated: null,
    });
    const { spans } = withSpans.parse(body);
    expect(spans.map((span) => span.node_key)).toEqual(['initialize', 'process', 'finalize']);
    expect(spans[0]).toEqual(
      expect.objectContaining({
        id: expect.any(String),
        name: 'Initialize',
        node_key: 'initialize',
        type: 'node',
        start_ms: expect.any(Number),
        duration_ms: expect.any(Number),
      }),
    );
    const phases = spans[0]?.children.map((child) => child.name);
    expect(phases).toEqual(expect.arrayContaining(['queue_wait', 'expression_eval', 'http_request']));
    expect(body).toMatchObject({
      spans: [
        {
          children: expect.arrayContaining([
            expect.objectContaining({ type: 'phase', metadata: expect.objectContaining({ status: 200 }) }),
          ]),
        },
        {},
        {},
      ],
    });
  });

  it('has a flame chart that is cut as asked, and says so', async () => {
    const path = `/api/v1/workspaces/only/executions/${id}/flame-chart`;
    const cut = await test.call(`${path}?depth=1`);
    expect(cut.body).toMatchObject({
      spans: [{ children: [] }, { children: [] }, { children: [] }],
      truncated: { by_depth: expect.any(Number) },
    });
    expect((await test.call(`${path}?max_spans=1`)).body).toMatchObject({ spans: { length: 1 } });
    expect((await test.call(`${path}?from_ms=5&to_ms=1`)).body).toMatchObject({
      status: 400,
      code: 'validation_failed',
    });
    expect((await test.call(`${path}?depth=99`)).status).toBe(400);
  });

  it('has the whole trace as columns', async () => {
    const url = `${test.server.url}/api/v1/workspaces/only/executions/${id}/flame-chart`;
    const response = await fetch(url, { headers: { accept: ARROW } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, ARROW]);
    const trace = decodeTrace(new Uint8Array(await response.arrayBuffer()));
    expect([trace.execution.status, [...trace.nodes.key]]).toEqual([
      'completed',
      ['initialize', 'process', 'finalize'],
    ]);
  });

  it.each([
    [`${ARROW}, */*;q=0.1`, ARROW],
    [`application/json;q=0.5, ${ARROW};q=0.9`, ARROW],
    [`${ARROW};q=0.1, application/json`, 'application/json; charset=utf-8'],
    [`${ARROW};q=0`, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('is in the form that the client would rather have: %s', async (accept, type) => {
    const { headers } = await test.call(`/api/v1/workspaces/only/executions/${id}/flame-chart`, {
      headers: { accept },
    });
    expect(headers.get('content-type')).toBe(type);
  });

  it('has a profile whose accounting sums to the makespan', async () => {
    const { body } = await test.call(`/api/v1/workspaces/only/executions/${id}/profile`);
    const profile = z
      .looseObject({
        execution: z.looseObject({ id: z.string(), status: z.string() }),
        makespan_ms: z.number(),
        accounting: z.looseObject({ total_ms: z.number(), causes: z.record(z.string(), z.number()) }),
        critical_path: z.looseObject({ kind: z.literal('dependencies'), items: z.array(withId) }),
      })
      .parse(body);
    const micros = Object.values(profile.accounting.causes).reduce((sum, ms) => sum + Math.round(ms * 1000), 0);
    expect(micros).toBe(Math.round(profile.makespan_ms * 1000));
    expect(profile.critical_path.items.map((step) => step.id)).toEqual(['initialize', 'process', 'finalize']);
  });

  it.each(['flame-chart', 'profile'])('lets a client keep its %s', async (what) => {
    const path = `/api/v1/workspaces/only/executions/${id}/${what}`;
    const etag = (await test.call(path)).headers.get('etag') ?? '';
    const again = await test.call(path, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    const arrow = await test.call(path, { headers: { 'if-none-match': etag, accept: ARROW } });
    expect(arrow.status).toBe(what === 'profile' ? 304 : 200);
  });
});

describe('execute', () => {
  it('answers once the execution is stored, with its place', async () => {
    const workflow = await newWorkflow(test, DOUBLE);
    const { id, answer } = await execute(test, workflow, { n: 4 });
    expect(answer.headers.get('location')).toBe(`/api/workflows/executions/${id}`);
    expect(answer.body).toMatchObject({
      id,
      workflow_id: workflow,
      execution_number: 1,
      status: 'pending',
      input_variables: { n: 4 },
      started_at: null,
    });
    await test.server.executions.settled(id);
    const { body } = await test.call(`/api/workflows/executions/${id}`);
    expect(body).toMatchObject({ status: 'completed', results: { double: 8 } });
    expect((await execute(test, workflow)).answer.body).toMatchObject({ execution_number: 2 });
  });

  it('takes no body at all', async () => {
    const workflow = await newWorkflow(test, DOUBLE);
    const answer = await test.call(`/api/workflows/${workflow}/execute`, { method: 'POST' });
    expect([answer.status, answer.body]).toEqual([202, expect.objectContaining({ input_variables: {} })]);
    await test.server.executions.settled(withId.parse(answer.body).id);
  });

  it('stores a failure with its node and counts it', async () => {
    const nodes = [
      { id: 'stop', type: 'fail', with: { message: 'out of stock', code: 'sold_out' } },
      { id: 'after', type: 'transform', dependsOn: ['stop'], with: { value: 1 } },
    ];
    const workflow = await newWorkflow(test, { name: 'fails', nodes });
    const id = await executeToEnd(test, workflow);
    const { body } = await test.call(`/api/workflows/executions/${id}/timeline`);
    expect(body).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('out of stock'),
      failed_step_count: 1,
      step_timeline: [
        { status: 'failed', error_message: expect.stringContaining('out of stock') },
        { step_id: 'after' },
      ],
    });
    const metrics = await test.call(`/api/workflows/${workflow}/metrics`);
    expect(metrics.body).toMatchObject({ success_rate: 0, total_executions: 1, failed_executions: 1 });
  });

  it('does not let a workflow reach what is on this machine', async () => {
    const url = `${test.server.url}/api/workspaces`;
    const workflow = await newWorkflow(test, { name: 'curious', nodes: [{ id: 'a', type: 'http', with: { url } }] });
    const id = await executeToEnd(test, workflow);
    expect((await test.call(`/api/workflows/executions/${id}`)).body).toMatchObject({
      status: 'failed',
      error_code: 'address_refused',
    });
  });

  it('fails a workflow that asks for a service that nobody knows', async () => {
    const workflow = await newWorkflow(test, { ...DOUBLE, services: ['unheard_of'] });
    const id = await executeToEnd(test, workflow);
    expect((await test.call(`/api/workflows/executions/${id}`)).body).toMatchObject({
      status: 'failed',
      error_code: 'unknown_service',
    });
  });
});

describe('cancel', () => {
  it('ends a running execution; answered once that is stored', async () => {
    const workflow = await newWorkflow(test, WAIT);
    const { id } = await execute(test, workflow);
    const cancelled = await test.call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect([cancelled.status, cancelled.body]).toEqual([
      200,
      expect.objectContaining({ id, status: 'cancelled', completed_at: TIME }),
    ]);
    const again = await test.call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'already_ended' })]);
  });
});

describe('from code, as the README shows', () => {
  it('makes a workflow, starts it and waits for its end', async () => {
    const { server } = test;
    const workspace = await server.store.findWorkspace('only');
    const tenant = server.store.tenant(workspace?.id ?? '');
    const workflow = await server.workflows.create(tenant, { definition: DOUBLE });
    const request = { workflowId: workflow.id, input: { n: 21 }, trigger: 'manual' };
    const execution = await server.executions.start(tenant, request);
    await server.executions.settled(execution.id);
    expect(await tenant.getExecution(execution.id)).toMatchObject({ trigger: 'manual', results: { double: 42 } });
  });
});

describe('the end of an execution', () => {
  it('is not to be seen before its results and its trace are', async () => {
    const [workspace] = await test.server.store.listWorkspaces();
    const tenant = test.server.store.tenant(workspace?.id ?? '');
    const seen: (string | undefined)[] = [];
    // The real store, with a look at what others see after each batch of events.
    const watched: TenantStore = Object.create(tenant, {
      workspaceId: { value: tenant.workspaceId },
      getWorkflow: { value: (id: string) => tenant.getWorkflow(id) },
      createExecution: { value: (execution: NewExecution) => tenant.createExecution(execution) },
      getDefinition: { value: (id: string, version: number) => tenant.getDefinition(id, version) },
      commitNodes: { value: (id: string, done: readonly JournalEntry[]) => tenant.commitNodes(id, done) },
      finishExecution: { value: (id: string, outcome: ExecutionOutcome) => tenant.finishExecution(id, outcome) },
      recordEvents: {
        value: async (id: string, batch: readonly TraceEvent[]) => {
          await tenant.recordEvents(id, batch);
          seen.push((await tenant.getExecution(id))?.status);
        },
      },
    });
    const workflowId = await newWorkflow(test, DOUBLE);
    const { id } = await test.server.executions.start(watched, { workflowId, input: {}, trigger: 'manual' });
    await test.server.executions.settled(id);
    expect(new Set(seen)).toEqual(new Set(['running']));
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'completed', results: { double: 42 } });
  });
});

describe('a deleted workflow', () => {
  it('takes its executions along, those that run too', async () => {
    const workflow = await newWorkflow(test, WAIT);
    const { id } = await execute(test, workflow);
    expect((await test.call(`/api/workflows/${workflow}`, { method: 'DELETE' })).status).toBe(204);
    expect(test.server.executions.load).toEqual({ waiting: 0, running: 0 });
    expect((await test.call(`/api/workflows/executions/${id}`)).status).toBe(404);
  });
});

describe('a server with little room', () => {
  it('refuses what it has no room for, and stores what it accepted when it stops', { timeout: 120_000 }, async () => {
    const small = await startTestServer({ limits: { running: 1, pending: 1 }, graceMs: 0 });
    try {
      await small.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
      const workflow = await newWorkflow(small, WAIT);
      const running = await execute(small, workflow);
      const waiting = await execute(small, workflow);
      const refused = await small.call(`/api/workflows/${workflow}/execute`, { json: {} });
      expect([refused.status, refused.body]).toEqual([503, expect.objectContaining({ code: 'overloaded' })]);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      const { total } = z
        .looseObject({ total: z.number() })
        .parse((await small.call(`/api/workflows/${workflow}/executions`)).body);
      expect(total).toBe(2);

      await small.server.close();
      const next = await startTestServer({ dataDir: small.dataDir });
      expect(next.server.interrupted).toEqual([]);
      for (const { id } of [running, waiting]) {
        expect((await next.call(`/api/workflows/executions/${id}`)).body).toMatchObject({ status: 'cancelled' });
      }
      await next.close();
    } finally {
      await small.close();
    }
  });
});

describe('a server that stops', () => {
  it('lets what runs end when there is time', { timeout: 120_000 }, async () => {
    const patient = await startTestServer();
    try {
      await patient.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
      const nodes = [{ id: 'a', type: 'delay', with: { ms: 50 } }];
      const { id } = await execute(patient, await newWorkflow(patient, { name: 'short', nodes }));
      const closing = patient.server.close();
      const late = patient.server.executions.start(
        patient.server.store.tenant('01890000-0000-7000-8000-000000000001'),
        { workflowId: id, input: {}, trigger: 'manual' },
      );
      await expect(late).rejects.toMatchObject({ code: 'shutting_down' });
      await closing;
      const next = await startTestServer({ dataDir: patient.dataDir });
      expect((await next.call(`/api/workflows/executions/${id}`)).body).toMatchObject({ status: 'completed' });
      await next.close();
    } finally {
      await patient.close();
    }
  });
});

import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type Call, type TestServer } from '../../testing/harness.ts';

/** What a request for the API gave as examples. A field may hold more in an answer, and an object more fields. */
const EXAMPLES = {
  timeline: {
    execution_id: 'exec-123',
    workflow_id: 'workflow-456',
    status: 'completed',
    started_at: '2024-01-15T10:00:00Z',
    completed_at: '2024-01-15T10:02:30Z',
    total_duration_seconds: 150.5,
    step_count: 3,
    completed_step_count: 3,
    failed_step_count: 0,
    skipped_step_count: 0,
    step_timeline: [
      {
        step_id: 'step-002',
        step_name: 'process',
        step_order: 2,
        status: 'completed',
        started_at: '2024-01-15T10:00:30Z',
        completed_at: '2024-01-15T10:02:00Z',
        duration_seconds: 90,
        retry_count: 1,
        error_message: null,
        input_summary: { batch_size: 100 },
        output_summary: { results: 'success' },
      },
    ],
    error_message: null,
  },
  metrics: {
    total_duration_seconds: 450.75,
    success_rate: 85.5,
    total_executions: 10,
    successful_executions: 8,
    failed_executions: 2,
    average_duration_seconds: 45.075,
    min_duration_seconds: 25.3,
    max_duration_seconds: 120.5,
  },
  list: {
    items: [
      {
        id: 'exec-001',
        workflow_id: 'workflow-456',
        execution_number: 1,
        status: 'completed',
        started_at: '2024-01-15T10:00:00Z',
        completed_at: '2024-01-15T10:02:30Z',
        duration: 150,
        input_variables: { mode: 'standard' },
        results: { output: 'success' },
        created_at: '2024-01-15T10:00:00Z',
        updated_at: '2024-01-15T10:02:30Z',
      },
    ],
    total: 10,
    skip: 0,
    limit: 10,
  },
  details: {
    id: 'exec-001',
    workflow_id: 'workflow-456',
    execution_number: 1,
    status: 'completed',
    started_at: '2024-01-15T10:00:00Z',
    completed_at: '2024-01-15T10:02:30Z',
    duration: 150,
    input_variables: { mode: 'standard' },
    results: { output: 'success' },
    error_message: null,
    step_executions: [
      {
        id: 'step-exec-001',
        execution_id: 'exec-001',
        step_id: 'step-001',
        status: 'completed',
        started_at: '2024-01-15T10:00:00Z',
        completed_at: '2024-01-15T10:00:30Z',
        duration: 30,
        retry_count: 0,
        output_data: { records: 100 },
      },
    ],
    created_at: '2024-01-15T10:00:00Z',
    updated_at: '2024-01-15T10:02:30Z',
  },
  flameChart: {
    execution_id: 'uuid',
    total_duration_ms: 4520,
    started_at: 'ISO8601',
    spans: [
      {
        id: 'span_2',
        name: 'http_stripe',
        node_key: 'http_1',
        type: 'node',
        start_ms: 15,
        duration_ms: 3200,
        children: [{ id: 'span_2a', name: 'queue_wait', type: 'phase', start_ms: 15, duration_ms: 50 }],
      },
    ],
  },
} satisfies Record<string, JsonObject>;

/** Objects whose fields are the user's own. */
const FREE = new Set(['input_variables', 'results', 'input_summary', 'output_summary', 'output_data']);

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** Where an answer is not as an example: fields that it lacks, and such of another type. Null may stand for anything. */
function* faults(example: JsonValue, answer: JsonValue | undefined, path = ''): Generator<string> {
  if (answer === undefined) yield `${path} is missing`;
  else if (example === null) return;
  else if (typeOf(example) !== typeOf(answer)) yield `${path} is ${typeOf(answer)}, not ${typeOf(example)}`;
  else if (Array.isArray(example) && Array.isArray(answer)) {
    if (answer.length === 0) yield `${path} is empty`;
    const [first = null] = Array.from<JsonValue>(example);
    for (const [at, item] of Array.from<JsonValue>(answer).entries()) yield* faults(first, item, `${path}/${at}`);
  } else if (isJsonObject(example) && isJsonObject(answer)) {
    for (const [name, value] of Object.entries(example)) {
      // The optional ones of these may be null.
      if (FREE.has(name)) yield* faults(answer[name] === null ? null : {}, answer[name], `${path}/${name}`);
      else yield* faults(value, answer[name], `${path}/${name}`);
    }
  }
}

const RETRIED: JsonObject = {
  name: 'three steps',
  inputs: { mode: { type: 'string', default: 'standard' } },
  nodes: [
    { id: 'initialize', type: 'transform', with: { value: { records: 100 } } },
    { id: 'process', type: 'transform', dependsOn: ['initialize'], with: { value: { mode: '${input.mode}' } } },
    { id: 'finalize', type: 'transform', dependsOn: ['process'], with: { value: { done: true } } },
  ],
};

const json = z.json();

let test: TestServer;
let workflow: string;
let execution: string;

async function made(path: string, call: Call): Promise<string> {
  const { status, body } = await test.call(path, call);
  expect(status).toBeLessThan(300);
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : '';
}

beforeAll(async () => {
  test = await startTestServer();
  await made('/api/workspaces', { json: { slug: 'shop', name: 'Shop' } });
  workflow = await made('/api/workflows', { json: { definition: RETRIED } });
  execution = await made(`/api/workflows/${workflow}/execute`, { json: { input_variables: { mode: 'fast' } } });
  await test.server.executions.settled(execution);
});

afterAll(() => test.close());

describe('answers have the fields of the examples, of the same types:', () => {
  it.each([
    ['timeline', () => `/api/workflows/executions/${execution}/timeline`],
    ['metrics', () => `/api/workflows/${workflow}/metrics`],
    ['list', () => `/api/workflows/${workflow}/executions`],
    ['details', () => `/api/workflows/executions/${execution}`],
    ['flameChart', () => `/api/v1/workspaces/shop/executions/${execution}/flame-chart`],
  ] as const)('%s', async (name, path) => {
    const { status, body } = await test.call(path());
    expect(status).toBe(200);
    expect([...faults(EXAMPLES[name], json.parse(body))]).toEqual([]);
  });

  it('and would be told apart where one is missing or of another type', () => {
    expect([...faults({ a: 1, b: [{ c: '' }] }, { a: '1', b: [{}] })]).toEqual([
      '/a is string, not number',
      '/b/0/c is missing',
    ]);
  });
});

describe('steps', () => {
  it('say whether their retries were expected, and what failed', async () => {
    const definition = {
      name: 'fails',
      nodes: [
        { id: 'fine', type: 'transform', with: { value: 1 } },
        {
          id: 'fetch',
          type: 'http',
          dependsOn: ['fine'],
          with: { url: 'http://127.0.0.1:9/' },
          retry: { policy: 'fixed', maxAttempts: 2, delayMs: 1 },
        },
      ],
    };
    const id = await made('/api/workflows', { json: { definition } });
    const failed = await made(`/api/workflows/${id}/execute`, { json: {} });
    await test.server.executions.settled(failed);
    const { body } = await test.call(`/api/workflows/executions/${failed}`);
    expect(body).toMatchObject({
      status: 'failed',
      error_details: { node_key: 'fetch' },
      step_executions: [
        { step_id: 'fine', retries_expected: null, retry_reason: null, error_type: null },
        { step_id: 'fetch', retries_expected: false, retry_reason: expect.any(String), error_type: expect.any(String) },
      ],
    });
  });

  it('are listed from where they are asked for', async () => {
    for (const path of [`/api/workflows/executions/${execution}`, `/api/workflows/executions/${execution}/timeline`]) {
      const { body } = await test.call(`${path}?steps_skip=1`);
      const shown = [{ step_order: 2 }, { step_order: 3 }];
      expect(body).toMatchObject({ steps_left_out: 0 });
      const { step_executions: steps, step_timeline: timeline } = z
        .object({ step_executions: json.optional(), step_timeline: json.optional() })
        .parse(body);
      expect(steps ?? timeline).toMatchObject(shown);
    }
  });
});

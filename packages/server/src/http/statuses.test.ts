import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';

const withId = z.looseObject({ id: z.string() });
const listShape = z.looseObject({ total: z.int(), items: z.array(withId) });

const STATUSES = ['pending', 'running', 'completed', 'failed', 'cancelled', 'timeout'] as const;
type Reached = (typeof STATUSES)[number];

/** One workflow comes to every end, by its input. */
const ANY_END = {
  name: 'any end',
  inputs: { end: { type: 'string' } },
  timeoutMs: 2000,
  nodes: [
    { id: 'first', type: 'transform', with: { value: 1 } },
    { id: 'never', type: 'transform', dependsOn: ['first'], when: 'input.end == "never"', with: { value: 1 } },
    { id: 'after', type: 'transform', dependsOn: ['never'], with: { value: 1 } },
    { id: 'fail', type: 'fail', dependsOn: ['first'], when: 'input.end == "failed"', with: { message: 'as asked' } },
    { id: 'wait', type: 'delay', dependsOn: ['first'], when: 'input.end == "timeout"', with: { ms: 600000 } },
    { id: 'last', type: 'transform', dependsOn: ['fail', 'wait', 'first'], with: { value: 2 } },
  ],
};

let test: TestServer;
let workflow: string;
let waiting: string;
const executions: Partial<Record<Reached, string>> = {};

async function newWorkflow(definition: unknown): Promise<string> {
  const { status, body, text } = await test.call('/api/workflows', { json: { definition } });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

async function execute(of: string, input: object = {}): Promise<string> {
  const { body } = await test.call(`/api/workflows/${of}/execute`, { json: { input_variables: input } });
  return withId.parse(body).id;
}

async function toEnd(end: string): Promise<string> {
  const id = await execute(workflow, { end });
  await test.server.executions.settled(id);
  return id;
}

/** Resolves once a step of an execution runs. */
async function stepRuns(id: string, step: string): Promise<void> {
  const shape = z.looseObject({ step_executions: z.array(z.looseObject({ step_id: z.string(), status: z.string() })) });
  for (;;) {
    const { body } = await test.call(`/api/workflows/executions/${id}`);
    const found = shape.parse(body).step_executions.find(({ step_id: key }) => key === step);
    if (found?.status === 'running') return;
  }
}

const details = async (status: Reached) => (await test.call(`/api/workflows/executions/${executions[status]}`)).body;
const timeline = async (status: Reached) =>
  (await test.call(`/api/workflows/executions/${executions[status]}/timeline`)).body;

const on = (status: Reached, action: string) =>
  test.call(`/api/workflows/executions/${executions[status]}/${action}`, { method: 'POST' });

function steps(given: Record<string, string>): object {
  return { step_timeline: Object.entries(given).map(([id, status]) => ({ step_id: id, status })) };
}

beforeAll(async () => {
  test = await startTestServer({ limits: { running: 1 }, graceMs: 0 });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
  [workflow, waiting] = [await newWorkflow(ANY_END), await newWorkflow(WAIT)];
  for (const end of ['completed', 'failed', 'timeout'] as const) executions[end] = await toEnd(end);
  const cancelled = await execute(waiting);
  await stepRuns(cancelled, 'wait');
  await test.call(`/api/workflows/executions/${cancelled}/cancel`, { method: 'POST' });
  executions.cancelled = cancelled;
  executions.running = await execute(waiting);
  await stepRuns(executions.running, 'wait');
  executions.pending = await execute(waiting);
}, 60_000);

afterAll(() => test.close());

describe('every status', () => {
  it.each(STATUSES)('%s is told by details, timeline, flame chart and profile', async (status) => {
    expect(await details(status)).toMatchObject({ status });
    expect(await timeline(status)).toMatchObject({ status });
    const path = `/api/v1/workspaces/only/executions/${executions[status]}`;
    expect((await test.call(`${path}/flame-chart`)).status).toBe(200);
    expect((await test.call(`${path}/profile`)).body).toMatchObject({ execution: { status } });
  });

  it.each(STATUSES)('%s is what lists can be asked for', async (status) => {
    const of = ['completed', 'failed', 'timeout'].includes(status) ? workflow : waiting;
    for (const path of [`/api/workflows/${of}/executions`, '/api/v1/workspaces/only/executions']) {
      const { total, items } = listShape.parse((await test.call(`${path}?status=${status}`)).body);
      expect([total, items.map(({ id }) => id)], path).toEqual([1, [executions[status]]]);
    }
  });

  it('counts in the metrics', async () => {
    expect((await test.call(`/api/workflows/${workflow}/metrics`)).body).toMatchObject({
      total_executions: 3,
      successful_executions: 1,
      failed_executions: 2,
      timeout_executions: 1,
    });
    expect((await test.call(`/api/workflows/${waiting}/metrics`)).body).toMatchObject({
      total_executions: 3,
      cancelled_executions: 1,
      running_executions: 1,
      pending_executions: 1,
    });
  });

  it('of steps is told and counted, the skipped ones too', async () => {
    const skipped = { never: 'skipped', after: 'skipped' };
    expect(await timeline('completed')).toMatchObject({
      step_count: 6,
      completed_step_count: 2,
      failed_step_count: 0,
      skipped_step_count: 4,
      ...steps({ first: 'completed', ...skipped, fail: 'skipped', wait: 'skipped', last: 'completed' }),
    });
    expect(await timeline('failed')).toMatchObject({
      completed_step_count: 1,
      failed_step_count: 1,
      skipped_step_count: 4,
      ...steps({ first: 'completed', ...skipped, fail: 'failed', wait: 'skipped', last: 'skipped' }),
    });
    expect(await timeline('timeout')).toMatchObject({
      failed_step_count: 1,
      ...steps({ first: 'completed', ...skipped, fail: 'skipped', wait: 'timeout', last: 'cancelled' }),
    });
    expect(await timeline('cancelled')).toMatchObject(steps({ first: 'completed', wait: 'cancelled' }));
    expect(await timeline('running')).toMatchObject(steps({ first: 'completed', wait: 'running' }));
    expect(await timeline('pending')).toMatchObject({ step_count: 0, started_at: null, step_timeline: [] });
  });

  it('is refused to be made by what is not in it', async () => {
    expect((await on('pending', 'retry')).body).toMatchObject({ code: 'not_ended' });
    expect((await on('running', 'resume')).body).toMatchObject({ code: 'not_ended' });
    expect((await on('completed', 'resume')).body).toMatchObject({ code: 'already_completed' });
    for (const status of ['completed', 'failed', 'cancelled', 'timeout'] as const) {
      expect((await on(status, 'cancel')).body, status).toMatchObject({ code: 'already_ended' });
    }
  });

  it('is made again by a retry of what has ended in it', async () => {
    const id = executions.failed;
    const { body } = await test.call(`/api/workflows/executions/${id}/retry`, { method: 'POST' });
    expect(body).toMatchObject({ status: 'pending', execution_number: 4, trigger_details: { retry_of: id } });
  });

  it('leaves numbers without a gap', async () => {
    const double = await newWorkflow(DOUBLE);
    const answers = await Promise.all(Array.from({ length: 20 }, () => execute(double)));
    expect(new Set(answers).size).toBe(20);
    const { items } = z
      .looseObject({ items: z.array(z.looseObject({ execution_number: z.int() })) })
      .parse((await test.call(`/api/workflows/${double}/executions?limit=100`)).body);
    const numbers = items.map(({ execution_number: number }) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });
});

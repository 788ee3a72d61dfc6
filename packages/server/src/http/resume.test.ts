import type { JsonObject } from '@flowprof/model';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startCountingProxy, type CountingProxy } from '../../testing/counting-proxy.ts';
import { fixedService } from '../../testing/fixed-service.ts';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';
import { runKills } from '../../testing/kills.ts';
import { ServerProcess } from '../../testing/server-process.ts';
import { startDemoService, type DemoService } from '../demo/service.ts';
import { systemClock } from '../services/system.ts';

const withId = z.looseObject({ id: z.string() });
const withSteps = z.looseObject({
  step_executions: z.array(z.looseObject({ step_id: z.string(), status: z.string() })),
});

let demo: DemoService;
let proxy: CountingProxy;
let test: TestServer;

beforeAll(async () => {
  demo = await startDemoService({ clock: systemClock });
  proxy = await startCountingProxy(demo.url);
  test = await startTestServer({ services: fixedService(proxy.url), graceMs: 0 });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(async () => {
  await test.close();
  await proxy.close();
  await demo.close();
});

async function newWorkflow(definition: JsonObject, on: Pick<TestServer, 'call'> = test): Promise<string> {
  const { status, body, text } = await on.call('/api/workflows', { json: { definition } });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

async function execute(workflow: string, input: JsonObject = {}, on: Pick<TestServer, 'call'> = test): Promise<string> {
  const { status, body, text } = await on.call(`/api/workflows/${workflow}/execute`, {
    json: { input_variables: input },
  });
  expect(status, text).toBe(202);
  return withId.parse(body).id;
}

const details = (id: string, on: Pick<TestServer, 'call'> = test) => on.call(`/api/workflows/executions/${id}`);
const resume = (id: string, json: JsonObject = {}, on: Pick<TestServer, 'call'> = test) =>
  on.call(`/api/workflows/executions/${id}/resume`, { json });

async function stepsOf(id: string): Promise<Record<string, string>> {
  const { step_executions: steps } = withSteps.parse((await details(id)).body);
  return Object.fromEntries(steps.map(({ step_id: step, status }) => [step, status]));
}

/** Two calls of the demo service, one after the other. */
const TWO_CALLS: JsonObject = {
  name: 'two calls',
  services: ['demo'],
  nodes: [
    { id: 'first', type: 'http', with: { url: '${services.demo.url}/catalogue/items/1' } },
    { id: 'second', type: 'http', dependsOn: ['first'], with: { url: '${services.demo.url}/warehouse/stats' } },
    { id: 'third', type: 'transform', dependsOn: ['second'], with: { value: '${nodes.first.output.body.sku}' } },
  ],
};

describe('an execution that failed', () => {
  it('goes on under its id and number, and what was done is not run again', async () => {
    const workflow = await newWorkflow(TWO_CALLS);
    proxy.refuse(({ path }) => path === '/warehouse/stats');
    const id = await execute(workflow);
    await test.server.executions.settled(id);
    const failed = await details(id);
    expect(failed.body).toMatchObject({ status: 'failed', error_code: 'http_status', execution_number: 1 });
    expect(await stepsOf(id)).toEqual({ first: 'completed', second: 'failed', third: 'skipped' });

    proxy.refuse(() => false);
    const before = proxy.calls.length;
    const answer = await resume(id);
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/api/workflows/executions/${id}`]);
    expect(answer.body).toMatchObject({ id, execution_number: 1, status: 'running', error_code: null, results: null });
    await test.server.executions.settled(id);
    expect(proxy.calls.slice(before).map(({ path }) => path)).toEqual(['/warehouse/stats']);
    const { body } = await details(id);
    expect(body).toMatchObject({ id, execution_number: 1, status: 'completed', error_code: null });
    expect(body).toMatchObject({ results: { third: expect.stringMatching(/^[A-Z]/) } });
    expect(await stepsOf(id)).toEqual({ first: 'completed', second: 'completed', third: 'completed' });
    const chart = await test.call(`/api/v1/workspaces/only/executions/${id}/flame-chart`);
    expect(chart.text).toContain('"name":"interrupted"');
  });
});

describe('an execution that was stopped', () => {
  it('by its time limit ends as timeout, and goes on when it is resumed', async () => {
    const id = await execute(await newWorkflow({ ...WAIT, timeoutMs: 1500 }));
    await test.server.executions.settled(id);
    expect((await details(id)).body).toMatchObject({ status: 'timeout', error_code: 'timeout' });
    expect(await stepsOf(id)).toEqual({ first: 'completed', wait: 'timeout' });
    const listed = await test.call('/api/v1/workspaces/only/executions?status=timeout');
    expect(listed.body).toMatchObject({ items: [{ id }], total: 1 });
    expect((await resume(id)).status).toBe(202);
    await test.call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect((await details(id)).body).toMatchObject({ status: 'cancelled' });
  });

  it('by being cancelled goes on; while it runs it cannot be resumed', async () => {
    const id = await execute(await newWorkflow(WAIT));
    expect((await resume(id)).body).toMatchObject({ status: 409, code: 'not_ended' });
    await test.call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect((await resume(id)).status).toBe(202);
    expect((await resume(id)).body).toMatchObject({ status: 409, code: 'not_ended' });
    await test.call(`/api/workflows/executions/${id}/cancel`, { method: 'POST' });
    expect((await details(id)).body).toMatchObject({ status: 'cancelled' });
  });
});

describe('what cannot be resumed', () => {
  it('is one that has completed', async () => {
    const id = await execute(await newWorkflow(DOUBLE));
    await test.server.executions.settled(id);
    expect((await resume(id)).body).toMatchObject({ status: 409, code: 'already_completed' });
  });

  it('is one that is not there, or what is asked for wrongly', async () => {
    const missing = await resume('0193a5c0-0000-7000-8000-000000000001');
    expect(missing.body).toMatchObject({ status: 404, code: 'not_found' });
    const odd = await resume('0193a5c0-0000-7000-8000-000000000001', { from: 'second' });
    expect(odd.body).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

describe('secret inputs', () => {
  const CANARY = 'canary-5f1c0e8a-secret';
  const SECRET: JsonObject = {
    name: 'secretive',
    services: ['demo'],
    inputs: { key: { type: 'string', secret: true, required: true }, n: { type: 'number' } },
    nodes: [
      { id: 'uses', type: 'transform', with: { value: { is: 'the key is ${input.key}', n: '${input.n}' } } },
      { id: 'asks', type: 'http', dependsOn: ['uses'], with: { url: '${services.demo.url}/warehouse/stats' } },
      { id: 'says', type: 'transform', dependsOn: ['asks'], with: { value: '${nodes.uses.output.is}' } },
    ],
  };

  it('are not stored, not shown, and asked for again when the execution goes on', async () => {
    const workflow = await newWorkflow(SECRET);
    proxy.refuse(({ path }) => path === '/warehouse/stats');
    const id = await execute(workflow, { key: CANARY, n: 3 });
    await test.server.executions.settled(id);
    proxy.refuse(() => false);
    const failed = await details(id);
    expect(failed.body).toMatchObject({ status: 'failed', input_variables: { key: '[redacted]', n: 3 } });

    const missing = await resume(id);
    expect(missing.body).toMatchObject({
      status: 400,
      code: 'secret_inputs_required',
      errors: [{ pointer: '/input_variables/key', code: 'required' }],
    });
    const other = await resume(id, { input_variables: { key: CANARY, n: 4 } });
    expect(other.body).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/input_variables/n', code: 'not_secret' }],
    });
    expect((await resume(id, { input_variables: { key: CANARY } })).status).toBe(202);
    await test.server.executions.settled(id);
    const ended = await details(id);
    expect(ended.body).toMatchObject({ status: 'completed', results: { says: 'the key is [redacted]' } });
    const chart = await test.call(`/api/v1/workspaces/only/executions/${id}/flame-chart`);
    for (const { text } of [failed, missing, other, ended, chart]) expect(text).not.toContain(CANARY);
  });

  it('that look like secrets but are not declared go on by themselves, and are not shown', async () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const nodes = [
      { id: 'asks', type: 'http', with: { url: '${services.demo.url}/warehouse/stats' } },
      { id: 'length', type: 'transform', dependsOn: ['asks'], with: { value: '${size(input.note)}' } },
    ];
    const definition = { name: 'careless', services: ['demo'], inputs: { note: { type: 'string' } }, nodes };
    const workflow = await newWorkflow(definition);
    proxy.refuse(() => true);
    const id = await execute(workflow, { note: token });
    await test.server.executions.settled(id);
    proxy.refuse(() => false);
    expect((await details(id)).text).not.toContain(token);
    expect((await resume(id)).status).toBe(202);
    await test.server.executions.settled(id);
    expect((await details(id)).body).toMatchObject({ status: 'completed', results: { length: token.length } });
  });
});

/** A workflow that multiplies. */
const times = (factor: number): JsonObject => ({
  name: 'times',
  inputs: { n: { type: 'number' } },
  nodes: [{ id: 'product', type: 'transform', with: { value: `\${input.n * ${factor}}` } }],
  output: '${nodes.product.output}',
});

/** A workflow that calls another after a request. */
const caller = (called: string): JsonObject => ({
  name: `calls ${called}`,
  services: ['demo'],
  nodes: [
    { id: 'asks', type: 'http', with: { url: '${services.demo.url}/warehouse/stats' } },
    { id: 'calls', type: 'subworkflow', dependsOn: ['asks'], with: { workflow: called, input: { n: 4 } } },
  ],
  output: '${nodes.calls.output}',
});

describe('subworkflows', () => {
  it('are those of the workspace, in the version of the start also when it goes on later', async () => {
    const called = await newWorkflow(times(2));
    const workflow = await newWorkflow(caller('times'));
    proxy.refuse(() => true);
    const id = await execute(workflow);
    await test.server.executions.settled(id);
    proxy.refuse(() => false);
    await test.call(`/api/workflows/${called}`, { method: 'PUT', json: { definition: times(10) } });
    expect((await resume(id)).status).toBe(202);
    await test.server.executions.settled(id);
    expect((await details(id)).body).toMatchObject({ status: 'completed', results: 8 });

    const next = await execute(workflow);
    await test.server.executions.settled(next);
    expect((await details(next)).body).toMatchObject({ status: 'completed', results: 40 });
    const [workspace] = await test.server.store.listWorkspaces();
    const trace = await test.server.store.tenant(workspace?.id ?? '').getTrace(next);
    expect(trace?.execution.attributes).toMatchObject({ subworkflows: { times: { id: called, version: 2 } } });
  });

  it('that are not in the workspace are told before anything is started', async () => {
    const workflow = await newWorkflow(caller('nobody'));
    const answer = await test.call(`/api/workflows/${workflow}/execute`, { json: {} });
    expect(answer.body).toMatchObject({ status: 400, code: 'unknown_subworkflow' });
    const listed = await test.call(`/api/workflows/${workflow}/executions`);
    expect(listed.body).toMatchObject({ total: 0 });
  });
});

it('the limits of the server: no commands unless it allows them, and a time for every run', async () => {
  const nodes = [{ id: 'list', type: 'command', with: { command: process.execPath, args: ['--version'] } }];
  const id = await execute(await newWorkflow({ name: 'commands', nodes }));
  await test.server.executions.settled(id);
  expect((await details(id)).body).toMatchObject({ status: 'failed', error_code: 'command_not_allowed' });
  const allowing = await startTestServer({ commands: true, limits: { runTimeoutMs: 3000 } });
  try {
    await allowing.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
    const allowed = await execute(await newWorkflow({ name: 'commands', nodes }, allowing), {}, allowing);
    await allowing.server.executions.settled(allowed);
    expect((await details(allowed, allowing)).body).toMatchObject({ status: 'completed' });
    const slow = await execute(await newWorkflow(WAIT, allowing), {}, allowing);
    await allowing.server.executions.settled(slow);
    expect((await details(slow, allowing)).body).toMatchObject({ status: 'timeout' });
  } finally {
    await allowing.close();
  }
}, 60_000);

describe('after a server was killed', () => {
  it(
    'the next one finishes each data_pipeline and runs nothing twice that was done',
    { timeout: 180_000 },
    async () => {
      const runs = await runKills([
        (calls) => calls.reached(calls.calls.length + 2),
        (calls) => calls.reached(calls.calls.length + 6),
      ]);
      for (const run of runs) {
        expect(run).toMatchObject({ status: 'completed', wasOver: false, ranTwice: [], otherKeys: [] });
      }
      const [early, late] = runs.map(({ done }) => done.length);
      expect(late).toBeGreaterThan(early ?? 0);
    },
  );

  it('one with secret inputs fails, and goes on with them', { timeout: 120_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-killed-'));
    const first = await ServerProcess.start(dataDir, proxy.url);
    try {
      await first.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
      const nodes = [
        { id: 'first', type: 'http', with: { url: '${services.demo.url}/warehouse/stats' } },
        { id: 'wait', type: 'delay', dependsOn: ['first'], with: { ms: '${input.key == "k-1234" ? 0 : 600000}' } },
      ];
      const inputs = { key: { type: 'string', secret: true } };
      const definition = { name: 'secretive', services: ['demo'], inputs, nodes };
      const before = proxy.calls.length;
      const id = await execute(await newWorkflow(definition, first), { key: 'k-0000' }, first);
      await proxy.reached(before + 1);
      await first.kill();

      const second = await startTestServer({ dataDir, services: fixedService(proxy.url) });
      try {
        expect(second.server.interrupted).toMatchObject([{ id, executionNumber: 1 }]);
        expect(second.server.interrupted[0]?.status).toMatch(/^(pending|running)$/);
        await second.server.executions.settled(id);
        const failed = await details(id, second);
        expect(failed.body).toMatchObject({ status: 'failed', error_code: 'secret_inputs_required' });
        expect((await resume(id, { input_variables: { key: 'k-1234' } }, second)).status).toBe(202);
        await second.server.executions.settled(id);
        expect((await details(id, second)).body).toMatchObject({ status: 'completed' });
      } finally {
        await second.close();
      }
    } finally {
      await first.kill();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

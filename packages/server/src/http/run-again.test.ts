import { randomUUID } from 'node:crypto';
import { StoreError } from '@flowprof/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Gate } from '../../testing/gate.ts';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';

const withId = z.looseObject({ id: z.string() });

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

const LOGIN = {
  name: 'login',
  inputs: { user: { type: 'string' }, password: { type: 'string', secret: true }, n: { type: 'number', default: 1 } },
  nodes: [{ id: 'check', type: 'transform', with: { value: '${input.user + " " + string(size(input.password))}' } }],
};
const BROKEN = {
  name: 'broken',
  inputs: { note: { type: 'string' } },
  nodes: [{ id: 'check', type: 'transform', with: { value: '${input.note + 1}' } }],
};

async function newWorkflow(definition: unknown): Promise<string> {
  const { status, body, text } = await test.call('/api/workflows', { json: { definition } });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

async function post(path: string, json: unknown = {}, key?: string) {
  return test.call(`/api/workflows/${path}`, {
    json,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
}

async function toEnd(path: string, json: unknown = {}) {
  const answer = await post(path, json);
  expect(answer.status, answer.text).toBe(202);
  const { id } = withId.parse(answer.body);
  await test.server.executions.settled(id);
  return { id, body: (await test.call(`/api/workflows/executions/${id}`)).body };
}

describe('a retry', () => {
  it('is a new execution of the same version with the same inputs, linked to the first', async () => {
    const workflow = await newWorkflow(DOUBLE);
    const { id } = await toEnd(`${workflow}/execute`, { input_variables: { n: 4 } });
    const definition = { ...DOUBLE, nodes: [{ id: 'triple', type: 'transform', with: { value: '${input.n * 3}' } }] };
    await test.call(`/api/workflows/${workflow}`, { method: 'PUT', json: { definition } });
    const again = await toEnd(`executions/${id}/retry`);
    expect(again.id).not.toBe(id);
    expect(again.body).toMatchObject({
      execution_number: 2,
      workflow_version: 1,
      trigger: 'retry',
      trigger_details: { retry_of: id, retry_of_number: 1 },
      input_variables: { n: 4 },
      results: { double: 8 },
    });
    const newest = await toEnd(`executions/${again.id}/retry`, { workflow_version: 'newest' });
    expect(newest.body).toMatchObject({ workflow_version: 2, results: { triple: 12 } });
    const first = await toEnd(`executions/${newest.id}/retry`, { workflow_version: 1 });
    expect(first.body).toMatchObject({ workflow_version: 1, trigger_details: { retry_of: newest.id } });
    const unknown = await post(`executions/${id}/retry`, { workflow_version: 3 });
    expect(unknown.body).toMatchObject({ code: 'unknown_version' });
  });

  it('asks for secret inputs, and for nothing else', async () => {
    const workflow = await newWorkflow(LOGIN);
    const { id } = await toEnd(`${workflow}/execute`, { input_variables: { user: 'ann', password: 'hunter2' } });
    expect((await post(`executions/${id}/retry`)).body).toMatchObject({
      status: 400,
      code: 'secret_inputs_required',
      errors: [{ pointer: '/input_variables/password', code: 'required' }],
    });
    const foreign = { input_variables: { password: 'hunter2', user: 'eve' } };
    expect((await post(`executions/${id}/retry`, foreign)).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/input_variables/user', code: 'not_secret' }],
    });
    const again = await toEnd(`executions/${id}/retry`, { input_variables: { password: 'hunter22' } });
    expect(again.body).toMatchObject({
      results: { check: 'ann 8' },
      input_variables: { user: 'ann', password: '[redacted]' },
    });
    expect(JSON.stringify(again.body)).not.toContain('hunter');
  });

  it('does not run with what was struck out of an input, and has it where it is kept sealed', async () => {
    const note = { input_variables: { note: 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345' } };
    const fine = await newWorkflow({
      ...BROKEN,
      nodes: [{ id: 'size', type: 'transform', with: { value: '${size(input.note)}' } }],
    });
    const completed = await toEnd(`${fine}/execute`, note);
    expect((await post(`executions/${completed.id}/retry`)).body).toMatchObject({
      code: 'secret_inputs_required',
      errors: [{ pointer: '/input_variables/note' }],
    });
    const again = await toEnd(`executions/${completed.id}/retry`, note);
    expect(again.body).toMatchObject({ results: { size: note.input_variables.note.length } });
    // The journal of what has failed is kept, and the whole input in it.
    const broken = await newWorkflow(BROKEN);
    const failed = await toEnd(`${broken}/execute`, note);
    expect(failed.body).toMatchObject({ status: 'failed' });
    expect((await toEnd(`executions/${failed.id}/retry`)).body).toMatchObject({ trigger: 'retry', status: 'failed' });
  });

  it('is refused of what has not ended, or does not exist', async () => {
    const workflow = await newWorkflow(WAIT);
    const { body } = await post(`${workflow}/execute`);
    const { id } = withId.parse(body);
    expect((await post(`executions/${id}/retry`)).body).toMatchObject({ status: 409, code: 'not_ended' });
    await post(`executions/${id}/cancel`);
    const absent = '00000000-0000-4000-8000-000000000000';
    expect((await post(`executions/${absent}/retry`)).body).toMatchObject({ code: 'not_found' });
  });
});

describe('an idempotency key', () => {
  it('lets the same request start one execution only, however often and at once it comes', async () => {
    const workflow = await newWorkflow(DOUBLE);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`${workflow}/execute`, { input_variables: { n: 2 } }, 'order-1')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => withId.parse(body).id)).size).toBe(1);
    const { id } = withId.parse(answers[0]?.body);
    await test.server.executions.settled(id);
    const late = await post(`${workflow}/execute`, { input_variables: { n: 2 } }, 'order-1');
    expect(late.body).toMatchObject({ id, status: 'completed', results: { double: 4 }, trigger_details: {} });
    expect(late.text).not.toContain('hash');
    expect((await test.call(`/api/workflows/${workflow}/executions`)).body).toMatchObject({ total: 1 });
  });

  it('lets it run once, though the database did not tell the first time whether it was stored', async () => {
    const { executions, store } = test.server;
    const workflowId = await newWorkflow(DOUBLE);
    const tenant = store.tenant(withId.parse((await test.call('/api/v1/workspaces/only')).body).id);
    const once = { id: randomUUID(), requestHash: null };
    const start = () => executions.start(tenant, { workflowId, input: {}, trigger: 'manual', once });
    const [stored, looked] = [new Gate(), new Gate()];
    vi.spyOn(tenant, 'createExecution').mockRejectedValueOnce(new StoreError('database_unavailable'));
    const isPendingHere = tenant.isPendingHere.bind(tenant);
    vi.spyOn(tenant, 'isPendingHere').mockImplementation(async (id) => {
      await stored.opened;
      const isPending = await isPendingHere(id);
      looked.open();
      return isPending;
    });
    const getDefinition = tenant.getDefinition.bind(tenant);
    vi.spyOn(tenant, 'getDefinition').mockImplementationOnce(async (...of) => {
      stored.open();
      await looked.opened;
      return getDefinition(...of);
    });
    const ends = vi.spyOn(tenant, 'finishExecution');
    await expect(start()).rejects.toMatchObject({ code: 'database_unavailable' });
    await start();
    await executions.settled(once.id);
    expect(ends).toHaveBeenCalledTimes(1);
    expect(await tenant.getExecution(once.id)).toMatchObject({ status: 'completed', executionNumber: 1 });
  });

  it('lets it run though another request finds it stored before the first knows', async () => {
    const { executions, store } = test.server;
    const workflowId = await newWorkflow(DOUBLE);
    const tenant = store.tenant(withId.parse((await test.call('/api/v1/workspaces/only')).body).id);
    const once = { id: randomUUID(), requestHash: null };
    const start = () => executions.start(tenant, { workflowId, input: {}, trigger: 'manual', once });
    const [stored, begun, looked] = [new Gate(), new Gate(), new Gate()];
    const create = tenant.createExecution.bind(tenant);
    vi.spyOn(tenant, 'createExecution')
      .mockImplementationOnce(async (execution) => {
        await begun.opened;
        await create(execution);
        stored.open();
        throw new StoreError('database_unavailable');
      })
      .mockImplementationOnce(async (execution) => {
        begun.open();
        await looked.opened;
        return create(execution);
      });
    const isPendingHere = tenant.isPendingHere.bind(tenant);
    vi.spyOn(tenant, 'isPendingHere').mockImplementation(async (id) => {
      await stored.opened;
      const isPending = await isPendingHere(id);
      looked.open();
      return isPending;
    });
    const ended = new Gate();
    const finish = tenant.finishExecution.bind(tenant);
    vi.spyOn(tenant, 'finishExecution').mockImplementation(async (...of) => {
      await finish(...of);
      ended.open();
    });
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await ended.opened;
    expect(await tenant.getExecution(once.id)).toMatchObject({ status: 'completed' });
  });

  it('is refused for another request', async () => {
    const [one, other] = [await newWorkflow(DOUBLE), await newWorkflow(DOUBLE)];
    const { id } = withId.parse((await post(`${one}/execute`, {}, 'key-2')).body);
    await test.server.executions.settled(id);
    const conflicts = [
      post(`${one}/execute`, { input_variables: { n: 1 } }, 'key-2'),
      post(`${one}/execute`, { workflow_version: 1 }, 'key-2'),
      post(`${other}/execute`, {}, 'key-2'),
      post(`executions/${id}/retry`, {}, 'key-2'),
    ];
    for (const { body } of await Promise.all(conflicts)) {
      expect(body).toMatchObject({ status: 409, code: 'idempotency_conflict' });
    }
    expect((await post(`${one}/execute`, {}, 'x'.repeat(256))).body).toMatchObject({ code: 'validation_failed' });
  });

  it('holds for retries, and is of one workspace', async () => {
    const workflow = await newWorkflow(DOUBLE);
    const { id } = await toEnd(`${workflow}/execute`);
    const [one, two] = [
      await post(`executions/${id}/retry`, {}, 'key-3'),
      await post(`executions/${id}/retry`, {}, 'key-3'),
    ];
    expect(withId.parse(one.body).id).toBe(withId.parse(two.body).id);
    await test.call('/api/workspaces', { json: { slug: 'second', name: 'Second' } });
    const there = { 'x-workspace-slug': 'second' };
    const made = await test.call('/api/workflows', { json: { definition: DOUBLE }, headers: there });
    const elsewhere = await test.call(`/api/workflows/${withId.parse(made.body).id}/execute`, {
      json: {},
      headers: { ...there, 'idempotency-key': 'key-3' },
    });
    expect(elsewhere.status).toBe(202);
    expect(withId.parse(elsewhere.body).id).not.toBe(withId.parse(one.body).id);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const withId = z.looseObject({ id: z.string() });

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

const TRIPLE = {
  ...DOUBLE,
  nodes: [{ id: 'triple', name: 'Triple', type: 'transform', with: { value: '${input.n * 3}' } }],
};

async function created(path: string, json: unknown): Promise<string> {
  const { status, body, text } = await test.call(path, { json });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

const newWorkflow = (more: object = {}): Promise<string> => created('/api/workflows', { definition: DOUBLE, ...more });

async function ended(path: string, json: unknown): Promise<unknown> {
  const answer = await test.call(path, { json });
  expect(answer.status, answer.text).toBe(202);
  const { id } = withId.parse(answer.body);
  await test.server.executions.settled(id);
  return (await test.call(`/api/workflows/executions/${id}`)).body;
}

describe('the versions of a workflow', () => {
  it('are kept, listed newest first, and can be read one by one', async () => {
    const id = await newWorkflow();
    await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { definition: TRIPLE } });
    const item = (version: number) => ({
      id: String(version),
      workflow_id: id,
      version,
      created_at: TIME,
      created_by: null,
      message: null,
    });
    const list = await test.call(`/api/workflows/${id}/versions`);
    expect(list.body).toEqual({ items: [item(2), item(1)], total: 2, skip: 0, limit: 10 });
    const first = await test.call(`/api/workflows/${id}/versions/1`);
    expect(first.body).toEqual({ ...item(1), definition: DOUBLE });
    for (const version of ['3', '0', '-1', '1.5', 'one', '99999999999']) {
      expect((await test.call(`/api/workflows/${id}/versions/${version}`)).body, version).toMatchObject({
        code: 'not_found',
      });
    }
  });

  it('can be made the newest again, by a new version', async () => {
    const id = await newWorkflow();
    await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { definition: TRIPLE } });
    const restored = await test.call(`/api/workflows/${id}/versions/1/restore`, { method: 'POST' });
    expect(restored.body).toMatchObject({ version: 3, definition: DOUBLE });
    const again = await test.call(`/api/workflows/${id}/versions/1/restore`, { method: 'POST' });
    expect(again.body).toMatchObject({ version: 3 });
    expect((await test.call(`/api/workflows/${id}/versions/9/restore`, { method: 'POST' })).status).toBe(404);
  });

  it('say why they were made, where that was said', async () => {
    const id = await newWorkflow();
    const put = (json: object) => test.call(`/api/workflows/${id}`, { method: 'PUT', json });
    await put({ definition: TRIPLE, message: 'Three are better.' });
    await test.call(`/api/workflows/${id}/versions/1/restore`, { json: { message: 'They were not.' } });
    const { body } = await test.call(`/api/workflows/${id}/versions`);
    expect(body).toMatchObject({
      items: [{ message: 'They were not.' }, { message: 'Three are better.' }, { message: null }],
    });
    expect((await put({ definition: DOUBLE, message: 'x'.repeat(501) })).status).toBe(400);
  });

  it('are run as asked for', async () => {
    const id = await newWorkflow();
    await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { definition: TRIPLE } });
    const execute = (workflow_version?: unknown) => ended(`/api/workflows/${id}/execute`, { workflow_version });
    expect(await execute()).toMatchObject({ workflow_version: 2, results: { triple: 63 } });
    expect(await execute(1)).toMatchObject({ workflow_version: 1, results: { double: 42 } });
    expect(await execute('newest')).toMatchObject({ workflow_version: 2 });
    const unknown = await test.call(`/api/workflows/${id}/execute`, { json: { workflow_version: 3 } });
    expect(unknown.body).toMatchObject({ status: 400, code: 'unknown_version' });
    expect((await test.call(`/api/workflows/${id}/executions`)).body).toMatchObject({ total: 3 });
  });

  it('let nobody overwrite what another has changed meanwhile', async () => {
    const id = await newWorkflow();
    const { headers } = await test.call(`/api/workflows/${id}`);
    expect(headers.get('etag')).toBe('"1"');
    const put = (json: object, ifMatch?: string) =>
      test.call(`/api/workflows/${id}`, {
        method: 'PUT',
        json,
        ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
      });
    const changed = await put({ definition: TRIPLE }, '"1"');
    expect(changed.status, changed.text).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await put({ definition: DOUBLE }, '"1"')).body).toMatchObject({ status: 409, code: 'version_conflict' });
    expect((await put({ name: 'x', expected_version: 1 })).body).toMatchObject({ code: 'version_conflict' });
    expect((await put({ name: 'x' }, 'one')).body).toMatchObject({ code: 'validation_failed' });
    expect((await put({ name: 'renamed', expected_version: 2 })).body).toMatchObject({ version: 2, name: 'renamed' });
    expect((await put({ name: 'again' }, '*')).status).toBe(200);
    const both = await Promise.all(
      [1, 2, 3, 4].map((n) => put({ definition: { ...DOUBLE, description: `${n}` } }, '"2"')),
    );
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  });
});

describe('a workflow that is switched off', () => {
  it('is not started, and is again when it is switched on', async () => {
    const id = await newWorkflow();
    const off = await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { enabled: false } });
    expect(off.body).toMatchObject({ enabled: false, version: 1 });
    const refused = await test.call(`/api/workflows/${id}/execute`, { method: 'POST' });
    expect(refused.body).toMatchObject({ status: 409, code: 'workflow_disabled' });
    await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { enabled: true } });
    expect(await ended(`/api/workflows/${id}/execute`, {})).toMatchObject({ status: 'completed', execution_number: 1 });
  });
});

describe('a project', () => {
  it('is found by id and slug, and changed', async () => {
    const id = await created('/api/projects', { slug: 'shop', name: 'Shop' });
    const project = await test.call(`/api/projects/${id}`);
    expect(project.body).toMatchObject({ id, slug: 'shop', name: 'Shop' });
    expect((await test.call('/api/projects/shop')).body).toEqual(project.body);
    await created('/api/projects', { slug: 'other', name: 'Other' });
    const put = (json: object) => test.call('/api/projects/shop', { method: 'PUT', json });
    expect((await put({ slug: 'other' })).body).toMatchObject({ status: 409, code: 'already_exists' });
    expect((await put({ name: 'The shop' })).body).toMatchObject({ id, slug: 'shop', name: 'The shop' });
    expect((await put({ slug: 'store' })).body).toMatchObject({ id, slug: 'store' });
    expect((await test.call('/api/projects/shop')).body).toMatchObject({ code: 'not_found' });
  });

  it('takes over a workflow with its executions', async () => {
    const id = await newWorkflow();
    await ended(`/api/workflows/${id}/execute`, {});
    const project = await created('/api/projects', { slug: 'target', name: 'Target' });
    const moved = await test.call(`/api/workflows/${id}`, { method: 'PUT', json: { project_id: project } });
    expect(moved.body).toMatchObject({ project_id: project, version: 1 });
    expect((await test.call(`/api/workflows?project_id=${project}`)).body).toMatchObject({ items: [{ id }], total: 1 });
    const executions = await test.call(`/api/workflows/${id}/executions`);
    expect(executions.body).toMatchObject({ items: [{ project_id: project }] });
    const nowhere = { project_id: '00000000-0000-4000-8000-000000000000' };
    const refused = await test.call(`/api/workflows/${id}`, { method: 'PUT', json: nowhere });
    expect(refused.body).toMatchObject({ code: 'not_found' });
  });

  it('is deleted when it is empty, or with its workflows, of which what runs is cancelled', async () => {
    const project = await created('/api/projects', { slug: 'gone', name: 'Gone' });
    const workflow = await newWorkflow({ definition: WAIT, project_id: project });
    const { body } = await test.call(`/api/workflows/${workflow}/execute`, { method: 'POST' });
    const execution = withId.parse(body).id;
    const remove = (query = '') => test.call(`/api/projects/gone${query}`, { method: 'DELETE' });
    expect((await remove()).body).toMatchObject({ status: 409, code: 'project_not_empty' });
    expect((await remove('?force=true')).status).toBe(204);
    await test.server.executions.settled(execution);
    expect(test.server.executions.load).toEqual({ waiting: 0, running: 0 });
    for (const path of [`projects/${project}`, `workflows/${workflow}`, `workflows/executions/${execution}`]) {
      expect((await test.call(`/api/${path}`)).status, path).toBe(404);
    }
    expect((await remove()).status).toBe(404);
  });
});

describe('a version', () => {
  it('tells which key made it', async () => {
    const keyed = await startTestServer();
    await keyed.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
    const id = withId.parse((await keyed.call('/api/workflows', { json: { definition: DOUBLE } })).body).id;
    const made = await keyed.call('/api/v1/workspaces/only/keys', { json: { name: 'deploy', scopes: ['write'] } });
    const { key } = z.looseObject({ key: z.string() }).parse(made.body);
    const headers = { authorization: `Bearer ${key}` };
    await keyed.call(`/api/workflows/${id}`, { method: 'PUT', json: { definition: TRIPLE }, headers });
    const list = await keyed.call(`/api/workflows/${id}/versions`, { headers });
    expect(list.body).toMatchObject({ items: [{ version: 2, created_by: 'deploy' }, { created_by: null }] });
    await keyed.close();
  });
});

import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, type Call, type TestServer } from '../../../testing/harness.ts';
import type { AppRouter } from './router.ts';

const NOWHERE = '01890000-0000-7000-8000-00000000dead';
const withId = z.looseObject({ id: z.string() });
const problemOf = z.looseObject({ error: z.looseObject({ data: z.looseObject({ problem: z.looseObject({}) }) }) });

let test: TestServer;
let ours: { readonly workflow: string; readonly execution: string };
let theirs: typeof ours;

async function workspaceOf(slug: string): Promise<typeof ours> {
  const headers = { 'x-workspace-slug': slug };
  await test.call('/api/workspaces', { json: { slug, name: slug } });
  const workflow = withId.parse((await test.call('/api/workflows', { headers, json: { definition: DOUBLE } })).body).id;
  const started = await test.call(`/api/workflows/${workflow}/execute`, { headers, json: {} });
  const execution = withId.parse(started.body).id;
  await test.server.executions.settled(execution);
  return { workflow, execution };
}

beforeAll(async () => {
  test = await startTestServer();
  ours = await workspaceOf('ours');
  theirs = await workspaceOf('theirs');
});

afterAll(() => test.close());

const headers = { 'x-workspace-slug': 'ours' };

function client(workspace = 'ours') {
  return createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: `${test.server.url}/trpc`, headers: { 'x-workspace-slug': workspace } })],
  });
}

function query(procedure: string, input: unknown, call: Call = {}) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return test.call(`/trpc/${procedure}?input=${encodeURIComponent(text)}`, { headers, ...call });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof TRPCClientError)) throw new Error('the call did not fail');
  return z.looseObject({ code: z.string(), httpStatus: z.number() }).parse(error.data);
}

describe('tRPC', () => {
  it('answers the history and the details of executions as REST does', async () => {
    const [history, details] = await Promise.all([
      client().execution.getExecutionHistory.query({ workflowId: ours.workflow }),
      client().execution.getExecutionDetails.query({ executionId: ours.execution }),
    ]);
    expect(history).toEqual((await test.call(`/api/workflows/${ours.workflow}/executions`, { headers })).body);
    expect(details).toEqual((await test.call(`/api/workflows/executions/${ours.execution}`, { headers })).body);
    expect(details.step_executions).toMatchObject([{ step_id: 'double', status: 'completed' }]);
  });

  it('answers statistics as REST does', async () => {
    const details = await client().execution.getExecutionDetails.query({ executionId: ours.execution });
    const [workflow, project] = await Promise.all([
      client().execution.getWorkflowStatistics.query({ workflowId: ours.workflow }),
      client().execution.getProjectStatistics.query({ projectId: details.project_id }),
    ]);
    expect(workflow).toEqual((await test.call(`/api/workflows/${ours.workflow}/statistics`, { headers })).body);
    expect(project).toEqual((await test.call(`/api/projects/${details.project_id}/statistics`, { headers })).body);
    expect([workflow.total_runs, project.total_executions]).toEqual([1, 1]);
    const foreign = client('theirs').execution.getProjectStatistics.query({ projectId: details.project_id });
    expect(await failureOf(foreign)).toMatchObject({ problem: { code: 'not_found' } });
  });

  it('says that no Temporal is connected, of executions that are there', async () => {
    const failure = await failureOf(
      client().execution.syncExecutionFromTemporal.mutate({ executionId: ours.execution }),
    );
    expect(failure).toMatchObject({
      code: 'PRECONDITION_FAILED',
      httpStatus: 412,
      problem: { code: 'temporal_not_connected', status: 412, instance: expect.stringMatching(/^\/requests\/\w{8}-/) },
    });
  });

  it('answers what another workspace has as what does not exist', async () => {
    const answers = [];
    for (const executionId of [theirs.execution, NOWHERE, 'no-uuid']) {
      const { status, text } = await query('execution.getExecutionDetails', { executionId });
      answers.push([status, text.replace(/"instance":"[^"]+"/, '')]);
    }
    expect(answers[0]?.[0]).toBe(404);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    for (const workflowId of [theirs.workflow, NOWHERE]) {
      const failure = await failureOf(client().execution.getExecutionHistory.query({ workflowId }));
      expect(failure).toMatchObject({ code: 'NOT_FOUND', problem: { code: 'not_found' } });
    }
    const sync = client().execution.syncExecutionFromTemporal.mutate({ executionId: theirs.execution });
    expect(await failureOf(sync)).toMatchObject({ problem: { code: 'not_found' } });
    const nowhere = client('nowhere').execution.getExecutionDetails.query({ executionId: ours.execution });
    expect(await failureOf(nowhere)).toMatchObject({ problem: { code: 'not_found' } });
  });

  it('lets a call of a batch fail alone', async () => {
    const input = { 0: { executionId: ours.execution }, 1: { executionId: NOWHERE } };
    const path = '/trpc/execution.getExecutionDetails,execution.getExecutionDetails?batch=1&input=';
    const { status, body } = await test.call(path + encodeURIComponent(JSON.stringify(input)), { headers });
    expect(status).toBe(207);
    expect(body).toMatchObject([
      { result: { data: { id: ours.execution } } },
      { error: { data: { code: 'NOT_FOUND' } } },
    ]);
  });

  it('asks for a workspace while there are several', async () => {
    const bare = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${test.server.url}/trpc` })] });
    const failure = await failureOf(bare.execution.getExecutionDetails.query({ executionId: ours.execution }));
    expect(failure).toMatchObject({ code: 'BAD_REQUEST', problem: { code: 'workspace_required' } });
  });
});

describe('tRPC, with bad input,', () => {
  const details = 'execution.getExecutionDetails';
  const sync = '/trpc/execution.syncExecutionFromTemporal';
  const many = Array.from({ length: 11 }, () => details).join(',');
  const cases: readonly [string, () => Promise<{ status: number; text: string; body: unknown }>, number, string][] = [
    ['an unknown procedure', () => query('execution.canary', {}), 404, 'unknown_route'],
    ['a path of prototypes', () => query('__proto__.canary', {}), 404, 'unknown_route'],
    ['a constructor', () => query('constructor', {}), 404, 'unknown_route'],
    [
      'a mutation by GET',
      () => query('execution.syncExecutionFromTemporal', { executionId: 'x' }),
      405,
      'method_not_allowed',
    ],
    [
      'a query by POST',
      () => test.call(`/trpc/${details}`, { headers, json: { executionId: 'x' } }),
      405,
      'method_not_allowed',
    ],
    ['an extra field', () => query(details, { executionId: 'x', extra: 'canary' }), 400, 'validation_failed'],
    ['a wrong type', () => query(details, { executionId: ['canary'] }), 400, 'validation_failed'],
    ['broken JSON', () => query(details, '{"canary":'), 400, 'malformed_json'],
    ['deep JSON', () => query(details, '['.repeat(2000)), 400, 'too_deep'],
    ['__proto__', () => query(details, '{"__proto__":{"canary":1}}'), 400, 'validation_failed'],
    ['no input', () => test.call(`/trpc/${details}`, { headers }), 400, 'validation_failed'],
    ['a large batch', () => test.call(`/trpc/${many}?batch=1&input={}`, { headers }), 400, 'bad_request'],
    ['a batch of no object', () => test.call(`/trpc/${details}?batch=1&input=[]`, { headers }), 400, 'bad_request'],
    ['a deep body', () => test.call(sync, { headers, raw: '['.repeat(500_000), method: 'POST' }), 400, 'too_deep'],
    [
      'a large body',
      () => test.call(sync, { headers, raw: `"${'x'.repeat(1_100_000)}"`, method: 'POST' }),
      413,
      'body_too_large',
    ],
    [
      'a text',
      () => test.call(sync, { headers: { ...headers, 'content-type': 'text/plain' }, raw: 'canary', method: 'POST' }),
      415,
      'unsupported_media_type',
    ],
    ['no body', () => test.call(sync, { headers, method: 'POST' }), 415, 'unsupported_media_type'],
  ];

  it.each(cases)('%s', async (_, call, expected, code) => {
    const { status, text, body } = await call();
    const error = [body].flat()[0];
    expect([status, problemOf.parse(error).error.data.problem]).toEqual([expected, expect.objectContaining({ code })]);
    expect(text).not.toContain('canary');
    expect(text).not.toContain('stack');
  });
});

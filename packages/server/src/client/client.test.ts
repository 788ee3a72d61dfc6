import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { clientTypes } from '../../testing/client-types.ts';
import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';
import { ClientError, createClient, type Client, type LiveEvent } from './index.ts';

const NOWHERE = '01890000-0000-7000-8000-00000000dead';

let test: TestServer;
let client: Client;
const sockets: WebSocket[] = [];

/** Lets the test break connections. */
class Tapped extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

async function newWorkflow(): Promise<string> {
  const { data } = await client.rest.POST('/api/workflows', { body: { definition: DOUBLE } });
  return data?.id ?? '';
}

async function run(workflow: string): Promise<string> {
  const path = { workflow_id: workflow };
  const { data } = await client.rest.POST('/api/workflows/{workflow_id}/execute', { params: { path } });
  const id = data?.id ?? '';
  await test.server.executions.settled(id);
  return id;
}

beforeAll(async () => {
  test = await startTestServer();
  for (const slug of ['ours', 'theirs']) await test.server.store.createWorkspace({ slug, name: slug });
  client = createClient({
    url: `${test.server.url}/`,
    workspace: 'ours',
    WebSocket: Tapped,
    retryDelayMs: () => 0,
  });
});

afterAll(() => test.close());

describe('the client', () => {
  it('asks REST and tRPC of the same workspace, typed', async () => {
    const workflow = await newWorkflow();
    const execution = await run(workflow);
    const { data } = await client.rest.GET('/api/workflows/executions/{execution_id}', {
      params: { path: { execution_id: execution } },
    });
    expect(data?.step_executions.map(({ step_id }) => step_id)).toEqual(['double']);
    const history = await client.trpc.execution.getExecutionHistory.query({ workflowId: workflow });
    expect(history.items.map(({ id }) => id)).toEqual([execution]);
    expect((await client.trpc.execution.getWorkflowStatistics.query({ workflowId: workflow })).total_runs).toBe(1);
  });

  it('gives problems as they are', async () => {
    const path = { workflow_id: NOWHERE };
    const { data, error, response } = await client.rest.GET('/api/workflows/{workflow_id}', { params: { path } });
    expect([data, error?.code, response.status]).toEqual([undefined, 'not_found', 404]);
  });
});

/** Reads so many events. */
async function take(events: AsyncGenerator<LiveEvent>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

const PER_RUN = ['workflow_queued', 'workflow_started', 'step_started', 'step_completed', 'workflow_completed'];

describe('events', () => {
  it('come as they happen, and go on without gap or duplicate when connections break', async () => {
    const workflow = await newWorkflow();
    const stop = new AbortController();
    const events = client.events(workflow, { since: 0, signal: stop.signal });
    const seen: LiveEvent[] = [];
    for (let round = 0; round < 5; round++) {
      await run(workflow);
      seen.push(...(await take(events, PER_RUN.length - 1)));
      // Cut while something is still on its way.
      for (const socket of sockets.splice(0)) socket.terminate();
      seen.push(...(await take(events, 1)));
    }
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, at) => at + 1));
    expect(seen.slice(0, PER_RUN.length).map(({ event }) => event)).toEqual(PER_RUN);
    const [, , , step] = seen;
    if (step?.event !== 'step_completed') throw new Error('no step completed');
    expect([step.data.step_id, step.data.output]).toEqual(['double', { value: 42 }]);
    stop.abort();
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  it('start with what happens next, of one step where one is named', async () => {
    const workflow = await newWorkflow();
    await run(workflow);
    const { data } = await client.rest.GET('/api/workflows/{workflow_id}/events', {
      params: { path: { workflow_id: workflow } },
    });
    const known = data?.last_seq ?? 0;
    const events = client.events(workflow, { step: 'double', since: known });
    await run(workflow);
    const [first, second] = await take(events, 2);
    expect([first?.event, second?.event]).toEqual(['step_started', 'step_completed']);
    expect(first?.seq).toBeGreaterThan(known);
    await events.return();
  });

  it('say with a reset that what is asked for is not there', async () => {
    const events = client.events(await newWorkflow(), { since: 1000 });
    expect(await take(events, 1)).toEqual([{ event: 'reset', seq: 0, data: { reason: 'unknown_seq' } }]);
    await events.return();
  });

  it('of what is not there or of another workspace are refused', async () => {
    const workflow = await newWorkflow();
    const other = createClient({ url: test.server.url, workspace: 'theirs', WebSocket: Tapped });
    for (const events of [client.events(NOWHERE), other.events(workflow)]) {
      const error: unknown = await events.next().catch((thrown: unknown) => thrown);
      expect(error instanceof ClientError && error.problem.code).toBe('not_found');
    }
  });

  it('end with an error when the workflow is deleted', async () => {
    const workflow = await newWorkflow();
    const events = client.events(workflow, { since: 0 });
    await run(workflow);
    expect((await take(events, 1))[0]?.event).toBe('workflow_queued');
    await client.rest.DELETE('/api/workflows/{workflow_id}', { params: { path: { workflow_id: workflow } } });
    for (const socket of sockets.splice(0)) socket.terminate();
    await expect(take(events, 100)).rejects.toThrow(ClientError);
  });
});

describe('the package entry', () => {
  it('has the types of this server', async () => {
    const file = fileURLToPath(new URL('generated/schema.ts', import.meta.url));
    const made = await clientTypes((await test.call('/api/openapi.json')).text);
    expect(made === (await readFile(file, 'utf8')), 'run: npm run client -w flowprof').toBe(true);
  });

  it('is small and needs nothing of Node in a browser', async () => {
    const entry = fileURLToPath(new URL('index.ts', import.meta.url));
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      build: { write: false, lib: { entry, formats: ['es'] }, minify: true },
    });
    const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
    const code = outputs.map((one) => ('code' in one ? one.code : '')).join('');
    expect(code.length).toBeGreaterThan(5000);
    expect(code.length).toBeLessThan(60_000);
    expect(code).not.toMatch(/from"(?!\.)|require\("(?:node:|fs|net|http)/);
  });
});

const execute = promisify(execFile);

describe('the example', () => {
  it('runs against a server that asks for a key, in a process of its own', { timeout: 60_000 }, async () => {
    const asking = await startTestServer({ operatorToken: 'example-key' });
    try {
      await asking.server.store.createWorkspace({ slug: 'demo', name: 'Demo' });
      const example = fileURLToPath(new URL('../../../../examples/client.mjs', import.meta.url));
      const env = { ...process.env, FLOWPROF_URL: asking.server.url, FLOWPROF_API_KEY: 'example-key' };
      const args = ['--conditions=@flowprof/source', '--import', 'tsx', example];
      const { stdout } = await execute(process.execPath, args, { env });
      const lines = stdout.trim().split('\n');
      expect(lines.slice(0, -1).map((line) => line.replace(/^\d+ /, ''))).toEqual([
        'workflow_queued',
        'workflow_started',
        'step_started double',
        'step_completed double',
        'step_started pause',
        'step_completed pause',
        'workflow_completed',
      ]);
      expect(lines.at(-1)).toMatch(/^execution 1: completed in 0\.\d+ s$/);
    } finally {
      await asking.close();
    }
  });
});

import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@flowprof/model';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { fixedService } from '../../testing/fixed-service.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';

const withId = z.looseObject({ id: z.string() });

/** What may be kept, and so must be found where the others are looked for: it shows that looking there finds things. */
const KEPT = 'sandpiper-that-may-be-kept';

/** Given as inputs that are declared secret, by the workflow or by one that it calls. */
const DECLARED = {
  phrase: 'dotterel-behind-the-input',
  key: 'gadwall-in-an-object',
  item: 'wigeon-in-a-list',
  called: 'garganey-for-the-called',
} as const;

/** Given as other inputs, or answered by a service: their form or their key gives them away. */
const BY_LOOKS = {
  apiKey: `sk_live_${'4f6Gh8Jk'.repeat(3)}`,
  underKey: 'pochard-under-a-key',
  inUrl: 'smew-in-a-connection',
  cookie: 'scaup-in-a-cookie',
} as const;

const CANARIES = { ...DECLARED, ...BY_LOOKS };

/** What shows a value in some bytes: itself, hexadecimal, and base64, there also inside of something longer. */
function formsOf(value: string): string[] {
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.from('x'.repeat(before) + value).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [value, Buffer.from(value).toString('hex'), ...inside];
}

function shownIn(bytes: string | Buffer, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    formsOf(value).some((form) => bytes.includes(form)) ? [name] : [],
  );
}

const SECRET = { type: 'string', secret: true } as const;

const CALLED: JsonObject = {
  name: 'called',
  inputs: { own: SECRET },
  nodes: [{ id: 'give', type: 'transform', with: { value: 'given ${ input.own }' } }],
};

/** Says its secrets wherever a workflow can, and fails in the end unless it is told otherwise. */
const TALKER: JsonObject = {
  name: 'talker',
  services: ['demo'],
  inputs: {
    phrase: SECRET,
    account: { type: 'object', secret: true },
    list: { type: 'array', secret: true },
    open: { type: 'object' },
  },
  nodes: [
    {
      id: 'send',
      type: 'http',
      with: {
        url: '${ services.demo.url }/echo/${ input.phrase }',
        method: 'POST',
        headers: { 'x-phrase': '${ input.phrase }' },
        auth: { type: 'basic', username: 'joe', password: '${ input.account.key }' },
        query: { phrase: '${ input.phrase }' },
        body: { account: '${ input.account }', open: '${ input.open }' },
      },
    },
    {
      id: 'each',
      type: 'foreach',
      with: { items: '${ input.list }' },
      nodes: [{ id: 'one', type: 'transform', with: { value: '${ item }' } }],
    },
    {
      id: 'call',
      type: 'subworkflow',
      dependsOn: ['send'],
      with: { workflow: 'called', input: { own: '${ nodes.send.output.body.access_token }' } },
    },
    {
      id: 'bad',
      type: 'fail',
      onFailure: 'continue',
      with: { message: 'refused ${ input.phrase } for ${ input.account.key }' },
    },
    {
      id: 'flaky',
      type: 'http',
      dependsOn: ['call', 'each'],
      retry: { policy: 'fixed', maxAttempts: 2, delayMs: 1 },
      with: { url: '${ services.demo.url }/flaky?token=${ input.phrase }' },
    },
  ],
};

const INPUT: JsonObject = {
  phrase: DECLARED.phrase,
  account: { key: DECLARED.key },
  list: [DECLARED.item],
  open: {
    note: KEPT,
    text: `with ${BY_LOOKS.apiKey}`,
    password: BY_LOOKS.underKey,
    database: `postgres://joe:${BY_LOOKS.inUrl}@db/x`,
  },
};

let test: TestServer;
let dataDir = '';
let closed = false;
let isBroken = true;
const log: string[] = [];

const service = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const status = isBroken && request.url?.startsWith('/flaky') ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': `sid=${BY_LOOKS.cookie}` });
    response.end(JSON.stringify({ url: request.url, headers: request.headers, body, access_token: DECLARED.called }));
  });
});

beforeAll(async () => {
  await new Promise<void>((listening) => {
    service.listen(0, '127.0.0.1', listening);
  });
  const address = service.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  dataDir = await mkdtemp(join(tmpdir(), 'flowprof-secrets-'));
  test = await startTestServer({
    dataDir,
    services: fixedService(`http://127.0.0.1:${port}`),
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
  });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(async () => {
  if (!closed) await test.close();
  service.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function newWorkflow(definition: JsonObject): Promise<string> {
  const { status, body, text } = await test.call('/api/workflows', { json: { definition } });
  expect(status, text).toBe(201);
  return withId.parse(body).id;
}

/** Everything that the API says of an execution, and the names of the secrets that can be told from it. */
async function scan(id: string, workflow: string): Promise<{ said: string; shown: string[] }> {
  const own = `/api/v1/workspaces/only/executions/${id}`;
  const paths = [
    `/api/workflows/executions/${id}`,
    `/api/workflows/executions/${id}/timeline`,
    `/api/workflows/${workflow}/executions`,
    `/api/workflows/${workflow}/metrics`,
    `/api/workflows/${workflow}`,
    '/api/v1/workspaces/only/executions',
    `${own}/flame-chart`,
    `${own}/profile`,
  ];
  const answers = await Promise.all(paths.map((path) => test.call(path)));
  const arrow = await test.call(`${own}/flame-chart`, { headers: { accept: 'application/vnd.apache.arrow.stream' } });
  for (const { status } of [...answers, arrow]) expect(status).toBe(200);
  const said = [...answers, arrow].map(({ text }) => text).join('\n');
  return { said, shown: shownIn(said, CANARIES) };
}

/** All bytes under a folder that can be told apart by it. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (path): Promise<[string, Buffer]> => [path, await readFile(path)])));
}

it('nothing that is secret is in any answer, the log or the files of the database', { timeout: 120_000 }, async () => {
  await newWorkflow(CALLED);
  const workflow = await newWorkflow(TALKER);
  const started = await test.call(`/api/workflows/${workflow}/execute`, { json: { input_variables: INPUT } });
  expect(started.status, started.text).toBe(202);
  const { id } = withId.parse(started.body);
  await test.server.executions.settled(id);
  const failed = await scan(id, workflow);
  expect(failed.said).toContain('"error_code":"http_status"');
  expect(failed.said).toContain(KEPT);
  expect(failed.shown).toEqual([]);

  const without = await test.call(`/api/workflows/executions/${id}/resume`, { json: {} });
  expect(without.status).toBeGreaterThanOrEqual(400);
  isBroken = false;
  const { phrase, account, list } = INPUT;
  const secrets: JsonObject = { phrase: phrase ?? null, account: account ?? null, list: list ?? null };
  const resumed = await test.call(`/api/workflows/executions/${id}/resume`, { json: { input_variables: secrets } });
  expect(resumed.status, resumed.text).toBe(202);
  await test.server.executions.settled(id);
  const completed = await scan(id, workflow);
  expect(completed.said).toContain('"status":"completed"');
  expect(completed.shown).toEqual([]);
  expect(shownIn(`${started.text}${without.text}${resumed.text}`, CANARIES)).toEqual([]);

  const refused = await test.call(`/api/workflows/${workflow}/execute`, {
    json: { input_variables: { phrase: { text: DECLARED.phrase } } },
  });
  expect(shownIn(refused.text, CANARIES)).toEqual([]);

  await test.close();
  closed = true;
  expect(log.length).toBeGreaterThan(3);
  expect(shownIn(log.join('\n'), CANARIES)).toEqual([]);
  const files = await filesIn(dataDir);
  const holding = [...files].filter(([, bytes]) => bytes.includes(KEPT));
  expect(holding.length).toBeGreaterThan(1); // a table and the log of what was written
  const leaks = [...files].flatMap(([path, bytes]) => shownIn(bytes, CANARIES).map((name) => `${name} in ${path}`));
  expect(leaks).toEqual([]);
});

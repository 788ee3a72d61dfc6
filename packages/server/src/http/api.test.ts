import * as fc from 'fast-check';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOUBLE, startTestServer, type Call, type TestServer } from '../../testing/harness.ts';

const NOWHERE = '01890000-0000-7000-8000-00000000dead';
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let test: TestServer;
let ours: string;
let theirs: string;
/** Ids of things in the other workspace. */
let foreign: { readonly workflow: string; readonly execution: string; readonly project: string };

async function idOf(path: string, call: Call): Promise<string> {
  const { status, body } = await test.call(path, call);
  expect(status).toBeLessThan(300);
  expect(body).toMatchObject({ id: expect.any(String) });
  return typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string' ? body.id : '';
}

beforeAll(async () => {
  test = await startTestServer();
  ours = await idOf('/api/workspaces', { json: { slug: 'ours', name: 'Ours' } });
  theirs = await idOf('/api/workspaces', { json: { slug: 'theirs', name: 'Theirs' } });
  const headers = { 'x-workspace-id': theirs };
  const workflow = await idOf('/api/workflows', { headers, json: { definition: DOUBLE } });
  const execution = await idOf(`/api/workflows/${workflow}/execute`, { headers, json: {} });
  const project = await idOf('/api/projects', { headers, json: { slug: 'p', name: 'P' } });
  await test.server.executions.settled(execution);
  foreign = { workflow, execution, project };
});

afterAll(() => test.close());

const inOurs = { 'x-workspace-slug': 'ours' };

describe('health', () => {
  it('says that the process lives and the database answers', async () => {
    expect((await test.call('/healthz')).body).toEqual({ status: 'ok' });
    const { status, body } = await test.call('/readyz');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ready', database: { backend: 'embedded', version: expect.any(String) } });
  });
});

describe('workspaces and projects', () => {
  it('lists workspaces as {items, total, skip, limit}', async () => {
    const { body } = await test.call('/api/workspaces?skip=1&limit=1');
    expect(body).toEqual({
      items: [{ id: theirs, slug: 'theirs', name: 'Theirs', created_at: TIME }],
      total: 2,
      skip: 1,
      limit: 1,
    });
  });

  it('refuses a slug that is taken', async () => {
    const { status, body } = await test.call('/api/workspaces', { json: { slug: 'ours', name: 'Again' } });
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'already_exists' })]);
  });

  it('makes and lists projects', async () => {
    const made = await test.call('/api/projects', { headers: inOurs, json: { slug: 'shop', name: 'Shop' } });
    expect(made.status).toBe(201);
    const shop = { id: UUID, workspace_id: ours, slug: 'shop', name: 'Shop', created_at: TIME, updated_at: TIME };
    expect(made.body).toEqual(shop);
    const list = await test.call('/api/projects', { headers: inOurs });
    expect(list.body).toMatchObject({ items: expect.arrayContaining([shop]), skip: 0, limit: 10 });
  });
});

describe('workflows', () => {
  it('are made, read, changed and deleted; a new definition is a new version', async () => {
    const made = await test.call('/api/workflows', { headers: inOurs, json: { definition: DOUBLE } });
    expect(made.status).toBe(201);
    const expected = {
      id: UUID,
      workspace_id: ours,
      project_id: UUID,
      name: 'double',
      description: 'Doubles a number.',
      version: 1,
      definition: DOUBLE,
      enabled: true,
      created_at: TIME,
      updated_at: TIME,
    };
    expect(made.body).toEqual(expected);
    const path = made.headers.get('location') ?? '';
    expect((await test.call(path, { headers: inOurs })).body).toEqual(made.body);

    const renamed = await test.call(path, {
      method: 'PUT',
      headers: inOurs,
      json: { name: 'twice', description: null },
    });
    expect(renamed.body).toMatchObject({ name: 'twice', description: null, version: 1 });
    const definition = { ...DOUBLE, concurrency: 2 };
    const changed = await test.call(path, { method: 'PUT', headers: inOurs, json: { definition } });
    expect(changed.body).toMatchObject({ name: 'twice', version: 2, definition });
    const list = await test.call('/api/workflows?limit=100', { headers: inOurs });
    expect(list.body).toMatchObject({ items: expect.arrayContaining([changed.body]) });

    expect((await test.call(path, { method: 'DELETE', headers: inOurs })).status).toBe(204);
    expect((await test.call(path, { headers: inOurs })).status).toBe(404);
    expect((await test.call(path, { method: 'DELETE', headers: inOurs })).status).toBe(404);
  });

  it('names every fault of a definition with its pointer, and never what was sent', async () => {
    const definition = {
      name: 'broken',
      nodes: [
        { id: 'a', type: 'canary_type', with: {} },
        { id: 'b', type: 'transform', dependsOn: ['canary_dependency'], with: { value: 'x ${input.canary +}' } },
      ],
    };
    const { status, body, text } = await test.call('/api/workflows', { headers: inOurs, json: { definition } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_workflow', type: '/problems/invalid-workflow', status: 400 });
    expect(body).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/definition/nodes/0/type', code: 'unknown_node_type' }),
        expect.objectContaining({ pointer: '/definition/nodes/1/dependsOn/0', code: 'unknown_dependency' }),
        expect.objectContaining({
          pointer: '/definition/nodes/1/with/value',
          code: 'bad_expression',
          line: 1,
          column: expect.any(Number),
          expected: 'a CEL expression',
        }),
      ]),
    });
    expect(text).not.toContain('canary');
  });

  it('counts the line and column of an expression inside its own text', async () => {
    const value = 'first "line" \\ é\n  ${1 + }';
    const definition = { name: 'x', nodes: [{ id: 'a', type: 'transform', with: { value } }] };
    const { body } = await test.call('/api/workflows', { headers: inOurs, json: { definition } });
    expect(body).toMatchObject({ errors: [{ line: 2, column: expect.any(Number) }] });
    const flat = { name: 'x', nodes: [{ id: 'a', type: 'transform', with: { value: '\\"${1 + nope}' } }] };
    const { body: second } = await test.call('/api/workflows', { headers: inOurs, json: { definition: flat } });
    expect(second).toMatchObject({ errors: [{ line: 1, column: 9 }] });
  });
});

describe('the workspace of a request', () => {
  it('is required while there are several', async () => {
    const { status, body } = await test.call('/api/workflows');
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ code: 'workspace_required', detail: expect.stringContaining('?workspace=') }),
    ]);
  });

  it('must be the one that both headers name', async () => {
    const headers = { 'x-workspace-id': theirs, 'x-workspace-slug': 'ours' };
    expect((await test.call('/api/workflows', { headers })).status).toBe(404);
  });
});

function withoutRequestId(text: string): string {
  return text.replace(/"instance":"[^"]+"/, '');
}

describe('another workspace', () => {
  /** Every route that takes an id, with what it answers for that id. */
  const routes: readonly [string, (ids: typeof foreign) => string, Call][] = [
    ['workflow', (x) => `/api/workflows/${x.workflow}`, {}],
    ['workflow change', (x) => `/api/workflows/${x.workflow}`, { method: 'PUT', json: { name: 'mine now' } }],
    ['workflow deletion', (x) => `/api/workflows/${x.workflow}`, { method: 'DELETE' }],
    ['execute', (x) => `/api/workflows/${x.workflow}/execute`, { method: 'POST', json: {} }],
    ['executions', (x) => `/api/workflows/${x.workflow}/executions`, {}],
    ['metrics', (x) => `/api/workflows/${x.workflow}/metrics`, {}],
    ['execution', (x) => `/api/workflows/executions/${x.execution}`, {}],
    ['timeline', (x) => `/api/workflows/executions/${x.execution}/timeline`, {}],
    ['cancel', (x) => `/api/workflows/executions/${x.execution}/cancel`, { method: 'POST' }],
    ['flame chart', (x) => `/api/v1/workspaces/ours/executions/${x.execution}/flame-chart`, {}],
    ['profile', (x) => `/api/v1/workspaces/ours/executions/${x.execution}/profile`, {}],
  ];

  it.each(routes)('cannot be told from nothing: %s', async (_, path, call) => {
    const answers = [];
    for (const id of [null, NOWHERE, 'no-uuid-at-all', "1' OR '1'='1"]) {
      const ids =
        id === null ? foreign : { workflow: encodeURIComponent(id), execution: encodeURIComponent(id), project: id };
      const { status, text, headers } = await test.call(path(ids), { ...call, headers: inOurs });
      answers.push([
        status,
        withoutRequestId(text),
        headers.get('content-type'),
        headers.get('cache-control'),
        headers.get('etag'),
      ]);
    }
    expect(answers[0]?.[0]).toBe(404);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is as absent as one that does not exist', async () => {
    const { workflow } = foreign;
    expect((await test.call(`/api/workflows/${workflow}`, { headers: { 'x-workspace-id': NOWHERE } })).status).toBe(
      404,
    );
    expect((await test.call('/api/v1/workspaces/nowhere/executions')).status).toBe(404);
  });

  it('gives no project to a workflow', async () => {
    const json = { definition: DOUBLE, project_id: foreign.project };
    expect((await test.call('/api/workflows', { headers: inOurs, json })).status).toBe(404);
  });

  it('does not show in lists', async () => {
    for (const path of [
      '/api/workflows?limit=100',
      '/api/projects?limit=100',
      '/api/v1/workspaces/ours/executions?limit=100',
    ]) {
      const { text } = await test.call(path, { headers: inOurs });
      for (const id of Object.values(foreign)) expect(text).not.toContain(id);
    }
  });

  it('was not changed by any of this', async () => {
    const { body } = await test.call(`/api/workflows/${foreign.workflow}`, { headers: { 'x-workspace-id': theirs } });
    expect(body).toMatchObject({ name: 'double', version: 1 });
  });
});

function post(raw: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Call {
  return { method: 'POST', raw, headers };
}

describe('bad input', () => {
  const cases: readonly [string, string, Call, number, Record<string, unknown>][] = [
    ['broken JSON', '/api/workspaces', post('{"slug":'), 400, { code: 'malformed_json', offset: 8 }],
    [
      'no UTF-8',
      '/api/workspaces',
      post(Uint8Array.from([0x22, 0xff, 0x22])),
      400,
      { code: 'malformed_json', offset: 1 },
    ],
    ['deep JSON', '/api/workspaces', post('['.repeat(1_000_000)), 400, { code: 'too_deep', offset: 64, max_depth: 64 }],
    ['__proto__', '/api/workspaces', post('{"__proto__":{"polluted":1}}'), 400, { code: 'validation_failed' }],
    [
      'an unknown field',
      '/api/workspaces',
      post('{"slug":"a","name":"A","x/y~z":1}'),
      400,
      {
        errors: [{ pointer: '/x~1y~0z', code: 'unrecognized_keys', detail: 'this field is not known here' }],
      },
    ],
    ['no body', '/api/workspaces', { method: 'POST' }, 400, { code: 'validation_failed' }],
    ['an array', '/api/workspaces', post('[]'), 400, { code: 'validation_failed' }],
    [
      'a text',
      '/api/workspaces',
      post('a=b', { 'content-type': 'text/plain' }),
      415,
      { code: 'unsupported_media_type' },
    ],
    ['a form', '/api/workspaces', post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415, {}],
    ['another charset', '/api/workspaces', post('{}', { 'content-type': 'application/json; charset=utf-16' }), 415, {}],
    ['a compressed body', '/api/workspaces', post('{}', { 'content-encoding': 'br' }), 415, {}],
    [
      'a large body',
      '/api/workspaces',
      post(`"${'a'.repeat(1_100_000)}"`),
      413,
      { code: 'body_too_large', limit_bytes: 1_048_576 },
    ],
    [
      'an unknown parameter',
      '/api/workspaces?offset=1',
      {},
      400,
      { errors: [expect.objectContaining({ pointer: '/offset', in: 'query' })] },
    ],
    [
      'a limit above 100',
      '/api/workspaces?limit=101',
      {},
      400,
      { errors: [expect.objectContaining({ pointer: '/limit', in: 'query' })] },
    ],
    ['a negative skip', '/api/workspaces?skip=-1', {}, 400, { code: 'validation_failed' }],
    [
      'an unknown status',
      '/api/v1/workspaces/ours/executions?status=done',
      {},
      400,
      { errors: [expect.objectContaining({ pointer: '/status/0' })] },
    ],
    ['an unknown route', '/api/nowhere', {}, 404, { code: 'unknown_route' }],
    ['an unknown page', '/etc/passwd', {}, 404, { code: 'unknown_route' }],
    ['a wrong method', '/api/workspaces', { method: 'DELETE' }, 405, { code: 'method_not_allowed' }],
    ['a broken URL', '/api/workflows/%zz', {}, 400, { code: 'bad_request' }],
  ];

  it.each(cases)('%s', async (_, path, call, status, expected) => {
    const answer = await test.call(path, call);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: expect.stringMatching(/^\/problems\//),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^\/requests\/[0-9a-f-]{36}$/),
      ...expected,
    });
    expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d|\\n\s+at /);
  });

  it('lists at most 20 faults', async () => {
    const json = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    const { body } = await test.call('/api/workspaces', { json });
    expect(body).toMatchObject({ errors: { length: 20 } });
  });

  it('never repeats what was sent', async () => {
    const json = { slug: 'CANARY value', name: ['CANARY'] };
    const { text } = await test.call('/api/workspaces?limit=CANARY', { json });
    expect(text).not.toContain('CANARY');
  });

  it('says which methods a route has', async () => {
    const { headers } = await test.call('/api/workspaces', { method: 'DELETE' });
    expect(headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('tells it to whoever asks for them, too', async () => {
    const { status, headers } = await test.call('/api/workspaces', { method: 'OPTIONS' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it.each([
    ['/api/workflows', { headers: inOurs, json: {} }, '/definition', 'expected object'],
    ['/api/workflows/x/executions?skip=1&cursor=x', {}, '/cursor', 'expected a cursor or skip, not both'],
    ['/api/v1/workspaces/ours/executions/x/flame-chart?from_ms=2&to_ms=1', {}, '/to_ms', 'expected at least from_ms'],
  ])('says what checks of our own expect: %s', async (path, call, pointer, detail) => {
    const { status, body } = await test.call(path, call);
    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer, detail })] }),
    ]);
  });

  it('answers what is no HTTP with a problem', async () => {
    const { port } = new URL(test.server.url);
    const socket = connect(Number(port), '127.0.0.1');
    let text = '';
    for await (const chunk of socket.end('GET / nonsense\r\n\r\n')) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"bad_request"');
  });
});

/** With the Host header as given, which `fetch` does not allow. */
function statusWith(headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${test.server.url}/api/workspaces`, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject).end();
  });
}

describe('any input', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '0', '-1', '1e999', 'null', NOWHERE, '../..'),
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(DOUBLE), text);
  const body = fc.dictionary(
    fc.constantFrom('slug', 'name', 'description', 'definition', 'project_id', 'input_variables', 'x'),
    value,
  );
  const query = fc.dictionary(
    fc.constantFrom('skip', 'limit', 'status', 'project_id', 'depth', 'min_duration_ms', 'from_ms', 'max_spans'),
    text,
  );

  /** `*` stands for an id. */
  const route = fc.constantFrom(
    'POST /api/workspaces',
    'POST /api/projects',
    'POST /api/workflows',
    'PUT /api/workflows/*',
    'POST /api/workflows/*/execute',
    'GET /api/workflows',
    'GET /api/workflows/*/executions',
    'GET /api/workflows/executions/*/timeline',
    'GET /api/v1/workspaces/*/executions',
    'GET /api/v1/workspaces/theirs/executions/*/flame-chart',
  );

  it('gets an answer that is no fault of the server', { timeout: 120_000 }, async () => {
    const id = fc.oneof(text, fc.constantFrom(foreign.workflow, foreign.execution));
    const answered = fc.asyncProperty(route, id, query, body, async (chosen, one, sentQuery, sentBody) => {
      const [method = '', path = ''] = chosen.replace('*', encodeURIComponent(one)).split(' ', 2);
      const headers = { 'x-workspace-slug': 'theirs' };
      const place = `${path}?${new URLSearchParams(sentQuery).toString()}`;
      const answer = await test.call(place, { method, headers, ...(method !== 'GET' && { json: sentBody }) });
      expect(answer.status, answer.text).toBeLessThan(500);
    });
    await fc.assert(answered, { numRuns: 400 });
  });
});

describe('browsers', () => {
  it.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example:7420', 403],
    ['localhost:1', 200],
    ['[::1]:7420', 200],
  ])('Host %s gets %i', async (host, status) => {
    expect(await statusWith({ host })).toBe(status);
  });

  it.each([
    ['http://evil.example', 403],
    ['null', 403],
    ['http://127.0.0.1:1', 403],
  ])('may not change anything from %s', async (origin, status) => {
    const { status: actual, body } = await test.call('/api/workspaces', {
      json: { slug: 'x', name: 'X' },
      headers: { origin },
    });
    expect([actual, body]).toEqual([status, expect.objectContaining({ code: 'foreign_origin' })]);
  });

  it('may from our own page', async () => {
    const headers = { origin: test.server.url };
    expect((await test.call('/api/workspaces', { json: {}, headers })).status).toBe(400);
  });

  it('get a strict policy and no permission for other origins', async () => {
    const { headers } = await test.call('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['/', '/w/ours/executions', '/executions/1'])('get a page at %s', async (path) => {
    const { status, headers } = await test.call(path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });
});

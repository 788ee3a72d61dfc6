import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, WAIT, type Answer, type Call, type TestServer } from '../../testing/harness.ts';

const withId = z.looseObject({ id: z.string() });
const withKey = z.looseObject({ key: z.string() });
const NOWHERE = '01890000-0000-7000-8000-00000000dead';
const CANARY = 'canary';

let test: TestServer;
/** What opens the workspace `ours`, by scope. */
const keys = { read: '', write: '' };
let workflow: string;
let foreign: string;

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

function asWriter(path: string, call: Call = {}): Promise<Answer> {
  return test.call(path, { ...call, headers: { ...bearer(keys.write), ...call.headers } });
}

function post(raw: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> {
  return asWriter('/api/workflows', { method: 'POST', raw, headers });
}

beforeAll(async () => {
  test = await startTestServer({ limits: { running: 1, pending: 1 } });
  for (const slug of ['ours', 'theirs']) await test.call('/api/workspaces', { json: { slug, name: slug } });
  const make = async (slug: string) =>
    withId.parse(
      (await test.call('/api/workflows', { headers: { 'x-workspace-slug': slug }, json: { definition: DOUBLE } })).body,
    ).id;
  [workflow, foreign] = [await make('ours'), await make('theirs')];
  // The first key ends local mode, so the admin's makes the others.
  const key = async (scope: string, headers: Record<string, string> = {}) =>
    withKey.parse(
      (await test.call('/api/v1/workspaces/ours/keys', { headers, json: { name: scope, scopes: [scope] } })).body,
    ).key;
  const admin = await key('admin');
  keys.read = await key('read', bearer(admin));
  keys.write = await key('write', bearer(admin));
});

afterAll(() => test.close());

/** Checks that an answer is the problem that it should be, and holds nothing that was sent. */
function expectProblem(answer: Answer, status: number, members: Readonly<Record<string, unknown>>): void {
  expect([answer.status, answer.body], answer.text).toEqual([status, expect.objectContaining(members)]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    instance: `/requests/${answer.headers.get('x-request-id')}`,
  });
  expect(answer.text).not.toContain(CANARY);
  expect(answer.text).not.toMatch(/\bat .*\.[jt]s:\d+/);
}

/** Line by line what bad input gets. */
describe('bad input', () => {
  it('bad JSON, too deep, bad UTF-8: 400 with the byte', async () => {
    expectProblem(await post(`{"definition":{"${CANARY}":}}`), 400, { code: 'malformed_json', offset: 24 });
    expectProblem(await post('['.repeat(5_000_000).slice(0, 1_000_000)), 400, {
      code: 'too_deep',
      offset: 64,
      max_depth: 64,
    });
    expectProblem(await post(Uint8Array.from([0x22, 0xc3, 0x28, 0x22])), 400, { code: 'malformed_json', offset: 1 });
  });

  it('no or a bad credential: 401 with WWW-Authenticate', async () => {
    const none = await test.call('/api/workflows');
    expectProblem(none, 401, { code: 'unauthenticated' });
    expect(none.headers.get('www-authenticate')).toMatch(/^Bearer/);
    const known = keys.read.slice(0, -4);
    for (const credential of [`Bearer ${CANARY}`, `Bearer ${known}AAAA`, `Basic ${CANARY}`, 'Bearer']) {
      const bad = await test.call('/api/workflows', { headers: { authorization: credential } });
      expectProblem(bad, 401, { code: 'unauthenticated' });
      expect(bad.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('own workspace, role too low: 403', async () => {
    const headers = bearer(keys.read);
    expect((await test.call(`/api/workflows/${workflow}`, { headers })).status).toBe(200);
    const refused = await test.call(`/api/workflows/${workflow}`, { method: 'DELETE', headers });
    expectProblem(refused, 403, { code: 'missing_scope' });
    expectProblem(await asWriter('/api/v1/workspaces/ours/keys'), 403, { code: 'missing_scope' });
  });

  it('foreign or absent id: 404, equal but for the instance', async () => {
    const answers = [];
    for (const id of [foreign, NOWHERE]) answers.push(await asWriter(`/api/workflows/${id}`));
    for (const workspace of ['theirs', 'nowhere']) {
      answers.push(await asWriter(`/api/v1/workspaces/${workspace}/executions`));
      answers.push(await asWriter('/api/workflows', { headers: { 'x-workspace-slug': workspace } }));
    }
    for (const answer of answers) expectProblem(answer, 404, { code: 'not_found' });
    expect(new Set(answers.map(({ text }) => text.replace(/"instance":"[^"]+"/, ''))).size).toBe(1);
  });

  it('an idempotency key with another body: 409', async () => {
    const path = `/api/workflows/${workflow}/execute`;
    const headers = { 'idempotency-key': `k-${CANARY}` };
    const first = await asWriter(path, { headers, json: { input_variables: { n: 1 } } });
    const again = await asWriter(path, { headers, json: { input_variables: { n: 1 } } });
    expect([first.status, withId.parse(again.body).id]).toEqual([202, withId.parse(first.body).id]);
    expectProblem(await asWriter(path, { headers, json: { input_variables: { n: 2 } } }), 409, {
      code: 'idempotency_conflict',
    });
    await test.server.executions.settled(withId.parse(first.body).id);
  });

  it('too large, as it came or once unpacked: 413 with the limit', async () => {
    const limit = { code: 'body_too_large', limit_bytes: 1024 * 1024 };
    expectProblem(await post(`"${CANARY.repeat(200_000)}"`), 413, limit);
    const bomb = Uint8Array.from(gzipSync(Buffer.alloc(50 * 1024 * 1024, CANARY)));
    expectProblem(await post(bomb, { 'content-encoding': 'gzip' }), 413, limit);
  });

  it('wrong content type or encoding: 415', async () => {
    const wrong: Record<string, string>[] = [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-type': `application/${CANARY}` },
      { 'content-encoding': 'br' },
      { 'content-encoding': CANARY },
    ];
    for (const headers of wrong) {
      expectProblem(await post(`{"definition":"${CANARY}"}`, headers), 415, { code: 'unsupported_media_type' });
    }
  });

  it('a bad expression: 400 with line, column and what was expected', async () => {
    const value = `\n  \${input.${CANARY} +}`;
    const definition = { name: 'x', nodes: [{ id: 'a', type: 'transform', with: { value } }] };
    const fault = {
      pointer: '/definition/nodes/0/with/value',
      code: 'bad_expression',
      line: 2,
      column: expect.any(Number),
      expected: 'a CEL expression',
    };
    expectProblem(await asWriter('/api/workflows', { json: { definition } }), 400, {
      code: 'invalid_workflow',
      errors: [expect.objectContaining(fault)],
    });
  });

  it('more than 20 faults: the first 20', async () => {
    const extra = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`field${n}`, CANARY]));
    const { body } = await asWriter('/api/workflows', { json: { definition: DOUBLE, ...extra } });
    expect(z.looseObject({ errors: z.array(z.unknown()) }).parse(body).errors).toHaveLength(20);
  });

  it('overload: 503 with Retry-After', async () => {
    const made = await asWriter('/api/workflows', { json: { definition: WAIT } });
    const path = `/api/workflows/${withId.parse(made.body).id}/execute`;
    const started = [await asWriter(path, { method: 'POST' }), await asWriter(path, { method: 'POST' })];
    const refused = await asWriter(path, { method: 'POST' });
    expectProblem(refused, 503, { code: 'overloaded' });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    for (const { body } of started) {
      await asWriter(`/api/workflows/executions/${withId.parse(body).id}/cancel`, { method: 'POST' });
    }
  });
});

describe('over quota', () => {
  it('is 429 with Retry-After, limit, remaining and reset', async () => {
    const limited = await startTestServer({ access: { rateLimits: { caller: 3 } } });
    try {
      await limited.call('/api/workspaces', { json: { slug: 'w', name: 'W' } });
      const made = await limited.call('/api/v1/workspaces/w/keys', { json: { name: 'k', scopes: ['read'] } });
      const headers = bearer(withKey.parse(made.body).key);
      const answers = [];
      for (let n = 0; n < 4; n++) answers.push(await limited.call('/api/workflows', { headers }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      const [first, , , last] = answers;
      if (!first || !last) throw new Error('there are four answers');
      expect(first.headers.get('ratelimit-remaining')).toBe('2');
      expectProblem(last, 429, { code: 'rate_limited', limit: 3, remaining: 0, reset: expect.any(Number) });
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await limited.close();
    }
  });
});

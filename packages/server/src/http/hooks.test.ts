import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { toEpochMicros, type Clock } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestServer, type Answer, type Call, type TestServer } from '../../testing/harness.ts';
import { systemClock } from '../services/system.ts';

const withId = z.looseObject({ id: z.string() });
const madeShape = z.looseObject({ id: z.string(), hook_path: z.string(), secret: z.string() });
const deliveredShape = z.looseObject({ execution_id: z.string() });
const chartShape = z.looseObject({
  spans: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      node_key: z.string(),
      type: z.string(),
      start_ms: z.number(),
      duration_ms: z.number(),
      children: z.array(z.looseObject({ name: z.string(), start_ms: z.number(), duration_ms: z.number() })),
    }),
  ),
});
const profileShape = z.looseObject({
  makespan_ms: z.number(),
  accounting: z.looseObject({ total_ms: z.number(), causes: z.record(z.string(), z.number()) }),
  critical_path: z.looseObject({ items: z.array(z.looseObject({ name: z.string() })) }),
});

const PAY = {
  name: 'pay',
  inputs: {
    amount: { type: 'number', default: 0 },
    event: { type: 'string', default: '' },
    token: { type: 'string', secret: true, default: '' },
  },
  nodes: [
    { id: 'charge', type: 'transform', with: { value: '${input.amount * 2}' } },
    { id: 'note', type: 'transform', dependsOn: ['charge'], with: { value: '${input.event}' } },
  ],
};

let test: TestServer;
/** How far the clock of the server is ahead, in seconds. */
let ahead = 0;
const clock: Clock = { now: () => toEpochMicros(systemClock.now() + ahead * 1_000_000) };
let workspace: string;
let workflow: string;

beforeAll(async () => {
  test = await startTestServer({ clock });
  workspace = withId.parse((await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } })).body).id;
  workflow = withId.parse((await api('/api/workflows', { json: { definition: PAY } })).body).id;
});

afterAll(() => test.close());

/** Calls in the workspace of the tests, unless another is named. */
function api(path: string, { headers, ...call }: Call = {}): Promise<Answer> {
  const named = headers?.['x-workspace-id'] === undefined ? { 'x-workspace-slug': 'only' } : {};
  return test.call(path, { ...call, headers: { ...named, ...headers } });
}

interface Hook {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

async function newHook(config: object = {}, of = workflow): Promise<Hook> {
  const answer = await api(`/api/workflows/${of}/triggers`, { json: { kind: 'webhook', config } });
  expect(answer.status, answer.text).toBe(201);
  const { id, hook_path: path, secret } = madeShape.parse(answer.body);
  return { id, path, secret };
}

function sign(secret: string, id: string, seconds: number, body: string | Uint8Array): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
}

const seconds = (): number => Math.floor(clock.now() / 1e6);

interface Sent {
  readonly id?: string;
  readonly at?: number;
  readonly signature?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function deliver(hook: Hook, body: string | Uint8Array<ArrayBuffer>, sent: Sent = {}): Promise<Answer> {
  const { id = randomUUID(), at = seconds() } = sent;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': sent.signature ?? sign(hook.secret, id, at, body),
    ...sent.headers,
  };
  return test.call(hook.path, { method: 'POST', raw: body, headers });
}

async function settled(answer: Answer): Promise<{ readonly id: string; readonly body: unknown }> {
  expect(answer.status, answer.text).toBe(202);
  const { execution_id: id } = deliveredShape.parse(answer.body);
  await test.server.executions.settled(id);
  return { id, body: (await api(`/api/workflows/executions/${id}`)).body };
}

/** A problem without what differs from request to request. */
function problemOf({ status, body, headers }: Answer): unknown {
  return {
    status,
    body: z.looseObject({}).parse({ ...z.looseObject({}).parse(body), instance: null }),
    challenge: headers.get('www-authenticate'),
  };
}

describe('a delivery to a webhook', () => {
  it('starts its workflow with the input that its expressions make, and is noted', async () => {
    const hook = await newHook({
      input: { amount: '${payload.amount}', event: 'on ${headers["x-event"]}' },
      headers: ['x-event'],
    });
    const id = randomUUID();
    const { body } = await settled(await deliver(hook, '{"amount": 21}', { id, headers: { 'x-event': 'paid' } }));
    expect(body).toMatchObject({
      status: 'completed',
      trigger: 'webhook',
      trigger_details: { trigger_id: hook.id, delivery_id: id },
      input_variables: { amount: 21, event: 'on paid' },
      results: { charge: 42, note: 'on paid' },
      step_executions: [
        { step_id: 'webhook_1', step_name: 'webhook_trigger', step_order: 1, status: 'completed' },
        { step_id: 'charge', step_order: 2 },
        { step_id: 'note' },
      ],
    });
    expect(Object.keys(z.looseObject({ trigger_details: z.object({}).loose() }).parse(body).trigger_details)).toEqual([
      'trigger_id',
      'delivery_id',
    ]);
    const trigger = await api(`/api/workflows/${workflow}/triggers/${hook.id}`);
    expect(trigger.body).toMatchObject({ last_run_at: expect.any(String), last_error: null });
    expect(trigger.text).not.toContain('whsec_');
  });

  it('is a node at the beginning of the flame chart, with what its time went to', async () => {
    const hook = await newHook({ input: { amount: '${payload.amount}' }, node_key: 'hook' });
    const { id } = await settled(await deliver(hook, '{"amount": 1}'));
    const path = `/api/v1/workspaces/only/executions/${id}`;
    const { spans } = chartShape.parse((await api(`${path}/flame-chart`)).body);
    const [node, next] = spans;
    if (!node || !next) throw new Error('there are no spans');
    expect(node).toMatchObject({ name: 'webhook_trigger', node_key: 'hook', type: 'node', start_ms: 0 });
    const [parse, evaluate] = node.children;
    if (!parse || !evaluate) throw new Error('there are no phases');
    expect(node.children.map(({ name, type }) => [name, type])).toEqual([
      ['payload_parse', 'phase'],
      ['expression_eval', 'phase'],
    ]);
    expect(parse.start_ms).toBe(0);
    expect(parse.duration_ms).toBeGreaterThan(0);
    expect(evaluate.start_ms).toBeCloseTo(parse.duration_ms, 6);
    expect(evaluate.duration_ms).toBeGreaterThan(0);
    expect(node.duration_ms).toBeCloseTo(parse.duration_ms + evaluate.duration_ms, 6);
    expect(next).toMatchObject({ node_key: 'charge' });
    expect(next.start_ms).toBeCloseTo(node.duration_ms, 6);
    expect(next.children[0]).toMatchObject({ name: 'queue_wait' });
    const profile = profileShape.parse((await api(`${path}/profile`)).body);
    expect(profile.critical_path.items.map(({ name }) => name)).toEqual(['webhook_trigger', 'charge', 'note']);
    const sum = Object.values(profile.accounting.causes).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeCloseTo(profile.accounting.total_ms, 6);
    expect(profile.accounting.total_ms).toBeCloseTo(profile.makespan_ms, 6);
  });

  it('starts one execution only, however often it comes, and a new one under another id', async () => {
    const hook = await newHook();
    const id = randomUUID();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => deliver(hook, '{}', { id })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(({ body }) => deliveredShape.parse(body).execution_id));
    expect(ids.size).toBe(1);
    const other = deliveredShape.parse((await deliver(hook, '{}')).body).execution_id;
    expect(ids).not.toContain(other);
    await test.server.executions.settled(other);
    const history = `/api/workflows/${workflow}/executions?trigger_id=${hook.id}`;
    expect((await api(history)).body).toMatchObject({ total: 2 });
  });

  it('is left out where the filter says so', async () => {
    const hook = await newHook({ filter: 'payload.type == "charge" && payload.amount > 10' });
    const left = await deliver(hook, '{"type": "refund"}');
    expect([left.status, left.body]).toEqual([200, { ignored: true }]);
    await settled(await deliver(hook, '{"type": "charge", "amount": 11}'));
  });

  it('is refused, and that is noted, where an expression fails', async () => {
    const hook = await newHook({ input: { amount: '${payload.order.amount}' } });
    const failed = await deliver(hook, '{"canary": "k4n4ry"}');
    expect(failed.body).toMatchObject({
      status: 400,
      code: 'expression_failed',
      errors: [{ pointer: '/config/input/amount', line: 1, column: 3 }],
    });
    const trigger = await api(`/api/workflows/${workflow}/triggers/${hook.id}`);
    expect(trigger.body).toMatchObject({
      last_error: expect.stringContaining('/config/input/amount line 1, column 3'),
    });
    expect(failed.text + trigger.text).not.toContain('k4n4ry');
    const odd = await newHook({ filter: 'payload.amount' });
    expect((await deliver(odd, '{"amount": 1}')).body).toMatchObject({ code: 'expression_failed' });
  });

  it('keeps no secret of it', async () => {
    const hook = await newHook({ input: { token: '${payload.token}', event: '${payload.note}' } });
    const { body } = await settled(
      await deliver(
        hook,
        JSON.stringify({ token: 'hunter2canary', note: 'Bearer abcdefghijklmnopqrstuvwxyz0123456789' }),
      ),
    );
    expect(body).toMatchObject({ status: 'completed', input_variables: { token: '[redacted]' } });
    expect(JSON.stringify(body)).not.toMatch(/hunter2canary|abcdefghijklmnopqrstuvwxyz/);
  });

  it('is refused of a webhook or workflow that is switched off', async () => {
    const hook = await newHook();
    const path = `/api/workflows/${workflow}/triggers/${hook.id}`;
    expect((await api(`${path}/disable`, { method: 'POST' })).body).toMatchObject({ enabled: false });
    expect((await deliver(hook, '{}')).body).toMatchObject({ status: 409, code: 'trigger_disabled' });
    await api(`${path}/enable`, { method: 'POST' });
    await api(`/api/workflows/${workflow}`, { method: 'PUT', json: { enabled: false } });
    expect((await deliver(hook, '{}')).body).toMatchObject({ status: 409, code: 'workflow_disabled' });
    await api(`/api/workflows/${workflow}`, { method: 'PUT', json: { enabled: true } });
    await settled(await deliver(hook, '{}'));
  });

  it('is limited for each webhook, of which only what is proven counts', async () => {
    const hook = await newHook({ rate_limit_per_minute: 2 });
    for (let i = 0; i < 5; i++) {
      expect((await deliver(hook, '{}', { signature: 'v1,AAAA' })).status).toBe(401);
    }
    await settled(await deliver(hook, '{}'));
    await settled(await deliver(hook, '{}'));
    const over = await deliver(hook, '{}');
    expect(over.body).toMatchObject({ status: 429, code: 'rate_limited', limit: 2 });
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    await settled(await deliver(await newHook(), '{}'));
  });

  it('is sent by the example', async () => {
    const hook = await newHook({ input: { amount: '${payload.amount}' } });
    const script = fileURLToPath(new URL('../../../../examples/send-webhook.mjs', import.meta.url));
    const args = [script, test.server.url + hook.path, hook.secret, '{"amount": 12}'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^202 \{"execution_id"/);
    const wrong = promisify(execFile)(process.execPath, [script, test.server.url + hook.path, 'whsec_AAAA', '{}']);
    await expect(wrong).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('webhook_refused') });
  });
});

describe('the page about triggers', () => {
  it('makes a webhook, sends to it and makes a schedule', async () => {
    const page = await readFile(new URL('../../../../docs/triggers.md', import.meta.url), 'utf8');
    const bodies = Array.from(page.matchAll(/-d '(\{.*?\})'\n/gs), ([, body = '']) => body);
    expect(bodies).toHaveLength(2);
    const answers = await Promise.all(bodies.map((raw) => api(`/api/workflows/${workflow}/triggers`, { raw })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const { hook_path: path, ...hook } = madeShape.parse(answers[0]?.body);
    const sent = /\$SECRET '(.*)'/.exec(page)?.[1] ?? '';
    const { body } = await settled(await deliver({ ...hook, path }, sent));
    expect(body).toMatchObject({ status: 'completed', results: { charge: 24, note: 'charge.succeeded' } });
  });
});

describe('signatures', () => {
  it('of secrets that are being replaced count for as long as was said', async () => {
    const hook = await newHook();
    const rotate = `/api/workflows/${workflow}/triggers/${hook.id}/rotate-secret`;
    const answer = await api(rotate, { json: { keep_previous_seconds: 100 } });
    const { secret } = z.object({ secret: z.string() }).parse(answer.body);
    await settled(await deliver(hook, '{}'));
    await settled(await deliver({ ...hook, secret }, '{}'));
    const id = randomUUID();
    const both = `${sign('whsec_AAAA', id, seconds(), '{}')} v2,xx ${sign(secret, id, seconds(), '{}')}`;
    await settled(await deliver(hook, '{}', { id, signature: both }));
    ahead = 101;
    expect((await deliver(hook, '{}')).status).toBe(401);
    await settled(await deliver({ ...hook, secret }, '{}'));
    const at = await api(rotate, { json: { keep_previous_seconds: 0 } });
    expect((await deliver({ ...hook, secret }, '{}')).status).toBe(401);
    await settled(await deliver({ ...hook, ...z.object({ secret: z.string() }).parse(at.body) }, '{}'));
    ahead = 0;
  });

  it('of GitHub count where the webhook says so, and those of the standard do not then', async () => {
    const hook = await newHook({ signature: 'github' });
    const body = '{"action": "opened"}';
    const hub = `sha256=${createHmac('sha256', hook.secret).update(body).digest('hex')}`;
    const send = (headers: Record<string, string>) => test.call(hook.path, { method: 'POST', raw: body, headers });
    const first = await settled(await send({ 'x-hub-signature-256': hub, 'x-github-delivery': 'd-1' }));
    const again = await settled(await send({ 'x-hub-signature-256': hub, 'x-github-delivery': 'd-1' }));
    expect(again.id).toBe(first.id);
    await settled(await send({ 'x-hub-signature-256': hub }));
    expect((await send({ 'x-hub-signature-256': hub.replace(/.$/, 'x') })).status).toBe(401);
    expect((await deliver(hook, body)).status).toBe(401);
    const standard = await newHook();
    const wrong = `sha256=${createHmac('sha256', standard.secret).update(body).digest('hex')}`;
    const refused = await test.call(standard.path, {
      method: 'POST',
      raw: body,
      headers: { 'x-hub-signature-256': wrong },
    });
    expect(refused.status).toBe(401);
  });
});

describe('attacks on webhooks', () => {
  it('get one and the same answer, whatever it is that is not right', async () => {
    const hook = await newHook();
    const other = await newHook();
    const id = randomUUID();
    const now = seconds();
    const fine = sign(hook.secret, id, now, '{}');
    const nowhere = randomUUID();
    const schedule = await api(`/api/workflows/${workflow}/triggers`, {
      json: { kind: 'schedule', config: { cron: '0 0 1 1 *' } },
    });
    const to = (path: string, sent: Sent = {}) => deliver({ ...hook, path }, '{}', sent);
    const answers = await Promise.all([
      deliver(hook, '{"tampered": 1}', { id, at: now, signature: fine }),
      deliver(hook, '{}', { id: randomUUID(), at: now, signature: fine }),
      deliver(hook, '{}', { id, at: now + 1, signature: fine }),
      deliver(hook, '{}', { at: now - 301 }),
      deliver(hook, '{}', { at: now + 302 }),
      deliver(hook, '{}', { signature: '' }),
      deliver(hook, '{}', { id, at: now, signature: fine.replace('v1,', 'v2,') }),
      deliver(hook, '{}', { id, at: now, signature: fine.slice(3) }),
      deliver(hook, '{}', { id: 'x'.repeat(300) }),
      deliver({ ...hook, secret: other.secret }, '{}'),
      to(`/hooks/${workspace}/${nowhere}`),
      to(`/hooks/${nowhere}/${hook.id}`),
      to(`/hooks/${nowhere}/${nowhere}`),
      to(`/hooks/only/${hook.id}`),
      to(`/hooks/${workspace}/..%2f`),
      to(`/hooks/${workspace}/${withId.parse(schedule.body).id}`),
      test.call(hook.path, { method: 'POST', raw: '{}' }),
    ]);
    const [first] = answers;
    if (!first) throw new Error('there is no answer');
    expect(problemOf(first)).toMatchObject({ status: 401, body: { code: 'webhook_refused' } });
    for (const [i, answer] of answers.entries()) expect(problemOf(answer), `attack ${i}`).toEqual(problemOf(first));
    // The very delivery that was tampered with still counts.
    await settled(await deliver(hook, '{}', { id, at: now, signature: fine }));
  });

  it('of another workspace find nothing', async () => {
    const hook = await newHook();
    const made = await test.call('/api/workspaces', { json: { slug: `w-${randomUUID().slice(0, 8)}`, name: 'Other' } });
    const foreign = withId.parse(made.body).id;
    expect((await deliver({ ...hook, path: `/hooks/${foreign}/${hook.id}` }, '{}')).status).toBe(401);
    const headers = { 'x-workspace-id': foreign };
    const absent = randomUUID();
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/enable'],
      ['POST', '/disable'],
      ['POST', '/rotate-secret'],
    ] as const) {
      const call = (id: string) =>
        api(`/api/workflows/${workflow}/triggers/${id}${path}`, {
          method,
          headers,
          ...(method === 'PUT' && { json: { name: 'taken' } }),
        });
      const [there, missing] = [await call(hook.id), await call(absent)];
      expect(problemOf(there), `${method} ${path}`).toEqual(problemOf(missing));
      expect(there.status).toBe(404);
    }
    await settled(await deliver(hook, '{}', { headers: { 'x-workspace-id': foreign } }));
  });

  it('by size, depth, type and encoding are refused', async () => {
    const hook = await newHook();
    const codes = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      z.looseObject({ code: z.string() }).parse((await deliver(hook, body, { headers })).body).code;
    expect(await codes(`"${'x'.repeat(1024 * 1024)}"`)).toBe('body_too_large');
    expect(await codes('['.repeat(500_000))).toBe('too_deep');
    expect(await codes('{"a": ')).toBe('malformed_json');
    expect(await codes(new Uint8Array([34, 0xff, 34]))).toBe('malformed_json');
    expect(await codes('')).toBe('malformed_json');
    expect(await codes('{"__proto__": {"x": 1}}')).toBe('validation_failed');
    expect(await codes('{}', { 'content-type': 'text/plain' })).toBe('unsupported_media_type');
    expect(await codes('{}', { 'content-encoding': 'gzip' })).toBe('unsupported_media_type');
    expect({}).not.toHaveProperty('x');
  });

  it('by many who prove nothing leave the connections of the database to others', async () => {
    const { store } = test.server;
    const open = store.tenant.bind(store);
    let [now, most] = [0, 0];
    const spy = vi.spyOn(store, 'tenant').mockImplementation((workspaceId) => {
      const tenant = open(workspaceId);
      const find = tenant.triggers.withSecrets.bind(tenant.triggers);
      vi.spyOn(tenant.triggers, 'withSecrets').mockImplementation(async (id) => {
        most = Math.max(most, ++now);
        return find(id).finally(() => now--);
      });
      return tenant;
    });
    const attack = () => test.call(`/hooks/${randomUUID()}/${randomUUID()}`, { json: {} });
    const answers = await Promise.all(Array.from({ length: 50 }, attack));
    spy.mockRestore();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(most).toBeLessThanOrEqual(4);
  });

  it('find in the headers what was sent, and nothing that all objects have', async () => {
    const input = { given: '${has(headers.constructor)}', names: '${headers.map(name, name)}' };
    const hook = await newHook({ input, headers: ['constructor', 'x-event'] });
    const of = async (headers: Record<string, string>): Promise<unknown> =>
      (await settled(await deliver(hook, '{}', { headers }))).body;
    expect(await of({ 'x-event': 'e' })).toMatchObject({ input_variables: { given: false, names: ['x-event'] } });
    expect(await of({ constructor: 'c' })).toMatchObject({ input_variables: { given: true, names: ['constructor'] } });
  });

  it('learn nothing of the secret from how long it takes', async () => {
    // Every byte of the digest is compared whatever the first ones are: a signature that shares 31 bytes is as wrong.
    const hook = await newHook();
    const id = randomUUID();
    const now = seconds();
    const right = Buffer.from(sign(hook.secret, id, now, '{}').slice(3), 'base64');
    for (let i = 0; i < right.length; i++) {
      const wrong = Buffer.from(right);
      wrong[i] = (wrong[i] ?? 0) ^ 1;
      const answer = await deliver(hook, '{}', { id, at: now, signature: `v1,${wrong.toString('base64')}` });
      expect(answer.status, `byte ${i}`).toBe(401);
    }
  });
});

describe('the resource', () => {
  it('is listed, changed, and refuses what cannot work', async () => {
    const made = await api('/api/workflows', { json: { definition: PAY } });
    const own = withId.parse(made.body).id;
    const post = (json: unknown) => api(`/api/workflows/${own}/triggers`, { json });
    const hook = await newHook({}, own);
    const path = `/api/workflows/${own}/triggers`;
    expect((await api(path)).body).toMatchObject({ total: 1, items: [{ id: hook.id, kind: 'webhook' }] });
    const changed = await api(`${path}/${hook.id}`, {
      method: 'PUT',
      json: { name: 'b', config: { filter: 'true' } },
    });
    expect(changed.body).toMatchObject({ name: 'b', config: { filter: 'true', signature: 'standard' } });
    expect((await api(`/api/workflows/${workflow}/triggers/${hook.id}`)).status).toBe(404);
    expect(
      (await post({ kind: 'webhook', config: { input: { a: '${payload.}', b: '${input.n}' }, filter: '1 +' } })).body,
    ).toMatchObject({
      code: 'invalid_trigger',
      errors: [
        { pointer: '/config/input/a', code: 'bad_expression', line: 1 },
        { pointer: '/config/input/b', column: 3 },
        { pointer: '/config/filter' },
      ],
    });
    const faults: readonly (readonly [object, string])[] = [
      [{ cron: '61 * * * *' }, 'the minute is out of range'],
      [{ cron: '* * * *' }, 'expected 5 or 6 fields'],
      [{ cron: '2026-01-01T00:00:00' }, 'expected 5 or 6 fields'],
      [{ cron: '0 0 30 2 *' }, 'no such time ever comes'],
      [{ cron: '* * * * *', timezone: 'Mars/Olympus' }, 'there is no such time zone'],
      [{ cron: '* * * * *', input: { token: 'x' } }, 'is declared to be secret'],
    ];
    for (const [config, detail] of faults) {
      const { body } = await post({ kind: 'schedule', config });
      expect(body, detail).toMatchObject({
        code: 'invalid_trigger',
        errors: [{ detail: expect.stringContaining(detail) }],
      });
    }
    const secret = await post({ kind: 'webhook', config: { headers: ['authorization'] } });
    expect(secret.body).toMatchObject({ code: 'validation_failed' });
    expect((await api(`${path}/${hook.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await deliver(hook, '{}')).status).toBe(401);
  });

  it('tells the next times of a schedule, in its time zone', async () => {
    const config = { cron: '0 30 2 * * *', timezone: 'Europe/Berlin', input: { amount: 2 } };
    const made = await api(`/api/workflows/${workflow}/triggers`, { json: { kind: 'schedule', config } });
    expect(made.status, made.text).toBe(201);
    const {
      next_runs: runs,
      next_run_at: next,
      secret,
    } = z.looseObject({ next_runs: z.array(z.string()), next_run_at: z.string(), secret: z.null() }).parse(made.body);
    expect(secret).toBeNull();
    expect(runs).toHaveLength(5);
    expect(runs[0]).toBe(next);
    const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'medium' });
    for (const run of runs) expect(berlin.format(new Date(run))).toMatch(/^0[23]:[03]0:00$/);
    const { id } = withId.parse(made.body);
    const off = await api(`/api/workflows/${workflow}/triggers/${id}/disable`, { method: 'POST' });
    expect(off.body).toMatchObject({ enabled: false, next_run_at: null, next_runs: [] });
  });
});

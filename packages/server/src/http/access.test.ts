import { toEpochMicros } from '@flowprof/model';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Gate } from '../../testing/gate.ts';
import { DOUBLE, startTestServer, type Answer, type Call, type TestServer } from '../../testing/harness.ts';
import { connectAs } from '../../testing/owner.ts';
import { IdentityProvider } from '../../testing/identity-provider.ts';
import { systemClock } from '../services/system.ts';

const NOWHERE = '01890000-0000-7000-8000-00000000dead';
const withId = z.looseObject({ id: z.string() });
const withKey = z.looseObject({ id: z.string(), key: z.string(), ends_local_mode: z.boolean() });

/** The machine's clock, which a test can put forward. */
class MovedClock {
  #ahead = 0;
  readonly now = () => toEpochMicros(systemClock.now() + this.#ahead);
  forward(seconds: number): void {
    this.#ahead += seconds * 1_000_000;
  }
}

const bearer = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
const codeOf = ({ body }: Answer): unknown => z.object({ code: z.unknown() }).catch({ code: null }).parse(body).code;

/** An answer without what differs between any two. */
const strip = ({ status, text }: Answer) => [status, text.replace(/\/requests\/[\w-]+/, '')];
const seconds = (): number => Math.floor(clock.now() / 1_000_000);

let test: TestServer;
const clock = new MovedClock();
let shop: string;
/** One key for each role, in the workspace "shop". */
let keys: Readonly<Record<'viewer' | 'editor' | 'admin', { readonly id: string; readonly key: string }>>;

async function newKey(workspace: string, scopes: readonly string[], call: Call = {}) {
  const path = `/api/v1/workspaces/${workspace}/keys`;
  const answer = await test.call(path, { json: { name: scopes.join(), scopes }, ...call });
  expect(answer.status).toBe(201);
  return withKey.parse(answer.body);
}

const as = (role: keyof typeof keys, call: Call = {}): Call => ({
  ...call,
  headers: { ...bearer(keys[role].key), ...call.headers },
});

describe('API keys', () => {
  let foreign: { readonly workspace: string; readonly workflow: string };
  beforeAll(async () => {
    test = await startTestServer({ clock });
    shop = withId.parse((await test.call('/api/workspaces', { json: { slug: 'shop', name: 'Shop' } })).body).id;
    const other = withId.parse((await test.call('/api/workspaces', { json: { slug: 'other', name: 'Other' } })).body);
    const headers = { 'x-workspace-id': other.id };
    const made = await test.call('/api/workflows', { headers, json: { definition: DOUBLE } });
    foreign = { workspace: other.id, workflow: withId.parse(made.body).id };
    expect((await test.call('/api/me')).body).toMatchObject({ kind: 'local', local_mode: true });
    const admin = await newKey('shop', ['read', 'write', 'admin']);
    expect(admin.ends_local_mode).toBe(true);
    const headersOfAdmin = bearer(admin.key);
    const editor = await newKey('shop', ['write'], { headers: headersOfAdmin });
    const viewer = await newKey('shop', ['read'], { headers: headersOfAdmin });
    expect(viewer.ends_local_mode).toBe(false);
    keys = { admin, editor, viewer };
  });
  afterAll(() => test.close());

  it('end local mode: from the first on, a credential is asked for', async () => {
    const answer = await test.call('/api/workspaces');
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="flowprof"');
    expect((await test.call('/healthz')).status).toBe(200);
    expect((await test.call('/api/openapi.json')).status).toBe(200);
  });

  it('say who they are and see their workspace only', async () => {
    const { body } = await test.call('/api/me', as('editor'));
    expect(body).toEqual({
      kind: 'key',
      id: keys.editor.id,
      name: 'write',
      email: null,
      local_mode: false,
      expires_at: null,
      workspaces: [{ id: shop, slug: 'shop', name: 'Shop', role: 'editor', scopes: ['read', 'write'] }],
    });
    expect((await test.call('/api/workspaces', as('editor'))).body).toMatchObject({ total: 1, items: [{ id: shop }] });
    const own = await test.call('/api/workflows', as('editor'));
    expect([own.status, own.body]).toEqual([200, expect.objectContaining({ items: [] })]);
  });

  it.each([
    ['Basic dXNlcjpwYXNz'],
    ['Bearer'],
    ['Bearer fp_x_y'],
    [`Bearer fp_${'A'.repeat(43)}_${'A'.repeat(43)}`],
    ['Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.'],
  ])('are refused in the form %s', async (authorization) => {
    const answer = await test.call('/api/me', { headers: { authorization } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('are refused with another secret, with the id of another workspace, and in another spelling', async () => {
    const { key } = keys.viewer;
    const [last] = key.slice(-1);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last character of 32 bytes in base64url has two bits to spare.
    const twin = alphabet[alphabet.indexOf(last ?? 'A') ^ 1] ?? '';
    const otherSecret = `${key.slice(0, 60)}${key[60] === 'A' ? 'B' : 'A'}${key.slice(61)}`;
    const otherId = `fp_${keys.editor.key.slice(3, 46)}${key.slice(46)}`;
    const otherWorkspace = `fp_${Buffer.from((foreign.workspace + keys.viewer.id).replaceAll('-', ''), 'hex').toString(
      'base64url',
    )}${key.slice(46)}`;
    for (const bad of [otherSecret, otherId, otherWorkspace, key.slice(0, -1) + twin, key.toUpperCase()]) {
      expect((await test.call('/api/me', { headers: bearer(bad) })).status).toBe(401);
    }
    expect((await test.call('/api/me', { headers: bearer(key) })).status).toBe(200);
  });

  it.each([
    ['GET', '/api/workflows', undefined, [200, 200, 200]],
    ['POST', '/api/projects', { slug: 'viewer', name: 'P' }, [403, 201, 409]],
    ['GET', '/api/v1/workspaces/shop/members', undefined, [200, 200, 200]],
    ['GET', '/api/v1/workspaces/shop/keys', undefined, [403, 403, 200]],
    ['GET', '/api/v1/workspaces/shop/audit', undefined, [403, 403, 200]],
    ['PUT', '/api/v1/workspaces/shop', { name: 'Shop' }, [403, 403, 200]],
    ['POST', '/api/workspaces', { slug: 'new', name: 'New' }, [403, 403, 403]],
  ])('%s %s for viewer, editor and admin', async (method, path, json, statuses) => {
    const answers: Answer[] = [];
    for (const role of ['viewer', 'editor', 'admin'] as const) {
      answers.push(await test.call(path, as(role, { method, json })));
    }
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    for (const answer of answers.filter(({ status }) => status === 403)) expect(codeOf(answer)).toBe('missing_scope');
  });

  it('get 404 for another workspace exactly as for one that does not exist', async () => {
    const paths = (workspace: string): [string, Call][] => [
      [`/api/v1/workspaces/${workspace}`, as('admin')],
      [`/api/v1/workspaces/${workspace}/keys`, as('admin')],
      [`/api/v1/workspaces/${workspace}/keys`, as('viewer')],
      [`/api/v1/workspaces/${workspace}?confirm=${workspace}`, as('admin', { method: 'DELETE' })],
      ['/api/workflows', as('viewer', { headers: { 'x-workspace-id': workspace } })],
      ['/api/projects', as('viewer', { headers: { 'x-workspace-id': workspace }, json: { slug: 'p', name: 'P' } })],
    ];
    const missing = paths(NOWHERE);
    for (const [i, [path, call]] of paths(foreign.workspace).entries()) {
      const [other, otherCall] = missing[i] ?? ['/', {}];
      const answer = strip(await test.call(path, call));
      expect(answer).toEqual(strip(await test.call(other, otherCall)));
      expect(answer[0]).toBe(404);
    }
    expect((await test.call(`/api/workflows/${foreign.workflow}`, as('admin'))).status).toBe(404);
    expect((await test.call('/api/workflows', as('admin', { headers: { 'x-workspace-slug': 'other' } }))).status).toBe(
      404,
    );
  });

  it('are told once, listed without their secret, and refused at once when they are revoked', async () => {
    const made = await newKey('shop', ['read'], as('admin'));
    const list = await test.call('/api/v1/workspaces/shop/keys', as('admin'));
    expect(list.text).not.toContain(made.key.slice(47));
    expect(list.body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: made.id })]) });
    expect((await test.call('/api/me', { headers: bearer(made.key) })).status).toBe(200);
    const revoked = await test.call(`/api/v1/workspaces/shop/keys/${made.id}`, as('admin', { method: 'DELETE' }));
    expect(revoked.body).toMatchObject({ id: made.id, revoked_at: expect.any(String) });
    expect((await test.call('/api/me', { headers: bearer(made.key) })).status).toBe(401);
    const absent = await test.call(`/api/v1/workspaces/shop/keys/${NOWHERE}`, as('admin', { method: 'DELETE' }));
    expect(absent.status).toBe(404);
  });

  it('are refused at once when they are revoked while they are looked up', async () => {
    const { id, key } = await newKey('shop', ['read'], as('admin'));
    const { store } = test.server;
    const open = store.tenant.bind(store);
    const [read, goOn] = [new Gate(), new Gate()];
    const spy = vi.spyOn(store, 'tenant').mockImplementation((workspaceId) => {
      const tenant = open(workspaceId);
      const find = tenant.access.findKey.bind(tenant.access);
      vi.spyOn(tenant.access, 'findKey').mockImplementation(async (keyId) => {
        const found = await find(keyId);
        read.open();
        await goOn.opened;
        return found;
      });
      return tenant;
    });
    const early = test.call('/api/me', { headers: bearer(key) });
    await read.opened;
    spy.mockRestore();
    await test.call(`/api/v1/workspaces/shop/keys/${id}`, as('admin', { method: 'DELETE' }));
    goOn.open();
    expect((await early).status).toBe(200);
    expect((await test.call('/api/me', { headers: bearer(key) })).status).toBe(401);
  });

  it('are refused within seconds when another server revokes them', async () => {
    const made = await newKey('shop', ['read'], as('admin'));
    expect((await test.call('/api/me', { headers: bearer(made.key) })).status).toBe(200);
    await test.server.store.tenant(shop).access.revokeKey(made.id);
    clock.forward(4);
    expect((await test.call('/api/me', { headers: bearer(made.key) })).status).toBe(401);
  });

  it('count until they expire, and must expire in the future', async () => {
    const expiresAt = new Date(clock.now() / 1000 + 60_000).toISOString();
    const json = { name: 'short', expires_at: expiresAt };
    const made = withKey.parse((await test.call('/api/v1/workspaces/shop/keys', as('admin', { json }))).body);
    expect((await test.call('/api/me', { headers: bearer(made.key) })).body).toMatchObject({ expires_at: expiresAt });
    clock.forward(61);
    expect((await test.call('/api/me', { headers: bearer(made.key) })).status).toBe(401);
    const past = await test.call('/api/v1/workspaces/shop/keys', as('admin', { json }));
    expect([past.status, codeOf(past)]).toEqual([400, 'validation_failed']);
  });

  it('are told that their scope is missing whatever else is wrong with the request', async () => {
    const calls: readonly [string, Call][] = [
      ['/api/projects', { json: { slug: 1 } }],
      ['/api/workflows', { method: 'POST', raw: '{"definition":', headers: { 'content-type': 'application/json' } }],
      ['/api/workflows/x', { method: 'PUT', json: [] }],
      ['/api/workflows/x/execute', { method: 'POST', raw: 'x', headers: { 'content-type': 'text/plain' } }],
      ['/api/v1/workspaces/shop/keys', { json: {} }],
      ['/api/v1/workspaces/shop/keys?limit=x', {}],
      ['/api/v1/workspaces/shop/settings', { method: 'PUT', json: {} }],
      ['/api/v1/workspaces/shop', { method: 'DELETE' }],
    ];
    for (const [path, call] of calls) {
      const answer = await test.call(path, as('viewer', call));
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'missing_scope']);
    }
    const elsewhere = await test.call('/api/v1/workspaces/other/keys', as('viewer', { json: {} }));
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([404, 'not_found']);
  });

  it('have what they call by tRPC written down with what became of it', async () => {
    const path = '/trpc/execution.syncExecutionFromTemporal';
    const json = { executionId: '01890000-0000-7000-8000-00000000dead' };
    const newest = async (): Promise<unknown> => {
      const log = await test.call('/api/v1/workspaces/shop/audit?limit=1', as('admin'));
      return z.looseObject({ items: z.array(z.unknown()) }).parse(log.body).items[0];
    };
    expect((await test.call(path, as('viewer', { json }))).status).toBe(403);
    const refused = await newest();
    expect(refused).toMatchObject({ route: '/trpc/*', status: 403 });
    expect((await test.call(path, as('editor', { json }))).status).toBe(404);
    expect(await newest()).toEqual(refused);
  });

  it('write what they change and what they are refused into the audit log, and nothing they read', async () => {
    const before = z.looseObject({ items: z.array(z.unknown()) });
    const log = async (query = '') => (await test.call(`/api/v1/workspaces/shop/audit${query}`, as('admin'))).body;
    const newest = z.looseObject({ items: z.array(withId).min(1) }).parse(await log()).items[0]?.id;
    await test.call('/api/projects', as('viewer', { json: { slug: 'no', name: 'No' } }));
    await test.call('/api/projects', as('editor', { json: { slug: 'audited', name: 'secret-of-body' } }));
    await test.call('/api/projects', as('editor', { json: { slug: 1 } }));
    await test.call('/api/projects', as('viewer'));
    await test.call(`/api/v1/workspaces/shop/keys/${keys.viewer.id}`, as('editor', { method: 'DELETE' }));
    const { items } = before.parse(await log());
    const found = items.slice(0, 3);
    expect(items[3]).toMatchObject({ id: newest });
    expect(found).toMatchObject([
      { action: 'revokeKey', status: 403, resources: { workspace: 'shop', key: keys.viewer.id } },
      { action: 'createProject', status: 201, actor: { kind: 'key', id: keys.editor.id, name: 'write' } },
      { action: 'createProject', status: 403, actor: { id: keys.viewer.id }, route: '/api/projects', method: 'POST' },
    ]);
    expect(JSON.stringify(items)).not.toContain('secret-of-body');
    const paged = z.looseObject({ items: z.array(withId), next_cursor: z.string() });
    const first = paged.parse(await log('?limit=2'));
    const second = paged.parse(await log(`?limit=2&cursor=${first.next_cursor}`));
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
      items.slice(0, 4).map((item) => withId.parse(item).id),
    );
    expect(await log(`?actor=${keys.viewer.id}&limit=1`)).toMatchObject({ items: [{ status: 403 }] });
    expect(await log('?from=2100-01-01T00:00:00Z')).toMatchObject({ items: [], next_cursor: null });
    expect((await test.call('/api/v1/workspaces/shop/audit?cursor=x', as('admin'))).status).toBe(400);
  });

  it('change nothing that is not written down: without its entry no change is answered as made', async () => {
    const owner = await connectAs('owner', test.dataDir);
    try {
      await owner.query('REVOKE INSERT ON audit_log FROM flowprof_app');
      const json = { slug: 'unwritten', name: 'Unwritten' };
      expect((await test.call('/api/projects', as('editor', { json }))).status).toBe(500);
      expect((await test.call('/api/projects', as('viewer', { json }))).status).toBe(403);
      expect((await test.call('/api/projects', as('viewer'))).status).toBe(200);
    } finally {
      await owner.query('GRANT INSERT ON audit_log TO flowprof_app');
      await owner.end();
    }
  });

  it('delete a workspace only when it is named once more', async () => {
    const unsure = await test.call('/api/v1/workspaces/shop', as('admin', { method: 'DELETE' }));
    expect([unsure.status, codeOf(unsure)]).toEqual([400, 'confirmation_required']);
    const wrong = await test.call('/api/v1/workspaces/shop?confirm=other', as('admin', { method: 'DELETE' }));
    expect(wrong.status).toBe(400);
    const gone = await test.call('/api/v1/workspaces/shop?confirm=shop', as('admin', { method: 'DELETE' }));
    expect(gone.status).toBe(204);
    expect(await test.server.store.findWorkspace('shop')).toBeNull();
    expect(await test.server.store.findWorkspace('other')).not.toBeNull();
  });
});

describe('tokens of an identity provider', () => {
  let provider: IdentityProvider;
  beforeEach(async () => {
    provider = await IdentityProvider.start();
    test = await startTestServer({ clock, access: { oidc: { issuer: provider.issuer, audience: 'flowprof' } } });
  });
  afterEach(async () => {
    await test.close();
    await provider.close();
  });
  const callAs = async (subject: string, path: string, call: Call = {}) =>
    test.call(path, { ...call, headers: { ...bearer(await provider.token(seconds(), { subject })), ...call.headers } });

  it('stand for members with a role in each of their workspaces', async () => {
    expect((await test.call('/api/me')).status).toBe(401);
    const made = await callAs('ann', '/api/workspaces', { json: { slug: 'ann', name: 'Of Ann' } });
    expect(made.status).toBe(201);
    await callAs('bob', '/api/workspaces', { json: { slug: 'bob', name: 'Of Bob' } });
    const me = await callAs('ann', '/api/me');
    expect(me.body).toMatchObject({ kind: 'user', name: 'ann', workspaces: [{ slug: 'ann', role: 'admin' }] });
    expect((await callAs('ann', '/api/v1/workspaces/bob')).status).toBe(404);
    const json = { subject: 'ann', role: 'viewer', email: 'ann@example.org' };
    const added = await callAs('bob', '/api/v1/workspaces/bob/members', { json });
    expect([added.status, added.body]).toEqual([201, expect.objectContaining({ issuer: provider.issuer, ...json })]);
    expect((await callAs('ann', '/api/v1/workspaces/bob')).status).toBe(200);
    const refused = await callAs('ann', '/api/projects', {
      headers: { 'x-workspace-slug': 'bob' },
      json: { slug: 'p', name: 'P' },
    });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'missing_scope']);
    expect(codeOf(await callAs('ann', '/api/workflows'))).toBe('workspace_required');
    const member = `/api/v1/workspaces/bob/members/${withId.parse(added.body).id}`;
    expect((await callAs('bob', member, { method: 'PUT', json: { role: 'admin' } })).status).toBe(200);
    const { items } = z
      .looseObject({ items: z.array(z.looseObject({ id: z.string(), subject: z.string() })) })
      .parse((await callAs('ann', '/api/v1/workspaces/bob/members')).body);
    const bob = items.find(({ subject }) => subject === 'bob')?.id;
    expect((await callAs('ann', `/api/v1/workspaces/bob/members/${bob}`, { method: 'DELETE' })).status).toBe(204);
    expect((await callAs('bob', '/api/v1/workspaces/bob')).status).toBe(404);
    const last = await callAs('ann', member, { method: 'DELETE' });
    expect([last.status, codeOf(last)]).toEqual([409, 'last_admin']);
  });

  it('count only when they are whole, of the provider, for this server, and in their time', async () => {
    const now = seconds();
    const status = async (parts: Parameters<IdentityProvider['token']>[1]) =>
      (await test.call('/api/me', { headers: bearer(await provider.token(now, parts)) })).status;
    for (const algorithm of ['RS256', 'ES256', 'EdDSA']) expect(await status({ algorithm })).toBe(200);
    const bad: Parameters<IdentityProvider['token']>[1][] = [
      { isForged: true },
      { algorithm: 'HS256' },
      { audience: 'another' },
      { issuer: 'https://evil.example.org' },
      { expires: now - 30 },
      { expires: null },
      { notBefore: now + 60 },
      { subject: '' },
    ];
    for (const parts of bad) expect(await status(parts), JSON.stringify(parts)).toBe(401);
    expect(await status({ expires: now - 2 })).toBe(200);
    const none = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4iLCJleHAiOjk5OTk5OTk5OTl9.';
    expect((await test.call('/api/me', { headers: bearer(none) })).status).toBe(401);
    // Its description and its keys, once each, however many tokens came.
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each([{ issuer: 'https://evil.example.org' }, { jwks_uri: 'http://192.0.2.1/keys' }])(
    'cannot be checked where the provider says %j of itself',
    async (lies) => {
      provider.lies = lies;
      const answer = await callAs('ann', '/api/me');
      expect([answer.status, codeOf(answer)]).toEqual([503, 'identity_unavailable']);
    },
  );

  it('cannot be checked while the provider is away, and API keys still count', async () => {
    const workspace = await test.server.store.createWorkspace({ slug: 'w', name: 'W' });
    const { access } = test.server;
    const { text } = await access.createKey({ kind: 'local' }, test.server.store.tenant(workspace.id), {
      name: 'k',
      role: 'viewer',
      expiresAt: null,
    });
    const token = await provider.token(seconds());
    await provider.close();
    const answer = await test.call('/api/me', { headers: bearer(token) });
    expect([answer.status, codeOf(answer)]).toEqual([503, 'identity_unavailable']);
    expect((await test.call('/api/me', { headers: bearer(text) })).status).toBe(200);
    provider = await IdentityProvider.start();
  });
});

describe('limits', () => {
  it('answer 429 with how much, how little is left and when, to the caller and the workspace', async () => {
    test = await startTestServer({ access: { rateLimits: { workspace: 5, caller: 3, failures: 2 } } });
    try {
      const workspace = await test.server.store.createWorkspace({ slug: 'w', name: 'W' });
      const tenant = test.server.store.tenant(workspace.id);
      const make = async (name: string) =>
        (await test.server.access.createKey({ kind: 'local' }, tenant, { name, role: 'viewer', expiresAt: null })).text;
      const [one, two] = [await make('one'), await make('two')];
      const ask = (key: string) => test.call('/api/projects', { headers: bearer(key) });
      const first = await ask(one);
      expect([first.status, first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([
        200,
        '3',
        '2',
      ]);
      await ask(one);
      await ask(one);
      const fourth = await ask(one);
      expect([fourth.status, codeOf(fourth)]).toEqual([429, 'rate_limited']);
      expect(fourth.body).toMatchObject({ limit: 3, remaining: 0, reset: expect.any(Number) });
      expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
      expect([(await ask(two)).status, (await ask(two)).status]).toEqual([200, 200]);
      const ofWorkspace = await ask(two);
      expect([ofWorkspace.status, ofWorkspace.body]).toEqual([429, expect.objectContaining({ limit: 5 })]);
      const guess = () => test.call('/api/me', { headers: bearer('nonsense') });
      expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 429]);
      expect((await test.call('/metrics', { headers: bearer('nonsense') })).status).toBe(429);
      // Whoever is known is let in from the same address.
      expect((await test.call('/api/me', { headers: bearer(two) })).status).not.toBe(401);
    } finally {
      await test.close();
    }
  });

  it('are off in local mode', async () => {
    test = await startTestServer();
    try {
      expect((await test.call('/api/projects')).body).toMatchObject({
        code: 'workspace_required',
        detail: 'There is no workspace yet; POST /api/workspaces makes one.',
      });
      await test.server.store.createWorkspace({ slug: 'w', name: 'W' });
      const answer = await test.call('/api/projects');
      expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([200, null]);
    } finally {
      await test.close();
    }
  });
});

describe('where others could come in', () => {
  it('a server does not start without a way to tell them apart, and does with one', async () => {
    // The first key that it advises can make others.
    const message = expect.stringContaining('--scopes admin');
    await expect(startTestServer({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'not_loopback', message });
    const local = await startTestServer();
    const { dataDir } = local;
    const workspace = await local.server.store.createWorkspace({ slug: 'w', name: 'W' });
    await local.server.close();
    const publicUrls = ['https://flow.example.org'];
    await expect(startTestServer({ dataDir, access: { publicUrls } })).rejects.toMatchObject({ code: 'not_loopback' });
    const again = await startTestServer({ dataDir });
    const tenant = again.server.store.tenant(workspace.id);
    const key = { name: 'k', role: 'admin', expiresAt: null } as const;
    const { text } = await again.server.access.createKey({ kind: 'local' }, tenant, key);
    await again.server.close();
    const open = await startTestServer({ dataDir, host: '0.0.0.0', access: { publicUrls } });
    try {
      const url = open.server.url.replace('0.0.0.0', '127.0.0.1');
      expect((await fetch(`${url}/api/me`)).status).toBe(401);
      expect((await fetch(`${url}/api/me`, { headers: bearer(text) })).status).toBe(200);
    } finally {
      await open.close();
      await local.close();
    }
  });
});

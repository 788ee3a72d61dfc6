import { createHash, randomUUID } from 'node:crypto';
import { toEpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditRecord, Identity, TenantAccess, TenantStore } from '../api.ts';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { twoSteps } from '../testing/traces.ts';

const PAGE = { skip: 0, limit: 100 };
const ISSUER = 'https://id.example.org';

async function codeOfRejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

const hashOf = (secret: string): Uint8Array => createHash('sha256').update(secret).digest();
const someone = (): Identity => ({ issuer: ISSUER, subject: randomUUID() });
const asMember = (identity: Identity) => ({ ...identity, email: null, name: null });

const newKey = (tenant: TenantStore, name = 'k') =>
  tenant.access.createKey({ name, role: 'editor', secretHash: hashOf(name), createdBy: 'test', expiresAt: null });

function record(status: number, actorId: string | null = null): AuditRecord {
  return {
    actor: { kind: actorId === null ? 'local' : 'key', id: actorId, name: null },
    method: 'POST',
    route: '/api/things/:id',
    action: 'Make a thing',
    resources: { id: 'x\u0000y' },
    status,
    requestId: randomUUID(),
  };
}

/** How many executions, workflows, keys, members and audit entries there are. */
async function leftIn(tenant: TenantStore): Promise<readonly number[]> {
  return [
    (await tenant.listExecutions(PAGE)).total,
    (await tenant.listWorkflows(PAGE)).total,
    (await tenant.access.listKeys(PAGE)).total,
    (await tenant.access.listMembers(PAGE)).total,
    (await tenant.access.listAudit({ limit: 10 })).length,
  ];
}

describe.each(await backendCases())('access on $name', ({ start }) => {
  let running: RunningBackend;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  let slugs = 0;
  async function newTenant(founder: Identity | null = null): Promise<TenantStore> {
    const workspace = { slug: `w-${++slugs}`, name: 'W' };
    const { id } = await running.store.createWorkspace(workspace, founder && asMember(founder));
    return running.store.tenant(id);
  }

  it('shows someone their workspaces with their roles, and nobody else those', async () => {
    const [ann, bob] = [someone(), someone()];
    const [first, second] = [await newTenant(ann), await newTenant(bob)];
    await second.access.addMember({ ...ann, email: 'ann@example.org', name: 'Ann', role: 'viewer' });
    const ofAnn = await running.store.membershipsOf(ann);
    expect(ofAnn.map(({ workspace, role }) => [workspace.id, role])).toEqual([
      [first.workspaceId, 'admin'],
      [second.workspaceId, 'viewer'],
    ]);
    expect(await running.store.membershipsOf(bob)).toHaveLength(1);
    expect(await running.store.membershipsOf({ ...ann, issuer: 'https://other.example.org' })).toEqual([]);
    const { items } = await second.access.listMembers(PAGE);
    expect(items.map(({ subject, email, name }) => [subject, email, name])).toEqual([
      [bob.subject, null, null],
      [ann.subject, 'ann@example.org', 'Ann'],
    ]);
  });

  it('makes neither the workspace nor its founder when the slug is taken', async () => {
    const ann = someone();
    await running.store.createWorkspace({ slug: 'taken', name: 'T' });
    const again = running.store.createWorkspace({ slug: 'taken', name: 'T' }, asMember(ann));
    expect(await codeOfRejection(again)).toBe('conflict');
    expect(await running.store.membershipsOf(ann)).toEqual([]);
  });

  it('keeps the last admin, also of two who remove each other at once', async () => {
    const [ann, bob] = [someone(), someone()];
    const { access } = await newTenant(ann);
    const [only] = (await access.listMembers(PAGE)).items;
    expect(await codeOfRejection(access.deleteMember(only?.id ?? ''))).toBe('last_admin');
    expect(await codeOfRejection(access.setMemberRole(only?.id ?? '', 'editor'))).toBe('last_admin');
    const second = await access.addMember({ ...asMember(bob), role: 'admin' });
    expect(await codeOfRejection(access.addMember({ ...asMember(bob), role: 'viewer' }))).toBe('conflict');
    const codes = await Promise.all([
      codeOfRejection(access.deleteMember(only?.id ?? '')),
      codeOfRejection(access.setMemberRole(second.id, 'viewer')),
    ]);
    expect(codes.sort()).toEqual(['last_admin', 'none']);
    const { items } = await access.listMembers(PAGE);
    expect(items.filter(({ role }) => role === 'admin')).toHaveLength(1);
    expect(await access.deleteMember(randomUUID())).toBe(false);
    expect(await access.setMemberRole('no uuid', 'viewer')).toBeNull();
  });

  it('keeps keys, notes their use at most once a minute and their revocation once', async () => {
    const tenant = await newTenant();
    const { id } = await newKey(tenant, 'ci');
    const found = await tenant.access.findKey(id);
    expect(found?.workspace.id).toBe(tenant.workspaceId);
    expect(Buffer.from(found?.secretHash ?? [])).toEqual(hashOf('ci'));
    expect(found?.key).toMatchObject({ name: 'ci', role: 'editor', lastUsedAt: null, revokedAt: null });
    await tenant.access.touchKey(id);
    const first = (await tenant.access.findKey(id))?.key.lastUsedAt;
    await tenant.access.touchKey(id);
    expect((await tenant.access.findKey(id))?.key.lastUsedAt).toBe(first);
    expect(first).not.toBeNull();
    const revoked = await tenant.access.revokeKey(id);
    expect((await tenant.access.revokeKey(id))?.revokedAt).toBe(revoked?.revokedAt);
    expect(await tenant.access.findKey('no uuid')).toBeNull();
  });

  it('knows whether there is any key that was not revoked, in any workspace', async () => {
    for (const { id } of await running.store.listWorkspaces()) {
      const { access } = running.store.tenant(id);
      for (const key of (await access.listKeys(PAGE)).items) await access.revokeKey(key.id);
    }
    expect(await running.store.hasKeys()).toBe(false);
    const tenant = await newTenant();
    const { id } = await newKey(tenant);
    expect(await running.store.hasKeys()).toBe(true);
    await tenant.access.revokeKey(id);
    expect(await running.store.hasKeys()).toBe(false);
  });

  it('gives the audit log newest first, page after page, by actor and time', async () => {
    const { access } = await newTenant();
    const key = randomUUID();
    for (let i = 0; i < 5; i++) await access.recordAudit(record(200 + i, i % 2 === 0 ? key : null));
    const all = await access.listAudit({ limit: 100 });
    expect(all.map(({ status }) => status)).toEqual([204, 203, 202, 201, 200]);
    expect(all[0]).toMatchObject({ actor: { kind: 'key', id: key, name: null }, resources: { id: 'x\ufffdy' } });
    const statuses = async (filter: object) =>
      (await access.listAudit({ limit: 2, ...filter })).map(({ status }) => status);
    const [, second, third, fourth] = all;
    if (!second || !third || !fourth) throw new Error('entries are missing');
    expect(await statuses({ after: second })).toEqual([202, 201]);
    expect(await statuses({ actorId: key })).toEqual([204, 202]);
    expect(await statuses({ actorKind: 'local' })).toEqual([203, 201]);
    expect(await statuses({ from: fourth.at, to: second.at })).toEqual([202, 201]);
  });

  it('answers ids of another workspace exactly like missing ones, on every method', async () => {
    const [owner, stranger] = [await newTenant(someone()), await newTenant(someone())];
    const key = (await newKey(owner)).id;
    const { id: member } = await owner.access.addMember({ ...asMember(someone()), role: 'viewer' });
    await owner.access.recordAudit(record(200, key));
    const calls: { [M in keyof TenantAccess]: ((ids: Record<'key' | 'member', string>) => Promise<unknown>) | null } = {
      listMembers: async () => (await stranger.access.listMembers(PAGE)).items,
      getMember: (ids) => stranger.access.getMember(ids.member),
      addMember: null,
      setMemberRole: (ids) => stranger.access.setMemberRole(ids.member, 'admin'),
      deleteMember: (ids) => stranger.access.deleteMember(ids.member),
      createKey: null,
      listKeys: async () => (await stranger.access.listKeys(PAGE)).items,
      findKey: (ids) => stranger.access.findKey(ids.key),
      revokeKey: (ids) => stranger.access.revokeKey(ids.key),
      touchKey: (ids) => stranger.access.touchKey(ids.key),
      recordAudit: null,
      listAudit: (ids) => stranger.access.listAudit({ limit: 10, actorId: ids.key }),
    };
    for (const call of Object.values(calls)) {
      if (call === null) continue;
      expect(await call({ key, member })).toEqual(await call({ key: randomUUID(), member: randomUUID() }));
    }
    expect((await owner.access.findKey(key))?.key).toMatchObject({ revokedAt: null, lastUsedAt: null });
    expect(await owner.access.getMember(member)).toMatchObject({ role: 'viewer' });
  });

  it('changes and deletes a workspace with all that is in it, and nothing else', async () => {
    const [going, staying] = [await newTenant(someone()), await newTenant(someone())];
    for (const tenant of [going, staying]) {
      const workflow = await tenant.createWorkflow({ name: 'w', description: null, definition: { nodes: [] } });
      for (let i = 0; i < 60; i++) {
        const id = randomUUID();
        await tenant.createExecution({ id, workflowId: workflow.id, input: {}, trigger: 'manual' });
        if (i === 0) await tenant.recordEvents(id, twoSteps(id));
      }
      await newKey(tenant);
      await tenant.access.recordAudit(record(200));
    }
    const { store } = running;
    expect(await store.updateWorkspace(going.workspaceId, { name: 'Going' })).toMatchObject({ name: 'Going' });
    expect(await codeOfRejection(store.updateWorkspace(going.workspaceId, { slug: 'taken' }))).toBe('conflict');
    expect(await store.deleteWorkspace(going.workspaceId)).toBe(true);
    expect(await store.deleteWorkspace(going.workspaceId)).toBe(false);
    expect(await store.updateWorkspace(going.workspaceId, { name: 'Gone' })).toBeNull();
    expect(await store.findWorkspace(going.workspaceId)).toBeNull();
    expect(await leftIn(going)).toEqual([0, 0, 0, 0, 0]);
    expect(await leftIn(staying)).toEqual([60, 1, 1, 1, 1]);
    expect(await codeOfRejection(newKey(going))).toBe('not_found');
    expect(await codeOfRejection(going.access.recordAudit(record(200)))).toBe('not_found');
  });

  it('orders entries of one moment by their ids, so that none is missed at the edge of a page', async () => {
    const workspace = await running.store.createWorkspace({ slug: 'still', name: 'Still' });
    const fixed = { now: () => toEpochMicros(1_700_000_000_000_000) };
    if (running.options.databaseUrl === undefined) return;
    const store = await openStore({ ...running.options, clock: fixed });
    try {
      const { access } = store.tenant(workspace.id);
      for (let i = 0; i < 5; i++) await access.recordAudit(record(200 + i));
      const seen = new Set<string>();
      let page = await access.listAudit({ limit: 2 });
      while (page.length > 0) {
        for (const entry of page) seen.add(entry.id);
        const last = page.at(-1);
        page = last ? await access.listAudit({ limit: 2, after: last }) : [];
      }
      expect(seen.size).toBe(5);
    } finally {
      await store.close();
    }
  });
});

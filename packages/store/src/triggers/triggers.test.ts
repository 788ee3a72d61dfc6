import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { toEpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewTrigger, TenantStore, TenantTriggers } from '../api.ts';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { openSecrets, sealSecrets } from './seal-secrets.ts';

const PAGE = { skip: 0, limit: 100 };
const at = (seconds: number) => toEpochMicros(1_700_000_000_000_000 + seconds * 1_000_000);
const run = (seconds: number) => ({ at: at(seconds), dueAt: at(seconds) });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

function schedule(workflowId: string, more: Partial<NewTrigger> = {}): NewTrigger {
  const shared = { kind: 'schedule', name: 's', enabled: true, config: { cron: '* * * * *' }, secrets: [] } as const;
  return { ...shared, id: randomUUID(), workflowId, next: run(60), ...more };
}

describe('the seal of secrets', () => {
  const key = new Uint8Array(32).fill(1);
  const [workspace, trigger] = [randomUUID(), randomUUID()];
  const secrets = [{ secret: 'whsec_canary', expiresAt: null }];

  it('opens for the trigger that it was made for, with the key of the installation', () => {
    const sealed = sealSecrets(key, workspace, trigger, secrets);
    expect(sealed.toString('latin1')).not.toContain('canary');
    expect(openSecrets(key, workspace, trigger, sealed)).toEqual(secrets);
    const others = [
      () => openSecrets(new Uint8Array(32), workspace, trigger, sealed),
      () => openSecrets(key, randomUUID(), trigger, sealed),
      () => openSecrets(key, workspace, randomUUID(), sealed),
      () => openSecrets(key, workspace, trigger, sealed.subarray(0, 20)),
      () => openSecrets(key, workspace, trigger, Buffer.from(sealed).fill(0, 40, 41)),
    ];
    for (const open of others) expect(open).toThrow(StoreError);
  });
});

describe.each(await backendCases())('triggers on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  let workflowId: string;
  beforeAll(async () => {
    running = await start();
    tenant = running.store.tenant((await running.store.createWorkspace({ slug: 'w', name: 'W' })).id);
    workflowId = (await tenant.createWorkflow({ name: 'w', description: null, definition: {} })).id;
  });
  afterAll(() => running.stop());

  it('are made, listed, changed and deleted, and go with their workflow', async () => {
    const { triggers } = tenant;
    const made = await triggers.create(schedule(workflowId));
    expect(made).toMatchObject({ kind: 'schedule', nextRunAt: at(60), lastRunAt: null, lastError: null });
    expect(await triggers.get(made.id)).toEqual(made);
    expect(await triggers.list(workflowId, PAGE)).toMatchObject({ total: 1, items: [made] });
    await triggers.note(made.id, { error: 'it failed' });
    expect(await triggers.get(made.id)).toMatchObject({ lastError: 'it failed', lastRunAt: null });
    await triggers.note(made.id, { runAt: at(1) });
    expect(await triggers.get(made.id)).toMatchObject({ lastError: 'it failed', lastRunAt: at(1) });
    const changed = await triggers.update(made.id, { name: 't', enabled: false, next: null });
    expect(changed).toMatchObject({ name: 't', enabled: false, nextRunAt: null, lastError: null, config: made.config });
    expect(await triggers.delete(made.id)).toBe(true);
    expect(await triggers.delete(made.id)).toBe(false);
    expect(await codeOf(triggers.create(schedule(randomUUID())))).toBe('not_found');
    const other = await tenant.createWorkflow({ name: 'other', description: null, definition: {} });
    const gone = await triggers.create(schedule(other.id));
    await tenant.deleteWorkflow(other.id);
    expect(await triggers.get(gone.id)).toBeNull();
  });

  it('keep secrets that can be had again, and are in no dump of the table', async () => {
    const { triggers } = tenant;
    const secrets = [{ secret: 'whsec_canary1', expiresAt: null }];
    const { id } = await triggers.create(schedule(workflowId, { kind: 'webhook', next: null, secrets }));
    expect((await triggers.withSecrets(id))?.secrets).toEqual(secrets);
    const rotated = [
      { secret: 'whsec_canary2', expiresAt: null },
      { secret: 'whsec_canary1', expiresAt: at(5) },
    ];
    expect(await triggers.setSecrets(id, rotated)).toBe(true);
    expect((await triggers.withSecrets(id))?.secrets).toEqual(rotated);
    expect(JSON.stringify(await triggers.get(id))).not.toContain('canary');
    expect(await triggers.setSecrets(randomUUID(), rotated)).toBe(false);
    expect(await triggers.withSecrets(randomUUID())).toBeNull();
  });

  it('let one server start what a schedule is for, in the transaction that moves it on', async () => {
    const { triggers } = tenant;
    const { id } = await triggers.create(schedule(workflowId));
    const claim = { triggerId: id, expected: at(60), next: run(120), lastRunAt: at(60) };
    const wanted = () => ({
      id: randomUUID(),
      workflowId,
      input: {},
      trigger: 'schedule',
      triggerDetails: { trigger_id: id },
      onlyNew: true,
      claim,
    });
    expect(await triggers.isRunning(id)).toBe(false);
    const failed = tenant.createExecution({ ...wanted(), workflowVersion: 99 });
    expect(await codeOf(failed)).toBe('not_found');
    expect(await triggers.get(id)).toMatchObject({ nextRunAt: at(60) });
    const codes = await Promise.all([1, 2, 3, 4].map(() => codeOf(tenant.createExecution(wanted()))));
    expect(codes.sort()).toEqual(['claim_lost', 'claim_lost', 'claim_lost', 'none']);
    expect(await triggers.get(id)).toMatchObject({ nextRunAt: at(120), lastRunAt: at(60) });
    expect(await tenant.listExecutions({ ...PAGE, triggerId: id })).toMatchObject({ total: 1 });
    expect(await triggers.isRunning(id)).toBe(true);
    expect(await triggers.passOver(claim)).toBe(false);
    const last = { triggerId: id, expected: at(120), next: null, lastRunAt: at(120) };
    await triggers.update(id, { enabled: false });
    expect(await triggers.passOver(last)).toBe(false);
    await triggers.update(id, { enabled: true });
    expect(await triggers.passOver(last)).toBe(true);
    expect(await triggers.get(id)).toMatchObject({ nextRunAt: null, dueAt: null });
  });

  it('are found by the owner while they have a next time, and another workspace sees none', async () => {
    const { triggers } = tenant;
    const { id } = await triggers.create(schedule(workflowId, { next: { at: at(10), dueAt: at(15) } }));
    const { id: idle } = await triggers.create(schedule(workflowId, { next: null }));
    const waiting = await running.store.waitingSchedules(100);
    expect(waiting).toContainEqual({ workspaceId: tenant.workspaceId, id, dueAt: at(15) });
    expect(waiting.map((one) => one.id)).not.toContain(idle);
    const other = running.store.tenant(randomUUID());
    const stranger: TenantTriggers = other.triggers;
    const claim = { triggerId: id, expected: at(10), next: null, lastRunAt: at(10) };
    const before = await triggers.get(id);
    expect([
      await stranger.get(id),
      await stranger.update(id, { name: 'x' }),
      await stranger.withSecrets(id),
      await stranger.delete(id),
      await stranger.setSecrets(id, []),
      await stranger.isRunning(id),
      await stranger.passOver(claim),
      (await stranger.list(workflowId, PAGE)).total,
      await codeOf(stranger.create(schedule(workflowId))),
    ]).toEqual([null, null, null, false, false, false, false, 0, 'not_found']);
    await stranger.note(id, { error: 'x' });
    expect(await triggers.get(id)).toEqual(before);
  });
});

describe('secrets of several servers on one database', () => {
  it('are opened by those with the same key only', async () => {
    const server = (await backendCases()).find((one) => one.name === 'server');
    if (!server) throw new Error('no server');
    const running = await server.start();
    const workspace = (await running.store.createWorkspace({ slug: 'w', name: 'W' })).id;
    const tenant = running.store.tenant(workspace);
    const { id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} });
    const secrets = [{ secret: 'whsec_canary', expiresAt: null }];
    const { id } = await tenant.triggers.create(schedule(workflowId, { kind: 'webhook', next: null, secrets }));
    const stranger = await openStore({ ...running.options, journalKey: new Uint8Array(32).fill(8) });
    expect(await codeOf(stranger.tenant(workspace).triggers.withSecrets(id))).toBe('secret_unreadable');
    await stranger.close();
    const client = new Client({ connectionString: running.options.databaseUrl });
    await client.connect();
    const visible = await client.query('SELECT 1 FROM workflow_triggers');
    expect(visible.rowCount).toBe(0);
    await client.end();
    await running.stop();
  });
});

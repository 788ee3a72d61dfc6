import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantStore } from './api.ts';
import { StoreError } from './errors.ts';
import { openStore } from './store.ts';
import { backendCases, type RunningBackend } from './testing/backends.ts';

const PAGE = { skip: 0, limit: 100 };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

describe.each(await backendCases())('workflows on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  beforeAll(async () => {
    running = await start();
    tenant = running.store.tenant((await running.store.createWorkspace({ slug: 'w', name: 'W' })).id);
  });
  afterAll(() => running.stop());

  const newWorkflow = () => tenant.createWorkflow({ name: 'w', description: null, definition: { n: 1 }, by: 'ann' });

  it('keep who made which version', async () => {
    const { id, enabled } = await newWorkflow();
    expect(enabled).toBe(true);
    await tenant.updateWorkflow(id, { definition: { n: 2 }, by: 'bob', expectedVersion: 1 });
    await tenant.updateWorkflow(id, { definition: { n: 3 } });
    const page = await tenant.listVersions(id, { skip: 0, limit: 2 });
    expect(page).toMatchObject({
      total: 3,
      items: [
        { version: 3, createdBy: null },
        { version: 2, createdBy: 'bob' },
      ],
    });
    expect(await tenant.getVersion(id, 1)).toMatchObject({ workflowId: id, version: 1, createdBy: 'ann' });
    expect(await tenant.getVersion(id, 4)).toBeNull();
    expect(await codeOf(tenant.updateWorkflow(id, { name: 'x', expectedVersion: 2 }))).toBe('version_conflict');
    expect(await tenant.getWorkflow(id)).toMatchObject({ name: 'w', version: 3 });
  });

  it('move to another project with their executions, and not to one that is not there', async () => {
    const { id } = await newWorkflow();
    const execution = randomUUID();
    await tenant.createExecution({ id: execution, workflowId: id, input: {}, trigger: 'manual' });
    const project = await tenant.createProject({ slug: 'other', name: 'Other' });
    expect(await tenant.updateWorkflow(id, { projectId: project.id })).toMatchObject({ projectId: project.id });
    expect(await tenant.getExecution(execution)).toMatchObject({ projectId: project.id });
    expect(await codeOf(tenant.updateWorkflow(id, { projectId: randomUUID() }))).toBe('not_found');
    expect(await codeOf(tenant.deleteProject(project.id, false))).toBe('not_empty');
    expect(await tenant.deleteProject(project.id, true)).toBe(true);
    expect([await tenant.getWorkflow(id), await tenant.getExecution(execution)]).toEqual([null, null]);
    expect(await tenant.deleteProject(project.id, true)).toBe(false);
  });

  it('have executions of the version that was asked for, which tell what started them', async () => {
    const { id: workflowId } = await newWorkflow();
    await tenant.updateWorkflow(workflowId, { definition: { n: 2 } });
    const triggerId = randomUUID();
    const wanted = { id: randomUUID(), workflowId, input: {}, trigger: 'webhook', onlyNew: true };
    const triggerDetails = { trigger_id: triggerId, delivery_id: 'd' };
    const made = await tenant.createExecution({ ...wanted, triggerDetails, workflowVersion: 1 });
    expect(made).toMatchObject({ workflowVersion: 1, trigger: 'webhook', triggerDetails });
    await tenant.createExecution({ ...wanted, id: randomUUID() });
    expect(await tenant.listExecutions({ ...PAGE, triggerId })).toMatchObject({ total: 1, items: [{ id: wanted.id }] });
    expect(await codeOf(tenant.createExecution(wanted))).toBe('conflict');
    expect(await codeOf(tenant.createExecution({ ...wanted, id: randomUUID(), workflowVersion: 3 }))).toBe('not_found');
    expect(await tenant.listExecutions({ ...PAGE, workflowId })).toMatchObject({ total: 2 });
    expect(await tenant.isPendingHere(wanted.id)).toBe(true);
    expect(await tenant.isPendingHere(randomUUID())).toBe(false);
  });
});

describe('workflows of several servers on one database', () => {
  it('number their executions without gap or double, however many start at once', { timeout: 60_000 }, async () => {
    const server = (await backendCases()).find((one) => one.name === 'server');
    if (!server) throw new Error('no server');
    const running = await server.start();
    const second = await openStore(running.options);
    const workspace = (await running.store.createWorkspace({ slug: 'w', name: 'W' })).id;
    const tenants = [running.store.tenant(workspace), second.tenant(workspace)];
    const [one] = tenants;
    const ids = await Promise.all(
      ['a', 'b'].map(
        async (name) => (await one?.createWorkflow({ name, description: null, definition: {} }))?.id ?? '',
      ),
    );
    const starts = Array.from({ length: 400 }, (_, i) => {
      const workflowId = ids[i % 2] ?? '';
      const execution = { id: randomUUID(), workflowId, input: {}, trigger: 'manual' };
      // One in ten fails in the middle of its transaction, which must leave no gap.
      const version = i % 10 === 0 ? { workflowVersion: 9 } : {};
      return tenants[i % 3 === 0 ? 0 : 1]?.createExecution({ ...execution, ...version }).catch(() => null);
    });
    await Promise.all(starts);
    for (const workflowId of ids) {
      const numbers: number[] = [];
      for (let skip = 0; skip < 200; skip += 100) {
        const page = await one?.listExecutions({ workflowId, skip, limit: 100 });
        numbers.push(...(page?.items ?? []).map(({ executionNumber }) => executionNumber));
      }
      const expected = Array.from({ length: numbers.length }, (_, i) => i + 1);
      expect(numbers.sort((a, b) => a - b)).toEqual(expected);
      expect(numbers.length).toBeGreaterThanOrEqual(160);
    }
    expect(await second.tenant(workspace).listExecutions({ skip: 0, limit: 1 })).toMatchObject({ total: 360 });
    await second.close();
    await running.stop();
  });
});

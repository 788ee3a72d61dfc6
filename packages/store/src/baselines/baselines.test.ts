import { randomUUID } from 'node:crypto';
import { asMicros, toEpochMicros, type HistoryRun } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TenantStore } from '../api.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { codeOfRejection } from '../testing/support.ts';
import type { NewBaseline } from './api.ts';

const PAGE = { skip: 0, limit: 100 };

function run(number: number): HistoryRun {
  const work = asMicros(number * 1000);
  return {
    id: randomUUID(),
    number,
    workflowVersion: number === 3 ? null : 1,
    status: number === 2 ? 'failed' : 'completed',
    startedAt: number === 3 ? null : toEpochMicros(1_700_000_000_000_000 + number),
    labels: { 'input.size': String(number), ['__proto__.x']: '\ufffd' },
    summary: {
      makespan: work,
      work,
      span: work,
      queueWait: null,
      causes: { work },
      nodes: [],
      nodeCount: 0,
    },
  };
}

describe.each(await backendCases())('baselines on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  let workflowId: string;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    tenant = running.store.tenant(id);
    ({ id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} }));
  });

  function wanted(more: Partial<NewBaseline> = {}): NewBaseline {
    const made = { madeOf: { kind: 'last', runs: 3 }, by: 'ann', runs: [run(1), run(2), run(3)] };
    return { id: randomUUID(), workflowId, name: randomUUID(), isDefault: false, ...made, ...more };
  }

  it('are made, listed, changed and deleted, with their executions as they were', async () => {
    const { baselines } = tenant;
    const given = wanted({ name: 'before the move' });
    const made = await baselines.create(given);
    expect(made).toMatchObject({
      name: 'before the move',
      isDefault: false,
      runCount: 3,
      createdBy: 'ann',
      workflowId,
    });
    expect(made.madeOf).toEqual({ kind: 'last', runs: 3 });
    expect(await baselines.get(made.id)).toEqual(made);
    expect(await baselines.runs(made.id)).toEqual(given.runs);
    const later = await baselines.create(wanted());
    expect(await baselines.list({ ...PAGE, workflowId })).toMatchObject({ total: 2, items: [made, later] });
    expect(await baselines.list({ skip: 1, limit: 1 })).toMatchObject({ total: 2, items: [later] });
    const changed = await baselines.update(made.id, { name: 'n' });
    expect(changed).toMatchObject({ name: 'n', runCount: 3, madeOf: made.madeOf });
    const other = [run(7)];
    const again = await baselines.update(made.id, { made: { madeOf: { kind: 'list' }, runs: other } });
    expect(again).toMatchObject({ name: 'n', runCount: 1, madeOf: { kind: 'list' } });
    expect(await baselines.runs(made.id)).toEqual(other);
    expect(await baselines.delete(made.id)).toBe(true);
    expect(await baselines.delete(made.id)).toBe(false);
    expect(await baselines.get(made.id)).toBeNull();
    expect(await baselines.runs(made.id)).toEqual([]);
  });

  it('have names that are one of a workflow', async () => {
    const { baselines } = tenant;
    const { name } = await baselines.create(wanted());
    expect(await codeOfRejection(baselines.create(wanted({ name })))).toBe('conflict');
    const other = await tenant.createWorkflow({ name: 'other', description: null, definition: {} });
    await baselines.create(wanted({ name, workflowId: other.id }));
    const { id } = await baselines.create(wanted());
    expect(await codeOfRejection(baselines.update(id, { name }))).toBe('conflict');
    expect(await codeOfRejection(baselines.create(wanted({ workflowId: randomUUID() })))).toBe('not_found');
    expect(await codeOfRejection(baselines.create(wanted({ workflowId: 'none' })))).toBe('not_found');
  });

  it('are the default of a workflow one at a time, also when several become it at once', async () => {
    const { baselines } = tenant;
    expect(await baselines.defaultOf(workflowId)).toBeNull();
    const first = await baselines.create(wanted({ isDefault: true }));
    expect(await baselines.defaultOf(workflowId)).toEqual(first);
    const second = await baselines.create(wanted({ isDefault: true }));
    expect(await baselines.defaultOf(workflowId)).toEqual(second);
    const many = [
      ...[first, second].map(({ id }) => baselines.update(id, { isDefault: true })),
      ...[1, 2, 3].map(() => baselines.create(wanted({ isDefault: true }))),
    ];
    await Promise.all(many);
    const { items } = await baselines.list({ ...PAGE, workflowId });
    expect(items.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const { id = '' } = items.find(({ isDefault }) => isDefault) ?? {};
    await baselines.update(id, { isDefault: false });
    expect(await baselines.defaultOf(workflowId)).toBeNull();
  });

  it('go with the workflow, and are none of another workspace', async () => {
    const { id } = await tenant.baselines.create(wanted({ isDefault: true }));
    const other = running.store.tenant((await running.store.createWorkspace({ slug: randomUUID(), name: 'O' })).id);
    const before = [await tenant.baselines.get(id), await tenant.baselines.runs(id)];
    const { baselines } = other;
    expect([
      await baselines.get(id),
      await baselines.defaultOf(workflowId),
      await baselines.runs(id),
      await baselines.update(id, { name: 'taken', made: { madeOf: {}, runs: [] } }),
      await baselines.delete(id),
      (await baselines.list({ ...PAGE, workflowId })).total,
      (await baselines.list(PAGE)).total,
      await codeOfRejection(baselines.create(wanted())),
    ]).toEqual([null, null, [], null, false, 0, 0, 'not_found']);
    expect([await tenant.baselines.get(id), await tenant.baselines.runs(id)]).toEqual(before);
    await tenant.deleteWorkflow(workflowId);
    expect(await tenant.baselines.get(id)).toBeNull();
  });
});

import { randomUUID } from 'node:crypto';
import { asMicros } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TenantStore } from '../api.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { codeOfRejection } from '../testing/support.ts';
import { FINISHED, START, twoSteps } from '../testing/traces.ts';
import type { NewNote } from './api.ts';

const PAGE = { skip: 0, limit: 100 };

describe.each(await backendCases())('notes on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  let executionId: string;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    tenant = running.store.tenant((await running.store.createWorkspace({ slug: randomUUID(), name: 'W' })).id);
    const workflow = { name: 'others', definition: {} };
    const told = { id: randomUUID(), externalId: null, workflow, trigger: 'callback' };
    ({ id: executionId } = await tenant.external.ensure(told));
    await tenant.external.record(executionId, { origin: START, events: [...twoSteps(executionId), FINISHED] });
  });

  function note(from: number, more: Partial<NewNote> = {}): NewNote {
    const id = randomUUID();
    const shared = { from: asMicros(from), to: asMicros(from + 10), spanId: null, author: 'ann' };
    return { id, executionId, ...shared, text: `at ${from}`, ...more };
  }

  it('are written, listed in the order of time, changed and deleted', async () => {
    const { notes } = tenant;
    const later = await notes.create(note(20, { spanId: 's1' }));
    expect(later).toMatchObject({ from: 20, to: 30, spanId: 's1', text: 'at 20', author: 'ann', executionId });
    const early = await notes.create(note(-5, { author: null }));
    expect(await notes.list(executionId, PAGE)).toMatchObject({ total: 2, items: [early, later] });
    expect(await notes.list(executionId, { skip: 1, limit: 1 })).toMatchObject({ total: 2, items: [later] });
    expect(await notes.get(executionId, later.id)).toEqual(later);
    const changed = await notes.update(executionId, later.id, { text: 'more', spanId: null, to: asMicros(21) });
    expect(changed).toMatchObject({ text: 'more', spanId: null, from: 20, to: 21, author: 'ann' });
    expect(await notes.update(executionId, later.id, {})).toMatchObject({ text: 'more', spanId: null, to: 21 });
    expect(await codeOfRejection(notes.update(executionId, later.id, { from: asMicros(22) }))).toBe('bad_value');
    expect(await codeOfRejection(notes.create(note(5, { to: asMicros(4) })))).toBe('bad_value');
    expect(await notes.delete(executionId, later.id)).toBe(true);
    expect(await notes.delete(executionId, later.id)).toBe(false);
    expect(await notes.list(executionId, PAGE)).toMatchObject({ total: 1, items: [early] });
  });

  it('stay when the same is told of the execution again, and go with it', async () => {
    const { notes } = tenant;
    const made = await notes.create(note(1, { text: '\u0000<b>=1+1\ud800' }));
    expect(made.text).toBe('\ufffd<b>=1+1\ufffd');
    await tenant.external.record(executionId, { origin: START, events: [...twoSteps(executionId), FINISHED] });
    expect(await notes.list(executionId, PAGE)).toMatchObject({ items: [made] });
    const { workflowId = '' } = (await tenant.getExecution(executionId)) ?? {};
    await tenant.deleteWorkflow(workflowId);
    expect(await notes.get(executionId, made.id)).toBeNull();
  });

  it('are none of another execution or workspace', async () => {
    const { id } = await tenant.notes.create(note(1));
    const other = running.store.tenant((await running.store.createWorkspace({ slug: randomUUID(), name: 'O' })).id);
    for (const [notes, execution] of [
      [other.notes, executionId],
      [tenant.notes, randomUUID()],
      [tenant.notes, 'none'],
    ] as const) {
      expect([
        await notes.get(execution, id),
        await notes.update(execution, id, { text: 'taken' }),
        await notes.delete(execution, id),
        (await notes.list(execution, PAGE)).total,
        await codeOfRejection(notes.create(note(1, { executionId: execution }))),
      ]).toEqual([null, null, false, 0, 'not_found']);
    }
    expect(await tenant.notes.get(executionId, id)).toMatchObject({ text: 'at 1' });
  });
});

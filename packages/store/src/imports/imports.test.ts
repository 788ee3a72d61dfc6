import { randomUUID } from 'node:crypto';
import { toEpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewImport, TenantStore } from '../api.ts';
import { StoreError } from '../errors.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const FAR = toEpochMicros(4_000_000_000_000_000);
const LONG_AGO = toEpochMicros(1_000_000_000_000_000);
const DONE = { executionsTotal: 2, executionsDone: 1, spansTotal: 10, spansDone: 5 };

function file(over: Partial<NewImport> = {}): NewImport {
  return { id: randomUUID(), fileName: 'a.json', format: 'auto', fingerprint: null, sizeBytes: 6, ...over };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

describe.each(await backendCases())('files on their way in, on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  let other: TenantStore;
  beforeAll(async () => {
    running = await start();
    const make = async (slug: string) =>
      running.store.tenant((await running.store.createWorkspace({ slug, name: slug })).id);
    [tenant, other] = [await make('one'), await make('two')];
  });
  afterAll(() => running.stop());

  /** A file of six bytes that waits for a server. */
  async function received(): Promise<string> {
    const { id } = file();
    await tenant.imports.begin(file({ id }), 100);
    await tenant.imports.append(id, 0, bytes('abcdef'));
    return id;
  }

  it('take parts in order, each once, and wait when they are whole', async () => {
    const { imports } = tenant;
    const { id } = file();
    expect(await imports.begin(file({ id }), 100)).toMatchObject({ state: 'uploading', receivedBytes: 0 });
    expect(await imports.append(id, 0, bytes('abcd'))).toMatchObject({ receivedBytes: 4, state: 'uploading' });
    expect(await imports.append(id, 0, bytes('abcd'))).toMatchObject({ receivedBytes: 4 });
    expect(await codeOf(imports.append(id, 5, bytes('f')))).toBe('conflict');
    expect(await codeOf(imports.append(id, 4, bytes('efg')))).toBe('conflict');
    expect(await imports.append(id, 4, bytes('ef'))).toMatchObject({ receivedBytes: 6, state: 'waiting' });
    expect(
      Buffer.concat([
        (await imports.readPart(id, 0)) ?? bytes(''),
        (await imports.readPart(id, 4)) ?? bytes(''),
      ]).toString(),
    ).toBe('abcdef');
    expect(await running.store.waitingImports(10)).toContainEqual({ workspaceId: tenant.workspaceId, id });
  });

  it('are nothing to another workspace', async () => {
    const id = await received();
    const { imports } = other;
    expect([await imports.get(id), await imports.cancel(id), await imports.append(id, 0, bytes('x'))]).toEqual([
      null,
      null,
      null,
    ]);
    expect([
      await imports.claim(id, FAR),
      await imports.readPart(id, 0),
      (await imports.list({ skip: 0, limit: 9 })).total,
    ]).toEqual([false, null, 0]);
    expect(await tenant.imports.get(id)).toMatchObject({ state: 'waiting' });
  });

  it('go on under their fingerprint, where the size is the same', async () => {
    const { imports } = tenant;
    const first = await imports.begin(file({ fingerprint: 'f' }), 100);
    await imports.append(first?.id ?? '', 0, bytes('abc'));
    expect(await imports.begin(file({ fingerprint: 'f' }), 100)).toMatchObject({ id: first?.id, receivedBytes: 3 });
    const second = await imports.begin(file({ fingerprint: 'f', sizeBytes: 7 }), 100);
    expect(second).toMatchObject({ receivedBytes: 0 });
    expect(await imports.get(first?.id ?? '')).toMatchObject({ state: 'cancelled' });
    expect(await imports.readPart(first?.id ?? '', 0)).toBe(null);
    expect(await imports.begin(file(), 1)).toBe(null);
  });

  it('are worked at by one server, until its claim has passed', async () => {
    const { imports } = tenant;
    const id = await received();
    expect(await imports.claim(id, LONG_AGO)).toBe(true);
    expect(await running.store.waitingImports(1000)).toContainEqual({ workspaceId: tenant.workspaceId, id });
    expect(await imports.claim(id, FAR)).toBe(true);
    expect(await imports.claim(id, FAR)).toBe(false);
    expect(await imports.progress(id, DONE, [{ id: 'x' }], FAR)).toBe(true);
    expect(await imports.progress(id, DONE, [{ id: 'y' }], FAR)).toBe(true);
    expect(await imports.get(id)).toMatchObject({ ...DONE, items: [{ id: 'x' }, { id: 'y' }] });
    await imports.end(id, { state: 'completed', error: null });
    expect(await imports.get(id)).toMatchObject({ state: 'completed', error: null });
    expect([await imports.readPart(id, 0), await imports.progress(id, DONE, [], FAR)]).toEqual([null, false]);
  });

  it('are cancelled at once, or by the server that works at them, and then leave the list', async () => {
    const { imports } = tenant;
    const waiting = await received();
    expect(await imports.cancel(waiting)).toMatchObject({ state: 'cancelled' });
    expect([await imports.claim(waiting, FAR), await imports.append(waiting, 0, bytes('a'))]).toEqual([false, null]);
    const working = await received();
    await imports.claim(working, FAR);
    expect(await imports.cancel(working)).toMatchObject({ state: 'working' });
    expect(await imports.progress(working, DONE, [], FAR)).toBe(false);
    await imports.end(working, { state: 'cancelled', error: null });
    await imports.cancel(working);
    expect(await imports.get(working)).toBe(null);
  });

  it('are forgotten when nobody goes on with them', async () => {
    const { imports } = tenant;
    const idle = await imports.begin(file(), 100);
    const whole = await received();
    await imports.prune({ idleSince: FAR, endedBefore: LONG_AGO });
    expect([await imports.get(idle?.id ?? ''), (await imports.get(whole))?.state]).toEqual([null, 'waiting']);
    await imports.cancel(whole);
    await imports.prune({ idleSince: LONG_AGO, endedBefore: FAR });
    expect(await imports.get(whole)).toBe(null);
  });
});

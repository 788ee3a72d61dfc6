import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from './api.ts';
import { holderOf } from './embedded/lock.ts';
import { processesIn, signal } from './embedded/processes.ts';
import { StoreError } from './errors.ts';
import { openStore } from './store.ts';
import { FlowprofChild } from './testing/flowprof-child.ts';
import { LogBook, temporaryFolder, testClock, testRandom } from './testing/support.ts';
import { span, started } from './testing/traces.ts';
import { systemTimers, until } from './timers.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
/** The folder of most tests: its parent is closed to others, and its path too long for a socket. */
let dataDir: string;
beforeAll(async () => {
  temporary = await temporaryFolder();
  dataDir = path.join(temporary.folder, 'with a blank', 'd'.repeat(120), 'data');
});
afterAll(() => temporary.remove());

function open(book: LogBook, folder = dataDir): Promise<Store> {
  return openStore({ dataDir: folder, clock: testClock, random: testRandom, log: book.log });
}

function postmasterOf(book: LogBook): number {
  const event = book.events.findLast((one) => one.type === 'database_started');
  return event?.type === 'database_started' ? event.pid : 0;
}

async function errorOf(promise: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StoreError)) throw new Error('it did not fail as it should');
  return error;
}

/** The spans of the execution that a killed child recorded into. */
async function spansOf(store: Store, child: FlowprofChild): Promise<ReadonlySet<string>> {
  const trace = await store.tenant(child.text('workspaceId')).getTrace(child.text('executionId'));
  return new Set(trace?.spans.ids.listed);
}

function acknowledged(child: FlowprofChild): string[] {
  return Array.from({ length: child.number('acknowledged') }, (_, i) => `s${i + 1}`);
}

describe('a data folder', () => {
  it('is made at first, found again, and left without a trace of the process', async () => {
    const first = new LogBook();
    const store = await open(first);
    const workspace = await store.createWorkspace({ slug: 'kept', name: 'Kept' });
    await store.close();
    expect(first.types()).toContain('database_initialised');

    const second = new LogBook();
    const again = await open(second);
    expect(second.types()).not.toContain('database_initialised');
    expect(second.types()).not.toContain('migration_applied');
    expect(await again.listWorkspaces()).toEqual([workspace]);
    await again.close();
    await again.close();

    expect(await again.isReady()).toBe(false);
    expect((await readdir(dataDir)).sort()).toEqual([
      'database-secret.json',
      'journal.key',
      'postgres-18',
      'postgres.log',
    ]);
    expect(await processesIn(path.join(dataDir, 'postgres-18'))).toEqual([]);
    expect((await stat(path.join(dataDir, 'database-secret.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, 'journal.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, 'postgres-18'))).mode & 0o077).toBe(0);
  });

  it("is one flowprof's at a time: another leaves at once and names the holder", async () => {
    const store = await open(new LogBook());
    await store.announce('http://127.0.0.1:1');
    expect(await holderOf(dataDir)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:1' });
    const book = new LogBook();
    const error = await errorOf(open(book));
    expect(book.types()).toEqual([]);
    expect(error.code).toBe('data_dir_in_use');
    expect(error.message).toContain(`process id ${process.pid} `);
    expect(error.message).toContain('http://127.0.0.1:1');
    const other = new FlowprofChild(dataDir);
    await other.until('code');
    await other.end();
    expect(other.text('code')).toBe('data_dir_in_use');
    expect(await store.isReady()).toBe(true);
    await store.close();
    expect(await holderOf(dataDir)).toBeNull();
  });

  it("survives a start that was cut off, and a process number that is another program's by now", async () => {
    await mkdir(path.join(dataDir, 'postgres-18.new', 'base'), { recursive: true });
    await writeFile(path.join(dataDir, 'postgres-18', 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n5432\n`);
    await writeFile(path.join(dataDir, 'flowprof.lock'), '{"pid": 1');
    const store = await open(new LogBook());
    expect(await store.listWorkspaces()).toHaveLength(1);
    await store.close();
  });

  it('that cannot be made is refused with a code and its path', async () => {
    const file = path.join(temporary.folder, 'file');
    await writeFile(file, '');
    const error = await errorOf(open(new LogBook(), path.join(file, 'data')));
    expect(error.code).toBe('data_dir_unreachable');
    expect(error.message).toContain(file);
  });

  it('of another version of PostgreSQL is refused and left alone', async () => {
    const folder = path.join(temporary.folder, 'old');
    await mkdir(path.join(folder, 'postgres-18'), { recursive: true });
    await writeFile(path.join(folder, 'postgres-18', 'PG_VERSION'), '17\n');
    expect((await errorOf(open(new LogBook(), folder))).code).toBe('data_dir_incompatible');
    expect(await readFile(path.join(folder, 'postgres-18', 'PG_VERSION'), 'utf8')).toBe('17\n');
    expect(existsSync(path.join(folder, 'flowprof.lock'))).toBe(false);
  });
});

describe('kill -9 of flowprof', () => {
  it.each(['with its database left over', 'together with its database'])(
    '%s loses nothing acknowledged',
    async (how) => {
      const child = new FlowprofChild(dataDir);
      await child.until(25);
      if (how.startsWith('together')) signal(child.number('postmaster'), 'SIGKILL');
      await child.kill();

      const book = new LogBook();
      const store = await open(book);
      expect(book.events).toContainEqual({ type: 'stale_lock_taken', pid: child.process.pid });
      expect(book.types().includes('orphan_stopped')).toBe(!how.startsWith('together'));
      const spans = await spansOf(store, child);
      expect(acknowledged(child).filter((id) => !spans.has(id))).toEqual([]);
      const journal = await store.tenant(child.text('workspaceId')).readJournal(child.text('executionId'));
      expect(journal.length).toBeGreaterThanOrEqual(25);
      expect(journal.length - child.number('acknowledged')).toBeOneOf([0, 1]);
      expect(journal.map((entry) => entry.path)).toEqual(journal.map((_, i) => `n${i + 1}`));
      expect(await store.claimInterrupted(10)).toContainEqual({
        id: child.text('executionId'),
        workspaceId: child.text('workspaceId'),
        workflowName: 'cut off',
        executionNumber: 1,
        status: 'running',
        resumptions: 1,
        completedSteps: 0,
        stepCount: 1,
      });
      await store.close();
    },
  );
});

describe('kill -9 of the database', () => {
  it('is followed by a restart: refused with a code meanwhile, and nothing acknowledged is lost', async () => {
    const book = new LogBook();
    const store = await open(book);
    const { id: workspaceId } = await store.createWorkspace({ slug: 'restarted', name: 'Restarted' });
    const tenant = store.tenant(workspaceId);
    const workflow = await tenant.createWorkflow({ name: 'w', description: null, definition: {} });
    const id = 'a3bb189e-8bf9-4c4d-9f0b-5d1e6c1f0a01';
    await tenant.createExecution({ id, workflowId: workflow.id, input: {}, trigger: 'manual' });
    await tenant.recordEvents(id, [started(id)]);
    const kept: string[] = [];
    const codes = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const restarted = book.next('database_started');
      const readyWhenDown = book.next('database_exited').then(() => store.isReady());
      const watch = { isBack: false };
      void restarted.then(() => Object.assign(watch, { isBack: true }));
      signal(postmasterOf(book), 'SIGKILL');
      for (let i = 0; !watch.isBack; i++) {
        try {
          await tenant.recordEvents(id, [{ type: 'span', span: span(`r${round}-${i}`) }]);
          kept.push(`r${round}-${i}`);
        } catch (error) {
          codes.add(error instanceof StoreError ? error.code : String(error));
          await restarted;
        }
      }
      expect(await readyWhenDown).toBe(false);
      expect(await until(systemTimers, 20, 200, () => store.isReady())).toBe(true);
    }
    expect([...codes]).toEqual(['database_unavailable']);
    const spans = new Set((await tenant.getTrace(id))?.spans.ids.listed);
    expect(kept.filter((one) => !spans.has(one))).toEqual([]);
    await store.close();
  });

  it('does not keep flowprof from closing', async () => {
    const book = new LogBook();
    const store = await open(book);
    const exited = book.next('database_exited');
    signal(postmasterOf(book), 'SIGKILL');
    await exited;
    await store.close();
    expect(await processesIn(path.join(dataDir, 'postgres-18'))).toEqual([]);
    expect(existsSync(path.join(dataDir, 'flowprof.lock'))).toBe(false);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { LogBook, temporaryFolder, testClock } from '../testing/support.ts';
import { lockDataDir, type DataDirLock } from './lock.ts';
import { ENDED, processStart } from './processes.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let tokens = 0;
beforeAll(async () => {
  temporary = await temporaryFolder();
  file = path.join(temporary.folder, 'flowprof.lock');
});
afterAll(() => temporary.remove());

function lock(book = new LogBook()): Promise<DataDirLock> {
  return lockDataDir(temporary.folder, { now: testClock.now(), token: `t${tokens++}`, log: book.log });
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-v'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('lockDataDir', () => {
  it('is held once, and free again after its release', async () => {
    const held = await lock();
    await held.setUrl('http://127.0.0.1:7420');
    await expect(lock()).rejects.toThrow(StoreError);
    await expect(lock()).rejects.toThrow(`process id ${process.pid} since 20`);
    await expect(lock()).rejects.toThrow('at http://127.0.0.1:7420');
    await held.release();
    await (await lock()).release();
    expect(await readdir(temporary.folder)).toEqual([]);
  });

  it('still names its holder after the private folder was written down', async () => {
    const held = await lock();
    await held.setRunDir('/tmp/flowprof-x');
    await expect(lock()).rejects.toMatchObject({ code: 'data_dir_in_use' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid, runDir: '/tmp/flowprof-x' });
    await held.release();
  });

  describe('takes over a lock', () => {
    beforeEach(async () => {
      expect(await readdir(temporary.folder)).toEqual([]);
    });

    it('of a process that is gone, and says what it left behind', async () => {
      const pid = await deadPid();
      await writeFile(
        file,
        JSON.stringify({ pid, processStart: 'x/1', since: '', url: null, runDir: '/tmp/flowprof-y' }),
      );
      const book = new LogBook();
      const held = await lock(book);
      expect(held.previous).toMatchObject({ pid, runDir: '/tmp/flowprof-y' });
      expect(book.events).toEqual([{ type: 'stale_lock_taken', pid }]);
      await held.release();
    });

    it('of an earlier process with the id of a living one', async () => {
      await writeFile(file, JSON.stringify({ pid: process.pid, processStart: 'another boot/1', since: '' }));
      await (await lock()).release();
    });

    it('that is torn', async () => {
      await writeFile(file, '{"pid": 12');
      await (await lock()).release();
    });

    it('for exactly one of many who want it at once', async () => {
      const pid = await deadPid();
      for (let round = 0; round < 20; round++) {
        await writeFile(file, JSON.stringify({ pid, processStart: 'x/1', since: '' }));
        const results = await Promise.allSettled(Array.from({ length: 12 }, () => lock()));
        const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        expect(won).toHaveLength(1);
        await won[0]?.release();
      }
    });
  });
});

describe('processStart', () => {
  it('is the same for one process and tells one that has ended', async () => {
    const own = await processStart(process.pid);
    expect(await processStart(process.pid)).toBe(own);
    expect(own).not.toBe(await processStart(process.ppid));
    if (own !== null) expect(await processStart(await deadPid())).toBe(ENDED);
  });
});

import { chmod, chown, cp, lstat, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { LogBook, temporaryFolder } from '../testing/support.ts';
import { startPlainServer } from '../testing/plain-server.ts';
import { findBinaries, linkLibraries } from './binaries.ts';
import { findLauncher } from './launcher.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
});
afterAll(() => temporary.remove());

describe('findBinaries', () => {
  it('refuses a platform without binaries with a code and a way out', () => {
    expect(() => findBinaries('sunos', 'sparc')).toThrow(StoreError);
    expect(() => findBinaries('win32', 'x64')).toThrow('set DATABASE_URL');
  });
});

describe('linkLibraries', () => {
  it('makes the links that are missing, and none that is there', async () => {
    const root = path.join(temporary.folder, 'package', 'native');
    const folder = path.join(temporary.folder, 'links');
    await mkdir(path.join(root, 'lib'), { recursive: true });
    await mkdir(folder);
    await writeFile(path.join(root, 'lib', 'liba.so.1'), '');
    const links = ['liba.so.1', 'liba.so'].map((name) => ({
      source: 'native/lib/liba.so.1.2',
      target: `native/lib/${name}`,
    }));
    await writeFile(path.join(root, 'pg-symlinks.json'), JSON.stringify(links));
    const binaries = { root, initdb: '', postgres: '', catalog: '' };
    const env = await linkLibraries(binaries, folder);
    expect(Object.values(env)).toEqual([`${folder}:${path.join(root, 'lib')}`]);
    expect(await readdir(folder)).toEqual(['liba.so']);
    expect(await readlink(path.join(folder, 'liba.so'))).toBe(path.join(root, 'lib/liba.so.1.2'));
  });
});

/** A folder below one that only its owner may enter. */
async function closedDataDir(): Promise<{ closed: string; dataDir: string; runDir: string }> {
  const closed = path.join(temporary.folder, 'closed');
  const dataDir = path.join(closed, 'data');
  const runDir = path.join(temporary.folder, 'run');
  await mkdir(dataDir, { recursive: true });
  await mkdir(runDir, { recursive: true });
  await chmod(temporary.folder, 0o755);
  await chmod(closed, 0o700);
  return { closed, dataDir, runDir };
}

describe('the programs as npm unpacks them: without the links of the install script', () => {
  it('run all the same, below a folder that is closed to others', async () => {
    await chmod(temporary.folder, 0o700);
    const installed = findBinaries();
    const root = path.join(temporary.folder, 'unpacked', 'native');
    await cp(installed.root, root, {
      recursive: true,
      filter: async (source) => !(await lstat(source)).isSymbolicLink() && !source.endsWith('.a'),
    });
    const programs = { initdb: path.join(root, 'bin/initdb'), postgres: path.join(root, 'bin/postgres') };
    const server = await startPlainServer({ ...installed, ...programs, root });
    await server.admin('postgres', 'SELECT 1');
    await server.stop();
    await chmod(temporary.folder, 0o755);
  });
});

describe('findLauncher', () => {
  it('reaches a folder below a closed one; as root by one capability, and says so', async () => {
    const { dataDir, runDir } = await closedDataDir();
    const book = new LogBook();
    const give = (owner: { uid: number; gid: number }): Promise<void> => chown(runDir, owner.uid, owner.gid);
    const reach = { binaries: findBinaries(), dataDir, runDir, env: { PATH: process.env['PATH'] } };
    const launcher = await findLauncher(reach, give, book.log);
    if (process.getuid?.() !== 0) return expect(launcher.owner).toBeNull();
    expect(launcher.owner?.uid).toBeGreaterThan(0);
    expect(book.events).toEqual([{ type: 'privileges_dropped', ...launcher.owner, capabilities: '+dac_read_search' }]);
  });

  it('names the closed folder where nothing helps', async () => {
    const { closed, dataDir, runDir } = await closedDataDir();
    // Without `setpriv` on the path root has no way in; others have none into a folder that is not there.
    const isRoot = process.getuid?.() === 0;
    const target = isRoot ? dataDir : path.join(dataDir, 'missing');
    const reach = { binaries: findBinaries(), dataDir: target, runDir, env: { PATH: '/nonexistent' } };
    const found = findLauncher(
      reach,
      async () => undefined,
      () => undefined,
    );
    await expect(found).rejects.toMatchObject({ code: 'data_dir_unreachable' });
    await expect(found).rejects.toThrow('FLOWPROF_DATA_DIR');
    if (isRoot) await expect(found).rejects.toThrow(`may not enter ${closed} on the way to the data folder`);
  });
});

import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { temporaryFolder, testClock, testRandom } from '../testing/support.ts';
import { loadJournalKey } from './key.ts';

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  temporary = await temporaryFolder();
});
afterAll(() => temporary.remove());

it('a data folder gets one key, also when many ask for it at once, and nobody else can read it', async () => {
  const dataDir = path.join(temporary.folder, 'new', 'data');
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadJournalKey(dataDir, testRandom)));
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  expect(keys[0]?.byteLength).toBe(32);
  expect(await readdir(dataDir)).toEqual(['journal.key']);
  expect((await stat(path.join(dataDir, 'journal.key'))).mode & 0o777).toBe(0o600);
  expect(await loadJournalKey(dataDir, testRandom)).toEqual(keys[0]);
});

it('a key file with something else in it is refused and left alone', async () => {
  const file = path.join(temporary.folder, 'journal.key');
  await writeFile(file, 'not a key\n');
  await chmod(file, 0o600);
  await expect(loadJournalKey(temporary.folder, testRandom)).rejects.toMatchObject({ code: 'bad_journal_key' });
  expect(await readFile(file, 'utf8')).toBe('not a key\n');
});

it('a key that is given has 32 bytes', async () => {
  const options = { dataDir: temporary.folder, clock: testClock, random: testRandom, log: () => undefined };
  const opening = openStore({ ...options, journalKey: new Uint8Array(31) });
  await expect(opening).rejects.toBeInstanceOf(StoreError);
  await expect(opening).rejects.toMatchObject({ code: 'bad_journal_key' });
});

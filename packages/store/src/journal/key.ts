import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RandomBytes } from '@flowprof/model';
import { codeOf, StoreError } from '../errors.ts';

const KEY_FILE = 'journal.key';
const KEY_BYTES = 32;

/** Looks at a key as it was given. @throws {StoreError} `bad_journal_key` */
export function checkKey(key: Uint8Array): void {
  if (key.byteLength !== KEY_BYTES) throw new StoreError('bad_journal_key');
}

async function readKey(file: string): Promise<Uint8Array | null> {
  let written: string;
  try {
    written = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  if (!/^[0-9a-f]{64}\n$/.test(written)) throw new StoreError('bad_journal_key', `${file} does not hold a key`);
  return Buffer.from(written.trim(), 'hex');
}

/** Brings a folder's entries to the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The key of a data folder, made at first, in a file that only its owner can read. It appears whole or not at all, and
 * of several processes that make one at the same moment one does.
 * @throws {StoreError} `bad_journal_key`
 */
export async function loadJournalKey(dataDir: string, random: RandomBytes): Promise<Uint8Array> {
  const file = path.join(dataDir, KEY_FILE);
  const known = await readKey(file);
  if (known !== null) return known;
  const hex = (length: number): string => Buffer.from(random(new Uint8Array(length))).toString('hex');
  const made = `${file}.${hex(8)}`;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(made, `${hex(KEY_BYTES)}\n`, { mode: 0o600, flush: true });
    await link(made, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await syncFolder(dataDir);
  } finally {
    await rm(made, { force: true });
  }
  const key = await readKey(file);
  if (key === null) throw new StoreError('bad_journal_key', `${file} went away`);
  return key;
}

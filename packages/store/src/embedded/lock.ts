import { createHash } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isoFromEpoch, type EpochMicros } from '@flowprof/model';
import { codeOf, StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import { ENDED, isAlive, processStart } from './processes.ts';

const LOCK_FILE = 'flowprof.lock';

/** Who holds a data folder. */
interface LockHolder {
  readonly pid: number;
  /** See `processStart`: tells a process from a later one with the same id. */
  readonly processStart: string | null;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** Where the holder serves, where it said so. */
  readonly url: string | null;
  /** The private folder with its socket, to be cleared away when it died. */
  readonly runDir: string | null;
}

/** The lock on a data folder, held by this process. */
export interface DataDirLock {
  /** What a dead holder of it left behind. */
  readonly previous: LockHolder | null;
  /** Writes down the private folder, so that the next holder can clear it away. */
  setRunDir(runDir: string): Promise<void>;
  /** Writes down where the holder serves, for whoever wants the same folder. */
  setUrl(url: string): Promise<void>;
  release(): Promise<void>;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A lock file's holder; null when it is torn or not ours, which counts as stale. */
function parseHolder(text: string): LockHolder | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields: Record<string, unknown> = { ...value };
  const { pid, processStart: start, host, since, url, runDir } = fields;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return {
    pid,
    processStart: textOrNull(start),
    host: textOrNull(host) ?? '',
    since: textOrNull(since) ?? '',
    url: textOrNull(url),
    runDir: textOrNull(runDir),
  };
}

async function holds(holder: LockHolder | null): Promise<boolean> {
  if (holder === null || !isAlive(holder.pid)) return false;
  const start = await processStart(holder.pid);
  if (start === ENDED) return false;
  return start === null || holder.processStart === null || start === holder.processStart;
}

function inUse(dataDir: string, holder: LockHolder): StoreError {
  const at = holder.url === null ? '' : ` at ${holder.url}`;
  return new StoreError(
    'data_dir_in_use',
    `${dataDir} is in use by flowprof with process id ${holder.pid} since ${holder.since}${at}`,
  );
}

/** The text of a file, or null where there is none. */
async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The living process that holds a data folder; null when there is none, or no such folder. */
export async function holderOf(dataDir: string): Promise<LockHolder | null> {
  const text = await readIfThere(path.join(dataDir, LOCK_FILE));
  const holder = text === null ? null : parseHolder(text);
  return (await holds(holder)) ? holder : null;
}

/** Puts a whole file in place at once, unless there is one already; says whether it did. */
async function linkInto(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts the lock `own` in place of `file`. To replace a stale lock, a process first takes a guard whose name is made from
 * the stale lock's text, so that of all who found the same text one replaces it; whoever gets the guard later finds
 * another text behind it. A guard that a dead process left is itself a stale lock.
 * @returns the living process that has it, or null when it is ours now
 */
async function acquire(file: string, own: string, onStale: (holder: LockHolder) => void): Promise<LockHolder | null> {
  while (!(await linkInto(own, file))) {
    const known = await readIfThere(file);
    if (known === null) continue;
    const holder = parseHolder(known);
    if (holder !== null && (await holds(holder))) return holder;
    const guard = `${file}.${createHash('sha256').update(known).digest('hex').slice(0, 16)}`;
    const other = await acquire(guard, own, () => undefined);
    if (other !== null) return other;
    try {
      if ((await readIfThere(file)) !== known) continue;
      if (holder !== null) onStale(holder);
      await link(own, `${own}.new`);
      await rename(`${own}.new`, file);
      return null;
    } finally {
      await rm(guard, { force: true });
    }
  }
  return null;
}

/**
 * Takes the lock on a data folder. A lock whose process is gone, or whose process id now belongs to a later process,
 * is taken over. The file appears whole or not at all: it is written beside and linked into place.
 * @throws {StoreError} `data_dir_in_use`, naming the holder
 */
export async function lockDataDir(
  dataDir: string,
  options: { readonly now: EpochMicros; readonly token: string; readonly log: StoreLog },
): Promise<DataDirLock> {
  const file = path.join(dataDir, LOCK_FILE);
  const own = `${file}.${options.token}`;
  let holder: LockHolder = {
    pid: process.pid,
    processStart: await processStart(process.pid),
    host: hostname(),
    since: isoFromEpoch(options.now),
    url: null,
    runDir: null,
  };
  let previous: LockHolder | null = null;
  await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    const other = await acquire(file, own, (stale) => {
      options.log({ type: 'stale_lock_taken', pid: stale.pid });
      previous = stale;
    });
    if (other !== null) throw inUse(dataDir, other);
  } finally {
    await rm(own, { force: true });
  }
  const change = async (changed: Partial<LockHolder>): Promise<void> => {
    holder = { ...holder, ...changed };
    await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
    await rename(own, file);
  };
  return {
    previous,
    setRunDir: (runDir) => change({ runDir }),
    setUrl: (url) => change({ url }),
    async release() {
      await rm(file, { force: true });
    },
  };
}

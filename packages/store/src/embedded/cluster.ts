import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RandomBytes } from '@flowprof/model';
import { messageOf, StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import { until, type StoreTimers } from '../timers.ts';
import type { Binaries } from './binaries.ts';
import { exists, type Launcher } from './launcher.ts';
import { isAlive, processesIn, signal } from './processes.ts';

/** The major version of the embedded server; the data of another one cannot be read. */
const MAJOR = '18';
/** The role that owns and migrates everything in the embedded database. */
export const EMBEDDED_OWNER = 'flowprof_owner';
const SECRET_FILE = 'database-secret.json';
const RUN_DIR_PREFIX = 'flowprof-';
/** A Unix socket's path fits into 107 bytes, of which `/.s.PGSQL.5432` takes 14. */
const MAX_SOCKET_DIR = 107 - 14;
const STOP_POLL_MS = 20;
const STOP_POLLS = 500;

/** The passwords of the embedded database, kept in a file that only its owner can read. */
export interface Secrets {
  readonly owner: string;
  readonly app: string;
}

/** Where PostgreSQL keeps its files inside the data folder. */
export function clusterDir(dataDir: string): string {
  return path.join(dataDir, `postgres-${MAJOR}`);
}

/** Makes a private folder with a short path for the socket. */
export async function makeRunDir(): Promise<string> {
  const roots = [tmpdir(), '/tmp', '/var/tmp'].filter(
    (root) => Buffer.byteLength(root) + RUN_DIR_PREFIX.length + 7 <= MAX_SOCKET_DIR,
  );
  const failures: string[] = [];
  for (const root of roots) {
    try {
      return await mkdtemp(path.join(root, RUN_DIR_PREFIX));
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new StoreError('embedded_start_failed', `No folder for the database's socket: ${failures.join('; ')}`);
}

/** Removes a private folder that was made by `makeRunDir`, with what is left in it. */
export async function removeRunDir(runDir: string | null): Promise<void> {
  if (runDir === null || !path.basename(runDir).startsWith(RUN_DIR_PREFIX)) return;
  await rm(runDir, { recursive: true, force: true });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The passwords of a data folder; made at first. */
export async function loadSecrets(dataDir: string, random: RandomBytes): Promise<Secrets> {
  const file = path.join(dataDir, SECRET_FILE);
  if (await exists(file)) {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null && 'owner' in value && 'app' in value) {
      if (typeof value.owner === 'string' && typeof value.app === 'string') {
        return { owner: value.owner, app: value.app };
      }
    }
    throw new StoreError('data_dir_incompatible', `${file} does not hold the passwords of the database`);
  }
  if (await exists(path.join(clusterDir(dataDir), 'PG_VERSION'))) {
    throw new StoreError('data_dir_incompatible', `${file} with the passwords of the database is missing`);
  }
  const secrets = { owner: hex(random(new Uint8Array(24))), app: hex(random(new Uint8Array(24))) };
  await writeFile(`${file}.new`, JSON.stringify(secrets), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return secrets;
}

async function runInitdb(binaries: Binaries, launcher: Launcher, folder: string, passwordFile: string): Promise<void> {
  const child = launcher.start(
    binaries.initdb,
    [
      `--pgdata=${folder}`,
      `--username=${EMBEDDED_OWNER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    ['ignore', 'ignore', 'pipe'],
  );
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (errors.length < 4096) errors += chunk;
  });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new StoreError('embedded_start_failed', `initdb failed: ${errors.trim()}`);
}

/**
 * Makes the database's files, unless they are there. They are made beside and renamed into place, so that a start
 * which was killed leaves nothing half done.
 */
export async function initialise(
  options: { readonly binaries: Binaries; readonly dataDir: string; readonly runDir: string; readonly log: StoreLog },
  launcher: Launcher,
  secrets: Secrets,
): Promise<void> {
  const { binaries, dataDir, runDir, log } = options;
  const final = clusterDir(dataDir);
  if (await exists(final)) {
    const version = (await readFile(path.join(final, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
    if (version === MAJOR) return;
    throw new StoreError('data_dir_incompatible', `${final} holds data of PostgreSQL ${version || 'unknown'}`);
  }
  const made = `${final}.new`;
  const passwordFile = path.join(runDir, 'password');
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { mode: 0o700 });
  await writeFile(passwordFile, `${secrets.owner}\n`, { mode: 0o600 });
  if (launcher.owner !== null) {
    await chown(made, launcher.owner.uid, launcher.owner.gid);
    await chown(passwordFile, launcher.owner.uid, launcher.owner.gid);
  }
  try {
    await runInitdb(binaries, launcher, made, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(made, final);
  log({ type: 'database_initialised', dataDir });
}

/** The process id in `postmaster.pid`, or null. */
async function postmasterPid(folder: string): Promise<number | null> {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** Whether a process is one of the cluster's; where the platform does not tell, whether there is one. */
async function runsIn(folder: string, pid: number): Promise<boolean> {
  return (await processesIn(folder))?.includes(pid) ?? isAlive(pid);
}

/**
 * Stops a server that outlived the flowprof which started it, and waits until none of its processes is left. The
 * caller holds the lock on the data folder, so whatever still runs there is an orphan. A `postmaster.pid` whose number
 * belongs to an unrelated process by now would keep PostgreSQL from starting and is removed, once it is certain that
 * no process of the cluster is left.
 */
export async function stopOrphans(folder: string, timers: StoreTimers, log: StoreLog): Promise<void> {
  const pid = await postmasterPid(folder);
  if (pid !== null && (await runsIn(folder, pid))) {
    signal(pid, 'SIGINT');
    const left = await until(timers, STOP_POLL_MS, STOP_POLLS, async () => !(await runsIn(folder, pid)));
    if (!left) signal(pid, 'SIGQUIT');
    log({ type: 'orphan_stopped', pid });
  }
  if ((await processesIn(folder)) === null) return;
  const gone = await until(timers, STOP_POLL_MS, STOP_POLLS, async () => (await processesIn(folder))?.length === 0);
  if (!gone) throw new StoreError('embedded_start_failed', `Processes of an earlier database still use ${folder}`);
  await rm(path.join(folder, 'postmaster.pid'), { force: true });
}

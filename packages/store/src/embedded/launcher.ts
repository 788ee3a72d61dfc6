import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import type { Binaries } from './binaries.ts';

/** The user `nobody` of Unix, for machines without a user `postgres`. */
const NOBODY = 65534;

/**
 * What a program is started with besides its own arguments. PostgreSQL refuses to run as root, so root starts it as
 * another user. Where that user cannot enter a folder on the way (a clone below `/root`, a 0700 parent), the program
 * keeps a capability that lets it pass and read, and no other right of root.
 */
export interface Launcher {
  /** Who owns what the programs write; null when they run as ourselves. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  start(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess;
}

/** The folders and files that the programs must reach. */
export interface Reach {
  readonly binaries: Binaries;
  readonly dataDir: string;
  readonly runDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Each way is tried in turn, the one with the fewest rights first: none; passing and reading; and for program files that
 * only root may run, or containers that have no other, all that file permissions forbid.
 */
const CAPABILITIES = ['', '+dac_read_search', '+dac_override'] as const;

/** Enters the folders and runs the program, which loads its libraries and looks for itself. */
const PROBE = 'cd "$1" && cd "$2" && test -r "$3" && exec "$4" --describe-config';

/** The ids of the user `postgres`, else of `nobody`. */
async function serverUser(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'postgres' && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: NOBODY, gid: NOBODY };
}

function launcherAs(
  owner: { uid: number; gid: number } | null,
  capabilities: string,
  env: NodeJS.ProcessEnv,
): Launcher {
  return {
    owner,
    start(program, args, stdio) {
      // In a session of its own, so that Ctrl-C in a terminal reaches flowprof alone, which stops it in order.
      const options = { stdio, env, detached: true, cwd: '/' };
      if (owner === null) return spawn(program, args, options);
      if (capabilities === '') return spawn(program, args, { ...options, uid: owner.uid, gid: owner.gid });
      const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
      // Without the securebit, access(2) leaves capabilities out of account, by which PostgreSQL checks its own files.
      const rights = [`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, '--securebits=+no_setuid_fixup'];
      return spawn('setpriv', [...identity, ...rights, program, ...args], options);
    },
  };
}

async function succeeds(launcher: Launcher, reach: Reach): Promise<boolean> {
  const { binaries, dataDir, runDir } = reach;
  const child = launcher.start(
    '/bin/sh',
    ['-c', PROBE, 'sh', dataDir, runDir, binaries.catalog, binaries.postgres],
    'ignore',
  );
  try {
    await once(child, 'exit');
    return child.exitCode === 0;
  } catch {
    return false;
  }
}

/** The first folder on the way to `target` that others may not enter, or null. */
async function closedFolder(target: string): Promise<string | null> {
  const parts = path.resolve(target).split(path.sep);
  for (let i = 1; i < parts.length; i++) {
    const folder = parts.slice(0, i).join(path.sep) || path.sep;
    if (((await stat(folder)).mode & constants.S_IXOTH) === 0) return folder;
  }
  return null;
}

async function unreachable(reach: Reach, uid: number | null): Promise<StoreError> {
  const { binaries, dataDir, runDir } = reach;
  for (const [what, target] of [
    ['the data folder', dataDir],
    ['its program files', binaries.postgres],
    ['its socket folder', runDir],
  ] as const) {
    const folder = uid === null ? null : await closedFolder(target);
    if (folder === null) continue;
    return new StoreError(
      'data_dir_unreachable',
      `The database runs as user ${uid}, who may not enter ${folder} on the way to ${what}. ` +
        'Run flowprof as an ordinary user, or set FLOWPROF_DATA_DIR to (and install flowprof in) a folder that others may enter.',
    );
  }
  return new StoreError(
    'data_dir_unreachable',
    `The embedded PostgreSQL at ${binaries.postgres} does not run here, or cannot use ${dataDir}. ` +
      'Set FLOWPROF_DATA_DIR to another folder, or DATABASE_URL to a server.',
  );
}

/**
 * Finds a way to run the programs that reaches all they need.
 * @param give is told the user who must own the data before anything is tried
 * @throws {StoreError} `data_dir_unreachable`, naming the folder that is closed
 */
export async function findLauncher(
  reach: Reach,
  give: (owner: { uid: number; gid: number }) => Promise<void>,
  log: StoreLog,
): Promise<Launcher> {
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? await serverUser() : null;
  if (owner !== null) await give(owner);
  for (const capabilities of owner === null ? [''] : CAPABILITIES) {
    const launcher = launcherAs(owner, capabilities, reach.env);
    if (!(await succeeds(launcher, reach))) continue;
    if (owner !== null) log({ type: 'privileges_dropped', ...owner, capabilities });
    return launcher;
  }
  throw await unreachable(reach, owner?.uid ?? null);
}

/** Whether a file can be seen. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

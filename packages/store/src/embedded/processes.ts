import { readdir, readFile, readlink } from 'node:fs/promises';
import { codeOf } from '../errors.ts';

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** What `processStart` says of a process that has ended. */
export const ENDED = 'ended';

/**
 * When a process was started, as an opaque string that no later process with the same id has: the boot's id and the
 * clock ticks since then (field 22 of proc_pid_stat(5)). `ENDED` when it has ended, even if its parent has not taken
 * notice yet; null where the platform does not tell.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    // The name in field 2 may hold blanks and brackets; the fields after it may not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', ticks = ''] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? ENDED : `${boot.trim()}/${ticks}`;
  } catch {
    return ENDED;
  }
}

/**
 * The processes whose working folder is `folder`, which every process of a PostgreSQL cluster has as its data folder.
 * Null where the platform does not tell.
 */
export async function processesIn(folder: string): Promise<number[] | null> {
  if (process.platform !== 'linux') return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    if (cwd === folder) found.push(pid);
  }
  return found;
}

/** Sends a signal to a process that may have gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

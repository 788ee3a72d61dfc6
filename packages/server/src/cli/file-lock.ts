import { readFileSync, rmSync, writeFileSync } from 'node:fs';

import { reasonOf, UsageError } from './errors.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function create(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').trim());
  } catch {
    return 0;
  }
}

/**
 * Keeps a file to this process by another one beside it, which holds the number of the process. That of a process that is
 * no more counts for nothing.
 * @returns gives the file free
 * @throws {UsageError} when another process holds it
 */
export function lockFile(file: string): () => void {
  const path = `${file}.lock`;
  for (let tries = 0; !create(path); tries++) {
    const holder = holderOf(path);
    if (tries > 0 || (holder > 0 && holder !== process.pid && isAlive(holder))) {
      throw new UsageError(`${file} is in use by process ${holder}`);
    }
    rmSync(path, { force: true });
  }
  return () => rmSync(path, { force: true });
}

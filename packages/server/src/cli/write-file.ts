import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { CommandFailure, reasonOf, UsageError } from './errors.ts';

/** What a file is made of. */
type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** Whether something stands there that is not to be replaced by a file: a device, a pipe. @throws {UsageError} for folders */
async function isSpecial(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new UsageError(`cannot write ${path}: it is a folder`);
  return found !== null && !found.isFile();
}

/** Under another name in the same folder, onto the disk, and then over. */
async function replace(path: string, content: Content): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.part`);
  try {
    const file = await open(temporary, 'wx');
    try {
      if (content instanceof Uint8Array) await file.writeFile(content);
      else for await (const piece of content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a file so that there is always all of it or what was there before. Pipes and devices are written as they are.
 * @throws {UsageError} when it cannot be written; what the content throws of the kinds that commands know goes on as it is
 */
export async function writeWholeFile(path: string, content: Content): Promise<void> {
  try {
    await ((await isSpecial(path)) ? writeFile(path, content) : replace(path, content));
  } catch (error) {
    if (error instanceof UsageError || error instanceof CommandFailure) throw error;
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

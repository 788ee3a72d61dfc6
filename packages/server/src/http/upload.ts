import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from './errors.ts';

function tooLarge(limit: number): ApiError {
  return new ApiError('body_too_large', `The body is larger than ${limit} bytes.`, {
    members: { limit_bytes: limit },
    // What is still to come is not read.
    headers: { connection: 'close' },
  });
}

/** Lets bytes through up to a limit. */
function limited(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.byteLength;
      if (size > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
}

function uploadError(error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ApiError('disk_full', 'There is no space for the file.');
  const broke = code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
  return broke ? new ApiError('bad_request', 'The body ended before it was whole.') : error;
}

/** Whether a process of this id runs, ours or another's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What the name of a folder for a file that came in begins with, so that it is swept where this process is killed. */
export function uploadFolderPrefix(): string {
  return `flowprof-upload-${process.pid}-`;
}

/** Removes the uploads of servers that were killed before they could. */
export async function sweepUploads(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^flowprof-upload-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/**
 * Writes a request's body to a file and lends that for as long as the work takes.
 * @throws {ApiError} `body_too_large`, `disk_full`, `bad_request` when the client went away
 */
export async function withUpload<T>(
  request: IncomingMessage,
  limit: number,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const folder = await mkdtemp(join(tmpdir(), uploadFolderPrefix()));
  try {
    const path = join(folder, 'file');
    // The request is not destroyed when the file fails: its answer goes over the same socket.
    await pipeline(
      request.iterator({ destroyOnReturn: false }),
      limited(limit),
      createWriteStream(path, { mode: 0o600 }),
    );
    return await work(path);
  } catch (error) {
    throw uploadError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

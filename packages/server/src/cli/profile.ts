import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';

import { buildProfile, isUuid, readTraceFile, TraceFileError, type Profile, type Trace } from '@flowprof/model';

import { renderProfile } from '../terminal/render.ts';
import { EXIT, UsageError } from './errors.ts';
import { reasonOf } from './inputs.ts';
import type { CliIo } from './io.ts';

/** As commander gives them. */
interface Options {
  readonly format: string;
  readonly json: boolean;
  readonly workspace: string | null;
}

/** The largest file that is read, packed or not: 1 GiB. */
const MAX_BYTES = 1024 * 1024 * 1024;

function optionsOf(options: unknown): Options {
  const at = (key: string): unknown =>
    typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
  const [format, workspace] = [at('format'), at('workspace')];
  return {
    format: typeof format === 'string' ? format : 'auto',
    json: at('json') === true,
    workspace: typeof workspace === 'string' ? workspace : null,
  };
}

async function readAll(stream: Readable, name: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(String(chunk));
      length += bytes.length;
      if (length > MAX_BYTES) throw new UsageError(`${name}: it is larger than 1 GiB`);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`cannot read ${name}: ${reasonOf(error)}`);
  }
  return Buffer.concat(chunks);
}

async function tracesOf(bytes: Uint8Array, name: string, format: string): Promise<readonly Trace[]> {
  try {
    return await readTraceFile(bytes, { fileName: basename(name), format, maxBytes: MAX_BYTES });
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

function print(profiles: readonly (readonly [Profile, Trace | null])[], asJson: boolean, io: CliIo): void {
  if (asJson) {
    const all = profiles.map(([profile]) => profile);
    io.out.write(`${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`);
    return;
  }
  const texts = profiles.map(([profile, trace]) => renderProfile(profile, trace, io.out.terminal));
  io.out.write(texts.join('\n\n'));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** `flowprof profile`. Returns the exit code. @throws {UsageError} */
export async function profileCommand(source: string, options: unknown, io: CliIo): Promise<number> {
  const { format, json, workspace } = optionsOf(options);
  if (source !== '-' && !isFile(source) && isUuid(source)) {
    const { fetchProfile } = await import('./remote.ts');
    print([[await fetchProfile(source, workspace, io.env), null]], json, io);
    return EXIT.fine;
  }
  const name = source === '-' ? 'stdin' : source;
  const bytes = await readAll(source === '-' ? io.stdin : createReadStream(source), name);
  const traces = await tracesOf(bytes, name, format);
  print(
    traces.map((trace) => [buildProfile(trace), trace]),
    json,
    io,
  );
  return EXIT.fine;
}

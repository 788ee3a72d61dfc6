import { existsSync } from 'node:fs';
import { basename } from 'node:path';

import { unpackGzip } from '@flowprof/ingest';
import { buildProfile, isUuid, readTraceStream, TraceFileError, type Trace } from '@flowprof/model';

import { systemClock } from '../services/system.ts';
import { renderProfile } from '../terminal/render.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import type { RemoteExecution } from './remote.ts';
import { traceInputChunks } from './trace-input.ts';

/** As commander gives them. */
interface Options {
  readonly format: string;
  readonly json: boolean;
  readonly workspace: string | null;
}

/** How many executions of one file are shown as text. */
const MAX_SHOWN = 20;

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

async function tracesOf(source: string, format: string, io: CliIo): Promise<readonly Trace[]> {
  const name = source === '-' ? 'stdin' : source;
  try {
    const options = { fileName: basename(name), format, unpack: unpackGzip };
    return await readTraceStream(traceInputChunks(source, io.stdin), options);
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

function printJson(value: unknown, io: CliIo): void {
  io.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Profiles of traces as text one after the other, or as JSON: one object, an array where there are several. */
function print(traces: readonly Trace[], asJson: boolean, io: CliIo): void {
  if (asJson) {
    const profiles = traces.map((trace) => buildProfile(trace));
    return printJson(profiles.length === 1 ? profiles[0] : profiles, io);
  }
  const texts = traces.slice(0, MAX_SHOWN).map((trace) => renderProfile(buildProfile(trace), trace, io.out.terminal));
  const hidden = traces.length - texts.length;
  if (hidden > 0) texts.push(`and ${hidden} more executions, which --json prints\n`);
  io.out.write(texts.join('\n\n'));
}

/** Shows an execution of a server. */
async function profileExecution(execution: RemoteExecution, json: boolean, io: CliIo): Promise<void> {
  const [{ withServer }, remote] = await Promise.all([import('./connect.ts'), import('./remote.ts')]);
  await withServer({}, io, async (api) => {
    if (json) printJson(await remote.fetchProfile(api, execution), io);
    else print([await remote.fetchTrace(api, execution, systemClock)], json, io);
  });
}

/** `flowprof profile`. Returns the exit code. @throws {UsageError} */
export async function profileCommand(source: string, options: unknown, io: CliIo): Promise<number> {
  const { format, json, workspace } = optionsOf(options);
  if (source !== '-' && !existsSync(source) && isUuid(source)) {
    await profileExecution({ id: source, workspace }, json, io);
    return EXIT.fine;
  }
  print(await tracesOf(source, format, io), json, io);
  return EXIT.fine;
}

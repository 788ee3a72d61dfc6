import { existsSync } from 'node:fs';

import { compareTraces, isUuid, type Trace } from '@flowprof/model';

import { systemClock } from '../services/system.ts';
import { renderComparison } from '../terminal/comparison.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { tracesOf } from './profile.ts';

/** As commander gives them. */
interface Options {
  readonly format: string;
  readonly json: boolean;
  readonly flame: boolean;
  readonly workspace: string | null;
}

/** How many stacks of the differential flame graph `--flame` prints. */
const MOST_STACKS = 2000;

function optionsOf(options: unknown): Options {
  const at = (key: string): unknown =>
    typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
  const [format, workspace] = [at('format'), at('workspace')];
  return {
    format: typeof format === 'string' ? format : 'auto',
    json: at('json') === true,
    flame: at('flame') === true,
    workspace: typeof workspace === 'string' ? workspace : null,
  };
}

/** The name of a file with the number of an execution in it. */
const NUMBERED = /^(.*)#(\d+)$/su;

/** One execution of a file: the only one, or the one whose number stands behind `#`. @throws {UsageError} */
async function traceOfFile(source: string, { format }: Options, io: CliIo): Promise<Trace> {
  const [, name = source, number] = (existsSync(source) ? null : NUMBERED.exec(source)) ?? [];
  const traces = await tracesOf(name, format, io);
  if (traces.length > 1 && number === undefined) {
    throw new UsageError(`${name} holds ${traces.length} executions; say which, as in ${name}#1`);
  }
  const trace = traces[number === undefined ? 0 : Number(number) - 1];
  if (trace === undefined)
    throw new UsageError(`${name} holds ${traces.length} executions, and none of number ${number ?? 1}`);
  return trace;
}

/** An execution of a server. */
async function traceOfServer(id: string, { workspace }: Options, io: CliIo): Promise<Trace> {
  const [{ withServer }, { fetchTrace }] = await Promise.all([import('./connect.ts'), import('./remote.ts')]);
  return withServer({}, io, (api) => fetchTrace(api, { id, workspace }, systemClock));
}

async function traceOf(source: string, options: Options, io: CliIo): Promise<Trace> {
  const isId = source !== '-' && !existsSync(source) && isUuid(source);
  return isId ? traceOfServer(source, options, io) : traceOfFile(source, options, io);
}

/** `flowprof compare`. Returns the exit code. @throws {UsageError} */
export async function compareCommand(before: string, after: string, options: unknown, io: CliIo): Promise<number> {
  const asked = optionsOf(options);
  if (before === '-' && after === '-') throw new UsageError('only one of the two can come from stdin');
  const a = await traceOf(before, asked, io);
  const b = await traceOf(after, asked, io);
  const comparison = compareTraces(a, b, asked.flame ? { maxStacks: MOST_STACKS } : {});
  if (asked.json) io.out.write(`${JSON.stringify(comparison, null, 2)}\n`);
  else io.out.write(renderComparison(comparison, io.out.terminal));
  return EXIT.fine;
}

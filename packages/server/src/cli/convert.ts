import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { basename } from 'node:path';

import { readTraceFile, TraceFileError, type Trace } from '@flowprof/model';

import {
  EXPORT_FORMATS,
  exportFormat,
  formatOfFile,
  writeExport,
  writeExports,
  type ExportFormat,
} from '../services/exports/formats.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { MAX_BYTES, readTraceInput } from './trace-input.ts';
import { writeWholeFile } from './write-file.ts';

/** More files than that are written by nobody on purpose. */
const MOST_FILES = 1000;

const compress = promisify(gzip);

/** As commander gives them. */
interface Options {
  readonly to: string | null;
  readonly from: string;
  /** From 1; null for all of them. */
  readonly execution: number | null;
}

function optionsOf(options: unknown): Options {
  const at = (key: string): unknown =>
    typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
  const [to, from, execution] = [at('to'), at('from'), at('execution')];
  return {
    to: typeof to === 'string' ? to : null,
    from: typeof from === 'string' ? from : 'auto',
    execution: typeof execution === 'number' ? execution : null,
  };
}

const NAMES = EXPORT_FORMATS.map(({ name }) => name).join(', ');

/** The format that is asked for: by its name, else by the ending of a file's name. @throws {UsageError} */
export function formatFor(name: string | null, file: string | null, option: string): ExportFormat {
  if (name !== null) {
    const named = exportFormat(name);
    if (named === null) throw new UsageError(`there is no format "${name}" to write; there are ${NAMES}`);
    return named;
  }
  const told = file === null ? null : formatOfFile(withoutGz(file));
  if (told !== null) return told;
  throw new UsageError(`${file ?? 'stdout'} does not say its format; ${option} does: ${NAMES}`);
}

/** Names that end in `.gz` beside their format are packed. */
function wantsGz(file: string): boolean {
  return withoutGz(file) !== file;
}

function withoutGz(file: string): string {
  return formatOfFile(file) === null && file.toLowerCase().endsWith('.gz') ? file.slice(0, -3) : file;
}

async function tracesOf(source: string, format: string, io: CliIo): Promise<readonly Trace[]> {
  const name = source === '-' ? 'stdin' : source;
  const bytes = await readTraceInput(source, io.stdin);
  return readTraceFile(bytes, { fileName: basename(name), format, maxBytes: MAX_BYTES });
}

function chosen(traces: readonly Trace[], position: number | null, name: string): readonly Trace[] {
  if (position === null) return traces;
  const trace = traces[position - 1];
  if (trace === undefined) throw new UsageError(`${name} holds ${traces.length} executions; there is no ${position}`);
  return [trace];
}

/** `run.chrome.json` for the second of several: `run-2.chrome.json`. */
function numbered(file: string, position: number, { extensions }: ExportFormat): string {
  const plain = withoutGz(file);
  const ending = extensions.find((extension) => plain.toLowerCase().endsWith(extension))?.length ?? 0;
  const dot = ending > 0 ? plain.length - ending : plain.length;
  return `${file.slice(0, dot)}-${position}${file.slice(dot)}`;
}

async function put(target: string, bytes: Uint8Array, io: CliIo): Promise<void> {
  if (target === '-') return io.out.writeBytes(bytes);
  await writeWholeFile(target, wantsGz(target) ? await compress(bytes) : bytes);
}

async function writeAll(traces: readonly Trace[], target: string, format: ExportFormat, io: CliIo): Promise<void> {
  if (traces.length === 1 || format.holdsSeveral) return put(target, await writeExports(traces, format), io);
  const several = `a file of ${format.name} holds one execution and there are ${traces.length}`;
  if (target === '-') throw new UsageError(`${several}; --execution names one`);
  if (traces.length > MOST_FILES) throw new UsageError(`${several}, which are too many files; --execution names one`);
  for (const [index, trace] of traces.entries()) {
    await put(numbered(target, index + 1, format), await writeExport(trace, format), io);
  }
}

/** `flowprof convert`. Returns the exit code. @throws {UsageError} */
export async function convertCommand(source: string, target: string, options: unknown, io: CliIo): Promise<number> {
  const { to, from, execution } = optionsOf(options);
  const format = formatFor(to, target === '-' ? null : target, '--to');
  try {
    const name = source === '-' ? 'stdin' : source;
    const traces = chosen(await tracesOf(source, from, io), execution, name);
    await writeAll(traces, target, format, io);
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`${source === '-' ? 'stdin' : source}: ${error.message}`);
    throw error;
  }
  return EXIT.fine;
}

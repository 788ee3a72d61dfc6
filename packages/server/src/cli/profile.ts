import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { unpackGzip } from '@flowprof/ingest';
import {
  buildHotspots,
  buildProfile,
  buildProfileCsv,
  isUuid,
  profileCsvHeader,
  readTraceStream,
  TraceFileError,
  type PriceTable,
  type Profile,
  type Trace,
} from '@flowprof/model';

import { systemClock } from '../services/system.ts';
import { priceTableShape } from '../http/shapes/prices.ts';
import { renderHotspots } from '../terminal/hotspots.ts';
import { renderProfile } from '../terminal/render.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import type { RemoteExecution, ServerFindings } from './remote.ts';
import { traceInputChunks } from './trace-input.ts';

/** As commander gives them. */
interface Options {
  readonly format: string;
  readonly json: boolean;
  readonly workspace: string | null;
  /** The nodes as a table. */
  readonly csv: boolean;
  /** What took most time over all instances, in place of the profile. */
  readonly hotspots: boolean;
  /** A name whose callers and callees are shown. */
  readonly name: string | null;
  /** A file with a price list. */
  readonly prices: string | null;
}

/** How many executions of one file are shown as text. */
const MAX_SHOWN = 20;

function optionsOf(options: unknown): Options {
  const at = (key: string): unknown =>
    typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
  const text = (key: string): string | null => {
    const value = at(key);
    return typeof value === 'string' ? value : null;
  };
  const [json, csv, name] = [at('json') === true, at('csv') === true, text('name')];
  const hotspots = at('hotspots') === true || name !== null;
  if (json && csv) throw new UsageError('--json and --csv exclude each other');
  if (hotspots && csv)
    throw new UsageError('--csv prints the nodes of the profile; hotspots are printed as text or --json');
  const prices = text('prices');
  return { format: text('format') ?? 'auto', json, workspace: text('workspace'), csv, hotspots, name, prices };
}

/** A price list. @throws {UsageError} */
async function readPrices(path: string): Promise<PriceTable> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof SyntaxError ? 'this is no JSON' : 'the file cannot be read'}`);
  }
  const parsed = priceTableShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'this is no price list'}`);
}

/** The executions in a trace file, or on stdin. @throws {UsageError} */
export async function tracesOf(source: string, format: string, io: CliIo): Promise<readonly Trace[]> {
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

/** Prints something of each trace: as JSON one object, an array where there are several; as text one after the other. */
function printEach(
  traces: readonly Trace[],
  json: boolean,
  io: CliIo,
  ways: { readonly object: (trace: Trace) => unknown; readonly text: (trace: Trace) => string },
): void {
  if (json) {
    const objects = traces.map(ways.object);
    return printJson(objects.length === 1 ? objects[0] : objects, io);
  }
  const texts = traces.slice(0, MAX_SHOWN).map(ways.text);
  const hidden = traces.length - texts.length;
  if (hidden > 0) texts.push(`and ${hidden} more executions, which --json prints\n`);
  io.out.write(texts.join('\n\n'));
}

function printHotspots(traces: readonly Trace[], { json, name }: Options, io: CliIo): void {
  const build = (trace: Trace) => buildHotspots(trace, name === null ? {} : { name });
  const reports = new Map(traces.map((trace) => [trace, build(trace)]));
  const isFound = name === null || [...reports.values()].some(({ sandwich }) => sandwich !== null);
  if (!isFound) throw new UsageError(`there is no span or node "${name}"`);
  const of = (trace: Trace) => reports.get(trace) ?? build(trace);
  printEach(traces, json, io, {
    object: of,
    text: (trace) => renderHotspots(of(trace), trace.execution.name || '(unnamed)', io.out.terminal),
  });
}

/** @param known what a server knows of its execution besides the trace; prices that are given win over its own */
async function print(
  traces: readonly Trace[],
  options: Options,
  io: CliIo,
  known: ServerFindings | null = null,
): Promise<void> {
  if (options.hotspots) return printHotspots(traces, options, io);
  if (options.csv) {
    io.out.write(profileCsvHeader());
    for (const trace of traces) io.out.write(buildProfileCsv(trace));
    return;
  }
  const prices = options.prices === null ? null : await readPrices(options.prices);
  const profileOf = (trace: Trace): Profile => {
    const profile = buildProfile(trace, { prices });
    return known === null ? profile : { ...profile, ...known, ...(prices !== null && { cost: profile.cost }) };
  };
  printEach(traces, options.json, io, {
    object: profileOf,
    text: (trace) => renderProfile(profileOf(trace), trace, io.out.terminal),
  });
}

/** Shows an execution of a server, with the prices of its workspace unless others are given. */
async function profileExecution(execution: RemoteExecution, options: Options, io: CliIo): Promise<void> {
  const [{ withServer }, remote] = await Promise.all([import('./connect.ts'), import('./remote.ts')]);
  const isTable = options.hotspots || options.csv;
  await withServer({}, io, async (api) => {
    if (options.json && !isTable && options.prices === null)
      return printJson(await remote.fetchProfile(api, execution), io);
    const known = isTable ? null : await remote.fetchFindings(api, execution);
    await print([await remote.fetchTrace(api, execution, systemClock)], options, io, known);
  });
}

/** `flowprof profile`. Returns the exit code. @throws {UsageError} */
export async function profileCommand(source: string, given: unknown, io: CliIo): Promise<number> {
  const options = optionsOf(given);
  const { format, workspace } = options;
  if (source !== '-' && !existsSync(source) && isUuid(source)) {
    await profileExecution({ id: source, workspace }, options, io);
    return EXIT.fine;
  }
  await print(await tracesOf(source, format, io), options, io);
  return EXIT.fine;
}

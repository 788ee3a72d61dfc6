import { existsSync } from 'node:fs';

import {
  isUuid,
  predictRun,
  TraceFileError,
  whatIf,
  WhatIfError,
  type RunPrediction,
  type Trace,
  type WhatIf,
  type WhatIfChange,
  type WhatIfOptions,
} from '@flowprof/model';
import { z } from 'zod';

import { writeExport } from '../services/exports/formats.ts';
import { systemClock } from '../services/system.ts';
import { renderWhatIf } from '../terminal/what-if.ts';
import { formatFor } from './convert.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { tracesOf } from './profile.ts';
import { writeWholeFile } from './write-file.ts';

/** As commander gives them. */
interface Options {
  readonly retries: boolean;
  readonly queue: boolean;
  readonly unlimited: boolean;
  readonly suggest: boolean;
  readonly runs: number;
  readonly execution: number | null;
  readonly trace: string | null;
  readonly format: string;
  readonly json: boolean;
  readonly workspace: string | null;
}

const optionsSchema = z.object({
  retries: z.boolean().default(true),
  queue: z.boolean().default(true),
  unlimited: z.boolean().default(false),
  suggest: z.boolean().default(false),
  runs: z.number().default(1),
  execution: z.number().nullable().default(null),
  trace: z.string().nullable().default(null),
  format: z.string().default('auto'),
  json: z.boolean().default(false),
  workspace: z.string().nullable().default(null),
});

/** The changes of the command line, those that are flags last. */
function allChanges(changes: readonly WhatIfChange[], { retries, queue, unlimited }: Options): WhatIfChange[] {
  const all = [...changes];
  if (!retries) all.push({ kind: 'no_retries' });
  if (!queue) all.push({ kind: 'no_queue' });
  if (unlimited) all.push({ kind: 'unlimited' });
  return all;
}

/** What is known of the runs beside the one that is asked about. */
type Others = NonNullable<WhatIfOptions['others']>;

interface Found {
  readonly trace: Trace;
  /** The same changes made to other runs. */
  readonly others: Others | null;
}

/** The execution that is meant in a file, and the others of its workflow there. */
async function inFile(source: string, changes: readonly WhatIfChange[], options: Options, io: CliIo): Promise<Found> {
  const traces = await tracesOf(source, options.format, io);
  const { execution, runs } = options;
  if (traces.length > 1 && execution === null && runs === 1) {
    throw new UsageError(`${source} holds ${traces.length} executions; --execution <n> says which one is meant`);
  }
  const trace = traces[(execution ?? 1) - 1];
  if (trace === undefined) throw new UsageError(`${source} holds ${traces.length} executions`);
  if (runs === 1) return { trace, others: null };
  const found: RunPrediction[] = [];
  let skipped = 0;
  for (const other of traces) {
    if (other === trace || other.execution.workflow !== trace.execution.workflow || found.length === runs - 1) continue;
    const run = predictRun(other, changes);
    if (run === null) skipped++;
    else found.push(run);
  }
  return { trace, others: { runs: found, skipped } };
}

/** An execution of a server, with what the server says of its other runs. */
async function onServer(id: string, changes: readonly WhatIfChange[], options: Options, io: CliIo): Promise<Found> {
  const [{ withServer }, remote] = await Promise.all([import('./connect.ts'), import('./remote.ts')]);
  return withServer({}, io, async (api) => {
    const execution = { id, workspace: options.workspace };
    const trace = await remote.fetchTrace(api, execution, systemClock);
    if (options.runs === 1) return { trace, others: null };
    // What cannot be predicted is told before the server is asked, which would say less.
    predict(trace, changes, {});
    return { trace, others: await remote.fetchOtherRuns(api, execution, changes, options.runs) };
  });
}

/** @throws {UsageError} for a change that cannot be made */
function predict(trace: Trace, changes: readonly WhatIfChange[], options: WhatIfOptions): WhatIf {
  try {
    return whatIf(trace, changes, options);
  } catch (error) {
    if (error instanceof WhatIfError) throw new UsageError(error.message);
    throw error;
  }
}

/** Writes the predicted schedule as a file. @throws {UsageError} when its format cannot be written */
async function writePrediction(predicted: Trace, target: string): Promise<void> {
  const format = formatFor(null, target, '--trace');
  try {
    await writeWholeFile(target, await writeExport(predicted, format));
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`${target}: ${error.message}`);
    throw error;
  }
}

/** `flowprof what-if`. Returns the exit code. @throws {UsageError} */
export async function whatIfCommand(
  source: string,
  given: readonly WhatIfChange[],
  options: unknown,
  io: CliIo,
): Promise<number> {
  const asked = optionsSchema.parse(options);
  const changes = allChanges(given, asked);
  const isExecution = source !== '-' && !existsSync(source) && isUuid(source);
  const { trace, others } = await (isExecution ? onServer : inFile)(source, changes, asked, io);
  const suggest = asked.suggest || changes.length === 0;
  const { answer, predicted } = predict(trace, changes, { suggest, ...(others !== null && { others }) });
  if (asked.trace !== null) {
    await writePrediction(predicted, asked.trace);
  }
  if (asked.json) io.out.write(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out.write(renderWhatIf(answer, trace, io.out.terminal));
  return EXIT.fine;
}

import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  createConductor,
  otlpExporter,
  redactorOf,
  teeSinks,
  type ExecutionResult,
  type OtlpExporter,
  type RunOptions,
  type WorkflowDefinition,
} from '@flowprof/conductor';
import {
  buildProfile,
  since,
  uuidv7,
  type JsonObject,
  type Trace,
  type TraceEvent,
  type TraceSink,
} from '@flowprof/model';
import { z } from 'zod';

import { DemoServices, UnknownServiceError } from '../demo/demo-services.ts';
import { missingSecrets, prepareInput } from '../services/inputs.ts';
import type { HeldServices } from '../services/service-host.ts';
import { systemClock, systemRandom } from '../services/system.ts';
import { LiveView } from '../terminal/live.ts';
import { countOf } from '../terminal/quantity.ts';
import { renderProfile } from '../terminal/render.ts';
import { CommandFailure, EXIT, reasonOf, UsageError } from './errors.ts';
import { inputOf } from './inputs.ts';
import type { CliIo } from './io.ts';
import { openRunJournal, type RunJournal } from './run-journal.ts';
import { readWorkflowFiles, type WorkflowFiles } from './workflow-files.ts';

const optionsSchema = z.object({
  input: z.array(z.string()).default([]),
  inputFile: z.string().optional(),
  slowMo: z.number().optional(),
  concurrency: z.number().optional(),
  timeout: z.number().optional(),
  journal: z.string().min(1).optional(),
  otlp: z.string().optional(),
  trace: z.string().optional(),
  quiet: z.boolean().default(false),
  temporal: z.string().optional(),
});

type Options = z.infer<typeof optionsSchema>;

/** How often the view of a run is drawn. */
const FRAME_MS = 80;

async function acquire(names: readonly string[], host: DemoServices): Promise<HeldServices> {
  try {
    return await host.acquire(names);
  } catch (error) {
    if (error instanceof UnknownServiceError) throw new UsageError(error.message);
    throw error;
  }
}

/** Runs the workflow with progress on stderr; Ctrl-C cancels it, a second one ends the process. */
async function runLive(
  definition: WorkflowDefinition,
  runOptions: RunOptions,
  sinks: readonly TraceSink[],
  options: { readonly quiet: boolean; readonly io: CliIo },
): Promise<ExecutionResult> {
  const { quiet, io } = options;
  const abort = new AbortController();
  const view = new LiveView(io.err.terminal, (text) => io.err.write(text));
  const startedAt = runOptions.resume?.startedAt ?? systemClock.now();
  const draw = (): void => view.draw(since(startedAt, systemClock.now()));
  const timer = quiet ? null : setInterval(draw, FRAME_MS);
  const stopListening = io.onInterrupt(() => {
    if (abort.signal.aborted) return io.exitNow(130);
    view.clear();
    io.err.write('flowprof: cancelling the run; once more to stop at once\n');
    abort.abort(new Error('cancelled'));
  });
  const watching: TraceSink = { write: async (_: string, batch: readonly TraceEvent[]) => view.apply(batch) };
  const all = quiet ? sinks : [watching, ...sinks];
  try {
    return await createConductor().node.run(definition, {
      ...runOptions,
      signal: abort.signal,
      ...(all.length > 0 && { sink: teeSinks(all) }),
    });
  } finally {
    if (timer) clearInterval(timer);
    view.clear();
    stopListening();
  }
}

/** The exporter of `--otlp`. @throws {UsageError} when that is no URL */
function exporterTo(url: string, env: CliIo['env']): OtlpExporter {
  const headers = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const];
  });
  try {
    return otlpExporter({ url, headers: Object.fromEntries(headers) });
  } catch (error) {
    throw new UsageError(`--otlp: ${reasonOf(error)}`);
  }
}

/** Sends what is left of the spans, and says when some were not taken. */
async function deliver(exporter: OtlpExporter, url: string, io: CliIo): Promise<void> {
  const { sent, rejected, dropped, problem } = await exporter.flush();
  if (rejected + dropped === 0) return;
  const lost = `${rejected + dropped} of ${countOf(sent + rejected + dropped, 'span')}`;
  io.err.write(
    `flowprof: ${lost} were not delivered to ${new URL(url).origin}${problem === null ? '' : `: ${problem}`}\n`,
  );
}

/**
 * The journal of `--journal`, and the input of the run: that of the journal when the run goes on.
 * @throws {UsageError} when the journal is of another run than the one that is asked for
 */
async function openJournal(
  file: string,
  { definition, called }: WorkflowFiles,
  given: JsonObject,
  io: CliIo,
): Promise<{ readonly journal: RunJournal; readonly input: JsonObject }> {
  const secrets = Object.entries(definition.inputs ?? {}).flatMap(([name, { secret }]) =>
    secret === true ? [name] : [],
  );
  const workflow = createHash('sha256')
    .update(JSON.stringify([definition, called]))
    .digest('hex');
  const { sealed } = prepareInput(given, secrets);
  const begunAt = systemClock.now();
  const executionId = uuidv7(begunAt, systemRandom);
  const journal = await openRunJournal(file, { executionId, begunAt, workflow, input: sealed });
  const { run, resume } = journal;
  try {
    const missing = missingSecrets(run.input, given, secrets);
    if (missing.length > 0)
      throw new UsageError(`${file} does not hold secret inputs: give ${missing.join(', ')} again`);
    const other = Object.keys(sealed).find((name) => JSON.stringify(sealed[name]) !== JSON.stringify(run.input[name]));
    if (other !== undefined) {
      throw new UsageError(`the run in ${file} was started with another input ${JSON.stringify(other)}; leave it out`);
    }
  } catch (error) {
    await journal.close(false);
    throw error;
  }
  if (resume) io.err.write(`flowprof: goes on with ${file}: ${countOf(resume.finished.length, 'node')} had finished\n`);
  return { journal, input: { ...run.input, ...given } };
}

/** Finds out before the run, and not after it, whether its trace can be written. @throws {UsageError} */
function requireWritable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

async function writeTrace(file: string, trace: Trace): Promise<void> {
  const { writeTraceFile } = await import('@flowprof/model');
  try {
    await writeFile(file, await writeTraceFile(trace, file.endsWith('.chrome.json') ? 'chrome' : 'json'));
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

function failureOf(result: ExecutionResult): string {
  const { error: fault, status, recording } = result;
  const error = fault && { ...fault, message: redactorOf(result).text(fault.message) };
  if (!error || status === 'cancelled') return `the run ended as ${status}`;
  if (error.nodeKey === undefined) {
    return status === 'timeout'
      ? `the run timed out: ${error.message}`
      : `the run failed: ${error.code}: ${error.message}`;
  }
  const name = recording.nodes.name[recording.nodes.key.indexOf(error.nodeKey)] ?? '';
  return `node ${error.nodeKey} (${name}) failed: ${error.code}: ${error.message}`;
}

/** What a run that happens elsewhere cannot have. @throws {UsageError} */
function refuseHere({ journal, otlp }: Options): void {
  if (journal !== undefined)
    throw new UsageError('--journal is for runs in this process; on Temporal every run is durable');
  if (otlp !== undefined) throw new UsageError('--otlp is for runs in this process');
}

/** `--temporal`. */
async function runElsewhere(files: WorkflowFiles, input: JsonObject, options: unknown, io: CliIo): Promise<number> {
  const chosen = optionsSchema.parse(options);
  refuseHere(chosen);
  const { runOnTemporal, showEnd } = await import('./temporal/run.ts');
  const host = new DemoServices(systemClock);
  const held = await acquire(files.services, host);
  try {
    const end = await runOnTemporal(files, input, held.services, options, io);
    if (chosen.trace !== undefined) await writeTrace(chosen.trace, end.trace);
    return showEnd(end, io);
  } finally {
    held.release();
    await host.settled();
  }
}

/** Runs the workflow with the services that it asks for. */
async function runWith(
  files: WorkflowFiles,
  input: JsonObject,
  chosen: Options,
  more: { readonly journal: RunJournal | null; readonly exporter: OtlpExporter | null; readonly io: CliIo },
): Promise<ExecutionResult> {
  const { journal, exporter, io } = more;
  const host = new DemoServices(systemClock);
  const held = await acquire(files.services, host);
  try {
    const runOptions: RunOptions = {
      input,
      services: held.services,
      network: { privateAddresses: true, allow: held.allow },
      workflows: files.called,
      ...(chosen.concurrency !== undefined && { concurrency: chosen.concurrency }),
      ...(chosen.slowMo !== undefined && { slowMo: chosen.slowMo }),
      ...(chosen.timeout !== undefined && { timeoutMs: chosen.timeout }),
      ...(journal && { executionId: journal.run.executionId, journal: journal.journal }),
      ...(journal?.resume && { resume: journal.resume }),
    };
    const sinks = [...(journal ? [journal.sink] : []), ...(exporter ? [exporter] : [])];
    return await runLive(files.definition, runOptions, sinks, { quiet: chosen.quiet, io });
  } finally {
    held.release();
    await host.settled();
  }
}

/**
 * `flowprof run`. Returns the exit code.
 * @throws {UsageError} when it cannot start
 * @throws {CommandFailure} when the run failed, after its profile was printed
 */
export async function runCommand(file: string, options: unknown, io: CliIo): Promise<number> {
  const chosen: Options = optionsSchema.parse(options);
  const files = readWorkflowFiles(file);
  const given = inputOf(files.definition.inputs, chosen.input, chosen.inputFile);
  if (chosen.trace !== undefined) requireWritable(chosen.trace);
  if (chosen.temporal !== undefined) return runElsewhere(files, given, options, io);
  const exporter = chosen.otlp === undefined ? null : exporterTo(chosen.otlp, io.env);
  const opened = chosen.journal === undefined ? null : await openJournal(chosen.journal, files, given, io);
  const journal = opened?.journal ?? null;
  let result: ExecutionResult | null = null;
  try {
    result = await runWith(files, opened?.input ?? given, chosen, { journal, exporter, io });
  } finally {
    await journal?.close(result?.success ?? false);
  }
  const { recording, data } = result;
  const shown = data === undefined ? undefined : redactorOf(result).json(data);
  io.out.write(renderProfile(buildProfile(recording), recording, io.out.terminal, shown));
  if (chosen.trace !== undefined) await writeTrace(chosen.trace, recording);
  if (exporter && chosen.otlp !== undefined) await deliver(exporter, chosen.otlp, io);
  if (!result.success) {
    if (chosen.journal !== undefined) io.err.write(`flowprof: the same command goes on with ${chosen.journal}\n`);
    throw new CommandFailure(failureOf(result));
  }
  return EXIT.fine;
}

import { accessSync, constants, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  createConductor,
  parseWorkflow,
  WorkflowFileError,
  type ExecutionResult,
  type RunOptions,
  type WorkflowDefinition,
} from '@flowprof/conductor';
import { buildProfile, since, type Trace } from '@flowprof/model';
import { z } from 'zod';

import { DemoServices, UnknownServiceError } from '../demo/demo-services.ts';
import type { HeldServices } from '../services/service-host.ts';
import { LiveView } from '../terminal/live.ts';
import { renderProfile } from '../terminal/render.ts';
import { systemClock } from '../services/system.ts';
import { CommandFailure, EXIT, reasonOf, UsageError } from './errors.ts';
import { inputOf } from './inputs.ts';
import type { CliIo } from './io.ts';

const optionsSchema = z.object({
  input: z.array(z.string()).default([]),
  inputFile: z.string().optional(),
  slowMo: z.number().optional(),
  concurrency: z.number().optional(),
  trace: z.string().optional(),
  quiet: z.boolean().default(false),
});

type Options = z.infer<typeof optionsSchema>;

/** How often the view of a run is drawn. */
const FRAME_MS = 80;

/** Reads and checks a workflow file. @throws {UsageError} with the place of what is wrong */
function readWorkflow(file: string): WorkflowDefinition {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
  }
  try {
    return parseWorkflow(text);
  } catch (error) {
    if (!(error instanceof WorkflowFileError)) throw error;
    const [first] = error.issues;
    const place = first === undefined || first.line === null ? file : `${file}:${first.line}:${first.column ?? 1}`;
    const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
    throw new UsageError(`${place}: ${first?.message ?? error.message}${more}`);
  }
}

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
  quiet: boolean,
  io: CliIo,
): Promise<ExecutionResult> {
  const abort = new AbortController();
  const view = new LiveView(io.err.terminal, (text) => io.err.write(text));
  const startedAt = systemClock.now();
  const draw = (): void => view.draw(since(startedAt, systemClock.now()));
  const timer = quiet ? null : setInterval(draw, FRAME_MS);
  const stopListening = io.onInterrupt(() => {
    if (abort.signal.aborted) return io.exitNow(130);
    view.clear();
    io.err.write('flowprof: cancelling the run; once more to stop at once\n');
    abort.abort(new Error('cancelled'));
  });
  try {
    return await createConductor().node.run(definition, {
      ...runOptions,
      signal: abort.signal,
      ...(!quiet && {
        sink: {
          write: (_, batch) => {
            view.apply(batch);
            return Promise.resolve();
          },
        },
      }),
    });
  } finally {
    if (timer) clearInterval(timer);
    view.clear();
    stopListening();
  }
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
    await writeFile(file, writeTraceFile(trace, file.endsWith('.chrome.json') ? 'chrome' : 'json'));
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

function failureOf(result: ExecutionResult): string {
  const { error, status, recording } = result;
  if (!error || status === 'cancelled') return `the run ended as ${status}`;
  const row = error.nodeKey === undefined ? -1 : recording.nodes.key.indexOf(error.nodeKey);
  const where = error.nodeKey === undefined ? 'the run' : `node ${error.nodeKey} (${recording.nodes.name[row] ?? ''})`;
  return `${where} ${status === 'completed' ? 'failed' : status}: ${error.code}: ${error.message}`;
}

/**
 * `flowprof run`. Returns the exit code.
 * @throws {UsageError} when it cannot start
 * @throws {CommandFailure} when the run failed, after its profile was printed
 */
export async function runCommand(file: string, options: unknown, io: CliIo): Promise<number> {
  const chosen: Options = optionsSchema.parse(options);
  const definition = readWorkflow(file);
  const input = inputOf(definition.inputs, chosen.input, chosen.inputFile);
  if (chosen.trace !== undefined) requireWritable(chosen.trace);
  const host = new DemoServices(systemClock);
  const held = await acquire(definition.services ?? [], host);
  let result: ExecutionResult;
  try {
    const runOptions: RunOptions = {
      input,
      services: held.services,
      network: { privateAddresses: true, allow: held.allow },
      ...(chosen.concurrency !== undefined && { concurrency: chosen.concurrency }),
      ...(chosen.slowMo !== undefined && { slowMo: chosen.slowMo }),
    };
    result = await runLive(definition, runOptions, chosen.quiet, io);
  } finally {
    held.release();
    await host.settled();
  }
  const { recording, data } = result;
  io.out.write(renderProfile(buildProfile(recording), recording, io.out.terminal, data));
  if (chosen.trace !== undefined) await writeTrace(chosen.trace, result.recording);
  if (!result.success) throw new CommandFailure(failureOf(result));
  return EXIT.fine;
}

import { startOnTemporal, strikeSealed } from '@flowprof/conductor/temporal';
import { openTemporal, TemporalError } from '@flowprof/ingest/temporal';
import {
  buildProfile,
  readHistoryFile,
  since,
  traceOfRun,
  type ChildHistory,
  type HistoryEvent,
  type JsonObject,
  type JsonValue,
  type Trace,
} from '@flowprof/model';
import {
  Client,
  Connection,
  WorkflowFailedError,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { z } from 'zod';

import { systemClock } from '../../services/system.ts';
import { LiveView } from '../../terminal/live.ts';
import { renderProfile } from '../../terminal/render.ts';
import { CommandFailure, EXIT, reasonOf, UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';
import type { WorkflowFiles } from '../workflow-files.ts';
import { childrenOf } from './children.ts';
import { clusterOf, connectionOptions, connectionSchema, sealKeyOf, type Cluster } from './connection.ts';
import { LiveEvents } from './live-events.ts';

const optionsSchema = connectionSchema.extend({
  temporal: z.string(),
  workflowId: z.string().min(1).optional(),
  concurrency: z.number().optional(),
  slowMo: z.number().optional(),
  timeout: z.number().optional(),
  quiet: z.boolean().default(false),
});

/** How often the view of a run is drawn. */
const FRAME_MS = 80;

/** How a run ended. */
export interface TemporalEnd {
  readonly trace: Trace;
  readonly data: JsonValue | undefined;
  /** Why it failed, in one line; null where it did not. */
  readonly failure: string | null;
}

type Handle = WorkflowHandleWithFirstExecutionRunId;

/** The histories of a run and of what it has in child workflows: parts of large loops. */
interface Followed {
  readonly events: readonly HistoryEvent[];
  readonly children: readonly ChildHistory[];
}

/** Follows a run to its end, with progress on stderr; Ctrl-C cancels it, a second one leaves it to itself. */
async function follow(cluster: Cluster, handle: Handle, quiet: boolean, io: CliIo): Promise<Followed> {
  const temporal = openTemporal(cluster.target, cluster.credentials);
  const view = new LiveView(io.err.terminal, (text) => io.err.write(text));
  const live = new LiveEvents();
  const startedAt = systemClock.now();
  const timer = quiet ? null : setInterval(() => view.draw(since(startedAt, systemClock.now())), FRAME_MS);
  let isCancelling = false;
  const stopListening = io.onInterrupt(() => {
    if (isCancelling) return io.exitNow(130);
    isCancelling = true;
    view.clear();
    io.err.write('flowprof: cancelling the run; once more to leave it to itself\n');
    handle.cancel().catch((error: unknown) => io.err.write(`flowprof: it cannot be cancelled: ${reasonOf(error)}\n`));
  });
  const events: HistoryEvent[] = [];
  try {
    const run = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    for await (const { data } of temporal.history(run, { isFollowing: true })) {
      for (const { events: more } of readHistoryFile(data)) {
        for (const event of more) {
          events.push(event);
          if (!quiet) view.apply(live.of(event));
        }
      }
    }
    return { events, children: await childrenOf(temporal, events) };
  } catch (error) {
    if (!(error instanceof TemporalError)) throw error;
    throw new CommandFailure(`the run can no longer be followed: ${error.message}; it goes on without that`);
  } finally {
    if (timer) clearInterval(timer);
    view.clear();
    stopListening();
    temporal.close();
  }
}

function detailOf(cause: unknown): JsonObject {
  const details = typeof cause === 'object' && cause !== null && 'details' in cause ? cause.details : null;
  const parsed = z.tuple([z.record(z.string(), z.json())]).safeParse(details);
  return parsed.success ? parsed.data[0] : {};
}

/** Why a run failed, in the words of `flowprof run`. */
function failureOf(error: WorkflowFailedError, trace: Trace): string {
  const { cause } = error;
  if (cause === undefined || cause.name === 'CancelledFailure') return 'the run ended as cancelled';
  if (cause.name === 'TerminatedFailure') return 'the run was terminated';
  const { nodeKey, status } = detailOf(cause);
  const code = 'type' in cause && typeof cause.type === 'string' ? cause.type : cause.name;
  if (typeof nodeKey !== 'string') {
    return status === 'timeout' ? `the run timed out: ${cause.message}` : `the run failed: ${code}: ${cause.message}`;
  }
  const name = trace.nodes.name[trace.nodes.key.indexOf(nodeKey)] ?? '';
  return `node ${nodeKey} (${name}) failed: ${code}: ${cause.message}`;
}

async function resultOf(handle: Handle, trace: Trace): Promise<Pick<TemporalEnd, 'data' | 'failure'>> {
  try {
    const data: JsonValue = z.json().parse(await handle.result());
    return { data, failure: null };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { data: undefined, failure: failureOf(error, trace) };
    throw error;
  }
}

/**
 * Runs a workflow file on a Temporal server, and follows it to its end.
 * @throws {CommandFailure} where the server cannot be reached, or refuses
 */
export async function runOnTemporal(
  files: WorkflowFiles,
  input: JsonObject,
  services: Readonly<Record<string, JsonObject>>,
  options: unknown,
  io: CliIo,
): Promise<TemporalEnd> {
  const chosen = optionsSchema.parse(options);
  const cluster = clusterOf(chosen.temporal, chosen, io.env);
  const { concurrency, slowMo, timeout, taskQueue, workflowId, quiet } = chosen;
  const key = sealKeyOf(io.env);
  const connection = await Connection.connect(connectionOptions(cluster)).catch((error: unknown) => {
    throw new CommandFailure(`cannot reach the Temporal server at ${chosen.temporal}: ${reasonOf(error)}`);
  });
  try {
    const client = new Client({ connection, namespace: chosen.namespace });
    const handle = await startOnTemporal(client, {
      workflow: files.definition,
      called: files.called,
      input,
      services,
      taskQueue,
      ...(key && { key }),
      options: {
        ...(concurrency !== undefined && { concurrency }),
        ...(slowMo !== undefined && { slowMo }),
        ...(timeout !== undefined && { timeoutMs: timeout }),
      },
      ...(workflowId !== undefined && { workflowId }),
    }).catch((error: unknown) => {
      if (error instanceof RangeError) throw new UsageError(error.message);
      throw new CommandFailure(`the Temporal server does not start it: ${reasonOf(error)}`);
    });
    if (!quiet) io.err.write(`flowprof: started ${handle.workflowId}, run ${handle.firstExecutionRunId}\n`);
    const { events, children } = await follow(cluster, handle, quiet, io);
    const { namespace } = chosen;
    const info = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId, namespace, pendingActivities: [] };
    const trace = traceOfRun({ events, info, children });
    return { trace, ...(await resultOf(handle, trace)) };
  } finally {
    await connection.close();
  }
}

/** What is printed of it. Returns the exit code. @throws {CommandFailure} when the run failed */
export function showEnd({ trace, data, failure }: TemporalEnd, io: CliIo): number {
  io.out.write(
    renderProfile(buildProfile(trace), trace, io.out.terminal, data === undefined ? data : strikeSealed(data)),
  );
  if (failure !== null) throw new CommandFailure(failure);
  return EXIT.fine;
}

import { Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/client';
import type { Timers } from '@flowprof/conductor';
import {
  DefaultLogger,
  IllegalStateError,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type NativeConnectionOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import {
  COORDINATOR_TYPE,
  SYSTEM_QUEUE,
  coordinatorId,
  type CoordinatorInput,
  type SyncedConnection,
  type SystemActivities,
} from './seam.ts';

/** How many executions of a connection are synced at once by all workers together. */
const AT_ONCE = 8;
/** After how many events of its own history a coordinator goes on as a new run. */
const MAX_EVENTS = 4000;
/** How often is looked whether there is still a coordinator. */
const ENSURE_MS = 30_000;
const AGAIN_MS = 5000;
/** After how many looks in a row that failed the worker starts anew: the name may stand for another address by now. */
const MOST_FAILURES = 4;
/** How long what is under way may take when a worker stops. */
const GRACE_MS = 2000;
const FORCE_MS = 8000;

/** What a worker of the system workflows needs. */
export interface SystemWorkerOptions {
  readonly connection: SyncedConnection;
  readonly temporal: NativeConnectionOptions;
  readonly namespace: string;
  readonly activities: SystemActivities;
  readonly bundle: WorkflowBundleOption;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly atOnce?: number;
  readonly maxEvents?: number;
}

/**
 * Temporal's native part with our log, and without its own handlers of signals: this process ends when flowprof says so.
 * Where a process has it already, it stays as it is.
 */
function prepareRuntime(logger: SystemWorkerOptions['logger']): void {
  const log = new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (level === 'ERROR') logger.error({ temporal: meta }, message);
    else logger.warn({ temporal: meta }, message);
  });
  try {
    const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
    Runtime.install({ logger: log, shutdownSignals: [], telemetryOptions: { logging: { filter, forward: {} } } });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** Starts the coordinator of the connection where none runs. */
async function ensureCoordinator(client: Client, input: CoordinatorInput): Promise<void> {
  await client.workflow.start(COORDINATOR_TYPE, {
    workflowId: coordinatorId(input),
    taskQueue: SYSTEM_QUEUE,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: 'flowprof syncs the executions of this namespace',
  });
}

/** Starts the coordinator whenever there is none, until the signal fires. @returns why it cannot any more, or null */
async function keepCoordinator(
  client: Client,
  input: CoordinatorInput,
  { timers, logger }: Pick<SystemWorkerOptions, 'timers' | 'logger'>,
  signal: AbortSignal,
): Promise<unknown> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await ensureCoordinator(client, input);
      failures = 0;
    } catch (error) {
      logger.warn({ err: error, connection: input.connectionId }, 'the sync coordinator could not be started');
      if (++failures >= MOST_FAILURES) return error;
    }
    await timers.sleep(failures > 0 ? AGAIN_MS : ENSURE_MS, signal).catch(() => undefined);
  }
  return null;
}

/** Ends the coordinator of a connection that is not synced this way any more, and its children. */
export async function endCoordinator(
  options: Pick<SystemWorkerOptions, 'connection' | 'temporal' | 'namespace'>,
): Promise<void> {
  const native = await NativeConnection.connect(options.temporal);
  try {
    const client = new Client({ connection: native, namespace: options.namespace });
    await client.workflow
      .getHandle(coordinatorId(options.connection))
      .terminate('its connection is not synced so any more');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  } finally {
    await native.close().catch(() => undefined);
  }
}

/**
 * Works for the coordinator of one connection, and sees to it that there is one, until the signal fires.
 * @throws what keeps it from working: the server cannot be reached, or refuses it
 */
export async function runSystemWorker(options: SystemWorkerOptions, signal: AbortSignal): Promise<void> {
  const { connection, namespace, logger, atOnce = AT_ONCE, maxEvents = MAX_EVENTS } = options;
  prepareRuntime(logger);
  const native = await NativeConnection.connect(options.temporal);
  try {
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: SYSTEM_QUEUE,
      workflowBundle: options.bundle,
      activities: { ...options.activities },
      maxConcurrentActivityTaskExecutions: atOnce + 2,
      maxConcurrentWorkflowTaskExecutions: 8,
      maxCachedWorkflows: 50,
      workflowThreadPoolSize: 1,
      maxHeartbeatThrottleInterval: '4 seconds',
      shutdownGraceTime: GRACE_MS,
      shutdownForceTime: FORCE_MS,
    });
    const client = new Client({ connection: native, namespace });
    const ending = new AbortController();
    const stop = AbortSignal.any([signal, ending.signal]);
    const running = worker.run().finally(() => ending.abort());
    if (stop.aborted) worker.shutdown();
    else stop.addEventListener('abort', () => worker.getState() === 'RUNNING' && worker.shutdown(), { once: true });
    const keeping = keepCoordinator(client, { ...connection, atOnce, maxEvents }, options, stop);
    const [fault] = await Promise.all([keeping.finally(() => ending.abort()), running]);
    if (fault !== null && !signal.aborted) throw fault;
  } finally {
    await native.close().catch(() => undefined);
  }
}

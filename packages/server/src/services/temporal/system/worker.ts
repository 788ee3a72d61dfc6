import { Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Timers } from '@flowprof/conductor';
import {
  DefaultLogger,
  IllegalStateError,
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
    Runtime.install({ logger: log, shutdownSignals: [] });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** Starts the coordinator of the connection where none runs. */
export async function ensureCoordinator(client: Client, input: CoordinatorInput): Promise<void> {
  await client.workflow.start(COORDINATOR_TYPE, {
    workflowId: coordinatorId(input),
    taskQueue: SYSTEM_QUEUE,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: 'flowprof syncs the executions of this namespace',
  });
}

/**
 * Works for the coordinator of one connection, and sees to it that there is one, until the signal fires.
 * @throws what keeps it from working: the server cannot be reached, or refuses it
 */
export async function runSystemWorker(options: SystemWorkerOptions, signal: AbortSignal): Promise<void> {
  const { connection, namespace, timers, logger, atOnce = AT_ONCE, maxEvents = MAX_EVENTS } = options;
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
    const input = { ...connection, atOnce, maxEvents };
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const keep = async (): Promise<void> => {
      while (!either.aborted) {
        await ensureCoordinator(client, input).catch((error: unknown) => {
          logger.warn({ err: error, connection: connection.connectionId }, 'the sync coordinator could not be started');
        });
        await timers.sleep(ENSURE_MS, either).catch(() => undefined);
      }
    };
    const stop = (): void => worker.shutdown();
    const running = worker.run();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const keeping = keep();
    try {
      await running;
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
      await keeping;
    }
  } finally {
    await native.close().catch(() => undefined);
  }
}

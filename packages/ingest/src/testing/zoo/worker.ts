import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { zooActivities, type AttemptLog } from './activities.ts';
import { zooHandlers } from './nexus-handlers.ts';

/** Where the zoo's workflows are, for who bundles them with interceptors of its own. */
export const ZOO_WORKFLOWS = fileURLToPath(new URL('workflows.ts', import.meta.url));

let bundle: Promise<WorkflowBundleWithSourceMap> | null = null;

/** The code of the zoo's workflows; made once in a process, which takes some seconds. */
export function zooBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: ZOO_WORKFLOWS,
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

let isQuiet = false;

/** Connects for a worker. What workers say of failures is not printed: in the zoo they are meant. */
export async function connectWorker(address: string): Promise<NativeConnection> {
  if (!isQuiet) {
    isQuiet = true;
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: {
        logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      },
    });
  }
  return NativeConnection.connect({ address });
}

export interface ZooWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  /** What the activities write down what they do in. */
  readonly log?: AttemptLog;
  /** More options of the worker, e.g. its interceptors, identity, or a bundle of one's own. */
  readonly more?: Partial<WorkerOptions>;
}

/** A worker for the zoo; who makes it runs it: `worker.runUntil(…)`. */
export async function makeZooWorker({
  connection,
  namespace,
  taskQueue,
  log = [],
  more = {},
}: ZooWorkerOptions): Promise<Worker> {
  const isBundled = more.workflowBundle !== undefined || more.workflowsPath !== undefined;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    ...(!isBundled && { workflowBundle: await zooBundle() }),
    activities: zooActivities(log),
    nexusServices: [zooHandlers],
    // Hanging activities must not keep a test from ending.
    shutdownGraceTime: 0,
    shutdownForceTime: 2000,
    ...more,
  });
}

import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker, type NativeConnection, type WorkerPlugin, type WorkflowBundleOption } from '@temporalio/worker';
import { systemRandom } from '../clock.ts';
import { HttpClient } from '../http/client.ts';
import { OPEN_NETWORK } from '../http/policy.ts';
import type { NodeType } from '../node-type.ts';
import { builtInTypes } from '../nodes/index.ts';
import { registered } from '../nodes/registered.ts';
import type { NetworkPolicy } from '../types.ts';
import { makeActivities } from './activities.ts';
import { workflowBundle } from './bundle.ts';
import { Connections } from './connections.ts';
import { Seal } from './seal.ts';
import { STOPPING_QUERY } from './wire.ts';

/** The task queue of those that say none. */
export const TASK_QUEUE = 'flowprof';

/** What a worker is made with. */
export interface TemporalWorkerOptions {
  readonly connection: NativeConnection;
  /** `default` when absent. */
  readonly namespace?: string;
  /** `flowprof` when absent. */
  readonly taskQueue?: string;
  readonly identity?: string;
  /** How many attempts may be under way at once; 100 when absent. */
  readonly maxActivities?: number;
  /** Which addresses nodes may reach; all when absent. */
  readonly network?: NetworkPolicy;
  /** Whether `command` nodes may start processes; true when absent. */
  readonly commands?: boolean;
  /** Certificates in PEM that `https` requests trust besides the usual ones. */
  readonly ca?: readonly string[];
  /** What values of secret inputs are sealed with. 32 bytes. */
  readonly key?: Uint8Array;
  /** Seals all payloads, where that is wanted; those who start runs need the same. */
  readonly dataConverter?: DataConverter;
  /** Plugins of the worker, such as `FlowprofPlugin` of `flowprof/temporal-worker`. */
  readonly plugins?: readonly WorkerPlugin[];
  /** Node types besides the built-in ones, by name. */
  readonly types?: Readonly<Record<string, NodeType>>;
  /** The code of the workflow, where it has been made before. */
  readonly bundle?: WorkflowBundleOption;
}

/** A worker that runs workflow files. `run()` goes on until `shutdown()`, after which what is under way has 10 s to end. */
export async function createTemporalWorker(options: TemporalWorkerOptions): Promise<Worker> {
  const { connection, namespace = 'default', network = OPEN_NETWORK, ca = [] } = options;
  const registry = builtInTypes();
  for (const [name, type] of Object.entries(options.types ?? {})) registry.register(name, registered(type));
  const converter = options.dataConverter && { dataConverter: options.dataConverter };
  const client = new Client({ connection, namespace, ...converter });
  const connections = new Connections(() => new HttpClient({ policy: network, ca }));
  return Worker.create({
    connection,
    namespace,
    taskQueue: options.taskQueue ?? TASK_QUEUE,
    ...(options.identity !== undefined && { identity: options.identity }),
    ...converter,
    ...(options.plugins && { plugins: [...options.plugins] }),
    workflowBundle: options.bundle ?? (await workflowBundle()),
    activities: makeActivities({
      registry,
      connections,
      seal: options.key === undefined ? null : new Seal(options.key),
      commands: options.commands ?? true,
      random: systemRandom,
      mayFinish: (workflowId, runId, path) =>
        client.workflow.getHandle(workflowId, runId).query<boolean, [string]>(STOPPING_QUERY, path),
    }),
    maxConcurrentActivityTaskExecutions: options.maxActivities ?? 100,
    // What cancels an attempt is told with the answer to a sign of life.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '10 seconds',
  });
}

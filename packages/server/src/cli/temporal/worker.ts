import { createTemporalWorker, NOTE_ACTIVITY } from '@flowprof/conductor/temporal';
import { NativeConnection } from '@temporalio/worker';
import { z } from 'zod';

import { FlowprofPlugin } from '../../temporal-worker/index.ts';
import { CommandFailure, EXIT, reasonOf } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { clusterOf, connectionOptions, connectionSchema, sealKeyOf } from './connection.ts';
import { quietRuntime } from './runtime.ts';

const optionsSchema = connectionSchema.extend({
  address: z.string().min(1),
  maxAttempts: z.number(),
  commands: z.boolean().default(true),
  publicNetwork: z.boolean().default(false),
});

/** Tells the flowprof server of `FLOWPROF_URL` of every attempt. */
function reporting(io: CliIo): FlowprofPlugin {
  const { FLOWPROF_URL: url, FLOWPROF_API_KEY: apiKey, FLOWPROF_WORKSPACE: workspace } = io.env;
  return new FlowprofPlugin({
    url,
    apiKey,
    workspace,
    // Those write notes into the history and are no nodes.
    redact: (attempt) => (attempt.activity_type === NOTE_ACTIVITY ? null : attempt),
    onProblem: ({ message }) => io.err.write(`flowprof: ${message}\n`),
  });
}

/** `flowprof worker temporal`. Returns the exit code once it has been stopped. */
export async function temporalWorkerCommand(options: unknown, io: CliIo): Promise<number> {
  const chosen = optionsSchema.parse(options);
  const { address, namespace, taskQueue, maxAttempts, commands, publicNetwork } = chosen;
  const cluster = clusterOf(address, chosen, io.env);
  const key = sealKeyOf(io.env);
  quietRuntime(io);
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect(connectionOptions(cluster));
  } catch (error) {
    throw new CommandFailure(`cannot reach the Temporal server at ${address}: ${reasonOf(error)}`);
  }
  try {
    const worker = await createTemporalWorker({
      connection,
      namespace,
      taskQueue,
      maxActivities: maxAttempts,
      commands,
      ...(key && { key }),
      ...(io.env['FLOWPROF_URL'] && { plugins: [reporting(io)] }),
      ...(publicNetwork && { network: { privateAddresses: false, allow: [] } }),
    });
    let isStopping = false;
    const stopListening = io.onInterrupt(() => {
      if (isStopping) return io.exitNow(130);
      isStopping = true;
      io.err.write('flowprof: taking no more work; once more to stop at once\n');
      worker.shutdown();
    });
    io.err.write(`flowprof: working for the task queue ${taskQueue} of ${namespace} at ${address}\n`);
    try {
      await worker.run();
    } finally {
      stopListening();
    }
    return EXIT.fine;
  } catch (error) {
    throw new CommandFailure(`the worker stopped: ${reasonOf(error)}`);
  } finally {
    await connection.close().catch(() => {});
  }
}

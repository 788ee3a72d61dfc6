import { resolve } from 'node:path';

import { z } from 'zod';

import { DemoServices } from '../demo/demo-services.ts';
import { startServer, type RunningServer } from '../index.ts';
import { createLogger } from '../http/log.ts';
import { systemClock } from '../services/system.ts';
import { styleOf } from '../terminal/style.ts';
import { accessSettingsOf } from './access-settings.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';
import { hostsOf, journalKeyOf, publicUrlOf, startFailure } from './settings.ts';

const optionsSchema = z.object({
  port: z.number(),
  host: z.string().min(1),
  dataDir: z.string().min(1),
  allowCommands: z.boolean().default(false),
  runTimeout: z.number(),
  otlpGrpcPort: z.number().optional(),
});

/** How long a server that stops for a fault may take: as long as executions and requests are let end, and some more. */
const FAULT_STOP_MS = 30_000;

type Shown = Pick<z.infer<typeof optionsSchema>, 'dataDir' | 'allowCommands'>;

/** Where it serves, on which data, and what the last stop interrupted. */
function writeBanner(server: RunningServer, options: Shown, io: CliIo): void {
  const style = styleOf(io.out.terminal);
  const { store, interrupted } = server;
  const isEmbedded = store.backend === 'embedded';
  const lines = [
    `${style.bold('flowprof')} serves ${style.cyan(server.url)}`,
    `  database  PostgreSQL ${style.clean(store.serverVersion, 40)}, ${isEmbedded ? 'embedded' : 'by DATABASE_URL'}`,
    ...(isEmbedded ? [`  data      ${style.clean(resolve(options.dataDir))}`] : []),
  ];
  if (options.allowCommands) lines.push(style.yellow('  commands  workflows may start processes on this machine'));
  for (const execution of interrupted.slice(0, 10)) {
    const { workflowName, executionNumber, status, completedSteps, stepCount } = execution;
    const name = `${style.clean(workflowName, 40)} #${executionNumber}`;
    const what = status === 'failed' ? 'was interrupted too often and has failed' : 'was interrupted and goes on';
    lines.push(style.yellow(`  ${name} ${what}: ${completedSteps} of ${stepCount} steps had completed`));
  }
  if (interrupted.length > 10)
    lines.push(style.yellow(`  and ${interrupted.length - 10} more executions were interrupted`));
  io.out.write(`${lines.join('\n')}\n  Ctrl-C stops it\n`);
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function untilInterrupted(io: CliIo): { readonly stopped: Promise<void>; readonly isStopped: () => boolean } {
  let isStopped = false;
  const stopped = new Promise<void>((done) => {
    io.onInterrupt((signal) => {
      if (isStopped) return io.exitNow(signal === 'SIGINT' ? 130 : 143);
      isStopped = true;
      io.err.write('flowprof: stopping; once more to stop at once\n');
      done();
    });
  });
  return { stopped, isStopped: () => isStopped };
}

/**
 * Resolves at what nobody caught, once that is logged: what state the process is in is not known then, so it stops as
 * after Ctrl-C, but in a bounded time and with exit code 1.
 */
function untilFault(io: CliIo): Promise<void> {
  return new Promise((done) => {
    const logger = createLogger('fatal', (line) => io.err.write(line));
    io.onFault((error) => {
      logger.fatal({ err: error }, 'a fault that nobody caught; the server stops');
      setTimeout(() => io.exitNow(EXIT.failed), FAULT_STOP_MS).unref();
      done();
    });
  });
}

/** `flowprof start` and `flowprof demo`: serves until interrupted. Returns the exit code. */
export async function serverCommandOf(command: 'start' | 'demo', options: unknown, io: CliIo): Promise<number> {
  const { allowCommands, runTimeout, ...chosen } = optionsSchema.parse(options);
  const journalKey = journalKeyOf(io.env['FLOWPROF_JOURNAL_KEY']);
  const access = accessSettingsOf(io.env);
  const interruption = untilInterrupted(io);
  const fault = untilFault(io);
  const services = new DemoServices(systemClock);
  let server: RunningServer;
  try {
    server = await startServer({
      ...chosen,
      databaseUrl: io.env['DATABASE_URL'] || undefined,
      journalKey,
      access,
      commands: allowCommands,
      limits: { runTimeoutMs: runTimeout },
      publicUrl: publicUrlOf(io.env['FLOWPROF_PUBLIC_URL']),
      alertHosts: hostsOf(io.env, 'FLOWPROF_ALERT_HOSTS'),
      temporalHosts: hostsOf(io.env, 'FLOWPROF_TEMPORAL_HOSTS'),
      metricsToken: io.env['FLOWPROF_METRICS_TOKEN'] || undefined,
      services,
      // A person at a terminal reads the banner, which says the same.
      log: io.env['FLOWPROF_LOG'] ?? (io.err.terminal.interactive ? 'error' : 'warn'),
    });
  } catch (error) {
    throw startFailure(error);
  }
  try {
    writeBanner(server, { dataDir: chosen.dataDir, allowCommands }, io);
    if (command === 'demo') {
      const { prepareDemo } = await import('./demo.ts');
      await prepareDemo(server, io, interruption.isStopped);
    }
    return await Promise.race([interruption.stopped.then(() => EXIT.fine), fault.then(() => EXIT.failed)]);
  } finally {
    await server.close();
    await services.settled();
  }
}

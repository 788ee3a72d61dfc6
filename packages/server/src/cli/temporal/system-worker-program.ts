import { Option, type Command } from 'commander';

import type { CliIo } from '../io.ts';

/** `flowprof worker system`, below the command for workers. */
export function addSystemWorker(worker: Command, io: CliIo, finish: (code: number) => void): void {
  worker
    .command('system')
    .summary('sync Temporal servers for flowprof servers on the same database')
    .description(
      'Works on the task queue system-workflows-queue of every Temporal server that is connected with its sync coordinated\n' +
        'there, until it is stopped. Any number of workers share the work, with those inside of flowprof servers.',
    )
    .addOption(
      new Option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data')
        .env('FLOWPROF_DATA_DIR')
        .default('.flowprof'),
    )
    .addHelpText(
      'after',
      `
DATABASE_URL, FLOWPROF_JOURNAL_KEY and FLOWPROF_TEMPORAL_HOSTS are those of the servers. Without DATABASE_URL it works on the
embedded database, which only one process can hold: a running server does this work itself.
FLOWPROF_LOG=info logs on stderr as JSON lines.

Examples:
  DATABASE_URL=postgres://flowprof@db/flowprof flowprof worker system
  FLOWPROF_TEMPORAL_HOSTS=temporal.internal:7233 DATABASE_URL=postgres://flowprof@db/flowprof flowprof worker system

Exit codes: 0 stopped, 1 it could not start, 2 wrong usage or settings.
Ctrl-C or SIGTERM lets what is under way end or be done by others; a second one stops it at once.`,
    )
    .action(async (options: unknown) => {
      const { systemWorkerCommand } = await import('./system-worker.ts');
      finish(await systemWorkerCommand(options, io));
    });
}

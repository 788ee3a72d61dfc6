import { InvalidArgumentError, Option, type Command } from 'commander';

import type { CliIo } from '../io.ts';
import { addConnectionOptions } from './connection.ts';

function attempts(text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= 1 && value <= 10_000) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
}

/** `flowprof worker temporal`, below the command for workers. */
export function addTemporalWorker(worker: Command, io: CliIo, finish: (code: number) => void): void {
  const command = worker
    .command('temporal')
    .summary('run workflow files on a Temporal server')
    .description(
      'Takes runs of workflow files from a task queue of a Temporal server and does their work, until it is stopped.\n' +
        'Any number of workers, on any machines, share the work of a task queue; a run goes on when one of them is lost.',
    )
    .addOption(
      new Option('--address <host:port>', 'the Temporal server').env('TEMPORAL_ADDRESS').default('127.0.0.1:7233'),
    );
  addConnectionOptions(command)
    .option('--max-attempts <n>', 'how many attempts at nodes may be under way here at once', attempts, 100)
    .option('--no-commands', 'start no processes: nodes of type command fail')
    .option('--public-network', 'reach public addresses only')
    .addHelpText(
      'after',
      `
TEMPORAL_API_KEY, TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH, TEMPORAL_TLS_SERVER_CA_CERT_PATH and
TEMPORAL_TLS_SERVER_NAME are what it shows to be let in. FLOWPROF_TEMPORAL_KEY (32 bytes, as 64 hex digits or base64) opens
values of secret inputs, which those who start runs seal with the same. With FLOWPROF_URL (and FLOWPROF_API_KEY,
FLOWPROF_WORKSPACE) every attempt is told to that flowprof server, too.

Examples:
  flowprof worker temporal
  flowprof worker temporal --address temporal.example.org:7233 --namespace orders
  flowprof run flow.json --temporal 127.0.0.1:7233    starts a run for it

Exit codes: 0 stopped, 1 it could not go on, 2 wrong usage.
Ctrl-C or SIGTERM takes no more work, and gives what is under way 10 s; a second one stops it at once.`,
    )
    .action(async (options: unknown) => {
      const { temporalWorkerCommand } = await import('./worker.ts');
      finish(await temporalWorkerCommand(options, io));
    });
}

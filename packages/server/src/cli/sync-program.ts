import type { Command } from 'commander';

import type { CliIo } from './io.ts';

/** The command that brings executions of other systems to a server: `sync temporal`. */
export function addSync(program: Command, io: CliIo, finish: (code: number) => void): void {
  const sync = program.command('sync').summary('bring executions of other systems here');
  sync
    .command('temporal')
    .summary('sync executions from a Temporal server')
    .description(
      'Lists the executions of a Temporal namespace, reads their histories and stores them as executions. With --address\n' +
        'the connection is made where there is none; without it the one of --connection, or the only one, is synced.',
    )
    .argument('[workflow id]', 'only executions of this workflow id')
    .option('--address <host:port>', 'the frontend of the Temporal server')
    .option('--namespace <name>', 'the namespace', 'default')
    .option('--tls', 'connect by TLS; with --api-key that goes without saying')
    .option('--api-key <key>', 'the key that lets one in; rather give it as TEMPORAL_API_KEY')
    .option('--query <filter>', "Temporal's list filter, which narrows what is synced")
    .option('--codec-url <url>', 'a codec server that payloads are read through')
    .option('--web-url <url>', "where Temporal's own pages are, for links")
    .option('--connection <name>', 'the name of the connection; the address and namespace when absent')
    .option('--workspace <slug or id>', 'the workspace; needed when the server has several')
    .option('--once', 'end when all that is there now is synced; else it goes on until Ctrl-C')
    .option('--json', 'print what came of it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flowprof sync temporal --address localhost:7233 --once
  flowprof sync temporal --address localhost:7233 order-17
  TEMPORAL_API_KEY=... flowprof sync temporal --address eu.tmprl.cloud:7233 --namespace shop.a1b2c

Works with the server at FLOWPROF_URL, else with the running one that holds the data folder (FLOWPROF_DATA_DIR), else
with the data itself. FLOWPROF_API_KEY is sent to servers that want a key; making a connection takes the scope admin,
syncing write. A server syncs its connections by itself: then this command only hurries it.

Exit codes: 0 fine, 1 Temporal cannot be asked or an execution could not be synced, 2 wrong usage.`,
    )
    .action(async (workflowId: string | undefined, options: unknown) => {
      const { syncTemporalCommand } = await import('./sync-temporal.ts');
      finish(await syncTemporalCommand(workflowId, options, io));
    });
}

import type { Command } from 'commander';

import type { CliIo } from './io.ts';

/** `flowprof statistics`. */
export function addStatisticsCommands(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('statistics')
    .summary('check statistics against the executions')
    .command('rebuild')
    .description('Compares the statistics with what the executions come to, says where they differ, and mends them.')
    .option('--check', 'only compare; exit code 1 when something differs')
    .option('--workspace <id or slug>', 'the workspace; all of them when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof statistics rebuild --check
  flowprof statistics rebuild --workspace demo

Works with the server at FLOWPROF_URL, else with the running one that holds the data folder (FLOWPROF_DATA_DIR), else
with the data itself. FLOWPROF_API_KEY is sent to servers that want a key, which must be of an admin.

Exit codes: 0 fine, 1 --check found differences or it could not be done, 2 wrong usage or settings.`,
    )
    .action(async (options: unknown) => {
      const { rebuildStatisticsCommand } = await import('./statistics.ts');
      finish(await rebuildStatisticsCommand(options, io));
    });
}

import type { Command } from 'commander';

import type { CliIo } from './io.ts';

const EXIT_CODES = `
Exit codes: 0 fine, 1 the server refused, 2 wrong usage or no server or database.`;

const WHERE = `
The server that FLOWPROF_URL names is asked, else the one that holds the data folder (FLOWPROF_API_KEY is sent to either);
when none runs, the database is opened directly.`;

/** Adds `flowprof keys` with its subcommands. @param finish takes the exit code */
export function addKeys(program: Command, io: CliIo, finish: (code: number) => void): void {
  const keys = program
    .command('keys')
    .summary('create, list and revoke API keys')
    .description('API keys let programs and people in; the first one ends local mode.');
  const subcommand = (name: string, summary: string, details: string): Command =>
    keys
      .command(name)
      .summary(summary)
      .description(details)
      .option('--workspace <slug or id>', 'the workspace; needed when there are several')
      .option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data; FLOWPROF_DATA_DIR when absent');
  subcommand(
    'create',
    'create a key and print it',
    'Creates an API key and prints it, alone on stdout. It is shown this once.',
  )
    .requiredOption('--name <name>', 'what the key is for')
    .option('--scopes <list>', 'read, write, admin; the highest includes the others', 'read')
    .option('--expires <time>', 'after which it no longer counts: 12h, 90d, 4w, 1y; never when absent')
    .option('--create-workspace', 'make the workspace when it is not there')
    .addHelpText(
      'after',
      `
Examples:
  export FLOWPROF_API_KEY=$(flowprof keys create --workspace shop --create-workspace --name ops --scopes admin)
  flowprof keys create --workspace shop --name ci --scopes read,write --expires 90d
${WHERE}
${EXIT_CODES}`,
    )
    .action(async (options: unknown) => {
      const { keysCommand } = await import('./keys.ts');
      finish(await keysCommand.create(options, io));
    });
  subcommand(
    'list',
    'list the keys of a workspace',
    'Lists the keys of a workspace, the newest first, revoked ones too.',
  )
    .option('--json', 'print them as JSON')
    .addHelpText('after', `${WHERE}\n${EXIT_CODES}`)
    .action(async (options: unknown) => {
      const { keysCommand } = await import('./keys.ts');
      finish(await keysCommand.list(options, io));
    });
  subcommand('revoke', 'revoke a key', 'Revokes a key for good; every server refuses it within seconds.')
    .argument('<key id>', 'as `flowprof keys list` shows it')
    .addHelpText('after', `${WHERE}\n${EXIT_CODES}`)
    .action(async (id: string, options: unknown) => {
      const { keysCommand } = await import('./keys.ts');
      finish(await keysCommand.revoke(id, options, io));
    });
}

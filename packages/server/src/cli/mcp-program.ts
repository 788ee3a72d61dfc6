import type { Command } from 'commander';

import type { CliIo } from './io.ts';

/** `flowprof mcp`. */
export function addMcp(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('mcp')
    .summary('let an assistant list, profile and compare executions')
    .description(
      'Serves the Model Context Protocol on stdin and stdout, for assistants and editors: tools that list, profile and\n' +
        'compare executions of the server at FLOWPROF_URL, or of what the data folder holds. They change nothing.',
    )
    .addHelpText(
      'after',
      `
Most clients are told of it with
  {"mcpServers": {"flowprof": {"command": "npx", "args": ["flowprof", "mcp"], "env": {"FLOWPROF_URL": "http://127.0.0.1:7420"}}}}

FLOWPROF_API_KEY is sent to servers that want a key; one with the scope read is enough. Ends when stdin does.

Exit codes: 0 fine, 1 it could not be done, 2 wrong usage, or no server.`,
    )
    .action(async () => {
      const { mcpCommand } = await import('./mcp.ts');
      finish(await mcpCommand(io));
    });
}

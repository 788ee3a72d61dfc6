import type { Command } from 'commander';

import type { CliIo } from './io.ts';

/** `flowprof compare`. */
export function addCompare(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('compare')
    .summary('what got slower between two executions, and why')
    .description(
      'Says what the second execution took more or less than the first: in a sentence, and in a table of parts by node\n' +
        'and cause that add up to the difference of the makespans; with retries, new nodes, dependencies and limits.\n' +
        'Each is a trace file of any supported format (gzip too), or an execution of the server at FLOWPROF_URL or of\n' +
        'what the data folder holds.',
    )
    .argument('<before>', 'a trace file, - for stdin, or the id of an execution')
    .argument('<after>', 'another one')
    .option('--format <format>', 'the format of the files; found out when "auto"', 'auto')
    .option('--json', 'print the comparison as JSON, as the server answers it')
    .option('--flame', 'with --json: the differential flame graph, too')
    .option('--workspace <slug or id>', 'the workspace of execution ids; all of them are looked through when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof compare monday.json tuesday.json
  flowprof compare runs.json#1 runs.json#2
  flowprof compare 0193a5c0-0000-7000-8000-000000000001 trace.json.gz --json | jq -r .summary

Of a file that holds several executions, #2 behind its name is the second one. Nodes are the same by their ids; renamed
ones are guessed by their names or their place in the graph. FLOWPROF_API_KEY is sent to servers that want a key.

Exit codes: 0 fine, whatever is slower; 1 the server refused or broke off; 2 wrong usage or input that cannot be read.`,
    )
    .action(async (before: string, after: string, options: unknown) => {
      const { compareCommand } = await import('./compare.ts');
      finish(await compareCommand(before, after, options, io));
    });
}

import type { Command } from 'commander';

import type { CliIo } from './io.ts';

/** The command that brings trace files to a server: `import`. */
export function addImport(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('import')
    .summary('bring trace files to a server')
    .description(
      'Sends trace files of any supported format (gzip too) to a server, which stores their executions. The same file twice\n' +
        'is the same execution.',
    )
    .argument('<file...>', 'trace files, - for stdin')
    .option('--format <format>', 'the format of the files; found out when "auto"', 'auto')
    .option('--workspace <slug or id>', 'the workspace; needed when the server has several')
    .option('--json', 'print what became of the files as JSON: one object, an array where there are several files')
    .addHelpText(
      'after',
      `
Examples:
  flowprof import trace.json.gz
  flowprof import --workspace demo runs/*.json
  kubectl get wf nightly -o yaml | flowprof import -

Works with the server at FLOWPROF_URL, else with the running one that holds the data folder (FLOWPROF_DATA_DIR), else
with the data itself. FLOWPROF_API_KEY is sent to servers that want a key. Large files go in parts: after a broken
connection or Ctrl-C the same command goes on where it stopped.

Exit codes: 0 fine, 1 a file could not be stored, 2 wrong usage or an unreadable file.`,
    )
    .action(async (files: readonly string[], options: unknown) => {
      const { importCommand } = await import('./import.ts');
      finish(await importCommand(files, options, io));
    });
}

import { type Command, InvalidArgumentError } from 'commander';

import type { CliIo } from './io.ts';

const FORMATS = 'json, chrome, speedscope, otlp, pprof, csv, arrow or html';

function position(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return value;
}

/** `flowprof convert` and `flowprof export`. */
export function addFileCommands(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('convert')
    .summary('turn a trace file into another format')
    .description(
      'Reads a trace file of any supported format (gzip too) and writes it in another, for other tools and viewers, or\n' +
        'as one HTML page that opens offline.',
    )
    .argument('<in>', 'a trace file, - for stdin')
    .argument('<out>', 'the file to write, - for stdout')
    .option('--to <format>', `${FORMATS}; told by the ending of <out> when absent`)
    .option('--from <format>', 'the format of <in>; found out when "auto"', 'auto')
    .option(
      '--execution <n>',
      'which execution of a file that holds several, from 1; all of them when absent',
      position,
    )
    .addHelpText(
      'after',
      `
Examples:
  flowprof convert trace.json run.speedscope.json
  flowprof convert trace.json.gz run.html
  flowprof convert trace.json - --to csv | duckdb -c "from read_csv('/dev/stdin')"

Endings: .json or .flowprof.json, .chrome.json, .speedscope.json, .otlp.json, .pb.gz, .csv, .arrow, .html; .gz behind one
of them packs the file. Several executions go into one file of json, otlp and csv, and into numbered files of the others
(run-1.html, run-2.html). A file is replaced once the new one is whole.

Exit codes: 0 fine, 2 wrong usage or input that cannot be read.`,
    )
    .action(async (source: string, target: string, options: unknown) => {
      const { convertCommand } = await import('./convert.ts');
      finish(await convertCommand(source, target, options, io));
    });
  program
    .command('export')
    .summary('save an execution as a file')
    .description('Writes an execution of the server at FLOWPROF_URL, or of what the data folder holds, as a file.')
    .argument('<execution id>', 'the id of an execution')
    .option('-o, --output <file>', 'the file to write; stdout when absent')
    .option('--format <format>', `${FORMATS}; told by the ending of the file when absent, else json`)
    .option('--workspace <slug or id>', 'the workspace of the execution; all of them are looked through when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof export 0193a5c0-0000-7000-8000-000000000001 -o run.html
  flowprof export 0193a5c0-0000-7000-8000-000000000001 --format chrome > run.json

FLOWPROF_API_KEY is sent to servers that want a key. An execution that still runs is written as far as it has come.

Exit codes: 0 fine, 1 the server refused or broke off, 2 wrong usage or no such execution.`,
    )
    .action(async (id: string, options: unknown) => {
      const { exportCommand } = await import('./export.ts');
      finish(await exportCommand(id, options, io));
    });
}

import { readFileSync } from 'node:fs';

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { CommandFailure, EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { addCompare } from './compare-program.ts';
import { addFileCommands } from './files-program.ts';
import { addHistoryCommands } from './history-program.ts';
import { addImport } from './import-program.ts';
import { addKeys } from './keys-program.ts';
import { addMcp } from './mcp-program.ts';
import { addOperation } from './operation-program.ts';
import { addStatisticsCommands } from './statistics-program.ts';
import { addConnectionOptions } from './temporal/connection.ts';
import { addSystemWorker } from './temporal/system-worker-program.ts';
import { addTemporalWorker } from './temporal/worker-program.ts';
import { addSync } from './sync-program.ts';
import { addWhatIf } from './what-if-program.ts';

const EXIT_CODES = `
Exit codes: 0 fine, 1 the run failed, 2 wrong usage or unreadable input.`;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** The version in the package's own package.json, which lies two folders above both the sources and the build. */
function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}

type Finish = (code: number) => void;

function addRun(program: Command, io: CliIo, finish: Finish): void {
  const command = program
    .command('run')
    .summary('run a workflow file here and profile it')
    .description(
      'Runs a workflow file in this process, without a server or a database, and prints where its time went.\n' +
        'The demo service is started for a workflow that asks for it.',
    )
    .argument('<workflow.json>', 'the workflow file')
    .option('-i, --input <key=value>', 'an input of the workflow; may be repeated', gather)
    .option('--input-file <file>', 'a JSON file with an object of inputs; --input wins over it')
    .option(
      '--slow-mo <ms>',
      'wait before each node, so that a person can watch; no analysis counts it',
      wholeNumber(0, 60_000),
    )
    .option(
      '--concurrency <n>',
      "how many nodes may run at once; the workflow's own limit when absent",
      wholeNumber(1, 10_000),
    )
    .option(
      '--timeout <ms>',
      "stop the run after this time; the workflow's own limit when absent",
      wholeNumber(1, 2_147_483_647),
    )
    .option(
      '--journal <file>',
      'write down what is done, and go on from there when the file is there already; it holds outputs in clear',
    )
    .option('--otlp <url>', 'send the run to an OpenTelemetry receiver, e.g. http://127.0.0.1:4318')
    .option('--trace <file>', 'write the trace: flowprof JSON, or Chrome format when the name ends in .chrome.json')
    .option('-q, --quiet', 'no progress on stderr')
    .option('--temporal <host:port>', 'run it on a Temporal server, by the workers that are there')
    .option('--workflow-id <id>', 'its id on the Temporal server; made of its name when absent');
  addConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  flowprof run examples/workflows/data_pipeline.json
  flowprof run examples/workflows/conditional_workflow.json --input mode=thorough
  flowprof run flow.json --input-file inputs.json --trace run.chrome.json
  flowprof run flow.json --journal flow.journal
  flowprof run flow.json --temporal 127.0.0.1:7233    by flowprof worker temporal

Nodes of type subworkflow call files: "./tax.json" is a path from the file of the node, "tax" the file tax.json beside it.
With --journal every node that ends is on the disk before what depends on it starts: after a crash, or a failure that
has been put right, the same command goes on without running again what is done. The file is readable by its owner
only and is removed once the run has completed; values of secret inputs are not in it and must be given again.
--otlp sends the headers of OTEL_EXPORTER_OTLP_HEADERS; what is not delivered is told on stderr and fails nothing.
${EXIT_CODES}
Ctrl-C cancels the run and prints the profile so far; a second one stops at once.`,
    )
    .action(async (file: string, options: unknown) => {
      const { runCommand } = await import('./run.ts');
      finish(await runCommand(file, options, io));
    });
}

function addProfile(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('profile')
    .summary('profile a trace file or an execution')
    .description(
      'Prints makespan, accounting, critical path, bottlenecks, efficiency and advice of a trace file of any supported\n' +
        'format (gzip too), or of an execution: of the server at FLOWPROF_URL, or of what the data folder holds.',
    )
    .argument('<file or execution id>', 'a trace file, - for stdin, or the id of an execution')
    .option('--format <format>', 'the format of the file; found out when "auto"', 'auto')
    .option('--json', 'print the profile as JSON: one object, an array where the file holds several executions')
    .option('--csv', 'print the nodes as a table: counts, totals, own time, and what it went to by cause')
    .option('--hotspots', 'print what took most time over all instances: nodes, types, and names of spans')
    .option('--name <name>', 'print who calls the spans of a name or node, and whom they call')
    .option('--prices <file>', 'a JSON file with what run time and tokens cost')
    .option('--workspace <slug or id>', 'the workspace of an execution id; all of them are looked through when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof profile trace.json.gz
  flowprof profile trace.json --hotspots
  flowprof profile trace.json --name dns
  flowprof profile trace.json --csv > nodes.csv
  flowprof profile trace.json --prices prices.json
  flowprof profile --json run.json | jq .makespan_ms
  curl -s https://example.org/trace.json | flowprof profile -

FLOWPROF_API_KEY is sent to servers that want a key.

Exit codes: 0 fine, whatever became of the execution; 1 the server refused or broke off; 2 wrong usage or unreadable
input.`,
    )
    .action(async (source: string, options: unknown) => {
      const { profileCommand } = await import('./profile.ts');
      finish(await profileCommand(source, options, io));
    });
}

function addServer(program: Command, io: CliIo, finish: Finish): void {
  const serverCommand = (name: 'start' | 'demo', summary: string, description: string): void => {
    program
      .command(name)
      .summary(summary)
      .description(description)
      .addOption(
        new Option('--port <port>', 'the port, 0 for any free one')
          .env('PORT')
          .default(7420)
          .argParser(wholeNumber(0, 65_535)),
      )
      .addOption(new Option('--host <address>', 'the address to listen on').env('HOST').default('127.0.0.1'))
      .addOption(
        new Option(
          '--otlp-grpc-port <port>',
          'a port for OpenTelemetry by gRPC besides the one above, which takes it too; often 4317',
        )
          .env('FLOWPROF_OTLP_GRPC_PORT')
          .argParser(wholeNumber(0, 65_535)),
      )
      .addOption(
        new Option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data')
          .env('FLOWPROF_DATA_DIR')
          .default('.flowprof'),
      )
      .addOption(
        new Option('--run-timeout <ms>', 'how long an execution may run whose workflow sets no limit of its own')
          .env('FLOWPROF_RUN_TIMEOUT')
          .default(3_600_000, '3600000, one hour')
          .argParser(wholeNumber(1, 2_147_483_647)),
      )
      .addOption(
        new Option(
          '--allow-commands',
          'let workflows start processes: whoever may change a workflow can then do all that this user can',
        ).env('FLOWPROF_ALLOW_COMMANDS'),
      )
      .addHelpText(
        'after',
        `
DATABASE_URL names a PostgreSQL server to use instead of the embedded one. FLOWPROF_JOURNAL_KEY (32 bytes, as 64 hex
digits or base64) seals what running nodes gave; without it a key is made in the data folder. Several servers on one
database need the same. FLOWPROF_LOG=info logs every request and execution on stderr as JSON lines.

With FLOWPROF_OIDC_ISSUER and FLOWPROF_OIDC_AUDIENCE tokens of an identity provider count. An address other than this
machine's needs that or an API key (flowprof keys create). FLOWPROF_PUBLIC_URL says where a proxy serves it; docs/access.md.

Executions that a server left unfinished are run on by the next one, or by another on the same database within 30 s.

Examples:
  flowprof ${name}
  flowprof ${name} --port 8080 --data-dir /var/lib/flowprof
  DATABASE_URL=postgres://flowprof@db/flowprof flowprof ${name}
${EXIT_CODES}
Ctrl-C or SIGTERM stops it cleanly; a second one stops it at once.`,
      )
      .action(async (options: unknown) => {
        const { serverCommandOf } = await import('./start.ts');
        finish(await serverCommandOf(name, options, io));
      });
  };
  serverCommand('start', 'start the server', 'Starts the server and serves until it is stopped.');
  serverCommand(
    'demo',
    'start the server with the example workflows, run once each',
    'Starts the server, loads the four example workflows into the workspace "demo", runs each of them that has not run\n' +
      'yet, shows where the time of one went, and goes on serving. A second start adds nothing twice.',
  );
}

function addWorkers(program: Command, io: CliIo, finish: Finish): void {
  const worker = program.command('worker').summary('do the work of runs that others start').helpCommand(false);
  addTemporalWorker(worker, io, finish);
  addSystemWorker(worker, io, finish);
}

function programOf(io: CliIo, finish: Finish): Command {
  const program = new Command('flowprof')
    .description('The workflow profiler: a flame chart of every execution, every microsecond accounted for.')
    .version(ownVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => io.out.terminal.columns,
    })
    .addHelpText(
      'after',
      `
Examples:
  flowprof demo                                       see it work
  flowprof run examples/workflows/data_pipeline.json  run a workflow and see where its time goes
  flowprof profile trace.json                         the same for a trace that you have
  flowprof convert trace.json trace.html              as a page to look at and to send on
${EXIT_CODES}`,
    );
  addServer(program, io, finish);
  addRun(program, io, finish);
  addProfile(program, io, finish);
  addWhatIf(program, io, finish);
  addCompare(program, io, finish);
  addImport(program, io, finish);
  addSync(program, io, finish);
  addFileCommands(program, io, finish);
  addKeys(program, io, finish);
  addOperation(program, io, finish);
  addStatisticsCommands(program, io, finish);
  addHistoryCommands(program, io, finish);
  addMcp(program, io, finish);
  addWorkers(program, io, finish);
  return program;
}

/** Says in one line what is wrong. The line may hold names from a file, so it is made harmless. */
async function complain(io: CliIo, message: string, code: number): Promise<number> {
  const { harmless } = await import('../terminal/text.ts');
  io.err.write(`flowprof: ${harmless(message.trim(), io.err.terminal.unicode)}\n`);
  return code;
}

/** The exit code of an error, which is told on stderr. */
async function failWith(error: unknown, io: CliIo): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.code === 'commander.help') return complain(io, 'a command is missing; --help lists them', EXIT.usage);
    return error.exitCode === 0 ? EXIT.fine : complain(io, error.message.replace(/^error: /u, ''), EXIT.usage);
  }
  if (error instanceof UsageError) return complain(io, error.message, EXIT.usage);
  if (error instanceof CommandFailure) return complain(io, error.message, EXIT.failed);
  if (io.env['FLOWPROF_DEBUG'] && error instanceof Error) io.err.write(`${error.stack ?? ''}\n`);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return complain(io, `internal error: ${reason} (FLOWPROF_DEBUG=1 shows where)`, EXIT.failed);
}

/** Runs one command line (without the names of node and the script). Returns the exit code; never throws. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.fine;
  const program = programOf(io, (finished) => {
    code = finished;
  });
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.fine;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return failWith(error, io);
  }
}

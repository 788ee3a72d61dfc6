import { Option, type Command } from 'commander';

import type { CliIo } from './io.ts';

type Finish = (code: number) => void;

const EXIT_CODES = `
Exit codes: 0 fine, 1 it could not be done or a check failed, 2 wrong usage or settings.`;

function dataDirOption(): Option {
  return new Option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data')
    .env('FLOWPROF_DATA_DIR')
    .default('.flowprof');
}

function addSeed(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('seed')
    .summary('load the example workflows into a workspace')
    .description(
      'Puts the four example workflows into a workspace. One that is there by its name gets a new version where it differs.',
    )
    .requiredOption('--workspace-id <id or slug>', 'the workspace')
    .option('--project-id <id or slug>', "the project; the workspace's first when absent")
    .option('--skip-existing', 'leave workflows that are there by their name as they are')
    .addHelpText(
      'after',
      `
Examples:
  flowprof seed --workspace-id demo
  flowprof seed --workspace-id demo --project-id examples --skip-existing

Works with the server at FLOWPROF_URL, else with the running one that holds the data folder (FLOWPROF_DATA_DIR), else
with the data itself. FLOWPROF_API_KEY is sent to servers that want a key.
${EXIT_CODES}`,
    )
    .action(async (options: unknown) => {
      const { seedCommand } = await import('./seed.ts');
      finish(await seedCommand(options, io));
    });
}

function addMigrate(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('migrate')
    .summary('bring the database up to date')
    .description('Applies the migrations that the database lacks, as every start does, and lists them all.')
    .option('--dry-run', 'only say which are applied and which are pending')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      `
Examples:
  flowprof migrate --dry-run
  DATABASE_URL=postgres://flowprof@db/flowprof flowprof migrate

Several may run at once; one after the other does. A database that a newer flowprof has changed is left alone.
${EXIT_CODES}`,
    )
    .action(async (options: unknown) => {
      const { migrateCommand } = await import('./migrate.ts');
      finish(await migrateCommand(options, io));
    });
}

function addDoctor(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('doctor')
    .summary('say what is wrong with a set-up, and how to mend it')
    .description('Checks the machine, the address, the access, the database and its roles. Changes nothing.')
    .addOption(
      new Option('--port <port>', 'the port to serve on')
        .env('PORT')
        .default(7420)
        .argParser((text) => Number(text)),
    )
    .addOption(new Option('--host <address>', 'the address to serve on').env('HOST').default('127.0.0.1'))
    .addOption(dataDirOption())
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  flowprof doctor
  DATABASE_URL=postgres://flowprof@db/flowprof HOST=0.0.0.0 flowprof doctor --json
${EXIT_CODES}`,
    )
    .action(async (options: unknown) => {
      const { doctorCommand } = await import('./doctor.ts');
      finish(await doctorCommand(options, io));
    });
}

/** The commands that look after a database: `seed`, `migrate` and `doctor`. */
export function addOperation(program: Command, io: CliIo, finish: Finish): void {
  addSeed(program, io, finish);
  addMigrate(program, io, finish);
  addDoctor(program, io, finish);
}

import { InvalidArgumentError, Option, type Command } from 'commander';

import type { CliIo } from './io.ts';

function upTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

const SERVER = `
Works with the server at FLOWPROF_URL, else with the running one that holds the data folder (FLOWPROF_DATA_DIR), else
with the data itself. FLOWPROF_API_KEY is sent to servers that want a key.`;
const MOST_VERSION = 2 ** 31 - 1;

/** `flowprof history` and `flowprof baseline`. */
export function addHistoryCommands(program: Command, io: CliIo, finish: (code: number) => void): void {
  program
    .command('history')
    .summary('show whether a workflow got slower, since when and why')
    .description(
      'Shows the last executions of a workflow, where their times changed, what made them so, and whether the newest\n' +
        'are slower than those before, or than a baseline.',
    )
    .argument('<workflow>', 'the id or name of a workflow')
    .option('--node <key>', 'look at a node, too')
    .option('--limit <n>', 'how many executions, 200 at most', upTo(200), 50)
    .addOption(
      new Option(
        '--against <what>',
        'what the newest are compared with; the default baseline, or else the last',
      ).choices(['previous', 'last', 'version', 'baseline']),
    )
    .option('--runs <n>', 'how many they are compared with, with "last" and "version"', upTo(200))
    .option('--workflow-version <n>', 'which version, with "version"', upTo(MOST_VERSION))
    .option('--baseline <id>', 'which baseline')
    .option('--check', 'exit code 1 when they got slower, for scripts')
    .option('--json', 'print what the server answers')
    .option('--workspace <slug or id>', 'the workspace; all of them when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof history checkout
  flowprof history checkout --node charge --limit 200
  flowprof history checkout --against version --workflow-version 3 --check
${SERVER}

Exit codes: 0 fine, 1 --check found a regression or it could not be done, 2 wrong usage or settings.`,
    )
    .action(async (workflow: string, options: unknown) => {
      const { historyCommand } = await import('./history.ts');
      finish(await historyCommand(workflow, options, io));
    });
  addBaselines(program.command('baseline').summary('keep what executions of a workflow are compared with'), io, finish);
}

function addBaselines(baseline: Command, io: CliIo, finish: (code: number) => void): void {
  baseline
    .command('create')
    .description('Makes a baseline out of executions of a workflow: a copy, which stays when they go.')
    .argument('<workflow>', 'the id or name of a workflow')
    .requiredOption('--name <name>', 'what it is called')
    .option('--execution <id>', 'an execution that it is made of; may be repeated', gather)
    .option('--last <n>', 'make it of the last completed executions; 20 when absent', upTo(200))
    .option('--workflow-version <n>', 'make it of those of a version', upTo(MOST_VERSION))
    .option('--default', 'compare the workflow with it from now on where nothing is named')
    .option('--workspace <slug or id>', 'the workspace; all of them when absent')
    .addHelpText(
      'after',
      `
Examples:
  flowprof baseline create checkout --name "before the move" --last 50 --default
  flowprof baseline create checkout --name v3 --workflow-version 3
${SERVER}`,
    )
    .action(async (workflow: string, options: unknown) => {
      const { createBaselineCommand } = await import('./baseline.ts');
      finish(await createBaselineCommand(workflow, options, io));
    });
  baseline
    .command('list')
    .description('Lists the baselines of a workflow, or all.')
    .argument('[workflow]', 'the id or name of a workflow')
    .option('--json', 'print what the server answers')
    .option('--workspace <slug or id>', 'the workspace; all of them when absent')
    .addHelpText('after', SERVER)
    .action(async (workflow: string | undefined, options: unknown) => {
      const { listBaselinesCommand } = await import('./baseline.ts');
      finish(await listBaselinesCommand(workflow, options, io));
    });
  baseline
    .command('delete')
    .description('Deletes a baseline; the executions stay.')
    .argument('<id>', 'the id of a baseline, as "baseline list" shows it')
    .option('--workspace <slug or id>', 'the workspace; all of them when absent')
    .addHelpText('after', SERVER)
    .action(async (id: string, options: unknown) => {
      const { deleteBaselineCommand } = await import('./baseline.ts');
      finish(await deleteBaselineCommand(id, options, io));
    });
}

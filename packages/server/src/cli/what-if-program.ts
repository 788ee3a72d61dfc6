import { type Command, InvalidArgumentError } from 'commander';

import { changeFrom, dependencyFrom, limitFrom, targetFrom, valueFrom } from './what-if-changes.ts';
import type { WhatIfChange } from '@flowprof/model';
import type { CliIo } from './io.ts';

const EXAMPLES = `
Changes are made in the order in which they are given, --no-retries, --no-queue and --unlimited after the others. A node
is named by its key and stands for all its instances; type:NAME stands for all nodes of a type. Where a trace knows no
nodes, spans go by their names.

Examples:
  flowprof what-if trace.json --suggest
  flowprof what-if trace.json --faster load=2 --limit pool:db=4
  flowprof what-if trace.json --faster type:http=3 --remove audit --no-retries
  flowprof what-if trace.json --concurrency 16 --drop 'extract->report'
  flowprof what-if 0193a5c0-0000-7000-8000-000000000001 --phase dns=0 --runs 20
  flowprof what-if trace.json --faster load=2 --trace predicted.html

The simulation without a change is made first, and how far it is from what was observed is told with the answer.

Exit codes: 0 fine, 1 the server refused, 2 wrong usage, or a change that names what is not there.`;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Reads the value of an option as a change. */
type Read = (text: string) => WhatIfChange;

const CHANGE_OPTIONS: readonly (readonly [flags: string, about: string, read: Read])[] = [
  ['--faster <node=times>', 'a node so many times faster', (text) => ({ kind: 'speed', ...valueFrom(text) })],
  [
    '--slower <node=times>',
    'a node so many times slower',
    (text) => {
      const { factor, ...target } = valueFrom(text);
      return { kind: 'speed', ...target, factor: 1 / factor };
    },
  ],
  [
    '--duration <node=ms>',
    'a node that runs for so long',
    (text) => {
      const { factor, ...target } = valueFrom(text);
      return { kind: 'duration', ...target, duration_ms: factor };
    },
  ],
  [
    '--remove <node>',
    'without a node; what depends on it depends on what it does',
    (text) => ({ kind: 'remove', ...targetFrom(text) }),
  ],
  [
    '--phase <name=factor>',
    'a phase (dns, expression_eval) so many times as long; 0: gone',
    (text) => {
      const { factor, node = '', type } = valueFrom(text);
      return { kind: 'phase', phase: type === undefined ? node : `type:${type}`, factor };
    },
  ],
  [
    '--backoff <factor>',
    'the waits between attempts so many times as long',
    (text) => ({ kind: 'backoff', factor: valueFrom(`all=${text}`).factor }),
  ],
  [
    '--concurrency <n>',
    'how many nodes may run at once',
    (text) => ({ kind: 'limit', limit: 'concurrency', value: wholeNumber(1, 1_000_000)(text) }),
  ],
  ['--limit <kind:name=n>', 'another limit: pool:db=4, type:http=2, loop:each=8, rate:api=20 a second', limitFrom],
  ['--drop <a->b>', 'b does not wait for a', (text) => ({ kind: 'drop_dependency', ...dependencyFrom(text) })],
  ['--add <a->b>', 'b waits for a as well', (text) => ({ kind: 'add_dependency', ...dependencyFrom(text) })],
  ['--change <json>', 'any change as the API takes it', changeFrom],
];

/** `flowprof what-if`. */
export function addWhatIf(program: Command, io: CliIo, finish: (code: number) => void): void {
  const changes: WhatIfChange[] = [];
  const command = program
    .command('what-if')
    .summary('predict what an execution would have taken with changes')
    .description(
      'Simulates an execution again with changes made to it (nodes faster or gone, other limits, no retries) and tells\n' +
        'what it would have taken, what would hold it up then, and what would help most. Takes what profile takes.',
    )
    .argument('<file or execution id>', 'a trace file, - for stdin, or the id of an execution');
  for (const [flags, about, read] of CHANGE_OPTIONS) {
    command.option(flags, `${about}; may be repeated`, (text: string) => changes.push(read(text)));
  }
  command
    .option('--no-retries', 'the last attempt of every node is its first')
    .option('--no-queue', 'nodes start as soon as what they wait for has ended')
    .option('--unlimited', 'a worker for everything; rate limits stay')
    .option('--suggest', 'also try what would help most; done anyway where no change is given')
    .option('--runs <n>', 'make the changes to the last runs of the workflow too, up to 20', wholeNumber(1, 20))
    .option('--execution <n>', 'which execution of a file that holds several, from 1', wholeNumber(1, 1_000_000))
    .option('--trace <file>', 'write the predicted schedule as a trace file; its ending tells the format')
    .option('--format <format>', 'the format of the file; found out when "auto"', 'auto')
    .option('--json', 'print the answer as JSON, as the API gives it')
    .option('--workspace <slug or id>', 'the workspace of an execution id; all of them are looked through when absent')
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, options: unknown) => {
      const { whatIfCommand } = await import('./what-if.ts');
      finish(await whatIfCommand(source, changes, options, io));
    });
}

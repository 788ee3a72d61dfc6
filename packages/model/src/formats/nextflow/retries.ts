import type { NextflowTask } from './task.ts';

/** Tries that Nextflow made at one task, each a task of its own in the file. */
export type Tries = readonly [NextflowTask, ...NextflowTask[]];

/** Tries that failed and that no later one has followed yet, by the number of the try; the last ends last. */
type Open = Map<number, NextflowTask[][]>;

function timeOf({ submitted, started, ended }: NextflowTask): number {
  return submitted ?? started ?? ended ?? Number.POSITIVE_INFINITY;
}

/** The tries that a task continues, taken out of the open ones; null where it is a first try. */
function takeEarlier(open: Open, task: NextflowTask): NextflowTask[] | null {
  const { attempt } = task;
  if (attempt !== null) return attempt > 1 ? (open.get(attempt - 1)?.pop() ?? null) : null;
  // Without numbers, a task of the same name that began after one had failed is taken for its next try.
  for (const [, chains] of open) {
    const chain = chains.at(-1);
    const ended = chain?.at(-1)?.ended;
    if (chain === undefined || ended === null || ended === undefined || ended > timeOf(task)) continue;
    chains.pop();
    return chain;
  }
  return null;
}

/**
 * Puts together what were tries at the same task: of the same name, one number after the other. The order is that of their
 * submission. Tasks of the same name that were not tried again stay apart.
 */
export function groupTries(tasks: readonly NextflowTask[]): readonly Tries[] {
  const inOrder = tasks.toSorted((a, b) => timeOf(a) - timeOf(b) || (a.attempt ?? 1) - (b.attempt ?? 1));
  const chains: NextflowTask[][] = [];
  const openByName = new Map<string, Open>();
  for (const task of inOrder) {
    const open: Open = openByName.get(task.fullName) ?? new Map();
    openByName.set(task.fullName, open);
    let chain = takeEarlier(open, task);
    if (chain === null) {
      chain = [];
      chains.push(chain);
    }
    chain.push(task);
    if (task.status === 'completed') continue;
    const number = task.attempt ?? chain.length;
    const known = open.get(number);
    if (known === undefined) open.set(number, [chain]);
    else known.push(chain);
  }
  return chains.flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]));
}

/**
 * `npm run kills -w flowprof [how many] [seed]`: kills servers in the middle of `data_pipeline` at random moments and
 * checks that the next one finishes each execution without running again what was done.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, seedOf } from '../src/demo/random.ts';
import { runKills, type KilledRun } from './kills.ts';

/** How long the pipeline runs, about; one that ends before it is killed does not count. */
const LONGEST_MS = 900;

const [, , wanted = '50', seed = 'kills'] = process.argv;
const random = seededRandom(seedOf(seed));
let inTheMiddle = 0;

function* moments(): Generator<() => Promise<void>> {
  while (inTheMiddle < Number(wanted)) {
    const ms = random.integer(0, LONGEST_MS);
    yield () => sleep(ms);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function quantile(values: readonly number[], part: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)} ms`;
}

const runs = await runKills(moments(), (run: KilledRun) => {
  if (!run.wasOver) inTheMiddle++;
  const how = run.wasOver ? 'was over' : `resumed after ${Math.round(run.resumedAfterMs ?? 0)} ms`;
  const bad = run.ranTwice.length > 0 ? `  RAN TWICE: ${run.ranTwice.join(', ')}` : '';
  say(
    `${inTheMiddle}/${wanted}  ${run.done.length} of 7 done at the kill, ${how}, ${run.errorCode ?? run.status}${bad}`,
  );
});
const interrupted = runs.filter(({ wasOver }) => !wasOver);
const resumed = interrupted.map(({ resumedAfterMs }) => resumedAfterMs ?? 0);
const ended = interrupted.map(({ endedAfterMs }) => endedAfterMs ?? 0);
const faults = runs.filter(
  ({ status, ranTwice, otherKeys }) => status !== 'completed' || ranTwice.length > 0 || otherKeys.length > 0,
);
say(
  `\n${runs.length} kills, ${interrupted.length} in the middle; ${runs.length - faults.length} executions completed ` +
    `and ran no finished node twice. From the start of the next process: resumed ${quantile(resumed, 0.5)} ` +
    `(slowest ${quantile(resumed, 1)}), ended ${quantile(ended, 0.5)} (slowest ${quantile(ended, 1)}).`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

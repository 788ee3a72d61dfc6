/**
 * `npm run kills:callbacks -w flowprof [how many] [seed]`: kills servers at random moments while an engine reports to
 * them, and checks that all that was answered is stored, and that sending everything again ends in the same.
 */
import { seededRandom, seedOf } from '../src/demo/random.ts';
import { runCallbackKills, type KilledIngest } from './callback-kills.ts';

const [, , wanted = '20', seed = 'callbacks'] = process.argv;
const all: KilledIngest[] = [];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runCallbackKills(Number(wanted), seededRandom(seedOf(seed)), (found) => {
  all.push(found);
  const { acknowledged, unanswered, lost, different, readyAfterMs } = found;
  const bad = [...lost.map((one) => `  LOST ${one}`), ...different.map((one) => `  DIFFERENT ${one}`)].join('');
  say(
    `${all.length}/${wanted}  ${acknowledged} answered, ${unanswered} not; ready after ${Math.round(readyAfterMs)} ms${bad}`,
  );
});
const sum = (of: (found: KilledIngest) => number): number => all.reduce((total, one) => total + of(one), 0);
const faults = sum(({ lost, different }) => lost.length + different.length);
say(
  `\n${all.length} kills; ${sum(({ acknowledged }) => acknowledged)} callbacks answered, ${sum(({ unanswered }) => unanswered)} not; ` +
    `${sum(({ lost }) => lost.length)} lost, ${sum(({ different }) => different.length)} executions different in the end.`,
);
process.exitCode = faults === 0 ? 0 : 1;

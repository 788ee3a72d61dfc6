/**
 * `npm run kills:database -w flowprof [how many] [seed]`: kills the database every 2 to 5 s while executions are started
 * over HTTP, and checks that none that was acknowledged is lost or there twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, seedOf } from '../src/demo/random.ts';
import { runThroughDatabaseKills } from './database-kills.ts';

const [, , wanted = '2000', seed = 'database'] = process.argv;
const random = seededRandom(seedOf(seed));

const report = await runThroughDatabaseKills({
  wanted: Number(wanted),
  nextKill: (kills) => {
    if (kills > 0) process.stdout.write(`killed ${kills} times\n`);
    return sleep(random.integer(2000, 5000));
  },
});
const { lost, isNumberedInOrder, ends, backAfterMs, stored, answers, unanswered } = report;
process.stdout.write(`${JSON.stringify({ ...report, backAfterMs: backAfterMs.map(Math.round) }, null, 2)}\n`);
const isOnly503 = Object.keys(answers).every((status) => status === '503' || status.startsWith('2'));
const isFine = lost.length === 0 && isNumberedInOrder && ends['completed'] === stored && isOnly503 && unanswered === 0;
process.exitCode = isFine && Math.max(...backAfterMs) <= 10_000 ? 0 : 1;

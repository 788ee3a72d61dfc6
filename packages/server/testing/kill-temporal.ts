/**
 * `npm run kills:temporal -w flowprof [how many] [seed] [in_process | temporal]`: kills the server that syncs, the worker of
 * the executions and the Temporal server at random moments, and compares in the end what is stored with what Temporal has.
 */
import { seededRandom, seedOf } from '../src/demo/random.ts';
import { runChaos } from './temporal/chaos.ts';

const [, , wanted = '20', seed = 'temporal', coordinator = 'temporal'] = process.argv;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { compared, settledAfterMs, badSystemRuns } = await runChaos({
  kills: Number(wanted),
  random: seededRandom(seedOf(seed)),
  coordinator: coordinator === 'in_process' ? 'in_process' : 'temporal',
  executions: Number(wanted) * 4,
  zoo: true,
  told: say,
});
for (const fault of [...compared.faults, ...badSystemRuns]) say(`  ${fault}`);
say(
  `\n${wanted} kills; ${compared.executions} executions with ${compared.events} events compared; ` +
    `${compared.faults.length} faults. All was synced ${Math.round(settledAfterMs / 100) / 10} s after the last start.`,
);
process.exitCode = compared.faults.length + badSystemRuns.length === 0 ? 0 : 1;

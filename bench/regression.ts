// `npm run bench:regression [histories]`: how many steps in seeded histories are told of, how soon and with whom, how many false
// alarms there are in quiet ones, and how often projections hold; the figures are kept in bench/results/regression.json.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  asMicros,
  projectFinish,
  UNWATCHED,
  watchRegression,
  type HistoryRun,
  type RegressionEvent,
} from '@flowprof/model';
import { simulateHistory, traceAt, type HistoryPlan } from '../packages/model/testing/histories.ts';

type Noise = Omit<HistoryPlan, 'seed' | 'runs' | 'step'>;

const NOISES: Readonly<Record<string, Noise>> = {
  'nodes 3%, run 1%': { nodeNoise: 0.03, runNoise: 0.01 },
  'nodes 5%, run 2%': {},
  'nodes 5%, run 2%, heavy tails': { tails: 'heavy' },
  'nodes 5%, run 2%, 3% outliers': { outliers: 0.03 },
  'nodes 5%, run 2%, drift 3% in 100 runs': { drift: 0.0003 },
  'nodes 8%, run 3%': { nodeNoise: 0.08, runNoise: 0.03 },
};
/** How many runs there are before a step, and after it. */
const BEFORE = 100;
const AFTER = 15;
const QUIET_RUNS = 1000;

function watchAll(
  runs: readonly HistoryRun[],
  from: number,
  tell: (event: RegressionEvent, after: number) => void,
): void {
  let watch = UNWATCHED;
  for (let after = from; after <= runs.length; after++) {
    const found = watchRegression(watch, runs.slice(Math.max(0, after - 120), after));
    watch = found.watch;
    for (const event of found.events) tell(event, after);
  }
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}

function power(histories: number, noise: Noise, size: number, of: 'makespan' | 'node') {
  let [within5, within15, named] = [0, 0, 0];
  for (let seed = 0; seed < histories; seed++) {
    const step = { at: BEFORE, size, of };
    const { runs, guilty } = simulateHistory({ ...noise, seed, runs: BEFORE + AFTER, step });
    let told: number | null = null;
    watchAll(runs, BEFORE - 2, (event, after) => {
      if (told !== null || event.kind !== 'raised' || after <= BEFORE) return;
      told = after - BEFORE;
      if (told <= 5) within5++;
      within15++;
      if (event.report.attribution?.nodes[0]?.id === guilty) named++;
    });
  }
  return {
    step: `${Math.round(size * 100)}% of the ${of}`,
    foundWithin5Percent: percent(within5, histories),
    foundWithin15Percent: percent(within15, histories),
    guiltyFirstPercent: percent(named, within15),
  };
}

function falseAlarms(histories: number, noise: Noise): { quietRuns: number; alarms: number; perThousand: number } {
  let alarms = 0;
  for (let seed = 0; seed < histories; seed++) {
    const { runs } = simulateHistory({ ...noise, seed: 500_000 + seed, runs: QUIET_RUNS });
    watchAll(runs, 1, (event) => {
      if (event.kind === 'raised') alarms++;
    });
  }
  const quietRuns = histories * QUIET_RUNS;
  return { quietRuns, alarms, perThousand: Math.round((alarms / quietRuns) * 1_000_000) / 1000 };
}

function projections(histories: number, noise: Noise) {
  return [0.25, 0.5, 0.75].map((progress) => {
    let within = 0;
    const errors: number[] = [];
    for (let seed = 0; seed < histories; seed++) {
      const { runs } = simulateHistory({ ...noise, seed: 900_000 + seed, runs: 51 });
      const run = runs.at(-1);
      const end = run?.summary.makespan;
      if (run === undefined || end === undefined || end === null) continue;
      const now = asMicros(Math.round(end * progress));
      const { p10, p50, p90 } = projectFinish(traceAt(run, now), runs.slice(0, -1), now);
      if (p10 === null || p50 === null || p90 === null) continue;
      if (end >= p10 && end <= p90) within++;
      errors.push(Math.abs(p50 - end) / end);
    }
    const error = errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)] ?? 0;
    return { progress, withinP10P90Percent: percent(within, histories), medianErrorPercent: percent(error, 1) };
  });
}

const histories = Number(process.argv[2] ?? 1000);
const rows = Object.entries(NOISES).map(([name, noise]) => {
  const row = {
    noise: name,
    quiet: falseAlarms(Math.ceil(histories / 20), noise),
    steps: (['makespan', 'node'] as const).flatMap((of) =>
      [0.05, 0.1, 0.2].map((size) => power(histories, noise, size, of)),
    ),
    projections: projections(histories, noise),
  };
  console.log(`\n${name}: ${row.quiet.alarms} false alarms in ${row.quiet.quietRuns} quiet runs`);
  console.table(row.steps);
  console.table(row.projections);
  return row;
});
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const about =
  'seven nodes, two in a row, three side by side, two in a row; lognormal noise of each node and of the run as coefficients of variation, in 2% of runs one node takes 3 to 10 times as long; 100 runs before a step';
const file = join(import.meta.dirname, 'results', 'regression.json');
writeFileSync(file, `${JSON.stringify({ name: 'regression', about, histories, machine, rows }, null, 2)}\n`);

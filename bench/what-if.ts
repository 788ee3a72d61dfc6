// `npm run bench:what-if`: what-if against reality: seeded workflows are run by the real clock, changed, and really run again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { createConductor, type WorkflowDefinition } from '@flowprof/conductor';
import { analyseTrace, applyChanges, describeChange, prepareTrace, simulate, type Trace } from '@flowprof/model';
import { seededChange } from '../packages/conductor/src/testing/what-if/changes.ts';
import { registerWork, seededWorkflow } from '../packages/conductor/src/testing/what-if/workflows.ts';

const WORKFLOWS = Number(process.argv[2] ?? 30);
/** Shorter ones say more about timers than about predictions, longer ones only take longer; in milliseconds. */
const SHORTEST = 200;
const LONGEST = 500;

const conductor = createConductor();
registerWork(conductor);

/** A run during which others held this process up for longer says nothing about the workflow, and is made again. */
const LONGEST_PAUSE_MS = 6;
const MOST_TRIES = 12;
let discarded = 0;

async function run(workflow: WorkflowDefinition): Promise<Trace> {
  for (let tries = 1; ; tries++) {
    const pauses = monitorEventLoopDelay({ resolution: 1 });
    pauses.enable();
    const { recording, status } = await conductor.node.run(workflow);
    pauses.disable();
    if (status !== 'completed') throw new Error(`${workflow.name} ended as ${status}`);
    if (pauses.max / 1e6 <= LONGEST_PAUSE_MS || tries === MOST_TRIES) return recording;
    discarded++;
  }
}

function makespanMs(trace: Trace): number {
  return (analyseTrace(trace).measures?.makespan ?? 0) / 1000;
}

/** How often each workflow is run before and after its change; the medians are compared. More helps on a busy machine. */
const RUNS = 1;

interface Row {
  readonly seed: number;
  readonly change: string;
  readonly observedMs: number;
  /** Of the simulations without a change, the worst. */
  readonly replayErrorPercent: number;
  readonly predictedMs: number;
  readonly realMs: number;
  readonly errorPercent: number;
  /** How far the unchanged runs are from each other at most: a single prediction cannot be better than that. */
  readonly noisePercent: number;
}

function percentApart(a: number, b: number): number {
  return Math.round((Math.abs(a - b) / b) * 100_000) / 1000;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

async function runs(workflow: WorkflowDefinition): Promise<Trace[]> {
  const traces: Trace[] = [];
  for (let i = 0; i < RUNS; i++) traces.push(await run(workflow));
  return traces;
}

async function measured(seed: number): Promise<Row | null> {
  const workflow = seededWorkflow(seed);
  const first = makespanMs(await run(workflow));
  if (first < SHORTEST || first > LONGEST) return null;
  const { change, workflow: changed } = seededChange(workflow, seed);
  const before = await runs(workflow);
  const prepared = before.map(prepareTrace);
  const predictions = prepared.map(({ plan }) => simulate(applyChanges(plan, [change])).makespan / 1000);
  const observed = before.map(makespanMs);
  const predictedMs = quantile(predictions, 0.5);
  const realMs = quantile((await runs(changed)).map(makespanMs), 0.5);
  return {
    seed,
    change: describeChange(change),
    observedMs: quantile(observed, 0.5),
    replayErrorPercent: Math.round(Math.max(...prepared.map(({ fidelity }) => fidelity.error)) * 100_000) / 1000,
    predictedMs,
    realMs,
    errorPercent: percentApart(predictedMs, realMs),
    noisePercent: percentApart(Math.max(first, ...observed), Math.min(first, ...observed)),
  };
}

const rows: Row[] = [];
// The first runs compile what they run.
for (let seed = 1000; seed < 1003; seed++) await run(seededWorkflow(seed));
for (let seed = 1; rows.length < WORKFLOWS; seed++) {
  const row = await measured(seed);
  if (row === null) continue;
  rows.push(row);
  const { observedMs, predictedMs, realMs, errorPercent } = row;
  const times = [observedMs, predictedMs, realMs].map((ms) => ms.toFixed(1).padStart(8)).join('');
  console.log(`${String(seed).padStart(4)}${times}${errorPercent.toFixed(2).padStart(8)} %  ${row.change}`);
}
const summary = {
  workflows: rows.length,
  discardedRuns: discarded,
  replayWorstPercent: quantile(
    rows.map((row) => row.replayErrorPercent),
    1,
  ),
  errorMedianPercent: quantile(
    rows.map((row) => row.errorPercent),
    0.5,
  ),
  errorP90Percent: quantile(
    rows.map((row) => row.errorPercent),
    0.9,
  ),
  errorWorstPercent: quantile(
    rows.map((row) => row.errorPercent),
    1,
  ),
  noiseMedianPercent: quantile(
    rows.map((row) => row.noisePercent),
    0.5,
  ),
  noiseWorstPercent: quantile(
    rows.map((row) => row.noisePercent),
    1,
  ),
};
console.log(summary);
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  processors: cpus().length,
  load: loadavg()[0],
  node: process.version,
};
const about = 'seeded workflows run by the real clock, a change predicted, and the changed workflow really run';
writeFileSync(
  join(folder, 'what-if.json'),
  `${JSON.stringify({ suite: 'what-if', about, machine, summary, rows }, null, 2)}\n`,
);

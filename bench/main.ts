// `npm run bench [suite ...]`: times each suite, prints ratios against its floor and keeps them in bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import type { Comparison, OpenSuite, Suite, Task } from './suite.ts';
import { suites } from './suites/index.ts';

interface Row {
  readonly task: string;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time of the whole process, user and system: the collector of garbage and other threads too. */
  readonly cpuMs: number;
  /** Of a step, where runs have different numbers of them. */
  readonly stepMs?: number;
  readonly stepCpuMicros?: number;
  readonly ratio: number;
}

let sink: unknown;

async function opened(suite: Suite): Promise<OpenSuite> {
  return 'open' in suite ? suite.open() : { ...suite, close: async () => undefined };
}

interface Sample {
  readonly ms: number;
  readonly cpuMicros: number;
}

async function timed(task: Task): Promise<Sample> {
  const before = process.cpuUsage();
  const start = performance.now();
  sink = await task.run();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMicros: user + system };
}

/** One task after the other. */
async function inSequence(tasks: readonly Task[]): Promise<Sample[][]> {
  const bench = new Bench({ time: 1000, warmupTime: 300, warmupIterations: 3, iterations: 5 });
  const samples = tasks.map((task) => {
    const taken: Sample[] = [];
    const run = async (): Promise<void> => void taken.push(await timed(task));
    // The warm-up ends where the measuring begins.
    bench.add(task.name, run, { beforeAll: () => void taken.splice(0) });
    return taken;
  });
  await bench.run();
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
  }
  return samples;
}

/** All tasks in turns, of which the first is for warming up, until the time is over; at least five times. */
async function inTurns(tasks: readonly Task[], forMs: number): Promise<Sample[][]> {
  const samples: Sample[][] = tasks.map(() => []);
  for (const task of tasks) await timed(task);
  const start = performance.now();
  for (let turn = 0; turn < 5 || performance.now() - start < forMs; turn++) {
    for (const [at, task] of tasks.entries()) samples[at]?.push(await timed(task));
  }
  return samples;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

async function measure({ floor, tasks: others, turnsMs }: Comparison): Promise<Row[]> {
  const tasks = [floor, ...others];
  const samples = turnsMs === undefined ? await inSequence(tasks) : await inTurns(tasks, turnsMs);
  let least: number | null = null;
  return tasks.map(({ name, steps }, at): Row => {
    const times = (samples[at] ?? []).map(({ ms }) => ms);
    const medianMs = quantile(times, 0.5);
    const cpuMicros = quantile(
      (samples[at] ?? []).map((sample) => sample.cpuMicros),
      0.5,
    );
    const each = medianMs / (steps ?? 1);
    least ??= each;
    return {
      task: name,
      medianMs,
      p99Ms: quantile(times, 0.99),
      cpuMs: cpuMicros / 1000,
      ...(steps !== undefined && { stepMs: each, stepCpuMicros: cpuMicros / steps }),
      ratio: each / least,
    };
  });
}

function print(suite: Suite, rows: readonly Row[]): void {
  console.log(`\n${suite.name}: ${suite.about}`);
  for (const row of rows) {
    const figures = [
      row.medianMs.toFixed(3).padStart(12),
      row.p99Ms.toFixed(3).padStart(12),
      row.ratio.toFixed(2).padStart(8),
    ];
    const step =
      row.stepMs === undefined || row.stepCpuMicros === undefined
        ? ''
        : `   a step ${(row.stepMs * 1000).toFixed(2)} us, cpu ${row.stepCpuMicros.toFixed(2)} us`;
    const cpu = row.cpuMs.toFixed(3).padStart(12);
    console.log(
      `  ${row.task.padEnd(50)} median ${figures[0]} ms   p99 ${figures[1]} ms   cpu ${cpu} ms   x ${figures[2]}${step}`,
    );
  }
}

const wanted = process.argv.slice(2);
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
for (const suite of suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const running = await opened(suite);
  const rows = await measure(running);
  await running.close();
  print(suite, rows);
  const { name, about } = suite;
  // What waits for disks and other processes depends on what else the machine did.
  const load = loadavg()[0];
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ name, about, machine, load, rows }, null, 2)}\n`);
}
if (sink === undefined) console.log('nothing was measured');

// `npm run bench [suite ...]`: times each suite, prints ratios against its floor and keeps them in bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(suite: Comparison): Promise<Row[]> {
  const bench = new Bench({ time: 1000, warmupTime: 300, warmupIterations: 3, iterations: 5 });
  const cpu: number[][] = [];
  const add = (task: Task): void => {
    const spent: number[] = [];
    cpu.push(spent);
    const run = async (): Promise<void> => {
      const before = process.cpuUsage();
      sink = await task.run();
      const { user, system } = process.cpuUsage(before);
      spent.push(user + system);
    };
    // The warm-up ends where the measuring begins.
    bench.add(task.name, run, { beforeAll: () => void spent.splice(0) });
  };
  const tasks = [suite.floor, ...suite.tasks];
  for (const task of tasks) add(task);
  await bench.run();
  const rows: Row[] = [];
  let floor: number | null = null;
  for (const [at, { name, result }] of bench.tasks.entries()) {
    if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
    const steps = tasks[at]?.steps;
    const each = result.latency.p50 / (steps ?? 1);
    const cpuMicros = median(cpu[at] ?? []);
    floor ??= each;
    rows.push({
      task: name,
      medianMs: result.latency.p50,
      p99Ms: result.latency.p99,
      cpuMs: cpuMicros / 1000,
      ...(steps !== undefined && { stepMs: each, stepCpuMicros: cpuMicros / steps }),
      ratio: each / floor,
    });
  }
  return rows;
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
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ name, about, machine, rows }, null, 2)}\n`);
}
if (sink === undefined) console.log('nothing was measured');

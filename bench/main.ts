// `npm run bench [suite ...]`: times each suite, prints ratios against its floor and keeps them in bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import type { Suite, Task } from './suite.ts';
import { suites } from './suites/index.ts';

interface Row {
  readonly task: string;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly ratio: number;
}

let sink: unknown;

async function measure(suite: Suite): Promise<Row[]> {
  const bench = new Bench({ time: 1000, warmupTime: 300, iterations: 5 });
  const add = (task: Task): void => {
    bench.add(task.name, async () => {
      sink = await task.run();
    });
  };
  for (const task of [suite.floor, ...suite.tasks]) add(task);
  await bench.run();
  const rows: Row[] = [];
  for (const { name, result } of bench.tasks) {
    if (result.state !== 'completed') throw new Error(`${name} did not complete: ${result.state}`);
    const floor = rows[0]?.medianMs ?? result.latency.p50;
    rows.push({
      task: name,
      medianMs: result.latency.p50,
      p99Ms: result.latency.p99,
      ratio: result.latency.p50 / floor,
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
    console.log(`  ${row.task.padEnd(44)} median ${figures[0]} ms   p99 ${figures[1]} ms   x ${figures[2]}`);
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
  const rows = await measure(suite);
  print(suite, rows);
  const { name, about } = suite;
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ name, about, machine, rows }, null, 2)}\n`);
}
if (sink === undefined) console.log('nothing was measured');

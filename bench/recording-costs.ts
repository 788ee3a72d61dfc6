// `npm run bench:recording`: what a span costs in CPU time and memory, ours beside the SDK of OpenTelemetry.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import { exported, IDLE, ours, SPANS, theirs } from './suites/recording.ts';

const RUNS = 21;
const collect = globalThis.gc;
if (collect === undefined) throw new Error('needs node --expose-gc');

interface Cost {
  readonly name: string;
  /** Records, and returns what is kept; puts it into the list instead where there is one. */
  readonly run: (kept: Span[] | null) => unknown;
}

const costs: readonly Cost[] = [
  { name: 'OpenTelemetry SDK, idle processor', run: (kept) => theirs(IDLE, false, kept) },
  { name: 'OpenTelemetry SDK, idle processor, attributes and an event', run: (kept) => theirs(IDLE, true, kept) },
  { name: 'OpenTelemetry SDK, batches to memory and dropped there', run: exported },
  { name: 'flowprof', run: () => ours(false) },
  { name: 'flowprof, attributes and an event', run: () => ours(true) },
];

/** CPU time of a run in microseconds, garbage collection included, since it runs on threads of this process. */
async function cpuOf({ run }: Cost): Promise<number> {
  const before = process.cpuUsage();
  await run(null);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Collects the garbage, and waits for what is freed behind it. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    collect?.();
    await setImmediate();
  }
}

/** What is still held once the garbage is gone. */
async function bytesOf({ run }: Cost): Promise<number> {
  await settle();
  const before = process.memoryUsage();
  const spans: Span[] = [];
  const kept = [spans, await run(spans)];
  await settle();
  const after = process.memoryUsage();
  return kept.length === 0 ? 0 : after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

const samples = costs.map((): number[] => []);
// In turns, so that what else the machine does falls on all of them.
for (let i = 0; i < RUNS; i++) {
  for (const [at, cost] of costs.entries()) samples[at]?.push(await cpuOf(cost));
}
const rows: { name: string; cpuMicrosASpan: number; bytesASpan: number; ratio: number }[] = [];
for (const [at, cost] of costs.entries()) {
  const cpuMicrosASpan = middle(samples[at] ?? []) / SPANS;
  const held: number[] = [];
  for (let i = 0; i < 5; i++) held.push(await bytesOf(cost));
  const bytesASpan = middle(held) / SPANS;
  const ratio = cpuMicrosASpan / (rows[0]?.cpuMicrosASpan ?? cpuMicrosASpan);
  rows.push({ name: cost.name, cpuMicrosASpan, bytesASpan, ratio });
  const figures = `${cpuMicrosASpan.toFixed(3)} us of CPU, ${bytesASpan.toFixed(0).padStart(5)} bytes a span`;
  console.log(`${cost.name.padEnd(60)} ${figures}   x ${ratio.toFixed(3)}`);
}
const { start, duration, parent, name, node, kind, status, flags } = ours(false).spans;
const columns = [start, duration, parent, name, node, kind, status, flags];
const fixed = columns.reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0);
console.log(`fixed columns: ${fixed} bytes a span`);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const about = `${SPANS} spans of nodes with their states; medians of ${RUNS} runs in turns`;
const result = { name: 'recording-costs', about, machine, fixedBytesASpan: fixed, rows };
writeFileSync(join(import.meta.dirname, 'results', 'recording-costs.json'), `${JSON.stringify(result, null, 2)}\n`);

/**
 * Reads damaged copies of every file of `fixtures/` in a child process with little memory, and counts what becomes of them:
 * `npm run fuzz -w @flowprof/model [-- <mutants> <seed>]`. Ends with 1 when one crashed, took a second, or 512 MB.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MOST_MS = 1000;
const MOST_BYTES = 512 * 1024 * 1024;
/** Of the heap; the rest is for the program itself, buffers and columns. */
const HEAP_MB = 320;
/** No answer for so long is a hang. */
const PATIENCE_MS = 60_000;

const [count = 20_000, seed = 20_260_101] = process.argv.slice(2).map(Number);
const child = fileURLToPath(new URL('fuzz-child.ts', import.meta.url));

interface Answer {
  readonly number: number;
  readonly name: string;
  readonly outcome: string;
  readonly fault: string | null;
  readonly ms: number;
  readonly rss: number;
}

const parse: (line: string) => Answer = JSON.parse;

const outcomes = new Map<string, number>();
const byKind = new Map<string, Map<string, number>>();
const faults: string[] = [];
let slowest = { ms: 0, number: 0, name: '' };
let largest = 0;

function countIn(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function take(answer: Answer): void {
  const { number, name, outcome, fault, ms, rss } = answer;
  countIn(outcomes, outcome);
  const kind = name.split('/', 1)[0] ?? '';
  const counts = byKind.get(kind) ?? new Map<string, number>();
  byKind.set(kind, counts);
  countIn(counts, outcome);
  if (ms > slowest.ms) slowest = { ms, number, name };
  largest = Math.max(largest, rss);
  if (fault !== null) faults.push(`mutant ${number} of ${name}: ${fault}`);
  if (ms > MOST_MS) faults.push(`mutant ${number} of ${name} took ${Math.round(ms)} ms`);
}

/** Runs a child from a mutant on. Returns the mutant to go on with. */
function run(from: number): Promise<number> {
  const flags = [
    `--max-old-space-size=${HEAP_MB}`,
    '--max-semi-space-size=16',
    '--conditions=@flowprof/source',
    '--import',
    'tsx',
  ];
  const reader = spawn(process.execPath, [...flags, child, String(from), String(count), String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let next = from;
  let timer = setTimeout(() => reader.kill('SIGKILL'), PATIENCE_MS);
  createInterface({ input: reader.stdout }).on('line', (line) => {
    clearTimeout(timer);
    timer = setTimeout(() => reader.kill('SIGKILL'), PATIENCE_MS);
    const answer = parse(line);
    take(answer);
    next = answer.number + 1;
    if (next % 1000 === 0) process.stderr.write(`${next} of ${count}\n`);
  });
  return new Promise((resolve) => {
    reader.on('close', (code, signal) => {
      clearTimeout(timer);
      if (next >= count) return resolve(next);
      faults.push(`mutant ${next}: the process ended (${signal ?? code})`);
      countIn(outcomes, 'crash');
      resolve(next + 1);
    });
  });
}

for (let next = 0; next < count;) next = await run(next);
if (largest > MOST_BYTES) faults.push(`the process took ${Math.round(largest / 2 ** 20)} MB`);

const sorted = (counts: ReadonlyMap<string, number>) =>
  Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
const summary = {
  mutants: count,
  seed,
  outcomes: sorted(outcomes),
  slowest: { ...slowest, ms: Math.round(slowest.ms) },
  most_memory_mb: Math.round(largest / 2 ** 20),
  kinds: Object.fromEntries([...byKind].map(([kind, counts]) => [kind, sorted(counts)])),
};
process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
for (const fault of faults.slice(0, 50)) process.stdout.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;

// `npm run bench:otlp`: how many spans a second a started server keeps durably and makes executions of, beside Jaeger.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SendOrder, SendReport } from './otlp/sender.ts';

const ROOT = join(import.meta.dirname, '..');
const FROM_SOURCE = ['--conditions=@flowprof/source', '--import', 'tsx'];
const SECONDS = Number(process.argv[2] ?? 30);
/** Sent before the measuring, so that what is compiled while it runs is. */
const WARM_UP_SECONDS = 8;
const CONNECTIONS = 6;
/** How long executions may be made of what waits after the sending. */
const MOST_DRAIN_MS = 120_000;
/** Where Jaeger 2 is; see README.md for how to build it. */
const JAEGER = process.env['FLOWPROF_BENCH_JAEGER'] ?? '';

/** Processor time and memory of a process and all that it started. */
interface Use {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** Of the processes that are PostgreSQL's. */
  readonly databaseCpuSeconds: number;
}

async function processes(): Promise<Map<number, { parent: number; name: string; cpu: number; rss: number }>> {
  const found = new Map<number, { parent: number; name: string; cpu: number; rss: number }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const match = /^\d+ \((.*)\) (.*)$/s.exec(stat.trim());
    const fields = match?.[2]?.split(' ') ?? [];
    const [cpu, rss] = [(Number(fields[11]) + Number(fields[12])) / 100, (Number(fields[21]) * 4096) / 1e6];
    if (match) found.set(Number(entry), { parent: Number(fields[1]), name: match[1] ?? '', cpu, rss });
  }
  return found;
}

async function useOf({ pid = 0 }: ChildProcess): Promise<Use> {
  const all = await processes();
  const own = new Set([pid]);
  for (let size = 0; size !== own.size;) {
    size = own.size;
    for (const [id, { parent }] of all) if (own.has(parent)) own.add(id);
  }
  let [cpuSeconds, databaseCpuSeconds] = [0, 0];
  for (const id of own) {
    const one = all.get(id);
    cpuSeconds += one?.cpu ?? 0;
    if (one?.name.startsWith('postgres') === true) databaseCpuSeconds += one.cpu;
  }
  return { cpuSeconds, databaseCpuSeconds, rssMb: all.get(pid)?.rss ?? 0 };
}

async function send(order: Omit<SendOrder, 'connections' | 'headers'>): Promise<SendReport> {
  const child = fork(join(import.meta.dirname, 'otlp/sender.ts'), { execArgv: FROM_SOURCE });
  await once(child, 'message');
  const answer = new Promise<SendReport>((done) => {
    child.once('message', (report: SendReport) => done(report));
  });
  child.send({ ...order, connections: CONNECTIONS, headers: {} });
  const report = await answer;
  child.disconnect();
  return report;
}

/** What is measured: a program that takes spans. */
interface Receiver {
  readonly name: string;
  readonly child: ChildProcess;
  readonly url: string;
  /** How many spans became executions so far; null where there is no such thing. */
  readonly made: (() => Promise<number>) | null;
  readonly close: () => Promise<void>;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function flowprof(): Promise<Receiver> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-otlp-'));
  const args = [join(ROOT, 'packages/server/bin/flowprof.js'), 'start'];
  const env = { ...process.env, FLOWPROF_DATA_DIR: join(folder, 'data'), PORT: '0' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  let out = '';
  let url: RegExpExecArray | null = null;
  while (url === null) {
    out += await new Promise<string>((done) => {
      child.stdout.once('data', (chunk: Buffer) => done(chunk.toString('utf8')));
    });
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(out);
  }
  const [base = ''] = url;
  const headers = { 'content-type': 'application/json' };
  const workspace = JSON.stringify({ slug: 'bench', name: 'Bench' });
  await fetch(`${base}/api/workspaces`, { method: 'POST', headers, body: workspace });
  const made = async (): Promise<number> => {
    const text = await (await fetch(`${base}/metrics`)).text();
    return Number(/^flowprof_otlp_execution_spans_total\{outcome="made"\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  return { name: 'flowprof', child, url: `${base}/v1/traces`, made, close };
}

/** Jaeger 2 with badger. @param isSynced whether it waits for the disk, as flowprof does; by default it does not */
async function jaeger(isSynced: boolean): Promise<Receiver> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-jaeger-'));
  for (const part of ['keys', 'values']) await mkdir(join(folder, part));
  const [otlp, http, grpc] = [34_318, 36_686, 36_685];
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { logs: { level: 'error' }, metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_query: {
        storage: { traces: 'store' },
        http: { endpoint: `127.0.0.1:${http}` },
        grpc: { endpoint: `127.0.0.1:${grpc}` },
      },
      jaeger_storage: {
        backends: {
          store: {
            badger: {
              directories: { keys: join(folder, 'keys'), values: join(folder, 'values') },
              ephemeral: false,
              consistency: isSynced,
            },
          },
        },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'store' } },
  };
  const file = join(folder, 'config.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const child = spawn(JAEGER, ['--config', file], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(`http://127.0.0.1:${otlp}/`).then(
        () => true,
        () => false,
      )
    )
      break;
    await sleep(200);
  }
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  const name = `Jaeger with badger, ${isSynced ? 'waiting for the disk' : 'not waiting for the disk'}`;
  return { name, child, url: `http://127.0.0.1:${otlp}/v1/traces`, made: null, close };
}

/** Samples of the memory of a process, one a second, until stopped. */
function watchMemory(child: ChildProcess): { readonly rssMb: number[]; stop(): void } {
  const rssMb: number[] = [];
  const timer = setInterval(() => {
    void useOf(child).then((use) => rssMb.push(Math.round(use.rssMb)));
  }, 1000);
  return { rssMb, stop: () => clearInterval(timer) };
}

async function measure(open: () => Promise<Receiver>): Promise<Readonly<Record<string, unknown>>> {
  const receiver = await open();
  const { name, child, url, made } = receiver;
  await send({ url, seconds: WARM_UP_SECONDS, rate: 0 });
  const memory = watchMemory(child);
  const before = await useOf(child);
  const madeBefore = (await made?.()) ?? 0;
  const report = await send({ url, seconds: SECONDS, rate: 0 });
  const after = await useOf(child);
  const madeWhile = ((await made?.()) ?? 0) - madeBefore;
  const row: Record<string, unknown> = {
    name,
    acknowledgedPerSecond: Math.round(report.spans / report.seconds),
    spans: report.spans,
    seconds: report.seconds,
    putOff: report.putOff,
    failed: report.failed,
    cpuMicrosPerSpan: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / report.spans,
    senderCpuMicrosPerSpan: (report.cpuSeconds * 1e6) / report.spans,
  };
  if (made !== null) {
    const start = performance.now();
    const drainFrom = await made();
    let last = drainFrom;
    while (performance.now() - start < MOST_DRAIN_MS) {
      await sleep(1000);
      const now = await made();
      if (now === last && performance.now() - start > 15_000) break;
      last = now;
    }
    row['madePerSecondMeanwhile'] = Math.round(madeWhile / report.seconds);
    row['madeAfterwards'] = last - drainFrom;
    row['databaseCpuMicrosPerSpan'] = ((after.databaseCpuSeconds - before.databaseCpuSeconds) * 1e6) / report.spans;
  }
  memory.stop();
  row['rssMb'] = memory.rssMb;
  await receiver.close();
  console.log(row);
  return row;
}

const rows = [await measure(flowprof)];
if (JAEGER === '') console.log('Jaeger is left out: FLOWPROF_BENCH_JAEGER does not say where it is');
else for (const isSynced of [false, true]) rows.push(await measure(() => jaeger(isSynced)));
const about =
  'Spans by OTLP/HTTP from another process, some 500 a request and 30 a trace, to one server on this machine';
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const result = { name: 'otlp-ingest', about, machine, load: loadavg()[0], rows };
await writeFile(join(import.meta.dirname, 'results/otlp-ingest.json'), `${JSON.stringify(result, null, 2)}\n`);

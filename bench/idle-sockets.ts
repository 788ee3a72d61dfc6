// `npm run bench:sockets`: what 10,000 idle WebSockets take of a server's memory, ours beside a bare `ws`.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subscribers } from './live/subscribers.ts';

const SOCKETS = 10_000;
const ROOT = join(import.meta.dirname, '..');
/** How long a server gets to come to rest. */
const SETTLE_MS = 10_000;

interface Holder {
  readonly name: string;
  readonly args: readonly string[];
  /** The path of a socket, once the server serves at a URL. */
  readonly path: (url: string) => Promise<string>;
}

/** Makes a workflow to watch. */
async function watchedPath(url: string): Promise<string> {
  const definition = { name: 'idle', nodes: [{ id: 'a', type: 'transform', with: { value: 1 } }] };
  const headers = { 'content-type': 'application/json' };
  const post = async (path: string, body: unknown): Promise<Response> =>
    fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await post('/api/workspaces', { slug: 'bench', name: 'Bench' });
  const made = await post('/api/workflows', { definition });
  return (made.headers.get('location') ?? '').replace('/api', '/ws');
}

async function bytesOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

async function urlOf(child: ChildProcess): Promise<string> {
  let out = '';
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out);
    if (url) return url[0];
    out += await new Promise<string>((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8')));
    });
  }
}

async function measure({ name, args, path }: Holder): Promise<Readonly<Record<string, string | number>>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-sockets-'));
  const env = { ...process.env, FLOWPROF_DATA_DIR: join(dataDir, 'data'), PORT: '0' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
  const url = await urlOf(child);
  const socketUrl = url.replace(/^http/, 'ws') + (await path(url));
  await sleep(SETTLE_MS);
  const before = await bytesOf(child);
  const subscribers = await Subscribers.open(socketUrl, SOCKETS, 1);
  await sleep(SETTLE_MS);
  const after = await bytesOf(child);
  await subscribers.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
  await rm(dataDir, { recursive: true, force: true });
  return {
    name,
    beforeMb: Math.round(before / 1e5) / 10,
    afterMb: Math.round(after / 1e5) / 10,
    grownMb: Math.round((after - before) / 1e5) / 10,
    kbASocket: Math.round((after - before) / SOCKETS / 10) / 100,
  };
}

const holders: readonly Holder[] = [
  { name: 'bare ws', args: [join(ROOT, 'bench/live/bare-server.mjs')], path: async () => '/' },
  { name: 'flowprof', args: [join(ROOT, 'packages/server/bin/flowprof.js'), 'start'], path: watchedPath },
];
const rows: Readonly<Record<string, string | number>>[] = [];
for (const holder of holders) rows.push(await measure(holder));
console.table(rows);
const about = `resident memory of a server process before and with ${SOCKETS} idle WebSockets of another process, after ${SETTLE_MS / 1000} s of rest each`;
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const file = join(import.meta.dirname, 'results', 'idle-sockets.json');
await writeFile(file, `${JSON.stringify({ name: 'idle-sockets', about, machine, rows }, null, 2)}\n`);

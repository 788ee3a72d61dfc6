/**
 * `npm run noisy -w flowprof [seconds]`: how long a workspace waits for its answers alone, and beside another one that sends
 * ten times what it may. Both have the limits that a server has by default. Fails when the 99th percentile more than
 * doubles.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DOUBLE, send } from './harness.ts';
import { ServerProcess } from './server-process.ts';

/** Requests in a second. */
const QUIET = 20;
/** Ten times the 6,000 in a minute that a key may send. */
const NOISY = 1000;

/** Tells a process of its own what to send. */
const WORK = 'FLOWPROF_NOISY_TENANT';

const settings = z.object({ url: z.string(), key: z.string(), perSecond: z.number(), seconds: z.number() });
const heard = z.object({ latencies: z.array(z.number()), statuses: z.record(z.string(), z.number()) });

/** Sends requests at a steady pace, whether or not the ones before have been answered. */
async function load({ url, key, perSecond, seconds }: z.output<typeof settings>): Promise<z.output<typeof heard>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const one = (): Promise<void> =>
    new Promise((done) => {
      const begin = performance.now();
      const sent = request(`${url}/api/workflows`, { agent, headers: { authorization: `Bearer ${key}` } }, (answer) => {
        answer.resume().on('end', () => {
          latencies.push(performance.now() - begin);
          statuses[String(answer.statusCode)] = (statuses[String(answer.statusCode)] ?? 0) + 1;
          done();
        });
      });
      sent.on('error', () => {
        statuses['error'] = (statuses['error'] ?? 0) + 1;
        done();
      });
      sent.end();
    });
  const begin = performance.now();
  const all: Promise<void>[] = [];
  while (performance.now() - begin < seconds * 1000) {
    const due = ((performance.now() - begin) / 1000) * perSecond;
    while (all.length < due) all.push(one());
    await sleep(2);
  }
  await Promise.all(all);
  agent.destroy();
  return { latencies, statuses };
}

async function elsewhere(work: z.output<typeof settings>): Promise<z.output<typeof heard>> {
  const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, [WORK]: JSON.stringify(work) } });
  const [message] = z
    .tuple([z.unknown()])
    .rest(z.unknown())
    .parse(await once(child, 'message'));
  return heard.parse(message);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

async function keyOf(url: string, slug: string): Promise<string> {
  const made = await send(url, `/api/v1/workspaces/${slug}/keys`, { json: { name: 'load', scopes: ['write'] } });
  return z.looseObject({ key: z.string() }).parse(made.body).key;
}

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? '20');
  const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-noisy-'));
  const server = await ServerProcess.start(dataDir, 'http://127.0.0.1:9');
  try {
    const { url } = server;
    for (const slug of ['quiet', 'noisy']) {
      await send(url, '/api/workspaces', { json: { slug, name: slug } });
      await send(url, '/api/workflows', { json: { definition: DOUBLE }, headers: { 'x-workspace-slug': slug } });
    }
    // The first key ends local mode, so both are asked for at once.
    const [quiet, noisy] = await Promise.all([keyOf(url, 'quiet'), keyOf(url, 'noisy')]);
    const quietly = { url, key: quiet, perSecond: QUIET, seconds };
    await elsewhere({ ...quietly, seconds: 5 });
    const alone = await elsewhere(quietly);
    const [beside, noise] = await Promise.all([
      elsewhere(quietly),
      elsewhere({ url, key: noisy, perSecond: NOISY, seconds }),
    ]);
    const row = ({ latencies, statuses }: z.output<typeof heard>) => ({
      p50_ms: percentile(latencies, 0.5),
      p99_ms: percentile(latencies, 0.99),
      ...statuses,
    });
    const table = { alone: row(alone), beside: row(beside), noise: row(noise) };
    process.stdout.write(`${JSON.stringify(table, null, 2)}\n`);
    process.exitCode = percentile(beside.latencies, 0.99) <= 2 * percentile(alone.latencies, 0.99) ? 0 : 1;
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const work = process.env[WORK];
if (work === undefined) await main();
else process.send?.(await load(settings.parse(JSON.parse(work))));

/** Runs of `data_pipeline` whose server is killed with SIGKILL, and what the next server made of them. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTrace, KIND, spanNameAt, type Trace } from '@flowprof/model';
import { openStore } from '@flowprof/store';
import { z } from 'zod';
import { startDemoService } from '../src/demo/service.ts';
import { systemClock, systemRandom } from '../src/services/system.ts';
import { startCountingProxy, type Call, type CountingProxy } from './counting-proxy.ts';
import { ServerProcess } from './server-process.ts';

/** What became of an execution whose server was killed. */
export interface KilledRun {
  /** What the journal held when the server was dead. */
  readonly done: readonly string[];
  /** Whether it had ended before the kill. */
  readonly wasOver: boolean;
  readonly status: string;
  readonly errorCode: string | null;
  /** Nodes that the journal held and that were run again. */
  readonly ranTwice: readonly string[];
  /** POSTs of one node that came with different idempotency keys. */
  readonly otherKeys: readonly string[];
  /** From the start of the next process to the line that says that the execution goes on; null when it was over. */
  readonly resumedAfterMs: number | null;
  readonly endedAfterMs: number | null;
}

/** The node that a request comes from. */
const NODES: readonly (readonly [RegExp, string])[] = [
  [/^GET \/flaky$/, 'validate_source'],
  [/^GET \/catalogue\/items$/, 'extract_data'],
  [/^POST \/quotes$/, 'validate_transformation'],
  [/^POST \/warehouse\/batches$/, 'load_data'],
  [/^GET \/warehouse\/batches\//, 'post_load_validation'],
  [/^DELETE \/warehouse\/batches\//, 'cleanup'],
];

const EXAMPLE = new URL('../../../examples/workflows/data_pipeline.json', import.meta.url);
const withId = z.looseObject({ id: z.string() });
const withStatus = z.looseObject({ status: z.string(), error_code: z.string().nullable() });

function nodeOf({ method, path }: Call): string {
  return NODES.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? `${method} ${path}`;
}

/** The nodes that were tried after the interruption, by the trace. */
function triedAfterwards(trace: Trace): Set<string> {
  const { spans, nodes } = trace;
  const rows = Array.from({ length: spans.length }, (_, row) => row);
  const cut = rows.filter((row) => spans.kind[row] === KIND.system && spanNameAt(spans, row) === 'interrupted');
  const from = Math.max(...cut.map((row) => (spans.start[row] ?? 0) + (spans.duration[row] ?? 0)));
  const tried = rows.filter((row) => spans.kind[row] === KIND.attempt && (spans.start[row] ?? 0) >= from);
  return new Set(tried.map((row) => nodes.key[spans.node[row] ?? -1] ?? ''));
}

function keysOf(calls: readonly Call[]): string[] {
  const keys = new Map<string, Set<string>>();
  for (const call of calls) {
    if (call.key === null) continue;
    const node = nodeOf(call);
    keys.set(node, (keys.get(node) ?? new Set()).add(call.key));
  }
  return [...keys].filter(([, different]) => different.size > 1).map(([node]) => node);
}

/** What the store has of an execution while no server runs. */
async function lookInto(dataDir: string, id: string): Promise<{ done: string[]; status: string }> {
  const store = await openStore({ dataDir, clock: systemClock, random: systemRandom, log: () => undefined });
  try {
    const [workspace] = await store.listWorkspaces();
    const tenant = store.tenant(workspace?.id ?? '');
    const done = (await tenant.readJournal(id)).map(({ path }) => path);
    return { done, status: (await tenant.getExecution(id))?.status ?? 'missing' };
  } finally {
    await store.close();
  }
}

async function traceOf(server: ServerProcess, id: string): Promise<Trace> {
  const response = await fetch(`${server.url}/api/v1/workspaces/kills/executions/${id}/flame-chart`, {
    headers: { accept: 'application/vnd.apache.arrow.stream' },
  });
  return decodeTrace(new Uint8Array(await response.arrayBuffer()));
}

/** A series of runs on one database. */
class Kills {
  readonly #dataDir: string;
  readonly #proxy: CountingProxy;
  #server: ServerProcess;

  constructor(dataDir: string, proxy: CountingProxy, server: ServerProcess) {
    this.#dataDir = dataDir;
    this.#proxy = proxy;
    this.#server = server;
  }

  async createWorkflow(): Promise<string> {
    await this.#server.call('/api/workspaces', { json: { slug: 'kills', name: 'Kills' } });
    const definition: unknown = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
    return withId.parse((await this.#server.call('/api/workflows', { json: { definition } })).body).id;
  }

  /** @param moment resolves when the server is to be killed */
  async run(workflow: string, moment: (proxy: CountingProxy) => Promise<void>): Promise<KilledRun> {
    const from = this.#proxy.calls.length;
    const started = await this.#server.call(`/api/workflows/${workflow}/execute`, { json: {} });
    const { id } = withId.parse(started.body);
    await moment(this.#proxy);
    await this.#server.kill();
    const killedAt = this.#proxy.calls.length;
    const { done, status: before } = await lookInto(this.#dataDir, id);
    const wasOver = before !== 'pending' && before !== 'running';
    const startedAt = performance.now();
    this.#server = await ServerProcess.start(this.#dataDir, this.#proxy.url);
    const since = async (text: string): Promise<number> => {
      await this.#server.line(({ execution, msg }) => execution === id && (msg?.includes(text) ?? false));
      return performance.now() - startedAt;
    };
    const resumedAfterMs = wasOver ? null : await since('goes on');
    const endedAfterMs = wasOver ? null : await since('ended');
    const { status, error_code: errorCode } = withStatus.parse(
      (await this.#server.call(`/api/workflows/executions/${id}`)).body,
    );
    const afterwards = new Set(this.#proxy.calls.slice(killedAt).map(nodeOf));
    const tried = wasOver ? new Set<string>() : triedAfterwards(await traceOf(this.#server, id));
    return {
      done,
      wasOver,
      status,
      errorCode,
      ranTwice: done.filter((path) => afterwards.has(path) || tried.has(path)),
      otherKeys: keysOf(this.#proxy.calls.slice(from)),
      resumedAfterMs,
      endedAfterMs,
    };
  }

  end(): Promise<void> {
    return this.#server.stop();
  }
}

/** Kills the server of one execution after the other, each at the moment that is drawn for it once the last is over. */
export async function runKills(
  moments: Iterable<(proxy: CountingProxy) => Promise<void>>,
  told: (run: KilledRun) => void = () => undefined,
): Promise<KilledRun[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-kills-'));
  const demo = await startDemoService({ clock: systemClock });
  const proxy = await startCountingProxy(demo.url);
  const kills = new Kills(dataDir, proxy, await ServerProcess.start(dataDir, proxy.url));
  try {
    const workflow = await kills.createWorkflow();
    const runs: KilledRun[] = [];
    for (const moment of moments) {
      const run = await kills.run(workflow, moment);
      told(run);
      runs.push(run);
    }
    return runs;
  } finally {
    await kills.end();
    await proxy.close();
    await demo.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

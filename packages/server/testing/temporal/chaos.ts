/** The sync of a Temporal server while its parts are killed with SIGKILL, one after the other. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startZoo, zooBundle, type StartedZoo } from '@flowprof/ingest/testing';
import { openStore } from '@flowprof/store';
import { Client, Connection, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { startTemporalServer, type TemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import type { SeededRandom } from '../../src/demo/random.ts';
import { SYSTEM_QUEUE } from '../../src/services/temporal/system/seam.ts';
import { systemClock, systemRandom } from '../../src/services/system.ts';
import { ServerProcess } from '../server-process.ts';
import { LOAD_QUEUE, ZOO_QUEUE } from './load-queues.ts';
import { compareAll, isOpen, listRuns, NOT_OURS, type Compared } from './compare.ts';

/** What can be killed: flowprof's server (with its system worker), the worker of the executions, the Temporal server. */
const VICTIMS = ['server', 'worker', 'temporal'] as const;
export type Victim = (typeof VICTIMS)[number];

interface ChaosOptions {
  readonly kills: number;
  /** What is killed, one after the other; drawn where it is not said. */
  readonly victims?: readonly Victim[];
  readonly random: SeededRandom;
  readonly coordinator: 'in_process' | 'temporal';
  /** Executions to start in all, spread over the time of the kills. */
  readonly executions: number;
  /** Whether the zoo runs, too. */
  readonly zoo: boolean;
  readonly told?: (line: string) => void;
}

interface ChaosResult {
  readonly killed: readonly Victim[];
  readonly started: number;
  readonly compared: Compared;
  /** From the last start of what was killed until all was synced. */
  readonly settledAfterMs: number;
  /** The workflows of the sync itself that ended badly. */
  readonly badSystemRuns: readonly string[];
}

/** The longest a victim is let live and stays dead. */
const LONGEST_LIFE_MS = 2500;
const LONGEST_DEATH_MS = 1500;
const SETTLING_MS = 240_000;
/** How long executions of the zoo may go on by themselves after what was done to them. */
const ZOO_REST_MS = 15_000;
const WORKER = fileURLToPath(new URL('load-worker.ts', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('load-workflows.ts', import.meta.url));
const HEADERS = { 'x-workspace-slug': 'kills' };
const CONNECTIONS = '/api/v1/workspaces/kills/temporal/connections';

/** Executions by their number. */
const KINDS = [
  { type: 'loadSteps', args: [4] },
  { type: 'loadFan', args: [9] },
  { type: 'loadFamily', args: [4] },
  { type: 'loadChain', args: [3] },
  { type: 'loadFails', args: [] },
] as const;

const withId = z.looseObject({ id: z.string() });
const withSync = z.looseObject({
  sync: z.looseObject({ runs: z.int(), waiting: z.int(), failing: z.int(), error: z.unknown() }),
});

let loadCode: Promise<string> | null = null;

/** The code of the workflows that are the load; bundled once in a process. */
function bundledLoad(): Promise<string> {
  loadCode ??= bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') }).then(
    ({ code }) => code,
  );
  return loadCode;
}

/** Tries until it can be done: what it needs may be dead at the moment. */
async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + SETTLING_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(200);
    }
  }
}

async function startWorker(address: string, bundles: readonly string[]): Promise<ChildProcess> {
  const args = ['--conditions=@flowprof/source', '--import', 'tsx', WORKER, address, ...bundles];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = await Promise.race([once(child.stdout, 'data').then(() => true), once(child, 'exit').then(() => false)]);
  if (!said) throw new Error('the worker did not start');
  return child;
}

async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

class Chaos {
  readonly #options: ChaosOptions;
  readonly #folder: string;
  readonly #temporal: TemporalServer;
  #server: ServerProcess;
  #worker: ChildProcess;
  readonly #bundles: readonly string[];
  #connectionId = '';
  #zoo: StartedZoo | null = null;
  #zooConnection: Connection | null = null;
  started = 0;

  private constructor(parts: {
    readonly options: ChaosOptions;
    readonly folder: string;
    readonly bundles: readonly string[];
    readonly temporal: TemporalServer;
    readonly server: ServerProcess;
    readonly worker: ChildProcess;
  }) {
    this.#options = parts.options;
    this.#folder = parts.folder;
    this.#bundles = parts.bundles;
    this.#temporal = parts.temporal;
    this.#server = parts.server;
    this.#worker = parts.worker;
  }

  static async open(options: ChaosOptions): Promise<Chaos> {
    const folder = await mkdtemp(join(tmpdir(), 'flowprof-chaos-'));
    const [temporal, code] = await Promise.all([startTemporalServer(), bundledLoad()]);
    const bundles = [join(folder, 'load.cjs')];
    await writeFile(join(folder, 'load.cjs'), code);
    if (options.zoo) {
      await writeFile(join(folder, 'zoo.cjs'), (await zooBundle()).code);
      bundles.push(join(folder, 'zoo.cjs'));
    }
    const [server, worker] = await Promise.all([
      ServerProcess.start(join(folder, 'data'), 'http://127.0.0.1:9'),
      startWorker(temporal.address, bundles),
    ]);
    return new Chaos({ options, folder, bundles, temporal, server, worker });
  }

  async connect(): Promise<void> {
    await this.#server.call('/api/workspaces', { json: { slug: 'kills', name: 'Kills' } });
    const { address } = this.#temporal;
    const json = { name: 'killed', address, coordinator: this.#options.coordinator };
    const made = await this.#server.call(CONNECTIONS, { headers: HEADERS, json });
    this.#connectionId = withId.parse(made.body).id;
    if (!this.#options.zoo) return;
    this.#zooConnection = await Connection.connect({ address });
    this.#zoo = await startZoo(new Client({ connection: this.#zooConnection }), ZOO_QUEUE);
  }

  /** Starts executions one after the other, over about the time that the kills take. */
  async load(): Promise<void> {
    const { executions, kills } = this.#options;
    const pause = (kills * (LONGEST_LIFE_MS + LONGEST_DEATH_MS)) / 2 / executions;
    const connection = await Connection.connect({ address: this.#temporal.address });
    const client = new Client({ connection });
    try {
      for (; this.started < executions; this.started++) {
        const kind = KINDS[this.started % KINDS.length] ?? KINDS[0];
        await untilDone(() =>
          client.workflow
            .start(kind.type, {
              workflowId: `load-${this.started}`,
              taskQueue: LOAD_QUEUE,
              args: [...kind.args],
              workflowTaskTimeout: '3 seconds',
              // It may have been started although nobody could say so any more.
              workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
              workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
            })
            .catch((error: unknown) => {
              if (!(error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError')) throw error;
            }),
        );
        await sleep(pause);
      }
    } finally {
      await connection.close();
    }
  }

  async kill(victim: Victim, deadMs: number): Promise<void> {
    switch (victim) {
      case 'server':
        await this.#server.kill();
        await sleep(deadMs);
        this.#server = await ServerProcess.start(join(this.#folder, 'data'), 'http://127.0.0.1:9');
        return;
      case 'worker':
        await killProcess(this.#worker);
        await sleep(deadMs);
        this.#worker = await untilDone(() => startWorker(this.#temporal.address, this.#bundles));
        return;
      case 'temporal':
        await this.#temporal.kill();
        await sleep(deadMs);
        await this.#temporal.restart();
        return;
      default:
        victim satisfies never;
    }
  }

  /** Ends those of the zoo that nobody ends any more: who was to do something to them may have met a dead server. */
  async #endZoo(): Promise<void> {
    if (this.#zoo === null || this.#zooConnection === null) return;
    await this.#zoo.finished.catch(() => undefined);
    const client = new Client({ connection: this.#zooConnection });
    const isZoo = `TaskQueue = '${ZOO_QUEUE}' AND ExecutionStatus = 'Running'`;
    await sleep(ZOO_REST_MS);
    for (const { execution } of await listRuns(this.#zooConnection.workflowService, 'default', isZoo)) {
      const handle = client.workflow.getHandle(execution?.workflowId ?? '', execution?.runId ?? '');
      await handle.terminate('the zoo closes').catch(() => undefined);
    }
  }

  /** Resolves once every execution has ended and is synced. */
  async settle(): Promise<void> {
    await this.#endZoo();
    const connection = await Connection.connect({ address: this.#temporal.address });
    const until = performance.now() + SETTLING_MS;
    try {
      for (;;) {
        const runs = await listRuns(connection.workflowService, 'default', NOT_OURS);
        const open = runs.filter(isOpen).length;
        const answer = await this.#server.call(`${CONNECTIONS}/${this.#connectionId}`, { headers: HEADERS });
        const { sync } = withSync.parse(answer.body);
        if (open === 0 && sync.runs >= runs.length && sync.waiting === 0 && sync.failing === 0) return;
        if (performance.now() > until) {
          this.#options.told?.(`not settled: ${open} of ${runs.length} open, ${JSON.stringify(sync)}`);
          return;
        }
        await sleep(500);
      }
    } finally {
      await connection.close();
    }
  }

  /** What the sync of Temporal has of its own workflows that ended badly. */
  async badSystemRuns(): Promise<string[]> {
    const connection = await Connection.connect({ address: this.#temporal.address });
    try {
      const query = `TaskQueue = '${SYSTEM_QUEUE}' AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')`;
      const runs = await listRuns(connection.workflowService, 'default', query);
      return runs.map(({ type, execution, status }) => `${type?.name} ${execution?.workflowId}: ${status}`);
    } finally {
      await connection.close();
    }
  }

  /** Stops the server and looks into its database. */
  async compare(): Promise<Compared> {
    await this.#server.stop();
    const dataDir = join(this.#folder, 'data');
    const store = await openStore({ dataDir, clock: systemClock, random: systemRandom, log: () => undefined });
    try {
      const [workspace] = (await store.listWorkspaces()).filter(({ slug }) => slug === 'kills');
      const place = { store, workspaceId: workspace?.id ?? '', connectionId: this.#connectionId };
      return await compareAll(this.#temporal.address, 'default', place);
    } finally {
      await store.close();
    }
  }

  async close(): Promise<void> {
    await this.#zooConnection?.close();
    await this.#server.kill();
    await killProcess(this.#worker);
    await this.#temporal.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Kills so often, lets all come to rest, and compares. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { kills, random, told = () => undefined } = options;
  const chaos = await Chaos.open(options);
  try {
    await chaos.connect();
    const loading = chaos.load();
    loading.catch(() => undefined);
    const killed: Victim[] = [];
    while (killed.length < kills) {
      const drawn = VICTIMS[random.integer(0, VICTIMS.length - 1)] ?? 'server';
      const victim = options.victims?.[killed.length] ?? drawn;
      const [lifeMs, deadMs] = [random.integer(0, LONGEST_LIFE_MS), random.integer(0, LONGEST_DEATH_MS)];
      await sleep(lifeMs);
      await chaos.kill(victim, deadMs);
      killed.push(victim);
      told(
        `${killed.length}/${kills}  ${victim} killed after ${lifeMs} ms, dead for ${deadMs} ms; ${chaos.started} started`,
      );
    }
    await loading;
    const from = performance.now();
    await chaos.settle();
    const settledAfterMs = performance.now() - from;
    const badSystemRuns = await chaos.badSystemRuns();
    const compared = await chaos.compare();
    return { killed, started: chaos.started, compared, settledAfterMs, badSystemRuns };
  } finally {
    await chaos.close();
  }
}

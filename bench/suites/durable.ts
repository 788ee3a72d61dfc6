import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConductor, z, type NodeDefinition, type WorkflowDefinition } from '@flowprof/conductor';
import { asMicros, microsFromMs, toEpochMicros, type JournalEntry, type TraceSink } from '@flowprof/model';
import { openStore, type Store, type TenantStore } from '@flowprof/store';
import { Client } from 'pg';
import type { OpenSuite, Suite, Task } from '../suite.ts';
import { arePeersInstalled, Peer, type Shape } from './durable-peers.ts';

const CHAIN: Shape = { kind: 'chain', rounds: 100, width: 1 };
const FAN_OUT: Shape = { kind: 'fanOut', rounds: 20, width: 16 };
const SHAPES = [CHAIN, FAN_OUT];

const NAMES = { chain: 'chain of 100', fanOut: 'fan-out of 16, 20 times' } as const;

const stepsOf = ({ rounds, width }: Shape): number => rounds * width;

const conductor = createConductor();
conductor.register('step', {
  params: z.object({ n: z.number() }),
  phase: 'execute',
  run: ({ n }) => ({ n, text: 'hello world' }),
});

function workflowOf({ kind, rounds, width }: Shape): WorkflowDefinition {
  const nodes: NodeDefinition[] = [];
  for (let round = 0; round < rounds; round++) {
    const dependsOn = round === 0 ? [] : Array.from({ length: width }, (_, i) => `n${round - 1}_${i}`);
    for (let i = 0; i < width; i++) nodes.push({ id: `n${round}_${i}`, type: 'step', dependsOn, with: { n: i } });
  }
  return { name: kind, concurrency: width, nodes };
}

const WORKFLOWS = { chain: workflowOf(CHAIN), fanOut: workflowOf(FAN_OUT) };

/** The database of a flowprof, and how an ordinary client gets at the same server. */
interface Place {
  readonly folder: string;
  readonly store: Store;
  readonly tenant: TenantStore;
  readonly workflowId: string;
  readonly host: string;
  readonly user: string;
  readonly password: string;
  /** Ends what is left when this process has ended, in whatever way. */
  readonly cleaner: Peer;
}

async function field(file: string, name: string): Promise<string> {
  return z.looseObject({ [name]: z.string() }).parse(JSON.parse(await readFile(file, 'utf8')))[name] ?? '';
}

async function openPlace(): Promise<Place> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-durable-')));
  const cleaner = await Peer.start(tmpdir(), '../suites/durable-cleaner.mjs', folder);
  const store = await openStore({
    dataDir: folder,
    clock: { now: () => toEpochMicros(Date.now() * 1000) },
    random: (into) => randomFillSync(into),
    log: () => undefined,
  });
  const workspace = await store.createWorkspace({ slug: 'bench', name: 'Bench' });
  const tenant = store.tenant(workspace.id);
  const { id: workflowId } = await tenant.createWorkflow({ name: 'bench', description: null, definition: {} });
  const host = await field(path.join(folder, 'flowprof.lock'), 'runDir');
  const password = await field(path.join(folder, 'database-secret.json'), 'owner');
  return { folder, store, tenant, workflowId, host, user: 'flowprof_owner', password, cleaner };
}

async function newExecution({ tenant, workflowId }: Place): Promise<string> {
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'bench' });
  return id;
}

function entry(at: string, n: number): JournalEntry {
  const output = { n, text: 'hello world' };
  return { path: at, status: 'completed', output, error: null, attempts: 1, start: asMicros(0), end: asMicros(1) };
}

/** The journal alone: each lot of entries once those before it are durable. */
async function journalAlone(place: Place, { rounds, width }: Shape): Promise<void> {
  const id = await newExecution(place);
  for (let round = 0; round < rounds; round++) {
    await place.tenant.commitNodes(
      id,
      Array.from({ length: width }, (_, i) => entry(`n${round}_${i}`, i)),
    );
  }
}

/** A whole run of the engine, from its row in the database to its outcome there. */
async function engine(place: Place, { kind }: Shape, storesRows: boolean): Promise<number> {
  const { tenant } = place;
  const executionId = await newExecution(place);
  const sink: TraceSink = { write: (id, batch) => tenant.recordEvents(id, batch) };
  const result = await conductor.node.run(WORKFLOWS[kind], {
    executionId,
    journal: { commit: (id, entries) => tenant.commitNodes(id, entries) },
    ...(storesRows && { sink }),
  });
  const { status, recording: trace, error = null, data = null, duration } = result;
  if (status !== 'completed') throw new Error(`the run ended as ${status}: ${error?.message ?? ''}`);
  await tenant.finishExecution(executionId, {
    status,
    error,
    trace,
    results: data,
    duration: microsFromMs(duration),
  });
  return result.executedNodes.length;
}

/** The floor: an ordinary client that inserts a row of the same content for each step, each committed by itself. */
async function bareInserts({ host, user, password }: Place): Promise<{ task: Task; close: () => Promise<void> }> {
  const client = new Client({ host, port: 5432, user, password, database: 'flowprof' });
  await client.connect();
  await client.query('CREATE TABLE bare (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, data jsonb)');
  const insert = (n: number) =>
    client.query({
      name: 'insert',
      text: 'INSERT INTO bare (data) VALUES ($1)',
      values: [JSON.stringify({ n, text: 'hello world' })],
    });
  const run = async (): Promise<void> => {
    for (let i = 0; i < CHAIN.rounds; i++) await insert(i);
  };
  return {
    task: { name: 'a bare INSERT a step', steps: stepsOf(CHAIN), run },
    close: async () => {
      await client.query('DROP TABLE bare');
      await client.end();
    },
  };
}

async function startPeers({ folder, host, user, password }: Place): Promise<ReadonlyMap<string, Peer>> {
  if (!arePeersInstalled()) return new Map();
  const url = `postgresql://${user}:${password}@localhost:5432/dbos?host=${encodeURIComponent(host)}`;
  const [dbos, restate] = await Promise.all([Peer.start(folder, 'dbos.mjs', url), Peer.start(folder, 'restate.mjs')]);
  return new Map([
    ['DBOS, on the same server', dbos],
    ['Restate', restate],
  ]);
}

async function open(): Promise<OpenSuite> {
  const place = await openPlace();
  const bare = await bareInserts(place);
  const peers = await startPeers(place);
  const ways: (readonly [string, (shape: Shape) => Promise<unknown>])[] = [
    ['the journal alone', (shape) => journalAlone(place, shape)],
    ['the engine', (shape) => engine(place, shape, false)],
    ['the engine, its trace stored too', (shape) => engine(place, shape, true)],
    ...[...peers].map(([name, peer]) => [name, (shape: Shape) => peer.run(shape)] as const),
  ];
  return {
    turnsMs: 120_000,
    floor: bare.task,
    tasks: SHAPES.flatMap((shape) =>
      ways.map(([name, way]): Task => {
        return { name: `${NAMES[shape.kind]}: ${name}`, steps: stepsOf(shape), run: () => way(shape) };
      }),
    ),
    close: async () => {
      await Promise.all([...peers.values()].map((peer) => peer.stop()));
      await bare.close();
      await place.store.close();
      await place.cleaner.stop();
    },
  };
}

export const durable: Suite = {
  name: 'durable',
  about:
    'durable runs: what depends on a step starts once the step is committed. The journal and the engine; where bench/peers-durable is installed, DBOS on the same PostgreSQL (fsync and synchronous_commit on for all), and Restate as it comes (a log of its own in RocksDB, rocksdb-disable-wal-fsync = false: synced for each batch of steps). In turns, so that all meet the same noise',
  open,
};

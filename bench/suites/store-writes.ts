import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from '@flowprof/conductor';
import { asMicros, toEpochMicros, type SpanRecord, type TraceEvent } from '@flowprof/model';
import { openStore, type Store, type TenantStore } from '@flowprof/store';
import { Client } from 'pg';
import type { OpenSuite, Suite } from '../suite.ts';
import { Peer } from './durable-peers.ts';

const SPANS = 10_000;
const TURNS_MS = 12_000;

/** Spans as an engine tells them: nodes with attempts, phases and what belongs to some of them. */
export function spansOf(count: number): readonly SpanRecord[] {
  return Array.from({ length: count }, (_, i): SpanRecord => {
    const kind = (['node', 'attempt', 'phase', 'phase'] as const)[i % 4] ?? 'phase';
    return {
      id: (0x1000_0000_0000_0000n + BigInt(i)).toString(16),
      parentId: i % 4 === 0 ? null : (0x1000_0000_0000_0000n + BigInt(i - (i % 4))).toString(16),
      kind,
      name: kind === 'phase' ? 'http_request' : `step ${i % 100}`,
      nodeKey: `step_${i % 100}`,
      iteration: null,
      start: asMicros(i * 100),
      duration: asMicros(90),
      status: 'completed',
      track: null,
      metadata: i % 4 === 2 ? { url: 'http://127.0.0.1/items', status: 200 } : null,
    };
  });
}

const spans = spansOf(SPANS);
const events: readonly TraceEvent[] = spans.map((span) => ({ type: 'span', span }));

interface Place {
  readonly store: Store;
  readonly tenant: TenantStore;
  readonly workflowId: string;
  /** Connects as who owns the tables. */
  readonly owner: () => Client;
  readonly close: () => Promise<void>;
}

const secretSchema = z.looseObject({ owner: z.string() });
const lockSchema = z.looseObject({ runDir: z.string() });

async function embedded(): Promise<Place> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-durable-')));
  const cleaner = await Peer.start(tmpdir(), '../suites/durable-cleaner.mjs', folder);
  const place = await openPlace(folder, undefined);
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  const { owner: password } = secretSchema.parse(await read('database-secret.json'));
  const { runDir: host } = lockSchema.parse(await read('flowprof.lock'));
  return {
    ...place,
    owner: () => new Client({ host, port: 5432, user: 'flowprof_owner', password, database: 'flowprof' }),
    close: async () => {
      await place.store.close();
      await cleaner.stop();
    },
  };
}

async function openPlace(
  dataDir: string,
  databaseUrl: string | undefined,
): Promise<Pick<Place, 'store' | 'tenant' | 'workflowId'>> {
  const store = await openStore({
    dataDir,
    databaseUrl,
    clock: { now: () => toEpochMicros(Date.now() * 1000) },
    random: (into) => randomFillSync(into),
    log: () => undefined,
    ...(databaseUrl !== undefined && { journalKey: new Uint8Array(32).fill(7) }),
  });
  const workspace = await store.createWorkspace({ slug: `bench-${randomUUID()}`, name: 'Bench' });
  const tenant = store.tenant(workspace.id);
  const { id: workflowId } = await tenant.createWorkflow({ name: 'bench', description: null, definition: {} });
  return { store, tenant, workflowId };
}

/** The database that `DATABASE_URL` names, where it is set; else the embedded one. */
async function openDatabase(): Promise<Place> {
  const url = process.env['DATABASE_URL'];
  if (!url) return embedded();
  const place = await openPlace('/nonexistent', url);
  return { ...place, owner: () => new Client({ connectionString: url }), close: () => place.store.close() };
}

async function newExecution({ tenant, workflowId }: Place): Promise<string> {
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'bench' });
  return id;
}

const COLUMNS: readonly (readonly [column: string, type: string, value: (span: SpanRecord) => unknown])[] = [
  ['id', 'text', ({ id }) => id],
  ['parent_span_id', 'text', ({ parentId }) => parentId],
  ['node_key', 'text', ({ nodeKey }) => nodeKey],
  ['iteration', 'integer', ({ iteration }) => iteration],
  ['name', 'text', ({ name }) => name],
  ['span_type', 'text', ({ kind }) => kind],
  ['status', 'text', ({ status }) => status],
  ['start_us', 'bigint', ({ start }) => start],
  ['duration_us', 'bigint', ({ duration }) => duration],
  ['track', 'text', ({ track }) => track],
  ['metadata', 'jsonb', ({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))],
];

const BARE = `INSERT INTO execution_spans (workspace_id, execution_id, ${COLUMNS.map(([column]) => column).join(', ')})
  SELECT $1::uuid, $2::uuid, n.* FROM unnest(${COLUMNS.map(([, type], at) => `$${at + 3}::${type}[]`).join(', ')}) AS n`;

/** The least: the rows in one statement of an ordinary client, with its values made beforehand. */
async function bareInsert(client: Client, place: Place): Promise<void> {
  const id = await newExecution(place);
  await client.query('BEGIN');
  await client.query(`SET LOCAL app.workspace_id = '${place.tenant.workspaceId}'`);
  const columns = COLUMNS.map(([, , value]) => spans.map(value));
  await client.query({ name: 'bare', text: BARE, values: [place.tenant.workspaceId, id, ...columns] });
  await client.query('COMMIT');
}

async function open(): Promise<OpenSuite> {
  const place = await openDatabase();
  const client = place.owner();
  await client.connect();
  // As the application, under row level security.
  await client.query('GRANT flowprof_app TO CURRENT_USER');
  await client.query('SET ROLE flowprof_app');
  return {
    turnsMs: TURNS_MS,
    floor: { name: 'a bare INSERT of the rows by unnest', steps: SPANS, run: () => bareInsert(client, place) },
    tasks: [
      {
        name: 'recordEvents',
        steps: SPANS,
        run: async () => place.tenant.recordEvents(await newExecution(place), events),
      },
    ],
    close: async () => {
      await client.end();
      await place.close();
    },
  };
}

export const storeWrites: Suite = {
  name: 'store-writes',
  about: `${SPANS.toLocaleString('en')} spans of a new execution, durable: into the same table with the same indexes and constraints`,
  open,
};

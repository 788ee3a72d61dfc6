import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { z } from '@flowprof/conductor';
import { asMicros, decodeTrace, toMicros, TraceAssembler, type Trace, type TraceEvent } from '@flowprof/model';
import { startServer, type RunningServer } from 'flowprof';
import { Client } from 'pg';
import type { OpenSuite, Suite, Task } from '../suite.ts';
import { Peer } from './durable-peers.ts';
import { spansOf } from './store-writes.ts';

const SPANS = 100_000;
const TURNS_MS = 12_000;
const ARROW = 'application/vnd.apache.arrow.stream';

const decompress = promisify(brotliDecompress);
const secretSchema = z.looseObject({ owner: z.string() });
const lockSchema = z.looseObject({ runDir: z.string() });

/** An execution that has ended, and its trace. */
async function finishOne(
  server: RunningServer,
  slug: string,
): Promise<{ readonly workspaceId: string; readonly id: string }> {
  const workspace = await server.store.createWorkspace({ slug, name: 'Bench' });
  const tenant = server.store.tenant(workspace.id);
  const { id: workflowId } = await tenant.createWorkflow({ name: 'bench', description: null, definition: {} });
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'bench' });
  const assembler = new TraceAssembler();
  const events: TraceEvent[] = spansOf(SPANS).map((span) => ({ type: 'span', span }));
  for (const event of events) assembler.apply(event);
  assembler.describe({ id });
  const duration = toMicros(asMicros(SPANS * 100));
  await tenant.finishExecution(id, {
    status: 'completed',
    results: null,
    error: null,
    duration,
    trace: assembler.finish(),
  });
  return { workspaceId: workspace.id, id };
}

/** The least: the bytes as they are kept, and their decoding. */
async function fetchBlob(client: Client, workspaceId: string, id: string): Promise<Trace> {
  const { rows } = await client.query<{ data: Buffer }>({
    name: 'blob',
    text: 'SELECT data FROM execution_traces WHERE workspace_id = $1 AND execution_id = $2',
    values: [workspaceId, id],
  });
  return decodeTrace(await decompress(rows[0]?.data ?? Buffer.alloc(0)));
}

async function fetchArrow(url: string, acceptEncoding: string): Promise<Trace> {
  const headers = { accept: ARROW, 'accept-encoding': acceptEncoding };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'end');
  const body = Buffer.concat(chunks);
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
  return decodeTrace(response.headers['content-encoding'] === 'br' ? await decompress(body) : new Uint8Array(body));
}

async function open(): Promise<OpenSuite> {
  const dataDir = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-durable-')));
  const cleaner = await Peer.start(tmpdir(), '../suites/durable-cleaner.mjs', dataDir);
  const services = { acquire: () => Promise.reject(new Error('nothing is run')) };
  const server = await startServer({ host: '127.0.0.1', port: 0, dataDir, services, log: 'silent', background: false });
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(path.join(dataDir, file), 'utf8'));
  const { owner: password } = secretSchema.parse(await read('database-secret.json'));
  const { runDir: host } = lockSchema.parse(await read('flowprof.lock'));
  const { workspaceId, id } = await finishOne(server, 'bench');
  const client = new Client({ host, port: 5432, user: 'flowprof_owner', password, database: 'flowprof' });
  await client.connect();
  await client.query('GRANT flowprof_app TO CURRENT_USER');
  await client.query('SET ROLE flowprof_app');
  await client.query(`SET app.workspace_id = '${workspaceId}'`);
  const url = `${server.url}/api/v1/workspaces/bench/executions/${id}/flame-chart`;
  const task = (name: string, acceptEncoding: string): Task => ({ name, run: () => fetchArrow(url, acceptEncoding) });
  return {
    turnsMs: TURNS_MS,
    floor: { name: 'the blob by SQL, decoded', run: () => fetchBlob(client, workspaceId, id) },
    tasks: [task('over HTTP, brotli accepted', 'br'), task('over HTTP, no encoding accepted', 'identity')],
    close: async () => {
      await client.end();
      await server.close();
      await cleaner.stop();
    },
  };
}

export const openArrow: Suite = {
  name: 'open-arrow',
  about: `a finished execution of ${SPANS.toLocaleString('en')} spans opened as Arrow columns over HTTP and decoded, in the same process`,
  open,
};

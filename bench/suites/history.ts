import { randomFillSync } from 'node:crypto';
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from '@flowprof/conductor';
import { toEpochMicros } from '@flowprof/model';
import { openStore, type TenantStore } from '@flowprof/store';
import { startServer } from 'flowprof';
import { Client } from 'pg';
import type { OpenSuite, Suite, Task } from '../suite.ts';
import { Peer } from './durable-peers.ts';

/** How many executions one workflow has; of each hundredth a step is kept besides. */
const EXECUTIONS = 1_000_000;

const pageSchema = z.object({ items: z.array(z.unknown()), next_cursor: z.string().nullable() });

/** A client of the database, as the application of one workspace. */
async function connect(folder: string, workspaceId: string): Promise<Client> {
  const field = async (file: string, name: string): Promise<string> =>
    z.looseObject({ [name]: z.string() }).parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')))[name] ??
    '';
  const [host, password] = [await field('flowprof.lock', 'runDir'), await field('database-secret.json', 'app')];
  const client = new Client({ host, port: 5432, user: 'flowprof_app', password, database: 'flowprof' });
  await client.connect();
  await client.query(`SET app.workspace_id = '${workspaceId}'`);
  return client;
}

/** Writes the executions, made in the database: durations from 1 ms to 1,000 s, one in ten failed. */
async function fill(client: Client, tenant: TenantStore, workflow: { id: string; projectId: string }): Promise<void> {
  const place = `'${tenant.workspaceId}', '${workflow.projectId}', '${workflow.id}'`;
  await client.query(
    `INSERT INTO workflow_executions (workspace_id, project_id, workflow_id, id, workflow_version, execution_number,
       status, trigger, error_code, error_message, started_at, completed_at, duration_us, input_variables, created_at,
       updated_at)
     SELECT ${place}, gen_random_uuid(), 1, n, CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'completed' END, 'manual',
       CASE WHEN n % 10 = 0 THEN 'node_failed' END, CASE WHEN n % 10 = 0 THEN 'It failed' END, at, at + d * interval '1 us',
       d, jsonb_build_object('n', n, 'mode', CASE WHEN n % 2 = 0 THEN 'fast' ELSE 'slow' END), at, at
     FROM generate_series(1, ${EXECUTIONS}) AS n,
       LATERAL (SELECT timestamptz '2024-01-01' + n * interval '1 s' AS at,
         (1000 * exp(random() * ln(1000000)))::bigint AS d) AS made`,
  );
  await client.query(
    `INSERT INTO workflow_step_executions (workspace_id, id, execution_id, step_key, iteration, step_name, step_type,
       step_order, depends_on, status, status_us, started_us, retry_count)
     SELECT workspace_id, gen_random_uuid(), id, 'a', -1, 'Step ' || execution_number % 30, 'http', 1, '{}', 'completed',
       duration_us, 0, 0
     FROM workflow_executions WHERE execution_number % 100 = 0`,
  );
  await client.query('UPDATE workflows SET last_execution_number = $1', [EXECUTIONS]);
  await client.query('ANALYZE').catch(() => undefined);
  await tenant.rebuildStatistics();
}

const random = (into: Uint8Array): Uint8Array => randomFillSync(into);

async function open(): Promise<OpenSuite> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-history-')));
  const cleaner = await Peer.start(tmpdir(), '../suites/durable-cleaner.mjs', folder);
  const clock = { now: () => toEpochMicros(Date.now() * 1000) };
  const store = await openStore({ dataDir: folder, clock, random, log: () => undefined });
  const workspace = await store.createWorkspace({ slug: 'bench', name: 'Bench' });
  const tenant = store.tenant(workspace.id);
  const workflow = await tenant.createWorkflow({ name: 'bench', description: null, definition: { imported: true } });
  const filler = await connect(folder, workspace.id);
  await fill(filler, tenant, workflow);
  await filler.end();
  await store.close();
  const services = { acquire: () => Promise.reject(new Error('nothing runs')) };
  const server = await startServer({ host: '127.0.0.1', port: 0, dataDir: folder, services, log: 'silent' });
  const client = await connect(folder, workspace.id);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (at: string): Promise<string> =>
    new Promise((resolve, reject) => {
      get(new URL(at, server.url), { agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`${at} answered ${answer.statusCode}: ${text}`));
        });
      }).on('error', reject);
    });
  const list = `/api/workflows/${workflow.id}/executions`;
  const everything = '/api/v1/workspaces/bench/executions';
  /** The cursor at a depth: that of a page of 1, moved there by what it holds. */
  const cursorAt = async (at: string, skip: number): Promise<string> =>
    pageSchema.parse(JSON.parse(await ask(`${at}${at.includes('?') ? '&' : '?'}limit=1&skip=${skip}`))).next_cursor ??
    '';
  const deep = async (at: string, skip: number): Promise<string> =>
    `${at}${at.includes('?') ? '&' : '?'}cursor=${await cursorAt(at, skip)}`;
  const middle = EXECUTIONS / 2;
  const pages: readonly (readonly [string, string])[] = [
    ['metrics of the workflow', `/api/workflows/${workflow.id}/metrics`],
    ['statistics of the workflow', `/api/workflows/${workflow.id}/statistics`],
    ['statistics of the project', `/api/projects/${workflow.projectId}/statistics`],
    ['the first page of its executions', list],
    [`a page after ${middle.toLocaleString('en')} of them`, await deep(list, middle)],
    [`a page after ${(EXECUTIONS - 20).toLocaleString('en')}`, await deep(list, EXECUTIONS - 20)],
    [`a page of the workspace after ${middle.toLocaleString('en')}`, await deep(everything, middle)],
    ['a page of those that failed, after 90,000', await deep(`${list}?status=failed`, 90_000)],
    ['the longest', `${list}?sort=longest`],
    ['a page by time, after 100,000', await deep(`${everything}?started_to=2024-01-10T00:00:00Z`, 100_000)],
    ['a page by a value of the input, after 10', await deep(`${list}?input=mode:fast`, 10)],
    ['a search for what nothing has', `${list}?search=${'x'.repeat(5000)}`],
  ];
  const select = `SELECT * FROM workflow_executions WHERE workspace_id = $1 AND workflow_id = $2 AND execution_number < $3
    ORDER BY execution_number DESC LIMIT 10`;
  return {
    turnsMs: 60_000,
    floor: {
      name: 'SELECT 1, a round trip to the database',
      run: () => client.query({ name: 'one', text: 'SELECT 1' }),
    },
    tasks: [
      {
        name: 'a bare indexed SELECT of a page',
        run: () => client.query({ name: 'page', text: select, values: [workspace.id, workflow.id, middle] }),
      },
      { name: 'GET /healthz, a round trip over HTTP', run: () => ask('/healthz') },
      ...pages.map(([name, at]): Task => ({ name, run: () => ask(at) })),
    ],
    close: async () => {
      agent.destroy();
      await client.end();
      await server.close();
      await cleaner.stop();
    },
  };
}

export const history: Suite = {
  name: 'history',
  about: `a workflow with ${EXECUTIONS.toLocaleString('en')} executions, asked over HTTP: its metrics, statistics, and pages of its executions at any depth`,
  open,
};

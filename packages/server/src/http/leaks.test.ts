import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { huntBySocket, LeakHunt, type Planted } from '../../testing/leaks.ts';
import { connectAs } from '../../testing/owner.ts';
import { cursorAfter } from './shapes/access.ts';

const UNLIMITED = { rateLimits: { workspace: 0, caller: 0, failures: 0 } };
const withId = z.looseObject({ id: z.string() });
const ISSUER = 'https://id.example.org';

/** Makes a workspace with something of every kind in it, really run, and all of it marked. */
async function plant({ server }: TestServer, index: number): Promise<Planted> {
  const canary = `canary-${index}-x`;
  const slug = `w-${index}`;
  const workspace = await server.store.createWorkspace({ slug, name: canary });
  const tenant = server.store.tenant(workspace.id);
  const project = await tenant.createProject({ slug: canary, name: canary });
  const definition = {
    name: canary,
    description: canary,
    inputs: { text: { type: 'string', default: canary } },
    nodes: [{ id: 'say', name: canary, type: 'transform', with: { value: '${input.text}' } }],
  };
  const workflow = await server.workflows.create(tenant, { definition, projectId: project.id });
  const execution = await server.executions.start(tenant, {
    workflowId: workflow.id,
    input: { text: canary },
    trigger: 'manual',
  });
  await server.executions.settled(execution.id);
  const made = await server.access.createKey({ kind: 'local' }, tenant, {
    name: canary,
    role: 'admin',
    expiresAt: null,
  });
  const authorization = `Bearer ${made.text}`;
  const trigger = await server.app.inject({
    method: 'POST',
    url: `/api/workflows/${workflow.id}/triggers`,
    headers: { authorization },
    payload: { name: canary, kind: 'webhook' },
  });
  const create = async (path: string, payload: object): Promise<string> => {
    const url = `/api/v1/workspaces/${workspace.id}/${path}`;
    return withId.parse((await server.app.inject({ method: 'POST', url, headers: { authorization }, payload })).json())
      .id;
  };
  const alert = await create('alerts', {
    workflow_id: workflow.id,
    name: canary,
    kind: 'duration_limit',
    config: { limit_ms: 1e6, node: canary },
  });
  const channel = await create('alert-channels', { name: canary, url: `https://${canary}.example`, enabled: false });
  const connection = await create('temporal/connections', {
    name: canary,
    address: 'temporal.example.org:7233',
    namespace: canary,
    enabled: false,
    query: `WorkflowType = '${canary}'`,
    web_url: `https://${canary}.example`,
    secrets: { server_ca: canary },
  });
  const member = await tenant.access.addMember({
    issuer: ISSUER,
    subject: canary,
    email: `${canary}@example.org`,
    name: canary,
    role: 'admin',
  });
  await tenant.access.recordAudit({
    actor: { kind: 'key', id: made.key.id, name: canary },
    method: 'POST',
    route: '/api/workflows',
    action: canary,
    resources: { workflow: canary },
    status: 201,
    requestId: canary,
  });
  const upload = await tenant.imports.begin(
    { id: randomUUID(), fileName: canary, format: 'auto', fingerprint: canary, sizeBytes: 9 },
    1,
  );
  if (upload === null) throw new Error('there is no upload');
  const baseline = await server.app.inject({
    method: 'POST',
    url: `/api/v1/workspaces/${slug}/baselines`,
    headers: { authorization },
    payload: { workflow_id: workflow.id, name: canary, made_of: { kind: 'execution', execution_id: execution.id } },
  });
  const note = await server.app.inject({
    method: 'POST',
    url: `/api/v1/workspaces/${slug}/executions/${execution.id}/notes`,
    headers: { authorization },
    payload: { from_ms: 0, to_ms: 1, text: canary },
  });
  const [entry] = await tenant.access.listAudit({ limit: 1 });
  if (!entry) throw new Error('there is no entry');
  const ids = {
    workspace: workspace.id,
    workflow: workflow.id,
    execution: execution.id,
    project: project.id,
    key: made.key.id,
    member: member.id,
    upload: upload.id,
    baseline: withId.parse(baseline.json()).id,
    note: withId.parse(note.json()).id,
    alert,
    channel,
    connection,
    trigger: withId.parse(trigger.json()).id,
    cursor: cursorAfter(entry),
  };
  return { index, slug, key: made.text, ids };
}

async function plantAll(test: TestServer, count: number): Promise<readonly Planted[]> {
  const planted: Planted[] = [];
  for (let i = 0; i < count; i++) planted.push(await plant(test, i));
  return planted;
}

describe('100 workspaces', () => {
  let test: TestServer;
  let planted: readonly Planted[];
  beforeAll(async () => {
    test = await startTestServer({ access: UNLIMITED });
    planted = await plantAll(test, 100);
  });
  afterAll(() => test.close());

  it('show nothing of each other in 100,000 calls of every route, and answer as if the others did not exist', async () => {
    const { calls, leaks, blind } = await new LeakHunt(test.server, planted).run(100_000);
    process.stdout.write(`leak hunt: ${calls} calls, ${leaks.length} leaks\n`);
    expect(leaks.slice(0, 10)).toEqual([]);
    expect(blind).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(100_000);
  }, 600_000);

  it('do not open each other their sockets', async () => {
    const { calls, leaks } = await huntBySocket(test.server, planted);
    expect(leaks.slice(0, 10)).toEqual([]);
    expect(calls).toBe(planted.length * 6);
  });

  it('do not reach each other through connections of the pool, transactions that were aborted least of all', async () => {
    const work = planted.slice(0, 50).map(async ({ index, ids }) => {
      const tenant = test.server.store.tenant(ids.workspace);
      for (let round = 0; round < 20; round++) {
        const [seen] = await Promise.all([
          tenant.listWorkflows({ skip: 0, limit: 100 }),
          // The slug is taken, and the id belongs to nothing: both transactions are rolled back.
          tenant.createProject({ slug: `canary-${index}-x`, name: 'again' }).catch(() => null),
          tenant.recordEvents(ids.project, [{ type: 'warning', code: 'missing_time', example: 'x' }]).catch(() => null),
        ]);
        for (const { workspaceId, name } of seen.items)
          expect([workspaceId, name]).toEqual([ids.workspace, `canary-${index}-x`]);
      }
    });
    await Promise.all(work);
  });
});

describe('the hunt', () => {
  let test: TestServer;
  let planted: readonly Planted[];
  beforeAll(async () => {
    test = await startTestServer({ access: UNLIMITED });
    planted = await plantAll(test, 3);
  });
  afterAll(() => test.close());

  it('passes with all policies, and fails when one is dropped', async () => {
    const before = await new LeakHunt(test.server, planted).run(0);
    expect([before.leaks, before.blind]).toEqual([[], []]);
    const owner = await connectAs('owner', test.dataDir);
    try {
      await owner.query('DROP POLICY tenant ON workflow_executions');
      const { blind } = await new LeakHunt(test.server, planted).run(0);
      expect(blind).toContain('GET /api/workflows/executions/:execution_id: 404');
    } finally {
      await owner.end();
    }
  }, 120_000);

  it('finds what a careless query shows as soon as a policy lets it, and nothing before', async () => {
    const [owner, app] = [await connectAs('owner', test.dataDir), await connectAs('app', test.dataDir)];
    try {
      const { rows: tables } = await app.query<{ name: string }>(
        `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
           AND has_table_privilege(c.oid, 'SELECT')`,
      );
      const own = planted[0]?.ids.workspace ?? '';
      const foreign = async (name: string): Promise<number> => {
        await app.query(`BEGIN; SET LOCAL app.workspace_id = '${own}'`);
        const { rows } = await app.query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM ${name} WHERE workspace_id <> '${own}'`,
        );
        await app.query('ROLLBACK');
        return rows[0]?.n ?? 0;
      };
      expect(tables.length).toBeGreaterThan(10);
      for (const { name } of tables) expect([name, await foreign(name)]).toEqual([name, 0]);
      await owner.query('CREATE POLICY careless ON workflows TO flowprof_app USING (true)');
      expect(await foreign('workflows')).toBe(2);
    } finally {
      await Promise.all([owner.end(), app.end()]);
    }
  });
});

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_ROLE } from './backends/roles.ts';
import { openStore } from './store.ts';
import { startPlainServer, type PlainServer } from './testing/plain-server.ts';
import { testClock, testRandom } from './testing/support.ts';

/** Tables that hold no data of a workspace; the application may not touch them. */
const OWNERS_ONLY = ['schema_migrations', 'server_instances'];
/** The one key across workspaces: of the directory, which only the owner writes. */
const KEYS_WITHOUT_WORKSPACE = ['workspaces_slug_key'];

/** Each question lists offenders; a schema in order has none. */
const RULES: readonly { readonly rule: string; readonly offence: string; readonly sql: string }[] = [
  {
    rule: 'every table has row level security, enabled and forced',
    offence: 'CREATE TABLE t (workspace_id uuid PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY',
    sql: `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND NOT (relrowsecurity AND relforcerowsecurity)`,
  },
  {
    rule: 'every table of the application has a workspace_id that is never null',
    offence: `CREATE TABLE t (workspace_id uuid); GRANT SELECT ON t TO ${APP_ROLE}`,
    sql: `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
          AND c.relkind IN ('r', 'p') AND has_table_privilege('${APP_ROLE}', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id'
            AND a.attnotnull AND a.atttypid = 'uuid'::regtype)`,
  },
  {
    rule: 'the application cannot touch the tables of the owner, nor empty any table, nor alter the directory',
    offence: `GRANT TRUNCATE ON workflows TO ${APP_ROLE}`,
    sql: `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND (has_table_privilege('${APP_ROLE}', oid, 'TRUNCATE, TRIGGER, REFERENCES')
            OR (relname IN ('${OWNERS_ONLY.join("','")}')
              AND has_table_privilege('${APP_ROLE}', oid, 'SELECT, INSERT, UPDATE, DELETE'))
            OR (relname = 'workspaces' AND has_table_privilege('${APP_ROLE}', oid, 'INSERT, UPDATE, DELETE')))`,
  },
  {
    rule: 'every key and unique index contains workspace_id',
    offence: 'CREATE UNIQUE INDEX t ON workflows (id)',
    sql: `SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
          WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
          AND c.relname NOT IN ('${OWNERS_ONLY.join("','")}')
          AND i.indexrelid::regclass::text NOT IN ('${KEYS_WITHOUT_WORKSPACE.join("','")}')
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id'
            AND a.attnum = ANY (i.indkey))`,
  },
  {
    rule: 'every foreign key joins on workspace_id and never sets a column to null',
    offence:
      'ALTER TABLE workflows ADD COLUMN p uuid, ADD FOREIGN KEY (workspace_id, p) REFERENCES projects ON DELETE SET NULL',
    sql: `SELECT k.conname AS name FROM pg_constraint k WHERE k.contype = 'f'
          AND k.connamespace = 'public'::regnamespace
          AND (k.confdeltype IN ('n', 'd') OR k.confupdtype IN ('n', 'd') OR NOT EXISTS (
            SELECT FROM unnest(k.conkey, k.confkey) AS pair (here, there)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there
            WHERE a.attname = 'workspace_id' AND b.attname = 'workspace_id'))`,
  },
  {
    rule: 'every policy of the application compares workspace_id with the setting, and nothing else',
    offence: `CREATE POLICY p ON workflows TO ${APP_ROLE} USING (true)`,
    sql: `SELECT tablename || '.' || policyname AS name FROM pg_policies WHERE schemaname = 'public'
          AND ('${APP_ROLE}' = ANY (roles) OR 'public' = ANY (roles))
          AND (qual IS DISTINCT FROM
              '(workspace_id = (NULLIF(current_setting(''app.workspace_id''::text, true), ''''::text))::uuid)'
            OR coalesce(with_check, qual) <> qual)`,
  },
  {
    rule: 'every table of the application has such a policy',
    offence: `DROP POLICY tenant ON execution_spans`,
    sql: `SELECT relname AS name FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
          AND relname NOT IN ('${OWNERS_ONLY.join("','")}')
          AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND '${APP_ROLE}' = ANY (p.roles))`,
  },
  {
    rule: 'every view runs with the rights of who asks, and none is materialized',
    offence: 'CREATE VIEW v AS SELECT * FROM workflows',
    sql: `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm'
          OR (relkind = 'v' AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)))`,
  },
  {
    rule: 'no function runs with the rights of its owner, and no table has a trigger or rule of its own',
    offence: `CREATE FUNCTION f() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
    sql: `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
          UNION ALL SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
          WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal`,
  },
  {
    rule: 'the role of the application has no special right, owns nothing and belongs to no other role',
    offence: `ALTER TABLE workflows OWNER TO ${APP_ROLE}`,
    sql: `SELECT rolname AS name FROM pg_roles r WHERE rolname = '${APP_ROLE}' AND (rolsuper OR rolbypassrls
            OR rolcreaterole OR rolcreatedb OR rolreplication
            OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))
          UNION ALL SELECT relname FROM pg_class WHERE relowner = '${APP_ROLE}'::regrole`,
  },
];

/** The indexes that queries were promised. */
const INDEXES = [
  'idx_workflow_executions_workspace_status',
  'idx_workflow_step_executions_execution',
  'idx_workflow_executions_started_at',
  'idx_exec_spans_execution',
  'idx_exec_spans_parent',
];

describe('the schema', () => {
  let server: PlainServer;
  let client: Client;
  beforeAll(async () => {
    server = await startPlainServer();
    await server.admin(
      'postgres',
      `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'k'`,
      'CREATE DATABASE p OWNER keeper',
    );
    const databaseUrl = server.url('keeper', 'k', 'p');
    const store = await openStore({
      databaseUrl,
      dataDir: '',
      clock: testClock,
      random: testRandom,
      log: () => undefined,
    });
    await store.close();
    client = new Client({ connectionString: server.superuserUrl.replace(/postgres$/, 'p') });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  async function offenders(sql: string): Promise<string[]> {
    return (await client.query<{ name: string }>(sql)).rows.map((row) => row.name);
  }

  it.each(RULES)('$rule', async ({ sql }) => {
    expect(await offenders(sql)).toEqual([]);
  });

  it.each(RULES)('would be refused where it is not so that $rule', async ({ sql, offence }) => {
    await client.query('BEGIN');
    try {
      await client.query(offence);
      expect(await offenders(sql)).not.toEqual([]);
    } finally {
      await client.query('ROLLBACK');
    }
  });

  it('has the promised indexes', async () => {
    const names = await offenders(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public'`);
    expect(names).toEqual(expect.arrayContaining(INDEXES));
  });

  it('shows the owner no execution that has ended, and the application nothing without a workspace', async () => {
    await client.query(`
      SET ROLE keeper;
      INSERT INTO workspaces VALUES ('00000000-0000-4000-8000-000000000001', 'w', 'W', now());
      RESET ROLE;
      INSERT INTO projects SELECT workspace_id, workspace_id, 'p', 'P', now(), now() FROM workspaces;
      INSERT INTO workflows SELECT workspace_id, id, id, 'w', NULL, 1, 2, now(), now() FROM projects;
      INSERT INTO workflow_versions SELECT workspace_id, id, 1, '{}', now() FROM workflows;
      INSERT INTO workflow_executions (workspace_id, id, project_id, workflow_id, workflow_version, execution_number,
          status, trigger, input_variables, created_at, updated_at)
        SELECT workspace_id, gen_random_uuid(), project_id, id, 1, n, s, 'x', '{}', now(), now()
        FROM workflows, (VALUES (1, 'running'), (2, 'completed')) AS v (n, s)`);
    const count = async (role: string, setting: string): Promise<string[]> => {
      await client.query(`BEGIN; SET LOCAL ROLE ${role}; SET LOCAL app.workspace_id = '${setting}'`);
      try {
        return await offenders('SELECT status AS name FROM workflow_executions ORDER BY 1');
      } finally {
        await client.query('ROLLBACK');
      }
    };
    const own = '00000000-0000-4000-8000-000000000001';
    expect(await count('keeper', own)).toEqual(['running']);
    expect(await count(APP_ROLE, '')).toEqual([]);
    expect(await count(APP_ROLE, '00000000-0000-4000-8000-000000000002')).toEqual([]);
    expect(await count(APP_ROLE, own)).toEqual(['completed', 'running']);
  });

  it('gives steps as components and spans with their annotations', async () => {
    await client.query(`
      UPDATE workflow_executions SET started_at = '2024-01-15T10:00:00.5Z';
      INSERT INTO workflow_step_executions (workspace_id, id, execution_id, step_key, iteration, step_name, step_type,
          step_order, depends_on, status, status_us, started_us, retry_count)
        SELECT workspace_id, gen_random_uuid(), id, 'a', -1, 'A', 'http', 1, '{}', 'completed', 1500000, 250000, 0
        FROM workflow_executions WHERE status = 'completed';
      INSERT INTO execution_spans (workspace_id, execution_id, id, name, span_type, status, start_us)
        SELECT workspace_id, id, 's', 'S', 'phase', 'running', 0 FROM workflow_executions WHERE status = 'completed';
      INSERT INTO execution_annotations
        SELECT workspace_id, id, gen_random_uuid(), 's', 7, 'again', 'retry', NULL
        FROM workflow_executions WHERE status = 'completed'`);
    const { rows: components } = await client.query<object>(
      `SELECT node_id, component_name, duration_us::integer, started_at::text, completed_at::text
       FROM component_executions`,
    );
    expect(components).toEqual([
      {
        node_id: 'a',
        component_name: 'A',
        duration_us: 1_250_000,
        started_at: '2024-01-15 10:00:00.75+00',
        completed_at: '2024-01-15 10:00:02+00',
      },
    ]);
    const { rows: spans } = await client.query<object>('SELECT id, annotations FROM annotated_spans');
    expect(spans).toEqual([{ id: 's', annotations: [{ time_us: 7, label: 'again', type: 'retry', metadata: null }] }]);
  });
});

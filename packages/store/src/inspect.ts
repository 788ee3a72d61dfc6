import { epochFromMs, toEpochMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import { Client } from 'pg';
import { APP_ROLE } from './backends/roles.ts';
import { parseDatabaseUrl } from './backends/server.ts';
import { EmbeddedServer } from './embedded/server.ts';
import { toStoreError, type Connection } from './database.ts';
import type { StoreLog } from './log.ts';
import { readMigrations } from './migrations.ts';
import { systemTimers } from './timers.ts';

/** A numbered change of the schema, and whether the database has it. */
export interface MigrationStatus {
  readonly version: number;
  readonly name: string;
  /** `changed`: with another text; `unknown`: this flowprof does not know it. */
  readonly state: 'applied' | 'pending' | 'changed' | 'unknown';
  readonly appliedAt: EpochMicros | null;
}

/** What a database is like, found out without changing anything in it. */
export interface DatabaseReport {
  readonly serverVersion: string;
  /** E.g. 15. */
  readonly majorVersion: number;
  readonly hasCitus: boolean;
  readonly owner: {
    readonly name: string;
    /** Gets around row level security, as nobody should who serves. */
    readonly isSuperuser: boolean;
    readonly mayCreateRoles: boolean;
  };
  /** The role of the application; null while it is not there. */
  readonly app: { readonly isSafe: boolean } | null;
  readonly migrations: readonly MigrationStatus[];
  /** Tables with data of workspaces on which row level security is not forced. */
  readonly unprotected: readonly string[];
  /** Whether something between here and the server gives sessions to several clients in turn. */
  readonly sharesSessions: boolean;
  /** The database's clock less this machine's, in milliseconds, as exactly as the round trip lets it be told. */
  readonly clockAheadMs: number;
  readonly connections: { readonly used: number; readonly most: number };
  /** Of webhooks for alerts; null while the database has none, or where this role may not look. */
  readonly alerts: AlertTrouble | null;
  /** Of Temporal servers that are followed; null as above. */
  readonly temporal: TemporalTrouble | null;
}

/** What is wrong with the webhooks that are told of alerts, in all workspaces. */
interface AlertTrouble {
  /** Webhooks that the server has switched off. */
  readonly switchedOff: number;
  /** Deliveries that were given up within the last seven days. */
  readonly dead: number;
}

/** How the sync with Temporal servers stands, in all workspaces. */
interface TemporalTrouble {
  readonly connections: number;
  /** Connections that did not work when they were last used. */
  readonly failingConnections: number;
  /** Executions that are due, and for how long the first of them is. */
  readonly waiting: number;
  readonly waitingSeconds: number;
  /** Executions whose last sync failed. */
  readonly failing: number;
}

export interface InspectOptions {
  readonly databaseUrl?: string | undefined;
  /** Of the embedded server, which is started for this where no URL is given; it must not be in use. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: StoreLog;
}

async function connect(connection: Connection): Promise<Client> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function rowOf<T extends object>(client: Client, text: string): Promise<T | undefined> {
  const { rows } = await client.query<T>(text);
  return rows[0];
}

async function migrationsOf(client: Client): Promise<readonly MigrationStatus[]> {
  const known = await readMigrations();
  const has = await rowOf<{ present: boolean }>(
    client,
    `SELECT to_regclass('schema_migrations') IS NOT NULL AS present`,
  );
  const { rows } = has?.present
    ? await client.query<{ version: number; name: string; checksum: string; at: number }>(
        `SELECT version, name, checksum, extract(epoch FROM applied_at)::float8 * 1000 AS at
         FROM schema_migrations ORDER BY version`,
      )
    : { rows: [] };
  const applied = new Map(rows.map((row) => [row.version, row]));
  const statuses = known.map(({ version, name, checksum }): MigrationStatus => {
    const row = applied.get(version);
    applied.delete(version);
    if (!row) return { version, name, state: 'pending', appliedAt: null };
    return { version, name, state: row.checksum === checksum ? 'applied' : 'changed', appliedAt: epochFromMs(row.at) };
  });
  const others = [...applied.values()].map(({ version, name, at }): MigrationStatus => ({
    version,
    name,
    state: 'unknown',
    appliedAt: epochFromMs(at),
  }));
  return [...statuses, ...others];
}

/** Two clients that each note something in their session find it there again, unless somebody swaps sessions. */
async function sharesSessions(connection: Connection, first: Client): Promise<boolean> {
  const second = await connect(connection);
  try {
    const clients = [first, second];
    const pids = new Set<number>();
    for (const [at, client] of clients.entries()) await client.query(`SET flowprof.probe = '${at}'`);
    for (let round = 0; round < 3; round++) {
      for (const [at, client] of clients.entries()) {
        const seen = await rowOf<{ pid: number; probe: string }>(
          client,
          `SELECT pg_backend_pid() AS pid, current_setting('flowprof.probe', true) AS probe`,
        );
        if (seen?.probe !== String(at)) return true;
        pids.add(seen.pid);
      }
    }
    return pids.size !== clients.length;
  } finally {
    await second.end().catch(() => undefined);
  }
}

async function clockAheadMs(client: Client, clock: Clock): Promise<number> {
  const before = clock.now();
  const there = await rowOf<{ ms: number }>(
    client,
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
  );
  const after = clock.now();
  const middle = toEpochMicros(Math.round((before + after) / 2));
  return Math.round((there?.ms ?? 0) - middle / 1000);
}

async function unprotectedTables(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** As the owner sees it, by its policies. */
async function temporalTrouble(client: Client): Promise<TemporalTrouble | null> {
  const may = await rowOf<{ look: boolean }>(
    client,
    `SELECT coalesce(has_table_privilege(to_regclass('temporal_runs'), 'SELECT')
       AND has_table_privilege(to_regclass('temporal_connections'), 'SELECT'), false) AS look`,
  );
  if (may?.look !== true) return null;
  const found = await rowOf<TemporalTrouble>(
    client,
    `SELECT (SELECT count(*)::integer FROM temporal_connections) AS connections,
       (SELECT count(*)::integer FROM temporal_connections WHERE error_code IS NOT NULL) AS "failingConnections",
       count(*) FILTER (WHERE due_at <= now())::integer AS waiting,
       coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE due_at <= now())), 0)::float8 AS "waitingSeconds",
       count(*) FILTER (WHERE failures > 0)::integer AS failing
     FROM temporal_runs WHERE due_at IS NOT NULL OR failures > 0`,
  );
  return found ?? null;
}

/** How many workspaces are looked at for trouble with alerts. */
const WORKSPACES = 1000;

/** As the application sees it: workspace by workspace. */
async function alertTrouble(client: Client): Promise<AlertTrouble | null> {
  const may = await rowOf<{ look: boolean }>(
    client,
    `SELECT to_regclass('alert_deliveries') IS NOT NULL
       AND coalesce(pg_has_role(current_user, to_regrole('${APP_ROLE}'),
         -- From PostgreSQL 16 on who made a role is its member, but need not be able to become it.
         CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END), false) AS look`,
  );
  if (may?.look !== true) return null;
  const { rows } = await client.query<{ id: string }>(
    `SELECT workspace_id AS id FROM workspaces ORDER BY workspace_id LIMIT ${WORKSPACES}`,
  );
  let [switchedOff, dead] = [0, 0];
  await client.query(`BEGIN READ ONLY; SET LOCAL ROLE ${APP_ROLE}`);
  try {
    for (const { id } of rows) {
      await client.query(`SELECT set_config('app.workspace_id', $1, true)`, [id]);
      const { rows: found } = await client.query<AlertTrouble>(
        `SELECT
           (SELECT count(*)::integer FROM alert_channels
            WHERE workspace_id = $1 AND NOT enabled AND off_reason IS NOT NULL) AS "switchedOff",
           (SELECT count(*)::integer FROM alert_deliveries
            WHERE workspace_id = $1 AND state = 'dead' AND ended_at > now() - interval '7 days') AS dead`,
        [id],
      );
      switchedOff += found[0]?.switchedOff ?? 0;
      dead += found[0]?.dead ?? 0;
    }
  } finally {
    await client.query('ROLLBACK');
  }
  return { switchedOff, dead };
}

async function examine(connection: Connection, clock: Clock): Promise<DatabaseReport> {
  const client = await connect(connection);
  try {
    const server = await rowOf<{ version: string; number: number; citus: boolean; used: number; most: number }>(
      client,
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
         EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') AS citus,
         (SELECT count(*)::integer FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
         current_setting('max_connections')::integer AS most`,
    );
    const owner = await rowOf<{ name: string; super: boolean; roles: boolean }>(
      client,
      `SELECT rolname AS name, rolsuper OR rolbypassrls AS super, rolcreaterole AS roles
       FROM pg_roles WHERE rolname = current_user`,
    );
    const app = await rowOf<{ safe: boolean }>(
      client,
      `SELECT NOT (rolsuper OR rolbypassrls) AS safe FROM pg_roles WHERE rolname = '${APP_ROLE}'`,
    );
    return {
      serverVersion: server?.version ?? '',
      majorVersion: Math.floor((server?.number ?? 0) / 10_000),
      hasCitus: server?.citus ?? false,
      owner: {
        name: owner?.name ?? '',
        isSuperuser: owner?.super ?? false,
        mayCreateRoles: owner?.roles ?? false,
      },
      app: app ? { isSafe: app.safe } : null,
      migrations: await migrationsOf(client),
      unprotected: await unprotectedTables(client),
      sharesSessions: await sharesSessions(connection, client),
      clockAheadMs: await clockAheadMs(client, clock),
      connections: { used: server?.used ?? 0, most: server?.most ?? 0 },
      alerts: await alertTrouble(client),
      temporal: await temporalTrouble(client),
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Looks at a database and changes nothing in it.
 * @throws {StoreError} with the code of what keeps it from being reached; see `STORE_ERRORS`
 */
export async function inspectDatabase(options: InspectOptions): Promise<DatabaseReport> {
  const { databaseUrl, clock } = options;
  try {
    if (databaseUrl !== undefined) return await examine(parseDatabaseUrl(databaseUrl), clock);
    const server = await EmbeddedServer.start({ ...options, timers: systemTimers });
    try {
      const { host, port, owner: user, secrets } = server;
      return await examine({ host, port, user, password: secrets.owner, database: 'flowprof' }, clock);
    } finally {
      await server.stop();
    }
  } catch (error) {
    throw toStoreError(error);
  }
}

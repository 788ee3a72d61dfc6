import { Client } from 'pg';
import type { Connection } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import { migrate, readMigrations } from '../migrations.ts';
import { BACKENDS, type BackendName } from './capabilities.ts';
import { connectionOfApp, ensureAppRole } from './roles.ts';

/** A database that is ready for use. */
export interface PreparedDatabase {
  /** PostgreSQL's version, e.g. `18.4`. */
  readonly serverVersion: string;
  readonly backend: BackendName;
  readonly owner: Connection;
  readonly app: Connection;
}

async function checkVersion(owner: Client, minimum: number): Promise<string> {
  const { rows } = await owner.query<{ version: string; number: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number`,
  );
  const version = rows[0]?.version ?? '';
  if (Number(rows[0]?.number ?? 0) >= minimum * 10_000) return version;
  throw new StoreError('server_too_old', `PostgreSQL ${version} is too old; flowprof needs ${minimum} or newer`);
}

async function hasCitus(owner: Client): Promise<boolean> {
  const { rowCount } = await owner.query(`SELECT FROM pg_extension WHERE extname = 'citus'`);
  return rowCount === 1;
}

/**
 * Checks the server, makes the application's role, brings the schema up to date, and finds out how the application
 * connects.
 * @param owner the role that owns and migrates everything
 * @param appPassword of the application's role; null when it cannot have a login of its own
 * @param kind `server` is found out to be `citus` where the extension is installed
 */
export async function prepareDatabase(
  owner: Connection,
  appPassword: string | null,
  kind: 'embedded' | 'server',
  log: StoreLog,
): Promise<PreparedDatabase> {
  const client = new Client({ ...owner, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const serverVersion = await checkVersion(client, BACKENDS[kind].minimumVersion);
    await ensureAppRole(client, appPassword);
    await migrate(client, await readMigrations(), log);
    const { connection, mode } = await connectionOfApp(client, owner, appPassword);
    log({ type: 'app_role', mode });
    const backend = kind === 'server' && (await hasCitus(client)) ? 'citus' : kind;
    return { serverVersion, backend, owner, app: connection };
  } finally {
    await client.end().catch(() => undefined);
  }
}

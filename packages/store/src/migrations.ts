import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { messageOf, StoreError } from './errors.ts';
import type { StoreLog } from './log.ts';

/** Where the numbered files are. */
const MIGRATIONS = new URL('../sql/', import.meta.url);

/** Any number that no other program on the server is likely to take. */
const ADVISORY_LOCK = 7_420_000_001;

const BOOKKEEPING = `
  CREATE TABLE schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
  ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;
  ALTER TABLE schema_migrations FORCE ROW LEVEL SECURITY;
  CREATE POLICY owner_only ON schema_migrations TO CURRENT_USER USING (true) WITH CHECK (true);`;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text with Unix line ends. */
  readonly checksum: string;
}

/** Reads the files `000001_name.sql` of a folder, whose numbers must run from 1 without a gap. */
export async function readMigrations(folder: URL = MIGRATIONS): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const match = /^(\d{6})_(\w+)\.sql$/.exec(file);
    if (!match) throw new StoreError('migration_failed', `${file} is not named like 000001_name.sql`);
    const version = Number(match[1]);
    if (version !== migrations.length + 1) {
      throw new StoreError('migration_failed', `Migration ${file} does not follow number ${migrations.length}`);
    }
    const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
    const checksum = createHash('sha256').update(sql).digest('hex');
    migrations.push({ version, name: match[2] ?? '', sql, checksum });
  }
  return migrations;
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

async function readApplied(client: Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<{ present: boolean }>(
    `SELECT to_regclass('schema_migrations') IS NOT NULL AS present`,
  );
  if (!rows[0]?.present) {
    await inTransaction(client, async () => void (await client.query(BOOKKEEPING)));
    return [];
  }
  const applied = await client.query<Applied>('SELECT version, name, checksum FROM schema_migrations ORDER BY version');
  return applied.rows;
}

/** Throws when what was applied is not the beginning of what there is. */
function compare(applied: readonly Applied[], migrations: readonly Migration[]): void {
  for (const { version, name, checksum } of applied) {
    const migration = migrations[version - 1];
    if (!migration) {
      throw new StoreError(
        'schema_too_new',
        `The database has migration ${version} (${name}), which this flowprof does not know; use a newer flowprof`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new StoreError(
        'migration_changed',
        `Migration ${version} (${migration.name}) was applied with another text; add a new one instead of changing it`,
      );
    }
  }
}

/**
 * Brings a database up to date: applies what is missing, each migration in a transaction of its own with its entry in
 * `schema_migrations`. Several servers may call it at once; one after the other does.
 * @param client a connection of the owner
 * @throws {StoreError} `schema_too_new`, `migration_changed` or `migration_failed`
 */
export async function migrate(client: Client, migrations: readonly Migration[], log: StoreLog): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  try {
    const applied = await readApplied(client);
    compare(applied, migrations);
    for (const { version, name, sql, checksum } of migrations.slice(applied.length)) {
      try {
        await inTransaction(client, async () => {
          await client.query(sql);
          await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
            version,
            name,
            checksum,
          ]);
        });
      } catch (error) {
        throw new StoreError('migration_failed', `Migration ${version} (${name}) failed: ${messageOf(error)}`, error);
      }
      log({ type: 'migration_applied', version, name });
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => undefined);
  }
}

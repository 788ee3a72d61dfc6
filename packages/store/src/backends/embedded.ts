import { Client } from 'pg';
import type { Connection } from '../database.ts';
import { EmbeddedServer, type EmbeddedOptions } from '../embedded/server.ts';
import { codeOf } from '../errors.ts';
import { prepareDatabase, type PreparedDatabase } from './prepare.ts';

const DATABASE = 'flowprof';
const DUPLICATE_DATABASE = '42P04';

async function createDatabase(connection: Connection): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    if (codeOf(error) !== DUPLICATE_DATABASE) throw error;
  } finally {
    await client.end();
  }
}

/** Starts the server of our own and makes its database ready. */
export async function openEmbedded(
  options: EmbeddedOptions,
): Promise<{ readonly server: EmbeddedServer; readonly database: PreparedDatabase }> {
  const server = await EmbeddedServer.start(options);
  try {
    const { host, port, owner: user, secrets } = server;
    const owner: Connection = { host, port, user, password: secrets.owner, database: DATABASE };
    await createDatabase(owner);
    const database = await prepareDatabase(owner, secrets.app, 'embedded', options.log);
    return { server, database };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

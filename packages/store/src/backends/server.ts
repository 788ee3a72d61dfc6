import { parseIntoClientConfig } from 'pg-connection-string';
import { toStoreError, type Connection } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import { prepareDatabase, type PreparedDatabase } from './prepare.ts';
import { derivedPassword } from './roles.ts';

/** @throws {StoreError} `bad_database_url` */
export function parseDatabaseUrl(databaseUrl: string): Connection {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new StoreError('bad_database_url', 'DATABASE_URL must begin with postgres:// or postgresql://');
  }
  try {
    return parseIntoClientConfig(databaseUrl);
  } catch (error) {
    // The cause may hold the password, so it is not handed on.
    throw new StoreError(
      'bad_database_url',
      `DATABASE_URL cannot be read: ${error instanceof TypeError ? 'not a URL' : 'bad value'}`,
    );
  }
}

/** Makes the database that a `DATABASE_URL` names ready; its user becomes the owner. */
export async function openServer(databaseUrl: string, log: StoreLog): Promise<PreparedDatabase> {
  const owner = parseDatabaseUrl(databaseUrl);
  try {
    return await prepareDatabase(owner, derivedPassword(owner.password), 'server', log);
  } catch (error) {
    throw toStoreError(error);
  }
}

import { createHmac } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { Connection } from '../database.ts';
import { codeOf, messageOf, StoreError } from '../errors.ts';

/** The role that the application works under: it owns nothing and cannot get around row level security. */
export const APP_ROLE = 'flowprof_app';

const INSUFFICIENT_PRIVILEGE = '42501';
const DUPLICATE_OBJECT = '42710';

/**
 * The application role's password on a server: made from the owner's, so that every flowprof with the same
 * `DATABASE_URL` knows it and it is stored nowhere. Null when the owner has none.
 */
export function derivedPassword(ownerPassword: unknown): string | null {
  if (typeof ownerPassword !== 'string' || ownerPassword === '') return null;
  return createHmac('sha256', ownerPassword).update(APP_ROLE).digest('hex');
}

async function roleExists(owner: Client): Promise<boolean> {
  const { rowCount } = await owner.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
  return rowCount === 1;
}

/** Makes the role where it is missing. @throws {StoreError} `app_role_unavailable`, with what an administrator has to run */
export async function ensureAppRole(owner: Client, password: string | null): Promise<void> {
  if (await roleExists(owner)) return;
  const login = password === null ? 'NOLOGIN' : `LOGIN PASSWORD ${escapeLiteral(password)}`;
  try {
    await owner.query(`CREATE ROLE ${APP_ROLE} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE ${login}`);
  } catch (error) {
    if (codeOf(error) === DUPLICATE_OBJECT || (await roleExists(owner))) return;
    if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw unavailable(owner, error);
  }
}

function unavailable(owner: Client, cause: unknown): StoreError {
  const user = escapeIdentifier(owner.user ?? 'the owner');
  return new StoreError(
    'app_role_unavailable',
    `The role ${APP_ROLE} cannot be used. Let an administrator of the database run: ` +
      `CREATE ROLE ${APP_ROLE} NOLOGIN; GRANT ${APP_ROLE} TO ${user};`,
    cause,
  );
}

/** Connects once, as a check. */
async function connects(connection: Connection): Promise<boolean> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ safe: boolean }>(
      'SELECT NOT (rolsuper OR rolbypassrls) AS safe FROM pg_roles WHERE rolname = current_user',
    );
    return rows[0]?.safe === true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * How the application connects: with a login of its own, or, where that is not to be had (the owner has no password to
 * derive one from, the role belongs to another installation, the server lets only the owner in), as the owner under
 * `SET ROLE`, for which the role is granted to the owner.
 */
export async function connectionOfApp(
  owner: Client,
  ownerConnection: Connection,
  password: string | null,
): Promise<{ readonly connection: Connection; readonly mode: 'login' | 'set_role' }> {
  if (password !== null) {
    const connection = { ...ownerConnection, user: APP_ROLE, password };
    if (await connects(connection)) return { connection, mode: 'login' };
  }
  const options = `${ownerConnection.options ?? ''} -c role=${APP_ROLE}`.trim();
  const connection = { ...ownerConnection, options };
  if (await connects(connection)) return { connection, mode: 'set_role' };
  try {
    await owner.query(`GRANT ${APP_ROLE} TO CURRENT_USER`);
  } catch (error) {
    throw unavailable(owner, messageOf(error));
  }
  if (await connects(connection)) return { connection, mode: 'set_role' };
  throw unavailable(owner, undefined);
}

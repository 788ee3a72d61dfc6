import { StoreError } from '../errors.ts';
import type { Row } from '../row.ts';
import type { ApiKey, AuditActor, AuditEntry, Member, Role } from './api.ts';

const ROLES: readonly Role[] = ['viewer', 'editor', 'admin'];
const ACTORS: readonly AuditActor['kind'][] = ['local', 'key', 'user'];

function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new StoreError('database_error', 'The database gave something unexpected');
  return found;
}

export function roleOf(row: Row): Role {
  return oneOf(ROLES, row.text('role'));
}

/** The columns that `memberOf` reads. */
export const MEMBER_COLUMNS = 'id, issuer, subject, email, name, role, created_at, updated_at';

export function memberOf(row: Row): Member {
  return {
    id: row.text('id'),
    issuer: row.text('issuer'),
    subject: row.text('subject'),
    email: row.textOrNull('email'),
    name: row.textOrNull('name'),
    role: roleOf(row),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

/** The columns of `api_keys AS k` that `apiKeyOf` reads. */
export const KEY_COLUMNS =
  'k.id, k.name, k.role, k.created_at, k.created_by, k.expires_at, k.last_used_at, k.revoked_at';

export function apiKeyOf(row: Row): ApiKey {
  return {
    id: row.text('id'),
    name: row.text('name'),
    role: roleOf(row),
    createdAt: row.moment('created_at'),
    createdBy: row.text('created_by'),
    expiresAt: row.momentOrNull('expires_at'),
    lastUsedAt: row.momentOrNull('last_used_at'),
    revokedAt: row.momentOrNull('revoked_at'),
  };
}

function textsOf(row: Row, column: string): Record<string, string> {
  const entries = Object.entries(row.object(column));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

export function auditEntryOf(row: Row): AuditEntry {
  return {
    id: row.text('id'),
    at: row.moment('at'),
    actor: {
      kind: oneOf(ACTORS, row.text('actor_kind')),
      id: row.textOrNull('actor_id'),
      name: row.textOrNull('actor_name'),
    },
    method: row.text('method'),
    route: row.text('route'),
    action: row.text('action'),
    resources: textsOf(row, 'resources'),
    status: row.int('status'),
    requestId: row.text('request_id'),
  };
}

import type { Fields } from '../api/fields.ts';

export const ROLES = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do, in words. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'reads everything',
  editor: 'also creates, changes, runs and imports',
  admin: 'also manages members, keys and settings',
};

/** The scopes that an API key is asked for with; the highest includes the others. */
export const SCOPE_OF: Readonly<Record<Role, string>> = { viewer: 'read', editor: 'write', admin: 'admin' };

function readRole(fields: Fields): Role {
  const name = fields.string('role');
  // a role that a later server adds may do nothing here that is not known to be allowed
  return ROLES.find((role) => role === name) ?? 'viewer';
}

/** An API key. Moments are milliseconds since the epoch. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number | null;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

export function readKey(fields: Fields): ApiKey {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    role: readRole(fields),
    createdAt: fields.optionalTime('created_at'),
    createdBy: fields.string('created_by'),
    expiresAt: fields.optionalTime('expires_at'),
    lastUsedAt: fields.optionalTime('last_used_at'),
    revokedAt: fields.optionalTime('revoked_at'),
  };
}

export interface Member {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role;
}

export function readMember(fields: Fields): Member {
  return {
    id: fields.string('id'),
    issuer: fields.string('issuer'),
    subject: fields.string('subject'),
    email: fields.optionalString('email'),
    name: fields.optionalString('name'),
    role: readRole(fields),
  };
}

/** How much is kept of one thing; null is no limit. */
export interface Limit {
  readonly maxDays: number | null;
  readonly maxBytes: number | null;
}

export interface Retention {
  readonly rows: Limit;
  readonly profiles: Limit;
}

export interface RetentionState {
  readonly retention: Retention;
  /** Null while the defaults hold. */
  readonly updatedAt: number | null;
  readonly rowsBytes: number;
  readonly profilesBytes: number;
  readonly lastRun: {
    readonly startedAt: number | null;
    readonly endedAt: number | null;
    readonly trimmedExecutions: number;
    readonly removedRows: number;
    readonly removedExecutions: number;
  } | null;
}

function readLimit(fields: Fields): Limit {
  return { maxDays: fields.optionalNumber('max_days'), maxBytes: fields.optionalNumber('max_bytes') };
}

export function readRetention(fields: Fields): RetentionState {
  const retention = fields.object('retention');
  const stored = fields.object('stored');
  const last = fields.any('last_retention') === null ? null : fields.object('last_retention');
  return {
    retention: { rows: readLimit(retention.object('rows')), profiles: readLimit(retention.object('profiles')) },
    updatedAt: fields.optionalTime('updated_at'),
    rowsBytes: stored.number('rows_bytes'),
    profilesBytes: stored.number('profiles_bytes'),
    lastRun: last && {
      startedAt: last.optionalTime('started_at'),
      endedAt: last.optionalTime('ended_at'),
      trimmedExecutions: last.number('trimmed_executions'),
      removedRows: last.number('removed_rows'),
      removedExecutions: last.number('removed_executions'),
    },
  };
}

/** Something that was changed or refused. */
export interface AuditEntry {
  readonly id: string;
  readonly at: number | null;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly action: string;
  readonly method: string;
  readonly route: string;
  readonly resources: readonly (readonly [name: string, id: string])[];
  readonly status: number;
  readonly requestId: string;
}

export function readAuditEntry(fields: Fields): AuditEntry {
  const actor = fields.object('actor');
  return {
    id: fields.string('id'),
    at: fields.optionalTime('at'),
    actorKind: actor.string('kind'),
    actorId: actor.optionalString('id'),
    actorName: actor.optionalString('name'),
    action: fields.string('action'),
    method: fields.string('method'),
    route: fields.string('route'),
    resources: Object.entries(fields.record('resources')).map(([name, id]) => [name, String(id)]),
    status: fields.number('status'),
    requestId: fields.string('request_id'),
  };
}

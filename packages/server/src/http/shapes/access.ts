import { epochFromMs, isoFromEpoch, isUuid, toEpochMicros } from '@flowprof/model';
import type { ApiKey, AuditEntry, AuditFilter, Member, Membership } from '@flowprof/store';
import { z } from 'zod';
import { actorOf, ROLES, SCOPES, scopesOf, type Principal } from '../../services/access/principal.ts';
import { ApiError } from '../errors.ts';
import { isoOrNull, listOf, timestamp } from './common.ts';

export const role = z.enum(ROLES).describe('viewer: reads; editor: also writes; admin: also administers');
export const scope = z.enum(SCOPES);
const scopes = listOf(scope).describe('All that the role may do');

const membershipShape = z.object({ id: z.string(), slug: z.string(), name: z.string(), role, scopes });

export const meShape = z
  .object({
    kind: z.enum(['local', 'key', 'user']),
    id: z.string().nullable().describe('Of the key or member; null in local mode'),
    name: z.string().nullable(),
    email: z.string().nullable(),
    local_mode: z.boolean().describe('Whether the server asks for no credential'),
    expires_at: timestamp.nullable().describe('Until when the credential counts; null where it has no end'),
    workspaces: listOf(membershipShape),
  })
  .meta({ id: 'Me' });

export function toMe(
  principal: Principal,
  memberships: readonly Membership[],
  isLocalMode: boolean,
): z.output<typeof meShape> {
  const { kind, id, name } = actorOf(principal);
  return {
    kind,
    id,
    name,
    email: principal.kind === 'user' ? principal.identity.email : null,
    local_mode: isLocalMode,
    expires_at: principal.kind === 'local' ? null : isoOrNull(principal.expiresAt),
    workspaces: memberships.map(({ workspace, role: held }) => ({
      id: workspace.id,
      slug: workspace.slug,
      name: workspace.name,
      role: held,
      scopes: scopesOf(held),
    })),
  };
}

export const memberShape = z
  .object({
    id: z.string().describe('The same in every workspace'),
    issuer: z.string(),
    subject: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    role,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Member' });

export function toMember(member: Member): z.output<typeof memberShape> {
  const { createdAt, updatedAt, ...rest } = member;
  return { ...rest, created_at: isoFromEpoch(createdAt), updated_at: isoFromEpoch(updatedAt) };
}

export const keyShape = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    scopes,
    created_at: timestamp,
    created_by: z.string(),
    expires_at: timestamp.nullable(),
    last_used_at: timestamp.nullable().describe('To within a minute'),
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const newKeyShape = keyShape
  .extend({
    key: z.string().describe('The key itself, told here and never again: `fp_<id>_<secret>`'),
    ends_local_mode: z
      .boolean()
      .describe('Whether this is the first key of the server, which from now on asks for a credential'),
  })
  .meta({ id: 'NewApiKey' });

export function toKey(key: ApiKey): z.output<typeof keyShape> {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    scopes: scopesOf(key.role),
    created_at: isoFromEpoch(key.createdAt),
    created_by: key.createdBy,
    expires_at: isoOrNull(key.expiresAt),
    last_used_at: isoOrNull(key.lastUsedAt),
    revoked_at: isoOrNull(key.revokedAt),
  };
}

const actorKind = z.enum(['local', 'key', 'user']);

export const auditShape = z
  .object({
    id: z.string(),
    at: timestamp,
    actor: z.object({ kind: actorKind, id: z.string().nullable(), name: z.string().nullable() }),
    method: z.string(),
    route: z.string().describe('The pattern that matched'),
    action: z.string().describe('The operation'),
    resources: z.record(z.string(), z.string()).describe('The ids in the path'),
    status: z.int().describe('Of the answer; 403 for what was refused'),
    request_id: z.string(),
  })
  .meta({ id: 'AuditEntry' });

export function toAuditEntry(entry: AuditEntry): z.output<typeof auditShape> {
  const { at, requestId, ...rest } = entry;
  return { ...rest, at: isoFromEpoch(at), request_id: requestId };
}

const moment = z.iso.datetime({ offset: true });

export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('How many entries at most'),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before'),
  actor: z.string().max(100).optional().describe('The id of a key or member'),
  kind: actorKind.optional().describe('What kind of actor'),
  from: moment.optional().describe('Entries from this moment on'),
  to: moment.optional().describe('Entries before this moment'),
});

/** Where the page after an entry begins. */
export function cursorAfter({ at, id }: AuditEntry): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/** @throws {ApiError} `validation_failed` */
function placeOf(cursor: string): { readonly at: AuditEntry['at']; readonly id: string } {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (/^\d{1,16}$/.test(at) && Number.isSafeInteger(Number(at)) && isUuid(id)) {
    return { at: toEpochMicros(Number(at)), id };
  }
  const fault = { pointer: '/cursor', code: 'invalid_format', detail: 'expected a next_cursor', in: 'query' } as const;
  throw new ApiError('validation_failed', '1 field is invalid.', { errors: [fault] });
}

/** What a query asks for of the audit log. @throws {ApiError} `validation_failed` */
export function auditFilterOf(query: z.output<typeof auditQuery>): AuditFilter {
  const { limit, cursor, actor, kind, from, to } = query;
  return {
    limit,
    ...(actor !== undefined && { actorId: actor }),
    ...(kind !== undefined && { actorKind: kind }),
    ...(from !== undefined && { from: epochFromMs(Date.parse(from)) }),
    ...(to !== undefined && { to: epochFromMs(Date.parse(to)) }),
    ...(cursor !== undefined && { after: placeOf(cursor) }),
  };
}

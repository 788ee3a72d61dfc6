import type { EpochMicros } from '@flowprof/model';
import type { Page, PageRequest, Workspace } from '../common-api.ts';

/** What someone may do in a workspace: read; also write; also administer. */
export type Role = 'viewer' | 'editor' | 'admin';

/** Who someone is, as an identity provider says: its issuer, and the subject that it knows them by. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** What is told of someone besides who they are. */
export interface NewMember extends Identity {
  readonly email: string | null;
  readonly name: string | null;
}

/** Someone who has a role in a workspace. */
export interface Member extends NewMember {
  /** The same in every workspace. */
  readonly id: string;
  readonly role: Role;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** A workspace that someone is a member of. */
export interface Membership {
  readonly workspace: Workspace;
  readonly role: Role;
}

/** A key that a program signs in with. Its secret is not kept. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: EpochMicros;
  /** Who made it, in words. */
  readonly createdBy: string;
  readonly expiresAt: EpochMicros | null;
  /** To within a minute. */
  readonly lastUsedAt: EpochMicros | null;
  readonly revokedAt: EpochMicros | null;
}

/** What a key that someone presents is compared with. */
export interface KeyCredential {
  readonly key: ApiKey;
  /** SHA-256 of the secret. */
  readonly secretHash: Uint8Array;
  readonly workspace: Workspace;
}

/** Who did something: someone at this machine, a key, or a member. */
export interface AuditActor {
  readonly kind: 'local' | 'key' | 'user';
  /** Of the key or member; null in local mode. */
  readonly id: string | null;
  readonly name: string | null;
}

/** A change that was made or refused. */
export interface AuditRecord {
  readonly actor: AuditActor;
  readonly method: string;
  /** The pattern that matched, e.g. `/api/workflows/:id`. */
  readonly route: string;
  /** What the route does, in words. */
  readonly action: string;
  /** The ids in the path by their names in the pattern. */
  readonly resources: Readonly<Record<string, string>>;
  /** Of the answer. */
  readonly status: number;
  readonly requestId: string;
}

export interface AuditEntry extends AuditRecord {
  readonly id: string;
  readonly at: EpochMicros;
}

/** Which entries of the audit log are asked for, newest first. */
export interface AuditFilter {
  readonly limit: number;
  /** Of a key or member. */
  readonly actorId?: string;
  readonly actorKind?: AuditActor['kind'];
  /** From here, included, up to there, excluded. */
  readonly from?: EpochMicros;
  readonly to?: EpochMicros;
  /** Only what comes after this entry. */
  readonly after?: { readonly at: EpochMicros; readonly id: string };
}

/** The members, keys and audit log of one workspace. */
export interface TenantAccess {
  /** The oldest first. */
  listMembers(page: PageRequest): Promise<Page<Member>>;
  getMember(id: string): Promise<Member | null>;
  /** @throws {StoreError} `conflict` when they are a member already, `not_found` when the workspace is gone */
  addMember(member: NewMember & { readonly role: Role }): Promise<Member>;
  /** Null when there is no such member. @throws {StoreError} `last_admin` when no admin would be left */
  setMemberRole(id: string, role: Role): Promise<Member | null>;
  /** Says whether they were a member. @throws {StoreError} `last_admin` when no admin would be left */
  deleteMember(id: string): Promise<boolean>;

  /** @throws {StoreError} `not_found` when the workspace is gone */
  createKey(key: {
    readonly name: string;
    readonly role: Role;
    readonly secretHash: Uint8Array;
    readonly createdBy: string;
    readonly expiresAt: EpochMicros | null;
  }): Promise<ApiKey>;
  /** The newest first, revoked ones too. */
  listKeys(page: PageRequest): Promise<Page<ApiKey>>;
  findKey(id: string): Promise<KeyCredential | null>;
  /** Revokes a key for good; one that is revoked stays so since then. Null when there is no such key. */
  revokeKey(id: string): Promise<ApiKey | null>;
  /** Notes that a key is used, unless that was noted within the last minute. */
  touchKey(id: string): Promise<void>;

  recordAudit(record: AuditRecord): Promise<void>;
  /** The newest first; there may be more when there are as many as `limit`. */
  listAudit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}

import { uuidv7, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Database, Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { deleteMember } from '../queries/delete-member.ts';
import { findKey } from '../queries/find-key.ts';
import { getMember } from '../queries/get-member.ts';
import { insertAudit } from '../queries/insert-audit.ts';
import { insertKey } from '../queries/insert-key.ts';
import { insertMember } from '../queries/insert-member.ts';
import { listAudit } from '../queries/list-audit.ts';
import { listKeys } from '../queries/list-keys.ts';
import { listMembers } from '../queries/list-members.ts';
import { lockAdmins } from '../queries/lock-admins.ts';
import { revokeKey } from '../queries/revoke-key.ts';
import { touchKey } from '../queries/touch-key.ts';
import { updateMemberRole } from '../queries/update-member-role.ts';
import type {
  ApiKey,
  AuditEntry,
  AuditFilter,
  AuditRecord,
  KeyCredential,
  Member,
  NewMember,
  Role,
  TenantAccess,
} from './api.ts';
import { memberIdOf } from './member-id.ts';

interface AccessContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** A member as they are entered. */
export function newMember(member: NewMember, role: Role, now: EpochMicros): Member {
  const { issuer, subject, email, name } = member;
  return { id: memberIdOf(member), issuer, subject, email, name, role, createdAt: now, updatedAt: now };
}

/** Refuses to go on without an admin, and holds all of them until the transaction ends. */
async function keepAnAdmin(sql: Sql, workspaceId: string, leaving: string): Promise<void> {
  const admins = await lockAdmins(sql, workspaceId);
  if (admins.length === 1 && admins[0] === leaving.toLowerCase()) throw new StoreError('last_admin');
}

/** See `TenantAccess`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantAccess implements TenantAccess {
  readonly #workspaceId: string;
  readonly #context: AccessContext;

  constructor(workspaceId: string, context: AccessContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  listMembers(page: PageRequest): Promise<Page<Member>> {
    return this.#run((sql) => listMembers(sql, this.#workspaceId, page));
  }

  getMember(id: string): Promise<Member | null> {
    return this.#run((sql) => getMember(sql, this.#workspaceId, id));
  }

  async addMember(member: NewMember & { readonly role: Role }): Promise<Member> {
    const made = newMember(member, member.role, this.#context.clock.now());
    if (!(await this.#run((sql) => insertMember(sql, this.#workspaceId, made)))) throw new StoreError('conflict');
    return made;
  }

  setMemberRole(id: string, role: Role): Promise<Member | null> {
    return this.#run(async (sql) => {
      if (role !== 'admin') await keepAnAdmin(sql, this.#workspaceId, id);
      return updateMemberRole(sql, this.#workspaceId, id, role, this.#context.clock.now());
    });
  }

  deleteMember(id: string): Promise<boolean> {
    return this.#run(async (sql) => {
      await keepAnAdmin(sql, this.#workspaceId, id);
      return deleteMember(sql, this.#workspaceId, id);
    });
  }

  async createKey(key: {
    readonly name: string;
    readonly role: Role;
    readonly secretHash: Uint8Array;
    readonly createdBy: string;
    readonly expiresAt: EpochMicros | null;
  }): Promise<ApiKey> {
    const { secretHash, ...given } = key;
    const createdAt = this.#context.clock.now();
    const id = uuidv7(createdAt, this.#context.random);
    const made: ApiKey = { ...given, id, createdAt, lastUsedAt: null, revokedAt: null };
    await this.#run((sql) => insertKey(sql, this.#workspaceId, made, secretHash));
    return made;
  }

  listKeys(page: PageRequest): Promise<Page<ApiKey>> {
    return this.#run((sql) => listKeys(sql, this.#workspaceId, page));
  }

  findKey(id: string): Promise<KeyCredential | null> {
    return this.#run((sql) => findKey(sql, this.#workspaceId, id));
  }

  revokeKey(id: string): Promise<ApiKey | null> {
    return this.#run((sql) => revokeKey(sql, this.#workspaceId, id, this.#context.clock.now()));
  }

  touchKey(id: string): Promise<void> {
    return this.#run((sql) => touchKey(sql, this.#workspaceId, id, this.#context.clock.now()));
  }

  recordAudit(record: AuditRecord): Promise<void> {
    const at = this.#context.clock.now();
    const entry: AuditEntry = { ...record, at, id: uuidv7(at, this.#context.random) };
    return this.#run((sql) => insertAudit(sql, this.#workspaceId, entry));
  }

  listAudit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    return this.#run((sql) => listAudit(sql, this.#workspaceId, filter));
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}

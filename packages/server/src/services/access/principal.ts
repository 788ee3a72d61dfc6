import type { EpochMicros } from '@flowprof/model';
import type { AuditActor, Membership, NewMember, Role, Workspace } from '@flowprof/store';

/** What a route asks of who calls it; each includes those before it. */
export const SCOPES = ['read', 'write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** What a role may do at most. */
const SCOPE_OF_ROLE: Readonly<Record<Role, Scope>> = { viewer: 'read', editor: 'write', admin: 'admin' };
const ROLE_OF_SCOPE: Readonly<Record<Scope, Role>> = { read: 'viewer', write: 'editor', admin: 'admin' };

/** The roles, the least first. */
export const ROLES = SCOPES.map((scope) => ROLE_OF_SCOPE[scope]);

/** All that a role may do. */
export function scopesOf(role: Role): readonly Scope[] {
  return SCOPES.slice(0, SCOPES.indexOf(SCOPE_OF_ROLE[role]) + 1);
}

/** The least role that may do all of this. */
export function roleOfScopes(scopes: readonly Scope[]): Role {
  return ROLE_OF_SCOPE[SCOPES.findLast((scope) => scopes.includes(scope)) ?? 'read'];
}

/** Who calls. */
export type Principal =
  /** Whoever reaches a server in local mode: this machine's user, who may do everything. */
  | { readonly kind: 'local' }
  /** A program with an API key of one workspace. */
  | {
      readonly kind: 'key';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly workspace: Workspace;
      /** Until when the credential counts. */
      readonly expiresAt: EpochMicros | null;
    }
  /** Someone whom the identity provider vouches for. */
  | {
      readonly kind: 'user';
      /** The same in every workspace. */
      readonly id: string;
      readonly identity: NewMember;
      readonly memberships: readonly Membership[];
      readonly expiresAt: EpochMicros | null;
    };

/** The workspaces of a principal with its role in each; null for all there are. */
export function membershipsOf(principal: Principal): readonly Membership[] | null {
  switch (principal.kind) {
    case 'local':
      return null;
    case 'key':
      return [{ workspace: principal.workspace, role: principal.role }];
    case 'user':
      return principal.memberships;
    default:
      return principal satisfies never;
  }
}

/** Who did something, as the audit log has it. */
export function actorOf(principal: Principal): AuditActor {
  switch (principal.kind) {
    case 'local':
      return { kind: 'local', id: null, name: null };
    case 'key':
      return { kind: 'key', id: principal.id, name: principal.name };
    case 'user': {
      const { subject, email, name } = principal.identity;
      return { kind: 'user', id: principal.id, name: email ?? name ?? subject };
    }
    default:
      return principal satisfies never;
  }
}

/** Who does something, in words; null where that is not known. */
export function nameOf(principal: Principal | null): string | null {
  return principal && actorOf(principal).name;
}

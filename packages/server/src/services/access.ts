import { createHash, timingSafeEqual } from 'node:crypto';
import { toMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import {
  memberIdOf,
  type ApiKey,
  type KeyCredential,
  type Membership,
  type Role,
  type Store,
  type TenantStore,
  type Workspace,
} from '@flowprof/store';
import { ApiError, notFound, unauthenticated, unavailable } from '../http/errors.ts';
import { keyText, newSecret, parseKey, type PresentedKey } from './access/key-text.ts';
import { OidcUnavailable, OidcVerifier, type OidcOptions } from './access/oidc.ts';
import { actorOf, membershipsOf, scopesOf, type Principal, type Scope } from './access/principal.ts';
import { findMembership, firstName, requireAllNames, type NamedWorkspace } from './access/workspaces.ts';
import { TtlCache } from './ttl-cache.ts';

export type { Principal, Scope } from './access/principal.ts';
export type { NamedWorkspace } from './access/workspaces.ts';

/** How long what was read of keys and members counts: so long does a revocation on another server go unnoticed. */
const KNOWN_FOR = toMicros(3_000_000);
const MAX_KNOWN = 10_000;
/** How old a noted use of a key may be. */
const USE_NOTED_EVERY = 60_000_000;

interface AccessOptions {
  /** Whether only this machine can reach the server; without that there is no local mode. */
  readonly isLocal: boolean;
  readonly oidc?: OidcOptions | undefined;
  /** The only credential that is let in, as `local`, whatever else there is; see `ServerOptions`. */
  readonly operatorToken?: string | undefined;
}

/** A workspace that a request may look into, and what the caller may do there. */
interface OpenedWorkspace {
  readonly tenant: TenantStore;
  readonly role: Role;
}

interface AccessParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly options: AccessOptions;
}

function missingScope(scope: Scope): ApiError {
  return new ApiError('missing_scope', `This needs the scope "${scope}" in the workspace.`);
}

/** What follows `Bearer` in a header; `undefined` when it has another form. */
function tokenOf(authorization: string): string | undefined {
  return /^bearer +([\x21-\x7e]{1,16384})$/i.exec(authorization.trim())?.[1];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Decides who calls, and what that one may do where. What is not allowed here is refused. */
export class AccessService {
  readonly #parts: AccessParts;
  readonly #oidc: OidcVerifier | null;
  readonly #operator: Buffer | null;
  readonly #keys: TtlCache<KeyCredential>;
  readonly #members: TtlCache<readonly Membership[]>;
  readonly #anyKey: TtlCache<Promise<boolean>>;
  readonly #noted = new Map<string, number>();

  constructor(parts: AccessParts) {
    const { clock, options } = parts;
    this.#parts = parts;
    this.#oidc = options.oidc ? new OidcVerifier(options.oidc, clock) : null;
    this.#operator = options.operatorToken === undefined ? null : sha256(options.operatorToken);
    this.#keys = new TtlCache(clock, KNOWN_FOR, MAX_KNOWN);
    this.#members = new TtlCache(clock, KNOWN_FOR, MAX_KNOWN);
    this.#anyKey = new TtlCache(clock, KNOWN_FOR, 1);
  }

  /** The identity provider whose tokens count; null when there is none. */
  get issuer(): string | null {
    return this.#oidc?.issuer ?? null;
  }

  /** Whether no credential is asked for: only this machine reaches the server, and there is neither key nor provider. */
  async isLocalMode(): Promise<boolean> {
    const { isLocal } = this.#parts.options;
    return isLocal && this.#operator === null && this.#oidc === null && !(await this.#hasKeys());
  }

  /**
   * Who holds a credential.
   * @param authorization the header of that name, or what stands for it on another transport
   * @throws {ApiError} `unauthenticated` when there is none or it does not count; `identity_unavailable`
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    if (authorization === undefined) {
      if (await this.isLocalMode()) return { kind: 'local' };
      throw unauthenticated(false);
    }
    const token = tokenOf(authorization);
    const principal = token === undefined ? null : await this.#holderOf(token);
    if (principal === null) throw unauthenticated(true);
    return principal;
  }

  /** Whether a credential was found to be good lately, so that asking again is no guessing. */
  isKnown(authorization: string): boolean {
    const key = parseKey(tokenOf(authorization) ?? '');
    const known = key === null ? undefined : this.#keys.last(key.id);
    return key !== null && known !== undefined && timingSafeEqual(known.secretHash, key.secretHash);
  }

  /**
   * The workspace that a request names, for whoever may do there what the scope says; the only one there is where it
   * names none.
   * @throws {ApiError} `not_found` for one that does not exist or where the principal has no role, or when several names
   *   are there and name different ones
   * @throws {ApiError} `workspace_required` when none is named and there is not exactly one
   * @throws {ApiError} `missing_scope`
   */
  async tenant(principal: Principal, named: NamedWorkspace, scope: Scope): Promise<TenantStore> {
    const { tenant, role } = await this.open(principal, named);
    this.require(role, scope);
    return tenant;
  }

  /** As `tenant`, whatever the role is. */
  async open(principal: Principal, named: NamedWorkspace): Promise<OpenedWorkspace> {
    const { workspace, role } = await this.#membership(principal, named);
    requireAllNames(named, workspace);
    return { tenant: this.#parts.store.tenant(workspace.id), role };
  }

  /** @throws {ApiError} `missing_scope` when a role may not do that */
  require(role: Role, scope: Scope): void {
    if (!scopesOf(role).includes(scope)) throw missingScope(scope);
  }

  /** The workspaces that a principal has a role in. */
  async workspacesOf(principal: Principal): Promise<readonly Membership[]> {
    const own = membershipsOf(principal);
    if (own !== null) return own;
    return (await this.#parts.store.listWorkspaces()).map((workspace) => ({ workspace, role: 'admin' }));
  }

  /**
   * Makes a workspace; who makes it is its admin.
   * @throws {ApiError} `missing_scope` for an API key, which belongs to the workspace it has
   */
  async createWorkspace(
    principal: Principal,
    workspace: { readonly slug: string; readonly name: string },
  ): Promise<Workspace> {
    if (principal.kind === 'key') {
      throw new ApiError('missing_scope', 'An API key belongs to its workspace and cannot create another.');
    }
    const founder = principal.kind === 'user' ? principal.identity : null;
    const made = await this.#parts.store.createWorkspace(workspace, founder);
    if (principal.kind === 'user') this.#members.delete(principal.id);
    return made;
  }

  /**
   * Makes an API key. Its text is told here and never again. The first of all ends local mode, on every server of the
   * database.
   */
  async createKey(
    principal: Principal,
    tenant: TenantStore,
    key: { readonly name: string; readonly role: Role; readonly expiresAt: EpochMicros | null },
  ): Promise<{ readonly key: ApiKey; readonly text: string; readonly isFirst: boolean }> {
    const isFirst = this.#oidc === null && !(await this.#hasKeys());
    const { secret, secretHash } = newSecret(this.#parts.random);
    const { kind, name } = actorOf(principal);
    const made = await tenant.access.createKey({ ...key, secretHash, createdBy: name ?? kind });
    this.#anyKey.clear();
    return { key: made, text: keyText(tenant.workspaceId, made.id, secret), isFirst };
  }

  /** Forgets what is known of keys, members and workspaces, because it was changed here. */
  forget(): void {
    this.#keys.clear();
    this.#members.clear();
    this.#anyKey.clear();
  }

  async #membership(principal: Principal, named: NamedWorkspace): Promise<Membership> {
    const own = membershipsOf(principal);
    const name = firstName(named);
    if (name === undefined) return this.#only(own ?? (await this.workspacesOf(principal)));
    if (own === null) {
      const workspace = await this.#parts.store.findWorkspace(name);
      if (workspace === null) throw notFound();
      return { workspace, role: 'admin' };
    }
    const found = findMembership(own, name);
    if (!found) throw notFound();
    return found;
  }

  #only([only, ...others]: readonly Membership[]): Membership {
    if (only && others.length === 0) return only;
    const advice = only
      ? 'Name a workspace with X-Workspace-Id or X-Workspace-Slug; a WebSocket may with ?workspace=, too.'
      : 'There is no workspace yet; POST /api/workspaces makes one.';
    throw new ApiError('workspace_required', advice);
  }

  async #holderOf(token: string): Promise<Principal | null> {
    if (this.#operator !== null) return timingSafeEqual(this.#operator, sha256(token)) ? { kind: 'local' } : null;
    const key = parseKey(token);
    return key === null ? this.#userOf(token) : this.#programOf(key);
  }

  async #programOf(presented: PresentedKey): Promise<Principal | null> {
    const { clock } = this.#parts;
    const known = this.#keys.get(presented.id) ?? (await this.#readKey(presented));
    if (known === null || known.workspace.id !== presented.workspaceId) return null;
    if (!timingSafeEqual(known.secretHash, presented.secretHash)) return null;
    const { key, workspace } = known;
    if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= clock.now())) return null;
    this.#noteUse(known);
    return { kind: 'key', id: key.id, name: key.name, role: key.role, workspace, expiresAt: key.expiresAt };
  }

  /** Only a key whose secret is right is kept, so that guesses push none out. */
  #readKey({ workspaceId, id, secretHash }: PresentedKey): Promise<KeyCredential | null> {
    return this.#keys.read(
      id,
      () => this.#parts.store.tenant(workspaceId).access.findKey(id),
      (found) => timingSafeEqual(found.secretHash, secretHash),
    );
  }

  #noteUse({ key, workspace }: KeyCredential): void {
    const now = this.#parts.clock.now();
    const noted = this.#noted.get(key.id) ?? key.lastUsedAt ?? Number.NEGATIVE_INFINITY;
    if (now - noted < USE_NOTED_EVERY) return;
    if (this.#noted.size >= MAX_KNOWN) this.#noted.clear();
    this.#noted.set(key.id, now);
    // Nobody waits for it, and a use that could not be noted is noted at the next.
    this.#parts.store
      .tenant(workspace.id)
      .access.touchKey(key.id)
      .catch(() => this.#noted.delete(key.id));
  }

  async #userOf(token: string): Promise<Principal | null> {
    if (this.#oidc === null) return null;
    const verified = await this.#oidc.verify(token).catch((error: unknown) => {
      if (!(error instanceof OidcUnavailable)) throw error;
      throw unavailable('identity_unavailable', `The identity provider is not available: ${error.message}.`, 5);
    });
    if (verified === null) return null;
    const { identity, expiresAt } = verified;
    const id = memberIdOf(identity);
    const read = (): Promise<readonly Membership[]> => this.#parts.store.membershipsOf(identity);
    const memberships = this.#members.get(id) ?? (await this.#members.read(id, read));
    return { kind: 'user', id, identity, memberships, expiresAt };
  }

  async #hasKeys(): Promise<boolean> {
    const known = this.#anyKey.get('');
    if (known !== undefined) return known;
    const asking = this.#parts.store.hasKeys();
    this.#anyKey.set('', asking);
    asking.catch(() => this.#anyKey.clear());
    return asking;
  }
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Store, TenantStore, Workspace } from '@flowprof/store';
import { ApiError, notFound, unauthenticated } from '../http/errors.ts';

/** What a route asks of who calls it; each includes those before it. */
export const SCOPES = ['read', 'write', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** Who calls. */
export type Principal =
  /** Whoever reaches a server in local mode: this machine's user, who may do everything. */
  { readonly kind: 'local' };

/** A workspace as a request names it: by its path, or by headers. */
export interface NamedWorkspace {
  /** An id or a slug, from the path. */
  readonly path?: string | undefined;
  readonly id?: string | undefined;
  readonly slug?: string | undefined;
}

export interface AccessOptions {
  /** The only credential that is let in, as `local`, whatever else there is; see `ServerOptions`. */
  readonly operatorToken: string | undefined;
}

/** Whether two texts are equal, in a time that tells nothing of either. */
function equals(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** Decides who calls, and what that one may do where. What is not allowed here is refused. */
export class AccessService {
  readonly #store: Store;
  readonly #operatorToken: string | undefined;

  constructor(store: Store, options: AccessOptions) {
    this.#store = store;
    this.#operatorToken = options.operatorToken;
  }

  /**
   * Who holds a credential.
   * @param authorization the header of that name, or what stands for it on another transport
   * @throws {ApiError} `unauthenticated`
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    const token = this.#operatorToken;
    if (token !== undefined && !equals(authorization ?? '', `Bearer ${token}`)) throw unauthenticated();
    return { kind: 'local' };
  }

  /**
   * The workspace that a request names; the only one there is where it names none.
   * @throws {ApiError} `not_found`; also when several names are there and name different ones
   * @throws {ApiError} `workspace_required` when none is named and there is not exactly one
   */
  async tenant(principal: Principal, named: NamedWorkspace, scope: Scope): Promise<TenantStore> {
    void principal;
    void scope;
    const { path, id, slug } = named;
    const name = path ?? id ?? slug;
    if (name === undefined) return this.#onlyTenant();
    const workspace = await this.#found(name);
    const matches =
      (id === undefined || workspace.id === id.toLowerCase()) && (slug === undefined || workspace.slug === slug);
    if (!matches) throw notFound();
    return this.#store.tenant(workspace.id);
  }

  async #found(idOrSlug: string): Promise<Workspace> {
    const workspace = await this.#store.findWorkspace(idOrSlug);
    if (!workspace) throw notFound();
    return workspace;
  }

  async #onlyTenant(): Promise<TenantStore> {
    const [only, ...others] = await this.#store.listWorkspaces();
    if (!only || others.length > 0) {
      throw new ApiError('workspace_required', 'Name a workspace with X-Workspace-Id or X-Workspace-Slug.');
    }
    return this.#store.tenant(only.id);
  }
}

import type { TenantStore } from '@flowprof/store';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import type { AccessService, Principal, Scope } from '../services/access.ts';
import type { WorkspaceTurns } from '../services/turns.ts';
import { quotaHeaders, tighter, type Quota, type RequestLimits } from '../services/limits.ts';
import { API_ERRORS, ApiError } from './errors.ts';

/** What a route asks of who calls it; `public` asks nothing. Every route says it: one that does not is not added. */
export type RouteAccess = Scope | 'public';

/** A route as it was added, with who may call it. */
export interface GuardedRoute {
  readonly method: string;
  /** The pattern. */
  readonly url: string;
  readonly access: RouteAccess;
  readonly schema: FastifySchema;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is. */
    guardedRoutes: readonly GuardedRoute[];
  }
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** Whether it works or waits for long by its nature: then it keeps no other request of its workspace waiting. */
    isLong?: boolean;
    /** Whether what it takes is recorded data that come many times a second: the audit log would drown in them. */
    isTelemetry?: boolean;
  }
  interface FastifyRequest {
    /** Who calls; null on public routes. */
    principal: Principal | null;
    /** The workspace that the request is for, once it is known; its audit log has what was changed. */
    tenant: TenantStore | null;
    /** What is left of the limits that the request counts for. */
    quota: Quota | null;
    /** What is done once the answer is out or the client gone; null once it was. */
    onClosed: (() => void)[] | null;
  }
}

/** The statuses that say that a credential does not open something. */
const REFUSALS: readonly number[] = [401, 403, 404];

/** What `tenantOf` reads of a request, and notes on it. */
export interface TenantRequest {
  readonly principal: Principal | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly routeOptions: { readonly config: { readonly access?: RouteAccess; readonly isLong?: boolean } };
  tenant: TenantStore | null;
  quota: Quota | null;
  readonly onClosed: (() => void)[] | null;
}

/** Gives the workspace of a request. */
type FindTenant = (request: TenantRequest) => Promise<TenantStore>;

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function workspaceOfPath(params: unknown): string | undefined {
  const has = typeof params === 'object' && params !== null && 'workspace' in params;
  return has && typeof params.workspace === 'string' ? params.workspace : undefined;
}

/**
 * Who sends a request.
 * @throws {ApiError} as `AccessService.authenticate`, and `rate_limited` for an address of too many bad credentials
 */
export function callerOf(
  { headers: { authorization }, ip }: Pick<FastifyRequest, 'headers' | 'ip'>,
  access: AccessService,
  limits: RequestLimits,
): Promise<Principal> {
  const authenticate = (): Promise<Principal> => access.authenticate(authorization);
  // Nobody can guess without a credential, nor with one that is known.
  const isGuess = authorization !== undefined && !access.isKnown(authorization);
  return isGuess ? limits.guess(ip, authenticate) : authenticate();
}

/** Whether a route changes or tells what not everybody in its workspace may, which its path or its headers name. */
function isForSome({ params, routeOptions: { config, schema } }: FastifyRequest): boolean {
  const isOfWorkspace = workspaceOfPath(params) !== undefined || schema?.headers !== undefined;
  return isOfWorkspace && (config.access === 'write' || config.access === 'admin');
}

/** What `guardRoutes` asks who may do what. */
interface Guards {
  readonly access: AccessService;
  readonly limits: RequestLimits;
  readonly findTenant: FindTenant;
}

/**
 * Lets nobody reach a route that it is not for: decided on the matched route, refused where the route says nothing, and
 * before anything else of the request is looked at. Paths that no route has are answered alike for all.
 */
export function guardRoutes(app: FastifyInstance, { access, limits, findTenant }: Guards): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('tenant', null);
  app.decorateRequest('quota', null);
  app.decorateRequest('onClosed', null);
  const routes: GuardedRoute[] = [];
  app.decorate('guardedRoutes', routes);
  app.addHook('onRoute', ({ url, method, config, schema = {} }) => {
    const asked = config?.access;
    if (asked === undefined) throw new Error(`the route ${String(method)} ${url} does not say who may call it`);
    for (const one of [method].flat()) routes.push({ method: one, url, access: asked, schema });
  });
  app.addHook('onRequest', async (request, reply) => {
    const { access: asked } = request.routeOptions.config;
    if (request.is404 || asked === 'public') return;
    const onClosed: (() => void)[] = [];
    request.onClosed = onClosed;
    reply.raw.once('close', () => {
      request.onClosed = null;
      for (const done of onClosed) done();
    });
    request.principal = await callerOf(request, access, limits);
    request.quota = await limits.takeOfCaller(request.principal);
    if (isForSome(request)) await findTenant(request);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.quota !== null && !reply.hasHeader('ratelimit-limit')) reply.headers(quotaHeaders(request.quota));
    return payload;
  });
}

/**
 * Gives the workspace that a request is for, by its path or headers, to whoever may do there what the route does. A
 * request that asks again gets the same one.
 */
export function tenantFinder(access: AccessService, limits: RequestLimits): FindTenant {
  const known = new WeakMap<TenantRequest, TenantStore>();
  return async (request) => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const { principal, headers, params, routeOptions } = request;
    const scope = routeOptions.config.access;
    if (principal === null || scope === undefined || scope === 'public') {
      throw new Error('a public route has no workspace');
    }
    const { tenant, role } = await access.open(principal, {
      path: workspaceOfPath(params),
      id: single(headers['x-workspace-id']),
      slug: single(headers['x-workspace-slug']),
    });
    request.quota = tighter(request.quota, await limits.takeOfWorkspace(principal, tenant.workspaceId));
    // Before the role is looked at: what is refused is written down too.
    request.tenant = tenant;
    access.require(role, scope);
    known.set(request, tenant);
    return tenant;
  };
}

/** As the finder, once it is the request's turn among those of its workspace; it keeps that until the answer is out. */
export function inTurns(find: FindTenant, turns: WorkspaceTurns): FindTenant {
  const hasTurn = new WeakSet<TenantRequest>();
  return async (request) => {
    const tenant = await find(request);
    if (request.routeOptions.config.isLong === true || hasTurn.has(request)) return tenant;
    hasTurn.add(request);
    const give = await turns.take(tenant.workspaceId);
    // The client may have gone meanwhile.
    if (request.onClosed === null) give();
    else request.onClosed.push(give);
    return tenant;
  };
}

/** Says whether a credential still opens a workspace for reading. @throws what says nothing of the credential */
export function accessChecker(
  access: AccessService,
): (authorization: string | undefined, workspaceId: string) => Promise<boolean> {
  return async (authorization, workspaceId) => {
    try {
      await access.tenant(await access.authenticate(authorization), { id: workspaceId }, 'read');
      return true;
    } catch (error) {
      if (error instanceof ApiError && REFUSALS.includes(API_ERRORS[error.code].status)) return false;
      throw error;
    }
  };
}

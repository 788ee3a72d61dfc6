import type { Clock, RandomBytes } from '@flowprof/model';
import type { Store } from '@flowprof/store';
import { AccessService } from '../services/access.ts';
import type { OidcOptions } from '../services/access/oidc.ts';
import { hasDatabase } from '../services/data-folder.ts';
import { RequestLimits, type RateLimits } from '../services/limits.ts';
import { DEFAULT_TURN_LIMITS, WorkspaceTurns } from '../services/turns.ts';
import { inTurns, tenantFinder } from './access.ts';
import type { AppContext } from './context.ts';
import { openToOthers } from './listen.ts';
import { browserGuard, isLoopback } from './security.ts';

/** Who may reach a server, and how they are told apart. */
export interface AccessSettings {
  /** The identity provider whose tokens count. */
  readonly oidc?: OidcOptions | undefined;
  /** Where proxies serve it, e.g. `https://flowprof.example.org`; there is no local mode then. */
  readonly publicUrls?: readonly string[] | undefined;
  /** Addresses of proxies, or networks of them, whose `X-Forwarded-For` counts. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How many requests in a minute; generous when absent, and in local mode without limit. */
  readonly rateLimits?: Partial<RateLimits> | undefined;
}

/** What says who can reach a server. */
interface Reach {
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  readonly access?: AccessSettings;
}

/** Whether only this machine can reach a server. */
export function isLocalOnly({ host, access: { publicUrls = [] } = {} }: Reach): boolean {
  return isLoopback(host.toLowerCase()) && publicUrls.length === 0;
}

/** Whether others than this machine could come in, and nothing but an API key can tell them apart. */
function needsKey(reach: Reach): boolean {
  return !isLocalOnly(reach) && reach.access?.oidc === undefined;
}

function refusal({ host, access }: Reach): Error {
  return openToOthers(access?.publicUrls?.[0] ?? host);
}

/**
 * Refuses to let others in where there cannot be a key yet, before a database is made.
 * @throws {StartError} `not_loopback`
 */
export function refuseOthers(reach: Reach): void {
  const isEmpty = reach.databaseUrl === undefined && !hasDatabase(reach.dataDir);
  if (isEmpty && needsKey(reach)) throw refusal(reach);
}

/**
 * Who may do what on a server, how much, and from where.
 * @throws {StartError} `not_loopback` when others could reach it and nothing tells them apart
 */
export async function openAccess(
  store: Store,
  options: Reach & { readonly clock: Clock; readonly random: RandomBytes; readonly operatorToken?: string },
): Promise<Pick<AppContext, 'access' | 'limits' | 'findTenant' | 'tenantOf' | 'browsers'>> {
  const { host, clock, random, operatorToken, access: { oidc, publicUrls = [], rateLimits = {} } = {} } = options;
  if (needsKey(options) && !(await store.hasKeys())) throw refusal(options);
  const isLocal = isLocalOnly(options);
  const access = new AccessService({ store, clock, random, options: { isLocal, oidc, operatorToken } });
  const limits = new RequestLimits(rateLimits);
  const findTenant = tenantFinder(access, limits);
  const tenantOf = inTurns(findTenant, new WorkspaceTurns(DEFAULT_TURN_LIMITS));
  return { access, limits, findTenant, tenantOf, browsers: browserGuard({ host, publicUrls }) };
}

import { isIP, isIPv6 } from 'node:net';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

/** Headers that keep a browser from running anything that is not ours. The server speaks plain HTTP, so no HSTS. */
export const SECURITY_HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
};

/** Whether an address or name can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The host of a `Host` header without its port and brackets, in lower case; null when there is none. */
function hostName(header: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

/** The URL of a server that listens on an address. */
export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Under which names a server is reached. */
export interface ServerNames {
  /** The address that it listens on. */
  readonly host: string;
  /** Where a proxy serves it, e.g. `https://flowprof.example.org`. */
  readonly publicUrls: readonly string[];
}

/** What a browser may send to a server, whoever's page it shows. */
export interface BrowserGuard {
  /** Whether a `Host` header names this server, and no name that someone else points here (DNS rebinding). */
  allowsHost(header: string | undefined): boolean;
  /** Whether a page of an origin is this server's own. @param host the `Host` header of the same request */
  allowsOrigin(origin: string, host: string | undefined): boolean;
}

/** What is allowed by the names of a server. Of an address that stands for all, any literal address will do. */
export function browserGuard({ host, publicUrls }: ServerNames): BrowserGuard {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const urls = publicUrls.map((url) => new URL(url));
  const names = new Set([host.toLowerCase(), ...urls.map((url) => hostName(url.host) ?? '')]);
  const origins = new Set(urls.map(({ origin }) => origin));
  return {
    allowsHost(header) {
      const name = hostName(header);
      return name !== null && (isLoopback(name) || names.has(name) || (isWildcard && isIP(name) !== 0));
    },
    allowsOrigin: (origin, header) =>
      origins.has(origin.toLowerCase()) || origin.toLowerCase() === `http://${header?.toLowerCase()}`,
  };
}

/**
 * Refuses what a page of another site could send: requests under a foreign host name, and requests that change state
 * or open a WebSocket with the origin of another page.
 */
export function guardAgainstBrowsers(app: FastifyInstance, guard: BrowserGuard): void {
  app.addHook('onRequest', async (request) => {
    if (!guard.allowsHost(request.headers.host)) {
      throw new ApiError('host_not_allowed', 'The Host header must name this server.');
    }
    const changes = request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS';
    const { origin, upgrade } = request.headers;
    // The browser lets any page open a WebSocket, and sends the cookies along.
    const isGuarded = changes || upgrade !== undefined;
    if (isGuarded && origin !== undefined && !guard.allowsOrigin(origin, request.headers.host)) {
      throw new ApiError('foreign_origin', 'Another page may not change anything here.');
    }
  });
}

import { isIPv6 } from 'node:net';
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

/**
 * Refuses what a page of another site could send: requests under a foreign host name (DNS rebinding), and requests
 * that change state with the origin of another page.
 */
export function guardAgainstBrowsers(app: FastifyInstance, host: string): void {
  app.addHook('onRequest', async (request) => {
    const name = hostName(request.headers.host);
    if (name === null || !(isLoopback(name) || name === host.toLowerCase())) {
      throw new ApiError('host_not_allowed', 'The Host header must name this machine.');
    }
    const changes = request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS';
    const { origin } = request.headers;
    if (changes && origin !== undefined && origin.toLowerCase() !== `http://${request.headers.host?.toLowerCase()}`) {
      throw new ApiError('foreign_origin', 'Another page may not change anything here.');
    }
  });
}

import type { AccessSettings } from '../http/open-access.ts';
import { UsageError } from './errors.ts';
import type { CliIo } from './io.ts';

type Env = CliIo['env'];

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function webUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text;
  throw new UsageError(`${name} must be a URL with http or https: ${text}`);
}

/** A whole number from 0; `undefined` when it is not set. */
function countOf(env: Env, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new UsageError(`${name} must be a whole number, 0 for no limit`);
}

/** Tokens are only as good as the way on which the provider's keys come. */
function providerUrl(name: string, text: string): string {
  const { protocol, hostname } = new URL(webUrl(name, text));
  const isHere = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  if (protocol === 'https:' || isHere) return text;
  throw new UsageError(`${name} must be a URL with https: ${text}`);
}

function oidcOf(env: Env): AccessSettings['oidc'] {
  const { FLOWPROF_OIDC_ISSUER: issuer, FLOWPROF_OIDC_AUDIENCE: audience, FLOWPROF_OIDC_JWKS_URL: jwksUrl } = env;
  if (!issuer && !audience) return undefined;
  if (!issuer || !audience) {
    throw new UsageError('FLOWPROF_OIDC_ISSUER and FLOWPROF_OIDC_AUDIENCE must be set together');
  }
  return {
    issuer: providerUrl('FLOWPROF_OIDC_ISSUER', issuer),
    audience,
    ...(jwksUrl && { jwksUrl: providerUrl('FLOWPROF_OIDC_JWKS_URL', jwksUrl) }),
  };
}

/** Who may reach the server and how they are told apart, from the environment. @throws {UsageError} */
export function accessSettingsOf(env: Env): AccessSettings {
  const workspace = countOf(env, 'FLOWPROF_RATE_LIMIT_WORKSPACE');
  const caller = countOf(env, 'FLOWPROF_RATE_LIMIT_CALLER');
  const failures = countOf(env, 'FLOWPROF_RATE_LIMIT_FAILURES');
  return {
    oidc: oidcOf(env),
    publicUrls: listOf(env['FLOWPROF_PUBLIC_URL']).map((url) => webUrl('FLOWPROF_PUBLIC_URL', url)),
    trustedProxies: listOf(env['FLOWPROF_TRUSTED_PROXIES']),
    rateLimits: {
      ...(workspace !== undefined && { workspace }),
      ...(caller !== undefined && { caller }),
      ...(failures !== undefined && { failures }),
    },
  };
}

import { Buffer } from 'node:buffer';
import { NodeFailure } from '../errors.ts';
import { headerOf, type RawRequest, type RawResponse } from './exchange.ts';
import type { HttpParams } from './params.ts';

const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;

/** A request that knows which of its headers are meant for the origin that it was written for. */
export interface OwnRequest extends RawRequest {
  /** Lower case. */
  readonly ownHeaders: ReadonlySet<string>;
}

/** What the run gives a request along. */
export interface Passing {
  readonly idempotencyKey: string;
  readonly traceparent: string;
}

/**
 * Headers for one origin only: what the caller is known by, the name it is called by, and the trace that it is a part
 * of. A traceparent is no secret, but it ties requests together, and a place that the workflow does not name has no use for that.
 */
const OWN_HEADER = /auth|cookie|token|secret|password|api-?key|signature|^host$|^traceparent$|^tracestate$|^baggage$/;

/** Headers that say something of a body, or of the request as one that changes something. */
const BODY_HEADER = /^content-|^idempotency-key$/;

/** @throws {NodeFailure} `http_bad_url` */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new NodeFailure('http_bad_url', 'the address is not an http or https URL', { retryable: false });
  }
  return url;
}

/** A part of a URL without its escapes, or as it stands when they are no UTF-8. */
function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The header that says who the caller is; null when nothing does. */
function credentials({ auth }: HttpParams, url: URL): readonly [string, string] | null {
  switch (auth?.type) {
    case 'basic':
      return ['authorization', basic(auth.username, auth.password)];
    case 'bearer':
      return ['authorization', `Bearer ${auth.token}`];
    case 'header':
      return [auth.name.toLowerCase(), auth.value];
    case undefined:
      if (url.username === '' && url.password === '') return null;
      return ['authorization', basic(unescapeUrl(url.username), unescapeUrl(url.password))];
    default:
      return auth satisfies never;
  }
}

function append(into: URLSearchParams, fields: HttpParams['form']): URLSearchParams {
  for (const [key, value] of Object.entries(fields ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) into.append(key, String(item));
  }
  return into;
}

/** The body and its type; null when there is none. */
function bodyOf({ body, form }: HttpParams): readonly [string, string] | null {
  if (form !== undefined) {
    return [append(new URLSearchParams(), form).toString(), 'application/x-www-form-urlencoded'];
  }
  if (body === undefined) return null;
  return typeof body === 'string' ? [body, 'text/plain; charset=utf-8'] : [JSON.stringify(body), 'application/json'];
}

/**
 * The request that the parameters ask for. Headers written out win over those that are added, save for `auth`.
 * @throws {NodeFailure} `http_bad_url`
 */
export function firstRequest(p: HttpParams, passing: Passing): OwnRequest {
  const url = parseUrl(p.url);
  append(url.searchParams, p.query);
  const headers = new Map([
    ['user-agent', 'flowprof'],
    ['accept', '*/*'],
  ]);
  for (const [key, value] of Object.entries(p.headers ?? {})) headers.set(key.toLowerCase(), String(value));
  const add = (name: string, value: string): void => {
    if (!headers.has(name)) headers.set(name, value);
  };
  const method = p.method ?? 'GET';
  const known = credentials(p, url);
  if (known !== null && p.auth !== undefined) headers.set(...known);
  else if (known !== null) add(...known);
  const body = bodyOf(p);
  if (body !== null) add('content-type', body[1]);
  const changes = method === 'POST' || method === 'PATCH';
  if (changes && p.idempotencyKey !== false) add('idempotency-key', passing.idempotencyKey);
  if (p.traceContext !== false) add('traceparent', passing.traceparent);
  return {
    url,
    method,
    headers: Object.fromEntries(headers),
    body: body?.[0] ?? null,
    maxResponseBytes: p.maxResponseBytes ?? DEFAULT_MAX_BYTES,
    ownHeaders: new Set([...headers.keys()].filter((name) => OWN_HEADER.test(name) || name === known?.[0])),
  };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The request that a redirect asks for; null when the response is none. Credentials stay with their origin, and do not
 * come back when a chain of redirects does.
 * @throws {NodeFailure} `http_bad_url`
 */
export function redirected(request: OwnRequest, response: RawResponse): OwnRequest | null {
  const location = headerOf(response, 'location');
  if (location === null || !REDIRECTS.has(response.status)) return null;
  const url = parseUrl(location, request.url);
  const sameOrigin = url.origin === request.url.origin;
  const toGet =
    (response.status === 303 && request.method !== 'HEAD') || (response.status < 303 && request.method === 'POST');
  const kept = Object.entries(request.headers).filter(
    ([name]) => (sameOrigin || !request.ownHeaders.has(name)) && !(toGet && BODY_HEADER.test(name)),
  );
  const next = { ...request, url, headers: Object.fromEntries(kept) };
  return toGet ? { ...next, method: 'GET', body: null } : next;
}

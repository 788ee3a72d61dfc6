import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { JsonValue } from '@flowprof/model';
import { z } from 'zod';
import { messageOf, NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import type { RawRequest, RawResponse } from '../http/exchange.ts';
import type { NodeContext, NodeType } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import { redactUrl } from '../redact.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const params = z.strictObject({
  url: z.string().min(1).max(8192).describe('An http or https URL.'),
  method: z.enum(METHODS).optional().describe('GET when absent.'),
  headers: z.record(z.string(), scalar).optional(),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .optional()
    .describe('Added to the query of the URL.'),
  body: z
    .custom<JsonValue>((value) => value === undefined || isJson(value), 'must be JSON')
    .optional()
    .describe('A string is sent as it stands, anything else as JSON.'),
  expectStatus: z
    .union([z.int(), z.array(z.int())])
    .optional()
    .describe('The statuses that are a success; 200 to 299 when absent.'),
  timeoutMs: z.number().min(1).max(3_600_000).optional().describe('Limit for one attempt; 30000 when absent.'),
  maxResponseBytes: z.int().min(0).max(104_857_600).optional().describe('10 MiB when absent.'),
  maxRedirects: z.int().min(0).max(20).optional().describe('How many redirects are followed; 5 when absent.'),
});

type HttpParams = z.infer<typeof params>;

const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
const DEFAULT_MAX_REDIRECTS = 5;
/** No wait that a server asks for is taken as longer. */
const DAY_MS = 86_400_000;

function parseUrl(text: string, base?: URL): URL {
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

function firstRequest(p: HttpParams): RawRequest {
  const url = parseUrl(p.url);
  for (const [key, value] of Object.entries(p.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(item));
  }
  const headers: Record<string, string> = { 'user-agent': 'flowprof', accept: '*/*' };
  for (const [key, value] of Object.entries(p.headers ?? {})) headers[key.toLowerCase()] = String(value);
  if (url.username !== '') {
    const credentials = `${unescapeUrl(url.username)}:${unescapeUrl(url.password)}`;
    headers['authorization'] ??= `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  let body: string | null = null;
  if (p.body !== undefined) {
    body = typeof p.body === 'string' ? p.body : JSON.stringify(p.body);
    headers['content-type'] ??= typeof p.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  }
  const maxResponseBytes = p.maxResponseBytes ?? DEFAULT_MAX_BYTES;
  return { url, method: p.method ?? 'GET', headers, body, maxResponseBytes };
}

function header(response: RawResponse, name: string): string | null {
  const value = response.headers[name];
  return value === undefined ? null : typeof value === 'string' ? value : (value[0] ?? null);
}

/** The request that a redirect asks for; null when the response is none. Credentials stay with their origin. */
function redirected(request: RawRequest, response: RawResponse): RawRequest | null {
  const location = header(response, 'location');
  if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return null;
  const url = parseUrl(location, request.url);
  const { authorization, cookie, 'content-type': contentType, ...rest } = request.headers;
  const same = url.origin === request.url.origin;
  const toGet =
    (response.status === 303 && request.method !== 'HEAD') || (response.status < 303 && request.method === 'POST');
  const headers = {
    ...rest,
    ...(same && authorization !== undefined && { authorization }),
    ...(same && cookie !== undefined && { cookie }),
    ...(!toGet && contentType !== undefined && { 'content-type': contentType }),
  };
  return toGet ? { ...request, url, headers, method: 'GET', body: null } : { ...request, url, headers };
}

/** The wait that a response asks for, in milliseconds: seconds or a date. */
function retryAfterMs(response: RawResponse): number | null {
  const value = header(response, 'retry-after');
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, DAY_MS);
  const date = Date.parse(value);
  const sent = Date.parse(header(response, 'date') ?? '');
  return Number.isNaN(date) || Number.isNaN(sent) ? null : Math.min(Math.max(0, date - sent), DAY_MS);
}

/** @throws {NodeFailure} when the status is none that was expected */
function checkStatus(p: HttpParams, response: RawResponse, context: NodeContext): void {
  const { status } = response;
  const expected = p.expectStatus === undefined ? null : [p.expectStatus].flat();
  if (expected === null ? status >= 200 && status < 300 : expected.includes(status)) return;
  const after = retryAfterMs(response);
  const details = after === null ? {} : { retryAfterMs: after };
  if (status === 429 || (status === 503 && after !== null)) {
    context.annotate('rate limit', 'rate_limit', { status, ...(after !== null && { retry_after_ms: after }) });
    throw new NodeFailure('http_rate_limited', `the service answered ${status}`, details);
  }
  throw new NodeFailure('http_status', `the service answered ${status}`, { retryable: status >= 500, ...details });
}

/** Undoes the content encodings of a response, none of which is asked for unless the workflow does so. */
async function decompressed(response: RawResponse, limit: number): Promise<Buffer> {
  const codings = (header(response, 'content-encoding') ?? '').toLowerCase().split(',').reverse();
  let { body } = response;
  for (const coding of codings.map((name) => name.trim())) {
    const undo = DECODERS.get(coding);
    if (undo === undefined || body.length === 0) continue;
    try {
      body = await undo(body, { maxOutputLength: Math.max(1, limit) });
    } catch (error) {
      if (error instanceof RangeError) {
        throw new NodeFailure('http_too_large', `the response is larger than ${limit} bytes`, { retryable: false });
      }
      throw new NodeFailure('http_bad_body', `the response cannot be decompressed: ${messageOf(error)}`);
    }
  }
  return body;
}

/** A body as text, in the character set that its type names where that is known, and otherwise in UTF-8. */
function decodeText(body: Buffer, type: string): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function bodyOf(response: RawResponse, body: Buffer): JsonValue {
  const type = header(response, 'content-type') ?? '';
  const text = decodeText(body, type);
  if (text === '') return null;
  if (!/[/+]json\b/i.test(type)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : text;
  } catch (error) {
    throw new NodeFailure('http_bad_body', `the response says it is JSON, but: ${messageOf(error)}`, {
      retryable: false,
    });
  }
}

/** Sends the request and follows redirects, all inside one phase. */
async function exchange(
  p: HttpParams,
  context: NodeContext,
  phase: OpenPhase,
  signal: AbortSignal,
): Promise<{ response: RawResponse; request: RawRequest }> {
  let request = firstRequest(p);
  const limit = p.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
  for (let hops = 0; ; hops++) {
    const response = await context.http.send(request, phase, signal);
    const next = limit === 0 ? null : redirected(request, response);
    if (next === null) return { response, request };
    if (hops >= limit) {
      const message = `there were more than ${limit} redirects`;
      throw new NodeFailure('http_too_many_redirects', message, { retryable: false });
    }
    context.annotate('redirect', 'info', { status: response.status, url: redactUrl(next.url) });
    request = next;
  }
}

/** Makes an HTTP request. Its output is `{ status, headers, body, url }`; a JSON body comes parsed, any other as text. */
export const http: NodeType<typeof params> = {
  params,
  phase: null,
  async run(p, context) {
    const { url, method, body } = firstRequest(p);
    const phase = context.span('http_request', { url: redactUrl(url), method });
    const limit = context.limit(
      p.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      () => new NodeFailure('http_timeout', `no complete response within ${p.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms`),
    );
    try {
      const { response, request } = await exchange(p, context, phase, limit.signal);
      phase.next(
        'decode',
        {},
        {
          status: response.status,
          bytes: response.body.length,
          request_bytes: body === null ? 0 : Buffer.byteLength(body),
          reused_connection: response.reused,
          ...(request.url.href !== url.href && { final_url: redactUrl(request.url) }),
        },
      );
      checkStatus(p, response, context);
      context.annotate('data transformation', 'data', {
        bytes_in: response.body.length,
        bytes_out: body === null ? 0 : Buffer.byteLength(body),
      });
      const decoded = await decompressed(response, p.maxResponseBytes ?? DEFAULT_MAX_BYTES);
      const shownUrl = redactUrl(request.url);
      return { status: response.status, headers: response.headers, body: bodyOf(response, decoded), url: shownUrl };
    } finally {
      limit.clear();
    }
  },
};

import { Buffer } from 'node:buffer';
import type { JsonObject } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import type { RawResponse } from '../http/exchange.ts';
import { httpParams, isExpected, type HttpParams } from '../http/params.ts';
import { firstRequest, parseUrl, redirected, type OwnRequest } from '../http/request.ts';
import { cacheNote, decompressed, retryAfterMs, valueOf } from '../http/response.ts';
import type { NodeContext, NodeType } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import { redactUrl } from '../redact.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_REDIRECTS = 5;

/** What was sent last and what came back. */
interface Exchanged {
  readonly request: OwnRequest;
  readonly response: RawResponse;
  readonly redirects: number;
}

/** @throws {NodeFailure} when the status is none that was expected */
function checkStatus(p: HttpParams, response: RawResponse, context: NodeContext): void {
  const { status } = response;
  if (isExpected(p.expectStatus, status)) return;
  const after = retryAfterMs(response);
  const details = after === null ? {} : { retryAfterMs: after };
  if (status === 429 || (status === 503 && after !== null)) {
    context.annotate('rate limit', 'rate_limit', { status, ...(after !== null && { retry_after_ms: after }) });
    throw new NodeFailure('http_rate_limited', `the service answered ${status}`, details);
  }
  throw new NodeFailure('http_status', `the service answered ${status}`, { retryable: status >= 500, ...details });
}

/** Sends the request and follows redirects, all inside one phase. */
async function exchange(
  p: HttpParams,
  first: OwnRequest,
  context: NodeContext,
  phase: OpenPhase,
  signal: AbortSignal,
): Promise<Exchanged> {
  let request = first;
  const limit = p.maxRedirects ?? DEFAULT_MAX_REDIRECTS;
  for (let redirects = 0; ; redirects++) {
    const response = await context.http.send(request, phase, signal);
    const next = limit === 0 ? null : redirected(request, response);
    if (next === null) return { response, request, redirects };
    if (redirects >= limit) {
      const message = `there were more than ${limit} redirects`;
      throw new NodeFailure('http_too_many_redirects', message, { retryable: false });
    }
    context.annotate('redirect', 'info', { status: response.status, url: redactUrl(next.url) });
    request = next;
  }
}

function sentBytes({ body }: OwnRequest): number {
  return body === null ? 0 : Buffer.byteLength(body);
}

/** What is noted on the request's phase once the response is there. */
function exchangeMetadata(first: OwnRequest, { response, request, redirects }: Exchanged): JsonObject {
  return {
    status: response.status,
    bytes: response.body.length,
    request_bytes: sentBytes(first),
    reused_connection: response.reused,
    ...(redirects > 0 && { redirects, final_url: redactUrl(request.url) }),
  };
}

/** Makes an HTTP request. Its output is `{ status, headers, body, url }`; a JSON body comes parsed, any other as text. */
export const http: NodeType<typeof httpParams> = {
  params: httpParams,
  phase: null,
  async run(p, context) {
    const phase = context.span('http_request', { url: redactUrl(parseUrl(p.url)), method: p.method ?? 'GET' });
    // Read inside the phase, so that the service's spans go below it.
    const { idempotencyKey, traceparent } = context;
    const first = firstRequest(p, { idempotencyKey, traceparent });
    const timeoutMs = p.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const limit = context.limit(
      timeoutMs,
      () => new NodeFailure('http_timeout', `no complete response within ${timeoutMs} ms`),
    );
    try {
      const exchanged = await exchange(p, first, context, phase, limit.signal);
      const { request, response } = exchanged;
      phase.next('decode', {}, exchangeMetadata(first, exchanged));
      const cache = cacheNote(response);
      if (cache !== null) context.annotate(cache.label, 'cache', cache.metadata);
      checkStatus(p, response, context);
      const bytes = { bytes_in: response.body.length, bytes_out: sentBytes(first) };
      context.annotate('data transformation', 'data', bytes);
      const body = valueOf(response, await decompressed(response, request.maxResponseBytes));
      return { status: response.status, headers: response.headers, body, url: redactUrl(request.url) };
    } finally {
      limit.clear();
    }
  },
};

import { ApiError } from './errors.ts';

/** How long a client may take, and how much of it the server bears. */
export interface HttpLimits {
  /** Until the headers of a request are there, in milliseconds. */
  readonly headersMs: number;
  /** Until a request is there whole. An upload of 256 MiB takes so long at 7 Mbit/s. */
  readonly requestMs: number;
  /** How long a connection may be silent while a request or its answer is on the way. */
  readonly silenceMs: number;
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** The largest body that is read, in bytes, where a route says nothing else. */
  readonly bodyBytes: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  headersMs: 15_000,
  requestMs: 300_000,
  silenceMs: 120_000,
  keepAliveMs: 72_000,
  headerBytes: 16 * 1024,
  connections: 16_384,
  bodyBytes: 1024 * 1024,
};

/** The limits as Fastify and Node take them. */
export function serverOptions({ headersMs, requestMs, silenceMs, keepAliveMs, headerBytes, bodyBytes }: HttpLimits) {
  return {
    bodyLimit: bodyBytes,
    requestTimeout: requestMs,
    connectionTimeout: silenceMs,
    keepAliveTimeout: keepAliveMs,
    http: {
      headersTimeout: headersMs,
      maxHeaderSize: headerBytes,
      connectionsCheckingInterval: Math.min(5000, headersMs),
    },
  };
}

/** What is answered to a connection on which no whole request came. @param code of Node's error */
export function connectionError(code: string | undefined): ApiError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError('request_timeout', 'The request did not come in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError('headers_too_large', 'The headers are too large.');
    default:
      return new ApiError('bad_request', 'The request is no valid HTTP.');
  }
}

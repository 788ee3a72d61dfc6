import { STATUS_CODES } from 'node:http';
import { API_ERRORS, ApiError, type ApiErrorCode, type FieldError } from './errors.ts';
import { fieldErrorsOf, MAX_ERRORS, RequestInvalid, type RequestPart } from './validation.ts';

/** An answer in the form of RFC 9457. */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

function countFaults(count: number): string {
  return count === 1 ? '1 field is invalid.' : `${count} fields are invalid.`;
}

/** The error for a list of faults. */
function invalid(code: ApiErrorCode, errors: readonly FieldError[]): ApiError {
  return new ApiError(code, countFaults(errors.length), { errors });
}

/** A problem as a client sees it. @param requestId the id under which the log knows the request */
export function problemOf(error: ApiError, requestId: string): Problem {
  const { status, type, title } = API_ERRORS[error.code];
  const { errors, members, headers } = error.parts;
  return {
    status,
    headers: headers ?? {},
    body: {
      type,
      title,
      status,
      detail: error.message,
      instance: `/requests/${requestId}`,
      code: error.code,
      ...members,
      ...(errors && errors.length > 0 && { errors: errors.slice(0, MAX_ERRORS) }),
    },
  };
}

function hasProperty<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function codeOf(error: unknown): string {
  return hasProperty(error, 'code') && typeof error.code === 'string' ? error.code : '';
}

function partOf(error: unknown): RequestPart {
  const part = hasProperty(error, 'validationContext') ? error.validationContext : 'body';
  return part === 'querystring' || part === 'params' || part === 'headers' ? part : 'body';
}

/** Fastify's own errors that are the client's doing, by their code. */
function fromFramework(code: string, bodyLimit: number): ApiError | null {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('body_too_large', `The body is larger than ${bodyLimit} bytes.`, {
        members: { limit_bytes: bodyLimit },
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('unsupported_media_type', 'The body must be application/json.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ApiError('bad_request', 'The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
      return new ApiError('bad_request', 'The URL is not validly encoded.');
    default:
      return null;
  }
}

/**
 * What a client is told of an error. Whatever is not expected becomes `internal_error` and says nothing of itself.
 * @param databaseError what is told of the store's errors
 */
export function toApiError(
  error: unknown,
  options: { readonly bodyLimit: number; readonly databaseError: (error: unknown) => ApiError | null },
): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RequestInvalid) return invalid('validation_failed', fieldErrorsOf(error.issues, partOf(error)));
  return (
    options.databaseError(error) ??
    fromFramework(codeOf(error), options.bodyLimit) ??
    new ApiError('internal_error', 'The server failed to answer this request.')
  );
}

/** A raw HTTP/1.1 answer, for requests so broken that no route sees them. */
export function rawProblem(problem: Problem): string {
  const body = JSON.stringify(problem.body);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

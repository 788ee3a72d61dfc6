import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import { API_ERRORS, ApiError } from '../errors.ts';
import { problemOf, toApiError } from '../problem.ts';
import { databaseError } from '../store-errors.ts';
import { RequestInvalid } from '../validation.ts';

/** An error as a tRPC client gets it. `data.problem` is what REST would have answered, with the stable code. */
export interface ErrorShape {
  readonly message: string;
  readonly code: number;
  readonly data: {
    readonly code: TRPC_ERROR_CODE_KEY;
    readonly httpStatus: number;
    readonly problem: Readonly<Record<string, unknown>> & { readonly code: string };
  };
}

/** tRPC's code for a status; it has none for a full disk, which passes by itself like what is unavailable. */
function trpcCodeOf(status: number): TRPC_ERROR_CODE_KEY {
  switch (status) {
    case 400:
      return 'BAD_REQUEST';
    case 401:
      return 'UNAUTHORIZED';
    case 403:
      return 'FORBIDDEN';
    case 404:
      return 'NOT_FOUND';
    case 405:
      return 'METHOD_NOT_SUPPORTED';
    case 409:
      return 'CONFLICT';
    case 412:
      return 'PRECONDITION_FAILED';
    case 413:
      return 'PAYLOAD_TOO_LARGE';
    case 415:
      return 'UNSUPPORTED_MEDIA_TYPE';
    case 429:
      return 'TOO_MANY_REQUESTS';
    case 503:
    case 507:
      return 'SERVICE_UNAVAILABLE';
    default:
      return 'INTERNAL_SERVER_ERROR';
  }
}

/** What tRPC itself refuses. Its messages repeat what was sent, so ours replace them. */
function refusedByTrpc({ code }: TRPCError): ApiError | null {
  switch (code) {
    case 'NOT_FOUND':
      return new ApiError('unknown_route', 'There is no such procedure.');
    case 'METHOD_NOT_SUPPORTED':
      return new ApiError('method_not_allowed', 'Queries are asked with GET, mutations with POST.');
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
      return new ApiError('bad_request', 'The call is not in the form of tRPC.');
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new ApiError('unsupported_media_type', 'The body must be application/json.');
    default:
      return null;
  }
}

/** The error of the API behind whatever a call failed with. */
export function apiErrorOf(error: unknown, bodyLimit: number): ApiError {
  const options = { bodyLimit, databaseError };
  if (!(error instanceof TRPCError)) return toApiError(error, options);
  const { cause } = error;
  // What a procedure answers is checked too, and a fault in that is ours.
  if (cause instanceof ZodError && error.code === 'BAD_REQUEST')
    return toApiError(new RequestInvalid(cause.issues), options);
  if (cause instanceof ApiError) return cause;
  return refusedByTrpc(error) ?? toApiError(cause, options);
}

/** An error as it is sent. @param requestId the id under which the log knows the request */
export function errorShapeOf(error: ApiError, requestId: string): ErrorShape {
  const code = trpcCodeOf(API_ERRORS[error.code].status);
  const httpStatus = getHTTPStatusCodeFromError(new TRPCError({ code }));
  const problem = { ...problemOf(error, requestId).body, code: error.code };
  return { message: error.message, code: TRPC_ERROR_CODES_BY_KEY[code], data: { code, httpStatus, problem } };
}

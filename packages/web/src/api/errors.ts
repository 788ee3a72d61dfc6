/** Why a request did not bring what was asked for. Decisions go by this code, never by the message. */
export type ApiErrorCode =
  | 'network'
  | 'not_found'
  | 'forbidden'
  | 'unauthorized'
  | 'server'
  | 'refused'
  | 'bad_response';

/** A request that failed. `message` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** The stable code of the server's problem document, where it sent one. */
  readonly problem: string | null;

  constructor(code: ApiErrorCode, message: string, problem: string | null = null) {
    super(message);
    this.code = code;
    this.problem = problem;
  }
}

/** The code for an HTTP status that is no success. */
export function codeOfStatus(status: number): ApiErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  return status >= 500 ? 'server' : 'refused';
}

/** Whether asking again may help: the server was away or in trouble, rather than saying no. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'network' || error.code === 'server');
}

/** Whether an error says that what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'not_found';
}

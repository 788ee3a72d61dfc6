import { credential } from './credential.ts';
import { ApiError, codeOfStatus } from './errors.ts';
import { Fields } from './fields.ts';

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly accept?: string;
  readonly workspace?: string;
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly bytes?: Blob;
  /** Sent instead of the one that the tab keeps. */
  readonly credential?: string;
  readonly signal?: AbortSignal | undefined;
}

/** The error that a problem document (RFC 9457) or any other refusal stands for. */
async function refusal(response: Response): Promise<ApiError> {
  const code = codeOfStatus(response.status);
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim() + '.';
  try {
    const problem = new Fields(await response.json());
    const text = problem.optionalString('detail') ?? problem.optionalString('title') ?? fallback;
    return new ApiError(code, text, problem.optionalString('code'));
  } catch {
    return new ApiError(code, fallback);
  }
}

/**
 * Sends a request to the server that the page came from.
 * @throws {ApiError} on every failure, apart from an abort, which stays the abort's own error
 */
async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const headers = new Headers({ accept: options.accept ?? 'application/json' });
  const token = options.credential ?? credential();
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (options.workspace !== undefined) headers.set('x-workspace-id', options.workspace);
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  if (options.bytes !== undefined) headers.set('content-type', 'application/octet-stream');
  let response: Response;
  try {
    response = await fetch(path, {
      method: options.method ?? 'GET',
      headers,
      signal: options.signal ?? null,
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      ...(options.bytes !== undefined && { body: options.bytes }),
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError('network', 'The server cannot be reached.');
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/** A JSON answer, as fields to read. */
export async function requestFields(path: string, options?: RequestOptions): Promise<Fields> {
  const response = await request(path, options);
  let value: unknown;
  try {
    value = await response.json();
  } catch {
    throw new ApiError('bad_response', 'The server answered with something that is not JSON.');
  }
  return new Fields(value);
}

/** An answer of which nothing but its success matters. */
export async function requestNothing(path: string, options?: RequestOptions): Promise<void> {
  await request(path, options);
}

/** A binary answer. */
export async function requestBytes(path: string, options?: RequestOptions): Promise<Uint8Array> {
  const response = await request(path, options);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (options?.signal?.aborted === true) throw error;
    throw new ApiError('network', 'The connection broke while the trace was loading.');
  }
}

/** A file to save, with what the server says of it. */
export async function requestFile(
  path: string,
  options?: RequestOptions,
): Promise<{ readonly blob: Blob; readonly disposition: string | null }> {
  const response = await request(path, { accept: '*/*', ...options });
  try {
    return { blob: await response.blob(), disposition: response.headers.get('content-disposition') };
  } catch {
    throw new ApiError('network', 'The connection broke while the file was loading.');
  }
}

import { z } from 'zod';

import { CommandFailure, UsageError } from './errors.ts';

/** How long a server may take to answer, unless a request says otherwise. */
const TIMEOUT_MS = 30_000;

const problemSchema = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

/** A server refused a request, with a code of `docs/errors.md`; one line, exit code 1. */
export class ProblemFailure extends CommandFailure {
  override readonly name = 'ProblemFailure';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface ApiRequest {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** In milliseconds; 30,000 when absent. */
  readonly timeoutMs?: number;
  /** Breaks it off when the command is interrupted. */
  readonly signal?: AbortSignal;
}

/** How a command talks to a server over HTTP. */
export interface ApiClient {
  /** The server's address. */
  readonly base: URL;
  /**
   * Asks and reads the answer by its schema.
   * @throws {ProblemFailure} when the server refuses
   * @throws {UsageError} when it cannot be reached, or answers in another form
   */
  call<T>(method: Method, path: string, answer: z.ZodType<T>, request?: ApiRequest): Promise<T>;
  /** Asks and gives the answer as it comes, once it is known to be none of refusal. @throws as `call` */
  fetch(method: Method, path: string, request?: ApiRequest): Promise<Response>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a refusal says, in one line. */
async function failureOf(response: Response, origin: string): Promise<CommandFailure> {
  const body: unknown = await response.json().catch(() => null);
  const problem = problemSchema.safeParse(body);
  if (!problem.success) return new ProblemFailure(response.status, '', `${origin} answered ${response.status}`);
  const { code, detail, title, errors = [] } = problem.data;
  const faults = errors.map(({ pointer, detail: fault }) => `${pointer}: ${fault}`);
  const said = [detail ?? title ?? code, ...faults].join(' ');
  const hint = response.status === 401 ? '; set FLOWPROF_API_KEY to a key of this server' : '';
  return new ProblemFailure(response.status, code, `${said} (${code})${hint}`);
}

/**
 * A client of the server at an address.
 * @param token is sent as the credential, where there is one
 */
export function apiClient(base: URL, token: string | undefined): ApiClient {
  const { origin } = base;
  const ask = async (method: Method, path: string, request: ApiRequest = {}): Promise<Response> => {
    const { json, bytes, headers, timeoutMs = TIMEOUT_MS, signal } = request;
    const timeout = AbortSignal.timeout(timeoutMs);
    const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
    let response: Response;
    try {
      response = await fetch(new URL(path, base), {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
    } catch (error) {
      if (signal?.aborted === true) throw new CommandFailure('interrupted');
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        throw new CommandFailure(`${origin} did not answer within ${timeoutMs / 1000} s`);
      }
      throw new UsageError(`cannot reach ${origin}: is a flowprof server running there? (FLOWPROF_URL names another)`);
    }
    if (response.ok) return response;
    throw await failureOf(response, origin);
  };
  return {
    base,
    fetch: ask,
    async call(method, path, answer, request) {
      const response = await ask(method, path, request);
      const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => null);
      const read = answer.safeParse(body);
      if (!read.success) throw new UsageError(`${origin} does not answer as a flowprof server`);
      return read.data;
    },
  };
}

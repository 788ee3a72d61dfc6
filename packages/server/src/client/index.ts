import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import createFetchClient, { type Client as FetchClient } from 'openapi-fetch';
import type { AppRouter } from '../http/trpc/router.ts';
import { followEvents, type EventSocket, type EventSocketClass, type LiveEvent } from './events.ts';
import type { components, paths } from './generated/schema.ts';

export type { AppRouter } from '../http/trpc/router.ts';
export type { EventSocket, EventSocketClass, LiveEvent, LiveEventData } from './events.ts';
export type { components, operations, paths } from './generated/schema.ts';

/** A problem of RFC 9457, as the server answers every error. */
export type Problem = components['schemas']['Problem'];

/** The server refused something that this client asked for by itself. */
export class ClientError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = 'ClientError';
    this.problem = problem;
  }
}

export interface ClientOptions {
  /** Where the server is, e.g. `https://flowprof.example.org`. */
  readonly url: string;
  /** An API key or a token of the identity provider; none for a server of this machine in local mode. */
  readonly apiKey?: string;
  /** Id or slug of the workspace; the key's own, or the only one, when absent. */
  readonly workspace?: string;
  /** What opens WebSockets: the platform's own when absent, or the one of the package `ws` where there is none. */
  readonly WebSocket?: EventSocketClass;
  /** How long to wait before events are asked for again, by how often it failed. */
  readonly retryDelayMs?: (attempt: number) => number;
}

export interface EventOptions {
  /** Only the events of one step, by its key. */
  readonly step?: string;
  /** The number of the last event that is known; what happens from now on when absent. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

/** A flowprof server. */
export interface Client {
  /** The REST API by its paths, typed by its description: `client.rest.GET('/api/workflows', ...)`. */
  readonly rest: FetchClient<paths>;
  /** The tRPC API: `client.trpc.execution.getExecutionHistory.query({ workflowId })`. */
  readonly trpc: TRPCClient<AppRouter>;
  /**
   * What happens in a workflow, as it happens, for `for await`. Goes on without gap or duplicate when the connection
   * breaks; ends with the signal or the loop.
   * @throws {ClientError} when there is no such workflow or it may not be read
   */
  events(workflowId: string, options?: EventOptions): AsyncGenerator<LiveEvent, void, undefined>;
}

const MAX_BATCH = 10;
const MAX_DELAY_MS = 15_000;

/** Twice as long each time, and not the same for all who lost the same server. */
function defaultDelay(attempt: number): number {
  return Math.min(MAX_DELAY_MS, 250 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}

async function socketClass(given: EventSocketClass | undefined): Promise<EventSocketClass> {
  return given ?? globalThis.WebSocket ?? (await import('ws')).WebSocket;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function headersOf({ apiKey, workspace }: ClientOptions): Record<string, string> {
  const header = workspace !== undefined && UUID.test(workspace) ? 'x-workspace-id' : 'x-workspace-slug';
  return {
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    ...(workspace !== undefined && { [header]: workspace }),
  };
}

function socketUrl(base: string, workflowId: string, options: ClientOptions, step: string | undefined, since: number) {
  const path = step === undefined ? '' : `/step/${encodeURIComponent(step)}`;
  const url = new URL(`${base}/ws/workflows/${encodeURIComponent(workflowId)}${path}`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('since', String(since));
  if (options.workspace !== undefined) url.searchParams.set('workspace', options.workspace);
  return url.href;
}

/** A client of a flowprof server, in a browser or in Node. Nothing is asked before it is used. */
export function createClient(options: ClientOptions): Client {
  const base = options.url.replace(/\/+$/, '');
  const headers = headersOf(options);
  const rest = createFetchClient<paths>({ baseUrl: base, headers });
  const trpc = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${base}/trpc`,
        headers,
        maxItems: MAX_BATCH,
        maxURLLength: 8000,
      }),
    ],
  });
  const delayOf = options.retryDelayMs ?? defaultDelay;
  const protocols = ['flowprof', ...(options.apiKey === undefined ? [] : [`bearer.${options.apiKey}`])];

  const events = (workflowId: string, { step, since, signal }: EventOptions = {}) =>
    followEvents(
      {
        open: async (known): Promise<EventSocket> => {
          const Socket = await socketClass(options.WebSocket);
          return new Socket(socketUrl(base, workflowId, options, step, known), protocols);
        },
        lastSeq: async (ended) => {
          const path = { workflow_id: workflowId };
          const { data, error } = await rest.GET('/api/workflows/{workflow_id}/events', {
            params: { path, query: { limit: 1 } },
            signal: ended,
          });
          if (error !== undefined) throw new ClientError(error);
          return data.last_seq;
        },
        wait: (attempt, ended) => wait(delayOf(attempt), ended),
        passes: (error) => !(error instanceof ClientError) || error.problem.status >= 429,
      },
      since,
      signal ?? new AbortController().signal,
    );

  return { rest, trpc, events };
}

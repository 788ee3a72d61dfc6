import {
  decodeTrace,
  isTerminal,
  OPEN,
  since,
  TraceFileError,
  type Clock,
  type EpochMicros,
  type JsonValue,
  type Trace,
} from '@flowprof/model';
import { z } from 'zod';

import { UsageError } from './errors.ts';

const DEFAULT_URL = 'http://127.0.0.1:7420';
const ARROW = 'application/vnd.apache.arrow.stream';

/** How long a server may take to answer. */
const TIMEOUT_MS = 30_000;

const workspacesSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

/** Which execution is meant, and of which server. Without a workspace all of them are asked. */
export interface RemoteExecution {
  readonly id: string;
  readonly workspace: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A server's answer, or null for 404. @throws {UsageError} when the server cannot be reached or refuses */
async function get(url: URL, accept: string): Promise<Response | null> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new UsageError(
      `cannot reach ${url.origin}: is a flowprof server running there? (FLOWPROF_URL names another)`,
    );
  }
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404) return null;
  throw new UsageError(`${url.origin} answered ${response.status}`);
}

function baseUrl(env: RemoteExecution['env']): URL {
  const stated = env['FLOWPROF_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(stated)) throw new UsageError(`FLOWPROF_URL is no URL: ${stated}`);
  return new URL(stated);
}

/** The ids of the workspaces of a server. @throws {UsageError} */
async function workspacesOf(base: URL): Promise<readonly string[]> {
  const response = await get(new URL('/api/workspaces', base), 'application/json');
  const body: unknown = response === null ? null : await response.json().catch(() => null);
  const listed = workspacesSchema.safeParse(body);
  if (!listed.success) throw new UsageError(`${base.origin} does not answer as a flowprof server`);
  return listed.data.items.map(({ id }) => id);
}

/** What a server has of an execution. @throws {UsageError} when it has no such execution */
async function getOfExecution(execution: RemoteExecution, what: string, accept: string): Promise<Response> {
  const base = baseUrl(execution.env);
  const workspaces = execution.workspace === null ? await workspacesOf(base) : [execution.workspace];
  for (const workspace of workspaces) {
    const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/executions/${execution.id}/${what}`;
    const response = await get(new URL(path, base), accept);
    if (response) return response;
  }
  throw new UsageError(`${base.origin} has no execution ${execution.id}`);
}

/** The answer of the profile endpoint, as it is. @throws {UsageError} */
export async function fetchProfile(execution: RemoteExecution): Promise<JsonValue> {
  const response = await getOfExecution(execution, 'profile', 'application/json');
  return z.json().parse(await response.json());
}

/** A trace whose execution still runs, with its open spans as long as they have run, as the profile endpoint counts them. */
function upToNow(trace: Trace, now: EpochMicros): Trace {
  const { startedAt, status } = trace.execution;
  if (isTerminal(status) || startedAt === null) return trace;
  const { spans } = trace;
  const elapsed = since(startedAt, now);
  const soFar = (row: number): number => Math.max(0, elapsed - (spans.start[row] ?? 0));
  const duration = spans.duration.map((length, row) => (length === OPEN ? soFar(row) : length));
  return { ...trace, spans: { ...spans, duration } };
}

/**
 * The trace of an execution; of one that still runs, up to now.
 * @throws {UsageError}
 */
export async function fetchTrace(execution: RemoteExecution, clock: Clock): Promise<Trace> {
  const response = await getOfExecution(execution, 'flame-chart', ARROW);
  try {
    return upToNow(decodeTrace(new Uint8Array(await response.arrayBuffer())), clock.now());
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`the server's trace cannot be read: ${error.message}`);
    throw error;
  }
}

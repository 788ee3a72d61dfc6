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
  type WhatIfChange,
  type WhatIfOptions,
} from '@flowprof/model';
import { z } from 'zod';

import { profileShape } from '../http/shapes/profile.ts';
import { ProblemFailure, type ApiClient } from './api-client.ts';
import { UsageError } from './errors.ts';

/** Large files take a while to make and to send. */
const EXPORT_TIMEOUT_MS = 600_000;

const ARROW = 'application/vnd.apache.arrow.stream';

const workspacesSchema = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) });

/** The workspace that is meant. @throws {UsageError} when several could be */
export async function workspaceOf(api: ApiClient, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return wanted;
  const { items } = await api.call('GET', '/api/workspaces?limit=100', workspacesSchema);
  const [only, another] = items;
  if (only === undefined) throw new UsageError(`${api.base.origin} has no workspace that could take it`);
  if (another === undefined) return only.id;
  const names = items.map(({ slug }) => slug).join(', ');
  throw new UsageError(`${api.base.origin} has several workspaces; name one with --workspace: ${names}`);
}

/** Which execution is meant. Without a workspace all of them are asked. */
export interface RemoteExecution {
  readonly id: string;
  readonly workspace: string | null;
}

/** Asks about an execution in whatever workspace it is. @throws {UsageError} when there is no such execution */
export async function ofExecution(
  api: ApiClient,
  { id, workspace }: RemoteExecution,
  what: string,
  ask: (path: string) => Promise<Response>,
): Promise<Response> {
  const workspaces = workspace === null ? await workspacesOf(api) : [workspace];
  for (const name of workspaces) {
    const response = await ask(`/api/v1/workspaces/${encodeURIComponent(name)}/executions/${id}/${what}`).catch(
      nullIfMissing,
    );
    if (response) return response;
  }
  throw new UsageError(`${api.base.origin} has no execution ${id}`);
}

/** What a server has of an execution. @throws {UsageError} when it has no such execution */
function getOfExecution(
  api: ApiClient,
  execution: RemoteExecution,
  what: string,
  accept: string,
  timeoutMs?: number,
): Promise<Response> {
  return ofExecution(api, execution, what, (path) =>
    api.fetch('GET', path, { headers: { accept }, ...(timeoutMs !== undefined && { timeoutMs }) }),
  );
}

async function workspacesOf(api: ApiClient): Promise<readonly string[]> {
  const { items } = await api.call('GET', '/api/workspaces?limit=100', workspacesSchema);
  return items.map(({ id }) => id);
}

function nullIfMissing(error: unknown): null {
  if (error instanceof ProblemFailure && error.status === 404) return null;
  throw error;
}

/** The answer of the profile endpoint, as it is. @throws {UsageError} */
export async function fetchProfile(api: ApiClient, execution: RemoteExecution): Promise<JsonValue> {
  const response = await getOfExecution(api, execution, 'profile', 'application/json');
  return z.json().parse(await response.json());
}

/** What the trace alone does not tell: the insights of the history, and the costs by the prices of the workspace. */
const findingsSchema = profileShape.pick({ insights: true, cost: true });

/** What a server knows of an execution besides its trace. */
export type ServerFindings = z.output<typeof findingsSchema>;

/** What a server knows of an execution besides its trace. @throws {UsageError} */
export async function fetchFindings(api: ApiClient, execution: RemoteExecution): Promise<ServerFindings> {
  return findingsSchema.parse(await fetchProfile(api, execution));
}

/** An execution as a file of a format, as it comes. @throws {UsageError} @throws {CommandFailure} */
export function fetchExport(api: ApiClient, execution: RemoteExecution, format: string): Promise<Response> {
  return getOfExecution(api, execution, `export?format=${encodeURIComponent(format)}`, '*/*', EXPORT_TIMEOUT_MS);
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
export async function fetchTrace(api: ApiClient, execution: RemoteExecution, clock: Clock): Promise<Trace> {
  const response = await getOfExecution(api, execution, 'flame-chart', ARROW);
  try {
    return upToNow(decodeTrace(new Uint8Array(await response.arrayBuffer())), clock.now());
  } catch (error) {
    if (error instanceof TraceFileError) throw new UsageError(`the server's trace cannot be read: ${error.message}`);
    throw error;
  }
}

const runsSchema = z.object({
  runs: z
    .object({
      skipped: z.number(),
      items: z.array(
        z.object({
          id: z.string().nullable(),
          started_at: z.string().nullable(),
          observed_ms: z.number(),
          replayed_ms: z.number(),
          predicted_ms: z.number(),
        }),
      ),
    })
    .nullable(),
});

/** What changes come to in the other runs of an execution's workflow. @throws {UsageError} @throws {CommandFailure} */
export async function fetchOtherRuns(
  api: ApiClient,
  execution: RemoteExecution,
  changes: readonly WhatIfChange[],
  runs: number,
): Promise<NonNullable<WhatIfOptions['others']>> {
  const response = await ofExecution(api, execution, 'what-if', (path) =>
    api.fetch('POST', path, { json: { changes, runs, suggest: false }, timeoutMs: EXPORT_TIMEOUT_MS }),
  );
  const { runs: found } = runsSchema.parse(await response.json());
  // The first is the execution itself.
  return { runs: found?.items.slice(1) ?? [], skipped: found?.skipped ?? 0 };
}

import type { Profile } from '@flowprof/model';
import { z } from 'zod';

import { UsageError } from './errors.ts';

const DEFAULT_URL = 'http://127.0.0.1:7420';

/** How long a server may take to answer. */
const TIMEOUT_MS = 30_000;

const workspacesSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

/** Enough to know that a server answered with a profile: its shape is that of the same version's `Profile`. */
const profileSchema = z.custom<Profile>(
  (value) =>
    z
      .looseObject({
        execution: z.looseObject({ name: z.string(), status: z.string() }),
        counts: z.looseObject({ spans: z.number() }),
        makespan_ms: z.number().nullable(),
        bottlenecks: z.array(z.unknown()),
        retries: z.array(z.unknown()),
        insights: z.array(z.unknown()),
        warnings: z.array(z.unknown()),
      })
      .safeParse(value).success,
);

/** The JSON of an answer, or null for 404. @throws {UsageError} when the server cannot be reached or does not answer well */
async function getJson(url: URL): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new UsageError(
      `cannot reach ${url.origin}: is a flowprof server running there? (FLOWPROF_URL names another)`,
    );
  }
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok) throw new UsageError(`${url.origin} answered ${response.status}`);
  const body: unknown = await response.json();
  return body;
}

function baseUrl(env: Readonly<Record<string, string | undefined>>): URL {
  const stated = env['FLOWPROF_URL'] ?? DEFAULT_URL;
  if (!URL.canParse(stated)) throw new UsageError(`FLOWPROF_URL is no URL: ${stated}`);
  return new URL(stated);
}

/**
 * The profile of an execution of a running server. Without a workspace all are asked.
 * @throws {UsageError} when there is no such execution, or no server
 */
export async function fetchProfile(
  executionId: string,
  workspace: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Profile> {
  const base = baseUrl(env);
  const listed =
    workspace === null ? workspacesSchema.safeParse(await getJson(new URL('/api/workspaces', base))) : null;
  const workspaces = workspace === null ? (listed?.data?.items.map(({ id }) => id) ?? []) : [workspace];
  for (const id of workspaces) {
    const path = `/api/v1/workspaces/${encodeURIComponent(id)}/executions/${executionId}/profile`;
    const body = await getJson(new URL(path, base));
    if (body === null) continue;
    const profile = profileSchema.safeParse(body);
    if (profile.success) return profile.data;
    throw new UsageError(`${base.origin} did not answer with a profile`);
  }
  throw new UsageError(`${base.origin} has no execution ${executionId}`);
}

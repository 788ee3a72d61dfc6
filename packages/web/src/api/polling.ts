import { isPassing } from './errors.ts';

/** How long after a failure to look whether the server is back, in milliseconds. */
const LOST_MS = 3000;

/**
 * When to ask the server again, in milliseconds: after a while where it is away, never where it said no.
 * @param otherwise when the last answer was none of failure
 */
export function askAgainAfter(error: unknown, otherwise: number | false): number | false {
  if (error === null) return otherwise;
  return isPassing(error) ? LOST_MS : false;
}

/** The path of something of a workspace; that of a workspace that is not known yet is asked for by nobody. */
export function pathIn(workspace: string | undefined, rest: string): string {
  return `/api/v1/workspaces/${encodeURIComponent(workspace ?? '')}/${rest}`;
}

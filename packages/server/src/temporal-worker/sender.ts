import type { AttemptMessage } from './attempt.ts';
import type { Settings } from './options.ts';

/** What became of attempts that were sent. */
export type Outcome =
  | { readonly kind: 'kept' }
  /** They may be sent again, after so long where the server said that. */
  | {
      readonly kind: 'again';
      readonly why: 'unreachable' | 'refused' | 'busy';
      readonly message: string;
      readonly afterMs: number | null;
    }
  /** They are not taken as they are: fewer at once may be. */
  | { readonly kind: 'rejected'; readonly message: string };

const TIMEOUT_MS = 10_000;
const MAX_AFTER_MS = 60_000;

/** Statuses of a batch that would be answered in the same way again. */
const REJECTED = new Set([400, 413, 415, 422]);
/** Statuses of a server that is there, but does not let these in: someone has to set something right. */
const REFUSED = new Set([401, 403, 404, 405, 421]);

function afterMsOf(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_AFTER_MS) : null;
}

/** Sends attempts once. Never fails. */
export async function sendAttempts(
  { endpoint, headers }: Pick<Settings, 'endpoint' | 'headers'>,
  attempts: readonly AttemptMessage[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { origin } = endpoint;
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body: JSON.stringify({ attempts }),
      // A redirect would carry the key elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    // The answer says nothing that is needed; a connection whose answer is not read is not used again.
    await response.arrayBuffer();
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    const message = isLate ? `flowprof at ${origin} does not answer` : `flowprof at ${origin} cannot be reached`;
    return { kind: 'again', why: 'unreachable', message, afterMs: null };
  }
  const { status, ok } = response;
  if (ok) return { kind: 'kept' };
  const message = `flowprof at ${origin} answered ${status}`;
  if (REJECTED.has(status)) return { kind: 'rejected', message };
  const why = REFUSED.has(status) ? 'refused' : 'busy';
  return { kind: 'again', why, message, afterMs: afterMsOf(response) };
}

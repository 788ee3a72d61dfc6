import type { OpenPhase } from '../open-phase.ts';
import type { NetworkPolicy } from '../types.ts';
import { HttpClient } from './client.ts';
import { retryAfterMs } from './response.ts';
import { parseUrl } from './request.ts';

/** What is posted, outside of any run. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A larger answer is a failure. */
  readonly maxResponseBytes: number;
}

/** What was answered. */
export interface PostAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** How long the receiver asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
}

/** Nobody records the phases of such a request. */
const UNRECORDED: OpenPhase = {
  end: () => undefined,
  next: () => UNRECORDED,
  span: () => UNRECORDED,
  annotate: () => undefined,
};

/**
 * Posts something, with the checks of addresses that `http` nodes have, on a connection of its own. No redirect is
 * followed: it is an answer like any other.
 * @throws {NodeFailure} with one of the codes that start with `http_`, or `address_refused`; the reason of the signal
 */
export async function post(
  { url, headers, body, maxResponseBytes }: Post,
  policy: NetworkPolicy,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const client = new HttpClient({ policy, ca: [] });
  try {
    const request = { url: parseUrl(url), method: 'POST', headers, body, maxResponseBytes };
    const response = await client.send(request, UNRECORDED, signal);
    return { status: response.status, body: response.body, retryAfterMs: retryAfterMs(response) };
  } finally {
    await client.close();
  }
}

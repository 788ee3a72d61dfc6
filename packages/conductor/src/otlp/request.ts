import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '@flowprof/model';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { afterWait } from '../engine/after.ts';
import type { Timers } from '../types.ts';

/** What became of a request. */
export type Answer =
  /** Taken, apart from what the receiver says that it has refused. */
  | { readonly kind: 'taken'; readonly rejected: number; readonly message: string | null }
  /** It may be taken later; the receiver may have said how long to wait. */
  | { readonly kind: 'later'; readonly afterMs: number | null; readonly reason: string }
  /** It will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface RequestOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  readonly timeoutMs: number;
  readonly timers: Timers;
  readonly clock: Clock;
}

const compress = promisify(gzip);

/** The statuses after which the protocol lets a sender try again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** The most of an answer that is read. */
const MAX_ANSWER = 64 * 1024;

/** `ExportTraceServiceResponse` in OTLP's JSON mapping. */
const exportResponse = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: z.union([z.string().regex(/^\d+$/), z.number()]).default(0),
      errorMessage: z.string().default(''),
    })
    .default({ rejectedSpans: 0, errorMessage: '' }),
});

/** Closes idle connections soon and lets the process end meanwhile. */
const agent = new Agent({ connections: 2, pipelining: 1 });

/** Sends a body once, and says what became of it. Never throws. */
export async function post(json: string, options: RequestOptions): Promise<Answer> {
  const late = new AbortController();
  const answered = new AbortController();
  const { url, headers, timers, timeoutMs, clock } = options;
  void afterWait(timers.sleep(timeoutMs, answered.signal), () => late.abort());
  try {
    const body = options.gzip ? await compress(json, { level: 1 }) : Buffer.from(json);
    const {
      statusCode,
      headers: answer,
      body: stream,
    } = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers,
      body,
      signal: late.signal,
    });
    const text = await readText(stream);
    if (statusCode >= 200 && statusCode < 300) return taken(text);
    const reason = `the receiver answered ${statusCode}`;
    if (!RETRYABLE.has(statusCode)) return { kind: 'refused', reason };
    return { kind: 'later', afterMs: retryAfterMs(answer['retry-after'], clock), reason };
  } catch (error) {
    const reason = late.signal.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error);
    return { kind: 'later', afterMs: null, reason };
  } finally {
    answered.abort();
  }
}

/** A body as text; what is beyond the limit is left out and the connection given up. */
async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A success need not say anything that can be read. */
function taken(text: string): Answer {
  const { data } = exportResponse.safeParse(parsed(text));
  if (data === undefined) return { kind: 'taken', rejected: 0, message: null };
  const { rejectedSpans, errorMessage } = data.partialSuccess;
  return { kind: 'taken', rejected: Number(rejectedSpans), message: errorMessage.slice(0, 500) || null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfterMs(header: string | string[] | undefined, clock: Clock): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - clock.now() / 1000);
}

/** A remote codec server, which has the keys that payloads are encrypted with: Temporal's HTTP protocol, `POST <url>/decode`. */
import { isJsonObject, type JsonValue } from '@flowprof/model';
import { TemporalError } from './errors.ts';

/** A payload as JSON of Protocol Buffers has it: the values of `metadata` and `data` in Base64. */
export interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

export interface CodecServer {
  /** The address without `/decode`. */
  readonly url: string;
  readonly namespace: string;
  /** The `Authorization` header; null for none. */
  readonly authorization: string | null;
}

export interface CodecTools {
  /** How requests leave this machine. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** For one request; 10 s where it is not said. */
  readonly timeoutMs?: number;
}

/** Gives payloads decoded, in the order of what it is given. @throws {TemporalError} `codec_failed` */
export type Decode = (payloads: readonly JsonPayload[], signal?: AbortSignal) => Promise<readonly JsonPayload[]>;

/** Payloads in one request at most, and how long it and its answer may be. */
const MAX_PAYLOADS = 256;
const MAX_REQUEST_CHARS = 4 << 20;
const MAX_ANSWER_BYTES = 16 << 20;
const TIMEOUT_MS = 10_000;

/** What parses is JSON. */
const parse: (text: string) => JsonValue = JSON.parse;

function lengthOf(payload: JsonPayload): number {
  const metadata = Object.entries(payload.metadata ?? {});
  return (payload.data?.length ?? 0) + metadata.reduce((sum, [key, value]) => sum + key.length + value.length, 64);
}

function* inRequests(payloads: readonly JsonPayload[]): Generator<readonly JsonPayload[]> {
  let batch: JsonPayload[] = [];
  let chars = 0;
  for (const payload of payloads) {
    const length = lengthOf(payload);
    if (batch.length > 0 && (batch.length === MAX_PAYLOADS || chars + length > MAX_REQUEST_CHARS)) {
      yield batch;
      [batch, chars] = [[], 0];
    }
    batch.push(payload);
    chars += length;
  }
  if (batch.length > 0) yield batch;
}

async function textOfAnswer(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    const chunk: unknown = read.value;
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) {
      await reader?.cancel();
      throw new TemporalError('codec_failed', 'the answer of the codec server is too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function payloadOf(value: JsonValue): JsonPayload | null {
  if (!isJsonObject(value)) return null;
  const { metadata = {}, data = '' } = value;
  if (!isJsonObject(metadata) || typeof data !== 'string') return null;
  const entries: [string, string][] = [];
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== 'string') return null;
    entries.push([key, text]);
  }
  return { metadata: Object.fromEntries(entries), data };
}

function payloadsOf(text: string, count: number): readonly JsonPayload[] {
  let answer: JsonValue;
  try {
    answer = parse(text);
  } catch (cause) {
    throw new TemporalError('codec_failed', 'the codec server did not answer with JSON', { cause });
  }
  const list = isJsonObject(answer) ? answer['payloads'] : null;
  const payloads = Array.isArray(list) ? list.map(payloadOf) : [];
  const decoded = payloads.filter((payload) => payload !== null);
  if (decoded.length !== count || payloads.length !== count)
    throw new TemporalError('codec_failed', `the codec server answered with ${decoded.length} payloads for ${count}`);
  return decoded;
}

/** A client of a codec server. */
export function openCodec(server: CodecServer, tools: CodecTools): Decode {
  const url = `${server.url.replace(/\/+$/, '')}/decode`;
  const headers = {
    'content-type': 'application/json',
    'x-namespace': server.namespace,
    ...(server.authorization !== null && { authorization: server.authorization }),
  };
  const ask = async (batch: readonly JsonPayload[], signal?: AbortSignal): Promise<readonly JsonPayload[]> => {
    const timeout = AbortSignal.timeout(tools.timeoutMs ?? TIMEOUT_MS);
    const init: RequestInit = {
      method: 'POST',
      headers,
      body: JSON.stringify({ payloads: batch }),
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    };
    try {
      const response = await tools.fetch(url, init);
      if (!response.ok) {
        await response.body?.cancel();
        throw new TemporalError('codec_failed', `the codec server answered with status ${response.status}`);
      }
      return payloadsOf(await textOfAnswer(response), batch.length);
    } catch (cause) {
      if (cause instanceof TemporalError) throw cause;
      if (signal?.aborted === true) throw new TemporalError('cancelled', 'decoding was cancelled', { cause });
      throw new TemporalError('codec_failed', 'the codec server does not answer', { cause });
    }
  };
  return async (payloads, signal) => {
    const decoded: JsonPayload[] = [];
    for (const batch of inRequests(payloads)) decoded.push(...(await ask(batch, signal)));
    return decoded;
  };
}

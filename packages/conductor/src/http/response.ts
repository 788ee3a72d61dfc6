import type { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { JsonObject, JsonValue } from '@flowprof/model';
import { messageOf, NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import { redactText } from '../redact.ts';
import { headerOf, type RawResponse } from './exchange.ts';

const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Nobody encodes more often; each turn may unpack as much as the response may have. */
const MAX_ENCODINGS = 4;

/** No wait that a server asks for is taken as longer. */
const DAY_MS = 86_400_000;

/** The wait that a response asks for, in milliseconds: seconds or a date. */
export function retryAfterMs(response: RawResponse): number | null {
  const value = headerOf(response, 'retry-after');
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, DAY_MS);
  const date = Date.parse(value);
  const sent = Date.parse(headerOf(response, 'date') ?? '');
  return Number.isNaN(date) || Number.isNaN(sent) ? null : Math.min(Math.max(0, date - sent), DAY_MS);
}

/**
 * Undoes the content encodings of a response, none of which is asked for unless the workflow does so.
 * @throws {NodeFailure} `http_too_large` or `http_bad_body`
 */
export async function decompressed(response: RawResponse, limit: number): Promise<Buffer> {
  const codings = (headerOf(response, 'content-encoding') ?? '').toLowerCase().split(',').reverse();
  if (codings.length > MAX_ENCODINGS) {
    throw new NodeFailure('http_bad_body', `the response has more than ${MAX_ENCODINGS} content encodings`);
  }
  let { body } = response;
  for (const coding of codings.map((name) => name.trim())) {
    const undo = DECODERS.get(coding);
    if (undo === undefined || body.length === 0) continue;
    try {
      body = await undo(body, { maxOutputLength: Math.max(1, limit) });
    } catch (error) {
      if (error instanceof RangeError) {
        throw new NodeFailure('http_too_large', `the response is larger than ${limit} bytes`, { retryable: false });
      }
      throw new NodeFailure('http_bad_body', `the response cannot be decompressed: ${messageOf(error)}`);
    }
  }
  return body;
}

/** A body as text, in the character set that its type names where that is known, and otherwise in UTF-8. */
function decodeText(body: Buffer, type: string): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/**
 * A body as a value: JSON where its type says so, otherwise text; null when it is empty.
 * @throws {NodeFailure} `http_bad_body`
 */
export function valueOf(response: RawResponse, body: Buffer): JsonValue {
  const type = headerOf(response, 'content-type') ?? '';
  const text = decodeText(body, type);
  if (text === '') return null;
  if (!/[/+]json\b/i.test(type)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : text;
  } catch (error) {
    throw new NodeFailure('http_bad_body', `the response says it is JSON, but: ${messageOf(error)}`, {
      retryable: false,
    });
  }
}

/** Headers by which caches say what they did, in the order in which they are believed. */
const CACHE_HEADERS = ['cache-status', 'cf-cache-status', 'x-cache', 'x-cache-status'] as const;
const VALIDATORS = ['etag', 'cache-control'] as const;
const MAX_NOTE = 100;

/** What a response says of the caches that it came through, as the annotation to make of it; null when it says nothing. */
export function cacheNote(response: RawResponse): { label: string; metadata: JsonObject } | null {
  const noted: [string, JsonValue][] = [];
  const note = (name: string): string | null => {
    const value = headerOf(response, name);
    if (value !== null) noted.push([name.replaceAll('-', '_'), redactText(value.slice(0, MAX_NOTE))]);
    return value;
  };
  const said = CACHE_HEADERS.map(note).find((value) => value !== null) ?? '';
  for (const name of VALIDATORS) note(name);
  const age = headerOf(response, 'age');
  if (age !== null && /^\d{1,9}$/.test(age)) noted.push(['age_s', Number(age)]);
  if (response.status === 304) noted.push(['not_modified', true]);
  if (noted.length === 0) return null;
  return { label: cacheLabel(response.status, said, age), metadata: Object.fromEntries(noted) };
}

function cacheLabel(status: number, said: string, age: string | null): string {
  if (status === 304) return 'cache validated';
  if (/\bhit\b/i.test(said)) return 'cache hit';
  if (/\b(?:miss|fwd|expired|bypass|dynamic)\b/i.test(said)) return 'cache miss';
  return Number(age ?? 0) > 0 ? 'cache hit' : 'cacheable';
}

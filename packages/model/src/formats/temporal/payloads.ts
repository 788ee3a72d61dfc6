/** Payloads: what a workflow and its parts were given and gave, as the data converter of an SDK wrote it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isDeeperThan, MAX_DEPTH } from '../depth.ts';
import { isJsonArray } from '../json-reader.ts';
import { textOfBase64 } from './base64.ts';
import { listAt, objectAt, textAt } from './fields.ts';

/** A larger payload is not kept whole: 64 KiB, as of our own runs. */
const MAX_TEXT = 65_536;
/** What is kept of one that is larger, or where there is no room any more, in characters. */
const SUMMARY = 200;
/** How many payloads of one list are kept. */
const MAX_ITEMS = 20;

/** How much more of the payloads of one execution is kept, in characters; it shrinks. */
export interface Room {
  left: number;
  /** Payloads as a codec gave them back, by the `data` that they had before. */
  readonly decoded?: ReadonlyMap<string, JsonObject>;
}

/** Room for the payloads of an execution: 16 MiB, as of our own runs. */
export const ROOM_OF_EXECUTION = 16 * 1024 * 1024;

const parse: (text: string) => JsonValue = JSON.parse;

function jsonOf(text: string): JsonValue | undefined {
  try {
    const value = parse(text);
    return isDeeperThan(value, MAX_DEPTH - 8) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** The encoding of a payload: `json/plain`, `binary/encrypted`, ... Metadata are base64 in JSON. */
function encodingOf(payload: JsonObject): string {
  const metadata = objectAt(payload, 'metadata');
  const text = textAt(metadata, 'encoding');
  if (text === null) return 'unknown';
  if (text.includes('/')) return text;
  return (textOfBase64(text) ?? text).slice(0, 100);
}

function cut(text: string): JsonObject {
  return { truncated: true, characters: text.length, begins: text.slice(0, SUMMARY) };
}

function isPayload(value: JsonValue | undefined): value is JsonObject {
  return (
    isJsonObject(value) && (isJsonObject(value['metadata']) || (typeof value['data'] === 'string' && !value['type']))
  );
}

/** A value that is no payload: newer programs write JSON payloads as the values that they hold. */
function shorthand(value: JsonValue, room: Room): JsonValue {
  const text = JSON.stringify(value);
  const isKept = text.length <= MAX_TEXT && text.length <= room.left && !isDeeperThan(value, MAX_DEPTH - 8);
  if (!isKept) return cut(text);
  room.left -= text.length;
  return value;
}

/** What a payload holds, if it can be read and is not too large; else what it is. */
function decode(given: JsonObject, room: Room): JsonValue {
  const payload = room.decoded?.get(textAt(given, 'data') ?? '') ?? given;
  const encoding = encodingOf(payload);
  const data = textAt(payload, 'data') ?? '';
  if (encoding === 'binary/null') return null;
  const size = Math.floor((data.length * 3) / 4);
  const isJson = encoding === 'json/plain' || encoding === 'json/protobuf';
  if (!isJson) return { encoding, bytes: size, ...(encoding.includes('encrypted') && { encrypted: true }) };
  if (size > 16 * MAX_TEXT) return { encoding, bytes: size, truncated: true };
  const text = textOfBase64(data);
  if (text === null) return { encoding, bytes: size, undecodable: true };
  if (text.length > MAX_TEXT || text.length > room.left) return cut(text);
  room.left -= text.length;
  return jsonOf(text) ?? cut(text);
}

/** As much as a server takes in one payload, twice. */
const MAX_READ = 4 * 1024 * 1024;

/** What a JSON payload holds, whole: for what is read on, and not kept. Undefined where it is none, or cannot be read. */
export function readPayload(
  value: JsonValue | undefined,
  decoded?: ReadonlyMap<string, JsonObject>,
): JsonValue | undefined {
  if (value === undefined || value === null || !isPayload(value)) return value ?? undefined;
  const payload = decoded?.get(textAt(value, 'data') ?? '') ?? value;
  const encoding = encodingOf(payload);
  const data = textAt(payload, 'data') ?? '';
  if ((encoding !== 'json/plain' && encoding !== 'json/protobuf') || data.length > MAX_READ) return undefined;
  const text = textOfBase64(data);
  return text === null ? undefined : jsonOf(text);
}

/** A payload, or a value that stands for one. */
export function payloadValue(value: JsonValue | undefined, room: Room): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonObject(value) && Array.isArray(value['payloads'])) return payloadsValue(value, room);
  return isPayload(value) ? decode(value, room) : shorthand(value, room);
}

/** `{payloads: [...]}` or a bare list: one value by itself, several as a list. Undefined when there is none. */
export function payloadsValue(value: JsonValue | undefined, room: Room): JsonValue | undefined {
  const items = isJsonObject(value) ? listAt(value, 'payloads') : isJsonArray(value) ? value : [];
  if (items.length === 0) return isJsonObject(value) && isPayload(value) ? decode(value, room) : undefined;
  const values = items.slice(0, MAX_ITEMS).map((item) => payloadValue(item, room) ?? null);
  if (items.length > MAX_ITEMS) values.push({ truncated: true, items: items.length });
  return values.length === 1 ? values[0] : values;
}

/** A map of payloads (memo, search attributes, details of markers), decoded. */
export function payloadMap(value: JsonValue | undefined, room: Room): JsonObject | null {
  if (!isJsonObject(value)) return null;
  const inner = value['fields'] ?? value['indexedFields'] ?? value;
  if (!isJsonObject(inner)) return null;
  const entries = Object.entries(inner).slice(0, 64);
  if (entries.length === 0) return null;
  return Object.fromEntries(entries.map(([key, item]) => [key, payloadValue(item, room) ?? null]));
}

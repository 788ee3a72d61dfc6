import type { JsonObject, JsonValue } from '@flowprof/model';

const STRUCK_OUT = '[redacted]';

const SECRET_KEY =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|api[-_]?key|private[-_]?key|credential|access[-_]?key|signature|^auth$|^pwd$/i;

/** What looks like a secret wherever it stands: credentials of HTTP, our API keys, JWTs, keys of well-known services, PEM keys, credentials in URLs. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${STRUCK_OUT}`],
  [/\bfp_[A-Za-z0-9]+_[A-Za-z0-9_-]+/g, STRUCK_OUT],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g, STRUCK_OUT],
  [/\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}/g, STRUCK_OUT],
  [
    /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abpr]-[A-Za-z0-9-]{10,}/g,
    STRUCK_OUT,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, STRUCK_OUT],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi, `$1${STRUCK_OUT}@`],
  [/([?&;](?:[^=&#\s]*(?:pass|secret|token|auth|key|signature|sig)[^=&#\s]*)=)[^&#\s]+/gi, `$1${STRUCK_OUT}`],
];

/** Whether the value under a key is a secret whatever it is. */
function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** A text with everything that looks like a secret struck out. */
export function redactText(text: string): string {
  let out = text;
  for (const [pattern, by] of SECRET_TEXT) out = out.replace(pattern, by);
  return out;
}

/** A URL as it may be shown: without credentials and fragment, and with the values of secret parameters struck out. */
export function redactUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  return redactText(shown.href).slice(0, 2048);
}

const MAX_DEPTH = 4;
const MAX_ENTRIES = 20;
const MAX_TEXT = 200;
const MAX_SIZE = 2048;

/** How many characters a summary may still take. */
interface Room {
  left: number;
}

function summariseText(text: string, room: Room): string {
  const shown = redactText(text.slice(0, MAX_TEXT * 4));
  const cut = shown.slice(0, Math.max(0, Math.min(MAX_TEXT, room.left)));
  room.left -= cut.length + 2;
  return cut.length < shown.length || text.length > MAX_TEXT * 4 ? `${cut}… (${text.length} characters)` : cut;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function summariseValue(value: JsonValue, depth: number, room: Room): JsonValue {
  if (typeof value === 'string') return summariseText(value, room);
  if (typeof value !== 'object' || value === null) {
    room.left -= 6;
    return value;
  }
  if (isList(value)) {
    if (depth >= MAX_DEPTH || room.left <= 0) return `[${value.length} items]`;
    const items: JsonValue[] = [];
    for (const item of value.slice(0, MAX_ENTRIES)) {
      if (room.left <= 0) break;
      items.push(summariseValue(item, depth + 1, room));
    }
    if (items.length < value.length) items.push(`… ${value.length - items.length} more`);
    return items;
  }
  return depth >= MAX_DEPTH || room.left <= 0
    ? `{${Object.keys(value).length} fields}`
    : summariseObject(value, depth, room);
}

function summariseObject(value: JsonObject, depth: number, room: Room): JsonObject {
  const keys = Object.keys(value);
  const entries: [string, JsonValue][] = [];
  for (const key of keys.slice(0, MAX_ENTRIES)) {
    if (room.left <= 0) break;
    room.left -= key.length + 4;
    const item = value[key];
    if (item === undefined) continue;
    entries.push([key.slice(0, MAX_TEXT), isSecretKey(key) ? STRUCK_OUT : summariseValue(item, depth + 1, room)]);
  }
  if (entries.length < keys.length) entries.push(['…', `${keys.length - entries.length} more`]);
  return Object.fromEntries(entries);
}

/**
 * What is kept of an input or output: at most about 2 KiB, 4 levels and 20 entries a level, with secrets struck out by
 * key and by pattern. A value that is no object comes as `{ value }`.
 */
export function summarise(value: JsonValue): JsonObject {
  const room: Room = { left: MAX_SIZE };
  if (typeof value === 'object' && value !== null && !isList(value)) return summariseObject(value, 0, room);
  return { value: summariseValue(value, 0, room) };
}

/** Strikes secrets out of everything that is kept of a run, by key, by pattern, and by the exact values it knows. */
export interface Redactor {
  /** A text with everything that is or looks like a secret struck out. Linear in the text. Redact first, cut after. */
  text(text: string): string;
  /** A URL as it may be shown: without credentials and fragment, secret parameters struck out, at most 2,048 characters. */
  url(url: URL): string;
  /** What is kept of an input or output: an object of at most about 2 KiB. A value that is no object comes as `{ value }`. */
  summarise(value: JsonValue): JsonObject;
  /** The metadata of a span or annotation: of the same structure, with secrets struck out, at most about 8 KiB. */
  metadata(metadata: JsonObject): JsonObject;
  /** The whole value with secrets struck out. */
  json(value: JsonValue): JsonValue;
}

/** The texts in a secret value: what `createRedactor` is given for an input that is declared `secret`. */
export function secretTexts(value: JsonValue): string[] {
  const found: string[] = [];
  const left: JsonValue[] = [value];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (typeof at === 'string') found.push(at);
    else if (typeof at === 'number') found.push(String(at));
    else if (typeof at === 'object' && at !== null) for (const item of Object.values(at)) left.push(item);
  }
  return found;
}

/** A redactor that knows the values of secrets besides what secrets look like. Make one for each run. */
export function createRedactor(_secretValues: readonly string[]): Redactor {
  return { text: redactText, url: redactUrl, summarise, metadata: (metadata) => metadata, json: (value) => value };
}

import type { JsonObject, JsonValue } from '@flowprof/model';
import { isList, Summary, type Bounds, type Strike } from './redact/bounded.ts';
import { knownValues } from './redact/known-values.ts';
import { isSecretEntry, STRUCK_OUT } from './redact/names.ts';
import { redactPatterns } from './redact/patterns.ts';
import { strikeWhole } from './redact/whole.ts';

/** Strikes secrets out of everything that is kept of a run, by key, by pattern, and by the exact values it knows. */
export interface Redactor {
  /** A text with everything that is or looks like a secret struck out. Linear in the text. Redact first, cut after. */
  text(text: string): string;
  /** A URL as it may be shown: without credentials and fragment, secret parameters struck out, at most 2,048 characters. */
  url(url: URL): string;
  /**
   * What is kept of an input or output: an object of at most about 64 KiB, or 2 KiB when there is no room any more. A
   * value that is no object comes as `{ value }`.
   */
  keep(value: JsonValue, room: Room): JsonObject;
  /** The metadata of a span or annotation: the same where it holds no secret and is small, else struck out and cut. */
  metadata(metadata: JsonObject): JsonObject;
  /** The whole value with secrets struck out. */
  json(value: JsonValue): JsonValue;
}

/** How much more of the inputs and outputs of a run is kept, in characters; it shrinks. */
interface Room {
  left: number;
}

/** Room for the inputs and outputs of a run. */
export const ROOM_OF_RUN = 16 * 1024 * 1024;

const KEPT: Bounds = { depth: 32, entries: 2000, text: 65_536, size: 65_536 };
const SUMMARY: Bounds = { depth: 4, entries: 20, text: 200, size: 2048 };
const METADATA: Bounds = { depth: 6, entries: 64, text: 1024, size: 8192 };

const LONGEST_URL = 2048;

/** A part of a URL's path or query, decoded; as it is where it cannot be. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

/** A field of metadata that needs no look at what is in it: short, and of a kind that can be kept as it is. */
function isSmall(value: JsonValue): value is string | number | boolean | null {
  return value === null || typeof value === 'number' || typeof value === 'boolean' || isShort(value);
}

function isShort(value: JsonValue): value is string {
  return typeof value === 'string' && value.length <= METADATA.text;
}

function objectOf(summary: Summary, value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !isList(value)) return summary.object(value, 0);
  return { value: summary.value(value, 0) };
}

/** @param strike what strikes out a text, and knows whole values */
function redactorBy(strike: Strike): Redactor {
  const part = (text: string): string => {
    const plain = decoded(text);
    return plain !== text && strike.text(plain) !== plain ? STRUCK_OUT : text;
  };
  const isAsItIs = (metadata: JsonObject): boolean => {
    const keys = Object.keys(metadata);
    if (keys.length > 8) return false;
    return keys.every((key) => {
      const value = metadata[key] ?? null;
      if (!isSmall(value) || key.length > METADATA.text || isSecretEntry(key, value)) return false;
      if (typeof value === 'number') return !strike.isKnown(String(value));
      return typeof value !== 'string' || strike.text(value) === value;
    });
  };
  return {
    text: (text) => strike.text(text),
    url(url) {
      const shown = new URL(url);
      shown.username = '';
      shown.password = '';
      shown.hash = '';
      const struck = strike.text(shown.href);
      const parts = struck.includes('%') ? struck.replace(/[^/?&=;#]+/g, part) : struck;
      return parts.slice(0, LONGEST_URL);
    },
    keep(value, room) {
      const summary = new Summary(strike, room.left > 0 ? KEPT : SUMMARY);
      const kept = objectOf(summary, value);
      room.left -= summary.used;
      return kept;
    },
    metadata: (metadata) => (isAsItIs(metadata) ? metadata : new Summary(strike, METADATA).object(metadata, 0)),
    json: (value) => strikeWhole(value, strike),
  };
}

const BY_LOOKS = redactorBy({ text: redactPatterns, isKnown: () => false });

/**
 * A redactor that knows the values of secrets besides what secrets look like. Make one for each run.
 * @param secretValues see `secretTexts`; those of fewer than four characters are struck out as whole words only
 */
export function createRedactor(secretValues: readonly string[]): Redactor {
  if (secretValues.every((value) => value === '')) return BY_LOOKS;
  const known = knownValues(secretValues);
  return redactorBy({ text: (text) => redactPatterns(known.strike(text)), isKnown: (text) => known.isKnown(text) });
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

/** A text with everything that looks like a secret struck out. */
export function redactText(text: string): string {
  return BY_LOOKS.text(text);
}

/** A URL as it may be shown: without credentials and fragment, and with the values of secret parameters struck out. */
export function redactUrl(url: URL): string {
  return BY_LOOKS.url(url);
}

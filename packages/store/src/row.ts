import {
  isJsonObject,
  isStatus,
  SPAN_KINDS,
  toEpochMicros,
  toMicros,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
  type Micros,
  type SpanKind,
  type Status,
} from '@flowprof/model';
import { StoreError } from './errors.ts';

/** What `JSON.parse` returns is JSON. */
export function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

/** `2024-01-15 10:00:00.123456+00`, which PostgreSQL writes in UTC, as microseconds since the epoch. */
function parseTimestamp(written: string): EpochMicros {
  const match = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\+00$/.exec(written);
  if (!match) throw new StoreError('database_error', 'The database gave a time in another form than ISO in UTC');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const micros = Number((match[7] ?? '').padEnd(6, '0'));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return toEpochMicros(date.getTime() * 1000 + micros);
}

/** Microseconds since the epoch as PostgreSQL reads them, without losing a digit. */
export function timestamp(moment: EpochMicros): string {
  const seconds = Math.floor(moment / 1_000_000);
  const micros = String(moment - seconds * 1_000_000).padStart(6, '0');
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${micros}Z`);
}

/** As `timestamp`, with SQL's null for none. */
export function timestampOrNull(moment: EpochMicros | null): string | null {
  return moment === null ? null : timestamp(moment);
}

/**
 * SQL for a moment so many microseconds after another. In UTC, where that does not depend on the session's time zone:
 * Citus takes nothing else within `coalesce` and `CASE`.
 */
export function sumOf(moment: string, micros: string): string {
  return `(((${moment}) AT TIME ZONE 'UTC' + (${micros}) * interval '1 microsecond') AT TIME ZONE 'UTC')`;
}

/** Escapes in JSON text that `jsonb` refuses: U+0000 and half of a surrogate pair. Even numbers of backslashes escape each other. */
const REFUSED = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** JSON text for a `jsonb` parameter; what PostgreSQL cannot hold becomes U+FFFD. */
export function json(value: JsonValue | undefined): string {
  const written = JSON.stringify(value ?? null);
  return written.includes('\\u') ? written.replace(REFUSED, '$1\\ufffd') : written;
}

/** As `json`, with SQL's null for none. */
export function jsonOrNull(value: JsonValue | undefined): string | null {
  return value === null || value === undefined ? null : json(value);
}

/** A string for a `text` parameter, which cannot hold U+0000. */
export function text(value: string): string {
  return value.includes('\u0000') ? value.replaceAll('\u0000', '\ufffd') : value;
}

export function textOrNull(value: string | null): string | null {
  return value === null ? null : text(value);
}

/** A row of a result, read column by column: the one place where SQL's types become the model's. */
export class Row {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  text(column: string): string {
    const value = this.#values[column];
    if (typeof value !== 'string') throw this.#mismatch(column);
    return value;
  }

  textOrNull(column: string): string | null {
    return this.#isNull(column) ? null : this.text(column);
  }

  texts(column: string): readonly string[] {
    const value = this.#values[column];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw this.#mismatch(column);
    return value;
  }

  textsOrNull(column: string): readonly string[] | null {
    return this.#isNull(column) ? null : this.texts(column);
  }

  /** A whole number that JavaScript has exactly. */
  int(column: string): number {
    const value = this.#values[column];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#mismatch(column);
    return value;
  }

  /** A number of type `float8`, which need not be whole. */
  number(column: string): number {
    const value = this.#values[column];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#mismatch(column);
    return value;
  }

  numberOrNull(column: string): number | null {
    return this.#isNull(column) ? null : this.number(column);
  }

  intOrNull(column: string): number | null {
    return this.#isNull(column) ? null : this.int(column);
  }

  bool(column: string): boolean {
    const value = this.#values[column];
    if (typeof value !== 'boolean') throw this.#mismatch(column);
    return value;
  }

  bytesOrNull(column: string): Uint8Array | null {
    return this.#isNull(column) ? null : this.bytes(column);
  }

  bytes(column: string): Uint8Array {
    const value = this.#values[column];
    if (!(value instanceof Uint8Array)) throw this.#mismatch(column);
    return value;
  }

  json(column: string): JsonValue {
    if (this.#isNull(column)) return null;
    const value: unknown = JSON.parse(this.text(column));
    if (!isJson(value)) throw this.#mismatch(column);
    return value;
  }

  object(column: string): JsonObject {
    const value = this.json(column);
    if (!isJsonObject(value)) throw this.#mismatch(column);
    return value;
  }

  objectOrNull(column: string): JsonObject | null {
    return this.#isNull(column) ? null : this.object(column);
  }

  micros(column: string): Micros {
    return toMicros(this.int(column));
  }

  microsOrNull(column: string): Micros | null {
    return this.#isNull(column) ? null : this.micros(column);
  }

  moment(column: string): EpochMicros {
    return parseTimestamp(this.text(column));
  }

  momentOrNull(column: string): EpochMicros | null {
    return this.#isNull(column) ? null : this.moment(column);
  }

  status(column: string): Status {
    const value = this.text(column);
    if (!isStatus(value)) throw this.#mismatch(column);
    return value;
  }

  spanKind(column: string): SpanKind {
    const value = this.text(column);
    const kind = SPAN_KINDS.find((known) => known === value);
    if (kind === undefined) throw this.#mismatch(column);
    return kind;
  }

  #isNull(column: string): boolean {
    return this.#values[column] === null;
  }

  #mismatch(column: string): StoreError {
    return new StoreError('database_error', `The database gave something unexpected for ${column}`);
  }
}

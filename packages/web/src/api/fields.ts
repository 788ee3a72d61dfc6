import { isStatus, type Status } from '@flowprof/model';
import { ApiError } from './errors.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the fields of a JSON object that came from outside; a field of another type than asked for is an error. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @throws {ApiError} `bad_response` when the value is no object */
  constructor(value: unknown, path = '') {
    this.#path = path;
    if (!isRecord(value)) throw this.#wrong('an object');
    this.#values = value;
  }

  #wrong(expected: string, key = ''): ApiError {
    return new ApiError('bad_response', `The server's answer has no ${expected} at ${this.#path}/${key}.`);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** All of it as it came. */
  plain(): unknown {
    return this.#values;
  }

  any(key: string): unknown {
    return this.#values[key] ?? null;
  }

  string(key: string): string {
    const value = this.#values[key];
    if (typeof value !== 'string') throw this.#wrong('text', key);
    return value;
  }

  /** Null also where the field is absent. */
  optionalString(key: string): string | null {
    return this.any(key) === null ? null : this.string(key);
  }

  number(key: string): number {
    const value = this.#values[key];
    if (typeof value !== 'number') throw this.#wrong('number', key);
    return value;
  }

  /** Null also where the field is absent. */
  optionalNumber(key: string): number | null {
    return this.any(key) === null ? null : this.number(key);
  }

  status(key: string): Status {
    const value = this.string(key);
    if (!isStatus(value)) throw this.#wrong('status', key);
    return value;
  }

  /** A moment in ISO 8601 as milliseconds since the epoch. */
  optionalTime(key: string): number | null {
    const text = this.optionalString(key);
    if (text === null) return null;
    const time = Date.parse(text);
    if (Number.isNaN(time)) throw this.#wrong('time', key);
    return time;
  }

  /** A JSON object as it is; empty where the field is absent. */
  record(key: string): Readonly<Record<string, unknown>> {
    const value = this.any(key);
    if (value === null) return {};
    if (!isRecord(value)) throw this.#wrong('object', key);
    return value;
  }

  /** An object inside. */
  object(key: string): Fields {
    return new Fields(this.#values[key], `${this.#path}/${key}`);
  }

  /** What an object inside is read as; null where it is null or absent. */
  optionalObject<T>(key: string, read: (item: Fields) => T): T | null {
    return this.any(key) === null ? null : read(this.object(key));
  }

  boolean(key: string): boolean {
    const value = this.#values[key];
    if (typeof value !== 'boolean') throw this.#wrong('yes or no', key);
    return value;
  }

  /** A list of texts. */
  strings(key: string): string[] {
    const value: unknown = this.#values[key];
    if (!Array.isArray(value)) throw this.#wrong('list', key);
    return value.map((item: unknown) => {
      if (typeof item !== 'string') throw this.#wrong('text', key);
      return item;
    });
  }

  /** A list of numbers, null where one is not known. */
  numbers(key: string): (number | null)[] {
    const value: unknown = this.#values[key];
    if (!Array.isArray(value)) throw this.#wrong('list', key);
    return value.map((item: unknown) => {
      if (item !== null && typeof item !== 'number') throw this.#wrong('number', key);
      return item;
    });
  }

  list<T>(key: string, read: (item: Fields) => T): T[] {
    const value: unknown = this.#values[key];
    if (!Array.isArray(value)) throw this.#wrong('list', key);
    return value.map((item: unknown, at) => read(new Fields(item, `${this.#path}/${key}/${at}`)));
  }
}

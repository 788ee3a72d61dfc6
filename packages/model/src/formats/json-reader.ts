import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { TraceFileError } from './errors.ts';

/** A step of a JSON pointer, escaped as RFC 6901 says. */
function step(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Whether a parsed JSON value is an array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isString(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

const parse: (text: string) => JsonValue = JSON.parse;

/**
 * A place in a JSON document together with its JSON pointer, so that whatever is wrong there can be named.
 * Every method throws a `TraceFileError` of code `malformed` when the value is not what was asked for.
 */
export class JsonReader {
  readonly value: JsonValue | undefined;
  readonly #parent: JsonReader | null;
  readonly #key: string | number;

  constructor(value: JsonValue | undefined, parent: JsonReader | null = null, key: string | number = '') {
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** The JSON pointer of this place; empty for the document itself. */
  get pointer(): string {
    return this.#parent === null ? '' : this.#parent.pointer + step(this.#key);
  }

  fail(expected: string): never {
    const found = this.value === undefined ? 'missing' : `not ${expected}`;
    const where = this.pointer || '(the document)';
    throw new TraceFileError(
      'malformed',
      `${where} is ${found}${this.value === undefined ? `; expected ${expected}` : ''}`,
    );
  }

  /** Whether the value is absent or null. */
  get isNull(): boolean {
    return this.value === undefined || this.value === null;
  }

  object(): JsonObject {
    return isJsonObject(this.value) ? this.value : this.fail('an object');
  }

  array(): readonly JsonValue[] {
    return isJsonArray(this.value) ? this.value : this.fail('an array');
  }

  /** A field of an object; absent fields give a reader of `undefined`. */
  at(key: string): JsonReader {
    const object = this.object();
    return new JsonReader(Object.hasOwn(object, key) ? object[key] : undefined, this, key);
  }

  /** The items of an array. */
  items(): JsonReader[] {
    return this.array().map((value, index) => new JsonReader(value, this, index));
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a string');
  }

  integer(): number {
    const { value } = this;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.fail('a whole number');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.fail('true or false');
  }

  /** The value by one of the other methods, or null where it is null or absent. */
  optional<T>(read: (reader: JsonReader) => T): T | null {
    return this.isNull ? null : read(this);
  }

  /** An array of strings. */
  strings(): readonly string[] {
    const values = this.array();
    return values.every(isString) ? values : this.#failAtFirst('a string', isString);
  }

  /** An array of finite numbers. */
  numbers(): readonly number[] {
    const values = this.array();
    return values.every(isNumber) ? values : this.#failAtFirst('a number', isNumber);
  }

  #failAtFirst(expected: string, good: (value: JsonValue) => boolean): never {
    const index = this.array().findIndex((value) => !good(value));
    return new JsonReader(this.array()[index], this, index).fail(expected);
  }
}

/** Parses JSON text. @throws {TraceFileError} `malformed`, with the engine's reason, when it is not JSON. */
export function parseJson(text: string): JsonValue {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : 'not JSON';
    throw new TraceFileError('malformed', `not valid JSON: ${reason}`);
  }
}

import { isJsonObject, type JsonValue } from '../json.ts';

/** A value as OTLP's JSON mapping writes it: 64-bit integers are decimal strings. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

/** An attribute of a span, an event or a resource. */
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** How much is kept. */
interface Limits {
  readonly attributes: number;
  readonly list: number;
  readonly text: number;
}

/** What goes over the network: as many attributes as the SDKs of OpenTelemetry keep by default. */
const NETWORK: Limits = { attributes: 128, list: 128, text: 4096 };
/** What goes into files, in which nothing is lost. */
const FILE: Limits = { attributes: Infinity, list: Infinity, text: Infinity };
/** How many fields of a value are looked at before objects inside it are left out. */
const MAX_FIELDS = 1000;

/** The attribute that lists those whose values are JSON, because attributes have no place for all of them. */
const JSON_FIELDS = 'workflow.json_fields';

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Whether a value comes back from attributes as it was. */
function isExact(value: JsonValue): boolean {
  const waiting: JsonValue[] = [value];
  for (const part of waiting) {
    if (isScalar(part)) continue;
    if (part === null || waiting.length > MAX_FIELDS) return false;
    if (!isJsonObject(part)) {
      if (!part.every(isScalar)) return false;
      continue;
    }
    const fields = Object.entries(part);
    if (fields.length === 0) return false;
    for (const [name, inner] of fields) {
      if (name === '' || name.includes('.') || name === '__proto__') return false;
      waiting.push(inner);
    }
  }
  return true;
}

/** The attributes of one span, event or resource: what does not fit is counted. A later value of a key is left out. */
export class Attributes {
  readonly list: KeyValue[] = [];
  dropped = 0;
  /** Whether whatever is added can be read back as it was. */
  readonly isExact: boolean;
  readonly #limits: Limits;
  readonly #known = new Set<string>();
  readonly #json: string[] = [];

  /** @param purpose whether they are bounded, for the network, or whole */
  constructor(purpose: 'network' | 'file' = 'network') {
    this.isExact = purpose === 'file';
    this.#limits = this.isExact ? FILE : NETWORK;
  }

  /**
   * Adds a value. An object becomes one attribute for each of its fields, with the names joined by dots, since most
   * readers can only search flat ones; a list of anything but scalars becomes JSON. Null is left out.
   */
  add(key: string, value: JsonValue | undefined): this {
    if (value === undefined || value === null) return this;
    if (isScalar(value)) this.#put(key, this.#scalarOf(value));
    else this.#addParts(key, value);
    return this;
  }

  /**
   * Adds a field of metadata. For a file, what would not come back as it was becomes JSON, and is listed.
   * @param name what the attribute is called
   * @param key what the field is called
   */
  addField(name: string, key: string, value: JsonValue): void {
    const isNested = name.startsWith('workflow.') && (key === '' || key.includes('.'));
    if (!this.isExact || (isExact(value) && !isNested)) {
      this.add(name, value);
      return;
    }
    this.#json.push(name);
    this.add(name, JSON.stringify(value));
  }

  /** Lists what was added as JSON. */
  close(): this {
    if (this.#json.length > 0) this.add(JSON_FIELDS, this.#json);
    return this;
  }

  #scalarOf(value: Scalar): AnyValue {
    if (typeof value === 'string') return { stringValue: value.slice(0, this.#limits.text) };
    if (typeof value === 'boolean') return { boolValue: value };
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }

  #addParts(key: string, value: JsonValue): void {
    const waiting: (readonly [string, JsonValue])[] = [[key, value]];
    for (const [name, part] of waiting) {
      if (part === null) continue;
      if (isScalar(part)) this.#put(name, this.#scalarOf(part));
      else if (Array.isArray(part)) this.#putList(name, part);
      else if (waiting.length > MAX_FIELDS) this.dropped++;
      else for (const [field, inner] of Object.entries(part)) waiting.push([`${name}.${field}`, inner]);
    }
  }

  #putList(key: string, list: readonly JsonValue[]): void {
    const most = this.#limits.list;
    const scalars = list.slice(0, most).filter(isScalar);
    if (scalars.length < Math.min(list.length, most)) this.#put(key, this.#scalarOf(JSON.stringify(list)));
    else this.#put(key, { arrayValue: { values: scalars.map((item) => this.#scalarOf(item)) } });
  }

  #put(key: string, value: AnyValue): void {
    if (this.#known.has(key)) return;
    if (this.list.length >= this.#limits.attributes) {
      this.dropped++;
      return;
    }
    this.#known.add(key);
    this.list.push({ key, value });
  }
}

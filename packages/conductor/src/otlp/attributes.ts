import type { JsonValue } from '@flowprof/model';

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

/** As many as the SDKs of OpenTelemetry keep by default. */
const MAX_ATTRIBUTES = 128;
const MAX_LIST = 128;
/** How many fields of a value are looked at before objects inside it are left out. */
const MAX_FIELDS = 1000;
const MAX_TEXT = 4096;

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function scalarOf(value: Scalar): AnyValue {
  if (typeof value === 'string') return { stringValue: value.slice(0, MAX_TEXT) };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** The attributes of one span, event or resource: what does not fit is counted. A later value of a key is left out. */
export class Attributes {
  readonly list: KeyValue[] = [];
  dropped = 0;

  /**
   * Adds a value. An object becomes one attribute for each of its fields, with the names joined by dots, since most
   * readers can only search flat ones; a list of anything but scalars becomes JSON. Null is left out.
   */
  add(key: string, value: JsonValue | undefined): this {
    if (value === undefined || value === null) return this;
    if (isScalar(value)) this.#put(key, scalarOf(value));
    else this.#addParts(key, value);
    return this;
  }

  #addParts(key: string, value: JsonValue): void {
    const waiting: (readonly [string, JsonValue])[] = [[key, value]];
    for (const [name, part] of waiting) {
      if (part === null) continue;
      if (isScalar(part)) this.#put(name, scalarOf(part));
      else if (Array.isArray(part)) this.#putList(name, part);
      else if (waiting.length > MAX_FIELDS) this.dropped++;
      else for (const [field, inner] of Object.entries(part)) waiting.push([`${name}.${field}`, inner]);
    }
  }

  #putList(key: string, list: readonly JsonValue[]): void {
    const scalars = list.slice(0, MAX_LIST).filter(isScalar);
    if (scalars.length < Math.min(list.length, MAX_LIST)) this.#put(key, scalarOf(JSON.stringify(list)));
    else this.#put(key, { arrayValue: { values: scalars.map(scalarOf) } });
  }

  #put(key: string, value: AnyValue): void {
    for (const known of this.list) if (known.key === key) return;
    if (this.list.length >= MAX_ATTRIBUTES) {
      this.dropped++;
      return;
    }
    this.list.push({ key, value });
  }
}

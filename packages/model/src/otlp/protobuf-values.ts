import { wholeTextOf } from '../formats/web.ts';
import type { AttributePool } from './builder.ts';
import { ATTRIBUTE } from './columns.ts';
import type { OtlpStringTable } from './strings.ts';
import { JsonBuilder, MAX_VALUE_DEPTH } from './values.ts';
import { malformedAt, type WireReader } from './wire.ts';

/** Tags of `KeyValue`: the number of the field times eight, and its wire type. */
const KEY_VALUE = { key: 0x0a, value: 0x12 } as const;

/** Tags of `AnyValue`. */
const ANY = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21, array: 0x2a, list: 0x32, bytes: 0x3a } as const;
/** The highest field of `AnyValue`, `KeyValue`. */
const LAST_ANY = 7;
const LAST_KEY_VALUE = 2;

/** Tag of `values` in `ArrayValue` and `KeyValueList`. */
const VALUES = 0x0a;

const float = new DataView(new ArrayBuffer(8));

/** The double of 64 bits. */
function doubleOf(low: number, high: number): number {
  float.setUint32(0, low, true);
  float.setUint32(4, high, true);
  return float.getFloat64(0, true);
}

/** The integer of 64 bits in two's complement, as a text where a number would not be exact. */
function intOf(low: number, high: number): number | string {
  const number = (high | 0) * 2 ** 32 + low;
  if (Number.isSafeInteger(number)) return number;
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString();
}

/** A field that is known by its number, but of another wire type, is refused; others are skipped. */
export function skipUnknown(wire: WireReader, tag: number, end: number, lastKnown: number): void {
  if (tag >>> 3 <= lastKnown) throw malformedAt('a field of another wire type', wire.at);
  wire.skip(tag, end);
}

/** An array or list that is being written: what is left of its message. */
interface Open {
  readonly bracket: ']' | '}';
  at: number;
  readonly end: number;
}

/** Reads `KeyValue` and `AnyValue` into attributes. */
export class ValueReader {
  readonly #wire: WireReader;
  readonly #strings: OtlpStringTable;
  /** Whether a value was nested too deep since this was last set to false. */
  isCut = false;
  /** What was set last of an `AnyValue`: its type, and a number or the bytes from one place to another. */
  #type: number = ATTRIBUTE.empty;
  #value = 0;
  #text = '';
  #from = 0;
  #to = 0;
  /** Of a nested value: whether it is a list of keys and values. */
  #isList = false;

  constructor(wire: WireReader, strings: OtlpStringTable) {
    this.#wire = wire;
    this.#strings = strings;
  }

  /** Reads a `KeyValue` that ends at `end` and adds it to a pool. */
  addKeyValue(pool: AttributePool, end: number): void {
    const wire = this.#wire;
    let key = 0;
    let type: number = ATTRIBUTE.empty;
    let value = 0;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag === KEY_VALUE.key) {
        const next = wire.length(end);
        key = this.#strings.ofBytes(wire.view, wire.at, next);
        wire.at = next;
      } else if (tag === KEY_VALUE.value) {
        this.#scan(wire.length(end));
        type = this.#type;
        value = this.#store();
      } else skipUnknown(wire, tag, end, LAST_KEY_VALUE);
    }
    pool.add(key, type, value);
  }

  /** Finds what is set of an `AnyValue` that ends at `end`; of several the last counts. */
  #scan(end: number): void {
    const wire = this.#wire;
    this.#type = ATTRIBUTE.empty;
    this.#value = 0;
    while (wire.at < end) {
      const tag = wire.tag(end);
      switch (tag) {
        case ANY.string:
          this.#range(ATTRIBUTE.string, end);
          break;
        case ANY.bool:
          wire.varint(end);
          this.#type = ATTRIBUTE.bool;
          this.#value = wire.low === 0 && wire.high === 0 ? 0 : 1;
          break;
        case ANY.int:
          wire.varint(end);
          this.#setInt(intOf(wire.low, wire.high));
          break;
        case ANY.double:
          wire.fixed64(end);
          this.#type = ATTRIBUTE.double;
          this.#value = doubleOf(wire.low, wire.high);
          break;
        case ANY.array:
        case ANY.list:
          this.#range(ATTRIBUTE.json, end);
          this.#isList = tag === ANY.list;
          break;
        case ANY.bytes:
          this.#range(ATTRIBUTE.bytes, end);
          break;
        default:
          skipUnknown(wire, tag, end, LAST_ANY);
      }
    }
  }

  #range(type: number, end: number): void {
    const wire = this.#wire;
    this.#to = wire.length(end);
    this.#from = wire.at;
    this.#type = type;
    wire.at = this.#to;
  }

  #setInt(value: number | string): void {
    if (typeof value === 'number') {
      this.#type = ATTRIBUTE.int;
      this.#value = value;
    } else {
      this.#type = ATTRIBUTE.bigint;
      this.#text = value;
    }
  }

  /** What `#scan` found, as the value of an attribute of that type. */
  #store(): number {
    switch (this.#type) {
      case ATTRIBUTE.string:
      case ATTRIBUTE.bytes:
        return this.#strings.ofBytes(this.#wire.view, this.#from, this.#to);
      case ATTRIBUTE.bigint:
        return this.#strings.of(this.#text);
      case ATTRIBUTE.json:
        return this.#strings.of(this.#json());
      default:
        return this.#value;
    }
  }

  /** Writes the array or list that `#scan` found as JSON. A list of what is open stands for a recursion. */
  #json(): string {
    const wire = this.#wire;
    const { at } = wire;
    const json = new JsonBuilder();
    const open: Open[] = [];
    this.#write(json, open);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.at >= top.end) {
        json.close(top.bracket);
        open.pop();
        continue;
      }
      wire.at = top.at;
      const tag = wire.tag(top.end);
      if (tag !== VALUES) {
        skipUnknown(wire, tag, top.end, 1);
        top.at = wire.at;
        continue;
      }
      const next = wire.length(top.end);
      top.at = next;
      if (top.bracket === ']') this.#scan(next);
      else this.#scanKeyValue(json, next);
      this.#write(json, open);
    }
    wire.at = at;
    if (json.isCut) this.isCut = true;
    return json.text;
  }

  /** Writes the key of a `KeyValue` and finds its value. */
  #scanKeyValue(json: JsonBuilder, end: number): void {
    const wire = this.#wire;
    let key = '';
    let from = end;
    let to = end;
    while (wire.at < end) {
      const tag = wire.tag(end);
      if (tag !== KEY_VALUE.key && tag !== KEY_VALUE.value) {
        skipUnknown(wire, tag, end, LAST_KEY_VALUE);
        continue;
      }
      const next = wire.length(end);
      if (tag === KEY_VALUE.key) key = wholeTextOf(wire.bytes.subarray(wire.at, next));
      else [from, to] = [wire.at, next];
      wire.at = next;
    }
    json.key(key);
    wire.at = from;
    this.#scan(to);
  }

  /** Writes what `#scan` found; of an array or list only its beginning. */
  #write(json: JsonBuilder, open: Open[]): void {
    const bytes = this.#wire.bytes.subarray(this.#from, this.#to);
    switch (this.#type) {
      case ATTRIBUTE.string:
        json.string(wholeTextOf(bytes));
        break;
      case ATTRIBUTE.bigint:
        json.string(this.#text);
        break;
      case ATTRIBUTE.bytes:
        json.bytes(bytes);
        break;
      case ATTRIBUTE.bool:
        json.bool(this.#value !== 0);
        break;
      case ATTRIBUTE.int:
      case ATTRIBUTE.double:
        json.number(this.#value);
        break;
      case ATTRIBUTE.json:
        if (open.length >= MAX_VALUE_DEPTH) json.cut();
        else {
          json.open(this.#isList ? '{' : '[');
          open.push({ bracket: this.#isList ? '}' : ']', at: this.#from, end: this.#to });
        }
        break;
      default:
        json.empty();
    }
  }
}

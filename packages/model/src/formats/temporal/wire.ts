/**
 * Protocol Buffers by a table of messages instead of generated classes: what comes out is what the JSON mapping of
 * Protocol Buffers gives, so that a history is read in one way whatever it is written in.
 * Source of the encoding: https://protobuf.dev/programming-guides/encoding/
 */
import type { JsonObject, JsonValue } from '../../json.ts';
import { TraceFileError } from '../errors.ts';
import { textOf } from '../web.ts';
import { base64Of } from './base64.ts';
import { ENUMS, MESSAGES } from './schema.ts';

/** As deep as other readers of the format go. */
const MAX_NESTING = 100;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

interface Kind {
  readonly type: 'int' | 'bool' | 'string' | 'bytes' | 'double' | 'float' | 'enum' | 'message';
  /** The message or enum. */
  readonly of: string;
}

interface Field {
  readonly name: string;
  readonly shape: 'one' | 'list' | 'map';
  readonly kind: Kind;
}

const TYPES = ['int', 'bool', 'string', 'bytes', 'double', 'float', 'enum', 'message'] as const;

function kindOf(words: readonly string[]): Kind {
  const type = TYPES.find((known) => known === words[0]) ?? 'bytes';
  return { type, of: words[1] ?? '' };
}

function fieldOf(words: readonly string[]): Field {
  const [, name = '', first = ''] = words;
  const shape = first === 'list' || first === 'map' ? first : 'one';
  return { name, shape, kind: kindOf(words.slice(shape === 'one' ? 2 : 3)) };
}

/** Entries of the tables of `schema.ts`, by their numbers. */
function parseEntry<T>(text: string, make: (words: readonly string[]) => T): Map<number, T> {
  const entries = text === '' ? [] : text.split('; ').map((part) => part.split(' '));
  return new Map(entries.map((words) => [Number(words[0]), make(words)]));
}

/** Parses each entry of a table once, when it is first asked for. */
function lazily<T>(table: Readonly<Record<string, string>>, make: (words: readonly string[]) => T) {
  const known = new Map<string, Map<number, T>>();
  return (name: string): Map<number, T> => {
    let entry = known.get(name);
    if (entry === undefined) known.set(name, (entry = parseEntry(table[name] ?? '', make)));
    return entry;
  };
}

const fieldsOf = lazily(MESSAGES, fieldOf);
const valuesOf = lazily(ENUMS, (words) => words[1] ?? '');

/** The name of the value of an enum of `schema.ts`, or null. */
export function enumName(name: string, value: number): string | null {
  return valuesOf(name).get(value) ?? null;
}

function broken(what: string, at: number): TraceFileError {
  return new TraceFileError('malformed', `not a valid protobuf message: ${what} at byte ${at}`);
}

const TWO_63 = 1n << 63n;
const TWO_64 = 1n << 64n;

/** Reads the parts of a message, and says where it is broken. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;
  end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.end = bytes.length;
  }

  /** A varint as an unsigned number below 2^53, or as the exact digits of the signed 64-bit integer that it is. */
  varint(): number | string {
    let value = 0;
    let factor = 1;
    const from = this.at;
    for (let count = 0; count < 7; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    this.at = from;
    return this.#longVarint();
  }

  /** The length of what follows, which has to be there. */
  length(): number {
    const length = this.varint();
    if (typeof length !== 'number' || length > this.end - this.at)
      throw broken('a field is longer than the rest', this.at);
    return length;
  }

  bytes(): Uint8Array {
    const length = this.length();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** The next field's number and wire type; null at the end. */
  tag(): { readonly number: number; readonly wire: number } | null {
    if (this.at >= this.end) return null;
    const tag = this.varint();
    if (typeof tag !== 'number' || tag < 8 || tag > 0xffffffff) throw broken('a field number is out of range', this.at);
    return { number: Math.floor(tag / 8), wire: tag % 8 };
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.bytes();
    else if (wire === FIXED64) this.#move(8);
    else if (wire === FIXED32) this.#move(4);
    else throw broken(`a field of wire type ${wire}`, this.at);
  }

  double(): number {
    this.#move(8);
    return this.#view.getFloat64(this.at - 8, true);
  }

  float(): number {
    this.#move(4);
    return this.#view.getFloat32(this.at - 4, true);
  }

  #byte(): number {
    if (this.at >= this.end) throw broken('a number is cut off', this.at);
    return this.#bytes[this.at++];
  }

  #move(count: number): void {
    if (this.end - this.at < count) throw broken('a number is cut off', this.at);
    this.at += count;
  }

  #longVarint(): number | string {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      const wrapped = value % TWO_64;
      const signed = wrapped >= TWO_63 ? wrapped - TWO_64 : wrapped;
      const number = Number(signed);
      return Number.isSafeInteger(number) ? number : signed.toString();
    }
    throw broken('a number is too long', this.at);
  }
}

function wireOf({ type }: Kind): number {
  if (type === 'double') return FIXED64;
  if (type === 'float') return FIXED32;
  return type === 'string' || type === 'bytes' || type === 'message' ? LENGTH : VARINT;
}

function zeroOf({ type }: Kind): JsonValue {
  if (type === 'string' || type === 'bytes') return '';
  if (type === 'bool') return false;
  return type === 'message' ? {} : 0;
}

function readValue(reader: WireReader, kind: Kind, nesting: number): JsonValue {
  switch (kind.type) {
    case 'int':
      return reader.varint();
    case 'bool':
      return reader.varint() !== 0;
    case 'string':
      return textOf(reader.bytes());
    case 'bytes':
      return base64Of(reader.bytes());
    case 'double':
      return reader.double();
    case 'float':
      return reader.float();
    case 'enum': {
      const value = reader.varint();
      return (typeof value === 'number' ? enumName(kind.of, value) : null) ?? value;
    }
    case 'message': {
      const length = reader.length();
      const end = reader.end;
      reader.end = reader.at + length;
      const message = readFields(reader, kind.of, nesting + 1);
      reader.end = end;
      return message;
    }
    default:
      return kind.type satisfies never;
  }
}

/** An entry of a map: a message with a key and a value. */
function readEntry(reader: WireReader, kind: Kind, nesting: number): [string, JsonValue] {
  const length = reader.length();
  const end = reader.end;
  reader.end = reader.at + length;
  let key = '';
  let value = zeroOf(kind);
  for (let tag = reader.tag(); tag !== null; tag = reader.tag()) {
    if (tag.number === 1 && tag.wire === LENGTH) key = textOf(reader.bytes());
    else if (tag.number === 2 && tag.wire === wireOf(kind)) value = readValue(reader, kind, nesting);
    else reader.skip(tag.wire);
  }
  reader.end = end;
  return [key, value];
}

/** Numbers of a list that are written one after the other in one field. */
function readPacked(reader: WireReader, kind: Kind, into: JsonValue[]): void {
  const length = reader.length();
  const until = reader.at + length;
  while (reader.at < until) into.push(readValue(reader, kind, 0));
}

/** The fields of a message up to the reader's end. Recursive, to a depth that does not depend on the data. */
function readFields(reader: WireReader, name: string, nesting: number): JsonObject {
  if (nesting > MAX_NESTING) throw broken(`messages nested deeper than ${MAX_NESTING}`, reader.at);
  const fields = fieldsOf(name);
  const lists = new Map<string, JsonValue[]>();
  const maps = new Map<string, [string, JsonValue][]>();
  const values: [string, JsonValue][] = [];
  const unknown: JsonValue[] = [];
  for (let tag = reader.tag(); tag !== null; tag = reader.tag()) {
    const field = fields.get(tag.number);
    if (field?.shape === 'map' && tag.wire === LENGTH) {
      const entries = maps.get(field.name) ?? [];
      entries.push(readEntry(reader, field.kind, nesting));
      maps.set(field.name, entries);
    } else if (field?.shape === 'list' && (tag.wire === LENGTH || tag.wire === wireOf(field.kind))) {
      const items = lists.get(field.name) ?? [];
      if (tag.wire === wireOf(field.kind)) items.push(readValue(reader, field.kind, nesting));
      else readPacked(reader, field.kind, items);
      lists.set(field.name, items);
    } else if (field?.shape === 'one' && tag.wire === wireOf(field.kind)) {
      values.push([field.name, readValue(reader, field.kind, nesting)]);
    } else {
      if (unknown.length < 16) unknown.push(tag.number);
      reader.skip(tag.wire);
    }
  }
  for (const [key, items] of lists) values.push([key, items]);
  for (const [key, entries] of maps) values.push([key, Object.fromEntries(entries)]);
  if (unknown.length > 0) values.push(['unknownFields', unknown]);
  return Object.fromEntries(values);
}

/** A message of `schema.ts` as the plain object that its JSON would be. @throws {TraceFileError} `malformed` */
export function readMessage(bytes: Uint8Array, name: string): JsonObject {
  return readFields(new WireReader(bytes), name, 0);
}

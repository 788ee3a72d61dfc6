import {
  ATTRIBUTE,
  attributesAt,
  OTLP_STATUS,
  type OtlpAttributes,
  type OtlpEvents,
  type OtlpLinks,
  type OtlpSpans,
} from './columns.ts';
import { OtlpStringTable, OtlpTexts, viewOf } from './strings.ts';

/** Spans by their part and row: the one in row `rows[i]` of part `parts[i]`. */
export interface SpanPicks {
  readonly parts: readonly number[];
  readonly rows: readonly number[];
}

const ZERO = 0;

/** Attributes that are copied from several parts into one pool. */
class Pool {
  readonly #offsets: Uint32Array<ArrayBuffer>;
  readonly #key: Uint32Array<ArrayBuffer>;
  readonly #type: Uint8Array<ArrayBuffer>;
  readonly #value: Float64Array<ArrayBuffer>;
  #owners = 0;
  #length = 0;

  constructor(owners: number, length: number) {
    this.#offsets = new Uint32Array(owners + 1);
    this.#key = new Uint32Array(length);
    this.#type = new Uint8Array(length);
    this.#value = new Float64Array(length);
  }

  /** The next owner has what one has in a part. */
  copy(from: OtlpAttributes, owner: number, string: Renumber): void {
    const end = from.offsets[owner + 1];
    let length = this.#length;
    for (let at = from.offsets[owner]; at < end; at++, length++) {
      const type = from.type[at];
      this.#key[length] = string(from.key[at]);
      this.#type[length] = type;
      this.#value[length] = isOfString(type) ? string(from.value[at]) : from.value[at];
    }
    this.#length = length;
    this.#offsets[++this.#owners] = length;
  }

  finish(): OtlpAttributes {
    return { offsets: this.#offsets, key: this.#key, type: this.#type, value: this.#value };
  }
}

/** Whether the value of an attribute of a type (see `ATTRIBUTE`) is the number of a string. */
function isOfString(type: number): boolean {
  const { string, bigint, json, bytes } = ATTRIBUTE;
  return type === string || type === bigint || type === json || type === bytes;
}

/** The strings of a part by the numbers that they have in what is gathered. */
class Renumbering {
  readonly #numbers: Uint32Array;
  /** In which round a number was given. */
  readonly #rounds: Uint32Array;
  readonly #part: OtlpSpans;
  readonly #view: DataView;

  constructor(part: OtlpSpans) {
    this.#part = part;
    this.#view = viewOf(part.strings.bytes);
    this.#numbers = new Uint32Array(part.strings.length);
    this.#rounds = new Uint32Array(part.strings.length);
  }

  of(number: number, round: number, table: OtlpStringTable): number {
    if (this.#rounds[number] === round) return this.#numbers[number];
    const { offsets } = this.#part.strings;
    const given = table.ofBytes(this.#view, offsets[number], offsets[number + 1]);
    this.#rounds[number] = round;
    this.#numbers[number] = given;
    return given;
  }
}

/** Rows of a side table (resources or scopes) that are the same in what is gathered, by their content. */
class SideRows {
  readonly picked: { readonly part: number; readonly row: number }[] = [];
  readonly #byPlace = new Map<number, number>();
  readonly #byContent = new Map<string, number>();

  of(part: number, row: number, content: () => string): number {
    const place = part * 2 ** 20 + row;
    const known = this.#byPlace.get(place);
    if (known !== undefined) return known;
    const key = content();
    let given = this.#byContent.get(key);
    if (given === undefined) {
      given = this.picked.push({ part, row }) - 1;
      this.#byContent.set(key, given);
    }
    this.#byPlace.set(place, given);
    return given;
  }
}

function contentOf(from: OtlpAttributes, owner: number, string: Renumber): string {
  let content = '';
  for (let at = from.offsets[owner]; at < from.offsets[owner + 1]; at++) {
    const value = isOfString(from.type[at]) ? string(from.value[at]) : from.value[at];
    content += ` ${string(from.key[at])}:${from.type[at]}:${value}`;
  }
  return content;
}

/** Gives a string of a part its number in what is gathered. */
type Renumber = (number: number) => number;

interface Sides {
  readonly resources: SideRows;
  readonly scopes: SideRows;
}

/** How much there is to be copied. */
interface Room {
  attributes: number;
  events: number;
  links: number;
  eventAttributes: number;
  linkAttributes: number;
}

function roomOf(parts: readonly OtlpSpans[], { parts: partOf, rows }: SpanPicks): Room {
  const room: Room = { attributes: 0, events: 0, links: 0, eventAttributes: 0, linkAttributes: 0 };
  for (let i = 0; i < rows.length; i++) {
    const { attributes, events, links } = parts[partOf[i]];
    room.attributes += countAt(attributes, rows[i]);
    room.events += countAt(events, rows[i]);
    room.links += countAt(links, rows[i]);
    room.eventAttributes += ownedAt(events, rows[i]);
    room.linkAttributes += ownedAt(links, rows[i]);
  }
  return room;
}

/** How many attributes the events or links of a span have together. */
function ownedAt({ offsets, attributes }: OtlpEvents | OtlpLinks, row: number): number {
  return attributes.offsets[offsets[row + 1]] - attributes.offsets[offsets[row]];
}

/** Events that are copied from several parts. */
class EventCopies {
  readonly #out;
  readonly #attributes: Pool;
  #spans = 0;
  #length = 0;

  constructor(spans: number, { events, eventAttributes }: Room) {
    this.#out = {
      offsets: new Uint32Array(spans + 1),
      time: new Float64Array(events),
      name: new Uint32Array(events),
      droppedAttributes: new Uint32Array(events),
    };
    this.#attributes = new Pool(events, eventAttributes);
  }

  copy(from: OtlpEvents, row: number, string: Renumber): void {
    const out = this.#out;
    for (let at = from.offsets[row]; at < from.offsets[row + 1]; at++, this.#length++) {
      out.time[this.#length] = from.time[at];
      out.name[this.#length] = string(from.name[at]);
      out.droppedAttributes[this.#length] = from.droppedAttributes[at];
      this.#attributes.copy(from.attributes, at, string);
    }
    out.offsets[++this.#spans] = this.#length;
  }

  finish(): OtlpEvents {
    return { ...this.#out, attributes: this.#attributes.finish() };
  }
}

/** Links that are copied from several parts. */
class LinkCopies {
  readonly #out;
  readonly #attributes: Pool;
  #spans = 0;
  #length = 0;

  constructor(spans: number, { links, linkAttributes }: Room) {
    this.#out = {
      offsets: new Uint32Array(spans + 1),
      traceId: new Uint8Array(16 * links),
      spanId: new Uint8Array(8 * links),
      traceState: new Uint32Array(links),
      flags: new Uint32Array(links),
      droppedAttributes: new Uint32Array(links),
    };
    this.#attributes = new Pool(links, linkAttributes);
  }

  copy(from: OtlpLinks, row: number, string: Renumber): void {
    const out = this.#out;
    for (let at = from.offsets[row]; at < from.offsets[row + 1]; at++, this.#length++) {
      const into = this.#length;
      for (let b = 0; b < 16; b++) out.traceId[16 * into + b] = from.traceId[16 * at + b];
      for (let b = 0; b < 8; b++) out.spanId[8 * into + b] = from.spanId[8 * at + b];
      out.traceState[into] = string(from.traceState[at]);
      out.flags[into] = from.flags[at];
      out.droppedAttributes[into] = from.droppedAttributes[at];
      this.#attributes.copy(from.attributes, at, string);
    }
    out.offsets[++this.#spans] = this.#length;
  }

  finish(): OtlpLinks {
    return { ...this.#out, attributes: this.#attributes.finish() };
  }
}

type SpanColumns = ReturnType<typeof emptyColumns>;

function copySpan(part: OtlpSpans, row: number, out: SpanColumns, i: number, string: Renumber): void {
  copyIds(part, row, out, i);
  out.start[i] = part.start[row];
  out.end[i] = part.end[row];
  out.name[i] = string(part.name[row]);
  out.kind[i] = part.kind[row];
  out.status[i] = part.status[row];
  out.statusMessage[i] = string(part.statusMessage[row]);
  out.traceState[i] = string(part.traceState[row]);
  out.flags[i] = part.flags[row];
  out.marks[i] = part.marks[row];
  out.droppedAttributes[i] = part.droppedAttributes[row];
  out.droppedEvents[i] = part.droppedEvents[row];
  out.droppedLinks[i] = part.droppedLinks[row];
}

function copySides(
  part: OtlpSpans,
  row: number,
  place: number,
  { resources, scopes }: Sides,
  out: SpanColumns,
  i: number,
  string: Renumber,
): void {
  const [resource, scope] = [part.resource[row], part.scope[row]];
  out.resource[i] = resources.of(place, resource, () => {
    const { schemaUrl, droppedAttributes, attributes } = part.resources;
    return `${string(schemaUrl[resource])} ${droppedAttributes[resource]}${contentOf(attributes, resource, string)}`;
  });
  out.scope[i] = scopes.of(place, scope, () => {
    const { name, version, schemaUrl, droppedAttributes, attributes } = part.scopes;
    const names = `${string(name[scope])} ${string(version[scope])} ${string(schemaUrl[scope])}`;
    return `${names} ${droppedAttributes[scope]}${contentOf(attributes, scope, string)}`;
  });
}

/**
 * Takes spans out of several tables into one of their own, with the strings, resources and scopes that they need, each
 * of these once. What was gathered is numbered as it first occurs, so that the same spans in the same order give the same
 * table, whichever tables they came in.
 */
export class SpanGatherer {
  readonly #parts: readonly OtlpSpans[];
  readonly #renumberings: readonly Renumbering[];
  #round = 0;

  constructor(parts: readonly OtlpSpans[]) {
    this.#parts = parts;
    this.#renumberings = parts.map((part) => new Renumbering(part));
  }

  gather({ parts: partOf, rows }: SpanPicks): OtlpSpans {
    const round = ++this.#round;
    const table = new OtlpStringTable();
    const strings = this.#renumberings.map(
      (numbers): Renumber =>
        (number) =>
          number === ZERO ? ZERO : numbers.of(number, round, table),
    );
    const room = roomOf(this.#parts, { parts: partOf, rows });
    const out = emptyColumns(rows.length);
    const attributes = new Pool(rows.length, room.attributes);
    const events = new EventCopies(rows.length, room);
    const links = new LinkCopies(rows.length, room);
    const sides: Sides = { resources: new SideRows(), scopes: new SideRows() };
    for (let i = 0; i < rows.length; i++) {
      const [part, row, string] = [this.#parts[partOf[i]], rows[i], strings[partOf[i]]];
      copySpan(part, row, out, i, string);
      copySides(part, row, partOf[i], sides, out, i, string);
      attributes.copy(part.attributes, row, string);
      events.copy(part.events, row, string);
      links.copy(part.links, row, string);
    }
    return {
      ...out,
      attributes: attributes.finish(),
      events: events.finish(),
      links: links.finish(),
      resources: this.#resources(sides.resources, strings),
      scopes: this.#scopes(sides.scopes, strings),
      strings: table.finish(),
      cutTimes: 0,
    };
  }

  #resources({ picked }: SideRows, strings: readonly Renumber[]): OtlpSpans['resources'] {
    const parts = this.#parts;
    return {
      length: picked.length,
      schemaUrl: Uint32Array.from(picked, ({ part, row }) => strings[part](parts[part].resources.schemaUrl[row])),
      droppedAttributes: Uint32Array.from(picked, ({ part, row }) => parts[part].resources.droppedAttributes[row]),
      attributes: poolOf(picked, strings, (part) => parts[part].resources.attributes),
    };
  }

  #scopes({ picked }: SideRows, strings: readonly Renumber[]): OtlpSpans['scopes'] {
    const parts = this.#parts;
    const textColumn = (column: 'name' | 'version' | 'schemaUrl') =>
      Uint32Array.from(picked, ({ part, row }) => strings[part](parts[part].scopes[column][row]));
    return {
      length: picked.length,
      name: textColumn('name'),
      version: textColumn('version'),
      schemaUrl: textColumn('schemaUrl'),
      droppedAttributes: Uint32Array.from(picked, ({ part, row }) => parts[part].scopes.droppedAttributes[row]),
      attributes: poolOf(picked, strings, (part) => parts[part].scopes.attributes),
    };
  }
}

function poolOf(
  picked: SideRows['picked'],
  strings: readonly Renumber[],
  attributesOf: (part: number) => OtlpAttributes,
): OtlpAttributes {
  const length = picked.reduce((sum, { part, row }) => {
    const { offsets } = attributesOf(part);
    return sum + offsets[row + 1] - offsets[row];
  }, 0);
  const pool = new Pool(picked.length, length);
  for (const { part, row } of picked) pool.copy(attributesOf(part), row, strings[part]);
  return pool.finish();
}

function emptyColumns(n: number) {
  return {
    length: n,
    traceId: new Uint8Array(16 * n),
    spanId: new Uint8Array(8 * n),
    parentId: new Uint8Array(8 * n),
    start: new Float64Array(n),
    end: new Float64Array(n),
    name: new Uint32Array(n),
    kind: new Uint8Array(n),
    status: new Uint8Array(n),
    statusMessage: new Uint32Array(n),
    traceState: new Uint32Array(n),
    flags: new Uint32Array(n),
    resource: new Uint32Array(n),
    scope: new Uint32Array(n),
    marks: new Uint8Array(n),
    droppedAttributes: new Uint32Array(n),
    droppedEvents: new Uint32Array(n),
    droppedLinks: new Uint32Array(n),
  };
}

type Ids = Pick<OtlpSpans, 'traceId' | 'spanId' | 'parentId'>;

function copyIds(from: Ids, row: number, into: Ids, at: number): void {
  for (let b = 0; b < 16; b++) into.traceId[16 * at + b] = from.traceId[16 * row + b];
  for (let b = 0; b < 8; b++) into.spanId[8 * at + b] = from.spanId[8 * row + b];
  for (let b = 0; b < 8; b++) into.parentId[8 * at + b] = from.parentId[8 * row + b];
}

/** Compares two byte strings of equal length. */
function compareBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = a[aAt + i] - b[bAt + i];
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Picks the spans of one trace, each id once, in an order that depends on nothing but the spans: by start, then by id.
 * Of several records of a span the one counts that has ended, then the one that ended later, then the one that says more.
 */
export function pickDistinct(parts: readonly OtlpSpans[], { parts: partOf, rows }: SpanPicks): SpanPicks {
  const order = Array.from(rows, (_, i) => i);
  const idOrder = (a: number, b: number): number =>
    compareBytes(parts[partOf[a]].spanId, 8 * rows[a], parts[partOf[b]].spanId, 8 * rows[b], 8);
  order.sort(idOrder);
  const kept: number[] = [];
  for (const one of order) {
    const last = kept.at(-1);
    if (last === undefined || idOrder(last, one) !== 0) kept.push(one);
    else if (saysMore(parts[partOf[one]], rows[one], parts[partOf[last]], rows[last])) kept[kept.length - 1] = one;
  }
  // The sort is stable: what starts at the same time stays in the order of ids.
  kept.sort((a, b) => parts[partOf[a]].start[rows[a]] - parts[partOf[b]].start[rows[b]]);
  return { parts: kept.map((i) => partOf[i]), rows: kept.map((i) => rows[i]) };
}

/** Whether record `a` of a span counts over record `b`. */
function saysMore(a: OtlpSpans, i: number, b: OtlpSpans, j: number): boolean {
  const counts = [
    a.end[i] - b.end[j],
    Number(a.status[i] !== OTLP_STATUS.unset) - Number(b.status[j] !== OTLP_STATUS.unset),
    countAt(a.attributes, i) - countAt(b.attributes, j),
    countAt(a.events, i) - countAt(b.events, j),
    countAt(a.links, i) - countAt(b.links, j),
  ];
  const first = counts.find((difference) => difference !== 0);
  return first === undefined ? textOf(a, i) > textOf(b, j) : first > 0;
}

function countAt({ offsets }: { readonly offsets: Uint32Array }, row: number): number {
  return offsets[row + 1] - offsets[row];
}

/** A record as a text, for those that differ in nothing that can be compared otherwise. */
function textOf(spans: OtlpSpans, row: number): string {
  const texts = new OtlpTexts(spans.strings);
  const { start, name, kind, status, statusMessage, parentId, resource } = spans;
  const parent = Array.from(parentId.subarray(8 * row, 8 * row + 8));
  return JSON.stringify([
    start[row],
    texts.at(name[row]),
    kind[row],
    status[row],
    texts.at(statusMessage[row]),
    parent,
    attributesAt(spans.attributes, row, texts),
    attributesAt(spans.resources.attributes, resource[row], texts),
  ]);
}

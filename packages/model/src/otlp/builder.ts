import {
  MARK,
  OTLP_KINDS,
  OTLP_STATUS,
  type OtlpAttributes,
  type OtlpEvents,
  type OtlpLinks,
  type OtlpResources,
  type OtlpScopes,
  type OtlpSpans,
} from './columns.ts';
import { TraceFileError } from '../formats/errors.ts';
import { OtlpStringTable } from './strings.ts';
import type { OtlpRejectionCode } from './rejections.ts';

type Column = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Room for the first rows. */
const FIRST = 64;

function grown<T extends Column>(into: T, from: T): T {
  into.set(from);
  return into;
}

const wider = {
  f64: (from: Float64Array<ArrayBuffer>) => grown(new Float64Array(2 * from.length), from),
  u32: (from: Uint32Array<ArrayBuffer>) => grown(new Uint32Array(2 * from.length), from),
  u8: (from: Uint8Array<ArrayBuffer>) => grown(new Uint8Array(2 * from.length), from),
};

/** Bounds what a few bytes of input can grow to. @throws {TraceFileError} `too_large` */
function refuseMore(length: number, most: number, what: string): void {
  if (length >= most) throw new TraceFileError('too_large', `more than ${most} ${what}`);
}

/** Offsets of what belongs to owners that come one after the other. */
class Offsets {
  owners = 0;
  #values = new Uint32Array(FIRST);

  /** Where what belongs to the next owner begins. */
  get last(): number {
    return this.#values[this.owners];
  }

  /** The next owner has all up to `end`. */
  close(end: number): void {
    this.owners++;
    if (this.owners === this.#values.length) this.#values = wider.u32(this.#values);
    this.#values[this.owners] = end;
  }

  finish(): Uint32Array<ArrayBuffer> {
    return this.#values.slice(0, this.owners + 1);
  }
}

/** Attributes of owners that come one after the other. */
export class AttributePool {
  length = 0;
  readonly #offsets = new Offsets();
  #key = new Uint32Array(FIRST);
  #type = new Uint8Array(FIRST);
  #value = new Float64Array(FIRST);
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds an attribute to the next owner. @param key the number of a string @param type a code of `ATTRIBUTE` */
  add(key: number, type: number, value: number): void {
    const at = this.length;
    if (at === this.#key.length) this.#grow();
    this.#key[at] = key;
    this.#type[at] = type;
    this.#value[at] = value;
    this.length = at + 1;
  }

  /** The next owner has all that was added since the last. */
  close(): void {
    this.#offsets.close(this.length);
  }

  /** Forgets what was added since the last owner. */
  drop(): void {
    this.length = this.#offsets.last;
  }

  /** Forgets the owners after the first so many, and what they have. */
  truncate(owners: number): void {
    this.#offsets.owners = owners;
    this.length = this.#offsets.last;
  }

  finish(): OtlpAttributes {
    const { length } = this;
    return {
      offsets: this.#offsets.finish(),
      key: this.#key.slice(0, length),
      type: this.#type.slice(0, length),
      value: this.#value.slice(0, length),
    };
  }

  #grow(): void {
    refuseMore(this.length, this.#most, 'attributes');
    this.#key = wider.u32(this.#key);
    this.#type = wider.u8(this.#type);
    this.#value = wider.f64(this.#value);
  }
}

/** What spans have any number of, each with attributes of its own. */
abstract class PerSpanPool {
  length = 0;
  readonly attributes: AttributePool;
  protected readonly offsets = new Offsets();
  readonly #most: number;
  readonly #what: string;
  #room = FIRST;

  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
    this.attributes = new AttributePool(most);
  }

  /** The next span has all that was added since the last. */
  close(): void {
    this.offsets.close(this.length);
  }

  /** Forgets what was added since the last span. */
  drop(): void {
    this.length = this.offsets.last;
    this.attributes.truncate(this.length);
  }

  /** The row of the next one, which has the attributes that were added to the pool since the last one. */
  protected next(): number {
    if (this.length === this.#room) {
      refuseMore(this.#room, this.#most, this.#what);
      this.widen();
      this.#room *= 2;
    }
    this.attributes.close();
    return this.length++;
  }

  /** Makes room in the columns for twice as many. */
  protected abstract widen(): void;
}

class EventsBuilder extends PerSpanPool {
  #time = new Float64Array(FIRST);
  #name = new Uint32Array(FIRST);
  #dropped = new Uint32Array(FIRST);

  constructor(most: number) {
    super(most, 'events');
  }

  /** Adds an event with the attributes that were added to the pool since the last one. */
  add(time: number, name: number, droppedAttributes: number): void {
    const at = this.next();
    this.#time[at] = time;
    this.#name[at] = name;
    this.#dropped[at] = droppedAttributes;
  }

  finish(): OtlpEvents {
    const { length } = this;
    return {
      offsets: this.offsets.finish(),
      time: this.#time.slice(0, length),
      name: this.#name.slice(0, length),
      droppedAttributes: this.#dropped.slice(0, length),
      attributes: this.attributes.finish(),
    };
  }

  protected override widen(): void {
    this.#time = wider.f64(this.#time);
    this.#name = wider.u32(this.#name);
    this.#dropped = wider.u32(this.#dropped);
  }
}

/** A link's fields besides its ids; see `OtlpLinks`. */
interface LinkFields {
  traceState: number;
  flags: number;
  droppedAttributes: number;
}

class LinksBuilder extends PerSpanPool {
  #traceId = new Uint8Array(16 * FIRST);
  #spanId = new Uint8Array(8 * FIRST);
  #traceState = new Uint32Array(FIRST);
  #flags = new Uint32Array(FIRST);
  #dropped = new Uint32Array(FIRST);

  constructor(most: number) {
    super(most, 'links');
  }

  /**
   * Adds a link with the attributes that were added to the pool since the last one.
   * @param ids the 16 bytes of the trace id, then the 8 of the span id
   */
  add(ids: Uint8Array, fields: LinkFields): void {
    const at = this.next();
    this.#traceId.set(ids.subarray(0, 16), 16 * at);
    this.#spanId.set(ids.subarray(16, 24), 8 * at);
    this.#traceState[at] = fields.traceState;
    this.#flags[at] = fields.flags;
    this.#dropped[at] = fields.droppedAttributes;
  }

  finish(): OtlpLinks {
    const { length } = this;
    return {
      offsets: this.offsets.finish(),
      traceId: this.#traceId.slice(0, 16 * length),
      spanId: this.#spanId.slice(0, 8 * length),
      traceState: this.#traceState.slice(0, length),
      flags: this.#flags.slice(0, length),
      droppedAttributes: this.#dropped.slice(0, length),
      attributes: this.attributes.finish(),
    };
  }

  protected override widen(): void {
    this.#traceId = wider.u8(this.#traceId);
    this.#spanId = wider.u8(this.#spanId);
    this.#traceState = wider.u32(this.#traceState);
    this.#flags = wider.u32(this.#flags);
    this.#dropped = wider.u32(this.#dropped);
  }
}

function isZero(bytes: Uint8Array, from: number, length: number): boolean {
  for (let i = from; i < from + length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/**
 * Collects spans into columns. A reader says `begin`, writes the fields of the row into the columns, adds attributes,
 * events and links to the pools, in any order, and says `commit`. Strings are numbers of `strings`.
 */
export class OtlpBuilder {
  length = 0;
  cutTimes = 0;
  /** The rows of the resource and the scope that the next spans are of. */
  resource = 0;
  scope = 0;
  readonly strings = new OtlpStringTable();
  readonly attributes: AttributePool;
  readonly events: EventsBuilder;
  readonly links: LinksBuilder;
  readonly resourceAttributes: AttributePool;
  readonly scopeAttributes: AttributePool;
  traceId = new Uint8Array(16 * FIRST);
  spanId = new Uint8Array(8 * FIRST);
  parentId = new Uint8Array(8 * FIRST);
  start = new Float64Array(FIRST);
  end = new Float64Array(FIRST);
  name = new Uint32Array(FIRST);
  kind = new Uint8Array(FIRST);
  status = new Uint8Array(FIRST);
  statusMessage = new Uint32Array(FIRST);
  traceState = new Uint32Array(FIRST);
  flags = new Uint32Array(FIRST);
  marks = new Uint8Array(FIRST);
  droppedAttributes = new Uint32Array(FIRST);
  droppedEvents = new Uint32Array(FIRST);
  droppedLinks = new Uint32Array(FIRST);
  /** Whether the next row holds what was left of a span that was forgotten. */
  #isUsed = false;
  #resource = new Uint32Array(FIRST);
  #scope = new Uint32Array(FIRST);
  readonly #resources = { schemaUrl: [] as number[], droppedAttributes: [] as number[] };
  readonly #scopes = {
    name: [] as number[],
    version: [] as number[],
    schemaUrl: [] as number[],
    droppedAttributes: [] as number[],
  };

  readonly #most: number;

  /**
   * @param most how many attributes, events, links, resources and scopes there may be of each, a power of two; beyond
   *   that a `TraceFileError` of code `too_large` is thrown
   */
  constructor(most = Infinity) {
    this.#most = most;
    this.attributes = new AttributePool(most);
    this.events = new EventsBuilder(most);
    this.links = new LinksBuilder(most);
    this.resourceAttributes = new AttributePool(most);
    this.scopeAttributes = new AttributePool(most);
  }

  /** Adds a resource with the attributes that were added to `resourceAttributes` since the last; the next spans are of it. */
  addResource(schemaUrl: number, droppedAttributes: number): void {
    refuseMore(this.#resources.schemaUrl.length, this.#most, 'resources');
    this.resource = this.#resources.schemaUrl.push(schemaUrl) - 1;
    this.#resources.droppedAttributes.push(droppedAttributes);
    this.resourceAttributes.close();
  }

  /** Adds a scope with the attributes that were added to `scopeAttributes` since the last; the next spans are of it. */
  addScope(name: number, version: number, schemaUrl: number, droppedAttributes: number): void {
    refuseMore(this.#scopes.name.length, this.#most, 'scopes');
    this.scope = this.#scopes.name.push(name) - 1;
    this.#scopes.version.push(version);
    this.#scopes.schemaUrl.push(schemaUrl);
    this.#scopes.droppedAttributes.push(droppedAttributes);
    this.scopeAttributes.close();
  }

  /** Makes room for a span of the last resource and scope, and returns its row, in which everything is 0. */
  begin(): number {
    const row = this.length;
    if (row === this.name.length) this.#grow();
    if (this.#isUsed) this.#clear(row);
    return row;
  }

  /**
   * Takes the span of the row that `begin` gave, or says why not and forgets it.
   * @param timesAreCut whether its start or end was no whole number of microseconds
   */
  commit(timesAreCut: boolean): OtlpRejectionCode | null {
    const row = this.length;
    if (isZero(this.traceId, 16 * row, 16)) return this.#refuse('bad_trace_id');
    if (isZero(this.spanId, 8 * row, 8)) return this.#refuse('bad_span_id');
    if (timesAreCut) {
      this.marks[row] |= MARK.cutTime;
      this.cutTimes++;
    }
    this.#mark(row);
    this.#resource[row] = this.resource;
    this.#scope[row] = this.scope;
    this.attributes.close();
    this.events.close();
    this.links.close();
    this.length = row + 1;
    return null;
  }

  /** Forgets the span that was begun. */
  abandon(): void {
    this.#isUsed = true;
    this.attributes.drop();
    this.events.drop();
    this.links.drop();
  }

  /** The columns so far, in arrays of their own. */
  finish(): OtlpSpans {
    const n = this.length;
    return {
      length: n,
      traceId: this.traceId.slice(0, 16 * n),
      spanId: this.spanId.slice(0, 8 * n),
      parentId: this.parentId.slice(0, 8 * n),
      start: this.start.slice(0, n),
      end: this.end.slice(0, n),
      name: this.name.slice(0, n),
      kind: this.kind.slice(0, n),
      status: this.status.slice(0, n),
      statusMessage: this.statusMessage.slice(0, n),
      traceState: this.traceState.slice(0, n),
      flags: this.flags.slice(0, n),
      resource: this.#resource.slice(0, n),
      scope: this.#scope.slice(0, n),
      marks: this.marks.slice(0, n),
      droppedAttributes: this.droppedAttributes.slice(0, n),
      droppedEvents: this.droppedEvents.slice(0, n),
      droppedLinks: this.droppedLinks.slice(0, n),
      attributes: this.attributes.finish(),
      events: this.events.finish(),
      links: this.links.finish(),
      resources: this.#finishResources(),
      scopes: this.#finishScopes(),
      strings: this.strings.finish(),
      cutTimes: this.cutTimes,
    };
  }

  #clear(row: number): void {
    this.#isUsed = false;
    this.traceId.fill(0, 16 * row, 16 * row + 16);
    this.spanId.fill(0, 8 * row, 8 * row + 8);
    this.parentId.fill(0, 8 * row, 8 * row + 8);
    for (const column of [this.start, this.end, this.name, this.kind, this.status, this.statusMessage]) column[row] = 0;
    for (const column of [this.traceState, this.flags, this.marks]) column[row] = 0;
    for (const column of [this.droppedAttributes, this.droppedEvents, this.droppedLinks]) column[row] = 0;
  }

  #refuse(code: OtlpRejectionCode): OtlpRejectionCode {
    this.abandon();
    return code;
  }

  #mark(row: number): void {
    let marks = this.marks[row];
    if (this.start[row] === 0) marks |= MARK.noStart;
    if (this.end[row] === 0) marks |= MARK.noEnd;
    else if (this.end[row] < this.start[row]) marks |= MARK.endBeforeStart;
    if (this.name[row] === 0) marks |= MARK.noName;
    this.marks[row] = marks;
    if (this.kind[row] >= OTLP_KINDS.length) this.kind[row] = 0;
    if (this.status[row] > OTLP_STATUS.error) this.status[row] = OTLP_STATUS.unset;
  }

  #finishResources(): OtlpResources {
    const { schemaUrl, droppedAttributes } = this.#resources;
    return {
      length: schemaUrl.length,
      schemaUrl: Uint32Array.from(schemaUrl),
      droppedAttributes: Uint32Array.from(droppedAttributes),
      attributes: this.resourceAttributes.finish(),
    };
  }

  #finishScopes(): OtlpScopes {
    const { name, version, schemaUrl, droppedAttributes } = this.#scopes;
    return {
      length: name.length,
      name: Uint32Array.from(name),
      version: Uint32Array.from(version),
      schemaUrl: Uint32Array.from(schemaUrl),
      droppedAttributes: Uint32Array.from(droppedAttributes),
      attributes: this.scopeAttributes.finish(),
    };
  }

  #grow(): void {
    this.traceId = wider.u8(this.traceId);
    this.spanId = wider.u8(this.spanId);
    this.parentId = wider.u8(this.parentId);
    this.start = wider.f64(this.start);
    this.end = wider.f64(this.end);
    this.name = wider.u32(this.name);
    this.kind = wider.u8(this.kind);
    this.status = wider.u8(this.status);
    this.statusMessage = wider.u32(this.statusMessage);
    this.traceState = wider.u32(this.traceState);
    this.flags = wider.u32(this.flags);
    this.#resource = wider.u32(this.#resource);
    this.#scope = wider.u32(this.#scope);
    this.marks = wider.u8(this.marks);
    this.droppedAttributes = wider.u32(this.droppedAttributes);
    this.droppedEvents = wider.u32(this.droppedEvents);
    this.droppedLinks = wider.u32(this.droppedLinks);
  }
}

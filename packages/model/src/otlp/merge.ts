import { OtlpBuilder, type AttributePool } from './builder.ts';
import { ATTRIBUTE, MARK, type OtlpAttributes, type OtlpSpans } from './columns.ts';
import { unpackOtlp } from './pack.ts';
import { viewOf } from './strings.ts';
import { hex, TraceNumbers } from './trace-numbers.ts';
import { NONE } from '../trace/trace.ts';

/** Whether the value of an attribute is the number of a string. */
const IS_STRING: readonly boolean[] = Array.from(
  { length: 8 },
  (_, type) =>
    type === ATTRIBUTE.string || type === ATTRIBUTE.bigint || type === ATTRIBUTE.json || type === ATTRIBUTE.bytes,
);

/**
 * Collects spans of many columns into one: those of all traces or of some. Resources and scopes that are the same become
 * one, and so do strings; of those of spans that are left out nothing stays.
 */
export class OtlpMerger {
  readonly #builder = new OtlpBuilder();
  /** Rows of resources and scopes by what they hold. */
  readonly #resources = new Map<string, number>();
  readonly #scopes = new Map<string, number>();

  /** How many spans there are so far. */
  get length(): number {
    return this.#builder.length;
  }

  /**
   * Adds spans.
   * @param traces hex of the trace ids to take; absent: all
   */
  add(spans: OtlpSpans, traces?: ReadonlySet<string>): void {
    if (traces === undefined) {
      const copy = new Copy(this.#builder, spans, this.#resources, this.#scopes);
      for (let row = 0; row < spans.length; row++) copy.add(row);
      return;
    }
    const numbers = new TraceNumbers(spans);
    const wanted: boolean[] = [];
    let copy: Copy | null = null;
    for (let row = 0; row < spans.length; row++) {
      const trace = numbers.of(row);
      wanted[trace] ??= traces.has(hex(spans.traceId, 16 * row, 16));
      if (!wanted[trace]) continue;
      copy ??= new Copy(this.#builder, spans, this.#resources, this.#scopes);
      copy.add(row);
    }
  }

  /** The spans so far. */
  finish(): OtlpSpans {
    return this.#builder.finish();
  }
}

/** Copies rows of one source, whose strings, resources and scopes get other numbers. */
class Copy {
  readonly #into: OtlpBuilder;
  readonly #from: OtlpSpans;
  readonly #view: DataView;
  readonly #strings: Int32Array;
  readonly #resources: Int32Array;
  readonly #scopes: Int32Array;
  readonly #knownResources: Map<string, number>;
  readonly #knownScopes: Map<string, number>;
  readonly #ids = new Uint8Array(24);

  constructor(into: OtlpBuilder, from: OtlpSpans, resources: Map<string, number>, scopes: Map<string, number>) {
    this.#into = into;
    this.#from = from;
    this.#view = viewOf(from.strings.bytes);
    this.#strings = new Int32Array(from.strings.length).fill(NONE);
    this.#resources = new Int32Array(from.resources.length).fill(NONE);
    this.#scopes = new Int32Array(from.scopes.length).fill(NONE);
    this.#knownResources = resources;
    this.#knownScopes = scopes;
  }

  add(row: number): void {
    const { traceId, spanId, parentId, resource, scope, events, links } = this.#from;
    const into = this.#into;
    const to = into.begin();
    for (let i = 0; i < 16; i++) into.traceId[16 * to + i] = traceId[16 * row + i];
    for (let i = 0; i < 8; i++) {
      into.spanId[8 * to + i] = spanId[8 * row + i];
      into.parentId[8 * to + i] = parentId[8 * row + i];
    }
    this.#copyFields(row, to);
    this.#copyAttributes(this.#from.attributes, row, into.attributes);
    for (let at = events.offsets[row]; at < events.offsets[row + 1]; at++) this.#copyEvent(at);
    for (let at = links.offsets[row]; at < links.offsets[row + 1]; at++) this.#copyLink(at);
    into.resource = this.#resourceOf(resource[row]);
    into.scope = this.#scopeOf(scope[row]);
    into.commit((this.#from.marks[row] & MARK.cutTime) !== 0);
  }

  #copyFields(row: number, to: number): void {
    const from = this.#from;
    const into = this.#into;
    into.start[to] = from.start[row];
    into.end[to] = from.end[row];
    into.name[to] = this.#string(from.name[row]);
    into.kind[to] = from.kind[row];
    into.status[to] = from.status[row];
    into.statusMessage[to] = this.#string(from.statusMessage[row]);
    into.traceState[to] = this.#string(from.traceState[row]);
    into.flags[to] = from.flags[row];
    into.marks[to] = from.marks[row];
    into.droppedAttributes[to] = from.droppedAttributes[row];
    into.droppedEvents[to] = from.droppedEvents[row];
    into.droppedLinks[to] = from.droppedLinks[row];
  }

  #copyEvent(at: number): void {
    const { events } = this.#from;
    this.#copyAttributes(events.attributes, at, this.#into.events.attributes);
    this.#into.events.add(events.time[at], this.#string(events.name[at]), events.droppedAttributes[at]);
  }

  #copyLink(at: number): void {
    const { links } = this.#from;
    this.#ids.set(links.traceId.subarray(16 * at, 16 * at + 16));
    this.#ids.set(links.spanId.subarray(8 * at, 8 * at + 8), 16);
    this.#copyAttributes(links.attributes, at, this.#into.links.attributes);
    this.#into.links.add(this.#ids, {
      traceState: this.#string(links.traceState[at]),
      flags: links.flags[at],
      droppedAttributes: links.droppedAttributes[at],
    });
  }

  #copyAttributes({ offsets, key, type, value }: OtlpAttributes, owner: number, into: AttributePool): void {
    for (let at = offsets[owner]; at < offsets[owner + 1]; at++) {
      into.add(this.#string(key[at]), type[at], IS_STRING[type[at]] ? this.#string(value[at]) : value[at]);
    }
  }

  /** What an owner's attributes are, in the numbers of the target. */
  #attributesKey({ offsets, key, type, value }: OtlpAttributes, owner: number): string {
    let text = '';
    for (let at = offsets[owner]; at < offsets[owner + 1]; at++) {
      const number = IS_STRING[type[at]] ? this.#string(value[at]) : value[at];
      text += `${this.#string(key[at])}:${type[at]}:${Object.is(number, -0) ? '-0' : number};`;
    }
    return text;
  }

  #resourceOf(row: number): number {
    if (this.#resources[row] !== NONE) return this.#resources[row];
    const { resources } = this.#from;
    const schemaUrl = this.#string(resources.schemaUrl[row]);
    const dropped = resources.droppedAttributes[row];
    const key = `${schemaUrl};${dropped};${this.#attributesKey(resources.attributes, row)}`;
    let found = this.#knownResources.get(key);
    if (found === undefined) {
      this.#copyAttributes(resources.attributes, row, this.#into.resourceAttributes);
      this.#into.addResource(schemaUrl, dropped);
      found = this.#into.resource;
      this.#knownResources.set(key, found);
    }
    this.#resources[row] = found;
    return found;
  }

  #scopeOf(row: number): number {
    if (this.#scopes[row] !== NONE) return this.#scopes[row];
    const { scopes } = this.#from;
    const [name, version, schemaUrl] = [scopes.name, scopes.version, scopes.schemaUrl].map((c) => this.#string(c[row]));
    const dropped = scopes.droppedAttributes[row];
    const key = `${name};${version};${schemaUrl};${dropped};${this.#attributesKey(scopes.attributes, row)}`;
    let found = this.#knownScopes.get(key);
    if (found === undefined) {
      this.#copyAttributes(scopes.attributes, row, this.#into.scopeAttributes);
      this.#into.addScope(name, version, schemaUrl, dropped);
      found = this.#into.scope;
      this.#knownScopes.set(key, found);
    }
    this.#scopes[row] = found;
    return found;
  }

  #string(number: number): number {
    let found = this.#strings[number];
    if (found === NONE) {
      const { offsets } = this.#from.strings;
      found = this.#into.strings.ofBytes(this.#view, offsets[number], offsets[number + 1]);
      this.#strings[number] = found;
    }
    return found;
  }
}

/**
 * The spans of several segments as one, in their order: of all traces or of some.
 * @param traces hex of the trace ids to take; absent: all
 * @throws {TraceFileError} when a segment is damaged or of a later version
 */
export function mergeOtlp(segments: Iterable<Uint8Array>, traces?: ReadonlySet<string>): OtlpSpans {
  const merger = new OtlpMerger();
  for (const segment of segments) merger.add(unpackOtlp(segment), traces);
  return merger.finish();
}

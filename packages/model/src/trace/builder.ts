import type { JsonObject } from '../json.ts';
import { asMicros, type Micros } from '../units.ts';
import type { NodeDeclaration, SpanRecord } from './events.ts';
import { statusCode, statusOf, type Status } from './status.ts';
import {
  FLAG,
  KIND,
  NONE,
  OPEN,
  SPAN_KINDS,
  spanIdAt,
  type AnnotationTable,
  type NodeTable,
  type SpanIds,
  type SpanKind,
  type SpanTable,
} from './trace.ts';

const FIRST_CAPACITY = 64;
const RUNNING = statusCode('running');
/** The first code of names that have no number yet. */
const LATER = 2 ** 31;

/** A new array of twice the length with the same beginning. */
function grown<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** How many of the strings used last are found without hashing; a power of two. */
const RECENT = 16;

/** Gives each distinct string a number, in the order in which they first occur. */
export class StringTable {
  readonly values: string[] = [];
  readonly #codes = new Map<string, number>();
  /** The string of each length (modulo `RECENT`) that was asked for last, and its number. */
  readonly #recent: string[] = Array.from({ length: RECENT }, () => '');
  readonly #recentCodes = new Int32Array(RECENT).fill(NONE);

  /** The number of a string; a new one if it has none yet. */
  code(value: string): number {
    const slot = value.length & (RECENT - 1);
    if (this.#recent[slot] === value && this.#recentCodes[slot] !== NONE) return this.#recentCodes[slot];
    let code = this.#codes.get(value);
    if (code === undefined) {
      code = this.values.length;
      this.values.push(value);
      this.#codes.set(value, code);
    }
    this.#recent[slot] = value;
    this.#recentCodes[slot] = code;
    return code;
  }
}

/** How many of the objects used last are found again. */
const RECENT_OBJECTS = 4;

/** What is known of rows besides their columns. Most rows share a few objects, which are stored once. */
class MetadataColumn {
  readonly #objects: JsonObject[] = [];
  /** The position in `#objects` of each row, or `NONE`. */
  #ids = new Int32Array(0);
  /** The objects that were new last, by their positions: those that rows share come again and again. */
  readonly #recent = new Int32Array(RECENT_OBJECTS).fill(NONE);
  #next = 0;

  at(row: number): JsonObject | undefined {
    const id = row < this.#ids.length ? this.#ids[row] : NONE;
    return id === NONE ? undefined : this.#objects[id];
  }

  set(row: number, metadata: JsonObject): void {
    if (row >= this.#ids.length) this.#grow(row);
    this.#ids[row] = this.#idOf(metadata);
  }

  delete(row: number): void {
    if (row < this.#ids.length) this.#ids[row] = NONE;
  }

  /** A function that makes a map of the rows as they are now, when it is first called. */
  snapshot(rows: number): () => ReadonlyMap<number, JsonObject> {
    const objects = this.#objects.slice();
    const ids = objects.length === 0 ? NO_IDS : this.#ids.slice(0, rows);
    let map: Map<number, JsonObject> | null = null;
    return () => {
      if (map !== null) return map;
      map = new Map();
      for (let row = 0; row < ids.length; row++) if (ids[row] !== NONE) map.set(row, objects[ids[row]]);
      return map;
    };
  }

  #idOf(metadata: JsonObject): number {
    for (const id of this.#recent) if (id !== NONE && this.#objects[id] === metadata) return id;
    const id = this.#objects.push(metadata) - 1;
    this.#recent[this.#next] = id;
    this.#next = (this.#next + 1) % RECENT_OBJECTS;
    return id;
  }

  #grow(row: number): void {
    const ids = new Int32Array(Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(row + 1)))).fill(NONE);
    this.#ids = grown(this.#ids, ids);
  }
}

const NO_IDS = new Int32Array(0);

/** What a span is opened with; see `SpanTable` for the meaning of each. */
export interface SpanOpening {
  readonly kind: SpanKind;
  readonly name: string;
  readonly start: Micros;
  /** The row of its parent; `NONE` or absent at the top. */
  readonly parent?: number;
  /** The row of its node. */
  readonly node?: number;
  /** Needed for tables with listed ids only. */
  readonly id?: string;
  readonly track?: string;
}

/**
 * Collects spans row by row into columns. Opening and closing a span costs a few array writes, so an engine can keep
 * it on all the time.
 */
export class SpanTableBuilder {
  length = 0;
  readonly #names = new StringTable();
  /**
   * The names of nodes, which often differ from node to node, as they came: code `LATER + i` stands for the one at `i`
   * until somebody reads the names. Only added to, so that snapshots can share it.
   */
  readonly #nodeNames: string[] = [];
  #lastNodeName = '';
  readonly #tracks = new StringTable();
  readonly #prefix: string;
  readonly #listed: string[] | null;
  readonly #metadata = new MetadataColumn();
  #start: Float64Array;
  #duration: Float64Array;
  #parent: Int32Array;
  #name: Uint32Array;
  #node: Int32Array;
  #kind: Uint8Array;
  #status: Uint8Array;
  #flags: Uint8Array;
  #track: Int32Array | null = null;

  /**
   * @param ids a prefix for numbered spans (see `spanIdPrefix`), or `'listed'` where the source brings the ids.
   * @param expected about how many spans will come: room for so many is made at once, instead of growing to it in steps.
   */
  constructor(ids: { readonly prefix: string } | 'listed', expected = 0) {
    const capacity = Math.max(FIRST_CAPACITY, expected);
    this.#start = new Float64Array(capacity);
    this.#duration = new Float64Array(capacity);
    this.#parent = new Int32Array(capacity);
    this.#name = new Uint32Array(capacity);
    this.#node = new Int32Array(capacity);
    this.#kind = new Uint8Array(capacity);
    this.#status = new Uint8Array(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#prefix = ids === 'listed' ? '' : ids.prefix;
    this.#listed = ids === 'listed' ? [] : null;
  }

  /** Adds a running span and returns its row. */
  open(span: SpanOpening): number {
    const row = this.append(span.kind, span.name, span.start, span.node ?? NONE, span.parent ?? NONE);
    if (this.#listed) this.#listed[row] = span.id ?? '';
    if (span.track !== undefined) this.setTrack(row, span.track);
    return row;
  }

  /** Adds a running span to a table with numbered ids and returns its row; the same as `open` without an object. */
  append(kind: SpanKind, name: string, start: Micros, node: number, parent: number): number {
    const row = this.length++;
    if (row === this.#start.length) this.#grow();
    this.#start[row] = start;
    this.#duration[row] = OPEN;
    this.#parent[row] = parent;
    this.#name[row] = kind === 'node' ? this.#nodeName(name) : this.#names.code(name);
    this.#node[row] = node;
    this.#kind[row] = kind === 'phase' ? KIND.phase : KIND[kind];
    this.#status[row] = RUNNING;
    return row;
  }

  /** Ends a span. An end before the start is taken as a duration of 0 and flagged; returns whether that was so. */
  close(row: number, end: Micros, status: Status): boolean {
    const duration = end - this.#start[row];
    const negative = duration < 0;
    this.#duration[row] = negative ? 0 : duration;
    if (negative) this.#flags[row] |= FLAG.negative;
    this.#status[row] = statusCode(status);
    return negative;
  }

  /** Adds a span that has already ended and returns its row. */
  add(span: SpanOpening, end: Micros, status: Status = 'completed'): number {
    const row = this.open(span);
    this.close(row, end, status);
    return row;
  }

  /** Opens a span again that had been closed; `metadata` takes the place of what was known of it. */
  reopen(row: number, metadata: JsonObject | null): void {
    this.#duration[row] = OPEN;
    this.#status[row] = RUNNING;
    if (metadata) this.#metadata.set(row, metadata);
    else this.#metadata.delete(row);
  }

  /** Lists the id of a span; for tables with listed ids only. */
  setId(row: number, id: string): void {
    if (this.#listed) this.#listed[row] = id;
  }

  idOf(row: number): string {
    return spanIdAt({ prefix: this.#prefix, listed: this.#listed }, row);
  }

  /** A span as a record, as it stands, given what its node is called. */
  recordOf(row: number, nodeKey: string | null, iteration: number | null): SpanRecord {
    const duration = this.#duration[row];
    const name = this.#name[row];
    const track = this.#track?.[row] ?? NONE;
    return {
      id: this.idOf(row),
      parentId: this.#parent[row] < 0 ? null : this.idOf(this.#parent[row]),
      kind: SPAN_KINDS[this.#kind[row]] ?? 'system',
      name: name >= LATER ? this.#nodeNames[name - LATER] : this.#names.values[name],
      nodeKey,
      iteration,
      start: this.startOf(row),
      duration: duration === OPEN ? null : asMicros(duration),
      status: statusOf(this.#status[row]),
      track: track === NONE ? null : this.#tracks.values[track],
      metadata: this.#metadata.at(row) ?? null,
    };
  }

  nodeOf(row: number): number {
    return this.#node[row];
  }

  /** What is known of a span besides its columns. */
  metadataOf(row: number): JsonObject | null {
    return this.#metadata.at(row) ?? null;
  }

  startOf(row: number): Micros {
    return asMicros(this.#start[row]);
  }

  isOpen(row: number): boolean {
    return this.#duration[row] === OPEN;
  }

  setParent(row: number, parent: number): void {
    this.#parent[row] = parent;
  }

  setTrack(row: number, track: string): void {
    this.#track ??= new Int32Array(this.#start.length).fill(NONE);
    this.#track[row] = this.#tracks.code(track);
  }

  flag(row: number, bits: number): void {
    this.#flags[row] |= bits;
  }

  /** Adds to what is known of a span; a key that is there already is replaced. */
  annotateSpan(row: number, metadata: JsonObject): void {
    const known = this.#metadata.at(row);
    this.#metadata.set(row, known ? { ...known, ...metadata } : metadata);
  }

  /** The columns so far, cut to length. They are copies: the builder can go on. */
  snapshot(): SpanTable {
    const n = this.length;
    const ids: SpanIds = { prefix: this.#prefix, listed: this.#listed && [...this.#listed] };
    const metadata = this.#metadata.snapshot(n);
    const names = this.#namesOf(this.#name.slice(0, n));
    return {
      length: n,
      ids,
      get names() {
        return names().values;
      },
      start: this.#start.slice(0, n),
      duration: this.#duration.slice(0, n),
      parent: this.#parent.slice(0, n),
      get name() {
        return names().codes;
      },
      node: this.#node.slice(0, n),
      kind: this.#kind.slice(0, n),
      status: this.#status.slice(0, n),
      flags: this.#flags.slice(0, n),
      track: this.#track && this.#track.slice(0, n),
      tracks: [...this.#tracks.values],
      get metadata() {
        return metadata();
      },
    };
  }

  #nodeName(name: string): number {
    if (name !== this.#lastNodeName || this.#nodeNames.length === 0) this.#nodeNames.push(name);
    this.#lastNodeName = name;
    return LATER + this.#nodeNames.length - 1;
  }

  /** A function that numbers the names by their first rows, when it is first called. */
  #namesOf(codes: Uint32Array): () => { values: readonly string[]; codes: Uint32Array } {
    const others = this.#names.values;
    const nodeNames = this.#nodeNames;
    let table: StringTable | null = null;
    return () => {
      if (table !== null) return { values: table.values, codes };
      table = new StringTable();
      const known = new Int32Array(others.length).fill(NONE);
      for (let row = 0; row < codes.length; row++) {
        const code = codes[row];
        if (code >= LATER) codes[row] = table.code(nodeNames[code - LATER]);
        else codes[row] = known[code] === NONE ? (known[code] = table.code(others[code])) : known[code];
      }
      return { values: table.values, codes };
    };
  }

  #grow(): void {
    const capacity = this.#start.length * 2;
    this.#start = grown(this.#start, new Float64Array(capacity));
    this.#duration = grown(this.#duration, new Float64Array(capacity));
    this.#parent = grown(this.#parent, new Int32Array(capacity));
    this.#name = grown(this.#name, new Uint32Array(capacity));
    this.#node = grown(this.#node, new Int32Array(capacity));
    this.#kind = grown(this.#kind, new Uint8Array(capacity));
    this.#status = grown(this.#status, new Uint8Array(capacity));
    this.#flags = grown(this.#flags, new Uint8Array(capacity));
    if (this.#track) this.#track = grown(this.#track, new Int32Array(capacity).fill(NONE));
  }
}

/** The key of an instance of a node in a map: the node's key, and its iteration where it has one. */
export function instanceKey(key: string, iteration: number | null): string {
  return iteration === null ? key : `${key}\u0000${iteration}`;
}

/** Collects nodes by their declarations, in any order; dependencies and groups are resolved at the end. */
export class NodeTableBuilder {
  readonly #declarations: NodeDeclaration[] = [];
  readonly #rows = new Map<string, number>();
  readonly #spans: number[] = [];
  readonly #statuses: number[] = [];

  get length(): number {
    return this.#declarations.length;
  }

  /** Adds a node and returns its row; a node that is declared again keeps its row and takes the new declaration. */
  declare(node: NodeDeclaration): number {
    const id = instanceKey(node.key, node.iteration);
    const known = this.#rows.get(id);
    if (known !== undefined) {
      this.#declarations[known] = node;
      return known;
    }
    const row = this.#declarations.length;
    this.#declarations.push(node);
    this.#rows.set(id, row);
    this.#spans.push(NONE);
    this.#statuses.push(statusCode('pending'));
    return row;
  }

  /** The row of a node, or `NONE`. */
  rowOf(key: string, iteration: number | null = null): number {
    return this.#rows.get(instanceKey(key, iteration)) ?? NONE;
  }

  setSpan(row: number, span: number): void {
    this.#spans[row] = span;
  }

  setStatus(row: number, status: Status): void {
    this.#statuses[row] = statusCode(status);
  }

  /**
   * The columns so far. A dependency or group is looked for among the instances of the same iteration, then among the
   * nodes that do not iterate; a node that depends on one that only exists in iterations depends on all of them.
   * @param onUnknown is told of each dependency or group that no node answers to; it is left out.
   */
  snapshot(onUnknown: (nodeKey: string, missing: string) => void = () => {}): NodeTable {
    const n = this.#declarations.length;
    const depOffsets = new Uint32Array(n + 1);
    const deps: number[] = [];
    const parent = new Int32Array(n).fill(NONE);
    const iteration = new Int32Array(n).fill(NONE);
    const iterations = this.#iterationsByKey();
    for (const [row, node] of this.#declarations.entries()) {
      if (node.iteration !== null) iteration[row] = node.iteration;
      if (node.parentKey !== null) {
        parent[row] =
          node.parentIteration === undefined
            ? this.#find(node.parentKey, node.iteration)
            : this.rowOf(node.parentKey, node.parentIteration);
        if (parent[row] === NONE) onUnknown(node.key, node.parentKey);
      }
      for (const key of new Set(node.dependsOn)) {
        const dep = this.#find(key, node.iteration);
        const found = dep === NONE ? (iterations.get(key) ?? []) : [dep];
        if (found.length === 0) onUnknown(node.key, key);
        for (const one of found) deps.push(one);
      }
      depOffsets[row + 1] = deps.length;
    }
    return {
      length: n,
      key: this.#declarations.map((node) => node.key),
      name: this.#declarations.map((node) => node.name),
      type: this.#declarations.map((node) => node.type),
      iteration,
      parent,
      span: Int32Array.from(this.#spans),
      status: Uint8Array.from(this.#statuses),
      depOffsets,
      deps: Uint32Array.from(deps),
    };
  }

  /** The rows of the nodes that iterate, by their key. */
  #iterationsByKey(): Map<string, number[]> {
    const rows = new Map<string, number[]>();
    for (const [row, { key, iteration }] of this.#declarations.entries()) {
      if (iteration === null) continue;
      const known = rows.get(key);
      if (known === undefined) rows.set(key, [row]);
      else known.push(row);
    }
    return rows;
  }

  #find(key: string, iteration: number | null): number {
    const same = this.rowOf(key, iteration);
    return same === NONE && iteration !== null ? this.rowOf(key) : same;
  }
}

/** Collects annotations in the order in which they come. */
export class AnnotationTableBuilder {
  readonly #span: number[] = [];
  readonly #time: number[] = [];
  readonly #label: string[] = [];
  readonly #types = new StringTable();
  readonly #type: number[] = [];
  readonly #metadata = new MetadataColumn();

  /** Adds a labelled instant on a span's row (`NONE`: on the execution) and returns its row. */
  add(span: number, time: Micros, label: string, type: string, metadata: JsonObject | null = null): number {
    const row = this.#span.length;
    this.#span.push(span);
    this.#time.push(time);
    this.#label.push(label);
    this.#type.push(this.#types.code(type));
    if (metadata) this.#metadata.set(row, metadata);
    return row;
  }

  snapshot(): AnnotationTable {
    const types = this.#types.values;
    const codes = types.length <= 256 ? Uint8Array.from(this.#type) : Uint32Array.from(this.#type);
    const metadata = this.#metadata.snapshot(this.#span.length);
    let type: string[] | null = null;
    return {
      length: this.#span.length,
      span: Int32Array.from(this.#span),
      time: Float64Array.from(this.#time),
      label: this.#label.slice(),
      get type() {
        return (type ??= Array.from(codes, (code) => types[code]));
      },
      get metadata() {
        return metadata();
      },
    };
  }
}

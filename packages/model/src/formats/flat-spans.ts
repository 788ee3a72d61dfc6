import type { JsonObject } from '../json.ts';
import { AnnotationTableBuilder, StringTable } from '../trace/builder.ts';
import { isStatus, statusCode } from '../trace/status.ts';
import {
  FLAG,
  KIND,
  NONE,
  OPEN,
  SPAN_KINDS,
  spanIdAt,
  type AnnotationTable,
  type SpanIds,
  type SpanLinks,
  type SpanTable,
} from '../trace/trace.ts';
import { cutParentCycles } from '../trace/tree.ts';
import { toMicros } from '../units.ts';
import type { WarningCounter } from '../trace/warnings.ts';
import { dataFromJson } from './execution-json.ts';
import type { FlatNodes } from './flat-nodes.ts';
import type { JsonReader } from './json-reader.ts';

/** The spans of a file that lists them flat, with what refers to them. */
export interface FlatSpans {
  readonly spans: SpanTable;
  readonly rows: ReadonlyMap<string, number>;
  readonly tables: { readonly annotations: AnnotationTable; readonly links: SpanLinks };
}

function metadataOf(json: JsonReader): JsonObject | null {
  return json.at('metadata').optional(dataFromJson);
}

function kindOf(json: JsonReader): number {
  const kind = json.at('kind').optional((r) => r.string()) ?? 'node';
  const known = SPAN_KINDS.find((name) => name === kind);
  return known === undefined ? json.at('kind').fail(`one of ${SPAN_KINDS.join(', ')}`) : KIND[known];
}

function statusFrom(json: JsonReader, isOpen: boolean): number {
  const status = json.at('status').optional((r) => r.string()) ?? (isOpen ? 'running' : 'completed');
  return isStatus(status) ? statusCode(status) : json.at('status').fail('a status');
}

/** Reads one list of flat spans into columns. */
class FlatSpanReader {
  readonly #records: readonly JsonReader[];
  readonly #rows: ReadonlyMap<string, number>;
  readonly #nodes: FlatNodes;
  readonly #warnings: WarningCounter;
  readonly #names = new StringTable();
  readonly #tracks = new StringTable();

  constructor(
    byId: ReadonlyMap<string, JsonReader>,
    nodes: FlatNodes,
    tracks: readonly string[],
    warnings: WarningCounter,
  ) {
    for (const track of tracks) this.#tracks.code(track);

    this.#records = [...byId.values()];
    this.#rows = new Map([...byId.keys()].map((id, row) => [id, row]));
    this.#nodes = nodes;
    this.#warnings = warnings;
  }

  get rows(): ReadonlyMap<string, number> {
    return this.#rows;
  }

  read(prefix: string | null): SpanTable {
    const length = this.#records.length;
    const metadata = new Map<number, JsonObject>();
    const columns = {
      start: new Float64Array(length),
      duration: new Float64Array(length),
      parent: new Int32Array(length).fill(NONE),
      name: new Uint32Array(length),
      node: new Int32Array(length).fill(NONE),
      kind: new Uint8Array(length),
      status: new Uint8Array(length),
      flags: new Uint8Array(length),
    };
    const track = new Int32Array(length).fill(NONE);
    for (const [row, json] of this.#records.entries()) {
      columns.start[row] = json.at('start').integer();
      columns.name[row] = this.#names.code(json.at('name').string());
      columns.kind[row] = kindOf(json);
      columns.flags[row] = json.at('flags').optional((r) => r.integer()) ?? 0;
      columns.duration[row] = this.#durationOf(json, row, columns.flags);
      columns.status[row] = statusFrom(json, columns.duration[row] === OPEN);
      columns.parent[row] = this.#parentOf(json, row, columns.flags);
      const key = json.at('node').optional((r) => r.string());
      if (key !== null)
        columns.node[row] = this.#nodes.rowFor(
          key,
          json.at('iteration').optional((r) => r.integer()),
        );
      const name = json.at('track').optional((r) => r.string());
      if (name !== null) track[row] = this.#tracks.code(name);
      const data = metadataOf(json);
      if (data !== null) metadata.set(row, data);
    }
    const ids = this.#idsOf(prefix);
    for (const row of cutParentCycles(columns.parent, columns.flags)) {
      this.#warnings.add('parent_cycle', `span ${spanIdAt(ids, row)}`);
    }
    const tracks = this.#tracks.values;
    return {
      length,
      ids,
      names: this.#names.values,
      ...columns,
      track: tracks.length > 0 ? track : null,
      tracks,
      metadata,
    };
  }

  /** Numbered ids where the file says so and every id is what its row says. */
  #idsOf(prefix: string | null): SpanIds {
    const ids = [...this.#rows.keys()];
    if (prefix !== null) {
      const numbered: SpanIds = { prefix, listed: null };
      if (ids.every((id, row) => id === spanIdAt(numbered, row))) return numbered;
    }
    return { prefix: '', listed: ids };
  }

  #durationOf(json: JsonReader, row: number, flags: Uint8Array): number {
    const duration = json.at('duration').optional((r) => r.integer());
    if (duration === null) return OPEN;
    if (duration >= 0) return duration;
    flags[row] |= FLAG.negative;
    this.#warnings.add('end_before_start', `${json.pointer} lasts ${duration} us`);
    return 0;
  }

  #parentOf(json: JsonReader, row: number, flags: Uint8Array): number {
    const id = json.at('parent').optional((r) => r.string());
    if (id === null) return NONE;
    const found = this.#rows.get(id);
    if (found !== undefined) return found;
    flags[row] |= FLAG.orphan;
    this.#warnings.add('missing_parent', `${json.pointer} names ${id}`);
    return NONE;
  }
}

/** The record of each id; a later one of the same id replaces an earlier, and is counted. */
function recordsById(json: JsonReader, warnings: WarningCounter): Map<string, JsonReader> {
  const byId = new Map<string, JsonReader>();
  for (const item of json.at('spans').items()) {
    const id = item.at('id').string();
    if (byId.has(id)) warnings.add('duplicate_span', `${item.pointer} repeats ${id}`);
    byId.set(id, item);
  }
  return byId;
}

function annotationsFrom(json: JsonReader, rows: ReadonlyMap<string, number>): AnnotationTable {
  const table = new AnnotationTableBuilder();
  for (const item of json.at('annotations').optional((r) => r.items()) ?? []) {
    const span = item.at('span').optional((r) => rows.get(r.string())) ?? NONE;
    const type = item.at('type').optional((r) => r.string()) ?? 'info';
    const time = toMicros(item.at('time').integer());
    table.add(span, time, item.at('label').string(), type, metadataOf(item));
  }
  return table.snapshot();
}

function linksFrom(json: JsonReader, rows: ReadonlyMap<string, number>, warnings: WarningCounter): SpanLinks {
  const from: number[] = [];
  const to: number[] = [];
  for (const item of json.at('links').optional((r) => r.items()) ?? []) {
    const a = rows.get(item.at('from').string());
    const b = rows.get(item.at('to').string());
    if (a === undefined || b === undefined) {
      warnings.add('unbound_link', item.pointer);
      continue;
    }
    from.push(a);
    to.push(b);
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to) };
}

/** Reads the spans of a document, and the annotations and arrows that name them. */
export function readFlatSpans(json: JsonReader, nodes: FlatNodes, warnings: WarningCounter): FlatSpans {
  const tracks = json.at('tracks').optional((r) => r.strings()) ?? [];
  const reader = new FlatSpanReader(recordsById(json, warnings), nodes, tracks, warnings);
  const spans = reader.read(json.at('idPrefix').optional((r) => r.string()));
  const { rows } = reader;
  return { spans, rows, tables: { annotations: annotationsFrom(json, rows), links: linksFrom(json, rows, warnings) } };
}

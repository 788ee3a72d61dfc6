/**
 * A trace as one Apache Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html): the span columns as one
 * record batch, one row a span, and the rest as JSON in the schema's metadata under `flowprof.trace`. It is what charts
 * receive and what finished executions are kept as. Long lists of that JSON are cut out of it: their parts, as texts of
 * their own, follow the end-of-stream marker, where other readers stop, so that no large text is written or read in one
 * piece. The last 8 bytes are a mark and a checksum. The Arrow decoder trusts the lengths that it reads, so a damaged
 * buffer must not reach it.
 */
import {
  columnFromArray,
  float64,
  int32,
  Table,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  uint32,
  uint8,
} from '@uwdata/flechette';
import { isJsonObject, type JsonObject } from '../json.ts';
import { allAtOnce, type Steps } from '../steps.ts';
import {
  NONE,
  type AnnotationTable,
  type NodeTable,
  type SpanLinks,
  type SpanTable,
  type Trace,
} from '../trace/trace.ts';
import { TraceFileError } from './errors.ts';
import { executionFromJson, executionToJson, warningsFromJson, warningsToJson } from './execution-json.ts';
import { JsonReader, parseJson } from './json-reader.ts';
import { joinLists, LongLists } from './long-lists.ts';
import { packPieces, unpackPieces } from './pieces.ts';

/** Of traces whose lists are short, so that none is cut out, and of those with long ones. */
const PLAIN_VERSION = '1';
const VERSION = '2';
const VERSION_KEY = 'flowprof.version';
const TRACE_KEY = 'flowprof.trace';
/** How many bytes the parts of long lists take. */
const LISTS_KEY = 'flowprof.lists';

/** `FPRF` in little-endian order: the mark before the checksum. */
const TRAILER_MARK = 0x46525046;
const TRAILER_BYTES = 8;

/** Fills an array with the numbers that `deltas` wrote. */
function undelta<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(reader: JsonReader, into: T): T {
  if (reader.isNull) {
    into.fill(NONE);
    return into;
  }
  const differences = reader.numbers();
  if (differences.length !== into.length) reader.fail('as long as its table');
  let last = NONE;
  for (let i = 0; i < into.length; i++) {
    last += differences[i];
    into[i] = last;
  }
  return into;
}

/** Sparse metadata as two parallel lists: the rows, and their objects. */
function metadataToJson(lists: LongLists, at: string, metadata: ReadonlyMap<number, JsonObject>): JsonObject {
  return {
    rows: lists.numbers(`${at}/rows`, [...metadata.keys()]),
    values: lists.values(`${at}/values`, [...metadata.values()]),
  };
}

function metadataFromJson(reader: JsonReader): Map<number, JsonObject> {
  const values = reader.at('values');
  const objects = values.array();
  const rows = undelta(reader.at('rows'), new Int32Array(objects.length));
  const out = new Map<number, JsonObject>();
  for (let i = 0; i < rows.length; i++) {
    const value = objects[i];
    out.set(rows[i], isJsonObject(value) ? value : values.fail('a list of objects'));
  }
  return out;
}

function nodesToJson(lists: LongLists, nodes: NodeTable): JsonObject {
  const sameNames = nodes.name.every((name, row) => name === nodes.key[row]);
  return {
    key: lists.values('/nodes/key', nodes.key),
    name: sameNames ? null : lists.values('/nodes/name', nodes.name),
    type: lists.values('/nodes/type', nodes.type),
    iteration: lists.numbers('/nodes/iteration', nodes.iteration),
    parent: lists.numbers('/nodes/parent', nodes.parent),
    span: lists.numbers('/nodes/span', nodes.span),
    status: lists.numbers('/nodes/status', nodes.status),
    depOffsets: lists.numbers('/nodes/depOffsets', nodes.depOffsets),
    depCount: nodes.deps.length,
    deps: lists.numbers('/nodes/deps', nodes.deps),
  };
}

function nodesFromJson(reader: JsonReader): NodeTable {
  const key = reader.at('key').strings();
  const { length } = key;
  const int32s = (name: string) => undelta(reader.at(name), new Int32Array(length));
  const name = reader.at('name').optional((r) => r.strings()) ?? key;
  const type = reader.at('type').strings();
  if (name.length !== length || type.length !== length) reader.fail('a table of equally long columns');
  return {
    length,
    key,
    name,
    type,
    iteration: int32s('iteration'),
    parent: int32s('parent'),
    span: int32s('span'),
    status: undelta(reader.at('status'), new Uint8Array(length)),
    depOffsets: undelta(reader.at('depOffsets'), new Uint32Array(length + 1)),
    deps: undelta(reader.at('deps'), new Uint32Array(reader.at('depCount').integer())),
  };
}

function annotationsToJson(lists: LongLists, table: AnnotationTable): JsonObject {
  return {
    span: lists.numbers('/annotations/span', table.span),
    time: lists.numbers('/annotations/time', table.time),
    label: lists.values('/annotations/label', table.label),
    type: lists.values('/annotations/type', table.type),
    metadata: metadataToJson(lists, '/annotations/metadata', table.metadata),
  };
}

function annotationsFromJson(reader: JsonReader): AnnotationTable {
  const label = reader.at('label').strings();
  const type = reader.at('type').strings();
  const { length } = label;
  if (type.length !== length) reader.fail('a table of equally long columns');
  return {
    length,
    span: undelta(reader.at('span'), new Int32Array(length)),
    time: undelta(reader.at('time'), new Float64Array(length)),
    label,
    type,
    metadata: metadataFromJson(reader.at('metadata')),
  };
}

function linksToJson(lists: LongLists, { from, to }: SpanLinks): JsonObject {
  return { count: from.length, from: lists.numbers('/links/from', from), to: lists.numbers('/links/to', to) };
}

function linksFromJson(reader: JsonReader): SpanLinks {
  const count = reader.at('count').integer();
  return {
    from: undelta(reader.at('from'), new Int32Array(count)),
    to: undelta(reader.at('to'), new Int32Array(count)),
  };
}

/** Everything but the span columns. */
function* sidecar(lists: LongLists, trace: Trace): Steps<JsonObject> {
  const { spans, links } = trace;
  const { prefix, listed } = spans.ids;
  const metadata = metadataToJson(lists, '/metadata', spans.metadata);
  yield;
  const nodes = nodesToJson(lists, trace.nodes);
  yield;
  return {
    execution: executionToJson(trace.execution),
    ids: { prefix, listed: listed && lists.values('/ids/listed', listed) },
    names: lists.values('/names', spans.names),
    tracks: lists.values('/tracks', spans.tracks),
    metadata,
    nodes,
    annotations: annotationsToJson(lists, trace.annotations),
    links: linksToJson(lists, links),
    warnings: warningsToJson(trace.warnings),
  };
}

type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

function typeOf(values: Numbers) {
  if (values instanceof Float64Array) return float64();
  if (values instanceof Int32Array) return int32();
  return values instanceof Uint32Array ? uint32() : uint8();
}

/** A column without a copy; the library needs to be told the type of an empty one. */
function column(values: Numbers) {
  return values.length === 0 ? columnFromArray([], typeOf(values)) : columnFromArray(values);
}

/** How many words are summed up in a step. */
const STRIDE = 2 ** 19;

function* checksum(words: Uint32Array): Steps<number> {
  let hash = 0x811c9dc5;
  for (let from = 0; from < words.length; from += STRIDE) {
    for (const word of words.subarray(from, from + STRIDE)) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15);
    yield;
  }
  return hash >>> 0;
}

/** Bytes that begin on a word boundary as 32-bit words. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The span columns, and the rest as metadata, as an Arrow IPC stream. */
function streamOf({ spans }: Trace, metadata: Map<string, string>): Uint8Array {
  const columns: Record<string, ReturnType<typeof column>> = {
    start: column(spans.start),
    duration: column(spans.duration),
    parent: column(spans.parent),
    name: column(spans.name),
    node: column(spans.node),
    kind: column(spans.kind),
    status: column(spans.status),
    flags: column(spans.flags),
    ...(spans.track && { track: column(spans.track) }),
  };
  const plain = tableFromColumns(columns);
  const stream = tableToIPC(new Table({ ...plain.schema, metadata }, plain.children), { format: 'stream' });
  if (stream === null) throw new RangeError('the Arrow encoder gave no bytes');
  return stream;
}

/** Encodes a trace as an Arrow IPC stream; `decodeTrace` gives the same trace back. */
export function encodeTrace(trace: Trace): Uint8Array {
  return allAtOnce(encodeTraceInSteps(trace));
}

/** The same in steps, each of which takes a few milliseconds at most up to some million spans. */
export function* encodeTraceInSteps(trace: Trace): Steps<Uint8Array> {
  const lists = new LongLists();
  const json = yield* sidecar(lists, trace);
  const parts = yield* packPieces(lists.texts());
  const metadata = new Map([
    [VERSION_KEY, parts.byteLength === 0 ? PLAIN_VERSION : VERSION],
    [TRACE_KEY, JSON.stringify(json)],
    ...(parts.byteLength === 0 ? [] : [[LISTS_KEY, String(parts.byteLength)] as const]),
  ]);
  const stream = streamOf(trace, metadata);
  yield;
  const bytes = new Uint8Array(stream.byteLength + parts.byteLength + TRAILER_BYTES);
  bytes.set(stream);
  bytes.set(parts, stream.byteLength);
  yield;
  const words = wordsOf(bytes);
  const mark = words.length - 2;
  words[mark] = TRAILER_MARK;
  words[mark + 1] = yield* checksum(words.subarray(0, mark));
  return bytes;
}

function* isSound(bytes: Uint8Array): Steps<boolean> {
  if (bytes.byteLength < TRAILER_BYTES || bytes.byteLength % 4 !== 0) return false;
  const words = wordsOf(bytes);
  const mark = words.length - 2;
  return words[mark] === TRAILER_MARK && words[mark + 1] === (yield* checksum(words.subarray(0, mark)));
}

interface Constructor<T> {
  new (length: number): T;
}

/** A column of the table by its name; its type and length must be as they were written. */
function take<T extends Numbers>(table: Table, name: string, length: number, type: Constructor<T>): T {
  const values: unknown = length === 0 ? new type(0) : table.getChild(name)?.toArray();
  if (values instanceof type && values.length === length) return values;
  throw new TraceFileError('malformed', `the Arrow column ${name} is missing or of another type`);
}

function spansFrom(table: Table, json: JsonReader): SpanTable {
  const length = table.numRows;
  const has = table.names.includes('track');
  return {
    length,
    ids: {
      prefix: json.at('ids').at('prefix').string(),
      listed: json
        .at('ids')
        .at('listed')
        .optional((r) => r.strings()),
    },
    names: json.at('names').strings(),
    start: take(table, 'start', length, Float64Array),
    duration: take(table, 'duration', length, Float64Array),
    parent: take(table, 'parent', length, Int32Array),
    name: take(table, 'name', length, Uint32Array),
    node: take(table, 'node', length, Int32Array),
    kind: take(table, 'kind', length, Uint8Array),
    status: take(table, 'status', length, Uint8Array),
    flags: take(table, 'flags', length, Uint8Array),
    track: has ? take(table, 'track', length, Int32Array) : null,
    tracks: json.at('tracks').strings(),
    metadata: metadataFromJson(json.at('metadata')),
  };
}

/**
 * Decodes what `encodeTrace` wrote. The columns are views of the bytes, which must not be changed afterwards.
 * @throws {TraceFileError} `malformed` when the bytes are damaged or something else, `unsupported_version` when a later
 * version wrote them.
 */
export function decodeTrace(buffer: Uint8Array): Trace {
  return allAtOnce(decodeTraceInSteps(buffer));
}

/** The same in steps, each of which takes a few milliseconds at most up to some million spans. @throws {TraceFileError} */
export function* decodeTraceInSteps(buffer: Uint8Array): Steps<Trace> {
  // Columns are views of the bytes, so these must lie on a boundary of 8; a slice of a pooled buffer often does not.
  const bytes = buffer.byteOffset % 8 === 0 ? buffer : new Uint8Array(buffer);
  if (!(yield* isSound(bytes)))
    throw new TraceFileError('malformed', 'the Arrow buffer is damaged or was not written by flowprof');
  const end = bytes.byteLength - TRAILER_BYTES;
  let table: Table;
  try {
    table = tableFromIPC(bytes.subarray(0, end));
  } catch {
    throw new TraceFileError('malformed', 'the buffer is not an Arrow stream');
  }
  const version = table.schema.metadata?.get(VERSION_KEY);
  if (version !== PLAIN_VERSION && version !== VERSION) {
    throw new TraceFileError(
      'unsupported_version',
      `Arrow trace of version ${version ?? 'unknown'}; known are ${PLAIN_VERSION} and ${VERSION}`,
    );
  }
  const json = new JsonReader(parseJson(table.schema.metadata?.get(TRACE_KEY) ?? ''));
  yield;
  const listBytes = Number(table.schema.metadata?.get(LISTS_KEY) ?? 0);
  yield* joinLists(json, unpackPieces(bytes.subarray(end - listBytes, end)));
  const nodes = nodesFromJson(json.at('nodes'));
  yield;
  const spans = spansFrom(table, json);
  yield;
  return {
    execution: executionFromJson(json.at('execution')),
    nodes,
    spans,
    annotations: annotationsFromJson(json.at('annotations')),
    links: linksFromJson(json.at('links')),
    warnings: warningsFromJson(json.at('warnings')),
  };
}

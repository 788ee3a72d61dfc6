import { NONE, packPieces, TraceFileError, unpackPieces, type JsonValue, type NodeTable } from '@flowprof/model';
import type { LogColumns } from '../engine/log.ts';
import type { Steps } from '../slices.ts';
import { InstanceTable } from './instances.ts';

/** `FPLG` in little-endian order. */
const MARK = 0x474c5046;
const VERSION = 1;
/** Mark, version, entries, instances, batches, remarks, bytes of the messages, checksum. */
const HEADER_WORDS = 8;
const CHECKSUM = HEADER_WORDS - 1;
/** How many rows, messages and words are gone through in a step. */
const STRIDE = 2048;
const WORD_STRIDE = 2 ** 19;

/** What is packed, and what comes out again. */
export interface LogParts {
  readonly instances: InstanceTable;
  readonly log: LogColumns;
}

interface Counts {
  readonly entries: number;
  readonly instances: number;
  readonly batches: number;
  readonly remarks: number;
  readonly messageBytes: number;
}

/** The columns of a packed log: views of its bytes, in this order, the widest first so that all are aligned. */
interface Columns {
  readonly at: Float64Array;
  readonly weight: Float64Array;
  readonly percent: Float64Array;
  readonly node: Int32Array;
  readonly first: Uint32Array;
  readonly logged: Uint32Array;
  readonly remarked: Uint32Array;
  readonly state: Uint8Array;
  readonly messages: Uint8Array;
}

/** The length of the whole in bytes, on a boundary of words. */
function lengthOf({ entries, instances, batches, remarks, messageBytes }: Counts): number {
  const bytes = entries * 13 + instances * 8 + remarks * 12 + batches * 8 + messageBytes;
  return HEADER_WORDS * 4 + Math.ceil(bytes / 4) * 4;
}

function columnsOf(buffer: ArrayBufferLike, start: number, counts: Counts): Columns {
  const { entries, instances, batches, remarks, messageBytes } = counts;
  let at = start + HEADER_WORDS * 4;
  const next = (bytes: number): number => (at += bytes) - bytes;
  return {
    at: new Float64Array(buffer, next(entries * 8), entries),
    weight: new Float64Array(buffer, next(instances * 8), instances),
    percent: new Float64Array(buffer, next(remarks * 8), remarks),
    node: new Int32Array(buffer, next(entries * 4), entries),
    first: new Uint32Array(buffer, next(batches * 4), batches),
    logged: new Uint32Array(buffer, next(batches * 4), batches),
    remarked: new Uint32Array(buffer, next(remarks * 4), remarks),
    state: new Uint8Array(buffer, next(entries), entries),
    messages: new Uint8Array(buffer, next(messageBytes), messageBytes),
  };
}

/** Over all words but the header's last, which holds it. */
function* checksum(words: Uint32Array): Steps<number> {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) {
    if (i !== CHECKSUM) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193) ^ (hash >>> 15);
    if (i % WORD_STRIDE === 0) yield;
  }
  return hash >>> 0;
}

function* messageTexts(messages: readonly (string | null)[]): Iterable<string> {
  for (let at = 0; at < messages.length; at += STRIDE) yield JSON.stringify(messages.slice(at, at + STRIDE));
}

/**
 * Packs a log, in steps, with what the recording does not say of the instances: their weights, and when they were
 * declared.
 */
export function* packLog({ instances, log }: LogParts): Steps<Uint8Array> {
  const messages = yield* packPieces(messageTexts(log.message));
  const batches = [...instances.batches()];
  const counts: Counts = {
    entries: log.node.length,
    instances: instances.length,
    batches: batches.length,
    remarks: log.remarked.length,
    messageBytes: messages.length,
  };
  const bytes = new Uint8Array(lengthOf(counts));
  const words = new Uint32Array(bytes.buffer);
  const columns = columnsOf(bytes.buffer, 0, counts);
  columns.at.set(log.at);
  columns.percent.set(log.percent);
  columns.node.set(log.node);
  columns.remarked.set(log.remarked);
  columns.state.set(log.state);
  columns.messages.set(messages);
  for (let row = 0; row < instances.length; row++) columns.weight[row] = instances.at(row)?.weight ?? 0;
  for (const [i, { first, logged }] of batches.entries()) {
    columns.first[i] = first;
    columns.logged[i] = logged;
  }
  const { entries, remarks, messageBytes } = counts;
  words.set([MARK, VERSION, entries, instances.length, batches.length, remarks, messageBytes]);
  yield;
  words[CHECKSUM] = yield* checksum(words);
  return bytes;
}

/**
 * Checks a packed log and unpacks it, in steps, given the nodes of the recording.
 * @throws {TraceFileError} `malformed` when it is damaged or something else, `unsupported_version` for a later version's
 */
export function* unpackLog(packed: Uint8Array, nodes: NodeTable): Steps<LogParts> {
  // Columns are views, so the bytes must lie on a boundary of 8; a slice of a pooled buffer often does not.
  const bytes = packed.byteOffset % 8 === 0 ? packed : new Uint8Array(packed);
  if (bytes.byteLength % 4 !== 0 || bytes.byteLength < HEADER_WORDS * 4) throw damaged();
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const [mark, version, entries = 0, instances = 0, batches = 0, remarks = 0, messageBytes = 0, sum] = words;
  if (mark !== MARK) throw damaged();
  if (version !== VERSION) {
    throw new TraceFileError('unsupported_version', `packed log of version ${version}; known is ${VERSION}`);
  }
  const counts = { entries, instances, batches, remarks, messageBytes };
  if (bytes.byteLength !== lengthOf(counts) || sum !== (yield* checksum(words))) throw damaged();
  const columns = columnsOf(bytes.buffer, bytes.byteOffset, counts);
  if (!isAscending(columns.first, instances) || !isAscending(columns.remarked, entries)) throw damaged();
  const message = yield* messagesOf(columns.messages, remarks);
  return { instances: yield* instancesOf(nodes, columns), log: { ...columns, message } };
}

/** Declares the instances again, those that the recording has from an earlier run excepted. */
function* instancesOf(nodes: NodeTable, { weight, first, logged }: Columns): Steps<InstanceTable> {
  if (nodes.length < weight.length) throw damaged();
  const table = new InstanceTable();
  let batch = 0;
  for (let row = 0; row < weight.length; row++) {
    if (row % STRIDE === 0) yield;
    while ((first[batch + 1] ?? Infinity) <= row) batch++;
    const iteration = nodes.iteration[row] ?? NONE;
    const declaration = {
      key: nodes.key[row] ?? '',
      name: nodes.name[row] ?? '',
      type: nodes.type[row] ?? '',
      iteration: iteration === NONE ? null : iteration,
      parent: nodes.parent[row] ?? NONE,
      dependencies: [...nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1])],
      weight: weight[row] ?? 0,
    };
    if (declaration.parent >= row) throw damaged();
    table.declare(declaration, logged[batch] ?? 0);
  }
  return table;
}

const parse: (text: string) => JsonValue = JSON.parse;

function* messagesOf(bytes: Uint8Array, count: number): Steps<(string | null)[]> {
  const messages: (string | null)[] = [];
  for (const text of unpackPieces(bytes)) {
    let some: JsonValue = null;
    try {
      some = parse(text);
    } catch {
      // Null is refused below.
    }
    if (!Array.isArray(some) || !some.every(isMessage)) throw damaged();
    for (const message of some) messages.push(message);
    yield;
  }
  if (messages.length !== count) throw damaged();
  return messages;
}

function isMessage(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isAscending(values: Uint32Array, below: number): boolean {
  let last = -1;
  for (const value of values) {
    if (value <= last || value >= below) return false;
    last = value;
  }
  return true;
}

function damaged(): TraceFileError {
  return new TraceFileError('malformed', 'the packed log is damaged or was not written by flowprof');
}

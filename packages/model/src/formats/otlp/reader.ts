/**
 * Reads files of OpenTelemetry's spans: OTLP in JSON as exporters send it and as the collector's file exporter writes it,
 * a request a line, and the bodies of requests in protocol buffers.
 */
import { isJsonObject, type JsonValue } from '../../json.ts';
import { executionsOf } from '../../otlp/executions.ts';
import { OtlpJsonReader, type OtlpRead } from '../../otlp/json.ts';
import { OtlpMerger } from '../../otlp/merge.ts';
import { readOtlpProtobuf } from '../../otlp/protobuf.ts';
import { OtlpRejections, rejectionText } from '../../otlp/rejections.ts';
import type { Trace } from '../../trace/trace.ts';
import { TraceFileError } from '../errors.ts';
import { isJsonArray } from '../json-reader.ts';
import { DocumentStream } from '../document-stream.ts';
import type { ChunkReader } from '../format.ts';
import { join } from '../gunzip.ts';
import { withBrokenLines, type BrokenLines } from '../json-documents.ts';
import { fixedLength, sniffOtlpBytes, varintLength, type LengthAt } from './sniff.ts';

/** The fields of objects in which requests may stand. */
const WRAPPERS = ['data', 'body', 'request', 'result', 'trace', 'traces', 'batches'] as const;

/** `batches` is what Grafana Tempo answers a request for a trace with: its name for `resourceSpans`. */
function requestOf(value: JsonValue): JsonValue | null {
  if (!isJsonObject(value)) return null;
  if (value['resourceSpans'] !== undefined || value['resource_spans'] !== undefined) return value;
  if (isJsonArray(value['batches'])) return { resourceSpans: value['batches'] };
  if (value['scopeSpans'] !== undefined || value['instrumentationLibrarySpans'] !== undefined) {
    return { resourceSpans: [value] };
  }
  return null;
}

/** Adds all requests that a document holds. */
function addDocument(reader: OtlpJsonReader, document: JsonValue): void {
  const waiting: JsonValue[] = [document];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (isJsonArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) waiting.push(value[i]);
      continue;
    }
    const request = requestOf(value);
    if (request !== null) reader.add(request);
    else if (isJsonObject(value)) {
      for (let i = WRAPPERS.length - 1; i >= 0; i--) {
        const inner = value[WRAPPERS[i]];
        if (typeof inner === 'object' && inner !== null) waiting.push(inner);
      }
    }
  }
}

/** Reads one message, or null when the bytes are none. */
function tryProtobuf(bytes: Uint8Array): OtlpRead | null {
  try {
    return readOtlpProtobuf(bytes);
  } catch (error) {
    if (error instanceof TraceFileError) return null;
    throw error;
  }
}

/**
 * Reads protocol buffers: one message, or several, each behind its length, as the collector's file exporter writes them
 * (4 bytes) and as protocol buffers are delimited elsewhere (a varint). @throws {TraceFileError} `malformed`
 */
function readProtobuf(bytes: Uint8Array): { readonly read: OtlpRead; readonly broken: BrokenLines } {
  const whole = tryProtobuf(bytes);
  if (whole !== null) return { read: whole, broken: { count: 0, first: 0 } };
  const delimited = readDelimited(bytes, fixedLength) ?? readDelimited(bytes, varintLength);
  if (delimited !== null) return delimited;
  // Says what is wrong.
  return { read: readOtlpProtobuf(bytes), broken: { count: 0, first: 0 } };
}

/** Reads messages behind their lengths; null when the first is none. What is cut off at the end counts as broken. */
function readDelimited(
  bytes: Uint8Array,
  lengthAt: LengthAt,
): { readonly read: OtlpRead; readonly broken: BrokenLines } | null {
  const merger = new OtlpMerger();
  const rejections = new OtlpRejections();
  let at = 0;
  let number = 0;
  while (at < bytes.length) {
    const size = lengthAt(bytes, at);
    const end = size === null ? Infinity : size.from + size.length;
    const message = size === null || end > bytes.length ? null : tryProtobuf(bytes.subarray(size.from, end));
    if (message === null) break;
    merger.add(message.spans);
    rejections.join(message.rejected);
    number++;
    at = end;
  }
  if (number === 0 || merger.length === 0) return null;
  const broken = at < bytes.length ? { count: 1, first: number + 1 } : { count: 0, first: 0 };
  return { read: { spans: merger.finish(), rejected: rejections }, broken };
}

/** Notes the spans that were not taken on the first trace. */
function withRejected(traces: readonly Trace[], { rejected }: OtlpRead): readonly Trace[] {
  const example = rejectionText(rejected);
  const [trace, ...others] = traces;
  if (example === null || trace === undefined) return traces;
  const warning = { code: 'unsupported_event', count: rejected.count, example };
  return [{ ...trace, warnings: [...trace.warnings, warning] }, ...others];
}

/** Whether the first byte that is no white space begins JSON. In protocol buffers there is a tag or a length. */
function isText(bytes: Uint8Array): boolean {
  let at = bytes[0] === 0xef ? 3 : 0;
  while (at < bytes.length && (bytes[at] === 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0d))) at++;
  return (bytes[at] === 0x7b || bytes[at] === 0x5b) && sniffOtlpBytes(bytes) === 0;
}

/** Protocol buffers have to be in memory as a whole. */
const MOST_PROTOBUF_BYTES = 1024 * 1024 * 1024;

/** Reads a file of OTLP piece by piece: JSON as it comes, protocol buffers at its end. */
class OtlpFileReader implements ChunkReader {
  readonly #json = new OtlpJsonReader();
  readonly #documents = new DocumentStream(
    (document) => addDocument(this.#json, document),
    ['resourceSpans', 'resource_spans', ...WRAPPERS],
  );
  #isJson: boolean | null = null;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  push(chunk: Uint8Array): void {
    this.#isJson ??= isText(chunk);
    if (this.#isJson) return this.#documents.push(chunk);
    this.#chunks.push(chunk.slice());
    this.#length += chunk.length;
    if (this.#length <= MOST_PROTOBUF_BYTES) return;
    throw new TraceFileError('too_large', `the file is larger than ${MOST_PROTOBUF_BYTES} bytes`);
  }

  finish(): readonly Trace[] {
    const { read, broken } = this.#read();
    const traces = executionsOf(read.spans);
    if (traces.length === 0) {
      throw new TraceFileError('malformed', rejectionText(read.rejected) ?? 'the file holds no spans');
    }
    return withBrokenLines(withRejected(traces, read), broken);
  }

  #read(): { readonly read: OtlpRead; readonly broken: BrokenLines } {
    if (this.#isJson !== true) return readProtobuf(join(this.#chunks, this.#length));
    const broken = this.#documents.finish();
    return { read: this.#json.finish(), broken };
  }
}

/** Reads a file of OTLP. `finish` throws `malformed` when there is no span in it, or when it is no OTLP. */
export function openOtlp(): ChunkReader {
  return new OtlpFileReader();
}

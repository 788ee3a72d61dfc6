import type { Trace } from '../trace/trace.ts';
import { readAirflow, sniffAirflow } from './airflow.ts';
import { readArgo, sniffArgo } from './argo/reader.ts';
import { readArrow, sniffArrow, writeArrow } from './arrow-file.ts';
import { openChrome } from './chrome/reader.ts';
import { sniffChrome } from './chrome/sniff.ts';
import { writeChrome } from './chrome/writer.ts';
import { writeCsv } from './csv.ts';
import { readCromwell, sniffCromwell } from './cromwell.ts';
import { TraceFileError } from './errors.ts';
import { readFlowprofJson, sniffFlowprofJson, writeFlowprofJson, writeFlowprofJsons } from './flowprof-json.ts';
import { readGithubActions, sniffGithubActions } from './github/reader.ts';
import {
  HEAD_BYTES,
  readInPieces,
  type ChunkReader,
  type ReadableFormat,
  type ReadOptions,
  type TraceFormat,
  type WritableFormat,
  type Written,
} from './format.ts';
import { inPieces, isGzip, join, tooLargeUnpacked, unpackGzip } from './gunzip.ts';
import { readKestra, sniffKestra } from './kestra.ts';
import { openNextflow } from './nextflow/reader.ts';
import { sniffNextflow } from './nextflow/sniff.ts';
import { readN8n, sniffN8n } from './n8n/reader.ts';
import { writePprof } from './pprof.ts';
import { RECOGNISED, sniffSpeedscope } from './recognised.ts';
import { writeSpeedscope } from './speedscope-writer.ts';
import { openJaeger } from './jaeger/reader.ts';
import { sniffJaeger } from './jaeger/sniff.ts';
import { openZipkin } from './zipkin/reader.ts';
import { sniffZipkin } from './zipkin/sniff.ts';
import { textOf, utf8 } from './web.ts';
import { openTaskList } from './task-list/reader.ts';
import { sniffTaskList } from './task-list/sniff.ts';
import { readWfCommons, sniffWfCommons } from './wfcommons.ts';
import { openWta, sniffWta } from './wta.ts';
import { readStepFunctions } from './step-functions/reader.ts';
import { sniffStepFunctions } from './step-functions/sniff.ts';
import { readTemporal } from './temporal/reader.ts';
import { openOtlp } from './otlp/reader.ts';
import { sniffOtlp, sniffOtlpBytes } from './otlp/sniff.ts';
import { readSpeedscope } from './speedscope/reader.ts';
import { writeOtlp, writeOtlpFiles } from './otlp/writer.ts';
import { sniffTemporal, sniffTemporalBytes } from './temporal/sniff.ts';

/** The formats that are read or written. A format is one file, or folder, and one entry here. */
export const TRACE_FORMATS: readonly TraceFormat[] = [
  {
    name: 'json',
    title: 'flowprof JSON',
    extensions: ['.flowprof.json', '.json'],
    sniff: sniffFlowprofJson,
    read: readFlowprofJson,
    write: writeFlowprofJson,
    writeAll: writeFlowprofJsons,
    mediaType: 'application/json',
  },
  {
    name: 'chrome',
    title: 'Chrome trace-event JSON (Chrome, Perfetto, Bazel, PyTorch)',
    extensions: ['.chrome.json', '.trace.json', '.json'],
    sniff: sniffChrome,
    ...readInPieces(openChrome),
    write: writeChrome,
    mediaType: 'application/json',
  },
  {
    name: 'speedscope',
    title: 'a speedscope profile',
    extensions: ['.speedscope.json'],
    sniff: sniffSpeedscope,
    read: readSpeedscope,
    write: writeSpeedscope,
    mediaType: 'application/json',
  },
  {
    name: 'pprof',
    title: 'a pprof profile',
    extensions: ['.pb.gz', '.pprof'],
    sniff: () => 0,
    write: writePprof,
    mediaType: 'application/gzip',
  },
  {
    name: 'arrow',
    title: 'Apache Arrow',
    extensions: ['.arrow', '.feather'],
    sniff: sniffArrow,
    read: readArrow,
    write: writeArrow,
    mediaType: 'application/vnd.apache.arrow.file',
  },
  {
    name: 'csv',
    title: 'CSV, a line for each span',
    extensions: ['.csv'],
    sniff: () => 0,
    write: (trace) => writeCsv([trace]),
    writeAll: writeCsv,
    mediaType: 'text/csv',
  },
  {
    name: 'github-actions',
    title: 'a GitHub Actions run',
    extensions: ['.json', '.jsonl'],
    sniff: sniffGithubActions,
    read: readGithubActions,
  },
  {
    name: 'argo',
    title: 'an Argo workflow',
    extensions: ['.yaml', '.yml', '.json'],
    sniff: sniffArgo,
    read: readArgo,
  },
  {
    name: 'airflow',
    title: 'task instances of Airflow',
    extensions: ['.json', '.jsonl'],
    sniff: sniffAirflow,
    read: readAirflow,
  },
  {
    name: 'n8n',
    title: 'an n8n execution',
    extensions: ['.json', '.jsonl'],
    sniff: sniffN8n,
    read: readN8n,
  },
  {
    name: 'kestra',
    title: 'a Kestra execution',
    extensions: ['.json'],
    sniff: sniffKestra,
    read: readKestra,
  },
  {
    name: 'jaeger',
    title: 'a Jaeger trace',
    extensions: ['.json'],
    sniff: sniffJaeger,
    ...readInPieces(openJaeger),
  },
  {
    name: 'zipkin',
    title: 'a Zipkin trace',
    extensions: ['.json'],
    sniff: sniffZipkin,
    ...readInPieces(openZipkin),
  },
  {
    name: 'cromwell',
    title: 'Cromwell workflow metadata',
    extensions: ['.json'],
    sniff: sniffCromwell,
    read: readCromwell,
  },
  {
    name: 'wta',
    title: 'a table of tasks of the Workflow Trace Archive',
    extensions: ['.jsonl', '.json', '.csv'],
    sniff: sniffWta,
    ...readInPieces(openWta),
  },
  {
    name: 'nextflow',
    title: 'a Nextflow run (trace file, Seqera Platform)',
    extensions: ['.txt', '.json'],
    sniff: sniffNextflow,
    ...readInPieces(openNextflow),
  },
  {
    name: 'wfcommons',
    title: 'a WfCommons instance (WfFormat)',
    extensions: ['.json'],
    sniff: sniffWfCommons,
    read: readWfCommons,
  },
  {
    name: 'tasks',
    title: 'a list of tasks (CSV, JSON Lines, JSON)',
    extensions: ['.csv', '.tsv', '.jsonl', '.json'],
    sniff: sniffTaskList,
    ...readInPieces(openTaskList),
  },
  {
    name: 'step-functions',
    title: 'an execution of AWS Step Functions',
    extensions: ['.json', '.log'],
    sniff: sniffStepFunctions,
    read: readStepFunctions,
  },
  {
    name: 'temporal',
    title: 'a Temporal event history',
    extensions: ['.json', '.bin'],
    sniff: sniffTemporal,
    sniffBytes: sniffTemporalBytes,
    read: readTemporal,
  },
  {
    name: 'otlp',
    title: 'OpenTelemetry spans (OTLP)',
    extensions: ['.otlp.json', '.otlp', '.otlp.jsonl'],
    sniff: sniffOtlp,
    sniffBytes: sniffOtlpBytes,
    ...readInPieces(openOtlp),
    write: writeOtlp,
    writeAll: writeOtlpFiles,
    mediaType: 'application/json',
  },
  ...RECOGNISED,
];

/** The largest file that is read by default, once unpacked, where it has to be in memory as a whole: 1 GiB. */
export const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;

/** The same for files that are read piece by piece: 64 GiB. What is made of them is in memory all the same. */
const DEFAULT_MAX_STREAMED_BYTES = 64 * DEFAULT_MAX_BYTES;

export interface ReadTraceFileOptions extends ReadOptions {
  /** The name of a format of `TRACE_FORMATS`; by default (or `auto`) the content tells. */
  readonly format?: string;
  /** The limit on the file's size once unpacked; by default 1 GiB, or 64 GiB for kinds that are read piece by piece. */
  readonly maxBytes?: number;
}

export interface ReadTraceStreamOptions extends ReadTraceFileOptions {
  /** What unpacks gzip; by default the platform's own streams, which take longer than Node's `zlib`. */
  readonly unpack?: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** A certainty below this is a guess, and not taken. */
const LEAST_CERTAIN = 0.3;

function namesOf(can: (format: TraceFormat) => boolean): string {
  return TRACE_FORMATS.filter(can)
    .map((format) => format.name)
    .join(', ');
}

function readable(): string {
  return `it reads: ${namesOf((format) => format.read !== undefined)}`;
}

/** The format that the content is of, whatever the file is called; null when it is of none that is known. */
export function detectTraceFormat(bytes: Uint8Array): TraceFormat | null {
  const headBytes = bytes.subarray(0, HEAD_BYTES);
  const head = textOf(headBytes).trimStart();
  let best: TraceFormat | null = null;
  let certainty = 0;
  for (const format of TRACE_FORMATS) {
    const found = Math.max(format.sniff(head), format.sniffBytes?.(headBytes) ?? 0);
    if (found > certainty) {
      best = format;
      certainty = found;
    }
  }
  return certainty >= LEAST_CERTAIN ? best : null;
}

function chooseFormat(bytes: Uint8Array, name: string | undefined): TraceFormat {
  if (name !== undefined && name !== 'auto') {
    const named = TRACE_FORMATS.find((format) => format.name === name);
    if (named === undefined) throw new TraceFileError('unknown_format', `there is no format "${name}"; ${readable()}`);
    return named;
  }
  const detected = detectTraceFormat(bytes);
  if (detected !== null) return detected;
  throw new TraceFileError('unknown_format', `the content is of no format that flowprof knows; ${readable()}`);
}

/** Whether there is nothing but white space, of which only so much is looked at. */
function isEmpty(bytes: Uint8Array): boolean {
  return bytes.byteLength === 0 || (bytes.byteLength <= HEAD_BYTES && textOf(bytes).trim() === '');
}

function readableFormat(head: Uint8Array, name: string | undefined): ReadableFormat {
  const format = chooseFormat(head, name);
  const { read } = format;
  if (read !== undefined) return { ...format, read };
  const what = `this is ${format.title}, which flowprof does not read yet; ${readable()}`;
  throw new TraceFileError('unsupported_format', what);
}

/**
 * Reads a trace file of any format of the table, packed with gzip or not. Parsing runs in one go: a server does it in a
 * worker.
 * @returns the executions in the file, at least one
 * @throws {TraceFileError} with one line that says what is wrong, and where
 */
export async function readTraceFile(bytes: Uint8Array, options: ReadTraceFileOptions = {}): Promise<readonly Trace[]> {
  if (isGzip(bytes)) return readTraceStream(inPieces(bytes), options);
  if (isEmpty(bytes)) throw new TraceFileError('empty', 'the file is empty');
  const format = readableFormat(bytes, options.format);
  const maxBytes = options.maxBytes ?? (format.open === undefined ? DEFAULT_MAX_BYTES : DEFAULT_MAX_STREAMED_BYTES);
  if (bytes.byteLength > maxBytes) throw new TraceFileError('too_large', `the file is larger than ${maxBytes} bytes`);
  return format.read(bytes, options);
}

/** The first chunks, up to where there is something to see, and then all. */
async function peek(
  chunks: AsyncIterator<Uint8Array>,
): Promise<{ readonly isPacked: boolean; readonly all: AsyncGenerator<Uint8Array, undefined> }> {
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value.slice());
    length += next.value.byteLength;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  const all = async function* (): AsyncGenerator<Uint8Array, undefined> {
    yield* first;
    yield* rest;
  };
  return { isPacked: isGzip(join(first, length)), all: all() };
}

/**
 * Reads a trace file that comes in chunks, packed with gzip or not. Kinds that are read piece by piece need no more memory
 * than what is made of them; of others the whole file is put together first. Each chunk is read in one go.
 * @returns the executions in the file, at least one
 * @throws {TraceFileError} with one line that says what is wrong, and where; and whatever the chunks throw
 */
export async function readTraceStream(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadTraceStreamOptions = {},
): Promise<readonly Trace[]> {
  const { isPacked, all } = await peek(chunks[Symbol.asyncIterator]());
  const content = isPacked ? (options.unpack ?? unpackGzip)(all) : all;
  const file = new FileReader(options);
  const { maxBytes } = options;
  let length = 0;
  for await (const chunk of content) {
    length += chunk.byteLength;
    const limit = maxBytes ?? (file.isStreamed ? DEFAULT_MAX_STREAMED_BYTES : DEFAULT_MAX_BYTES);
    if (length > limit)
      throw isPacked
        ? tooLargeUnpacked(limit)
        : new TraceFileError('too_large', `the file is larger than ${limit} bytes`);
    file.push(chunk);
  }
  return file.finish();
}

/** Chooses the format by the head of a file, and reads it piece by piece where the format can. */
class FileReader {
  readonly #options: ReadTraceFileOptions;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #format: ReadableFormat | null = null;
  #reader: ChunkReader | null = null;

  constructor(options: ReadTraceFileOptions) {
    this.#options = options;
  }

  /** Whether what came is read already. As long as the format is not known, it may be. */
  get isStreamed(): boolean {
    return this.#format === null || this.#reader !== null;
  }

  push(chunk: Uint8Array): void {
    if (this.#reader !== null) return this.#reader.push(chunk);
    // Who hands it over may use its memory again.
    this.#chunks.push(chunk.slice());
    this.#length += chunk.byteLength;
    if (this.#format === null && this.#length >= HEAD_BYTES) this.#choose();
  }

  async finish(): Promise<readonly Trace[]> {
    if (this.#format === null && this.#reader === null) this.#choose();
    if (this.#reader !== null) return this.#reader.finish();
    const content = join(this.#chunks, this.#length);
    this.#chunks = [];
    return this.#format?.read(content, this.#options) ?? [];
  }

  #choose(): void {
    const head = join(this.#chunks, this.#length);
    if (isEmpty(head)) throw new TraceFileError('empty', 'the file is empty');
    this.#format = readableFormat(head, this.#options.format);
    this.#chunks = [head];
    this.#reader = this.#format.open?.(this.#options) ?? null;
    if (this.#reader === null) return;
    this.#chunks = [];
    this.#reader.push(head);
  }
}

/**
 * The format of the table that is written under a name.
 * @throws {TraceFileError} `unknown_format` or `unsupported_format`
 */
function writableFormat(name: string): WritableFormat {
  const format = TRACE_FORMATS.find((candidate) => candidate.name === name);
  const writable = `it writes: ${namesOf((candidate) => candidate.write !== undefined)}`;
  if (format === undefined) throw new TraceFileError('unknown_format', `there is no format "${name}"; ${writable}`);
  const { write } = format;
  if (write === undefined) {
    throw new TraceFileError('unsupported_format', `flowprof does not write ${format.title}; ${writable}`);
  }
  return { ...format, write };
}

function bytesOf(written: Written): Uint8Array {
  return typeof written === 'string' ? utf8(written) : written;
}

/**
 * Writes a trace in a format of the table.
 * @throws {TraceFileError} `unknown_format` or `unsupported_format`
 */
export async function writeTraceFile(trace: Trace, name: string): Promise<Uint8Array> {
  return bytesOf(await writableFormat(name).write(trace));
}

/**
 * Writes traces into one file.
 * @throws {TraceFileError} `unknown_format`; `unsupported_format`, also where a file of the format holds one only
 */
export async function writeTraceFiles(traces: readonly Trace[], name: string): Promise<Uint8Array> {
  const format = writableFormat(name);
  const [first] = traces;
  if (first !== undefined && traces.length === 1) return writeTraceFile(first, name);
  if (format.writeAll !== undefined) return bytesOf(format.writeAll(traces));
  throw new TraceFileError('unsupported_format', `a file of ${format.title} holds one execution, not ${traces.length}`);
}

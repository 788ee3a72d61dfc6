/** What runs in a thread of its own: reading files and building views, which take long for large traces. */
import { createReadStream } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { eventBatches, readExecutions, type ReadExecution } from '@flowprof/ingest';
import {
  allAtOnce,
  buildFlameChart,
  buildHotspots,
  buildProfile,
  buildProfileCsv,
  compareTraces,
  evaluateEnd,
  isTerminal,
  otlpBuffers,
  profileCsvHeader,
  projectFinish,
  predictRun,
  RunMerger,
  toMicros,
  TraceFileError,
  type Micros,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import { packTrace, unpackTrace } from '@flowprof/store/blob';
import { readBatch } from '../callbacks/batch.ts';
import { unpackRuns } from '../history/packed-runs.ts';
import { answerQuestion } from '../history/questions.ts';
import { summaryOfTrace } from '../history/summarise.ts';
import { exportFormat, writeExport } from '../exports/formats.ts';
import { makeTraces } from '../otlp/making.ts';
import { readWhole, refusalOf } from '../otlp/read.ts';
import { OtlpRedactor } from '../otlp/redact.ts';
import { makeRun, sealedPayloads } from '../temporal/making.ts';
import { answerWhatIf } from '../what-if/answer.ts';
import { redactedText, redactTrace } from '../redact-trace.ts';
import type { FileExecution, Result, Work } from './messages.ts';

const redactor = new OtlpRedactor();

/** The executions of the file that was read last. */
let file: ReadExecution[] = [];
/** The executions that are being merged. */
let merger = new RunMerger();
let sending: { readonly position: number; readonly batches: Iterator<readonly TraceEvent[]> } | null = null;

/** As the source states it, else up to the end of its last span; null when it has not ended. */
function durationOf({ execution, spans }: Trace): Micros | null {
  if (!isTerminal(execution.status)) return null;
  if (execution.recordedDuration !== null) return execution.recordedDuration;
  let end = 0;
  for (let row = 0; row < spans.length; row++) {
    end = Math.max(end, (spans.start[row] ?? 0) + Math.max(0, spans.duration[row] ?? 0));
  }
  return toMicros(end);
}

function describe({ executionId, trace }: ReadExecution): FileExecution {
  const { execution: info, spans, warnings } = trace;
  return { executionId, info, duration: durationOf(trace), spanCount: spans.length, warnings };
}

async function read(work: Extract<Work, { type: 'read_file' }>): Promise<Result> {
  const { path, format, fileName, maxBytes, maxExecutions } = work;
  try {
    file = [];
    sending = null;
    const executions = await readExecutions(createReadStream(path, { highWaterMark: 1 << 20 }), {
      format,
      maxBytes,
      ...(fileName !== null && { fileName }),
    });
    // One by one, so that no more than one is there twice.
    for (const { executionId, trace } of executions) file.push({ executionId, trace: redactTrace(trace) });
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    return { type: 'unreadable', tooLarge: error.code === 'too_large', reason: redactedText(error.message) };
  }
  if (file.length <= maxExecutions) return { type: 'executions', items: file.map(describe) };
  const reason = `it holds ${file.length} executions, and ${maxExecutions} are taken at most`;
  file = [];
  return { type: 'unreadable', tooLarge: false, reason };
}

function executionAt(position: number): ReadExecution {
  const execution = file[position];
  if (!execution) throw new RangeError('there is no such execution in the file');
  return execution;
}

function nextEvents(position: number): Result {
  if (sending?.position !== position) sending = { position, batches: eventBatches(executionAt(position)) };
  const next = sending.batches.next();
  return { type: 'events', batch: next.done === true ? null : next.value };
}

function json(value: unknown): Result {
  return text(JSON.stringify(value));
}

function text(value: string): Result {
  return { type: 'json', bytes: new TextEncoder().encode(value) };
}

function progress({ now }: { readonly now: Micros | null }): { readonly now?: Micros } {
  return now === null ? {} : { now };
}

async function exportFile({ trace, format: name, now }: Extract<Work, { type: 'export' }>): Promise<Result> {
  const format = exportFormat(name);
  if (format === null) throw new RangeError(`there is no format ${name}`);
  try {
    const written = await writeExport(await unpackTrace(trace), format, now ?? undefined);
    // A buffer that is handed over must be the file's own.
    const { buffer, byteLength } = written;
    const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    return { type: 'file', bytes: isOwn ? new Uint8Array(buffer) : Uint8Array.from(written) };
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    return { type: 'unwritable', reason: error.message };
  }
}

async function whatIfIn({ trace, ask }: Extract<Work, { type: 'what_if' }>): Promise<Result> {
  const made = answerWhatIf(await unpackTrace(trace), ask);
  return 'answer' in made ? json(made.answer) : { type: 'impossible', refusal: made.refusal };
}

function readSpans({ bytes, encoding }: Extract<Work, { type: 'read_spans' }>): Result {
  try {
    const { spans, rejected } = readWhole(bytes, encoding);
    return { type: 'spans', read: { spans: redactor.redact(spans), rejected } };
  } catch (error) {
    return refused(error);
  }
}

function readCallbacks({ bytes, encoding, maxItems }: Extract<Work, { type: 'read_callbacks' }>): Result {
  try {
    return { type: 'callbacks', batch: allAtOnce(readBatch(bytes, encoding, maxItems)) };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Result {
  const told = refusalOf(error);
  if (told === null) throw error;
  const { code, message, parts } = told;
  const { members = {}, errors } = parts;
  return { type: 'refused', code, message, members, ...(errors !== undefined && { errors }) };
}

/** What is large in a result, which is handed over instead of copied. */
function largeIn(result: Result): ArrayBuffer[] {
  if (result.type === 'json' || result.type === 'file') return [result.bytes.buffer];
  return result.type === 'spans' ? otlpBuffers(result.read.spans) : [];
}

async function resultOf(work: Work): Promise<Result> {
  switch (work.type) {
    case 'read_file':
      return read(work);
    case 'next_events':
      return nextEvents(work.position);
    case 'pack':
      return { type: 'packed', trace: await packTrace(executionAt(work.position).trace) };
    case 'flame_chart': {
      const chart = buildFlameChart(await unpackTrace(work.trace), { ...progress(work), ...work.cut });
      return json({ ...chart, execution_id: work.executionId });
    }
    case 'profile':
      return json(
        buildProfile(await unpackTrace(work.trace), {
          ...progress(work),
          prices: work.prices,
          ...(work.history !== null && { history: work.history }),
        }),
      );
    case 'profile_csv':
      return text(profileCsvHeader() + buildProfileCsv(await unpackTrace(work.trace), progress(work)));
    case 'hotspots':
      return json(buildHotspots(await unpackTrace(work.trace), { ...progress(work), ...work.options }));
    case 'merge_run':
      if (work.isFirst) merger = new RunMerger();
      merger.add(await unpackTrace(work.trace));
      return { type: 'merging' };
    case 'merged_runs': {
      const view = merger.view(work.blocks);
      merger = new RunMerger();
      return { type: 'merged', view };
    }
    case 'summary':
      return { type: 'summary', kept: summaryOfTrace(await unpackTrace(work.trace)) };
    case 'history': {
      const { question, runs, more } = work;
      return { type: 'history', answer: answerQuestion(question, unpackRuns(runs), unpackRuns(more)) };
    }
    case 'projection':
      return {
        type: 'projection',
        projection: projectFinish(await unpackTrace(work.trace), unpackRuns(work.history), work.now),
      };
    case 'judge_end':
      return { type: 'judged', step: evaluateEnd(work.rule, work.state, work.run) };
    case 'what_if':
      return whatIfIn(work);
    case 'predict_run':
      return { type: 'prediction', run: predictRun(await unpackTrace(work.trace), work.changes) };
    case 'compare': {
      const [before, after] = await Promise.all([unpackTrace(work.before), unpackTrace(work.after)]);
      return json(compareTraces(before, after, work.options));
    }
    case 'export':
      return exportFile(work);
    case 'make_traces':
      return { type: 'made', traces: makeTraces(work) };
    case 'make_run':
      return { type: 'made_run', made: await makeRun(work.run) };
    case 'sealed_payloads':
      return { type: 'sealed', payloads: sealedPayloads(work.histories) };
    case 'read_spans':
      return readSpans(work);
    case 'read_callbacks':
      return readCallbacks(work);
    default:
      return work satisfies never;
  }
}

async function answer(work: Work): Promise<void> {
  const result = await resultOf(work).catch((error: unknown): Result => ({ type: 'fault', error }));
  parentPort?.postMessage(result, largeIn(result));
}

parentPort?.on('message', (work: Work) => void answer(work));

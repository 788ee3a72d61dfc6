/**
 * Reads the trace-event format of Chrome and Perfetto, which Bazel, PyTorch, LLVM and many others write too
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). What becomes of each kind of event
 * is written in `docs/formats/chrome.md`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { NodeTableBuilder } from '../../trace/builder.ts';
import { isStatus, isTerminal, statusCode } from '../../trace/status.ts';
import { RECORDED_PATH_TRACK } from '../../trace/recorded-path.ts';
import { FLAG, KIND, NONE, SPAN_KINDS, type Trace } from '../../trace/trace.ts';
import { readWhole, type ChunkReader, type ReadOptions } from '../format.ts';
import { AsyncSlices, isAsyncPhase } from './async.ts';
import { Draft } from './draft.ts';
import { EventReader, type EventFile } from './events.ts';
import { argsOf, labelOf, metadataOf, numberOf } from './fields.ts';
import { describeExecution } from './execution.ts';
import { finishTrace } from './finish.ts';
import { Flows } from './flows.ts';
import { SliceLookup } from './lookup.ts';
import { nestThread, rowsByThread } from './nesting.ts';
import { isOfRecorder } from './recorders.ts';
import { closeOpen, pairThread, type SliceEnd } from './stacks.ts';
import { Tracks } from './tracks.ts';

/** The kinds of event that a flame chart has no place for, in words. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  C: 'counter',
  P: 'sample',
  N: 'object created',
  O: 'object snapshot',
  D: 'object deleted',
  V: 'memory dump',
  v: 'memory dump',
  c: 'clock synchronisation',
  '(': 'context',
  ')': 'context',
};

/** Slices that flowprof wrote carry their kind in their category, behind their own where they have one. */
const KIND_OF_CATEGORY = new Map(SPAN_KINDS.map((kind) => [`flowprof.${kind}`, KIND[kind]]));

function splitCategory(category: string): { readonly category: string; readonly kind: number | undefined } {
  const kind = KIND_OF_CATEGORY.get(category);
  const comma = kind === undefined ? category.lastIndexOf(',flowprof.') : -1;
  const second = comma < 0 ? undefined : KIND_OF_CATEGORY.get(category.slice(comma + 1));
  return second === undefined ? { category, kind } : { category: category.slice(0, comma), kind: second };
}

class ChromeReader {
  readonly #draft = new Draft();
  readonly #tracks = new Tracks();
  readonly #ends: SliceEnd[] = [];
  readonly #lookup = new SliceLookup();
  readonly #flows = new Flows(this.#lookup);
  readonly #async: AsyncSlices;
  readonly #unsupported = new Map<string, number>();
  #last = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#async = new AsyncSlices(this.#draft, this.#tracks);
  }

  add(event: JsonValue): void {
    if (!isJsonObject(event)) return this.#count('not an object');
    const phase = event['ph'];
    if (typeof phase !== 'string') return this.#count('without a phase');
    if (phase === 'M') return this.#tracks.describe(event);
    const unsupported = UNSUPPORTED[phase];
    if (unsupported !== undefined) return this.#count(`${unsupported} (${phase})`);
    const time = numberOf(event['ts']);
    if (Number.isNaN(time)) {
      const what = `"${labelOf(event['name'])}" (${phase.slice(0, 8)}) has no usable ts`;
      return this.#draft.warnings.add('missing_time', what);
    }
    this.#last = Math.max(this.#last, time);
    this.#addTimed(event, phase, time);
  }

  #addTimed(event: JsonObject, phase: string, time: number): void {
    switch (phase) {
      case 'X':
        return this.#addComplete(event, time);
      case 'B': {
        const track = this.#tracks.threadOf(event);
        track.marks.push(this.#open(event, track.index, time, Number.NaN));
        return;
      }
      case 'E':
        this.#ends.push({ time, name: labelOf(event['name']), args: argsOf(event) });
        this.#tracks.threadOf(event).marks.push(-this.#ends.length);
        return;
      case 's':
      case 't':
      case 'f':
        return this.#flows.add(event, phase, this.#tracks.threadOf(event).index, time);
      case 'i':
      case 'I':
      case 'R':
        return this.#addInstant(event, phase, time);
      default:
        if (isAsyncPhase(phase)) this.#async.add(event, phase, time);
        else this.#count(`phase ${JSON.stringify(phase.slice(0, 8))}`);
    }
  }

  #open(event: JsonObject, track: number, start: number, end: number): number {
    const draft = this.#draft;
    const row = draft.add(labelOf(event['name']) || '(unnamed)', track, start, end);
    const { category, kind } = splitCategory(labelOf(event['cat']));
    if (kind !== undefined) this.#takeOwn(event, row, kind);
    else if (isOfRecorder(event, category)) draft.kind[row] = KIND.system;
    const metadata = metadataOf(event, category);
    if (metadata !== null) draft.metadata.set(row, metadata);
    return row;
  }

  /** What flowprof wrote of a slice beside what the format has a place for. */
  #takeOwn({ args }: JsonObject, row: number, kind: number): void {
    this.#draft.kind[row] = kind;
    const status = isJsonObject(args) ? args['status'] : undefined;
    if (typeof status === 'string' && isStatus(status) && isTerminal(status))
      this.#draft.status[row] = statusCode(status);
  }

  #addComplete(event: JsonObject, time: number): void {
    const draft = this.#draft;
    let duration = numberOf(event['dur']);
    if (Number.isNaN(duration)) {
      duration = numberOf(event['tdur']);
      draft.warnings.add('missing_duration', `"${labelOf(event['name'])}" at ${time} us`);
    }
    const length = duration > 0 ? duration : 0;
    const row = this.#open(event, this.#tracks.threadOf(event).index, time, time + length);
    this.#last = Math.max(this.#last, time + length);
    if (duration < 0) {
      draft.flags[row] |= FLAG.negative;
      draft.metadata.set(row, { ...draft.metadata.get(row), original_duration: duration });
      draft.warnings.add('end_before_start', `"${draft.nameAt(row)}" lasts ${duration} us`);
    }
    if (event['bind_id'] !== undefined) this.#flows.addSlice(event, row, time);
  }

  #addInstant(event: JsonObject, phase: string, time: number): void {
    const scope = labelOf(event['s']);
    const onThread = phase !== 'R' && scope !== 'p' && scope !== 'g';
    const question = onThread ? this.#lookup.ask(this.#tracks.threadOf(event).index, time, 'around') : NONE;
    const metadata = metadataOf(event);
    const type = phase === 'R' ? 'mark' : 'info';
    this.#draft.instants.push({ time, label: labelOf(event['name']), type, row: NONE, question, metadata });
  }

  #count(what: string): void {
    this.#unsupported.set(what, (this.#unsupported.get(what) ?? 0) + 1);
  }

  finish(file: EventFile, options: ReadOptions): Trace {
    const draft = this.#draft;
    const last = Number.isFinite(this.#last) ? this.#last : 0;
    for (const track of this.#tracks.list) {
      for (const row of pairThread(draft, track, this.#ends)) closeOpen(draft, row, last);
    }
    this.#async.finish(last);
    const threads = rowsByThread(draft, this.#tracks.list.length);
    for (const track of this.#tracks.list) {
      const rows = threads.rows.subarray(threads.offsets[track.index], threads.offsets[track.index + 1]);
      if (track.process !== null) nestThread(draft, rows);
      if (track.name === RECORDED_PATH_TRACK) for (const row of rows) draft.kind[row] = KIND.system;
    }
    this.#lookup.resolve(draft, threads);
    const links = this.#flows.finish(draft);
    if (file.mended.count > 0) draft.warnings.add('invalid_json', file.mended.example, file.mended.count);
    if (file.truncatedAt !== null) {
      draft.warnings.add('truncated_file', `the last whole event ends at byte ${file.truncatedAt}`);
    }
    const { spans, annotations, origin } = finishTrace(draft, this.#tracks, this.#lookup);
    return {
      execution: describeExecution(file, options, origin, spans),
      nodes: new NodeTableBuilder().snapshot(),
      spans,
      annotations,
      links,
      warnings: [...draft.warnings.list(), ...this.#unsupportedWarning()],
    };
  }

  #unsupportedWarning() {
    let count = 0;
    for (const n of this.#unsupported.values()) count += n;
    if (count === 0) return [];
    const kinds = [...this.#unsupported].slice(0, 8).map(([what, n]) => `${n} x ${what}`);
    return [{ code: 'unsupported_event', count, example: kinds.join(', ') }];
  }
}

/** Reads a trace-event file piece by piece: one execution, whose spans are the file's slices. */
export function openChrome(options: ReadOptions): ChunkReader {
  const reader = new ChromeReader();
  const events = new EventReader((event) => reader.add(event));
  return {
    push: (chunk) => events.push(chunk),
    finish: () => [reader.finish(events.finish(), options)],
  };
}

/**
 * The same for a file that is in memory.
 * @throws {TraceFileError} when the file is not of the format.
 */
export function readChrome(bytes: Uint8Array, options: ReadOptions = {}): readonly Trace[] {
  return readWhole(openChrome(options), bytes);
}

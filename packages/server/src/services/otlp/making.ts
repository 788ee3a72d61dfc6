/** What a thread does to make executions of spans. */
import {
  attributesAt,
  EMPTY_EXECUTION,
  groupByTrace,
  hasRoot,
  isTerminal,
  MAX_SPANS,
  mayNameTemporalRuns,
  pickDistinct,
  QuickSummaries,
  SpanGatherer,
  OtlpTexts,
  otlpSpanIdAt,
  parentIdAt,
  temporalRunIn,
  traceEvents,
  traceIdAt,
  traceOfSpans,
  type ExecutionInfo,
  type Micros,
  type OtlpSpans,
  type QuickSummary,
  type SpanPicks,
  type Trace,
  type TraceEvent,
  type TraceState,
  type Warning,
} from '@flowprof/model';
import { packSegmentNow, unpackSegment } from '@flowprof/store/blob';

/** A trace of which spans came, and where all of its spans are. */
export interface TraceWork extends TraceState {
  readonly traceId: string;
  /** Positions in the list of segments. */
  readonly segments: readonly number[];
  /** Which of its events are wanted: of nodes and their states, or of spans, to be recorded elsewhere. */
  readonly wanted: 'nodes' | 'spans';
  /** Whether its spans are to be packed by themselves. */
  readonly isGathered: boolean;
}

export interface MakingWork {
  /** Segments, as they are kept. */
  readonly segments: readonly Uint8Array[];
  readonly traces: readonly TraceWork[];
  /** How many events are wanted at most of all traces together; absent: all. A trace has all of its own or none. */
  readonly mostEvents?: number;
}

/** What a trace comes to. */
export interface MadeTrace {
  readonly traceId: string;
  readonly info: ExecutionInfo;
  /** Null when it has not ended. */
  readonly duration: Micros | null;
  readonly hasRoot: boolean;
  readonly spanCount: number;
  readonly warnings: readonly Warning[];
  readonly events: readonly TraceEvent[];
  /** The runs of Temporal that its spans name, where its nodes were wanted. */
  readonly runs: readonly string[];
  /** Whether there was no room for its events beside those of others. */
  readonly isLeftOut: boolean;
  /** Its spans by themselves, where that was asked for. */
  readonly own: Uint8Array | null;
  /** A fault in what makes traces; null where there was none. */
  readonly fault: string | null;
}

const NOTHING: Omit<MadeTrace, 'traceId'> = {
  info: EMPTY_EXECUTION,
  duration: null,
  hasRoot: false,
  spanCount: 0,
  warnings: [],
  events: [],
  runs: [],
  isLeftOut: false,
  own: null,
  fault: null,
};

/** A segment, and the rows of its traces. */
interface ReadSegment {
  readonly spans: OtlpSpans;
  readonly rows: ReadonlyMap<string, readonly number[]>;
  /** Why it cannot be read; null where it can. */
  readonly fault: unknown;
  /** Whether its spans may name runs of Temporal. */
  readonly hasRuns: boolean;
}

/** A segment that is damaged keeps none of the others from being read. */
function readSegment(packed: Uint8Array): ReadSegment {
  try {
    return sorted(unpackSegment(packed));
  } catch (error) {
    return {
      spans: new SpanGatherer([]).gather({ parts: [], rows: [] }),
      rows: new Map(),
      fault: error,
      hasRuns: false,
    };
  }
}

function sorted(spans: OtlpSpans): ReadSegment {
  const { length, offsets, rows } = groupByTrace(spans);
  const byTrace = new Map<string, readonly number[]>();
  for (let trace = 0; trace < length; trace++) {
    const some = Array.from(rows.subarray(offsets[trace], offsets[trace + 1]));
    byTrace.set(traceIdAt(spans, some[0] ?? 0), some);
  }
  return { spans, rows: byTrace, fault: null, hasRuns: mayNameTemporalRuns(spans) };
}

/** Segments that are made of. */
class Segments {
  readonly #read: readonly ReadSegment[];
  readonly #parts: readonly OtlpSpans[];
  readonly #quick: QuickSummaries;
  readonly #gatherer: SpanGatherer;

  constructor(packed: readonly Uint8Array[]) {
    this.#read = packed.map(readSegment);
    const parts = this.#read.map(({ spans }) => spans);
    this.#quick = new QuickSummaries(parts);
    this.#gatherer = new SpanGatherer(parts);
    this.#parts = parts;
  }

  /** What a trace comes to, where that can be told without making it. */
  quickly(traceId: string, positions: readonly number[]): QuickSummary | null {
    return this.#quick.of(this.#picks(traceId, positions));
  }

  spans(traceId: string, positions: readonly number[]): OtlpSpans {
    return this.#gatherer.gather(pickDistinct(this.#parts, this.#picks(traceId, positions)));
  }

  /** The runs of Temporal that spans of a trace name. */
  runs(traceId: string, positions: readonly number[]): string[] {
    const found = new Set<string>();
    for (const position of positions) {
      const segment = this.#read[position];
      if (segment?.hasRuns !== true) continue;
      const texts = new OtlpTexts(segment.spans.strings);
      for (const row of segment.rows.get(traceId) ?? []) {
        const run = temporalRunIn(attributesAt(segment.spans.attributes, row, texts));
        if (run !== null && found.size < MOST_RUNS) found.add(run);
      }
    }
    return [...found];
  }

  #picks(traceId: string, positions: readonly number[]): SpanPicks {
    const picks = { parts: [] as number[], rows: [] as number[] };
    for (const position of positions) {
      const segment = this.#read[position];
      if (segment === undefined || segment.fault !== null)
        throw new Error('a segment is damaged', { cause: segment?.fault });
      for (const row of segment.rows.get(traceId) ?? []) {
        picks.parts.push(position);
        picks.rows.push(row);
      }
    }
    return picks;
  }
}

/** Spans keep their parents, also those that are not among them. Null where there are too many. */
function eventsOf(trace: Trace, spans: OtlpSpans, { traceId, wanted }: TraceWork, most: number): TraceEvent[] | null {
  const parents = new Map<string, string | null>();
  if (wanted === 'spans') {
    for (let row = 0; row < spans.length; row++) parents.set(otlpSpanIdAt(spans, row), parentIdAt(spans, row));
  }
  const found: TraceEvent[] = [];
  for (const event of traceEvents(trace, traceId)) {
    const isOfNode = event.type === 'node_declared' || event.type === 'node_state';
    const isOfSpan = event.type === 'span' || event.type === 'annotation';
    if (wanted === 'nodes' ? !isOfNode : !isOfSpan) continue;
    if (event.type !== 'span') found.push(event);
    else
      found.push({
        type: 'span',
        span: { ...event.span, parentId: parents.get(event.span.id) ?? event.span.parentId },
      });
    if (found.length > most) return null;
  }
  return found;
}

/** A run of a trace that names more than so many has what is of all others. */
const MOST_RUNS = 200;

function ofSummary(traceId: string, { name, workflow, startedAt, duration, spanCount }: QuickSummary): MadeTrace {
  const info = { ...EMPTY_EXECUTION, externalId: traceId, name, workflow, status: 'completed', startedAt } as const;
  return { ...NOTHING, traceId, info: { ...info, sourceFormat: 'otlp' }, duration, hasRoot: true, spanCount };
}

function madeOf(segments: Segments, work: TraceWork, most: number): MadeTrace {
  const { traceId, wanted, isClosed, refused, isGathered } = work;
  const quick = wanted === 'nodes' && !isClosed && refused === 0 && !isGathered;
  const runs = wanted === 'nodes' ? segments.runs(traceId, work.segments) : [];
  const summary = quick ? segments.quickly(traceId, work.segments) : null;
  if (summary !== null) return { ...ofSummary(traceId, summary), runs };
  const spans = segments.spans(traceId, work.segments);
  const trace = traceOfSpans(spans, work);
  const { execution: info, warnings } = trace;
  const hasEvents = wanted === 'spans' || trace.nodes.length > 0;
  const events = hasEvents ? eventsOf(trace, spans, work, most) : [];
  return {
    traceId,
    info,
    duration: isTerminal(info.status) ? info.recordedDuration : null,
    hasRoot: hasRoot(spans),
    spanCount: Math.min(spans.length, MAX_SPANS),
    warnings,
    events: events ?? [],
    runs,
    isLeftOut: events === null,
    own: work.isGathered ? packSegmentNow(spans) : null,
    fault: null,
  };
}

function faultOf(traceId: string, error: unknown): MadeTrace {
  return { ...NOTHING, traceId, fault: error instanceof Error ? error.message : String(error) };
}

/** What traces come to. One that cannot be made is told as such, and keeps none of the others from being made. */
export function makeTraces({ segments: packed, traces, mostEvents = Infinity }: MakingWork): MadeTrace[] {
  const segments = new Segments(packed);
  let left = mostEvents;
  return traces.map((work) => {
    try {
      const made = madeOf(segments, work, left);
      left -= made.events.length;
      return made;
    } catch (error) {
      return faultOf(work.traceId, error);
    }
  });
}

import type { EpochMicros } from '@flowprof/model';
import type { TraceHead, WaitingSegment } from '@flowprof/store';

/** How long is waited for more spans of a trace, in microseconds. */
export interface MakingDelays {
  /** After the last spans of a trace whose root has ended. */
  readonly settled: number;
  /** After the last spans of any other. */
  readonly unsettled: number;
  /** After the first spans that are not in an execution, however many follow. */
  readonly longest: number;
  /** After what came last of an execution whose root never came or does not end, before it counts as ended. */
  readonly silence: number;
}

/** A trace of which spans wait. */
interface WaitingTrace {
  /** The segments that hold them, the oldest first. */
  readonly segments: string[];
  readonly first: EpochMicros;
  last: EpochMicros;
  rootEnded: boolean;
  /** It is not looked at before. */
  notBefore: number;
}

/** A trace whose turn it is. */
export interface DueTrace {
  readonly traceId: string;
  /** Segments that its spans wait in. */
  readonly segments: readonly string[];
  /** How many spans these are, repeated ones counted again. */
  readonly spans: number;
}

/** How much is made of at once. */
export interface BatchLimits {
  readonly traces: number;
  readonly segments: number;
  readonly bytes: number;
}

/** What is known of the segments of a workspace that wait: their traces, without their spans. */
export class Waiting {
  readonly #segments = new Map<string, WaitingSegment>();
  readonly #traces = new Map<string, WaitingTrace>();

  get segmentIds(): ReadonlySet<string> {
    return new Set(this.#segments.keys());
  }

  get isEmpty(): boolean {
    return this.#segments.size === 0;
  }

  get traceCount(): number {
    return this.#traces.size;
  }

  isWaiting(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  add(segment: WaitingSegment): void {
    if (this.#segments.has(segment.id)) return;
    this.#segments.set(segment.id, segment);
    for (const head of segment.traces) this.#addTrace(segment, head);
  }

  #addTrace({ id, receivedAt }: WaitingSegment, { traceId, rootEnded }: TraceHead): void {
    const known = this.#traces.get(traceId);
    if (known === undefined) {
      const one = { segments: [id], first: receivedAt, last: receivedAt, rootEnded, notBefore: 0 };
      this.#traces.set(traceId, one);
      return;
    }
    known.segments.push(id);
    if (receivedAt > known.last) known.last = receivedAt;
    known.rootEnded ||= rootEnded;
  }

  /** Forgets a segment that is gone or was changed by others. */
  forget(id: string): void {
    const segment = this.#segments.get(id);
    if (segment === undefined) return;
    this.#segments.delete(id);
    for (const { traceId } of segment.traces) this.#drop(traceId, new Set([id]));
  }

  /** Puts a trace off, of which nothing can be made now. */
  putOff(traceId: string, until: number): void {
    const known = this.#traces.get(traceId);
    if (known !== undefined) known.notBefore = until;
  }

  /** The traces whose turn it is, those that came first first, as many as are made of at once. */
  due(now: EpochMicros, delays: MakingDelays, limits: BatchLimits): DueTrace[] {
    const traces: DueTrace[] = [];
    const segments = new Set<string>();
    let bytes = 0;
    for (const [traceId, trace] of this.#traces) {
      if (!isDue(trace, now, delays)) continue;
      // One that is in very many segments is made of some of them first.
      const taken: string[] = [];
      for (const id of trace.segments) {
        if (!segments.has(id) && (segments.size >= limits.segments || bytes >= limits.bytes)) break;
        if (!segments.has(id)) bytes += this.#segments.get(id)?.bytes ?? 0;
        segments.add(id);
        taken.push(id);
      }
      if (taken.length > 0) traces.push({ traceId, segments: taken, spans: this.#spansIn(traceId, taken) });
      if (taken.length < trace.segments.length || traces.length >= limits.traces) break;
    }
    return traces;
  }

  #spansIn(traceId: string, segments: readonly string[]): number {
    let spans = 0;
    for (const id of segments) {
      for (const head of this.#segments.get(id)?.traces ?? []) if (head.traceId === traceId) spans += head.spanCount;
    }
    return spans;
  }

  /** What waits in segments, and what still does when these traces were taken out of them. */
  without(
    due: readonly DueTrace[],
  ): { readonly id: string; readonly before: readonly TraceHead[]; readonly after: readonly TraceHead[] }[] {
    const taken = new Map<string, Set<string>>();
    for (const { traceId, segments } of due) {
      for (const id of segments) {
        let of = taken.get(id);
        if (of === undefined) taken.set(id, (of = new Set()));
        of.add(traceId);
      }
    }
    return [...taken].map(([id, traceIds]) => {
      const before = this.#segments.get(id)?.traces ?? [];
      return { id, before, after: before.filter(({ traceId }) => !traceIds.has(traceId)) };
    });
  }

  /** Notes that traces were taken out of segments. */
  taken(changes: ReturnType<Waiting['without']>, due: readonly DueTrace[]): void {
    for (const { id, after } of changes) {
      const segment = this.#segments.get(id);
      if (segment === undefined) continue;
      if (after.length === 0) this.#segments.delete(id);
      else this.#segments.set(id, { ...segment, traces: after });
    }
    for (const { traceId, segments } of due) this.#drop(traceId, new Set(segments));
  }

  #drop(traceId: string, segments: ReadonlySet<string>): void {
    const known = this.#traces.get(traceId);
    if (known === undefined) return;
    const left = known.segments.filter((id) => !segments.has(id));
    if (left.length === 0) this.#traces.delete(traceId);
    else known.segments.splice(0, known.segments.length, ...left);
  }
}

function isDue({ first, last, rootEnded, notBefore }: WaitingTrace, now: EpochMicros, delays: MakingDelays): boolean {
  if (now < notBefore) return false;
  const quiet = now - last;
  return quiet >= (rootEnded ? delays.settled : delays.unsettled) || now - first >= delays.longest;
}

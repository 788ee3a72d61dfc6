import { isTemporalSpan, temporalRunIn, type Clock, type SpanRecord, type TraceEvent } from '@flowprof/model';
import type { TenantStore, TracedExecution } from '@flowprof/store';
import type { MadeTrace } from './making.ts';

/** Spans of a trace by the run of Temporal that they are a part of. */
interface RunShares {
  /** The events of each run, by its id. */
  readonly runs: ReadonlyMap<string, readonly TraceEvent[]>;
  /** Those of no run that is known here. */
  readonly rest: readonly TraceEvent[];
  /** Whether the trace begins with something that is not Temporal's: it is more than its runs. */
  readonly hasOtherRoot: boolean;
}

/** The run of every span: the one that it names itself, or else the one above it. */
class Runs {
  readonly #byId: ReadonlyMap<string, SpanRecord>;
  readonly #known: ReadonlySet<string>;
  readonly #found = new Map<string, string | null>();

  /** @param known runs that count; another's spans belong to the run above it */
  constructor(spans: readonly SpanRecord[], known: ReadonlySet<string>) {
    this.#byId = new Map(spans.map((span) => [span.id, span]));
    this.#known = known;
  }

  of(id: string): string | null {
    const way: string[] = [];
    let found: string | null = null;
    for (let at = this.#byId.get(id); at !== undefined; at = this.#byId.get(at.parentId ?? '')) {
      const before = this.#found.get(at.id);
      if (before !== undefined) found = before;
      else {
        way.push(at.id);
        // What is on a cycle comes back to here, and belongs to none.
        this.#found.set(at.id, null);
        const own = temporalRunIn(at.metadata);
        if (own !== null && this.#known.has(own)) found = own;
      }
      if (before !== undefined || found !== null) break;
    }
    if (found !== null) for (const one of way) this.#found.set(one, found);
    return found;
  }
}

/** Shares the events of a trace out among the runs that are known. */
export function shareOut(events: readonly TraceEvent[], known: ReadonlySet<string>): RunShares {
  const spans = events.flatMap((event) => (event.type === 'span' ? [event.span] : []));
  const owners = new Runs(spans, known);
  const runs = new Map<string, TraceEvent[]>();
  const rest: TraceEvent[] = [];
  for (const event of events) {
    const id = event.type === 'span' ? event.span.id : event.type === 'annotation' ? event.annotation.spanId : null;
    const run = id === null ? null : owners.of(id);
    const part: TraceEvent = event.type === 'span' ? { type: 'span', span: { ...event.span, kind: 'phase' } } : event;
    if (run === null) rest.push(part);
    else {
      const some = runs.get(run);
      if (some === undefined) runs.set(run, [part]);
      else some.push(part);
    }
  }
  const hasOtherRoot = spans.some(({ parentId, metadata }) => parentId === null && !isTemporalSpan(metadata));
  return { runs, rest, hasOtherRoot };
}

/** What is to become of a trace that may belong to runs of Temporal. */
type Verdict =
  /** It belongs to none: it becomes an execution. */
  | { readonly kind: 'execution' }
  /** Its runs were told; it becomes an execution besides where it is more than these. */
  | { readonly kind: 'joined'; readonly spans: number; readonly isExecution: boolean }
  /** Runs that it names may still become known. */
  | { readonly kind: 'later'; readonly until: number };

/** For how long a run may stay unknown after spans came that name it, in microseconds. */
const MOST_WAIT_US = 300_000_000;
const FIRST_WAIT_US = 2_000_000;

const EXECUTION: Verdict = { kind: 'execution' };

/** Joins traces with the runs of Temporal that they belong to: those that their spans name, or that name the trace. */
export class RunJoiner {
  readonly #clock: Clock;
  /** When traces came first that name runs which are not known. */
  readonly #awaited = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of executions that are part of traces, the runs of Temporal: of each trace the one that was known first. */
  async followed(
    { temporal }: TenantStore,
    traced: readonly TracedExecution[],
  ): Promise<{ readonly runs: ReadonlyMap<string, string>; readonly others: readonly TracedExecution[] }> {
    const runs = new Map<string, string>();
    const others: TracedExecution[] = [];
    for (const one of traced) {
      const isRun = one.made === null && (await temporal.findRun(one.id)) !== null;
      if (!isRun) others.push(one);
      else if (!runs.has(one.traceId)) runs.set(one.traceId, one.id);
    }
    return { runs, others };
  }

  /**
   * Tells runs of a trace which spans are theirs. The same again changes nothing.
   * @param named the runs that its spans name
   * @param followed the run that names the trace; null for none
   * @param isMade whether there is an execution of the trace already: what belongs to no run is in that
   * @param spansOf gives its spans
   */
  async join(
    tenant: TenantStore,
    { traceId, runs: named }: MadeTrace,
    followed: string | null,
    isMade: boolean,
    spansOf: () => Promise<MadeTrace>,
  ): Promise<Verdict> {
    if (named.length === 0 && followed === null) return EXECUTION;
    const known = new Set<string>();
    for (const id of named) if ((await tenant.temporal.findRun(id)) !== null) known.add(id);
    if (known.size < named.length && (await this.#hasConnections(tenant))) {
      const until = this.#waitFor(`${tenant.workspaceId} ${traceId}`);
      if (until !== null) return { kind: 'later', until };
    }
    this.#awaited.delete(`${tenant.workspaceId} ${traceId}`);
    const fallback = followed ?? [...known][0] ?? null;
    if (fallback === null) return EXECUTION;
    const { info, events, fault } = await spansOf();
    if (fault !== null || info.startedAt === null) return EXECUTION;
    const { runs, rest, hasOtherRoot } = shareOut(events, known);
    const shares = new Map(runs);
    const isExecution = isMade || hasOtherRoot;
    if (!isExecution && rest.length > 0) shares.set(fallback, [...(shares.get(fallback) ?? []), ...rest]);
    let spans = 0;
    for (const [run, share] of shares) {
      if (await tenant.temporal.keepJoined(run, info.startedAt, share)) spans += share.length;
    }
    return { kind: 'joined', spans, isExecution };
  }

  async #hasConnections({ temporal }: TenantStore): Promise<boolean> {
    return (await temporal.listConnections()).some(({ isEnabled }) => isEnabled);
  }

  /** Until when a trace waits, for about as long as it has waited already; null once it has waited enough. */
  #waitFor(key: string): number | null {
    const now = this.#clock.now();
    const first = this.#awaited.get(key) ?? now;
    this.#awaited.set(key, first);
    const waited = now - first;
    return waited >= MOST_WAIT_US ? null : now + Math.max(FIRST_WAIT_US, waited);
  }
}

import { asMicros, since, toMicros, type EpochMicros, type SpanRecord, type TraceEvent } from '@flowprof/model';
import { StoreError, type SpanTimes, type TenantStore, type TracedExecution } from '@flowprof/store';
import type { MadeTrace } from './making.ts';

/** Codes of what may pass by itself, or another turn finds otherwise. */
const LATER = new Set(['not_started', 'not_found', 'conflict']);

/** The spans at the top of what was called, with those below them. */
function belowTops(spans: readonly SpanRecord[]): Map<string, SpanRecord[]> {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const tops = new Map<string, string>();
  const topOf = (span: SpanRecord): string => {
    const way = new Set<string>();
    let at = span;
    for (;;) {
      const known = tops.get(at.id);
      const parent = at.parentId === null ? undefined : byId.get(at.parentId);
      // What is on a cycle stands for itself.
      if (known !== undefined || parent === undefined || way.has(at.id)) {
        const top = known ?? at.id;
        for (const id of [...way, at.id]) tops.set(id, top);
        return top;
      }
      way.add(at.id);
      at = parent;
    }
  };
  const below = new Map<string, SpanRecord[]>();
  for (const span of spans) {
    const top = topOf(span);
    const some = below.get(top);
    if (some === undefined) below.set(top, [span]);
    else some.push(span);
  }
  return below;
}

/**
 * By how much the clock of a service seems to differ from that of its caller: what was called lies within the call. One
 * that is too long for it begins with it. 0 where it fits.
 * @see docs/formats/otlp.md, as for Zipkin and Jaeger
 */
function skewOf(called: SpanRecord, caller: SpanTimes): number {
  if (caller.duration === null) return called.start < caller.start ? caller.start - called.start : 0;
  const end = caller.start + caller.duration;
  const length = called.duration ?? 0;
  if (called.start >= caller.start && called.start + length <= end) return 0;
  const room = caller.duration - length;
  return caller.start + Math.max(0, Math.floor(room / 2)) - called.start;
}

/** A span of a service by the clock of its caller, as a part of the call. What it said itself stays with it. */
function moved(span: SpanRecord, by: number, origin: EpochMicros): SpanRecord {
  const kind = 'phase';
  if (by === 0) return { ...span, kind };
  const original = { original_start_us: origin + span.start, clock_offset_us: by };
  return { ...span, kind, start: asMicros(span.start + by), metadata: { ...span.metadata, ...original } };
}

/**
 * Tells an execution that is run here, or told of otherwise, which spans of services it called came with its trace id.
 * The same again changes nothing.
 * @returns false when it cannot take them yet
 */
export async function recordJoined(tenant: TenantStore, known: TracedExecution, made: MadeTrace): Promise<boolean> {
  const start = known.startedAt;
  if (start === null) return false;
  const origin: EpochMicros = made.info.startedAt ?? start;
  const shift = since(start, origin);
  const spans = made.events.flatMap((event) => (event.type === 'span' ? [event.span] : []));
  const rest = made.events.filter((event) => event.type !== 'span');
  const below = belowTops(spans);
  const callers = spans.filter(({ id }) => below.has(id)).flatMap(({ parentId }) => parentId ?? []);
  const times = await tenant.otlp.findSpans(known.id, callers);
  const events: TraceEvent[] = [...rest];
  for (const [top, some] of below) {
    const called = some.find(({ id }) => id === top);
    const caller = called === undefined ? undefined : times.get(called.parentId ?? '');
    const inRun = called && { ...called, start: toMicros(called.start + shift) };
    const by = inRun === undefined || caller === undefined ? 0 : skewOf(inRun, caller);
    for (const span of some) events.push({ type: 'span', span: moved(span, by, origin) });
    if (by !== 0)
      events.push({ type: 'warning', code: 'clock_skew', count: some.length, example: `span ${top} by ${by} us` });
  }
  try {
    await tenant.external.record(known.id, { origin, events });
    return true;
  } catch (error) {
    if (error instanceof StoreError && LATER.has(error.code)) return false;
    throw error;
  }
}

import { hoistSoleAttempts, KIND, type SpanTable, type Steps } from '@flowprof/model';
import { layOutInSteps, type Layout, type LayoutSpans } from '../layout/layout.ts';

/** What of a span table is read to lay it out. */
export type TraceSpans = LayoutSpans & Pick<SpanTable, 'kind'>;

/** Lays a trace out as it is shown: without the attempts that are the only ones of their nodes. */
export function* layTraceOut(spans: TraceSpans, now: number | null): Steps<Layout> {
  if (!spans.kind.includes(KIND.attempt)) return yield* layOutInSteps(spans, { now });
  const hoisted = hoistSoleAttempts(spans);
  yield;
  return yield* layOutInSteps(spans, { now, ...hoisted });
}

import { mergeSpans, type MergedSpans, type Micros, type Trace } from '@flowprof/model';

const known = new WeakMap<Trace, { readonly now: Micros | null; readonly merged: MergedSpans }>();

/** The spans of a trace merged by the names that stand above each other: once for a chart and for the tables beside it. */
export function mergedOf(trace: Trace, now: Micros | null): MergedSpans {
  const before = known.get(trace);
  if (before?.now === now) return before.merged;
  const merged = mergeSpans(trace, now);
  known.set(trace, { now, merged });
  return merged;
}

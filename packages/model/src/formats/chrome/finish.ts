import { AnnotationTableBuilder } from '../../trace/builder.ts';
import { NONE, type AnnotationTable, type SpanTable } from '../../trace/trace.ts';
import { toMicros } from '../../units.ts';
import type { Draft } from './draft.ts';
import type { SliceLookup } from './lookup.ts';
import type { Tracks } from './tracks.ts';

/** Spans of a file have no ids of their own; they are numbered after this prefix, the same at every reading. */
const ID_PREFIX = 'c4000000';

/** The earliest time of a slice or instant: what the spans count from. 0 for a file without any. */
function originOf(draft: Draft): number {
  let origin = Number.POSITIVE_INFINITY;
  for (let row = 0; row < draft.length; row++) origin = Math.min(origin, draft.start[row]);
  for (const { time } of draft.instants) origin = Math.min(origin, time);
  return Number.isFinite(origin) ? origin : 0;
}

/**
 * Turns the file's times into whole microseconds from its origin. The origin is taken off before rounding, as times since
 * the epoch leave a double few bits for fractions. Start and end are rounded each, so what was nested stays nested.
 */
function timesOf(draft: Draft, origin: number) {
  const start = new Float64Array(draft.length);
  const duration = new Float64Array(draft.length);
  for (let row = 0; row < draft.length; row++) {
    const from = draft.start[row] - origin;
    const to = draft.end[row] - origin;
    start[row] = Math.round(from);
    const rounded = Math.round(to) - start[row];
    duration[row] = rounded > 0 ? rounded : 0;
    if (to < from) draft.warnings.add('end_before_start', `"${draft.nameAt(row)}" at ${draft.start[row]} us`);
    if (start[row] !== from || Math.round(to) !== to) {
      draft.warnings.add('sampled_times', `"${draft.nameAt(row)}" at ${draft.start[row]} us`);
    }
  }
  return { start, duration };
}

/** The finished columns of a draft. */
export function finishTrace(
  draft: Draft,
  tracks: Tracks,
  lookup: SliceLookup,
): { readonly spans: SpanTable; readonly annotations: AnnotationTable; readonly origin: number } {
  const { length } = draft;
  const origin = originOf(draft);
  const used = new Uint8Array(tracks.list.length);
  for (let row = 0; row < length; row++) used[draft.track[row]] = 1;
  const order = tracks.order(used);
  const track = new Int32Array(length);
  for (let row = 0; row < length; row++) track[row] = order.position[draft.track[row]];
  const annotations = new AnnotationTableBuilder();
  for (const instant of draft.instants) {
    const row = instant.question === NONE ? instant.row : lookup.answer(instant.question);
    annotations.add(row, toMicros(instant.time - origin), instant.label, instant.type, instant.metadata);
  }
  const spans: SpanTable = {
    length,
    ids: { prefix: ID_PREFIX, listed: null },
    names: [...draft.names.values],
    ...timesOf(draft, origin),
    parent: draft.parent.slice(0, length),
    name: draft.name.slice(0, length),
    node: new Int32Array(length).fill(NONE),
    kind: draft.kind.slice(0, length),
    status: draft.status.slice(0, length),
    flags: draft.flags.slice(0, length),
    track: length === 0 ? null : track,
    tracks: order.names,
    metadata: draft.metadata,
  };
  return { spans, annotations: annotations.snapshot(), origin };
}

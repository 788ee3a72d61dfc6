import { NONE, type SpanTable } from '../trace/trace.ts';
import type { SpanTree } from '../trace/tree.ts';
import type { Micros } from '../units.ts';
import type { HoistedSpans } from './hoist.ts';

/** So many levels of spans at most: with lists, annotations and metadata that is within 64 levels of JSON. */
export const MAX_SPAN_LEVELS = 30;

/** So many spans, when the caller does not say: about 4 MB of JSON. */
export const DEFAULT_MAX_SPANS = 20_000;

/** What to leave out; nothing when absent, but for the limits on spans and depth. */
export interface FlameChartCut {
  /** How many levels of spans, from 1; at most `MAX_SPAN_LEVELS`. */
  readonly depth?: number;
  /** Spans shorter than this are left out, with what is in them. Milliseconds. */
  readonly minDurationMs?: number;
  /** Only spans that touch the time from here ... Milliseconds from the execution's start. */
  readonly fromMs?: number;
  /** ... to here. */
  readonly toMs?: number;
  /** At most so many spans: whole levels from the top, then the longest. `DEFAULT_MAX_SPANS` when absent. */
  readonly maxSpans?: number;
  /** Where spans that still run end; by default at the latest time that the trace knows. */
  readonly now?: Micros;
}

/** How many spans a cut left out, by reason. What was in such a span counts with it. */
export interface FlameChartTruncation {
  readonly spans_left_out: number;
  readonly by_depth: number;
  readonly by_min_duration: number;
  readonly by_window: number;
  readonly by_max_spans: number;
  readonly nodes_not_started_left_out: number;
}

const SHOWN = 0;
const DEPTH = 1;
const DURATION = 2;
const WINDOW = 3;
const COUNT = 4;

/** Which spans are not touched by the limit on their number, and why the others are. */
function applyCut(
  spans: SpanTable,
  tree: SpanTree,
  ends: Float64Array,
  hoisted: HoistedSpans,
  cut: FlameChartCut,
): Uint8Array {
  const levels = Math.min(cut.depth ?? MAX_SPAN_LEVELS, MAX_SPAN_LEVELS);
  const shortest = (cut.minDurationMs ?? 0) * 1000;
  const from = (cut.fromMs ?? -Infinity) * 1000;
  const to = (cut.toMs ?? Infinity) * 1000;
  const reason = new Uint8Array(spans.length);
  for (const row of tree.order) {
    const up = hoisted.parent[row];
    if (hoisted.hidden[row] === 1) continue;
    if (up !== NONE && reason[up] !== SHOWN) reason[row] = reason[up];
    else if (tree.depth[row] >= levels) reason[row] = DEPTH;
    else if (spans.start[row] > to || ends[row] < from) reason[row] = WINDOW;
    else if (ends[row] - spans.start[row] < shortest) reason[row] = DURATION;
  }
  return reason;
}

/** Leaves out the shortest spans of the level that does not fit, and everything below it. */
function applyLimit(
  spans: SpanTable,
  tree: SpanTree,
  ends: Float64Array,
  reason: Uint8Array,
  hoisted: HoistedSpans,
  limit: number,
): void {
  const levels: number[][] = [];
  for (const row of tree.order) {
    if (reason[row] === SHOWN && hoisted.hidden[row] === 0) (levels[tree.depth[row]] ??= []).push(row);
  }
  let room = limit;
  for (const level of levels) {
    const candidates = level.filter((row) => {
      const up = hoisted.parent[row];
      if (up !== NONE && reason[up] === COUNT) reason[row] = COUNT;
      return reason[row] === SHOWN;
    });
    if (candidates.length <= room) {
      room -= candidates.length;
      continue;
    }
    const longestFirst = candidates.sort((a, b) => ends[b] - spans.start[b] - (ends[a] - spans.start[a]) || a - b);
    for (const row of longestFirst.slice(room)) reason[row] = COUNT;
    room = 0;
  }
}

/**
 * Chooses the spans that a cut leaves, each only with its parent, and counts the rest.
 * @param tree built by the parents of `hoisted`
 */
export function chooseSpans(
  spans: SpanTable,
  tree: SpanTree,
  ends: Float64Array,
  hoisted: HoistedSpans,
  cut: FlameChartCut,
): { readonly shown: Uint8Array; readonly truncation: FlameChartTruncation } {
  const reason = applyCut(spans, tree, ends, hoisted, cut);
  applyLimit(spans, tree, ends, reason, hoisted, cut.maxSpans ?? DEFAULT_MAX_SPANS);
  const shown = new Uint8Array(spans.length);
  const counts = [0, 0, 0, 0, 0];
  for (let row = 0; row < spans.length; row++) {
    if (hoisted.hidden[row] === 1) continue;
    counts[reason[row]]++;
    if (reason[row] === SHOWN) shown[row] = 1;
  }
  return {
    shown,
    truncation: {
      spans_left_out: counts[DEPTH] + counts[DURATION] + counts[WINDOW] + counts[COUNT],
      by_depth: counts[DEPTH],
      by_min_duration: counts[DURATION],
      by_window: counts[WINDOW],
      by_max_spans: counts[COUNT],
      nodes_not_started_left_out: 0,
    },
  };
}

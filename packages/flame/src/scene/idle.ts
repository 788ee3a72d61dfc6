import { isContainerType, isIdlePhase, KIND, NONE, type Trace } from '@flowprof/model';
import type { IdleRules, TimeRange } from '../values.ts';
import type { Layout } from '../layout/layout.ts';
import { REAL_TIME, TimeMap } from '../time-map.ts';

/** What counts as idle where nothing else is said. */
export const IDLE_RULES: IdleRules = { queue: true, sleep: true };

/** A stretch is cut when it is longer than this part of the time in which something worked. */
const LEAST_SHARE = 0.1;
/** What stands for a cut stretch is this part of that time, and all of them together are at most the other. */
const BREAK_SHARE = 0.018;
const BREAKS_SHARE = 0.25;
/** At most so many stretches are cut, the longest. */
const MOST_BREAKS = 200;

function isIdleName(name: string, rules: IdleRules): boolean {
  if (name === 'interrupted') return true;
  if (name === 'sleep' || name === 'delay') return rules.sleep;
  return rules.queue && isIdlePhase(name);
}

/** 1 for the rows whose own time is no work: waits, and nodes that are there to hold others. */
function idleRows(trace: Trace, layout: Layout, rules: IdleRules): Uint8Array {
  const { spans, nodes } = trace;
  const idle = new Uint8Array(spans.length);
  const byName = Uint8Array.from(spans.names, (name) => (isIdleName(name, rules) ? 1 : 0));
  const byType = Uint8Array.from(nodes.type, (type) => (isContainerType(type) ? 1 : 0));
  for (const row of layout.laneRows) {
    const node = spans.node[row];
    if (spans.kind[row] !== KIND.node) idle[row] = byName[spans.name[row]];
    else if (node !== NONE) idle[row] = byType[node];
    const parent = layout.parent[row];
    if (spans.kind[row] === KIND.node && parent !== NONE && spans.kind[parent] === KIND.node) idle[parent] = 1;
  }
  return idle;
}

/** The stretches of own time of all spans that work: when they begin and when they end, each sorted. */
function workOf(layout: Layout, idle: Uint8Array): { starts: Float64Array; ends: Float64Array } {
  const { laneRows, childOffsets, children, start, end } = layout;
  const starts = new Float64Array(laneRows.length + children.length);
  const ends = new Float64Array(laneRows.length + children.length);
  let count = 0;
  for (const row of laneRows) {
    if (idle[row] === 1) continue;
    let reached = start[row];
    for (let c = childOffsets[row]; c < childOffsets[row + 1]; c++) {
      const child = children[c];
      if (start[child] > reached && reached < end[row]) {
        starts[count] = reached;
        ends[count++] = Math.min(start[child], end[row]);
      }
      if (end[child] > reached) reached = end[child];
    }
    if (reached < end[row]) {
      starts[count] = reached;
      ends[count++] = end[row];
    }
  }
  return { starts: starts.subarray(0, count).toSorted(), ends: ends.subarray(0, count).toSorted() };
}

/** The stretches between the earliest start and the latest end in which nothing works, in the order of time. */
export function idleStretches(trace: Trace, layout: Layout, rules: IdleRules = IDLE_RULES): TimeRange[] {
  const { starts, ends } = workOf(layout, idleRows(trace, layout, rules));
  const found: TimeRange[] = [];
  let idleFrom = layout.minTime;
  let ended = 0;
  for (let begun = 0; begun < starts.length; begun++) {
    while (ended < begun && ends[ended] < starts[begun]) ended++;
    if (ended === begun) {
      const from = begun === 0 ? idleFrom : ends[begun - 1];
      if (starts[begun] > from) found.push({ start: from, end: starts[begun] });
    }
  }
  if (ends.length > 0) idleFrom = ends[ends.length - 1];
  if (starts.length > 0 && layout.maxTime > idleFrom) found.push({ start: idleFrom, end: layout.maxTime });
  return found;
}

function length({ start, end }: TimeRange): number {
  return end - start;
}

/** Cuts the long stretches in which nothing works. Everything stays as it is where there are none, or nothing else. */
export function cutIdle(trace: Trace, layout: Layout, rules: IdleRules = IDLE_RULES): TimeMap {
  const idle = idleStretches(trace, layout, rules);
  const worked = idle.reduce((left, gap) => left - length(gap), layout.maxTime - layout.minTime);
  const least = rules.longerThan ?? worked * LEAST_SHARE;
  if (worked <= 0) return REAL_TIME;
  const long = idle.filter((gap) => length(gap) > least);
  const cut = long.toSorted((a, b) => length(b) - length(a)).slice(0, MOST_BREAKS);
  cut.sort((a, b) => a.start - b.start);
  const narrow = Math.min(worked * BREAK_SHARE, (worked * BREAKS_SHARE) / Math.max(1, cut.length));
  return new TimeMap(cut.map((gap) => ({ ...gap, length: Math.min(narrow, length(gap)) })));
}

/** A layout in the time of the chart. */
export function mapLayout(layout: Layout, map: TimeMap): Layout {
  if (map.breaks.length === 0) return layout;
  const start = map.column(layout.start);
  const end = map.column(layout.end);
  return {
    ...layout,
    start,
    end,
    laneStart: Float64Array.from(layout.laneRows, (row) => start[row]),
    laneEnd: Float64Array.from(layout.laneRows, (row) => end[row]),
    minTime: map.toChart(layout.minTime),
    maxTime: map.toChart(layout.maxTime),
  };
}

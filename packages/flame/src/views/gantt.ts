import { KIND, NO_LINKS, NONE, spanEnds, STATUSES, type Micros, type Status, type Trace } from '@flowprof/model';
import type { Block } from '../api.ts';
import { spanSentence } from '../describe.ts';
import type { Layout } from '../layout/layout.ts';
import { mapLayout } from '../scene/idle.ts';
import { Looks } from '../scene/looks.ts';
import { laneTopsOf, METRICS } from '../scene/metrics.ts';
import { spanFrom, type Direction } from '../scene/navigate.ts';
import { markedIn } from '../scene/runs.ts';
import { whyNotRun, type Scene } from '../scene/scene.ts';
import type { TimeMap } from '../time-map.ts';
import { formatDuration } from '../time.ts';
import { layoutOfPlaced } from './block-layout.ts';
import { attemptsOf, ganttPicture, type GanttPicture, type GanttTimes } from './gantt-units.ts';
import { ranFromOf, rowSources, type RowSource } from './gantt-rows.ts';
import { blockSentence } from './left-heavy.ts';
import { mergedOf } from './merged-of.ts';
import type { ModeScene } from './mode-scene.ts';

/** So far up is looked for a bar that a span is part of. */
const MOST_LEVELS = 1_000;

/** What of a run its rows are made of: the same however they are folded. */
export interface GanttSource {
  readonly trace: Trace;
  readonly rows: readonly RowSource[];
  readonly times: GanttTimes;
  readonly attempts: ReadonlyMap<number, readonly number[]>;
}

export function ganttSource(trace: Trace, now: Micros | null): GanttSource {
  const ends = spanEnds(trace.spans, now);
  return {
    trace,
    rows: rowSources(trace, ends, () => mergedOf(trace, now)),
    times: { start: trace.spans.start, ends, ran: ranFromOf(trace, ends) },
    attempts: attemptsOf(trace),
  };
}

class GanttLooks extends Looks {
  readonly #ran: Float64Array;

  constructor(trace: Trace, layout: Layout, ran: Float64Array) {
    super(trace, layout);
    this.#ran = ran;
  }

  override ranFrom(row: number): number {
    return this.#ran[row];
  }
}

/** The bars as the spans of a trace, whose nodes and annotations are those of the run. */
function traceOfUnits(trace: Trace, { units, unitOf }: GanttPicture): Trace {
  const { spans, nodes, annotations } = trace;
  const names = new Map<string, number>();
  const several = (count: number): number => {
    const text = `${count.toLocaleString('en')} runs`;
    const code = names.get(text) ?? spans.names.length + names.size;
    names.set(text, code);
    return code;
  };
  const isOne = (unit: number): boolean => units.count[unit] === 1;
  const rowOf = (span: number): number => (span === NONE ? NONE : unitOf[span]);
  const name = Uint32Array.from(units.span, (span, unit) =>
    isOne(unit) ? spans.name[span] : several(units.count[unit]),
  );
  const completed = STATUSES.indexOf('completed' satisfies Status);
  return {
    ...trace,
    nodes: { ...nodes, span: nodes.span.map(rowOf) },
    spans: {
      length: units.length,
      ids: { prefix: '', listed: null },
      names: [...spans.names, ...names.keys()],
      start: Float64Array.from(units.start),
      duration: Float64Array.from(units.end, (end, unit) =>
        isOne(unit) && spans.duration[units.span[unit]] < 0 ? -1 : end - units.start[unit],
      ),
      parent: new Int32Array(units.length).fill(NONE),
      name,
      node: Int32Array.from(units.span, (span) => spans.node[span]),
      kind: Uint8Array.from(units.span, (span, unit) => (isOne(unit) ? spans.kind[span] : KIND.node)),
      status: Uint8Array.from(units.span, (span, unit) => (isOne(unit) ? spans.status[span] : completed)),
      flags: new Uint8Array(units.length),
      track: null,
      tracks: [],
      metadata: new Map(),
    },
    annotations: { ...annotations, span: annotations.span.map(rowOf) },
    links: NO_LINKS,
  };
}

/** Rows of which no instance has started, as outlines in their lanes. */
function outlinesOf(
  source: GanttSource,
  { rows }: GanttPicture,
  laneTops: Float64Array,
  time: TimeMap,
): Scene['outlines'] {
  const byId = new Map(source.rows.map((row) => [row.id, row]));
  return rows.flatMap(({ id, name, count, lane }) => {
    const of = byId.get(id);
    if (of === undefined || count > 0 || of.why === null) return [];
    return [{ name, why: whyNotRun(of.why), time: time.toChart(of.readyAt), top: laneTops[lane] }];
  });
}

function sceneOfPicture(source: GanttSource, picture: GanttPicture, time: TimeMap): Scene {
  const { units, rows, laneCount } = picture;
  const trace = traceOfUnits(source.trace, picture);
  const real = layoutOfPlaced({
    parent: trace.spans.parent,
    start: trace.spans.start,
    end: Float64Array.from(units.end),
    laneOf: Int32Array.from(units.lane),
    laneCount,
  });
  for (const { lane } of rows) real.stackStart[lane] = 1;
  const layout = mapLayout(real, time);
  const laneTops = laneTopsOf(layout);
  const isFailed = Uint8Array.from({ length: 256 }, (_, code) =>
    STATUSES[code] === 'failed' || STATUSES[code] === 'timeout' ? 1 : 0,
  );
  return {
    trace,
    layout,
    time,
    realEnd: real.end,
    looks: new GanttLooks(trace, layout, time.column(Float64Array.from(units.ran))),
    laneTops,
    amountOf: (row) => {
      const amount = formatDuration(units.total[row]);
      return units.count[row] === 1 ? amount : `${amount}, up to ${units.atOnce[row]} at once`;
    },
    failed: markedIn(layout, (row) => isFailed[trace.spans.status[row]] === 1),
    outlines: outlinesOf(source, picture, laneTops, time),
    contentHeight: laneTops[laneCount] + METRICS.bottomPadding,
  };
}

/** The nearest bar in the row above (-1) or below (1) that has one. */
function beside(scene: Scene, row: number, by: 1 | -1): number {
  const { laneOf, laneOffsets, laneRows, laneCount, start, end } = scene.layout;
  const middle = (start[row] + end[row]) / 2;
  for (let lane = laneOf[row] + by; lane >= 0 && lane < laneCount; lane += by) {
    let best: number = NONE;
    for (let i = laneOffsets[lane]; i < laneOffsets[lane + 1]; i++) {
      const away = (at: number): number => Math.max(start[at] - middle, middle - end[at], 0);
      if (best === NONE || away(laneRows[i]) < away(best)) best = laneRows[i];
    }
    if (best !== NONE) return best;
  }
  return NONE;
}

function stepFrom(scene: Scene, row: number, direction: Direction): number {
  switch (direction) {
    case 'parent':
      return beside(scene, row, -1);
    case 'child':
      return beside(scene, row, 1);
    case 'next-sibling':
      return spanFrom(scene, row, 'next');
    case 'previous-sibling':
      return spanFrom(scene, row, 'previous');
    case 'next':
    case 'previous':
    case 'dependency':
    case 'dependent':
      return spanFrom(scene, row, direction);
    default:
      return direction satisfies never;
  }
}

/** The bar that a span is in, or is part of. */
function unitOfSpan({ trace }: GanttSource, { unitOf }: GanttPicture, span: number): number {
  const { spans, nodes } = trace;
  if (span < 0 || span >= spans.length) return NONE;
  for (let at = span, level = 0; at !== NONE && level < MOST_LEVELS; at = spans.parent[at], level++) {
    if (unitOf[at] !== NONE) return unitOf[at];
  }
  for (
    let node = spans.node[span], level = 0;
    node !== NONE && level < MOST_LEVELS;
    node = nodes.parent[node], level++
  ) {
    const at = nodes.span[node];
    if (at !== NONE && unitOf[at] !== NONE) return unitOf[at];
  }
  return NONE;
}

/** A row for each node. */
export function ganttMode(source: GanttSource, folds: ReadonlyMap<string, boolean>, time: TimeMap): ModeScene {
  const { trace, times } = source;
  const picture = ganttPicture(source.rows, trace.spans.length, times, source.attempts, folds);
  const { units, rows } = picture;
  const scene = sceneOfPicture(source, picture, time);
  const rowOf = (span: number): number => unitOfSpan(source, picture, span);
  const blockOf = (row: number): Block | null => {
    if (row === NONE || units.count[row] === 1) return null;
    const { name, nodeKey, total } = rows[units.row[row]];
    const share = total > 0 ? units.total[row] / total : 0;
    const amounts = { total: units.total[row], self: units.total[row], count: units.count[row] };
    return { role: 'block', name, nodeKey, ...amounts, share, base: null, atOnce: units.atOnce[row] };
  };
  return {
    mode: 'gantt',
    scene,
    isClock: true,
    rows,
    settle: (span) => (span >= 0 && span < trace.spans.length ? span : NONE),
    rowOf,
    spanOf: (row, current) => (row === NONE ? NONE : rowOf(current) === row ? current : units.span[row]),
    blockOf,
    step: (row, direction) => stepFrom(scene, row, direction),
    sentence: (row) => {
      const block = blockOf(row);
      return block === null ? spanSentence(trace, units.span[row]) : blockSentence(block);
    },
  };
}

import {
  isFailure,
  KIND,
  NO_LINKS,
  NONE,
  spanEnds,
  STATUSES,
  statusOf,
  type Micros,
  type Status,
  type Trace,
} from '@flowprof/model';
import type { Block } from '../api.ts';
import { spanSentence } from '../describe.ts';
import type { Layout } from '../layout/layout.ts';
import { mapLayout } from '../scene/idle.ts';
import { Looks } from '../scene/looks.ts';
import { laneTopsOf, METRICS } from '../scene/metrics.ts';
import { spanFrom } from '../scene/navigate.ts';
import type { Direction } from '../values.ts';
import { markedIn } from '../scene/runs.ts';
import { whyNotRun, type LevelProfile, type Scene } from '../scene/scene.ts';
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

function failedOf({ spans }: Trace): Uint8Array {
  const failure = Uint8Array.from({ length: 256 }, (_, code) => (isFailure(statusOf(code)) ? 1 : 0));
  return spans.status.map((code) => failure[code]);
}

export function ganttSource(trace: Trace, now: Micros | null): GanttSource {
  const ends = spanEnds(trace.spans, now);
  return {
    trace,
    rows: rowSources(trace, ends, () => mergedOf(trace, now)),
    times: { start: trace.spans.start, ends, ran: ranFromOf(trace, ends), failed: failedOf(trace) },
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
  const several = (unit: number): number => {
    const failed = units.failed[unit] === 0 ? '' : `, ${units.failed[unit].toLocaleString('en')} failed`;
    const text = `${units.count[unit].toLocaleString('en')} runs${failed}`;
    const code = names.get(text) ?? spans.names.length + names.size;
    names.set(text, code);
    return code;
  };
  const isOne = (unit: number): boolean => units.count[unit] === 1;
  const rowOf = (span: number): number => (span === NONE ? NONE : unitOf[span]);
  const name = Uint32Array.from(units.span, (span, unit) => (isOne(unit) ? spans.name[span] : several(unit)));
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

/** So many parts of time a profile has at most, and two for each run. */
const MOST_LEVELS_OF_TIME = 2_000;

/** How many runs were under way in each part of the time of the bars that stand for several. */
function profilesOf({ times }: GanttSource, { units }: GanttPicture, layout: Layout, time: TimeMap): LevelProfile[] {
  return Array.from(units.several, ([row, spans]) => {
    const from = time.toChart(units.ran[row]);
    const parts = Math.min(MOST_LEVELS_OF_TIME, spans.length * 2);
    const perMicro = parts / Math.max(1, layout.end[row] - from);
    const change = new Float64Array(parts + 1);
    const inside = new Float64Array(parts + 1);
    for (const span of spans) {
      const begins = Math.max(0, (time.toChart(times.ran[span]) - from) * perMicro);
      const ends = Math.min(parts, (time.toChart(times.ends[span]) - from) * perMicro);
      const first = Math.min(parts - 1, Math.floor(begins));
      const last = Math.min(parts - 1, Math.floor(ends));
      if (first === last) {
        inside[first] += ends - begins;
        continue;
      }
      inside[first] += first + 1 - begins;
      inside[last] += ends - last;
      change[first + 1]++;
      change[last]--;
    }
    const levels = new Float32Array(parts);
    let running = 0;
    let most = 0;
    for (let i = 0; i < parts; i++) {
      running += change[i];
      levels[i] = running + inside[i];
      if (levels[i] > most) most = levels[i];
    }
    return { row, from, levels, most: Math.max(most, 1) };
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
    failed: markedIn(layout, (row) => units.count[row] === 1 && source.times.failed[units.span[row]] === 1),
    profiles: profilesOf(source, picture, layout, time),
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

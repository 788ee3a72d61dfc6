import { instanceName, NONE, statusOf, type Status, type Trace } from '@flowprof/model';
import type { IdleRules } from '../values.ts';
import type { Layout } from '../layout/layout.ts';
import { preparedOf } from '../load/prepared.ts';
import { REAL_TIME, type TimeMap } from '../time-map.ts';
import type { BitSet } from './bits.ts';
import { cutIdle, mapLayout } from './idle.ts';
import { Looks } from './looks.ts';
import { laneTopsOf, METRICS } from './metrics.ts';

/** At most so many nodes that have not started are drawn. */
const MOST_OUTLINES = 200;

/** A node that has not started: a dotted outline where it could have begun. */
interface Outline {
  readonly name: string;
  readonly why: 'skipped' | 'cancelled' | 'not started';
  /** Where its dependencies ended, as far as they have. */
  readonly time: number;
  /** In CSS pixels below the axis. */
  readonly top: number;
}

/** How many of the spans that a row stands for ran at each time, in equal parts of the time from `from` to its end. */
export interface LevelProfile {
  readonly row: number;
  readonly from: number;
  readonly levels: Float32Array;
  readonly most: number;
}

/** A trace made ready to be drawn; it stays the same while one looks around in it. */
export interface Scene {
  readonly trace: Trace;
  /** In the time of the chart, which is that of the run unless idle stretches are cut. */
  readonly layout: Layout;
  /** From the time of the run to that of the chart. */
  readonly time: TimeMap;
  /** The end of every row in the time of the run, also of those that still run. */
  readonly realEnd: Float64Array;
  readonly looks: Looks;
  readonly laneTops: Float64Array;
  /** The positions in the lanes of what failed. */
  readonly failed: BitSet;
  readonly outlines: readonly Outline[];
  /** By row, how it differs from what it is compared with, as a code of `views/difference.ts`. */
  readonly difference?: Int8Array | null;
  /** Rows that stand for several spans which ran at once. */
  readonly profiles?: readonly LevelProfile[];
  /** What stands at the right of a row's bar; its duration when absent. */
  readonly amountOf?: (row: number) => string;
  /** The height of everything below the axis, in CSS pixels. */
  readonly contentHeight: number;
}

export function whyNotRun(status: Status): Outline['why'] {
  return status === 'skipped' || status === 'cancelled' ? status : 'not started';
}

function outlinesOf(trace: Trace, layout: Layout, top: number): Outline[] {
  const { nodes } = trace;
  const outlines: Outline[] = [];
  for (let node = 0; node < nodes.length && outlines.length < MOST_OUTLINES; node++) {
    if (nodes.span[node] !== NONE) continue;
    let time = layout.minTime;
    for (let d = nodes.depOffsets[node]; d < nodes.depOffsets[node + 1]; d++) {
      const dep = nodes.deps[d];
      if (nodes.span[dep] !== NONE) time = Math.max(time, layout.end[nodes.span[dep]]);
      else if (statusOf(nodes.status[dep]) !== 'skipped') time = layout.maxTime;
    }
    const why = whyNotRun(statusOf(nodes.status[node]));
    const y = top + METRICS.stackGap + outlines.length * (METRICS.lanePitch + 2);
    outlines.push({ name: instanceName(nodes, node), why, time, top: y });
  }
  return outlines;
}

export interface SceneOptions {
  readonly now?: number | null;
  readonly notStarted?: boolean;
  /** Cuts idle stretches short by these rules. */
  readonly cutIdle?: IdleRules | null;
}

/**
 * Makes a trace ready to be drawn. What takes long is found out once for each table of spans (see `load/prepared.ts`):
 * where only the clock goes on, little is left.
 */
export function sceneOf(trace: Trace, options: SceneOptions = {}): Scene {
  const { layout: real, failed } = preparedOf(trace.spans, options.now ?? null);
  const time = options.cutIdle ? cutIdle(trace, real, options.cutIdle) : REAL_TIME;
  const layout = mapLayout(real, time);
  const laneTops = laneTopsOf(layout);
  const bottom = laneTops[layout.laneCount];
  const outlines = options.notStarted === false ? [] : outlinesOf(trace, layout, bottom);
  const lastOutline = outlines.at(-1);
  return {
    trace,
    layout,
    time,
    realEnd: real.end,
    looks: new Looks(trace, layout),
    laneTops,
    failed,
    outlines,
    contentHeight: (lastOutline ? lastOutline.top + METRICS.lanePitch : bottom) + METRICS.bottomPadding,
  };
}

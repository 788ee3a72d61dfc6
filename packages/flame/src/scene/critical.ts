import { NONE } from '@flowprof/model';
import type { CriticalPath, CriticalSegments } from '../api.ts';
import { shownRow } from '../layout/layout.ts';
import type { Scene } from './scene.ts';

/** The critical path by lane: the sections in lane `l` are `[offsets[l] .. offsets[l + 1])`, in the order of time. */
export interface CriticalLanes {
  readonly offsets: Uint32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** The lane of every section in the order of time, with its times: what the joints between lanes are drawn by. */
  readonly inTime: { readonly lane: Int32Array; readonly start: Float64Array; readonly end: Float64Array };
}

function segmentsOf(path: CriticalPath, { layout, time }: Pick<Scene, 'layout' | 'time'>): CriticalSegments {
  if (!(path instanceof Int32Array)) {
    return { row: path.row, start: time.column(path.start), end: time.column(path.end) };
  }
  return {
    row: path,
    start: Float64Array.from(path, (row) => layout.start[row]),
    end: Float64Array.from(path, (row) => layout.end[row]),
  };
}

/** Sorts a critical path into the lanes of a scene. Rows that are not shown are left out. */
export function criticalLanesOf(path: CriticalPath, scene: Pick<Scene, 'layout' | 'time'>): CriticalLanes {
  const segments = segmentsOf(path, scene);
  const { layout } = scene;
  const shown: number[] = [];
  for (let i = 0; i < segments.row.length; i++) {
    if (shownRow(layout, segments.row[i]) !== NONE) shown.push(i);
  }
  shown.sort((a, b) => segments.start[a] - segments.start[b] || segments.end[a] - segments.end[b]);
  const lane = Int32Array.from(shown, (i) => layout.laneOf[shownRow(layout, segments.row[i])]);
  const inTime = {
    lane,
    start: Float64Array.from(shown, (i) => segments.start[i]),
    end: Float64Array.from(shown, (i) => segments.end[i]),
  };
  const offsets = new Uint32Array(layout.laneCount + 1);
  for (const l of lane) offsets[l + 1]++;
  for (let l = 0; l < layout.laneCount; l++) offsets[l + 1] += offsets[l];
  const next = offsets.slice();
  const start = new Float64Array(shown.length);
  const end = new Float64Array(shown.length);
  for (let i = 0; i < shown.length; i++) {
    const at = next[lane[i]]++;
    start[at] = inTime.start[i];
    end[at] = inTime.end[i];
  }
  return { offsets, start, end, inTime };
}

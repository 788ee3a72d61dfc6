import { KIND, NONE, type SpanTable } from './trace.ts';

/** The track on which Bazel draws its own critical path: copies of spans that other tracks show, and never work. */
export const RECORDED_PATH_TRACK = 'Critical Path';

/** The spans of a critical path that the source itself records, in order of start; none where it records none. */
export function recordedPathRows(spans: SpanTable): Uint32Array {
  const { track, tracks, kind, start, length } = spans;
  if (track === null) return new Uint32Array(0);
  const isOfPath = tracks.map((name) => name === RECORDED_PATH_TRACK || name.endsWith(` / ${RECORDED_PATH_TRACK}`));
  if (!isOfPath.includes(true)) return new Uint32Array(0);
  const rows: number[] = [];
  for (let row = 0; row < length; row++) {
    if (track[row] !== NONE && isOfPath[track[row]] && kind[row] === KIND.system) rows.push(row);
  }
  return Uint32Array.from(rows.sort((a, b) => start[a] - start[b] || a - b));
}

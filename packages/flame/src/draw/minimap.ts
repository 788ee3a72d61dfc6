import type { TimeRange } from '../api.ts';
import { LOOK } from '../scene/looks.ts';
import type { Scene } from '../scene/scene.ts';
import type { Theme } from '../theme.ts';

/** How busy the run was over time, in columns of equal length. */
export interface Overview {
  readonly reach: TimeRange;
  /** The average number of spans at work in each column. */
  readonly busy: Float32Array;
  /** Bit 1: a failed span begins, ends or runs in it. */
  readonly failed: Uint8Array;
}

/** Counts how many spans are at work (waits excluded) in each of `columns` parts of the reach. O(spans + columns). */
export function overviewOf(scene: Scene, reach: TimeRange, columns: number): Overview {
  const { layout, looks } = scene;
  const change = new Float64Array(columns + 1);
  const inside = new Float64Array(columns + 1);
  const failed = new Uint8Array(columns);
  const perMicro = columns / (reach.end - reach.start);
  for (const row of layout.laneRows) {
    const look = looks.look(row);
    if (look === LOOK.wait) continue;
    const from = Math.max(0, (layout.start[row] - reach.start) * perMicro);
    const to = Math.min(columns, (layout.end[row] - reach.start) * perMicro);
    const first = Math.min(columns - 1, Math.floor(from));
    const last = Math.min(columns - 1, Math.floor(to));
    if (look === LOOK.failed || look === LOOK.timeout) failed[last] = 1;
    if (first === last) {
      inside[first] += to - from;
      continue;
    }
    inside[first] += first + 1 - from;
    inside[last] += to - last;
    change[first + 1]++;
    change[last]--;
  }
  const busy = new Float32Array(columns);
  let running = 0;
  for (let i = 0; i < columns; i++) {
    running += change[i];
    busy[i] = running + inside[i];
  }
  return { reach, busy, failed };
}

export interface MinimapFrame {
  readonly overview: Overview;
  readonly window: TimeRange;
  readonly theme: Theme;
  readonly dpr: number;
  readonly width: number;
  readonly height: number;
  /** Times to mark, e.g. of matches; at most a few thousand. */
  readonly marks: Float64Array | null;
}

function drawProfile(context: CanvasRenderingContext2D, frame: MinimapFrame, top: number, bottom: number): void {
  const { busy } = frame.overview;
  let most = 0;
  for (const value of busy) if (value > most) most = value;
  if (most === 0) return;
  const perColumn = frame.width / busy.length;
  context.beginPath();
  context.moveTo(0, bottom);
  for (let i = 0; i < busy.length; i++) {
    const y = bottom - ((bottom - top) * busy[i]) / most;
    context.lineTo(i * perColumn, y);
    context.lineTo((i + 1) * perColumn, y);
  }
  context.lineTo(frame.width, bottom);
  context.fill();
}

/** Draws the strip over the whole run, with the part in view as a window. */
export function drawMinimap(context: CanvasRenderingContext2D, frame: MinimapFrame): void {
  const { overview, window, theme, dpr, width, height } = frame;
  const { reach, failed } = overview;
  const line = Math.max(1, Math.round(dpr));
  const toX = (time: number): number => Math.round(((time - reach.start) / (reach.end - reach.start)) * width);
  const from = Math.max(0, toX(window.start));
  const to = Math.min(width, Math.max(from + 2 * line, toX(window.end)));
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  const whole = from <= 1 && to >= width - 1;
  if (!whole) {
    context.fillStyle = theme.minimapShade;
    context.fillRect(0, 0, from, height);
    context.fillRect(to, 0, width - to, height);
  }
  context.fillStyle = theme.minimapFill;
  drawProfile(context, frame, 9 * dpr, height - line);
  context.fillStyle = theme.failed.fill;
  const perColumn = width / failed.length;
  const half = 3.5 * dpr;
  context.beginPath();
  for (let i = 0; i < failed.length; i++) {
    if (failed[i] === 0) continue;
    const x = (i + 0.5) * perColumn;
    context.moveTo(x - half, dpr);
    context.lineTo(x + half, dpr);
    context.lineTo(x, dpr + half * 1.8);
  }
  context.fill();
  if (frame.marks !== null) {
    context.fillStyle = theme.match;
    for (const time of frame.marks) context.fillRect(toX(time), height - 6 * dpr, 2 * line, 6 * dpr - line);
  }
  context.fillStyle = theme.border;
  context.fillRect(0, height - line, width, line);
  context.fillStyle = theme.minimapHandle;
  context.fillRect(from, 0, line, height);
  context.fillRect(to - line, 0, line, height);
  const grip = Math.round(height * 0.4);
  context.fillRect(from, (height - grip) >> 1, 3 * line, grip);
  context.fillRect(to - 3 * line, (height - grip) >> 1, 3 * line, grip);
}

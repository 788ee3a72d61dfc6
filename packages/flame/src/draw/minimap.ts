import { isWaitPhase, KIND, type Steps } from '@flowprof/model';
import type { TimeRange } from '../api.ts';
import { LOOK } from '../scene/looks.ts';
import type { Scene } from '../scene/scene.ts';
import type { Theme } from '../theme.ts';
import type { Pen } from './pen.ts';

/** How busy the run was over time, in columns of equal length. */
export interface Overview {
  readonly reach: TimeRange;
  /** The average number of spans at work in each column. */
  readonly busy: Float32Array;
  /** Bit 1: a failed span begins, ends or runs in it. */
  readonly failed: Uint8Array;
}

/** So many spans are counted in a step. */
const STRIDE = 262_144;

/** Adds up, by column, how much of it the spans take that begin or end in it, and where more begin than end. */
class Counter {
  readonly #scene: Scene;
  readonly #from: number;
  readonly #perMicro: number;
  readonly #columns: number;
  readonly #change: Float64Array;
  readonly #inside: Float64Array;
  readonly #isWait: Uint8Array;

  constructor(scene: Scene, reach: TimeRange, columns: number) {
    this.#scene = scene;
    this.#from = reach.start;
    this.#perMicro = columns / (reach.end - reach.start);
    this.#columns = columns;
    this.#change = new Float64Array(columns + 1);
    this.#inside = new Float64Array(columns + 1);
    this.#isWait = Uint8Array.from(scene.trace.spans.names, (name) => (isWaitPhase(name) ? 1 : 0));
  }

  /** Counts the spans at the positions `[low, high)` of the lanes. */
  add(low: number, high: number): void {
    const { laneRows, laneStart, laneEnd } = this.#scene.layout;
    const { kind, name } = this.#scene.trace.spans;
    const isWait = this.#isWait;
    const inside = this.#inside;
    const change = this.#change;
    const columns = this.#columns;
    const perMicro = this.#perMicro;
    const origin = this.#from;
    for (let i = low; i < high; i++) {
      const row = laneRows[i];
      if (isWait[name[row]] === 1 && kind[row] !== KIND.node) continue;
      const from = Math.max(0, (laneStart[i] - origin) * perMicro);
      const to = Math.min(columns, (laneEnd[i] - origin) * perMicro);
      const first = Math.min(columns - 1, Math.floor(from));
      const last = Math.min(columns - 1, Math.floor(to));
      if (first === last) {
        inside[first] += to - from;
        continue;
      }
      inside[first] += first + 1 - from;
      inside[last] += to - last;
      change[first + 1]++;
      change[last]--;
    }
  }

  busy(): Float32Array {
    const busy = new Float32Array(this.#columns);
    let running = 0;
    for (let i = 0; i < busy.length; i++) {
      running += this.#change[i];
      busy[i] = running + this.#inside[i];
    }
    return busy;
  }
}

/** In which columns a span failed. */
function failedIn({ layout, looks, failed }: Scene, reach: TimeRange, columns: number): Uint8Array {
  const found = new Uint8Array(columns);
  const perMicro = columns / (reach.end - reach.start);
  for (let at = failed.next(0); at !== -1; at = failed.next(at + 1)) {
    if (looks.look(layout.laneRows[at]) === LOOK.wait) continue;
    const to = Math.floor((layout.laneEnd[at] - reach.start) * perMicro);
    found[Math.max(0, Math.min(columns - 1, to))] = 1;
  }
  return found;
}

/** Counts how many spans are at work (waits excluded) in each of `columns` parts of the reach. O(spans + columns). */
export function* overviewInSteps(scene: Scene, reach: TimeRange, columns: number): Steps<Overview> {
  const counter = new Counter(scene, reach, columns);
  const spans = scene.layout.laneRows.length;
  for (let from = 0; from < spans; from += STRIDE) {
    counter.add(from, Math.min(spans, from + STRIDE));
    yield;
  }
  return { reach, busy: counter.busy(), failed: failedIn(scene, reach, columns) };
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

function drawProfile(context: Pen, frame: MinimapFrame, top: number, bottom: number): void {
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
export function drawMinimap(context: Pen, frame: MinimapFrame): void {
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

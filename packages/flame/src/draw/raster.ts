import { OPEN } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { LOOK } from '../scene/looks.ts';
import { METRICS } from '../scene/metrics.ts';
import { RUN, type RunBuffer } from '../scene/runs.ts';
import type { Ink, Theme } from '../theme.ts';
import { gridPixels } from './axis.ts';
import { inkOf, patternOf, tornEdge, type BarBackEnd, type WideBar } from './bars.ts';
import { device, type Frame } from './frame.ts';
import type { Patterns } from './patterns.ts';

/** How much of a failure shows that is none of what was searched for. */
const FADED_FAILURE = 0.45;
/** So many device pixels a pattern needs to be seen as one; what is narrower gets the mean of its colours. */
const PATTERN_WIDTH = 4;
/** The mean colour of a pattern is taken of a square of so many pixels. */
const SAMPLE = 24;

function bytesOf(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A colour as a pixel of image data, whatever the order of bytes is here. */
function pixelOf([red, green, blue]: readonly number[]): number {
  return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
}

/** Colours as pixels, each worked out once. */
class Colors {
  readonly theme: Theme;
  readonly dpr: number;
  readonly patterns: Patterns;
  readonly background: number;
  readonly grid: number;
  readonly wait: number;
  readonly faded: number;
  readonly #plain = new Map<Ink, number>();
  readonly #weak = new Map<Ink, number>();
  readonly #mean = new Map<keyof Patterns, number>();

  constructor(theme: Theme, dpr: number, patterns: Patterns) {
    this.theme = theme;
    this.dpr = dpr;
    this.patterns = patterns;
    this.background = pixelOf(bytesOf(theme.background));
    this.grid = pixelOf(bytesOf(theme.grid));
    this.wait = this.of(theme.wait);
    this.faded = this.of(theme.faded);
  }

  of(ink: Ink): number {
    let pixel = this.#plain.get(ink);
    if (pixel === undefined) {
      pixel = pixelOf(bytesOf(ink.fill));
      this.#plain.set(ink, pixel);
    }
    return pixel;
  }

  /** An ink that lets the background through. */
  weak(ink: Ink): number {
    let pixel = this.#weak.get(ink);
    if (pixel === undefined) {
      const under = bytesOf(this.theme.background);
      pixel = pixelOf(bytesOf(ink.fill).map((c, i) => Math.round(c * FADED_FAILURE + under[i] * (1 - FADED_FAILURE))));
      this.#weak.set(ink, pixel);
    }
    return pixel;
  }

  mean(pattern: keyof Patterns, ink: Ink): number {
    let pixel = this.#mean.get(pattern);
    if (pixel === undefined) {
      pixel = meanOf(this.patterns[pattern]) ?? this.of(ink);
      this.#mean.set(pattern, pixel);
    }
    return pixel;
  }
}

function meanOf(pattern: CanvasPattern | string): number | null {
  const canvas = document.createElement('canvas');
  canvas.width = SAMPLE;
  canvas.height = SAMPLE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.fillStyle = pattern;
  context.fillRect(0, 0, SAMPLE, SAMPLE);
  const { data } = context.getImageData(0, 0, SAMPLE, SAMPLE);
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4] += data[i];
  return pixelOf(sums.map((sum) => Math.round(sum / (SAMPLE * SAMPLE))));
}

interface Rectangle {
  readonly from: number;
  to: number;
  readonly top: number;
}

/**
 * Draws bars by writing pixels: one line of a lane, copied down the height of its bars, and all lanes put onto the canvas
 * at once. What it costs is the pixels in view, with or without a graphics card; ten thousand slivers are no more work
 * than ten bars. What has a pattern, sticks out or is torn is drawn over it.
 */
export class RasterBars implements BarBackEnd {
  readonly #context: CanvasRenderingContext2D;
  readonly #patternsFor: (theme: Theme, dpr: number) => Patterns;
  #colors: Colors | null = null;
  #frame: Frame | null = null;
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  /** The background with the grid, a lane without what is thin in it, and one with it. */
  #ground = new Uint32Array(0);
  #full = new Uint32Array(0);
  #thin = new Uint32Array(0);
  #hasThin = false;
  /** The part of the canvas that is put onto it, from row to row. */
  #top = 0;
  #bottom = 0;
  #wide: WideBar[] = [];
  readonly #slivers: (Rectangle & { readonly faded: boolean })[] = [];
  readonly #patterned: (Rectangle & { readonly pattern: keyof Patterns })[] = [];
  readonly #torn: { readonly to: number; readonly top: number }[] = [];

  constructor(context: CanvasRenderingContext2D, patterns: (theme: Theme, dpr: number) => Patterns) {
    this.#context = context;
    this.#patternsFor = patterns;
  }

  begin(frame: Frame): void {
    this.#frame = frame;
    this.#wide = [];
    this.#slivers.length = 0;
    this.#patterned.length = 0;
    this.#torn.length = 0;
    this.#top = 0;
    this.#bottom = 0;
    if (this.#colors === null || this.#colors.theme !== frame.theme || this.#colors.dpr !== frame.dpr) {
      this.#colors = new Colors(frame.theme, frame.dpr, this.#patternsFor(frame.theme, frame.dpr));
    }
    if (this.#image === null || this.#image.width !== frame.width || this.#image.height !== frame.height) {
      this.#image = new ImageData(frame.width, frame.height);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
      this.#ground = new Uint32Array(frame.width);
      this.#full = new Uint32Array(frame.width);
      this.#thin = new Uint32Array(frame.width);
    }
    this.#ground.fill(this.#colors.background);
    for (const { from, to } of gridPixels(frame))
      this.#ground.fill(this.#colors.grid, Math.max(0, from), Math.max(0, to));
  }

  lane(runs: RunBuffer, top: number): void {
    const frame = this.#frame;
    const colors = this.#colors;
    if (frame === null || colors === null) return;
    this.#full.set(this.#ground);
    this.#hasThin = false;
    const separated = device(frame, 3);
    const labelled = device(frame, 22);
    const gap = Math.max(1, Math.round(frame.dpr));
    const { looks } = frame.scene;
    for (let i = 0; i < runs.count; i++) {
      const row = runs.row[i];
      const flags = runs.flags[i];
      const from = runs.from[i];
      let to = runs.to[i];
      if (to - from >= separated && to < frame.width) to -= gap;
      const look = looks.look(row);
      const isWait = look === LOOK.wait && (flags & RUN.merged) === 0;
      if (isWait && !frame.layers.queue) continue;
      const failed = (flags & RUN.failed) !== 0;
      const faded = frame.match !== null && (flags & RUN.match) === 0;
      const ink = faded && !failed ? frame.theme.faded : inkOf(frame, row, failed);
      const color = faded && failed ? colors.weak(ink) : colors.of(ink);
      if (isWait) this.#line(this.#thinLine(), from, to, color);
      else if (failed && to - from < separated) this.#sliver(from, top, faded);
      else this.#bar(frame, colors, row, from, to, top, { color, ink, faded, failed });
      if (to - from >= labelled) this.#wide.push({ row, from, to, top, ink, faded });
    }
    this.#copyDown(frame, top);
  }

  finish(): readonly WideBar[] {
    const frame = this.#frame;
    if (frame !== null && this.#colors !== null) {
      if (this.#image !== null && this.#bottom > this.#top) {
        const height = this.#bottom - this.#top;
        this.#context.putImageData(this.#image, 0, 0, 0, this.#top, frame.width, height);
      }
      this.#drawPatterns(frame, this.#colors.patterns);
      for (const { to, top } of this.#torn) tornEdge(this.#context, frame, to, top);
      this.#drawSlivers(frame);
    }
    this.#frame = null;
    return this.#wide;
  }

  #bar(
    frame: Frame,
    colors: Colors,
    row: number,
    from: number,
    to: number,
    top: number,
    how: { readonly color: number; readonly ink: Ink; readonly faded: boolean; readonly failed: boolean },
  ): void {
    let ran = from;
    if (to - from > 1) {
      const { layout, looks } = frame.scene;
      const ranFrom = looks.ranFrom(row);
      if (ranFrom !== layout.start[row]) ran = Math.max(from, Math.min(to, pixelAt(frame.scale, ranFrom)));
      if (ran - from < 2) ran = from;
    }
    if (ran > from && frame.layers.queue)
      this.#line(this.#thinLine(), from, ran, how.faded ? colors.faded : colors.wait);
    if (ran < to) {
      const pattern = patternOf(frame, row, how.faded, how.failed);
      const wide = to - ran >= PATTERN_WIDTH;
      if (pattern !== null && wide) this.#patterned.push({ from: ran, to, top, pattern });
      const color = pattern !== null && !wide ? colors.mean(pattern, how.ink) : how.color;
      this.#line(this.#full, ran, to, color);
      if (this.#hasThin) this.#line(this.#thin, ran, to, color);
    }
    if (to - from > device(frame, 8) && frame.scene.trace.spans.duration[row] === OPEN) this.#torn.push({ to, top });
  }

  #line(line: Uint32Array, from: number, to: number, color: number): void {
    if (to - from < 16) for (let x = from; x < to; x++) line[x] = color;
    else line.fill(color, from, to);
  }

  /** The line for the rows in which thin bars lie; the same as the other one until there is a thin bar. */
  #thinLine(): Uint32Array {
    if (!this.#hasThin) this.#thin.set(this.#full);
    this.#hasThin = true;
    return this.#thin;
  }

  #sliver(from: number, top: number, faded: boolean): void {
    const last = this.#slivers.at(-1);
    if (last !== undefined && last.top === top && last.faded === faded && last.to + 3 >= from) last.to = from;
    else this.#slivers.push({ from, to: from, top, faded });
  }

  #copyDown(frame: Frame, laneTop: number): void {
    const { width } = frame;
    const height = device(frame, METRICS.barHeight);
    const thin = device(frame, METRICS.waitHeight);
    const thinFrom = laneTop + ((height - thin) >> 1);
    const top = Math.max(0, laneTop);
    const bottom = Math.min(frame.height, laneTop + height);
    if (bottom <= top) return;
    if (this.#bottom === 0) {
      this.#top = top;
      this.#bottom = top;
    }
    for (let y = this.#bottom; y < top; y++) this.#pixels.set(this.#ground, y * width);
    for (let y = top; y < bottom; y++) {
      const isThin = this.#hasThin && y >= thinFrom && y < thinFrom + thin;
      this.#pixels.set(isThin ? this.#thin : this.#full, y * width);
    }
    this.#bottom = Math.max(this.#bottom, bottom);
  }

  #drawPatterns(frame: Frame, patterns: Patterns): void {
    const context = this.#context;
    const height = device(frame, METRICS.barHeight);
    for (const { from, to, top, pattern } of this.#patterned) {
      context.fillStyle = patterns[pattern];
      context.fillRect(from, top, to - from, height);
    }
  }

  /** A failure is at least three pixels wide and sticks out above its lane, so that its shape tells it too. */
  #drawSlivers(frame: Frame): void {
    const context = this.#context;
    const width = device(frame, 3);
    const height = device(frame, METRICS.barHeight);
    const above = device(frame, 2);
    context.fillStyle = frame.theme.failed.fill;
    for (const { from, to, top, faded } of this.#slivers) {
      context.globalAlpha = faded ? FADED_FAILURE : 1;
      const left = Math.max(0, Math.min(from - 1, frame.width - width));
      context.fillRect(left, top - above, width + to - from, height + above);
    }
    context.globalAlpha = 1;
  }
}

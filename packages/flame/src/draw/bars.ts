import { OPEN } from '@flowprof/model';
import { pixelAt } from '../camera.ts';
import { LOOK } from '../scene/looks.ts';
import { METRICS } from '../scene/metrics.ts';
import { RUN, type RunBuffer } from '../scene/runs.ts';
import type { Ink, Theme } from '../theme.ts';
import { DIFFERENCE, differenceInk } from '../views/difference.ts';
import { device, type Frame } from './frame.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';

/** A bar that is wide enough for a label, in device pixels. */
export interface WideBar {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly ink: Ink;
  readonly faded: boolean;
}

/**
 * Draws the runs of lanes. This is the seam for other ways of getting bars onto the screen: a back end is given the
 * lanes in view one after the other and may keep them until `finish`.
 */
export interface BarBackEnd {
  begin(frame: Frame): void;
  /** @param top the top of the bars in device pixels */
  lane(runs: RunBuffer, top: number): void;
  /** Puts everything on the screen and returns the bars that have room for a label. */
  finish(): readonly WideBar[];
}

/** How a span is coloured. */
export function inkOf(frame: Frame, row: number, failed: boolean): Ink {
  const { theme } = frame;
  const { looks } = frame.scene;
  const compared = frame.scene.difference?.[row];
  if (compared !== undefined) return differenceInk(theme, compared);
  // What stands for several spans tells that there is a failure in it, or a time limit.
  const look = looks.look(row);
  if (failed && look !== LOOK.timeout) return theme.failed;
  switch (look) {
    case LOOK.wait:
      return theme.wait;
    case LOOK.sleep:
      return theme.sleep;
    case LOOK.connect:
      return theme.connect;
    case LOOK.unaccounted:
      return theme.unaccounted;
    case LOOK.system:
      return theme.system;
    case LOOK.failed:
      return theme.failed;
    case LOOK.timeout:
      return theme.timeout;
    case LOOK.cancelled:
      return theme.cancelled;
    default:
      return theme.palette[looks.shade(row)][looks.color(row)];
  }
}

/** The pattern that a span's bar has, if any. */
export function patternOf(frame: Frame, row: number, faded: boolean, failed: boolean): keyof Patterns | null {
  if (faded) return null;
  const compared = frame.scene.difference?.[row];
  if (compared === DIFFERENCE.new) return 'added';
  if (compared === DIFFERENCE.removed) return 'removed';
  if (failed || compared !== undefined) return null;
  const look = frame.scene.looks.look(row);
  if (look === LOOK.connect) return 'dotted';
  return look === LOOK.unaccounted ? 'hatched' : null;
}

/** Tears the end of a bar, for a span that still runs. */
export function tornEdge(pen: Pen, frame: Frame, to: number, top: number): void {
  const tooth = device(frame, METRICS.barHeight) / 4;
  pen.fillStyle = frame.theme.background;
  pen.beginPath();
  for (let i = 0; i < 4; i++) {
    pen.moveTo(to, top + i * tooth);
    pen.lineTo(to - tooth, top + (i + 0.5) * tooth);
    pen.lineTo(to, top + (i + 1) * tooth);
  }
  pen.fill();
}

/** Draws bars with `fillRect` of a 2D canvas, or of whatever has one. */
export class CanvasBars implements BarBackEnd {
  readonly #context: Pen;
  readonly #patternsFor: (theme: Theme, dpr: number) => Patterns;
  #patterns: { readonly theme: Theme; readonly dpr: number; readonly made: Patterns } | null = null;
  #frame: Frame | null = null;
  #wide: WideBar[] = [];
  /** Where failures lie that are too narrow to be seen: they are drawn last, over their neighbours. */
  #slivers: { readonly from: number; readonly top: number; readonly faded: boolean }[] = [];

  constructor(context: Pen, patterns: (theme: Theme, dpr: number) => Patterns) {
    this.#context = context;
    this.#patternsFor = patterns;
  }

  begin(frame: Frame): void {
    this.#frame = frame;
    this.#wide = [];
    this.#slivers = [];
    const known = this.#patterns;
    if (known === null || known.theme !== frame.theme || known.dpr !== frame.dpr) {
      const made = this.#patternsFor(frame.theme, frame.dpr);
      this.#patterns = { theme: frame.theme, dpr: frame.dpr, made };
    }
  }

  lane(runs: RunBuffer, top: number): void {
    const frame = this.#frame;
    if (frame === null) return;
    const labelled = device(frame, 22);
    const separated = device(frame, 3);
    const gap = Math.max(1, Math.round(frame.dpr));
    for (let i = 0; i < runs.count; i++) {
      const row = runs.row[i];
      const flags = runs.flags[i];
      const from = runs.from[i];
      let to = runs.to[i];
      if (to - from >= separated && to < frame.width) to -= gap;
      const isWait = frame.scene.looks.look(row) === LOOK.wait && (flags & RUN.merged) === 0;
      if (isWait && !frame.layers.queue) continue;
      const failed = (flags & RUN.failed) !== 0;
      const faded = frame.match !== null && (flags & RUN.match) === 0;
      const ink = faded && !failed ? frame.theme.faded : inkOf(frame, row, failed);
      this.#bar(frame, row, from, to, top, ink, { isWait, failed, faded });
      if (to - from >= labelled) this.#wide.push({ row, from, to, top, ink, faded });
    }
  }

  finish(): readonly WideBar[] {
    if (this.#frame !== null) this.#drawSlivers(this.#frame);
    this.#frame = null;
    return this.#wide;
  }

  #bar(
    frame: Frame,
    row: number,
    from: number,
    to: number,
    top: number,
    ink: Ink,
    how: { readonly isWait: boolean; readonly failed: boolean; readonly faded: boolean },
  ): void {
    const context = this.#context;
    const height = device(frame, METRICS.barHeight);
    const thin = device(frame, METRICS.waitHeight);
    const pattern = patternOf(frame, row, how.faded, how.failed);
    context.fillStyle = pattern === null || this.#patterns === null ? ink.fill : this.#patterns.made[pattern];
    if (how.faded && how.failed) context.globalAlpha = 0.45;
    if (how.isWait) {
      context.fillRect(from, top + ((height - thin) >> 1), to - from, thin);
    } else if (how.failed && to - from < device(frame, 3)) {
      this.#slivers.push({ from, top, faded: how.faded });
    } else {
      const ran = this.#leadIn(frame, row, from, to, top, how.faded);
      if (ran < to) context.fillRect(ran, top, to - ran, height);
      if (frame.scene.trace.spans.duration[row] === OPEN && to - from > device(frame, 8)) {
        tornEdge(context, frame, to, top);
      }
    }
    context.globalAlpha = 1;
  }

  /** A failure is at least three pixels wide and sticks out above its lane, so that its shape tells it too. */
  #drawSlivers(frame: Frame): void {
    const context = this.#context;
    const width = device(frame, 3);
    const height = device(frame, METRICS.barHeight);
    const above = device(frame, 2);
    context.fillStyle = frame.theme.failed.fill;
    for (const { from, top, faded } of this.#slivers) {
      context.globalAlpha = faded ? 0.45 : 1;
      context.fillRect(Math.max(0, Math.min(from - 1, frame.width - width)), top - above, width, height + above);
    }
    context.globalAlpha = 1;
  }

  /** Draws the wait before a span ran as a thin bar in front of it; returns where the run begins. */
  #leadIn(frame: Frame, row: number, from: number, to: number, top: number, faded: boolean): number {
    const { layout, looks } = frame.scene;
    const ranFrom = looks.ranFrom(row);
    if (ranFrom === layout.start[row]) return from;
    const ran = Math.max(from, Math.min(to, pixelAt(frame.scale, ranFrom)));
    if (ran - from < 2) return from;
    if (frame.layers.queue) {
      const context = this.#context;
      const own = context.fillStyle;
      const height = device(frame, METRICS.barHeight);
      const thin = device(frame, METRICS.waitHeight);
      context.fillStyle = faded ? frame.theme.faded.fill : frame.theme.wait.fill;
      context.fillRect(from, top + ((height - thin) >> 1), ran - from, thin);
      context.fillStyle = own;
    }
    return ran;
  }
}

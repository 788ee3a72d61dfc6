import { NONE } from '@flowprof/model';
import type { ChartNote, TimeRange } from '../api.ts';
import { arrowsOf, type Arrow } from './arrows.ts';
import { laneAtY, METRICS } from './metrics.ts';
import type { Scene } from './scene.ts';
import { marksNear, MARK_REACH, spanMarksOf, type SpanMarks } from './span-marks.ts';

/** The strip on the axis that notes stand in, and how narrow the flag of one may be, in CSS pixels. */
export const NOTE_STRIP = 8;
export const NARROWEST_NOTE = 9;

const NO_ARROWS: readonly Arrow[] = [];
const NO_NOTES: readonly TimeRange[] = [];

/** A place on the lanes' canvas. */
export interface Place {
  /** CSS pixels from the top of the canvas, and how far the lanes are scrolled. */
  readonly y: number;
  readonly scrollTop: number;
  /** In the time of the chart. */
  readonly time: number;
  readonly microsPerPixel: number;
}

/** What stands beside the bars: notes, and the dependencies of the selected span. Kept for the scene that is shown. */
export class Beside {
  #notes: readonly ChartNote[] = [];
  #placed: { readonly scene: Scene; readonly notes: readonly TimeRange[] } | null = null;
  #arrows: { readonly scene: Scene; readonly row: number; readonly arrows: readonly Arrow[] } | null = null;

  setNotes(notes: readonly ChartNote[]): void {
    this.#notes = notes;
    this.#placed = null;
  }

  /** The times of the notes in the time of the chart; none where there is no clock. */
  notesIn(scene: Scene | null): readonly TimeRange[] {
    if (scene === null) return NO_NOTES;
    if (this.#placed?.scene !== scene) {
      this.#placed = { scene, notes: this.#notes.map(({ start, end }) => scene.time.rangeToChart({ start, end })) };
    }
    return this.#placed.notes;
  }

  /** The marks on the bars; none where there is no clock. */
  marksIn(scene: Scene | null): SpanMarks | null {
    return scene && spanMarksOf(scene);
  }

  arrowsIn(scene: Scene | null, row: number): readonly Arrow[] {
    if (scene === null || row === NONE) return NO_ARROWS;
    if (this.#arrows?.scene !== scene || this.#arrows.row !== row) {
      this.#arrows = { scene, row, arrows: arrowsOf(scene, row) };
    }
    return this.#arrows.arrows;
  }

  /** The number of the note whose flag is at a place, or `NONE`; of several the last, which is drawn on top. */
  noteAt(scene: Scene, at: Place): number {
    if (at.y > NOTE_STRIP * 2) return NONE;
    const narrowest = NARROWEST_NOTE * at.microsPerPixel;
    return this.notesIn(scene).findLastIndex(
      ({ start, end }) => at.time >= start && at.time <= Math.max(end, start + narrowest),
    );
  }

  /** What notes and marks at a place say. */
  textsAt(scene: Scene | null, at: Place): readonly string[] {
    if (scene === null) return [];
    const note = this.noteAt(scene, at);
    const told = note === NONE ? [] : [this.#notes[note].text];
    const inLanes = at.y >= METRICS.axisHeight;
    const lane = inLanes ? laneAtY(scene.laneTops, at.y - METRICS.axisHeight + at.scrollTop) : NONE;
    if (lane >= scene.layout.laneCount) return told;
    return [...told, ...marksNear(spanMarksOf(scene), lane, at.time, MARK_REACH * at.microsPerPixel)];
  }
}

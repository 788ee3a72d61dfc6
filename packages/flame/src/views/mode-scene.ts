import type { Block, ChartMode } from '../api.ts';
import type { Direction } from '../values.ts';
import type { Scene } from '../scene/scene.ts';
import type { GanttRow } from './gantt-units.ts';

/**
 * One way of showing a run: a scene, and which spans the rows of it stand for. A `row` is what is drawn, a `span` what
 * the chart tells the outside: a row of the span table, or of the graph that is shown. Both may be `NONE`.
 */
export interface ModeScene {
  readonly mode: ChartMode;
  readonly scene: Scene;
  /** Whether its axis is the clock; else it adds up times. */
  readonly isClock: boolean;
  /** The rows whose names stand beside the lanes; null where bars are named themselves. */
  readonly rows: readonly GanttRow[] | null;
  /** The span that is selected when a span is asked for: `NONE` where there is no such span. */
  settle(span: number): number;
  /** The row that a span is drawn in. */
  rowOf(span: number): number;
  /** The span that a row stands for: `current` where that is in it. */
  spanOf(row: number, current: number): number;
  /** What a row stands for, where that is not one span. */
  blockOf(row: number): Block | null;
  /** The row in a direction from a row. */
  step(row: number, direction: Direction): number;
  /** A row as a sentence for screen readers. */
  sentence(row: number): string;
}

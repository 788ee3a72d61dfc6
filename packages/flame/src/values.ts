/** What part of the run is in view. Times are microseconds from the execution's start and may be fractional. */
export interface Viewport {
  readonly start: number;
  readonly end: number;
  /** How far the lanes are scrolled down, in CSS pixels. */
  readonly scrollTop: number;
}

/** A range of time in microseconds from the execution's start. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The ways of showing a run: by time; merged by the names that stand above each other, the heaviest to the left; a name
 * between its callers and its callees; a row for each node.
 */
export type ChartMode = 'time' | 'left-heavy' | 'sandwich' | 'gantt';

/** Which stretches of a run count as idle, beside those in which nothing runs at all. */
export interface IdleRules {
  /** Those in which everything only waits. */
  readonly queue: boolean;
  /** Those in which everything that does not wait sleeps. */
  readonly sleep: boolean;
  /** Only longer ones are cut, in microseconds; a tenth of the time in which something works when absent. */
  readonly longerThan?: number;
}

/** Where a key leads from the selected span. */
export type Direction =
  | 'parent'
  | 'child'
  | 'next-sibling'
  | 'previous-sibling'
  | 'next'
  | 'previous'
  | 'dependency'
  | 'dependent';

import type { Status } from '@flowprof/model';

/** A run as a point. Times are milliseconds. */
export interface RunPoint {
  /** The execution's id. */
  readonly id: string;
  /** What it is called on the axis: `#13`. */
  readonly label: string;
  readonly status: Status;
  /** How long it took; null where that is not known. */
  readonly value: number | null;
  /** When it started, since the epoch. */
  readonly at: number | null;
  /** Whether it is out of what was usual before it. */
  readonly isUnusual: boolean;
  /** All that there is to say of it, for who points at it. */
  readonly facts: readonly string[];
}

/** Runs next to each other that took about as long, by position in the list of runs, ends included. */
interface RunLevel {
  readonly from: number;
  readonly to: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Where runs went to another level. */
interface RunStep {
  /** The position of the first run at the new level. */
  readonly at: number;
  readonly isSlower: boolean;
}

/** A time to hold the runs against. */
export interface RunLine {
  readonly label: string;
  readonly value: number;
}

/** What a chart of runs shows. */
export interface RunPicture {
  /** Oldest first. */
  readonly points: readonly RunPoint[];
  readonly levels: readonly RunLevel[];
  readonly steps: readonly RunStep[];
  readonly lines: readonly RunLine[];
}

/** A part of the runs, by position, ends included. */
export interface RunWindow {
  readonly from: number;
  readonly to: number;
}

/** How a point looks: never told by its colour alone. */
export type RunShape = 'disc' | 'cross' | 'square' | 'diamond' | 'ring';

export function shapeOf(status: Status): RunShape {
  switch (status) {
    case 'completed':
      return 'disc';
    case 'failed':
      return 'cross';
    case 'timeout':
      return 'square';
    case 'cancelled':
    case 'skipped':
      return 'diamond';
    case 'running':
    case 'pending':
      return 'ring';
    default:
      return status satisfies never;
  }
}

/**
 * Where each run stands from left to right: by its position, or by the second when it started. Runs whose start is not
 * known stand where the one before stands; none goes back, so that the order is that of the runs.
 */
export function placesOf(points: readonly RunPoint[], byTime: boolean): number[] {
  if (!byTime) return points.map((_, at) => at);
  let last = points.find(({ at }) => at !== null)?.at ?? 0;
  return points.map(({ at }) => {
    last = Math.max(last, at ?? last);
    return last / 1000;
  });
}

/** How high the chart has to be for what is in the window: a little above the highest of all that is drawn there. */
export function highestIn({ points, levels, lines }: RunPicture, { from, to }: RunWindow): number {
  let most = lines.reduce((top, { value }) => Math.max(top, value), 0);
  for (const level of levels) if (level.from <= to && level.to >= from) most = Math.max(most, level.high);
  for (const { value } of points.slice(from, to + 1)) most = Math.max(most, value ?? 0);
  return most > 0 ? most * 1.08 : 1;
}

/** The whole of the runs, or the part of them that is asked for; the whole where that part is none. */
export function windowOf(count: number, wanted: RunWindow | null): RunWindow {
  const whole = { from: 0, to: Math.max(0, count - 1) };
  if (wanted === null) return whole;
  const from = Math.max(0, Math.min(wanted.from, whole.to));
  const to = Math.max(0, Math.min(wanted.to, whole.to));
  return to > from ? { from, to } : whole;
}

/** The runs whose place is between two others, or the nearest to them where there are fewer than two. */
export function runsBetween(places: readonly number[], low: number, high: number): RunWindow | null {
  const from = places.findIndex((place) => place >= low);
  const to = places.findLastIndex((place) => place <= high);
  if (from === -1 || to === -1 || places.length < 2) return null;
  if (to > from) return { from, to };
  const first = Math.min(from, to, places.length - 2);
  return { from: Math.max(0, first), to: Math.max(0, first) + 1 };
}

/** So many executions have to have ended before it is said what is usual. */
const ENOUGH = 3;

/** How long the executions of a workflow take. */
export interface Usual {
  readonly medianSeconds: number | null;
  /** How many have ended. */
  readonly ended: number;
}

/** A duration beside the workflow's median. */
export interface Spark {
  /** The part of the bar that is filled, from 0 to 1; the median is at one half. */
  readonly share: number;
  /** How many times the median. */
  readonly times: number;
  /** Whether it is longer than the bar can show. */
  readonly isOver: boolean;
  readonly pace: 'slower' | 'usual' | 'faster';
}

/** From here on a duration is told as slower or faster than usual. */
const SLOWER = 1.5;
const FASTER = 1 / SLOWER;

/** How a duration stands to what is usual; null where that cannot be said. */
export function sparkOf(seconds: number | null, usual: Usual | undefined): Spark | null {
  if (seconds === null || usual === undefined || usual.ended < ENOUGH) return null;
  const { medianSeconds: median } = usual;
  if (median === null || median <= 0) return null;
  const times = seconds / median;
  const pace = times >= SLOWER ? 'slower' : times <= FASTER ? 'faster' : 'usual';
  return { share: Math.min(1, times / 2), times, isOver: times > 2, pace };
}

/** `2.4×`, `12×`, `0.3×`. */
export function timesText(times: number): string {
  if (times < 0.05) return '<0.1×';
  return `${times < 9.95 ? Number(times.toFixed(1)) : Math.round(times)}×`;
}

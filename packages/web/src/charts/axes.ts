import { formatDuration } from '@flowprof/flame';
import type uPlot from 'uplot';
import type { Ink } from './ink.ts';

/** Steps of an axis of milliseconds that people read easily: 1, 2 and 5 of each power of ten below a minute, then parts of minutes, hours and days. */
const DURATION_STEPS: number[] = [
  ...[0.001, 0.01, 0.1, 1, 10, 100, 1000].flatMap((one) => [one, 2 * one, 5 * one]),
  ...[10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 432_000].map(
    (seconds) => seconds * 1000,
  ),
  ...[864, 1728, 4320, 8640].map((thousands) => thousands * 1_000_000),
];

/** Whole steps: of counts and of positions. */
export const WHOLE_STEPS: number[] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].flatMap((one) => [
  one,
  2 * one,
  5 * one,
]);

/** How every axis looks. */
export function plainAxis(ink: Ink): uPlot.Axis {
  return {
    stroke: ink.soft,
    font: ink.font,
    grid: { stroke: ink.line, width: 1 },
    ticks: { show: false },
    border: { show: true, stroke: ink.line, width: 1 },
  };
}

/** The axis of milliseconds at the left. */
export function durationAxis(ink: Ink): uPlot.Axis {
  return {
    ...plainAxis(ink),
    incrs: DURATION_STEPS,
    size: 64,
    border: { show: false },
    values: (_, splits) => splits.map((ms) => (ms === 0 ? '0' : formatDuration(ms * 1000))),
  };
}

const DAY_SECONDS = 86_400;
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The words below the marks of an axis of time: days or months, and within days the hour with the day where that begins. */
function momentsOf(splits: readonly number[], step: number): string[] {
  let last = '';
  return splits.map((seconds) => {
    const moment = new Date(seconds * 1000);
    if (step >= 28 * DAY_SECONDS) return month.format(moment);
    if (step >= DAY_SECONDS) return day.format(moment);
    const today = day.format(moment);
    const isNew = today !== last;
    last = today;
    return isNew ? `${minute.format(moment)}\n${today}` : minute.format(moment);
  });
}

/** The axis of moments below, in the reader's own zone. */
export function timeAxis(ink: Ink): uPlot.Axis {
  return {
    ...plainAxis(ink),
    grid: { show: false },
    size: 40,
    space: 64,
    values: (_, splits, __, ___, step) => momentsOf(splits, step),
  };
}

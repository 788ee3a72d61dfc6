import { formatDuration } from '@flowprof/flame';

const SECOND = 1_000_000;
const MILLISECOND = 1000;

/** A duration to the microsecond, in milliseconds, for titles and what is copied: `1,234.567 ms`. */
export function formatExactMs(micros: number): string {
  return `${(micros / MILLISECOND).toLocaleString('en', { maximumFractionDigits: 3 })} ms`;
}

/** Seconds, as the API gives them, in the unit that suits them; a dash where there are none. */
export function formatSeconds(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds * SECOND);
}

/** A part of a whole as a percentage: `<0.1%`, `3.4%`, `100%`. A dash when the whole is nothing. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (part / whole) * 100;
  if (percent === 0) return '0%';
  if (percent < 0.1) return '<0.1%';
  return percent >= 99.95 ? `${Math.round(percent)}%` : `${percent.toFixed(1)}%`;
}

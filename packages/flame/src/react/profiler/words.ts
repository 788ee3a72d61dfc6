import type { Status } from '@flowprof/model';
import { formatDuration } from '../../time.ts';

const STATUS_WORDS: Readonly<Record<Status, string>> = {
  pending: 'Pending',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timeout: 'Timed out',
  skipped: 'Skipped',
};

export function statusWord(status: Status): string {
  return STATUS_WORDS[status];
}

/** Milliseconds in words. */
export function durationText(ms: number): string {
  return formatDuration(Math.round(ms * 1000));
}

/** A difference in ms with its sign. */
export function differenceText(ms: number): string {
  return ms > 0 ? `+${durationText(ms)}` : durationText(ms);
}

/** A part in percent, with one decimal below 10. */
export function percentText(percent: number): string {
  const digits = Math.abs(percent) < 9.95 && percent !== 0 ? 1 : 0;
  return `${percent.toFixed(digits).replace(/\.0$/, '').replace('-', '−')}%`;
}

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in words, in powers of 1000. */
export function sizeText(bytes: number): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? Math.round(value) : value.toPrecision(3).replace(/\.?0+$/, '')} ${SIZES[power] ?? ''}`;
}

/** A moment for a list. */
export function momentText(moment: number): string {
  return new Date(moment).toLocaleString();
}

import type { Status } from '@flowprof/model';
import type { BarKind, BarSlot } from '../charts/barPicture.ts';

/** How executions stand, as parts of a bar, from the bottom up. */
export const KINDS: readonly BarKind[] = [
  { key: 'completed', label: 'completed', look: 'plain', colour: 'work' },
  { key: 'failed', label: 'failed', look: 'hatched', colour: 'bad' },
  { key: 'timeout', label: 'timed out', look: 'dotted', colour: 'warn' },
  { key: 'cancelled', label: 'cancelled', look: 'pale', colour: 'muted' },
  { key: 'open', label: 'not over', look: 'open', colour: 'accent' },
];

function kindOf(status: Status): string {
  switch (status) {
    case 'pending':
    case 'running':
      return 'open';
    case 'skipped':
    case 'cancelled':
      return 'cancelled';
    case 'completed':
    case 'failed':
    case 'timeout':
      return status;
    default:
      return status satisfies never;
  }
}

/** The executions of a stretch of time by the kinds of `KINDS`. */
export function barOf(from: number, counts: readonly (readonly [Status, number])[]): BarSlot {
  const bar = new Map<string, number>();
  for (const [status, count] of counts) bar.set(kindOf(status), (bar.get(kindOf(status)) ?? 0) + count);
  return { from, counts: bar };
}

const DAY_MS = 86_400_000;
const hour = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

/** What a stretch of time is called. @param step how long it is, in milliseconds */
export function slotName(from: number, step: number): string {
  if (step < DAY_MS) return `${hour.format(from)} UTC`;
  return step === DAY_MS ? day.format(from) : `week from ${day.format(from)}`;
}

import { isFailure } from '@flowprof/model';
import type { Execution } from '../api/types.ts';
import { formatSeconds } from '../format/duration.ts';
import type { Metrics } from '../statistics/types.ts';

/** The newest executions as the bars of a spark, oldest first. */
export function sparkOf(recent: readonly Execution[]) {
  return recent.toReversed().map(({ id, status, durationSeconds: seconds }) => ({ id, status, seconds }));
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** What the spark of the newest executions shows, in words: `Last 10 runs: 1.2 s to 3 s, 1 failed`. */
export function sparkWords(recent: readonly Execution[]): string {
  const seconds = recent.flatMap(({ durationSeconds }) => durationSeconds ?? []);
  const failed = recent.filter(({ status }) => isFailure(status)).length;
  const parts = [
    seconds.length > 0 && `${formatSeconds(Math.min(...seconds))} to ${formatSeconds(Math.max(...seconds))}`,
    failed > 0 && `${failed} failed`,
  ];
  const told = parts.filter((part) => part !== false).join(', ');
  return `Last ${plural(recent.length, 'run')}${told === '' ? '' : `: ${told}`}`;
}

/** How many executions there are, with those that are not over. */
export function runsWords({ total, running, pending }: Metrics): string {
  const open = running + pending;
  return open === 0 ? total.toLocaleString('en') : `${total.toLocaleString('en')} (${open} running)`;
}

import { formatDuration } from '@flowprof/flame';
import { words } from '../format/value.ts';
import type { Projection } from './queries.ts';

const MS = 1000;

/** A forecast in words. */
export interface Forecast {
  /** When it will end. */
  readonly end: string;
  /** What else is known of that, for a title. */
  readonly detail: string;
  /** What holds it now; null where that is not known. */
  readonly held: { readonly name: string; readonly how: string } | null;
}

function heldBy({ blocker }: Projection): Forecast['held'] {
  if (blocker === null) return null;
  const parts: string[] = [];
  const { state, cause, reason, elapsed, usual, limit } = blocker;
  if (state === 'running') parts.push('runs');
  else if (state === 'ready') parts.push('is ready and has not started');
  else
    parts.push(
      `waits${cause === null ? '' : ` (${words(cause)}${reason === null ? '' : `: ${words(reason)}`}${limit === null ? '' : `, ${limit} at once`})`}`,
    );
  if (elapsed !== null) parts.push(`for ${formatDuration(elapsed * MS)} so far`);
  if (usual !== null) parts.push(`usually ${formatDuration(usual * MS)}`);
  return { name: blocker.name, how: parts.join(', ') };
}

/**
 * When an execution that runs will probably end, in words; null where nothing can be said.
 * @param now milliseconds from the execution's start
 */
export function forecastOf(projection: Projection, now: number): Forecast | null {
  const { reason, runs, p10, p50, p90 } = projection;
  const held = heldBy(projection);
  if (reason !== null || p50 === null) {
    if (reason !== 'too_little_history') return null;
    return { end: 'no forecast', detail: 'Too few runs of this workflow have completed to say when it will end', held };
  }
  const left = p50 - now;
  const end =
    left > 0 ? `in about ${formatDuration(left * MS)}` : `${formatDuration(-left * MS)} ago, as it looked: it is late`;
  const range =
    p10 === null || p90 === null
      ? ''
      : `Eight of ten would end between ${formatDuration(p10 * MS)} and ${formatDuration(p90 * MS)} after the start, `;
  const detail = `${range}as ${runs.toLocaleString('en')} ${runs === 1 ? 'run' : 'runs'} before it went`;
  return { end, detail, held };
}

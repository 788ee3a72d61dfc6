/**
 * How far the clocks of workers are off from the server's, found by what cannot be otherwise: an attempt begins after the
 * server gave it away, and ends before the server heard of it.
 */
import type { Status } from '../../trace/status.ts';
import type { EpochMicros } from '../../units.ts';
import type { AttemptReport } from './attempts.ts';

/** Within this no clock is taken to be off: workers of one machine tell times to a millisecond or two. */
const TOLERANCE = 3000;

/** What the history knows of the operation that some attempts are of. */
export interface KnownTimes {
  /** When it was scheduled; null where the history lacks that. */
  readonly scheduled: EpochMicros | null;
  /** The last attempt, and when it was given to a worker. */
  readonly lastNumber: number | null;
  readonly lastStart: EpochMicros | null;
  readonly close: EpochMicros | null;
  readonly status: Status | null;
}

interface Bounds {
  low: number;
  high: number;
}

/** Of what lies within the bounds, what is nearest to none. */
function offsetIn({ low, high }: Bounds): number {
  const [from, to] = [low - TOLERANCE, high + TOLERANCE];
  // What contradicts itself is no clock that is off.
  if (from > to) return 0;
  if (from > 0) return Math.ceil(low);
  return to < 0 ? Math.floor(high) : 0;
}

/** By how much each worker's clock is ahead of the server's, in microseconds, by the worker's identity; 0 where nothing speaks against it. */
export class Clocks {
  readonly #bounds = new Map<string, Bounds>();

  /** Takes in what the attempts of an operation tell. */
  learn(reports: readonly AttemptReport[], known: KnownTimes): void {
    for (const report of reports) {
      if (report.source !== 'worker' || report.isLocal) continue;
      const bounds = this.#boundsOf(report.identity ?? '');
      const isLast = report.attempt === known.lastNumber;
      for (const before of [known.scheduled, report.attemptScheduledAt, isLast ? known.lastStart : null]) {
        if (before !== null) bounds.high = Math.min(bounds.high, report.startedAt - before);
      }
      const isHeard = isLast && known.close !== null && known.status === report.status;
      if (isHeard && report.endedAt !== null) bounds.low = Math.max(bounds.low, report.endedAt - (known.close ?? 0));
    }
  }

  offsetOf({ source, identity }: AttemptReport): number {
    const bounds = source === 'worker' ? this.#bounds.get(identity ?? '') : undefined;
    return bounds === undefined ? 0 : offsetIn(bounds);
  }

  /** The workers whose clocks are off, with their offsets. */
  list(): readonly (readonly [identity: string, offset: number])[] {
    const all = [...this.#bounds].map(([identity, bounds]) => [identity, offsetIn(bounds)] as const);
    return all.filter(([, offset]) => offset !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #boundsOf(identity: string): Bounds {
    let bounds = this.#bounds.get(identity);
    if (bounds === undefined)
      this.#bounds.set(identity, (bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }));
    return bounds;
  }
}

import { hash } from 'node:crypto';
import { toEpochMicros, type EpochMicros } from '@flowprof/model';
import type { NextRun } from '@flowprof/store';
import type { ScheduleConfig } from './config.ts';
import { CronTimes } from './cron.ts';

/** How late a server may be without the time counting as missed, in microseconds. */
const GRACE = 60_000_000;
/** How many missed runs are caught up on at most, and how far back a time is looked for that is due. */
const MAX_MISSED = 100;

/** How much later than its time a schedule starts: the same on every server, since it is made from both. */
function jitterOf(triggerId: string, at: EpochMicros, jitterSeconds: number): number {
  if (jitterSeconds === 0) return 0;
  const fraction = hash('sha256', `${triggerId} ${at}`, 'buffer').readUInt32BE(0) / 2 ** 32;
  return Math.floor(fraction * jitterSeconds * 1000) * 1000;
}

/** What a schedule is to do now. */
export interface DueRun {
  /** The time that is started; null where all that have passed are left out. */
  readonly at: EpochMicros | null;
  /** The first of the times that passed without being started, where some did. */
  readonly missedSince: EpochMicros | null;
  readonly next: NextRun | null;
}

/** The times of one schedule. */
export class ScheduleTimes {
  readonly #times: CronTimes;
  readonly #triggerId: string;
  readonly #config: ScheduleConfig;

  /** @throws {CronError} */
  constructor(triggerId: string, config: ScheduleConfig) {
    this.#times = new CronTimes(config.cron, config.timezone);
    this.#triggerId = triggerId;
    this.#config = config;
  }

  /** The first time after a moment, and when it is started. */
  next(after: EpochMicros): NextRun | null {
    const at = this.#times.next(after);
    return at === null ? null : { at, dueAt: this.#dueAt(at) };
  }

  /**
   * What is to be done at a moment at which a time is due, by the policy for times that were missed.
   * @param from the first time that has not been started
   */
  due(from: EpochMicros, now: EpochMicros): DueRun {
    const passed = this.#passed(from, now);
    const latest = passed[0] ?? from;
    const oldest = passed.at(-1) ?? from;
    switch (this.#config.misfire) {
      case 'run_once':
        return this.#starting(latest, from);
      case 'run_all':
        return this.#starting(oldest, from);
      case 'skip': {
        const isLate = now - this.#dueAt(latest) > GRACE;
        return isLate ? { at: null, missedSince: from, next: this.next(latest) } : this.#starting(latest, from);
      }
      default:
        return this.#config.misfire satisfies never;
    }
  }

  /**
   * Those that are due, the latest first. To look back takes a hundred times as long as to look ahead, which tells that
   * there is nothing to look for where none was missed.
   */
  #passed(from: EpochMicros, now: EpochMicros): readonly EpochMicros[] {
    const following = this.#times.next(from);
    if (following === null || following > now) return [from];
    return this.#times.latest(now, MAX_MISSED).filter((at) => at >= from && this.#dueAt(at) <= now);
  }

  #starting(at: EpochMicros, from: EpochMicros): DueRun {
    return { at, missedSince: from < at ? from : null, next: this.next(at) };
  }

  #dueAt(at: EpochMicros): EpochMicros {
    return toEpochMicros(at + jitterOf(this.#triggerId, at, this.#config.jitter_seconds));
  }
}

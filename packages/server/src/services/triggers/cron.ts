import { Cron } from 'croner';
import { epochFromMs, type EpochMicros } from '@flowprof/model';

/** A cron expression or time zone that cannot be used. */
export class CronError extends Error {
  override readonly name = 'CronError';
  readonly field: 'cron' | 'timezone';

  constructor(field: CronError['field'], message: string) {
    super(message);
    this.field = field;
  }
}

const FORM = 'minute, hour, day of the month, month, day of the week; a sixth field in front is the second';
const NICKNAMES = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;
const FIELDS: Readonly<Record<string, string>> = { dayOfWeek: 'day of the week', day: 'day of the month' };

/** What is wrong with an expression, without repeating it. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const field = /Invalid value for (\w+)/.exec(message)?.[1];
  if (field !== undefined) return `the ${FIELDS[field] ?? field} is out of range`;
  const entry = /configuration entry (\d)/.exec(message)?.[1];
  if (entry !== undefined) return `field ${entry} holds characters that it cannot have`;
  return `it has a fault in one of its fields: ${FORM}`;
}

function compile(cron: string, timezone: string): Cron {
  try {
    return new Cron(cron, { timezone, paused: true, mode: '5-or-6-parts' });
  } catch (error) {
    throw new CronError('cron', faultOf(error));
  }
}

function checkTimezone(timezone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new CronError('timezone', 'there is no such time zone; expected a name such as Europe/Berlin');
  }
}

/**
 * The times of a cron expression in a time zone. Where clocks are set forward, a time of day that does not come is taken
 * as the moment at which they are; where they are set back, a time of day that comes twice is taken the first time.
 * Expressions with steps or `*` in the hour go on through both as the hours really pass.
 */
export class CronTimes {
  readonly #cron: Cron;

  /** @throws {CronError} when it is none, its zone is unknown, or it never comes */
  constructor(cron: string, timezone: string) {
    const parts = cron.trim().split(/\s+/).length;
    if (parts !== 5 && parts !== 6 && !NICKNAMES.test(cron.trim())) {
      throw new CronError('cron', `expected 5 or 6 fields: ${FORM}`);
    }
    checkTimezone(timezone);
    this.#cron = compile(cron.trim(), timezone);
  }

  /** The first time after a moment; null when there is none. */
  next(after: EpochMicros): EpochMicros | null {
    const date = this.#cron.nextRun(new Date(Math.floor(after / 1000)));
    return date && epochFromMs(date.getTime());
  }

  /** The first times after a moment. */
  upcoming(after: EpochMicros, count: number): readonly EpochMicros[] {
    return this.#cron.nextRuns(count, new Date(Math.floor(after / 1000))).map((date) => epochFromMs(date.getTime()));
  }

  /** The last times up to a moment, the latest first. */
  latest(until: EpochMicros, count: number): readonly EpochMicros[] {
    const nextSecond = (Math.floor(until / 1_000_000) + 1) * 1000;
    return this.#cron.previousRuns(count, new Date(nextSecond)).map((date) => epochFromMs(date.getTime()));
  }
}

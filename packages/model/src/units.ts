/**
 * Units of time. Inside flowprof a point in time is an integer number of microseconds, branded so that it cannot be
 * mixed up with milliseconds, which is what the outside speaks.
 */

declare const micros: unique symbol;
declare const epochMicros: unique symbol;

/** Integer microseconds: a duration, or an offset from the execution's start (which may be negative in skewed traces). */
export type Micros = number & { readonly [micros]: true };

/** Integer microseconds since 1970-01-01T00:00:00Z. Exact up to the year 2255. */
export type EpochMicros = number & { readonly [epochMicros]: true };

/**
 * Rounds a number of microseconds to the unit.
 * @throws {RangeError} when the number is not finite.
 */
export function toMicros(value: number): Micros {
  if (!Number.isFinite(value)) throw new RangeError('a time must be a finite number');
  return (Math.round(value) + 0) as Micros;
}

/** A number that is known to be whole microseconds, as it comes out of a column or of arithmetic on microseconds. */
export function asMicros(value: number): Micros {
  return value as Micros;
}

/** Rounds a number of microseconds since the epoch to the unit. @throws {RangeError} when it is not finite. */
export function toEpochMicros(value: number): EpochMicros {
  if (!Number.isFinite(value)) throw new RangeError('a time must be a finite number');
  return (Math.round(value) + 0) as EpochMicros;
}

/** Milliseconds (fractions allowed) as microseconds. */
export function microsFromMs(ms: number): Micros {
  return toMicros(ms * 1000);
}

/** Microseconds as milliseconds with at most three decimals. */
export function msFromMicros(value: Micros): number {
  return value / 1000;
}

/** Microseconds as seconds with at most six decimals. */
export function secondsFromMicros(value: Micros): number {
  return value / 1_000_000;
}

/** The offset of a moment from the start of its execution. */
export function since(start: EpochMicros, moment: EpochMicros): Micros {
  return (moment - start) as Micros;
}

/** The moment that lies an offset after the start of an execution. */
export function after(start: EpochMicros, offset: Micros): EpochMicros {
  return (start + offset) as EpochMicros;
}

/** A JavaScript date's milliseconds since the epoch as microseconds since the epoch. */
export function epochFromMs(ms: number): EpochMicros {
  return toEpochMicros(ms * 1000);
}

/** ISO 8601 in UTC with milliseconds, e.g. `2024-01-15T10:00:00.000Z`. Finer parts are cut off, not rounded. */
export function isoFromEpoch(moment: EpochMicros): string {
  return new Date(Math.floor(moment / 1000)).toISOString();
}

export const ZERO = 0 as Micros;

import type { JsonValue } from '../json.ts';
import { toEpochMicros, type EpochMicros } from '../units.ts';

/** What a number counts since the epoch; `auto` tells by its magnitude, which is safe for the years 1973 to 2100. */
export type InstantUnit = 's' | 'ms' | 'us' | 'ns' | 'auto';

const MICROS_IN: Readonly<Record<Exclude<InstantUnit, 'auto'>, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };

/** Beyond these a JavaScript date does not reach, and nothing can show the moment. */
const MAX_EPOCH = 8.64e18;

/**
 * A date and time: year, month, day; hour, minute, second; fraction; zone. The extended and the basic form of ISO 8601,
 * with a space for the T, a comma for the point, `UTC` for the Z and offsets with or without colon.
 */
const DATE_TIME =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/** Go and .NET write the first moment of year 1 where there is none. */
const NO_YEAR = 1;

function unitOf(value: number): Exclude<InstantUnit, 'auto'> {
  const size = Math.abs(value);
  if (size < 1e11) return 's';
  if (size < 1e14) return 'ms';
  return size < 1e17 ? 'us' : 'ns';
}

/** A number since the epoch as a moment; null when it is none that a calendar holds. */
function instantOfNumber(value: number, unit: InstantUnit): EpochMicros | null {
  const micros = value * MICROS_IN[unit === 'auto' ? unitOf(value) : unit];
  return Number.isFinite(micros) && Math.abs(micros) <= MAX_EPOCH ? toEpochMicros(micros) : null;
}

/** Whole nanoseconds as decimal digits, which a number cannot hold; cut off to microseconds. */
function instantOfNanos(digits: string): EpochMicros | null {
  if (digits.length > 22) return null;
  const micros = Number(BigInt(digits) / 1000n);
  return Math.abs(micros) <= MAX_EPOCH ? toEpochMicros(micros) : null;
}

/** Minutes east of Greenwich. */
function offsetOf(zone: string): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return found[1] === '-' ? -minutes : minutes;
}

/** A date as text, as a moment; digits finer than microseconds are cut off. A date without a zone is taken as UTC. */
function instantOfDate(text: string): EpochMicros | null {
  const found = DATE_TIME.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = found;
  if (Number(year) <= NO_YEAR) return null;
  const [m, d, h, min, s] = [month, day, hour, minute, second].map(Number);
  if (m < 1 || m > 12 || d < 1 || d > 31 || h > 24 || min > 59 || s > 60) return null;
  const ms = Date.UTC(Number(year), m - 1, d, h, min - offsetOf(zone), s);
  return toEpochMicros(ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0')));
}

/** Whether a date as text leaves open which zone it is in. */
export function lacksZone(text: string): boolean {
  const found = DATE_TIME.exec(text.trim());
  return found !== null && found[8] === undefined;
}

/**
 * A moment as files have it: ISO 8601 in its many spellings, or a number since the epoch, also as text. Null for what is
 * absent, empty, no moment at all, or the zero of a language (year 1).
 * @param unit what a number counts; `ns` as text is exact
 */
export function instantOf(value: JsonValue | undefined, unit: InstantUnit = 'auto'): EpochMicros | null {
  if (typeof value === 'number') return instantOfNumber(value, unit);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^-?\d+$/.test(text) && !(unit === 'auto' && /^(?:19|20)\d{6}$/.test(text))) {
    const nanos = unit === 'ns' || (unit === 'auto' && text.replace('-', '').length > 17);
    return nanos ? instantOfNanos(text) : instantOfNumber(Number(text), unit);
  }
  if (/^-?\d*\.\d+$/.test(text)) return instantOfNumber(Number(text), unit);
  return instantOfDate(text);
}

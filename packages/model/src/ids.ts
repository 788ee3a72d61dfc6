import type { RandomBytes } from './clock.ts';
import type { EpochMicros } from './units.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a string is a UUID of any version, in its canonical form. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

function hex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

/**
 * A version 7 UUID (RFC 9562): 48 bits of milliseconds, then random bits, so that ids sort by the time they were made.
 * Made here because PostgreSQL has `uuidv7()` only from version 18 on.
 */
export function uuidv7(now: EpochMicros, random: RandomBytes): string {
  const bytes = random(new Uint8Array(16));
  let ms = Math.floor(now / 1000);
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** The W3C trace id (32 hex digits) of an execution: its UUID without the hyphens. */
export function traceIdOf(executionId: string): string {
  return executionId.replaceAll('-', '').toLowerCase();
}

/** A random prefix of 8 hex digits for the span ids of one execution; see `SpanIds`. */
export function spanIdPrefix(random: RandomBytes): string {
  const bytes = random(new Uint8Array(4));
  bytes[0] |= 1; // an all-zero span id is invalid in W3C trace context
  return hex(bytes);
}

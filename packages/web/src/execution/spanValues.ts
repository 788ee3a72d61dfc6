import { isJsonObject, OPEN, type JsonValue, type SpanTable } from '@flowprof/model';

/** How long a span took, or has been running up to `now`. */
export function durationOf(spans: SpanTable, row: number, now: number): number {
  const duration = spans.duration[row] ?? 0;
  return duration === OPEN ? Math.max(0, now - (spans.start[row] ?? 0)) : duration;
}

/** An error as text: a message, or an object with one. */
export function errorText(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return null;
  const { code, message } = value;
  if (typeof message !== 'string') return JSON.stringify(value);
  return typeof code === 'string' ? `${message} (${code})` : message;
}

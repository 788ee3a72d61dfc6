import { NONE, spanIdAt, type SpanIds, type SpanTable } from '@flowprof/model';

/** The row of the span with an id, or `NONE`. The inverse of `spanIdAt`. */
export function rowOfSpanId(spans: Pick<SpanTable, 'ids' | 'length'>, id: string): number {
  const { ids, length } = spans;
  if (ids.listed !== null) return ids.listed.indexOf(id);
  const digits = id.slice(ids.prefix.length);
  if (!id.startsWith(ids.prefix) || !/^[0-9a-f]{8}$/.test(digits)) return NONE;
  const row = Number.parseInt(digits, 16);
  return row < length ? row : NONE;
}

/** The id of a row that may be none. */
export function spanIdOrNull(ids: SpanIds, row: number | null): string | null {
  return row === null || row === NONE ? null : spanIdAt(ids, row);
}

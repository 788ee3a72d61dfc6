import type { Row } from '../row.ts';
import { decodeCursor, encodeCursor, ID, MOMENT } from './cursor.ts';

/** Where a page begins of a list that is ordered by when things were made. @throws {StoreError} `bad_cursor` */
export function startOf(
  identity: readonly unknown[],
  cursor: string | undefined,
): { readonly createdAt: string; readonly id: string } | null {
  if (cursor === undefined) return null;
  const [createdAt = '', id = ''] = decodeCursor(identity, cursor, [MOMENT, ID]).key;
  return { createdAt, id };
}

/** The cursor of the page after a row. */
export function nextAfter(identity: readonly unknown[], row: Row | undefined): string | null {
  if (!row) return null;
  return encodeCursor(identity, { key: [row.text('created_at'), row.text('id')], total: 0, isCapped: false });
}

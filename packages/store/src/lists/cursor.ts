import { createHash } from 'node:crypto';
import { StoreError } from '../errors.ts';

/** A moment as PostgreSQL writes it in UTC, and an id, as values of a key. */
export const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;
export const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Where a page ended, and what was counted for the first one. */
export interface CursorState {
  /** The values of the columns that the list is ordered by, as text. */
  readonly key: readonly string[];
  readonly total: number;
  readonly isCapped: boolean;
}

/**
 * What a list is of, in a few characters: a cursor goes on in the list that it is of only. It is no seal, and need not
 * be one: whatever a cursor says, a page shows rows of the asking workspace that match the filters of the request.
 */
function tagOf(list: unknown): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 16);
}

/** Makes an opaque text of where a page ended. @param list what the list is of: the workspace, its filters, its order */
export function encodeCursor(list: unknown, { key, total, isCapped }: CursorState): string {
  return Buffer.from(JSON.stringify([tagOf(list), total, isCapped, ...key])).toString('base64url');
}

/**
 * Reads what `encodeCursor` made.
 * @param forms what each value of the key must look like
 * @throws {StoreError} `bad_cursor` when it is of another list, or was not made by `encodeCursor`
 */
export function decodeCursor(list: unknown, cursor: string, forms: readonly RegExp[]): CursorState {
  const parts = parsed(cursor);
  const [tag, total, isCapped, ...key] = parts;
  const isValid =
    tag === tagOf(list) &&
    typeof total === 'number' &&
    Number.isSafeInteger(total) &&
    total >= 0 &&
    typeof isCapped === 'boolean' &&
    key.length === forms.length;
  if (!isValid) throw new StoreError('bad_cursor');
  const texts = key.filter((value, at) => typeof value === 'string' && forms[at]?.test(value) === true);
  if (texts.length !== forms.length) throw new StoreError('bad_cursor');
  return { key: texts.map(String), total, isCapped };
}

function parsed(cursor: string): readonly unknown[] {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.toString('base64url') !== cursor) return [];
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(value) ? Array.from<unknown>(value) : [];
  } catch {
    return [];
  }
}

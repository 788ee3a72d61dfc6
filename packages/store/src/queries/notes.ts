import { isUuid, type EpochMicros } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { boundedPage } from '../entities.ts';
import { StoreError } from '../errors.ts';
import type { NewNote, Note, NoteChange } from '../notes/api.ts';
import { text, textOrNull, timestamp, type Row } from '../row.ts';

const COLUMNS = 'id, execution_id, from_us, to_us, span_id, body, author, created_at, updated_at';

function noteOf(row: Row): Note {
  return {
    id: row.text('id'),
    executionId: row.text('execution_id'),
    from: row.micros('from_us'),
    to: row.micros('to_us'),
    spanId: row.textOrNull('span_id'),
    text: row.text('body'),
    author: row.textOrNull('author'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

/** Adds a note. @throws {StoreError} `not_found`, `bad_value` */
export async function insertNote(sql: Sql, workspaceId: string, note: NewNote, now: EpochMicros): Promise<Note> {
  if (!isUuid(note.executionId)) throw new StoreError('not_found');
  const { id, executionId, from, to, spanId, author } = note;
  const [row] = await sql.rows(
    `INSERT INTO execution_notes (workspace_id, execution_id, id, from_us, to_us, span_id, body, author, created_at,
       updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING ${COLUMNS}`,
    [workspaceId, executionId, id, from, to, textOrNull(spanId), text(note.text), textOrNull(author), timestamp(now)],
  );
  if (!row) throw new StoreError('database_error');
  return noteOf(row);
}

/** The notes on an execution, in the order of time. */
export async function listNotes(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  request: PageRequest,
): Promise<Page<Note>> {
  const { skip, limit } = boundedPage(request);
  if (!isUuid(executionId)) return { items: [], total: 0, skip, limit };
  const rows = await sql.rows(
    `SELECT ${COLUMNS} FROM execution_notes WHERE workspace_id = $1 AND execution_id = $2
     ORDER BY from_us, to_us, id OFFSET $3 LIMIT $4`,
    [workspaceId, executionId, skip, limit],
  );
  const [count] = await sql.rows(
    'SELECT count(*) AS total FROM execution_notes WHERE workspace_id = $1 AND execution_id = $2',
    [workspaceId, executionId],
  );
  return { items: rows.map(noteOf), total: count?.int('total') ?? 0, skip, limit };
}

/** A note on an execution by its id. */
export async function getNote(sql: Sql, workspaceId: string, executionId: string, id: string): Promise<Note | null> {
  if (!isUuid(executionId) || !isUuid(id)) return null;
  const [row] = await sql.rows(
    `SELECT ${COLUMNS} FROM execution_notes WHERE workspace_id = $1 AND execution_id = $2 AND id = $3`,
    [workspaceId, executionId, id],
  );
  return row ? noteOf(row) : null;
}

/** Changes a note; null when there is none. @throws {StoreError} `bad_value` */
export async function updateNote(
  sql: Sql,
  workspaceId: string,
  [executionId, id]: readonly [string, string],
  change: NoteChange,
  now: EpochMicros,
): Promise<Note | null> {
  if (!isUuid(executionId) || !isUuid(id)) return null;
  const { from = null, to = null, spanId = null } = change;
  const [row] = await sql.rows(
    `UPDATE execution_notes SET from_us = coalesce($4, from_us), to_us = coalesce($5, to_us),
       span_id = CASE WHEN $6 THEN $7 ELSE span_id END, body = coalesce($8, body), updated_at = $9
     WHERE workspace_id = $1 AND execution_id = $2 AND id = $3 RETURNING ${COLUMNS}`,
    [
      workspaceId,
      executionId,
      id,
      from,
      to,
      change.spanId !== undefined,
      textOrNull(spanId),
      textOrNull(change.text ?? null),
      timestamp(now),
    ],
  );
  return row ? noteOf(row) : null;
}

/** Deletes a note; says whether it was there. */
export async function deleteNote(sql: Sql, workspaceId: string, executionId: string, id: string): Promise<boolean> {
  if (!isUuid(executionId) || !isUuid(id)) return false;
  const deleted = await sql.run(
    'DELETE FROM execution_notes WHERE workspace_id = $1 AND execution_id = $2 AND id = $3',
    [workspaceId, executionId, id],
  );
  return deleted === 1;
}

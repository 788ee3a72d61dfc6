import type { EpochMicros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import type { FileImport, NewImport } from '../imports/api.ts';
import { IMPORT_COLUMNS, importOf } from '../imports/rows.ts';
import { text, textOrNull, timestamp } from '../row.ts';

/** Begins an upload; null when one is open under its fingerprint, or so many as `maxOpen` are. An empty file waits at once. */
export async function insertImport(
  sql: Sql,
  workspaceId: string,
  file: NewImport,
  maxOpen: number,
  now: EpochMicros,
): Promise<FileImport | null> {
  const [row] = await sql.rows(
    `INSERT INTO imports (workspace_id, id, state, file_name, format, fingerprint, size_bytes, received_bytes,
       cancel_requested, executions_done, spans_done, items, created_at, updated_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, 0, false, 0, 0, '[]', $8::timestamptz, $8::timestamptz
     WHERE (SELECT count(*) FROM imports o WHERE o.workspace_id = $1 AND o.state = 'uploading') < $9
     ON CONFLICT DO NOTHING
     RETURNING ${IMPORT_COLUMNS}`,
    [
      workspaceId,
      file.id,
      file.sizeBytes === 0 ? 'waiting' : 'uploading',
      textOrNull(file.fileName),
      text(file.format),
      textOrNull(file.fingerprint),
      file.sizeBytes,
      timestamp(now),
      maxOpen,
    ],
  );
  return row ? importOf(row) : null;
}

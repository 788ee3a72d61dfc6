import type { Row } from '../row.ts';
import { IMPORT_STATES, type FileImport, type ImportState } from './api.ts';

export const IMPORT_COLUMNS = `id, state, file_name, format, fingerprint, size_bytes, received_bytes, executions_total,
  executions_done, spans_total, spans_done, items, error_code, error_message, created_at, updated_at`;

function stateOf(row: Row): ImportState {
  const value = row.text('state');
  return IMPORT_STATES.find((state) => state === value) ?? 'failed';
}

export function importOf(row: Row): FileImport {
  const code = row.textOrNull('error_code');
  const items = row.json('items');
  return {
    id: row.text('id'),
    state: stateOf(row),
    fileName: row.textOrNull('file_name'),
    format: row.text('format'),
    fingerprint: row.textOrNull('fingerprint'),
    sizeBytes: row.int('size_bytes'),
    receivedBytes: row.int('received_bytes'),
    executionsTotal: row.intOrNull('executions_total'),
    executionsDone: row.int('executions_done'),
    spansTotal: row.intOrNull('spans_total'),
    spansDone: row.int('spans_done'),
    items: Array.isArray(items) ? items : [],
    error: code === null ? null : { code, message: row.textOrNull('error_message') ?? '' },
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

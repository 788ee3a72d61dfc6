import type { TaskTraceBuilder } from '../tasks.ts';
import type { RowsEnd } from './row-reader.ts';

/** Tells of what had to be mended of a file of records. */
export function noteEnd(builder: TaskTraceBuilder, { truncatedAt, mended, notRecords }: RowsEnd): void {
  if (truncatedAt !== null) builder.warn('truncated_file', truncatedAt);
  if (mended.count > 0) builder.warn('invalid_json', mended.example, mended.count);
  if (notRecords > 0) builder.warn('unsupported_event', 'a record that is no object', notRecords);
}

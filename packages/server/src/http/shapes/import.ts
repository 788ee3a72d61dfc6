import type { FileImport } from '@flowprof/store';
import { z } from 'zod';
import type { Imported } from '../../services/imports.ts';
import { isoFromEpoch } from '@flowprof/model';
import { jsonValue, timestamp } from './common.ts';
import { warningShape } from './profile.ts';

const itemShape = z.object({
  id: z.string(),
  name: z.string(),
  source_format: z.string(),
  known: z.boolean().describe('It was imported before; nothing was written'),
  spans: z.int().min(0),
  warnings: z.array(warningShape).describe('Every repair that was made while reading'),
});

export const importShape = z.object({ items: z.array(itemShape) }).meta({ id: 'Import' });

/** An execution of a file as it is answered, and as uploads keep it. */
export function toImportItem({ id, name, sourceFormat, known, spanCount, warnings }: Imported) {
  const told = warnings.map(({ code, count, example }) => ({ code, count, example }));
  return { id, name, source_format: sourceFormat, known, spans: spanCount, warnings: told };
}

export function toImport(imported: readonly Imported[]): z.output<typeof importShape> {
  return { items: imported.map(toImportItem) };
}

export const uploadShape = z
  .object({
    id: z.string(),
    state: z
      .enum(['uploading', 'waiting', 'working', 'completed', 'failed', 'cancelled'])
      .describe('`waiting` once all of it is here, `working` while it is read and stored'),
    file_name: z.string().nullable(),
    format: z.string(),
    fingerprint: z.string().nullable(),
    size_bytes: z.int().min(0),
    received_bytes: z.int().min(0).describe('Where the next part begins'),
    part_bytes: z.int().min(1).describe('How large a part may be'),
    executions_total: z.int().nullable().describe('Null until the file has been read'),
    executions_done: z.int(),
    spans_total: z.int().nullable(),
    spans_done: z.int(),
    items: z.array(jsonValue).readonly().describe('The executions that are stored, as `importTraces` answers them'),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Upload' });

export function toUpload(file: FileImport, partBytes: number): z.output<typeof uploadShape> {
  return {
    id: file.id,
    state: file.state,
    file_name: file.fileName,
    format: file.format,
    fingerprint: file.fingerprint,
    size_bytes: file.sizeBytes,
    received_bytes: file.receivedBytes,
    part_bytes: partBytes,
    executions_total: file.executionsTotal,
    executions_done: file.executionsDone,
    spans_total: file.spansTotal,
    spans_done: file.spansDone,
    items: file.items,
    error: file.error,
    created_at: isoFromEpoch(file.createdAt),
    updated_at: isoFromEpoch(file.updatedAt),
  };
}

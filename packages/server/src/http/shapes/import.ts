import { z } from 'zod';
import type { Imported } from '../../services/imports.ts';
import { warningShape } from './profile.ts';

export const importShape = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        source_format: z.string(),
        known: z.boolean().describe('It was imported before; nothing was written'),
        spans: z.int().min(0),
        warnings: z.array(warningShape).describe('Every repair that was made while reading'),
      }),
    ),
  })
  .meta({ id: 'Import' });

export function toImport(imported: readonly Imported[]): z.output<typeof importShape> {
  return {
    items: imported.map(({ id, name, sourceFormat, known, spanCount, warnings }) => ({
      id,
      name,
      source_format: sourceFormat,
      known,
      spans: spanCount,
      warnings: warnings.map(({ code, count, example }) => ({ code, count, example })),
    })),
  };
}

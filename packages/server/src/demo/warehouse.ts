import { createHash, randomUUID } from 'node:crypto';

import type { JsonObject } from '@flowprof/model';
import { z } from 'zod';

/** The most batches, and the most rows of all batches together, that are kept; the oldest batches go first. */
const MAX_BATCHES = 500;
const MAX_ROWS = 100_000;
const MAX_ROWS_PER_BATCH = 5_000;

const rowSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export const batchSchema = z.strictObject({
  table: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
  rows: z.array(rowSchema).min(1).max(MAX_ROWS_PER_BATCH),
});

export type BatchRequest = z.infer<typeof batchSchema>;

/** What is known of a batch that was loaded. */
export interface LoadedBatch {
  readonly batch_id: string;
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}

interface TableTotals {
  batches: number;
  rows: number;
}

/** A sink for loads: keeps the newest batches in memory, within fixed bounds. */
export class Warehouse {
  readonly #batches = new Map<string, { readonly summary: LoadedBatch; readonly rows: readonly JsonObject[] }>();
  #rows = 0;
  #evicted = 0;

  /** Keeps a batch, and lets go of the oldest ones where that would be too much. */
  load(request: BatchRequest): LoadedBatch {
    const summary: LoadedBatch = {
      batch_id: randomUUID(),
      table: request.table,
      rows: request.rows.length,
      checksum: createHash('sha256').update(JSON.stringify(request.rows)).digest('hex'),
    };
    this.#batches.set(summary.batch_id, { summary, rows: request.rows });
    this.#rows += summary.rows;
    for (const id of this.#batches.keys()) {
      if (this.#batches.size <= MAX_BATCHES && this.#rows <= MAX_ROWS) break;
      this.#evicted++;
      this.drop(id);
    }
    return summary;
  }

  find(id: string): (LoadedBatch & { readonly first_row: JsonObject | null }) | null {
    const batch = this.#batches.get(id);
    return batch ? { ...batch.summary, first_row: batch.rows[0] ?? null } : null;
  }

  /** Lets go of a batch; says whether it was there. */
  drop(id: string): boolean {
    const batch = this.#batches.get(id);
    if (!batch) return false;
    this.#rows -= batch.summary.rows;
    return this.#batches.delete(id);
  }

  stats(): JsonObject {
    const tables = new Map<string, TableTotals>();
    for (const { summary } of this.#batches.values()) {
      const totals = tables.get(summary.table) ?? { batches: 0, rows: 0 };
      totals.batches++;
      totals.rows += summary.rows;
      tables.set(summary.table, totals);
    }
    return {
      batches: this.#batches.size,
      rows: this.#rows,
      evicted_batches: this.#evicted,
      tables: [...tables].map(([table, totals]) => ({ table, ...totals })),
    };
  }
}

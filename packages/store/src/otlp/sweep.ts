import type { Sql } from '../database.ts';
import { deleteSegments, listSettledSegments, selectMadeIds } from '../queries/select-segments.ts';
import { executionIdOf } from '../queries/select-traced.ts';

/** How many segments a transaction looks at; their traces are some thousands. */
const CHUNK = 50;

/** After so many looks that found nothing to remove the rest is left: what is removed is nearly always the oldest. */
const MOST_IDLE = 4;

/** Where a sweep is. */
export interface Sweep {
  readonly after: string;
  readonly idle: number;
}

export const SWEEP_BEGIN: Sweep = { after: '00000000-0000-0000-0000-000000000000', idle: 0 };

/**
 * Removes segments, the oldest first, of whose traces no execution is left; one transaction.
 * @returns where the next one begins; null when the sweep is over
 */
export async function sweepSegments(sql: Sql, workspaceId: string, { after, idle }: Sweep): Promise<Sweep | null> {
  const found = await listSettledSegments(sql, workspaceId, after, CHUNK);
  const last = found.at(-1);
  if (last === undefined) return null;
  const ids = found.flatMap(({ traces }) => traces.map(({ traceId }) => executionIdOf(traceId)));
  const made = await selectMadeIds(sql, workspaceId, [...new Set(ids)]);
  const unused = found.filter(({ traces }) => traces.every(({ traceId }) => !made.has(executionIdOf(traceId))));
  if (unused.length > 0) {
    await deleteSegments(
      sql,
      workspaceId,
      unused.map(({ id }) => id),
    );
  }
  const next = unused.length > 0 ? 0 : idle + 1;
  return found.length < CHUNK || next >= MOST_IDLE ? null : { after: last.id, idle: next };
}

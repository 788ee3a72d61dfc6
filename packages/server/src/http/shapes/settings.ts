import { isoFromEpoch } from '@flowprof/model';
import type { RetentionSettings, RetentionState } from '@flowprof/store';
import { z } from 'zod';
import { timestamp } from './common.ts';

const MAX_DAYS = 36_500;

const limit = z.strictObject({
  max_days: z.int().min(0).max(MAX_DAYS).nullable().describe('Days since it was stored; null is no limit'),
  max_bytes: z.int().min(0).nullable().describe('Of all of the workspace, the oldest goes first; null is no limit'),
});

/** What a workspace keeps. */
export const retentionShape = z.strictObject({
  rows: limit.describe('Spans, annotations and journals of executions that have ended, as rows; their trace stays'),
  profiles: limit.describe('Whole executions with their trace, and their part in the statistics'),
});

const lastRetention = z.object({
  started_at: timestamp,
  ended_at: timestamp.nullable().describe('Null while it goes on, and where it was cut off'),
  trimmed_executions: z.int().describe('Executions whose rows were removed'),
  removed_rows: z.int(),
  removed_executions: z.int(),
});

export const settingsShape = z
  .object({
    retention: retentionShape,
    updated_at: timestamp.nullable().describe('Null while the defaults hold'),
    stored: z
      .object({ rows_bytes: z.int(), profiles_bytes: z.int() })
      .describe('As retention measures it: a span in rows counts 500 bytes, a trace what it takes'),
    last_retention: lastRetention.nullable(),
  })
  .meta({ id: 'WorkspaceSettings' });

export function toSettings(settings: RetentionSettings, state: RetentionState): z.output<typeof settingsShape> {
  const { rows, profiles, updatedAt } = settings;
  const { stored, lastRun } = state;
  return {
    retention: {
      rows: { max_days: rows.maxDays, max_bytes: rows.maxBytes },
      profiles: { max_days: profiles.maxDays, max_bytes: profiles.maxBytes },
    },
    updated_at: updatedAt === null ? null : isoFromEpoch(updatedAt),
    stored: { rows_bytes: stored.rows, profiles_bytes: stored.profiles },
    last_retention: lastRun && {
      started_at: isoFromEpoch(lastRun.startedAt),
      ended_at: lastRun.endedAt === null ? null : isoFromEpoch(lastRun.endedAt),
      trimmed_executions: lastRun.trimmed,
      removed_rows: lastRun.rowsRemoved,
      removed_executions: lastRun.removed,
    },
  };
}

import { isoFromEpoch, makespanBands, type HistoryRun } from '@flowprof/model';
import type { Baseline } from '@flowprof/store';
import { z } from 'zod';
import { baselineSource } from '../../services/history/baseline-source.ts';
import { displayName, timestamp } from './common.ts';
import { bandsShape } from './history.ts';
import { historyRunShape, toHistoryRun } from './history-run.ts';

export const baselineShape = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    workflow_id: z.string(),
    name: z.string(),
    is_default: z.boolean().describe('What the workflow is compared with where nothing is named; one of a workflow is'),
    made_of: baselineSource,
    run_count: z.int().min(0),
    created_by: z.string().nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Baseline' });

export const baselineWithRunsShape = baselineShape
  .extend({
    runs: z.array(historyRunShape).describe('As they were when it was made, oldest first'),
    bands: bandsShape.nullable().describe('Of the makespans of those that completed'),
  })
  .meta({ id: 'BaselineWithRuns' });

export const newBaselineBody = z.strictObject({
  workflow_id: z.string().max(100),
  name: displayName,
  is_default: z.boolean().default(false),
  made_of: baselineSource.describe('Its executions are copied, so that the baseline stays when they go'),
});

export const baselineChangeBody = z.strictObject({
  name: displayName.optional(),
  is_default: z.boolean().optional(),
  made_of: baselineSource.optional().describe('Makes it anew; when absent, its executions stay what they were'),
});

export function toBaseline(baseline: Baseline): z.output<typeof baselineShape> {
  return {
    id: baseline.id,
    workspace_id: baseline.workspaceId,
    workflow_id: baseline.workflowId,
    name: baseline.name,
    is_default: baseline.isDefault,
    made_of: baselineSource.parse(baseline.madeOf),
    run_count: baseline.runCount,
    created_by: baseline.createdBy,
    created_at: isoFromEpoch(baseline.createdAt),
    updated_at: isoFromEpoch(baseline.updatedAt),
  };
}

export function toBaselineWithRuns(
  baseline: Baseline,
  runs: readonly HistoryRun[],
): z.output<typeof baselineWithRunsShape> {
  return { ...toBaseline(baseline), runs: runs.map(toHistoryRun), bands: makespanBands(runs) };
}

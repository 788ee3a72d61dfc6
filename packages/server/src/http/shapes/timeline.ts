import { type JsonObject, type JsonValue } from '@flowprof/model';
import type { Execution, StepCounts, StepExecution } from '@flowprof/store';
import { z } from 'zod';
import { isoOrNull, jsonObject, status, timestamp } from './common.ts';
import { secondsOrNull, stepsLeftOut } from './execution.ts';

/**
 * Data above this many characters of JSON is summarised in a timeline; the execution's details have all that is kept.
 * Well above the 2 KiB to which the engine cuts inputs and outputs of a very large run: that is not cut once more.
 */
const SUMMARY_LIMIT = 4096;
const SUMMARY_KEYS = 20;
const SUMMARY_TEXT = 80;

const timelineEntryShape = z
  .object({
    step_id: z.string(),
    step_name: z.string(),
    step_order: z.int().min(1),
    step_type: z.string(),
    iteration: z.int().nullable(),
    status,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    duration_seconds: z.number().min(0).nullable(),
    retry_count: z.int().min(0),
    error_message: z.string().nullable(),
    input_summary: jsonObject.nullable(),
    output_summary: jsonObject.nullable(),
  })
  .meta({ id: 'TimelineEntry' });

export const timelineShape = z
  .object({
    execution_id: z.string(),
    workflow_id: z.string(),
    workflow_name: z.string(),
    status,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    total_duration_seconds: z.number().min(0).nullable(),
    step_count: z.int().min(0),
    completed_step_count: z.int().min(0),
    failed_step_count: z.int().min(0).describe('Failed or timed out'),
    skipped_step_count: z.int().min(0),
    step_timeline: z.array(timelineEntryShape),
    steps_left_out: stepsLeftOut,
    error_message: z.string().nullable(),
  })
  .meta({ id: 'Timeline' });

function cut(text: string): string {
  return text.length <= SUMMARY_TEXT ? text : `${text.slice(0, SUMMARY_TEXT)}…`;
}

function summariseValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `array of ${value.length}` : `object of ${Object.keys(value).length}`;
}

/** Data as a timeline shows it: whole when small, else its first keys with large values replaced by their sizes. */
export function summarise(data: JsonObject | null): JsonObject | null {
  if (data === null || JSON.stringify(data).length <= SUMMARY_LIMIT) return data;
  const entries = Object.entries(data);
  const kept = entries
    .slice(0, SUMMARY_KEYS)
    .map(([key, value]): [string, JsonValue] => [cut(key), summariseValue(value)]);
  if (entries.length > SUMMARY_KEYS) kept.push(['…', `${entries.length - SUMMARY_KEYS} more`]);
  return Object.fromEntries(kept);
}

function toEntry(step: StepExecution): z.output<typeof timelineEntryShape> {
  return {
    step_id: step.stepKey,
    step_name: step.stepName,
    step_order: step.stepOrder,
    step_type: step.stepType,
    iteration: step.iteration,
    status: step.status,
    started_at: isoOrNull(step.startedAt),
    completed_at: isoOrNull(step.completedAt),
    duration_seconds: secondsOrNull(step.duration),
    retry_count: step.retryCount,
    error_message: step.error?.message ?? null,
    input_summary: summarise(step.input),
    output_summary: summarise(step.output),
  };
}

export function toTimeline(
  execution: Execution,
  steps: readonly StepExecution[],
  counts: StepCounts,
  skip: number,
): z.output<typeof timelineShape> {
  return {
    execution_id: execution.id,
    workflow_id: execution.workflowId,
    workflow_name: execution.workflowName,
    status: execution.status,
    started_at: isoOrNull(execution.startedAt),
    completed_at: isoOrNull(execution.completedAt),
    total_duration_seconds: secondsOrNull(execution.duration),
    step_count: counts.total,
    completed_step_count: counts.completed,
    failed_step_count: counts.failed,
    skipped_step_count: counts.skipped,
    step_timeline: steps.map(toEntry),
    steps_left_out: Math.max(0, counts.total - skip - steps.length),
    error_message: execution.error?.message ?? null,
  };
}

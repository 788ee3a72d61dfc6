import type { WorkflowMetrics } from '@flowprof/store';
import { z } from 'zod';

export const metricsShape = z
  .object({
    total_duration_seconds: z.number().min(0).describe('Of all executions that have ended'),
    success_rate: z
      .number()
      .min(0)
      .max(100)
      .describe('Percent of the executions that completed or failed; 0 when none did'),
    total_executions: z.int().min(0),
    successful_executions: z.int().min(0),
    failed_executions: z.int().min(0).describe('Failed or timed out'),
    average_duration_seconds: z.number().min(0),
    min_duration_seconds: z.number().min(0).nullable(),
    max_duration_seconds: z.number().min(0).nullable(),
  })
  .meta({ id: 'WorkflowMetrics' });

const seconds = (micros: number): number => Math.round(micros) / 1_000_000;

export function toMetrics(metrics: WorkflowMetrics): z.output<typeof metricsShape> {
  const { total, succeeded, failed, ended, sum, min, max } = metrics;
  return {
    total_duration_seconds: seconds(sum),
    success_rate: succeeded + failed === 0 ? 0 : (succeeded / (succeeded + failed)) * 100,
    total_executions: total,
    successful_executions: succeeded,
    failed_executions: failed,
    average_duration_seconds: ended === 0 ? 0 : seconds(sum / ended),
    min_duration_seconds: min === null ? null : seconds(min),
    max_duration_seconds: max === null ? null : seconds(max),
  };
}

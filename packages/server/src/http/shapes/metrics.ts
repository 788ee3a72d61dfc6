import type { WorkflowMetrics } from '@flowprof/store';
import { z } from 'zod';
import { secondsOrNull } from './execution.ts';

const percentile = z.number().min(0).nullable().describe('By nearest rank, at most 1.1% off');

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
    cancelled_executions: z.int().min(0),
    timeout_executions: z.int().min(0).describe('These are among `failed_executions`'),
    running_executions: z.int().min(0),
    pending_executions: z.int().min(0),
    average_duration_seconds: z.number().min(0),
    min_duration_seconds: z.number().min(0).nullable(),
    max_duration_seconds: z.number().min(0).nullable(),
    p50_duration_seconds: percentile,
    p95_duration_seconds: percentile,
    p99_duration_seconds: percentile,
  })
  .meta({ id: 'WorkflowMetrics' });

const seconds = (micros: number): number => Math.round(micros) / 1_000_000;

export function toMetrics(metrics: WorkflowMetrics): z.output<typeof metricsShape> {
  const { total, succeeded, failed, ended, sum, min, max, p50, p95, p99 } = metrics;
  return {
    total_duration_seconds: seconds(sum),
    success_rate: succeeded + failed === 0 ? 0 : (succeeded / (succeeded + failed)) * 100,
    total_executions: total,
    successful_executions: succeeded,
    failed_executions: failed,
    cancelled_executions: metrics.cancelled,
    timeout_executions: metrics.timedOut,
    running_executions: metrics.running,
    pending_executions: metrics.pending,
    average_duration_seconds: ended === 0 ? 0 : seconds(sum / ended),
    min_duration_seconds: secondsOrNull(min),
    max_duration_seconds: secondsOrNull(max),
    p50_duration_seconds: secondsOrNull(p50),
    p95_duration_seconds: secondsOrNull(p95),
    p99_duration_seconds: secondsOrNull(p99),
  };
}

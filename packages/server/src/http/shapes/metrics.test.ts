import { toMicros } from '@flowprof/model';
import type { WorkflowMetrics } from '@flowprof/store';
import { describe, expect, it } from 'vitest';
import { toMetrics } from './metrics.ts';

const NOTHING: WorkflowMetrics = {
  total: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  timedOut: 0,
  running: 0,
  pending: 0,
  ended: 0,
  sum: 0,
  min: null,
  max: null,
  p50: null,
  p95: null,
  p99: null,
};

describe('toMetrics', () => {
  it('gives seconds and percent', () => {
    const metrics = {
      ...NOTHING,
      total: 10,
      succeeded: 8,
      failed: 2,
      ended: 10,
      sum: toMicros(450_750_000),
      min: toMicros(25_300_000),
      max: toMicros(120_500_000),
      p50: toMicros(40_000_000),
      p95: toMicros(120_000_000),
      p99: toMicros(120_500_000),
    };
    expect(toMetrics(metrics)).toEqual({
      total_duration_seconds: 450.75,
      success_rate: 80,
      total_executions: 10,
      successful_executions: 8,
      failed_executions: 2,
      cancelled_executions: 0,
      timeout_executions: 0,
      running_executions: 0,
      pending_executions: 0,
      average_duration_seconds: 45.075,
      min_duration_seconds: 25.3,
      max_duration_seconds: 120.5,
      p50_duration_seconds: 40,
      p95_duration_seconds: 120,
      p99_duration_seconds: 120.5,
    });
  });

  it('counts neither running nor cancelled executions against the success rate', () => {
    const metrics = {
      ...NOTHING,
      total: 5,
      succeeded: 1,
      failed: 0,
      ended: 2,
      sum: toMicros(3),
      min: toMicros(1),
      max: toMicros(2),
    };
    expect(toMetrics(metrics)).toMatchObject({ success_rate: 100, average_duration_seconds: 0.000002 });
  });

  it('knows no shortest and longest before anything has ended', () => {
    expect(toMetrics(NOTHING)).toMatchObject({
      success_rate: 0,
      average_duration_seconds: 0,
      min_duration_seconds: null,
      max_duration_seconds: null,
    });
  });
});

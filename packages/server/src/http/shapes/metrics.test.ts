import { toMicros } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { toMetrics } from './metrics.ts';

describe('toMetrics', () => {
  it('gives seconds and percent', () => {
    const metrics = {
      total: 10,
      succeeded: 8,
      failed: 2,
      ended: 10,
      sum: toMicros(450_750_000),
      min: toMicros(25_300_000),
      max: toMicros(120_500_000),
    };
    expect(toMetrics(metrics)).toEqual({
      total_duration_seconds: 450.75,
      success_rate: 80,
      total_executions: 10,
      successful_executions: 8,
      failed_executions: 2,
      average_duration_seconds: 45.075,
      min_duration_seconds: 25.3,
      max_duration_seconds: 120.5,
    });
  });

  it('counts neither running nor cancelled executions against the success rate', () => {
    const metrics = {
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
    const metrics = { total: 0, succeeded: 0, failed: 0, ended: 0, sum: toMicros(0), min: null, max: null };
    expect(toMetrics(metrics)).toMatchObject({
      success_rate: 0,
      average_duration_seconds: 0,
      min_duration_seconds: null,
      max_duration_seconds: null,
    });
  });
});

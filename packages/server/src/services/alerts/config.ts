import { microsFromMs, type AlertCondition, type AlertKind, type JsonObject } from '@flowprof/model';
import type { KeptAlertRule } from '@flowprof/store';
import { z } from 'zod';
import { jsonObject } from '../../http/shapes/common.ts';
import { priceTableShape } from '../../http/shapes/prices.ts';

const nodeKey = z
  .string()
  .min(1)
  .max(500)
  .nullable()
  .default(null)
  .describe('The key of a node; null for the whole run');
const milliseconds = z.number().min(1).max(31_536_000_000);
const percent = z.number().min(0).max(100);

const durationLimitConfig = z
  .strictObject({ limit_ms: milliseconds.describe('Longer than this is a breach'), node: nodeKey })
  .meta({ id: 'DurationLimitConfig' });

const slowerThanUsualConfig = z
  .strictObject({
    percent: z
      .number()
      .min(1)
      .max(10_000)
      .default(20)
      .describe('So much more than usual is a breach, if it is no noise'),
    runs: z.int().min(5).max(100).default(20).describe('Usual is the median of so many completed runs before'),
    baseline_id: z.string().max(100).nullable().default(null).describe('Compare with a baseline instead'),
    sustained: z
      .boolean()
      .default(false)
      .describe('One slow run is no breach: the last ones together must be slower, beyond chance'),
    node: nodeKey,
  })
  .meta({ id: 'SlowerThanUsualConfig' });

const failureRateConfig = z
  .strictObject({
    percent: percent.max(99).describe('More than this share of failed runs is a breach'),
    runs: z.int().min(1).max(200).default(20).describe('Of the last so many'),
    min_runs: z.int().min(1).max(200).default(5).describe('With fewer nothing is said'),
  })
  .refine(({ runs, min_runs: least }) => least <= runs, {
    path: ['min_runs'],
    params: { expected: 'at most `runs`' },
  })
  .meta({ id: 'FailureRateConfig' });

const unexpectedRetriesConfig = z
  .strictObject({
    more_than: z.int().min(0).max(1_000_000).default(0).describe('More nodes than this are a breach'),
    node: nodeKey,
  })
  .meta({ id: 'UnexpectedRetriesConfig' });

const deadlineConfig = z
  .strictObject({
    limit_ms: milliseconds.describe('A run is to be done so long after its start'),
    risk_percent: percent
      .min(1)
      .nullable()
      .default(null)
      .describe('Tell as soon as it is so likely to be missed; null waits until it is'),
  })
  .meta({ id: 'DeadlineConfig' });

const costConfig = z
  .strictObject({
    limit: z.number().min(0).max(1e12).describe('More than this is a breach, in the currency of the prices'),
    prices: priceTableShape
      .nullable()
      .default(null)
      .describe('Prices of its own; null for those of the workspace, as they are when a run is judged'),
  })
  .meta({ id: 'CostConfig' });

/** The configuration of each kind of rule. */
export const ALERT_CONFIGS = {
  duration_limit: durationLimitConfig,
  slower_than_usual: slowerThanUsualConfig,
  failure_rate: failureRateConfig,
  unexpected_retries: unexpectedRetriesConfig,
  deadline: deadlineConfig,
  cost: costConfig,
} as const satisfies Record<AlertKind, z.ZodType>;

/** A checked configuration as it is kept. */
export function keptConfig(config: object): JsonObject {
  return jsonObject.parse(JSON.parse(JSON.stringify(config)));
}

/** What a rule looks at. @throws {z.ZodError} when it was kept in a form that is no longer known */
export function conditionOf({ kind, config }: Pick<KeptAlertRule, 'kind' | 'config'>): AlertCondition {
  switch (kind) {
    case 'duration_limit': {
      const { limit_ms: limit, node } = durationLimitConfig.parse(config);
      return { kind, node, limit: microsFromMs(limit) };
    }
    case 'slower_than_usual': {
      const { baseline_id: baseline, ...rest } = slowerThanUsualConfig.parse(config);
      return { kind, ...rest, baseline };
    }
    case 'cost':
      return { kind, ...costConfig.parse(config) };
    case 'failure_rate': {
      const { percent: most, runs, min_runs: minRuns } = failureRateConfig.parse(config);
      return { kind, percent: most, runs, minRuns };
    }
    case 'unexpected_retries': {
      const { more_than: moreThan, node } = unexpectedRetriesConfig.parse(config);
      return { kind, moreThan, node };
    }
    case 'deadline': {
      const { limit_ms: limit, risk_percent: riskPercent } = deadlineConfig.parse(config);
      return { kind, limit: microsFromMs(limit), riskPercent };
    }
    default:
      return kind satisfies never;
  }
}

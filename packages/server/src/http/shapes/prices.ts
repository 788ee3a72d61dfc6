import { z } from 'zod';
import { listOf, timestamp } from './common.ts';

const amount = z.number().min(0).max(1e12);
const MAX_PRICES = 1000;
const MAX_NAME = 200;

const runtimePrice = z
  .strictObject({
    per_hour: amount.optional().describe('Of run time; waits cost nothing'),
    per_second: amount.optional(),
    per_run: amount.optional().describe('For every attempt'),
  })
  .refine((price) => Object.keys(price).length > 0, 'give per_hour, per_second or per_run')
  .refine((price) => price.per_hour === undefined || price.per_second === undefined, 'give per_hour or per_second');

const modelPrice = z
  .strictObject({
    input_per_million: amount.optional(),
    output_per_million: amount.optional(),
    cached_input_per_million: amount.optional().describe('As other input where it is not given'),
  })
  .refine((price) => Object.keys(price).length > 0, 'give input_per_million, output_per_million or both');

function named<T extends z.ZodType>(price: T) {
  return z
    .record(z.string().min(1).max(MAX_NAME), price)
    .refine((prices) => Object.keys(prices).length <= MAX_PRICES, `there are more than ${MAX_PRICES} prices`);
}

/** A price list, as files and the API take it. */
export const priceTableShape = z
  .strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/, 'a currency has three capital letters, as in EUR'),
    node_types: named(runtimePrice).default({}).describe('By the type of a node'),
    models: named(modelPrice).default({}).describe('By the name of a model, or by its beginning with a * behind'),
    default: runtimePrice.optional().describe('For types that are not listed, and for spans that are no nodes'),
  })
  .meta({ id: 'Prices' });

const money = z.number().nullable();
const count = z.int().min(0);
const costParts = z.object({
  total: money,
  runtime: money,
  tokens: money,
  failed_attempts: money.describe('What of the total failed attempts cost'),
});
const tokens = z.object({ input: count, cached_input: count, output: count });

/** What some usage costs; amounts are null where there is no price for any of it. */
const usageCostShape = z.object({
  currency: z.string().nullable(),
  cost: costParts,
  tokens,
  models: listOf(
    z.object({
      model: z.string(),
      requested_model: z.string().nullable(),
      calls: count,
      calls_without_tokens: count,
      tokens,
      cost: money,
    }),
  ),
  unpriced: z.object({ node_types: listOf(z.string().nullable()), models: listOf(z.string()) }),
});

export const costShape = usageCostShape
  .extend({
    nodes: listOf(
      z.object({
        id: z.string(),
        name: z.string(),
        type: z.string().nullable(),
        count,
        attempts: count,
        run_ms: z.number(),
        input_tokens: count,
        output_tokens: count,
        cost: costParts,
      }),
    ),
    node_count: count,
  })
  .meta({ id: 'Cost' });

export const pricesShape = z.object({
  prices: priceTableShape.nullable(),
  updated_at: timestamp.nullable().describe('Null where none are set'),
});

export const workflowCostShape = z
  .object({
    runs: count.describe('Executions that are counted'),
    cost: usageCostShape
      .nullable()
      .describe('Of all of them; null where there is neither a price list nor a call of a model'),
    mean: money.describe('Of the executions whose cost is known'),
    executions: listOf(
      z.object({ execution_id: z.string(), number: z.int().nullable(), total: money, failed_attempts: money }),
    ).describe('Oldest first'),
    incomplete: count.describe('Executions that could not be summed up, or not within one request'),
  })
  .meta({ id: 'WorkflowCost' });

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { Drawing, type Inner } from '../../../testing/drawing.ts';
import type { JsonObject } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { buildProfile } from '../profile.ts';
import { costOf, costOfUsage } from './cost.ts';
import { modelPriceOf, runtimePriceOf, type PriceTable } from './prices.ts';
import { usageOf } from './usage.ts';
import { workflowCost } from './workflow-cost.ts';
import { summariseRun, type HistoryRun } from '../history/run-summary.ts';

const PRICES: PriceTable = {
  currency: 'EUR',
  node_types: { http: { per_second: 0.5 }, batch: { per_hour: 36, per_run: 0.25 } },
  models: {
    'small-*': { input_per_million: 1, output_per_million: 10, cached_input_per_million: 0.1 },
    'small-2': { input_per_million: 2, output_per_million: 20 },
  },
};

const chat = (model: string, input: number, output: number, more: JsonObject = {}): JsonObject => ({
  'gen_ai.request.model': model,
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
  ...more,
});

const call = (metadata: JsonObject, inside: Inner[] = []): Inner => ['chat', [0, 10], inside, { metadata }];

/** A node whose handler called models. */
const asking = (...calls: Inner[]): Trace => new Drawing().node('ask', [], [0, 100], calls, { type: 'llm' }).trace();

const priced = (trace: Trace, prices: PriceTable | null = PRICES) => buildProfile(trace, { prices }).cost;

describe('the cost of run time', () => {
  test('is what nodes ran times the price of their type, waits left out, and a price for each attempt', () => {
    const trace = new Drawing()
      .node('get', [], [0, 3000], [['queue_wait', [0, 1000]]], { type: 'http' })
      .node('sum', ['get'], [3000, 5000], [], { type: 'batch' })
      .trace();
    expect(priced(trace)).toMatchObject({
      currency: 'EUR',
      cost: { total: 2 * 0.5 + 2 * 0.01 + 0.25, runtime: 1.27, tokens: null, failed_attempts: 0 },
      nodes: [
        { id: 'get', type: 'http', run_ms: 2000, cost: { total: 1 } },
        { id: 'sum', type: 'batch', run_ms: 2000, cost: { total: 0.27 } },
      ],
      unpriced: { node_types: [], models: [] },
    });
  });

  test('says what failed attempts cost', () => {
    const trace = new Drawing()
      .node(
        'get',
        [],
        [0, 4000],
        [
          ['attempt 1', [0, 1000], [], { status: 'failed' }],
          ['retry_backoff', [1000, 3000]],
          ['attempt 2', [3000, 4000]],
        ],
        { type: 'batch' },
      )
      .trace();
    expect(priced(trace)?.cost).toEqual({ total: 0.52, runtime: 0.52, tokens: null, failed_attempts: 0.26 });
  });

  test('is unknown for types without a price, which are named, and that of the others is told', () => {
    const trace = new Drawing()
      .node('get', [], [0, 1000], [], { type: 'http' })
      .node('odd', [], [0, 1000], [], { type: 'constructor' })
      .trace();
    expect(priced(trace)).toMatchObject({ cost: { total: 0.5 }, unpriced: { node_types: ['constructor'] } });
    expect(priced(trace)?.nodes).toMatchObject([{ id: 'get' }, { id: 'odd', cost: { total: null } }]);
    const withDefault = { ...PRICES, default: { per_run: 3 } };
    expect(priced(trace, withDefault)).toMatchObject({ cost: { total: 3.5 }, unpriced: { node_types: [] } });
  });

  test('is not known at all without prices and without calls of models', () => {
    const trace = new Drawing().node('get', [], [0, 1000]).trace();
    expect(priced(trace, null)).toBeNull();
    expect(runtimePriceOf(PRICES, 'toString')).toBeNull();
  });
});

describe('the cost of tokens', () => {
  test('is counted by model, and cached input has its own price', () => {
    const trace = asking(
      call(chat('small-1', 1_000_000, 100_000, { 'gen_ai.usage.cache_read.input_tokens': 500_000 })),
      call(chat('small-2', 1_000_000, 0)),
      call({ 'gen_ai.request.model': 'small-2' }),
    );
    expect(priced(trace)).toMatchObject({
      cost: { total: 0.5 + 0.05 + 1 + 2, runtime: null, tokens: 3.55, failed_attempts: 0 },
      tokens: { input: 2_000_000, cached_input: 500_000, output: 100_000 },
      models: [
        { model: 'small-2', calls: 2, calls_without_tokens: 1, cost: 2 },
        { model: 'small-1', calls: 1, calls_without_tokens: 0, cost: 1.55 },
      ],
      nodes: [{ id: 'ask', input_tokens: 2_000_000, output_tokens: 100_000, cost: { total: 3.55 } }],
      unpriced: { node_types: ['llm'], models: [] },
    });
  });

  test('goes by the model that answered, else the one that was asked for', () => {
    const answered = asking(call(chat('alias', 1_000_000, 0, { 'gen_ai.response.model': 'small-2' })));
    expect(priced(answered)).toMatchObject({ models: [{ model: 'small-2', requested_model: 'alias', cost: 2 }] });
    const dated = asking(call(chat('small-2', 1_000_000, 0, { 'gen_ai.response.model': 'other-2024' })));
    expect(priced(dated)).toMatchObject({ models: [{ model: 'other-2024', cost: 2 }] });
    expect(modelPriceOf(PRICES, ['small-22'])).toBe(PRICES.models['small-*']);
  });

  test('counts tokens without a price too, and older names of attributes, and numbers that are text', () => {
    const trace = asking(
      call({ 'gen_ai.usage.prompt_tokens': '12', 'gen_ai.usage.completion_tokens': 3, 'gen_ai.request.model': 'x' }),
    );
    expect(priced(trace, null)).toMatchObject({
      currency: null,
      cost: { total: null, tokens: null, failed_attempts: null },
      tokens: { input: 12, cached_input: 0, output: 3 },
      unpriced: { node_types: [], models: ['x'] },
    });
  });

  test('is unknown where one kind of tokens has no price', () => {
    const halfPriced = { ...PRICES, models: { x: { input_per_million: 1 } } };
    expect(priced(asking(call(chat('x', 10, 1))), halfPriced)).toMatchObject({ models: [{ cost: null }] });
    expect(priced(asking(call(chat('x', 1_000_000, 0))), halfPriced)).toMatchObject({ models: [{ cost: 1 }] });
  });

  test('counts an agent that sums up the calls inside it once', () => {
    const inner = call(chat('small-2', 600_000, 0));
    const wrapper = call({ 'gen_ai.request.model': 'small-2' }, [call(chat('small-2', 400_000, 0))]);
    const trace = asking(call(chat('small-2', 1_000_000, 0), [inner, wrapper]));
    expect(priced(trace)).toMatchObject({ tokens: { input: 1_000_000 }, models: [{ calls: 2, cost: 2 }] });
  });

  test('counts those of failed attempts as such', () => {
    const trace = asking(
      ['attempt 1', [0, 50], [call(chat('small-2', 1_000_000, 0))], { status: 'failed' }],
      ['attempt 2', [50, 100], [['chat', [50, 60], [], { metadata: chat('small-2', 1_000_000, 0) }]]],
    );
    expect(priced(trace)?.cost).toMatchObject({ total: 4, failed_attempts: 2 });
  });
});

const run = (id: string, input: number, time: number): HistoryRun => {
  const metadata = chat('small-2', input, 0);
  const trace = new Drawing()
    .node('ask', [], [0, time], [['chat', [0, 10], [], { metadata }]], { type: 'http' })
    .trace();
  const summary = summariseRun(analyseTrace(trace));
  return { id, number: 1, workflowVersion: 1, status: 'completed', startedAt: null, labels: {}, summary };
};

describe('usage', () => {
  const flat: PriceTable = { currency: 'X', node_types: {}, models: {}, default: { per_second: 1, per_run: 1 } };

  test('that went through JSON costs the same', () => {
    const trace = asking(call(chat('small-1', 123_456, 789)));
    const usage = usageOf(analyseTrace(trace));
    const cost = costOf(analyseTrace(trace), PRICES);
    expect(JSON.parse(JSON.stringify(usage))).toEqual(usage);
    expect(costOfUsage(usage, PRICES)).toMatchObject({ total: cost?.total });
  });

  test('of several executions is summed up', () => {
    const { usage: _, ...withoutUsage } = run('old', 1, 1).summary;
    const old = { ...run('old', 1, 1), summary: withoutUsage };
    expect(workflowCost([old, run('a', 1_000_000, 2000), run('b', 500_000, 4000)], PRICES)).toMatchObject({
      runs: 2,
      mean: 3,
      cost: { cost: { total: 6, runtime: 3, tokens: 3 }, tokens: { input: 1_500_000 }, models: [{ calls: 2 }] },
      executions: [
        { execution_id: 'a', total: 3 },
        { execution_id: 'b', total: 3 },
      ],
    });
    expect(workflowCost([], PRICES)).toMatchObject({ runs: 0, mean: null, executions: [] });
  });

  test('of any trace: nodes sum to the whole, and failed attempts cost no more than all', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const cost = costOf(analyseTrace(trace), flat);
        const ofNodes = (cost?.nodes ?? []).reduce((sum, { total }) => sum + (total ?? 0), 0);
        expect(ofNodes).toBeCloseTo(cost?.total ?? 0, 6);
        for (const { total, failed } of cost?.nodes ?? []) {
          expect(failed ?? 0).toBeLessThanOrEqual((total ?? 0) + 1e-9);
        }
      }),
    );
  });
});

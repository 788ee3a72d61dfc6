import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createConductor, parseWorkflow, type ExecutionResult, type WorkflowDefinition } from '@flowprof/conductor';
import { buildProfile, isJsonObject, statusOf, type JsonObject } from '@flowprof/model';
import { afterAll, describe, expect, test } from 'vitest';

import { DemoServices } from '../demo/demo-services.ts';
import { systemClock } from '../services/system.ts';

const folder = fileURLToPath(new URL('../../../../examples/workflows/', import.meta.url));
const host = new DemoServices(systemClock);

afterAll(() => host.settled());

/** Runs an example, or a workflow, for real against the demo service. */
async function run(of: string | WorkflowDefinition, input: JsonObject = {}): Promise<ExecutionResult> {
  const definition = typeof of === 'string' ? parseWorkflow(readFileSync(`${folder}${of}.json`, 'utf8')) : of;
  const held = await host.acquire(definition.services ?? []);
  try {
    const { services, allow } = held;
    return await createConductor().node.run(definition, {
      input,
      services,
      network: { privateAddresses: false, allow },
    });
  } finally {
    held.release();
  }
}

/** The state of each node by its name, in the order of the file. */
function statesOf({ recording: { nodes } }: ExecutionResult): Record<string, string> {
  return Object.fromEntries(nodes.name.map((name, row) => [name, statusOf(nodes.status[row] ?? 0)]));
}

function expectExactAccounting(result: ExecutionResult): void {
  const { accounting, makespan_ms: makespan } = buildProfile(result.recording);
  const micros = Object.values(accounting?.causes ?? {}).map((ms) => Math.round(ms * 1000));
  expect(micros.reduce((sum, part) => sum + part, 0)).toBe(Math.round((makespan ?? -1) * 1000));
}

function phasesOf({ recording: { spans } }: ExecutionResult): Set<string> {
  return new Set(spans.names);
}

test('there are the five examples, each with a description, inputs with defaults and a schema', () => {
  const files = readdirSync(folder).sort((a, b) => a.localeCompare(b));
  expect(files).toEqual([
    'basic_sequence.json',
    'conditional_workflow.json',
    'data_pipeline.json',
    'order_fulfilment.json',
    'parallel_processing.json',
  ]);
  for (const file of files) {
    const definition = parseWorkflow(readFileSync(folder + file, 'utf8'));
    expect(definition).toMatchObject({ name: file.replace('.json', ''), services: ['demo'] });
    expect(definition.description).toBeTruthy();
    expect(existsSync(join(folder, definition.$schema ?? ''))).toBe(true);
    for (const input of Object.values(definition.inputs ?? {})) expect(input).toHaveProperty('default');
  }
});

test('basic_sequence pays for a basket in three steps', async () => {
  const result = await run('basic_sequence', { category: 'books', basket_size: 3 });
  expect(statesOf(result)).toEqual({ Initialize: 'completed', Process: 'completed', Finalize: 'completed' });
  expect(result.data).toMatchObject({ category: 'books' });
  expect(phasesOf(result)).toEqual(new Set([...phasesOf(result), 'queue_wait', 'expression_eval', 'http_request']));
  expectExactAccounting(result);
});

test('parallel_processing prices every item in three branches, of which one waits in the queue', async () => {
  const result = await run('parallel_processing');
  expect(statesOf(result)).toEqual({
    'Data Preparation': 'completed',
    'Branch A': 'completed',
    'Branch B': 'completed',
    'Branch C': 'completed',
    'Merge Results': 'completed',
  });
  expect(result.data).toMatchObject({ priced: 480 });
  expect(buildProfile(result.recording).peak_concurrency).toBe(2);
  expectExactAccounting(result);
});

describe('conditional_workflow', () => {
  test.each([
    ['fast', ['completed', 'skipped', 'skipped']],
    ['standard', ['skipped', 'completed', 'skipped']],
    ['thorough', ['skipped', 'skipped', 'completed']],
  ])('mode %s takes one way and skips the others', async (mode, [fast, standard, thorough]) => {
    const result = await run('conditional_workflow', { mode });
    expect(statesOf(result)).toEqual({
      'Evaluate Condition': 'completed',
      'Fast Process': fast,
      'Standard Process': standard,
      'Thorough Process': thorough,
      'Aggregate Results': 'completed',
    });
    expect(result.data).toMatchObject({ mode });
    expectExactAccounting(result);
  });

  test('another mode fails in the first step', async () => {
    const result = await run('conditional_workflow', { mode: 'odd' });
    expect(result).toMatchObject({
      success: false,
      error: { nodeKey: 'evaluate_condition', code: 'expression_failed' },
    });
  });
});

test('data_pipeline retries the flaky source, finds the broken items, and loads the rest', async () => {
  const result = await run('data_pipeline');
  expect(statesOf(result)).toEqual({
    'Validate Source': 'completed',
    'Extract Data': 'completed',
    'Transform Data': 'completed',
    'Validate Transformation': 'completed',
    'Load Data': 'completed',
    'Post-Load Validation': 'completed',
    Cleanup: 'completed',
  });
  const { retries } = buildProfile(result.recording);
  expect(retries).toContainEqual(expect.objectContaining({ id: 'validate_source', verdict: 'expected' }));
  expect(result.data).toMatchObject({ extracted: 480, loaded: 480 - rejectedIn(result).length });
  expect(rejectedIn(result).length).toBeGreaterThan(5);
  expectExactAccounting(result);
});

test('order_fulfilment goes through its orders under its limits, and chooses, calls, retries and forgives', async () => {
  const result = await run('order_fulfilment', { orders: 9, delivery: 'standard' });
  const states = statesOf(result);
  expect(states).toMatchObject({
    'Wake Supplier': 'completed',
    'Find Special Offer': 'failed',
    'Each Order': 'completed',
    'Send by Air': 'skipped',
    'Send by Road': 'completed',
    'Make Invoice': 'completed',
    'Load Sales': 'completed',
  });
  expect(result).toMatchObject({ status: 'completed', data: { carrier: 'standard', offer: 'failed' } });
  const { nodes } = result.recording;
  const orders = isJsonObject(result.data) ? Number(result.data['orders']) : 0;
  expect(orders).toBeGreaterThan(5);
  expect(nodes.key.filter((key) => key === 'pay')).toHaveLength(orders);
  expect(nodes.key).toContain('invoice/tax');
  expect(phasesOf(result)).toContain('rate_limit_wait');
  expectExactAccounting(result);
});

function rejectedIn({ data }: ExecutionResult): readonly unknown[] {
  const rejected = isJsonObject(data) ? data['rejected'] : null;
  return Array.isArray(rejected) ? rejected : [];
}

test('the first example of the description of workflow files runs, and does what is said there', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../../../docs/workflow-files.md', import.meta.url)), 'utf8');
  const definition = parseWorkflow(/```json\n(.*?)```/su.exec(text)?.[1] ?? '');
  const result = await run(definition, { token: 'not-for-anyone' });
  expect(result.status).toBe('completed');
  expect(result.data).toMatchObject({
    missing: 1,
    prices: [expect.any(Number), ...Array(4).fill(expect.anything()), null],
  });
  expect(JSON.stringify(result.trace)).not.toContain('not-for-anyone');
  expectExactAccounting(result);
});

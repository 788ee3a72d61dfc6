import { analyseTrace, KIND, toEpochMicros, type EpochMicros } from '@flowprof/model';
import { expect, test } from 'vitest';
import { createConductor, z, type NodeDefinition, type NodeExecutionTrace } from './index.ts';

const conductor = createConductor();
conductor.register('nothing', { params: z.object({}), phase: 'execute', run: () => null });

test('100,000 nodes in one run, each with its spans', { timeout: 120_000 }, async () => {
  const count = 100_000;
  const nodes: NodeDefinition[] = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    type: 'nothing',
    dependsOn: i < 100 ? [] : [`n${i - 100}`, `n${i - (i % 100) - 100 + ((i + 1) % 100)}`],
  }));
  const result = await conductor.node.run({ name: 'wide', nodes });
  expect(result.success).toBe(true);
  expect(result.executedNodes).toHaveLength(count);
  const { spans } = result.recording;
  expect(spans.length).toBe(3 * count);
  expect(spans.kind.filter((kind) => kind === KIND.node)).toHaveLength(count);
  expect(result.trace.nodes).toHaveLength(count);
});

test('groups nested 1,000 deep', async () => {
  let node: NodeDefinition = { id: 'leaf', type: 'nothing' };
  for (let depth = 1000; depth > 0; depth--) node = { id: `g${depth}`, type: 'group', nodes: [node] };
  const result = await conductor.node.run({ name: 'deep', nodes: [node] });
  expect(result.success).toBe(true);
  let depth = 0;
  for (let at: readonly NodeExecutionTrace[] | undefined = result.trace.nodes; at?.[0]; at = at[0].childTraces) {
    expect(at[0].state).toBe('completed');
    depth++;
  }
  expect(depth).toBe(1001);
  expect(analyseTrace(result.recording).accounting?.total).toBeGreaterThanOrEqual(0);
});

test('a loop over 20,000 items, and loops in loops', async () => {
  const body: NodeDefinition[] = [{ id: 'item', type: 'transform', with: { value: '${item}' } }];
  const items = Array.from({ length: 20_000 }, (_, i) => i);
  const loop: NodeDefinition = { id: 'each', type: 'foreach', with: { items }, nodes: body };
  const { data, success } = await conductor.node.run({ name: 'loop', nodes: [loop] });
  expect(success).toBe(true);
  expect(data).toEqual({ each: items });
  let nested: NodeDefinition = { id: 'inner', type: 'transform', with: { value: '${index}' } };
  for (let depth = 0; depth < 10; depth++) {
    nested = { id: `l${depth}`, type: 'foreach', with: { items: [1, 2] }, nodes: [nested] };
  }
  const result = await conductor.node.run({ name: 'nested', nodes: [nested] });
  expect(result.success).toBe(true);
  const { nodes } = result.recording;
  const inner = nodes.key.flatMap((key, row) => (key === 'inner' ? [nodes.iteration[row]] : []));
  expect(new Set(inner).size).toBe(1024);
});

test('many containers that are ready at once are not started at a stretch', async () => {
  let time = Date.now() * 1000;
  let since = 0;
  let most = 0;
  let isOver = false;
  const now = (): EpochMicros => {
    since++;
    return toEpochMicros((time += 1000));
  };
  const turn = (): void => {
    most = Math.max(most, since);
    since = 0;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const inner: NodeDefinition = {
    id: 'inner',
    type: 'foreach',
    with: { items: '${[item]}' },
    nodes: [{ id: 'leaf', type: 'transform', with: { value: 1 } }],
  };
  const items = Array.from({ length: 300 }, (_, i) => i);
  const outer: NodeDefinition = { id: 'outer', type: 'foreach', with: { items }, nodes: [inner] };
  const { success } = await createConductor({ clock: { now } }).node.run({ name: 'loops', nodes: [outer] });
  isOver = true;
  expect(success).toBe(true);
  // A turn may take 10 ms by this clock, of which every look at it takes one.
  expect(most).toBeLessThan(50);
});

test('a workflow that calls itself in a loop ends', { timeout: 120_000 }, async () => {
  const call: NodeDefinition = { id: 's', type: 'subworkflow', with: { workflow: 'w', input: {} } };
  const items = Array.from({ length: 100_000 }, (_, i) => i);
  const each: NodeDefinition = { id: 'each', type: 'foreach', with: { items, concurrency: 10 }, nodes: [call] };
  const definition = { name: 'endless', nodes: [call], workflows: { w: { name: 'w', nodes: [each] } } };
  const { error } = await conductor.node.run(definition);
  expect(error?.code).toBe('too_many_nodes');
});

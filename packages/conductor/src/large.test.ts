import { analyseTrace, KIND } from '@flowprof/model';
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
  expect(analyseTrace(result.recording).accounting.total).toBeGreaterThanOrEqual(0);
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

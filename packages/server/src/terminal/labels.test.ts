import { expect, test } from 'vitest';

import { TraceAssembler, type NodeDeclaration } from '@flowprof/model';

import { labelOfId, labelsIn, nodeLabel } from './labels.ts';

test.each([
  ['fetch', 'Fetch Item', 'Fetch Item'],
  ['fetch[12]', 'Fetch Item', 'Fetch Item[12]'],
  ['tax/more/sum', 'Sum', 'tax/more/Sum'],
  ['tax/sum[0]', 'Sum', 'tax/Sum[0]'],
  // Ids of other sources, which may hold anything.
  ['GET /items', 'GET /items', 'GET /items'],
  ['a/b', 'a/b', 'a/b'],
  ['http://host/x', 'x', 'x'],
  ['4f1a0c', 'sum[1]', 'sum[1]'],
])('the node %j with the name %j is called %j', (id, name, label) => {
  expect(labelOfId(id, name)).toBe(label);
});

test('a node of a loop that is called like its key has the position of its item', () => {
  expect(nodeLabel('fetch', 'fetch', 3)).toBe('fetch[3]');
});

test('a node of a loop in a loop has the positions of its items in both', () => {
  const run = new TraceAssembler();
  const node = (
    key: string,
    type: string,
    iteration: number | null,
    parent: readonly [string, number | null] | null,
  ) => {
    const [parentKey, parentIteration] = parent ?? [null, null];
    const declared: NodeDeclaration = { key, name: key, type, iteration, parentKey, parentIteration, dependsOn: [] };
    run.addNode(declared);
  };
  node('rows', 'foreach', null, null);
  node('cells', 'foreach', 5, ['rows', null]);
  node('cell', 'transform', 22, ['cells', 5]);
  const labelOf = labelsIn(run.finish().nodes);
  expect(labelOf('cell[22]', 'cell')).toBe('cell[5][1]');
  expect(labelOf('cell[23]', 'cell'), 'one that is not there').toBe('cell[23]');
  expect(labelOf('cell', 'Cell')).toBe('Cell');
});

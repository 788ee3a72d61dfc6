import { expect, test } from 'vitest';

import { labelOfId, nodeLabel } from './labels.ts';

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

import { describe, expect, it } from 'vitest';
import { Fields } from '../../api/fields.ts';
import { readMergedRuns } from './mergedRuns.ts';

describe('merged runs', () => {
  it('are read into columns, in microseconds', () => {
    const block = { parent: null, name: 'Charge', node_key: 'charge', total_ms: 1.5, self_ms: 0.5, count: 2, runs: 2 };
    const { graph, runs, other, leftOut } = readMergedRuns(
      new Fields({
        runs: 2,
        blocks: [block, { ...block, parent: 0, name: 'try', node_key: null, total_ms: 1, self_ms: 1 }],
        block_count: 3,
        other: { count: 1, self_ms: 0.25 },
        left_out: 4,
      }),
    );
    expect([runs, other, leftOut]).toEqual([2, { count: 1, self: 0.25 }, 4]);
    expect([graph.length, [...graph.parent], graph.name]).toEqual([2, [-1, 0], ['Charge', 'try']]);
    expect([[...graph.total], [...graph.self], [...graph.count]]).toEqual([
      [1500, 1000],
      [500, 1000],
      [2, 2],
    ]);
    expect([graph.nodeKey, graph.base]).toEqual([['charge', null], null]);
  });
});

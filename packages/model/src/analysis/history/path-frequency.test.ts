import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMicros, toEpochMicros } from '../../units.ts';
import { pathFrequency } from './path-frequency.ts';
import type { HistoryRun, NodeSummary } from './run-summary.ts';

type Held = readonly (readonly [id: string, held: number])[];

/** An execution whose path went through some nodes, each from where the one before ended. */
function run(id: string, held: Held, makespan: number | null = sum(held), startedAt = 0): HistoryRun {
  let from = 0;
  const nodes = held.map(([key, time]): NodeSummary => {
    const start = from;
    from += time;
    return {
      id: key,
      name: key.toUpperCase(),
      type: 'task',
      count: 1,
      failed: 0,
      attempts: 1,
      from: asMicros(start),
      to: asMicros(from),
      times: { work: asMicros(time) },
      onPath: time === 0 ? {} : { work: asMicros(time) },
    };
  });
  return {
    id,
    number: null,
    workflowVersion: null,
    status: 'completed',
    startedAt: toEpochMicros(startedAt),
    labels: {},
    summary: {
      makespan: makespan === null ? null : asMicros(makespan),
      work: null,
      span: null,
      queueWait: null,
      causes: {},
      nodes,
      nodeCount: nodes.length,
    },
  };
}

function sum(held: Held): number {
  return held.reduce((total, [, time]) => total + time, 0);
}

describe('the critical path over several executions', () => {
  const runs = [
    run(
      '1',
      [
        ['read', 1000],
        ['left', 3000],
        ['merge', 1000],
      ],
      undefined,
      1,
    ),
    run(
      '2',
      [
        ['read', 1000],
        ['right', 4000],
        ['merge', 5000],
      ],
      undefined,
      2,
    ),
    run(
      '3',
      [
        ['read', 1000],
        ['left', 8000],
        ['merge', 1000],
      ],
      undefined,
      3,
    ),
    run('4', [], null, 4),
  ];

  test('tells how often each node was on it and what it held, what never leaves it first', () => {
    const found = pathFrequency(runs);
    expect(found).toMatchObject({ executions: 3, left_out: 1, node_count: 4 });
    expect(found.nodes.map((node) => [node.id, node.on_path_count, node.on_path_percent])).toEqual([
      ['merge', 3, 100],
      ['read', 3, 100],
      ['left', 2, 66.667],
      ['right', 1, 33.333],
    ]);
    const left = found.nodes.find(({ id }) => id === 'left');
    // 60% and 80% of two executions, none of the third.
    expect(left).toMatchObject({
      name: 'LEFT',
      mean_share_percent: 46.667,
      max_share_percent: 80,
      mean_on_path_ms: 5.5,
    });
  });

  test('tells the ways that it took, the most frequent first, each with its latest execution', () => {
    const { paths, path_count } = pathFrequency(runs);
    expect(path_count).toBe(2);
    expect(paths).toEqual([
      { nodes: ['read', 'left', 'merge'], count: 2, percent: 66.667, mean_makespan_ms: 7.5, last_execution: '3' },
      { nodes: ['read', 'right', 'merge'], count: 1, percent: 33.333, mean_makespan_ms: 10, last_execution: '2' },
    ]);
  });

  test('is the same path where only something too small to matter comes onto it', () => {
    const again = [
      run('1', [['a', 1000]]),
      run('2', [
        ['tick', 9],
        ['a', 991],
      ]),
    ];
    expect(pathFrequency(again).paths).toMatchObject([{ nodes: ['a'], count: 2 }]);
    expect(pathFrequency(again).nodes.map(({ id }) => id)).toEqual(['a', 'tick']);
    expect(pathFrequency(again, { minShare: 0 }).path_count).toBe(2);
  });

  test('lists no more nodes and paths than asked for, and says how many there are', () => {
    const found = pathFrequency(runs, { maxNodes: 1, maxPaths: 1 });
    expect([found.nodes.length, found.node_count, found.paths.length, found.path_count]).toEqual([1, 4, 1, 2]);
  });

  test('of nothing is nothing', () => {
    expect(pathFrequency([])).toMatchObject({ executions: 0, left_out: 0, nodes: [], paths: [] });
    expect(pathFrequency([run('1', [], 0)])).toMatchObject({
      executions: 1,
      nodes: [],
      paths: [{ nodes: [], count: 1 }],
    });
  });

  test('counts each execution in one path, and no share is over 100%', () => {
    const held = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 50 })), { maxLength: 6 });
    const anyRun = held.map((pairs) => run('r', [...new Map(pairs)]));
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 12 }), (several) => {
        const found = pathFrequency(several, { maxPaths: Infinity, minShare: 0 });
        expect(found.paths.reduce((total, { count }) => total + count, 0)).toBe(several.length);
        for (const node of found.nodes) {
          expect(node.on_path_count).toBeLessThanOrEqual(several.length);
          expect(node.mean_share_percent).toBeLessThanOrEqual(node.max_share_percent);
          expect(node.max_share_percent).toBeLessThanOrEqual(100);
        }
        const shares = found.nodes.reduce((total, node) => total + node.mean_share_percent, 0);
        expect(shares).toBeLessThan(100.01);
      }),
    );
  });
});

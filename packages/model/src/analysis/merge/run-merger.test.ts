import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { Drawing } from '../../../testing/drawing.ts';
import { mergeSpans } from './merge-spans.ts';
import { RunMerger } from './run-merger.ts';

const drawing = () => new Drawing({ sourceFormat: 'other' });
const quick = drawing()
  .node('list', [], [0, 100], [['render', [0, 60]]])
  .trace();
const slow = drawing()
  .node(
    'list',
    [],
    [0, 300],
    [
      ['render', [0, 60]],
      ['query', [60, 200]],
    ],
  )
  .node('show', [], [0, 30])
  .trace();

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('merged executions', () => {
  test('add up what stands below the same names, and say in how many runs it is', () => {
    const merger = new RunMerger();
    merger.add(quick);
    merger.add(slow);
    const { runs, blocks, block_count: all, other } = merger.view(10);
    expect([runs, all, other]).toEqual([2, 4, { count: 0, self_ms: 0 }]);
    expect(
      blocks.map(({ name, parent, total_ms: total, self_ms: self, count, runs: of }) => [
        name,
        parent,
        total,
        self,
        count,
        of,
      ]),
    ).toEqual([
      ['list', null, 400, 140, 2, 2],
      ['render', 0, 120, 120, 2, 2],
      ['query', 0, 140, 140, 1, 1],
      ['show', null, 30, 30, 1, 1],
    ]);
    expect(blocks[0]?.node_key).toBe('list');
  });

  test('list the largest with what they are in, and count the others', () => {
    const merger = new RunMerger();
    merger.add(slow);
    const { blocks, other, block_count: all } = merger.view(2);
    expect(blocks.map(({ name, parent }) => [name, parent])).toEqual([
      ['list', null],
      ['query', 0],
    ]);
    expect([all, other]).toEqual([4, { count: 2, self_ms: 90 }]);
  });

  test('of more names than are followed lose no time', () => {
    const merger = new RunMerger(2);
    merger.add(slow);
    const { blocks, other, block_count: all } = merger.view(10);
    const self = blocks.reduce((sum, block) => sum + block.self_ms, 0);
    expect([blocks.length, all, self + other.self_ms]).toEqual([2, 4, 330]);
  });

  test('of any runs are those of each, added up', () => {
    fc.assert(
      fc.property(fc.array(anyTrace, { minLength: 1, maxLength: 3 }), fc.nat(6), (traces, limit) => {
        const merger = new RunMerger();
        for (const trace of traces) merger.add(trace);
        const self = sumOf(traces.flatMap((trace) => [...mergeSpans(trace).self]));
        for (const { blocks, other } of [merger.view(1000), merger.view(limit)]) {
          const listed = sumOf(blocks.map((block) => block.self_ms));
          expect((listed + other.self_ms) * 1000).toBeCloseTo(self, -1);
          blocks.forEach(({ parent }, at) => expect(parent ?? -1).toBeLessThan(at));
        }
      }),
    );
  });
});

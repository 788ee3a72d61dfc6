import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { Drawing, type Inner } from '../../../testing/drawing.ts';
import { KIND, NONE, type Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { selfTime } from '../bottlenecks.ts';
import { flameDifference } from '../compare/flame-difference.ts';
import { sandwichOf, type SandwichTree } from '../hotspots/sandwich.ts';
import { graphOfDifference } from './difference-graph.ts';
import { weightsOf, type MergedGraph } from './merged-graph.ts';
import { mergedNames } from './merged-names.ts';
import { mergedSandwich } from './merged-sandwich.ts';
import { mergeSpans } from './merge-spans.ts';

const other = { sourceFormat: 'other' };
const query = (from: number, to: number, inside: Inner[] = []): Inner => ['query', [from, to], inside];
const trace = new Drawing(other)
  .node('list', [], [0, 100], [['render', [0, 60], [query(0, 20, [['lock', [0, 5]]]), query(20, 40)]], query(60, 70)])
  .node('show', [], [0, 30], [['render', [0, 30], [query(0, 30, [query(10, 20)])]]])
  .trace();

const ms = (micros: number) => micros / 1000;

/** `name total/self count` of each block, after those that it is in. */
function drawn(graph: MergedGraph): string[] {
  const depth = new Int32Array(graph.length);
  return Array.from({ length: graph.length }, (_, block) => {
    const up = graph.parent[block] ?? NONE;
    depth[block] = up === NONE ? 0 : (depth[up] ?? 0) + 1;
    const times = `${ms(graph.total[block] ?? 0)}/${ms(graph.self[block] ?? 0)} ${graph.count[block]}`;
    return `${'  '.repeat(depth[block] ?? 0)}${graph.name[block]} ${times}`;
  });
}

/** As it is, but without attempts: a merged graph has no level for them, the other analyses do. */
function withoutAttempts(any: Trace): Trace {
  return {
    ...any,
    spans: { ...any.spans, kind: any.spans.kind.map((kind) => (kind === KIND.attempt ? KIND.phase : kind)) },
  };
}

const sum = (column: Iterable<number>) => [...column].reduce((all, one) => all + one, 0);

describe('merged spans', () => {
  test('add up what stands below the same names', () => {
    expect(drawn(mergeSpans(trace)).toSorted()).toEqual(
      [
        'list 100/30 1',
        '  render 60/20 1',
        '    query 40/35 2',
        '      lock 5/5 1',
        '  query 10/10 1',
        'show 30/0 1',
        '  render 30/0 1',
        '    query 30/20 1',
        '      query 10/10 1',
      ].toSorted(),
    );
  });

  test('have the longest span of each block, and the block of each span', () => {
    const merged = mergeSpans(trace);
    for (let block = 0; block < merged.length; block++) {
      expect(merged.blockOf[merged.longest[block] ?? NONE]).toBe(block);
    }
  });

  test('of any trace: totals and own times are those of the spans', () => {
    fc.assert(
      fc.property(anyTrace, (any) => {
        const merged = mergeSpans(any);
        const { graph } = analyseTrace(any);
        const { spans } = any;
        const known = mergeSpans(any, null);
        expect(known.length).toBe(merged.length);
        const own = Array.from({ length: spans.length }, (_, row) => Math.max(0, selfTime(graph, row)));
        // The analysis also knows of annotations that are later than all spans.
        if (!spans.duration.includes(-1)) expect(sum(merged.self)).toBeCloseTo(sum(own), 6);
        expect(sum(merged.count)).toBeLessThanOrEqual(spans.length);
        for (let block = 0; block < merged.length; block++) {
          expect(merged.parent[block]).toBeLessThan(block);
          expect(merged.failed[block]).toBeLessThanOrEqual(merged.count[block] ?? 0);
        }
        const levels = withoutAttempts(any);
        const total = sum(
          Array.from(spans.duration, (duration, row) => (duration === -1 ? NaN : (spans.duration[row] ?? 0))),
        );
        if (!Number.isNaN(total)) expect(sum(mergeSpans(levels).total)).toBeCloseTo(total, 6);
      }),
    );
  });

  test('of any trace: what is in a block is never wider than it, and the rest is its own time', () => {
    fc.assert(
      fc.property(anyTrace, (any) => {
        const merged = mergeSpans(any);
        const weights = weightsOf(merged);
        const inside = new Float64Array(merged.length);
        for (const [block, up] of merged.parent.entries())
          if (up !== NONE) inside[up] = (inside[up] ?? 0) + (weights[block] ?? 0);
        for (let block = 0; block < merged.length; block++) {
          expect(weights[block]).toBeGreaterThanOrEqual((inside[block] ?? 0) + (merged.self[block] ?? 0) - 1e-6);
          expect(weights[block]).toBeGreaterThanOrEqual(merged.total[block] ?? 0);
        }
      }),
    );
  });

  test('have the names of all blocks with their times, what took most itself first', () => {
    expect(
      mergedNames(mergeSpans(trace)).map(({ name, total, self, count }) => [name, ms(total), ms(self), count]),
    ).toEqual([
      ['query', 80, 75, 5],
      ['list', 100, 30, 1],
      ['render', 90, 20, 2],
      ['lock', 5, 5, 1],
      ['show', 30, 0, 1],
    ]);
  });
});

/** The places of a sandwich that are the same however siblings are ordered. */
const places = (tree: SandwichTree) => {
  const paths: string[] = [];
  return tree.nodes
    .map(({ name, parent, total_ms, self_ms, count }, at) => {
      paths[at] = `${parent === NONE ? '' : paths[parent]}/${name}`;
      return `${paths[at]} ${total_ms.toFixed(3)} ${self_ms.toFixed(3)} ${count}`;
    })
    .toSorted();
};

const blocks = (graph: MergedGraph) => {
  const paths: string[] = [];
  return Array.from({ length: graph.length }, (_, at) => {
    const up = graph.parent[at] ?? NONE;
    paths[at] = `${up === NONE ? '' : paths[up]}/${graph.name[at]}`;
    return `${paths[at]} ${ms(graph.total[at] ?? 0).toFixed(3)} ${ms(graph.self[at] ?? 0).toFixed(3)} ${graph.count[at]}`;
  }).toSorted();
};

describe('a sandwich of merged spans', () => {
  test('shows who calls the spans of a name, and what they call', () => {
    const found = mergedSandwich(mergeSpans(trace), 'query') ?? expect.fail();
    expect(drawn(found.callers)[0]).toBe('query 80/75 5');
    expect(drawn(found.callees)).toEqual(['query 80/75 5', '  lock 5/5 1', '  query 10/10 1']);
    expect(mergedSandwich(mergeSpans(trace), 'no such name')).toBeNull();
  });

  test('of any trace: tells what the analysis of the spans themselves tells', () => {
    fc.assert(
      fc.property(anyTrace, (any) => {
        // Nodes are found by their keys too in the analysis, which has levels for attempts.
        const levels = withoutAttempts({ ...any, nodes: { ...any.nodes, key: any.nodes.key.map((key) => `${key} `) } });
        if (levels.spans.duration.includes(-1)) return;
        const asked = sandwichOf(analyseTrace(levels), 'execute', 10_000);
        const found = mergedSandwich(mergeSpans(levels), 'execute');
        expect(found === null).toBe(asked === null);
        if (found === null || asked === null) return;
        expect(blocks(found.callers)).toEqual(places(asked.callers));
        expect(blocks(found.callees)).toEqual(places(asked.callees));
      }),
    );
  });
});

test('a difference of flame graphs is a merged graph with a base', () => {
  const after = new Drawing(other).node('list', [], [0, 60], [['parse', [0, 20]]]).trace();
  const difference = flameDifference(analyseTrace(trace).graph, analyseTrace(after).graph, 100);
  const graph = graphOfDifference(difference);
  const at = (name: string) => graph.name.indexOf(name);
  expect(graph.base?.presence[at('parse')]).toBe('new');
  expect(graph.base?.presence[at('show')]).toBe('removed');
  expect([graph.total[at('list')], graph.base?.total[at('list')]]).toEqual([60_000, 100_000]);
  // What was removed is as wide as it was.
  expect(weightsOf(graph)[at('show')]).toBe(30_000);
});

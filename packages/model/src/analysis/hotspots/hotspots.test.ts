import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace, traceOf, type SpanSpec } from '../../../testing/any-trace.ts';
import { Drawing, type Inner } from '../../../testing/drawing.ts';
import { KIND, NONE } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { hotspotsOf } from './hotspots.ts';
import { sandwichOf, type SandwichTree } from './sandwich.ts';

const other = { sourceFormat: 'other' };

describe('hotspots', () => {
  test('sum all instances, so that many short runs stand before a long one', () => {
    const drawing = new Drawing(other).node('long', [], [0, 100], [], { type: 'batch' });
    drawing.node('each', [], null, [], { type: 'foreach' });
    for (let i = 0; i < 100; i++) {
      const dns: Inner = ['http_request', [i, i + 2], [['dns', [i, i + 1]]]];
      drawing.node('call', [], [i, i + 2], [dns], { type: 'http', iteration: i, parentKey: 'each' });
    }
    const found = hotspotsOf(analyseTrace(drawing.trace()), 10);
    expect(found).toMatchObject({ node_count: 2, type_count: 2, span_name_count: 2 });
    expect(found.nodes).toMatchObject([
      { id: 'call', count: 100, total_ms: 200, self_ms: 200, mean_ms: 2, p50_ms: 2, p95_ms: 2, max_ms: 2, spread: 1 },
      { id: 'long', count: 1, total_ms: 100 },
    ]);
    expect(found.types.map(({ id }) => id)).toEqual(['http', 'batch']);
    expect(found.spans).toMatchObject([
      { id: 'http_request', kind: 'phase', count: 100, total_ms: 200, self_ms: 100 },
      { id: 'dns', count: 100, total_ms: 100, self_ms: 100 },
    ]);
  });

  test('show how far durations lie apart, and their share', () => {
    const drawing = new Drawing(other);
    for (let i = 0; i < 20; i++) drawing.node('n', [], [0, i === 19 ? 400 : i === 18 ? 30 : 10], [], { iteration: i });
    expect(hotspotsOf(analyseTrace(drawing.trace()), 1).nodes).toMatchObject([
      {
        p50_ms: 10,
        p95_ms: 30,
        max_ms: 400,
        spread: 3,
        percent_of_work: 100,
        percent_of_makespan: 152.5,
        span_id: 's19',
      },
    ]);
  });

  test('keep no more than asked for, and the right ones', () => {
    const drawing = new Drawing(other);
    for (let i = 0; i < 50; i++) drawing.node(`n${i}`, [], [0, ((i * 7) % 50) + 1]);
    const analysis = analyseTrace(drawing.trace());
    const all = hotspotsOf(analysis, 1000).nodes.map(({ self_ms }) => self_ms);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(hotspotsOf(analysis, 3).nodes.map(({ self_ms }) => self_ms)).toEqual([50, 49, 48]);
    expect(hotspotsOf(analysis, 0).nodes).toEqual([]);
  });

  test('of any trace: own times and what is critical sum to what there is', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const analysis = analyseTrace(trace);
        const { nodes, spans } = hotspotsOf(analysis, 1000);
        expect(nodes.reduce((sum, { count }) => sum + count, 0)).toBe(
          trace.nodes.length > 0 ? analysis.graph.leaves.length : 0,
        );
        const critical = spans.reduce((sum, { critical_ms }) => sum + critical_ms, 0);
        expect(critical).toBeLessThanOrEqual((analysis.measures?.makespan ?? 0) / 1000 + 1e-6);
        for (const { p50_ms, p95_ms, max_ms } of [...nodes, ...spans]) {
          expect(p50_ms).toBeLessThanOrEqual(p95_ms);
          expect(p95_ms).toBeLessThanOrEqual(max_ms);
        }
      }),
    );
  });
});

/** `name total/self count` of each place, indented by depth. */
const drawn = ({ nodes }: SandwichTree) =>
  nodes.map(
    ({ name, depth, total_ms, self_ms, count }) => `${'  '.repeat(depth)}${name} ${total_ms}/${self_ms} ${count}`,
  );

const query = (from: number, to: number, inside: Inner[] = []): Inner => ['query', [from, to], inside];
const trace = new Drawing(other)
  .node('list', [], [0, 100], [['render', [0, 60], [query(0, 20, [['lock', [0, 5]]]), query(20, 40)]], query(60, 70)])
  .node('show', [], [0, 30], [['render', [0, 30], [query(0, 30, [query(10, 20)])]]])
  .trace();

describe('sandwich', () => {
  test('shows who calls the spans of a name, and what they call', () => {
    const found = sandwichOf(analyseTrace(trace), 'query', 100) ?? expect.fail();
    expect(found).toMatchObject({ count: 5, total_ms: 80, self_ms: 75 });
    expect(drawn(found.callers)).toEqual([
      'query 80/75 5',
      '  render 70/65 4',
      '    list 40/35 2',
      '    show 30/30 2',
      '  list 10/10 1',
    ]);
    expect(drawn(found.callees)).toEqual(['query 80/75 5', '  query 10/10 1', '  lock 5/5 1']);
  });

  test('knows a node by its key too, and nothing by what is not there', () => {
    const called = new Drawing(other).node('a', [], [0, 5], [query(1, 2)]).trace();
    const renamed = { ...called, nodes: { ...called.nodes, name: ['A'], key: ['the-key'] } };
    expect(drawn(sandwichOf(analyseTrace(renamed), 'the-key', 9)?.callees ?? expect.fail())).toEqual([
      'the-key 5/4 1',
      '  query 1/1 1',
    ]);
    expect(sandwichOf(analyseTrace(trace), 'no such name', 9)).toBeNull();
  });

  test('shows the largest places where there are too many', () => {
    const { callers } = sandwichOf(analyseTrace(trace), 'query', 3) ?? expect.fail();
    expect(callers.truncated).toBe(true);
    expect(drawn(callers)).toEqual(['query 80/75 5', '  render 70/65 4', '    list 40/35 2']);
  });

  test('goes to any depth without recursion', () => {
    const depth = 20_000;
    const spans = Array.from({ length: depth }, (_, row): SpanSpec => {
      const common = { node: NONE, kind: KIND.phase, status: 2, track: NONE };
      return { ...common, start: row, duration: depth - row, parent: row - 1, name: row % 2 === 0 ? 5 : 6 };
    });
    const found = sandwichOf(analyseTrace(traceOf([], spans)), 'execute', 50) ?? expect.fail();
    expect(found).toMatchObject({ count: depth / 2, total_ms: depth / 1000 });
    expect(found.callees.nodes).toHaveLength(50);
  });

  test('of any trace: places hang from places before them, and the root has everything', () => {
    fc.assert(
      fc.property(anyTrace, fc.integer({ min: 1, max: 9 }), (any, most) => {
        const found = sandwichOf(analyseTrace(any), 'execute', most);
        for (const { nodes } of found === null ? [] : [found.callers, found.callees]) {
          expect(nodes.length).toBeLessThanOrEqual(most);
          for (const [i, { parent, depth }] of nodes.entries()) {
            expect(parent).toBeLessThan(i);
            expect(depth).toBe(parent === -1 ? 0 : (nodes[parent]?.depth ?? 0) + 1);
          }
        }
      }),
    );
  });
});

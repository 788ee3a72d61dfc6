import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAUSES } from '../trace/phases.ts';
import { KIND, NONE, spanIdAt } from '../trace/trace.ts';
import { anyTrace, traceOf, type NodeSpec, type SpanSpec } from '../../testing/any-trace.ts';
import { buildFlameChart } from '../views/flame-chart.ts';
import { analyseTrace } from './analyse.ts';
import { buildLeafGraph, type LeafGraph } from './leaf-graph.ts';
import { measure } from './measures.ts';
import { nodeAccounts } from './node-accounts.ts';
import { buildProfile } from './profile.ts';

const RUNS = { numRuns: 2000 };

function microsOf(ms = 0): number {
  return Math.round(ms * 1000);
}

describe('on any trace', () => {
  test('the accounting divides the makespan without hole or overlap, and sums to it exactly', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { accounting, measures } = analyseTrace(trace);
        if (measures === null || accounting === null) return;
        let cursor: number = measures.from;
        for (const { fromUs, toUs } of accounting.segments) {
          expect(fromUs).toBe(cursor);
          expect(toUs).toBeGreaterThan(fromUs);
          cursor = toUs;
        }
        expect(cursor).toBe(measures.to);
        const sum = Object.values(accounting.totals).reduce((a: number, b) => a + b, 0);
        expect(sum).toBe(measures.makespan);
      }),
      RUNS,
    );
  });

  test('the accounts of the nodes sum to the time of all instances, and on the path to no more than the makespan', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const analysis = analyseTrace(trace);
        const { measures, accounting, graph } = analysis;
        if (measures === null || accounting === null || trace.nodes.length === 0) return;
        let [own, held] = [0, 0];
        for (const { times, onPath } of nodeAccounts(analysis)) {
          for (const cause of CAUSES) [own, held] = [own + times[cause], held + onPath[cause]];
        }
        const { submit, end } = graph.leaves;
        expect(own).toBe(end.reduce((sum, to, leaf) => sum + to - submit[leaf], 0));
        const ofNone = accounting.segments.filter(({ nodeRow }) => nodeRow === null);
        expect(held + ofNone.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0)).toBe(measures.makespan);
      }),
      RUNS,
    );
  });

  test('the nodes of a profile, those not listed and what is of no node sum to its accounting, cause by cause', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { accounting, node_accounts: nodes, makespan_ms: makespan } = buildProfile(trace);
        if (accounting === null || nodes === null) return;
        const parts = [...nodes.items.map((item) => item.on_path_ms), nodes.others.on_path_ms, nodes.no_node_ms];
        let all = 0;
        for (const cause of CAUSES) {
          const sum = parts.reduce((total, part) => total + microsOf(part[cause]), 0);
          expect(sum).toBe(microsOf(accounting.causes[cause]));
          for (const part of parts) expect(part[cause] ?? 0).toBeGreaterThanOrEqual(0);
          all += sum;
        }
        expect(all).toBe(microsOf(makespan ?? 0));
      }),
      RUNS,
    );
  });

  test('the waits on the critical path of a profile are no more than its accounting says', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { accounting, critical_path: path } = buildProfile(trace);
        if (accounting === null || path === null) return;
        const queued = path.items.flatMap(({ waits }) => waits).filter(({ cause }) => cause === 'queue');
        const sum = queued.reduce((total, { ms }) => total + Math.round(ms * 1000), 0);
        expect(sum).toBeLessThanOrEqual(Math.round(accounting.causes.queue * 1000));
      }),
      { numRuns: 500 },
    );
  });

  test('lead, time on the path and gaps of the critical path sum to the makespan', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { path, measures } = analyseTrace(trace);
        if (path === null || measures === null) return;
        const lead = path.kind === 'dependencies' ? path.lead : 0;
        expect(lead + path.onPath + path.gaps).toBe(measures.makespan);
      }),
      RUNS,
    );
  });

  test('the sections of a path along spans partition the makespan, and idle is only where no leaf runs', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { path, measures, graph } = analyseTrace(trace);
        if (path?.kind !== 'spans' || measures === null) return;
        let cursor: number = measures.from;
        for (const [i, span] of path.spans.entries()) {
          const [from, to] = [path.from[i], path.to[i]];
          expect(from).toBe(cursor);
          expect(to).toBeGreaterThan(from);
          cursor = to;
          if (span !== NONE) continue;
          const running = [...graph.leaves.start].some((start, leaf) => start < to && graph.leaves.end[leaf] > from);
          expect(running).toBe(false);
        }
        expect(cursor).toBe(measures.to);
      }),
      RUNS,
    );
  });

  test('work, span and makespan keep their order', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { measures, graph } = analyseTrace(trace);
        if (measures === null) return;
        expect(measures.span).toBeLessThanOrEqual(measures.work);
        expect(measures.span).toBeLessThanOrEqual(measures.spanReleased);
        expect(measures.lowerBound).toBeGreaterThanOrEqual(measures.span);
        expect(measures.peakConcurrency).toBeLessThanOrEqual(graph.leaves.length);
        let onChain = 0;
        for (const leaf of measures.spanPath) onChain += graph.leaves.run[leaf];
        expect(onChain).toBe(measures.span);
      }),
      RUNS,
    );
  });

  test('profile and flame chart are made, whatever the trace holds, and are plain JSON', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const profile = buildProfile(trace);
        expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
        const chart = buildFlameChart(trace);
        expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
      }),
      { numRuns: 500 },
    );
  });
});

/** The leaves that a vertex waits for, containers looked through. */
function leavesBefore({ leaves, offsets, deps }: LeafGraph, vertex: number): number[] {
  const found = new Set<number>();
  const open = [vertex];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const dep of deps.subarray(offsets[at], offsets[at + 1])) {
      if (dep < leaves.length) found.add(dep);
      else open.push(dep);
    }
  }
  return [...found];
}

/** Of some leaves the one that ended last; of several, the one with the smallest id. */
function lastOf({ leaves, trace }: LeafGraph, some: readonly number[]): number | undefined {
  const key = (leaf: number) => trace.nodes.key[leaves.node[leaf]] ?? '';
  return some.toSorted((a, b) => leaves.end[b] - leaves.end[a] || (key(a) < key(b) ? -1 : 1))[0];
}

type Section = readonly [span: number, from: number, to: number];

/** The sections of a span by the definition, last first: of its children that ended by then always the last to end. */
function sectionsIn(graph: LeafGraph, row: number, from: number, to: number): Section[] {
  const { trace, tree, ends } = graph;
  const { start, ids } = trace.spans;
  const children = [...tree.children.subarray(tree.offsets[row], tree.offsets[row + 1])]
    .map((child): Section => [child, Math.max(from, start[child]), Math.min(to, ends[child])])
    .filter(([, begin, end]) => end > begin)
    .sort((a, b) => b[2] - a[2] || b[1] - a[1] || (spanIdAt(ids, a[0]) < spanIdAt(ids, b[0]) ? -1 : 1));
  const sections: Section[] = [];
  let cursor = to;
  for (const [child, begin, end] of children) {
    if (end > cursor || begin >= cursor) continue;
    sections.push([row, end, cursor], ...sectionsIn(graph, child, begin, end));
    cursor = begin;
  }
  sections.push([row, from, cursor]);
  return sections.filter(([, begin, end]) => end > begin);
}

describe('the critical path is the one of the definition', () => {
  test('along dependencies: from what ended last to what ended last of what it waits for', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { graph, path } = analyseTrace(trace);
        if (path?.kind !== 'dependencies') return;
        const expected: number[] = [];
        let at = lastOf(graph, [...graph.leaves.span.keys()]);
        for (; at !== undefined; at = lastOf(graph, leavesBefore(graph, at))) expected.unshift(at);
        expect([...path.leaves]).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('through the spans of one root: back from its end', () => {
    let found = 0;
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { graph, path } = analyseTrace(trace, { overlapTolerance: { fraction: 0, atMost: 0 } });
        if (path?.kind !== 'spans' || graph.leaves.length !== 1 || trace.nodes.length > 0) return;
        found++;
        const { span, start, end } = graph.leaves;
        const expected = sectionsIn(graph, span[0], start[0], end[0]).toReversed();
        const ours = Array.from(path.spans, (row, i) => [row, path.from[i], path.to[i]]);
        expect(ours.filter(([row]) => row !== NONE)).toEqual(expected);
      }),
      RUNS,
    );
    expect(found).toBeGreaterThan(50);
  });
});

/** A forest of groups with dependencies on earlier rows only, none of them on a row around the node itself. */
const anyGroupGraph: fc.Arbitrary<readonly NodeSpec[]> = fc
  .array(fc.tuple(fc.nat(), fc.array(fc.nat(), { maxLength: 3 })), { minLength: 1, maxLength: 14 })
  .map((seeds) => {
    const specs: NodeSpec[] = [];
    for (const [row, [parentSeed, depSeeds]] of seeds.entries()) {
      const parent = (parentSeed % (row + 1)) - 1;
      const around = new Set<number>();
      for (let at = parent; at !== NONE; at = specs[at]?.parent ?? NONE) around.add(at);
      const deps = depSeeds.map((seed) => seed % Math.max(1, row)).filter((dep) => dep < row && !around.has(dep));
      specs.push({ parent, span: row, deps, type: 'task' });
    }
    return specs;
  });

/** Some run time for each node. */
const run = (row: number) => ((row * 7) % 5) + 1;

/** The longest chain by the definition, group dependencies expanded to all pairs of leaves; null when cyclic. */
function expandedSpan(specs: readonly NodeSpec[]): number | null {
  const isInside = (row: number, group: number): boolean => {
    for (let at = row; at !== NONE; at = specs[at]?.parent ?? NONE) if (at === group) return true;
    return false;
  };
  const leaves = specs.flatMap((_, row) => (specs.some(({ parent }) => parent === row) ? [] : [row]));
  const longest = new Map<number, number>();
  const open = new Set<number>();
  const visit = (leaf: number): number | null => {
    const known = longest.get(leaf);
    if (known !== undefined) return known;
    if (open.has(leaf)) return null;
    open.add(leaf);
    let before = 0;
    for (let at = leaf; at !== NONE; at = specs[at]?.parent ?? NONE) {
      for (const dep of specs[at]?.deps ?? []) {
        for (const other of leaves.filter((row) => isInside(row, dep))) {
          const length = visit(other);
          if (length === null) return null;
          before = Math.max(before, length);
        }
      }
    }
    open.delete(leaf);
    longest.set(leaf, before + run(leaf));
    return before + run(leaf);
  };
  let span = 0;
  for (const leaf of leaves) {
    const length = visit(leaf);
    if (length === null) return null;
    span = Math.max(span, length);
  }
  return span;
}

test('pseudo vertices for groups mean the same as edges between all their leaves', () => {
  fc.assert(
    fc.property(anyGroupGraph, (specs) => {
      const spans = specs.map((_, row) => ({
        start: 0,
        duration: run(row),
        parent: NONE,
        name: 5,
        node: row,
        kind: KIND.node,
        status: 2,
        track: NONE,
      }));
      const graph = buildLeafGraph(traceOf(specs, spans));
      const expected = expandedSpan(specs);
      if (expected === null) expect(graph.warnings).not.toEqual([]);
      else if (graph.warnings.length === 0) expect(measure(graph)?.span).toBe(expected);
    }),
    RUNS,
  );
});

describe('a chain of 100,000', () => {
  const N = 100_000;
  const span = (row: number, parent: number, node: number): SpanSpec => ({
    start: row,
    duration: node === NONE ? 2 * N - 2 * row : 1,
    parent,
    name: 5,
    node,
    kind: KIND.node,
    status: 2,
    track: NONE,
  });

  test('nested spans do not overflow the stack', () => {
    const spans = Array.from({ length: N }, (_, row) => span(row, row - 1, NONE));
    const { path, measures, accounting } = analyseTrace(traceOf([], spans));
    expect(measures?.makespan).toBe(2 * N);
    expect(path?.kind === 'spans' && path.spans.length).toBe(2 * N - 1);
    expect(accounting?.totals.work).toBe(2 * N);
    const chart = buildFlameChart(traceOf([], spans));
    expect(chart.truncated?.by_depth).toBe(N - 30);
    expect(() => JSON.stringify(chart)).not.toThrow();
  });

  test('dependent nodes do not, nor groups in groups', () => {
    const spans = Array.from({ length: N }, (_, row) => span(row, NONE, row));
    const chain = Array.from({ length: N }, (_, row) => ({
      parent: NONE,
      span: row,
      deps: row ? [row - 1] : [],
      type: 'task',
    }));
    const { path, measures } = analyseTrace(traceOf(chain, spans));
    expect(measures?.span).toBe(N);
    expect(path?.kind === 'dependencies' && path.leaves.length).toBe(N);
    const nest = Array.from({ length: N }, (_, row) => ({ parent: row - 1, span: row, deps: [], type: 'group' }));
    expect(buildLeafGraph(traceOf(nest, spans)).leaves.length).toBe(0);
  });
});

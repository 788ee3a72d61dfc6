import { analyseTrace, asMicros, TraceAssembler, type Status } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { runGraph, shownGraph } from './runGraph.ts';

interface Given {
  readonly key: string;
  readonly type?: string;
  readonly iteration?: number;
  readonly parent?: string;
  readonly after?: readonly string[];
  readonly at?: readonly [from: number, to: number];
  readonly status?: Status;
}

function graphOf(...given: readonly Given[]) {
  const run = new TraceAssembler();
  for (const { key, type = 'task', iteration = null, parent = null, after = [], at, status } of given) {
    const ended = status ?? (at ? 'completed' : 'pending');
    run.addNode({ key, name: key.toUpperCase(), type, iteration, parentKey: parent, dependsOn: after });
    run.addNodeState({ nodeKey: key, iteration, status: ended });
    if (!at) continue;
    run.addSpan({
      id: `${key} ${iteration ?? ''}`,
      parentId: parent === null ? null : `${parent} `,
      kind: 'node',
      name: key.toUpperCase(),
      nodeKey: key,
      iteration,
      start: asMicros(at[0]),
      duration: ended === 'running' ? null : asMicros(at[1] - at[0]),
      status: ended,
      track: null,
      metadata: null,
    });
  }
  return runGraph(analyseTrace(run.finish(), { now: asMicros(1000) }));
}

const LOOP = [
  { key: 'list', at: [0, 100] },
  { key: 'each', type: 'foreach', after: ['list'], at: [100, 500] },
  { key: 'get', iteration: 0, parent: 'each', at: [100, 200] },
  { key: 'get', iteration: 1, parent: 'each', at: [100, 500], status: 'failed' },
  { key: 'sum', after: ['each'], at: [500, 600] },
] as const satisfies readonly Given[];

describe('the graph of a run', () => {
  it('has each node once, with its instances, times and the span to look at', () => {
    const { nodes, links, path } = graphOf(...LOOP);
    const [, each, get, sum] = nodes;
    expect(nodes.map(({ id }) => id)).toEqual(['list', 'each', 'get', 'sum']);
    expect(get).toMatchObject({ count: 2, failed: 1, status: 'failed', time: 500, container: 'each', critical: 400 });
    expect(get?.row).toBe(3);
    expect(each, 'a container counts what its contents held').toMatchObject({ contains: 1, critical: 400, count: 1 });
    expect(sum).toMatchObject({ name: 'SUM', status: 'completed', critical: 100, container: null });
    expect(links).toEqual([
      { from: 'list', to: 'each' },
      { from: 'each', to: 'sum' },
    ]);
    expect(path).toEqual(['list', 'get', 'sum']);
  });

  it('draws a container as one node until it is opened, with the critical path through it', () => {
    const graph = graphOf(...LOOP);
    const closed = shownGraph(graph, new Set());
    expect(closed.nodes.map(({ id }) => id)).toEqual(['list', 'each', 'sum']);
    expect(closed.links.map(({ from, to, isCritical }) => [from, to, isCritical])).toEqual([
      ['list', 'each', true],
      ['each', 'sum', true],
    ]);
    const open = shownGraph(graph, new Set(['each']));
    expect(open.nodes).toHaveLength(4);
    expect(open.links.find(({ isInside }) => isInside)).toMatchObject({ from: 'each', to: 'get' });
  });

  it('says what runs and what is still to come', () => {
    const { nodes } = graphOf(
      { key: 'a', at: [0, 0], status: 'running' },
      { key: 'b', after: ['a'] },
      { key: 'c', status: 'skipped' },
    );
    expect(nodes.map(({ status, running }) => [status, running])).toEqual([
      ['running', 1],
      ['pending', 0],
      ['skipped', 0],
    ]);
    expect(nodes[0]?.time, 'up to now').toBe(1000);
  });

  it('draws of too many nodes those that took most', () => {
    const graph = graphOf(...Array.from({ length: 450 }, (_, n) => ({ key: `n${n}`, at: [0, 10 + n] as const })));
    const { nodes, of } = shownGraph(graph, new Set());
    expect(of).toBe(450);
    expect(nodes).toHaveLength(400);
    expect(nodes[0]?.id).toBe('n50');
  });

  it('is empty where nothing is known of nodes', () => {
    expect(graphOf()).toEqual({ nodes: [], links: [], path: [] });
  });
});

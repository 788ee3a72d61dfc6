import { isJsonObject, type JsonObject } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ExecutionTrace, ExecutionTraceEvent, NodeDefinition, NodeExecutionTrace } from './index.ts';
import { Bench, delay } from './testing/bench.ts';

/** The time at which every run of a bench starts, in milliseconds since the epoch. */
const START = Date.parse('2024-01-15T10:00:00Z');

function group(id: string, ...nodes: NodeDefinition[]): NodeDefinition {
  return { id, type: 'group', nodes };
}

const single = delay('one', 10);
const three = group('root', delay('a', 10), delay('b', 20, 'a'), delay('c', 5, 'a'));
const nested = group('root', group('outer', group('inner', delay('leaf', 10)), delay('beside', 5, 'inner')));

function typesOf(events: readonly ExecutionTraceEvent[]): string[] {
  return events.map((event) => event.type);
}

function data(event: ExecutionTraceEvent | undefined): JsonObject {
  return isJsonObject(event?.data) ? event.data : {};
}

/** Every node of a trace with the ids of those around it. */
function everyNode(trace: ExecutionTrace): { path: string; node: NodeExecutionTrace }[] {
  const found: { path: string; node: NodeExecutionTrace }[] = [];
  const visit = (nodes: readonly NodeExecutionTrace[], above: string): void => {
    for (const node of nodes) {
      const path = `${above}${node.nodeId}`;
      found.push({ path, node });
      visit(node.childTraces ?? [], `${path}/`);
    }
  };
  visit(trace.nodes, '');
  return found;
}

describe('a single node', () => {
  test('four events: started, two of progress, completed', async () => {
    const { trace } = await new Bench().run(single);
    expect(trace.events).toEqual([
      { timestamp: START, type: 'started', data: { totalNodes: 1, totalWeight: 1, criticalPath: ['one'] } },
      {
        timestamp: START,
        type: 'progress',
        data: {
          nodeId: 'one',
          progress: 0,
          message: 'Executing: one',
          allNodes: [{ id: 'one', name: 'one', state: 'executing', progress: 0 }],
        },
      },
      {
        timestamp: START + 10,
        type: 'progress',
        data: {
          nodeId: 'one',
          progress: 100,
          message: 'Completed: one',
          allNodes: [{ id: 'one', name: 'one', state: 'completed', progress: 100 }],
        },
      },
      {
        timestamp: START + 10,
        type: 'completed',
        data: { totalDuration: 10, nodesCompleted: 1, nodesErrored: 0 },
      },
    ]);
  });

  test('the trace of the run and that of its one node', async () => {
    const executionId = '018d0d3c-7000-7000-8000-000000000001';
    const { trace } = await new Bench().run({ ...single, name: 'Wait a bit' }, { executionId, slowMo: 7500 });
    expect(trace).toMatchObject({
      executionId,
      rootNodeId: 'one',
      startTime: START,
      endTime: START + 7510,
      duration: 7510,
      config: { slowMo: 7500 },
    });
    expect(trace.nodes).toHaveLength(1);
    expect(trace.nodes[0]).toMatchObject({
      nodeId: 'one',
      nodeName: 'Wait a bit',
      nodeType: 'delay',
      state: 'completed',
      progress: 100,
      endTime: START + 7510,
    });
  });

  test('one that fails: started, progress, error, with what went wrong', async () => {
    const result = await new Bench().run({ id: 'bad', type: 'fail', with: { message: 'no stock', code: 'no_stock' } });
    expect(result.success).toBe(false);
    expect(typesOf(result.trace.events)).toEqual(['started', 'progress', 'error']);
    expect(data(result.trace.events.at(-1))).toEqual({
      totalDuration: 0,
      nodesCompleted: 0,
      nodesErrored: 1,
      error: { code: 'no_stock', message: 'no stock', nodeKey: 'bad' },
    });
    expect(result.trace.nodes[0]).toMatchObject({ state: 'error', progress: 0 });
    expect(result.trace.nodes[0]?.events.at(-1)).toEqual({
      timestamp: START,
      type: 'state-change',
      data: { state: 'error', errorMessage: 'no stock' },
    });
  });
});

describe('a group', () => {
  test('a trace for each of its three nodes, and more than ten events', async () => {
    const { trace } = await new Bench().run(three);
    expect(trace.nodes.map((node) => node.nodeId)).toEqual(['a', 'b', 'c']);
    expect(trace.events.length).toBeGreaterThan(10);
    expect(typesOf(trace.events).slice(0, 3)).toEqual(['started', 'state-change', 'progress']);
    expect(trace.events.at(-1)).toEqual({
      timestamp: START + 30,
      type: 'completed',
      data: { totalDuration: 30, nodesCompleted: 3, nodesErrored: 0 },
    });
  });

  test('started tells the number of nodes, their weight and the longest path through them', async () => {
    const { trace } = await new Bench().run(three);
    expect(data(trace.events[0])).toEqual({ totalNodes: 3, totalWeight: 3, criticalPath: ['a', 'b'] });
  });

  test('the sequence of all events of its level', async () => {
    const { trace } = await new Bench().run(three);
    const told = trace.events.map((event) => {
      const { nodeId, state, progress } = data(event);
      const about = [nodeId, state, progress].flatMap((part) => (part === undefined ? [] : [JSON.stringify(part)]));
      return [event.timestamp - START, event.type, ...about].join(' ').replaceAll('"', '');
    });
    expect(told).toEqual([
      '0 started',
      '0 state-change a executing',
      '0 progress a 0',
      '10 progress a 33.33',
      '10 state-change a completed',
      '10 state-change b executing',
      '10 progress b 33.33',
      '10 state-change c executing',
      '10 progress c 33.33',
      '15 progress c 66.67',
      '15 state-change c completed',
      '30 progress b 100',
      '30 state-change b completed',
      '30 completed',
    ]);
  });

  test('every node has the history of its own, with its states, times and progress', async () => {
    const { trace } = await new Bench().run(three);
    const [a, b, c] = trace.nodes;
    expect(a?.events).toEqual([
      { timestamp: START, type: 'state-change', data: { state: 'executing' } },
      { timestamp: START, type: 'progress', data: { progress: 0, message: 'Executing: a' } },
      { timestamp: START + 10, type: 'progress', data: { progress: 100, message: 'Completed: a' } },
      { timestamp: START + 10, type: 'state-change', data: { state: 'completed' } },
    ]);
    expect([a, b, c].map((node) => [node?.startTime, node?.endTime, node?.duration])).toEqual([
      [START, START + 10, 10],
      [START + 10, START + 30, 20],
      [START + 10, START + 15, 5],
    ]);
    // A leaf contains nothing.
    expect(a).not.toHaveProperty('childTraces');
  });

  test('progress lists all nodes of the level as they stand', async () => {
    const { trace } = await new Bench().run(three);
    const last = trace.events.findLast((event) => event.type === 'progress');
    expect(data(last)['allNodes']).toEqual([
      { id: 'a', name: 'a', state: 'completed', progress: 100 },
      { id: 'b', name: 'b', state: 'completed', progress: 100 },
      { id: 'c', name: 'c', state: 'completed', progress: 100 },
    ]);
    const first = trace.events.find((event) => event.type === 'progress');
    expect(data(first)['allNodes']).toEqual([
      { id: 'a', name: 'a', state: 'executing', progress: 0 },
      { id: 'b', name: 'b', state: 'pending', progress: 0 },
      { id: 'c', name: 'c', state: 'pending', progress: 0 },
    ]);
  });

  test('which node took longest can be read from it', async () => {
    const { trace } = await new Bench().run(three);
    const longest = trace.nodes.reduce((a, b) => ((a.duration ?? 0) >= (b.duration ?? 0) ? a : b));
    expect(longest.nodeId).toBe('b');
  });
});

describe('groups in groups', () => {
  test('the traces of what is inside them are inside theirs', async () => {
    const { trace } = await new Bench().run(nested);
    expect(trace.nodes[0]?.childTraces).toBeDefined();
    expect(trace.nodes[0]?.childTraces?.length).toBeGreaterThan(0);
    expect(everyNode(trace).map(({ path }) => path)).toEqual([
      'outer',
      'outer/inner',
      'outer/inner/leaf',
      'outer/beside',
    ]);
  });

  test('every level has a history of its own: of the node, and of what is inside it', async () => {
    const { trace } = await new Bench().run(nested);
    const levels = new Map(everyNode(trace).map(({ path, node }) => [path, node]));
    for (const path of ['outer', 'outer/inner']) {
      const events = levels.get(path)?.events ?? [];
      expect(typesOf(events.slice(0, 3))).toEqual(['state-change', 'progress', 'started']);
      expect(events.at(-1)?.type).toBe('completed');
    }
    for (const path of ['outer/inner/leaf', 'outer/beside']) {
      const events = levels.get(path)?.events ?? [];
      expect(typesOf(events)).toEqual(['state-change', 'progress', 'progress', 'state-change']);
    }
    const started = levels.get('outer')?.events.find((event) => event.type === 'started');
    expect(data(started)).toEqual({ totalNodes: 2, totalWeight: 2, criticalPath: ['inner', 'beside'] });
    const about = (levels.get('outer')?.events ?? []).map((event) => data(event)['nodeId']);
    expect(new Set(about)).toEqual(new Set([undefined, 'inner', 'beside']));
  });

  test('twenty levels deep, each with the times of what is inside it', async () => {
    let node: NodeDefinition = delay('leaf', 7);
    for (let i = 20; i > 0; i--) node = group(`g${i}`, node);
    const { trace } = await new Bench().run(node);
    const nodes = everyNode(trace);
    expect(nodes).toHaveLength(20);
    expect(nodes.at(-1)?.path).toBe(`${Array.from({ length: 19 }, (_, i) => `g${i + 2}`).join('/')}/leaf`);
    expect(nodes.every(({ node: { duration, state } }) => duration === 7 && state === 'completed')).toBe(true);
  });

  test('a failure deep inside is told on every level', async () => {
    const bad: NodeDefinition = { id: 'bad', type: 'fail', with: { message: 'no' } };
    const result = await new Bench().run(
      group('root', group('outer', group('inner', bad), delay('never', 1, 'inner'))),
    );
    const states = everyNode(result.trace).map(({ path, node }) => `${path} ${node.state}`);
    expect(states).toEqual(['outer error', 'outer/inner error', 'outer/inner/bad error', 'outer/never skipped']);
    const ends = everyNode(result.trace).flatMap(({ node }) => (node.childTraces ? [node.events.at(-1)?.type] : []));
    expect(ends).toEqual(['error', 'error']);
  });
});

describe('progress', () => {
  test('what a handler reports counts towards the level by the weight of its node', async () => {
    const bench = new Bench();
    bench.conductor.register('steps', {
      params: z.strictObject({}),
      phase: 'execute',
      run: async (_, context) => {
        for (const percent of [25, 50]) {
          await context.sleep(10);
          context.progress(percent, `${percent} of 100`);
        }
        return null;
      },
    });
    const { trace } = await bench.run(group('root', { id: 'a', type: 'steps' }, delay('b', 5)));
    const overall = trace.events.flatMap((event) => (event.type === 'progress' ? [data(event)['progress']] : []));
    expect(overall).toEqual([0, 0, 50, 62.5, 75, 100]);
    expect(trace.nodes[0]?.events.flatMap((event) => (event.type === 'progress' ? [event.data] : []))).toEqual([
      { progress: 0, message: 'Executing: a' },
      { progress: 25, message: '25 of 100' },
      { progress: 50, message: '50 of 100' },
      { progress: 100, message: 'Completed: a' },
    ]);
  });
});

describe('transport', () => {
  test.each([
    ['a single node', single],
    ['a group', three],
    ['groups in groups', nested],
  ])('the trace of %s is plain data: it survives being sent and being written', async (_, definition) => {
    const result = await new Bench().run(definition);
    expect(structuredClone(result).trace).toEqual(result.trace);
    expect(JSON.parse(JSON.stringify(result.trace))).toEqual(result.trace);
  });
});

describe('slow motion', () => {
  test('the times of the trace are those that really passed', async () => {
    const { trace, duration } = await new Bench().run(three, { slowMo: 1000 });
    expect(duration).toBe(2030);
    expect(trace).toMatchObject({ duration: 2030, config: { slowMo: 1000 } });
    expect(trace.nodes.map((node) => (node.endTime ?? 0) - START)).toEqual([1010, 2030, 2015]);
  });
});

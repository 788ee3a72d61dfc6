import { describe, expect, test } from 'vitest';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { buildTrace, sourceOf } from './execution-trace.ts';

/** The trace of a run again, counting the entries of the log that are turned into events. */
async function counted() {
  const group = { id: 'g', type: 'group', nodes: Array.from({ length: 20 }, (_, i) => delay(`in${i}`, i)) };
  const nodes = Array.from({ length: 100 }, (_, i) => delay(`n${i}`, i));
  const result = await new Bench().run(workflow(group, ...nodes));
  const source = sourceOf(result.trace);
  if (source === undefined) throw new Error('the trace was to have a source');
  let read = 0;
  const { log } = source;
  const watched = {
    ...log,
    get message() {
      read++;
      return log.message;
    },
  };
  return { result, trace: buildTrace({ ...source, log: watched }), read: () => read, entries: log.node.length };
}

describe('the plain trace', () => {
  test('makes no events before they are read, and only those that are', async () => {
    const { trace, read, entries } = await counted();
    expect(trace.nodes).toHaveLength(101);
    expect(trace.nodes.every(({ state, duration }) => state === 'completed' && duration !== undefined)).toBe(true);
    expect(trace.nodes[0]?.childTraces).toHaveLength(20);
    expect(read()).toBe(0);
    expect(trace.nodes[7]?.events.map(({ type }) => type)).toEqual([
      'state-change',
      'progress',
      'progress',
      'state-change',
    ]);
    expect(read()).toBeLessThan(5);
    expect(trace.events.length).toBeGreaterThan(400);
    expect(read()).toBeLessThan(entries);
  });

  test('gives the same objects each time, and is whole once all of it has been read', async () => {
    const { result, trace } = await counted();
    expect(trace.nodes).toBe(trace.nodes);
    expect(trace.nodes[0]?.childTraces).toBe(trace.nodes[0]?.childTraces);
    expect(trace.nodes[3]?.events).toBe(trace.nodes[3]?.events);
    expect(trace).toEqual(result.trace);
    expect(structuredClone(trace)).toEqual(result.trace);
    expect(JSON.parse(JSON.stringify(trace))).toEqual(JSON.parse(JSON.stringify(result.trace)));
  });
});

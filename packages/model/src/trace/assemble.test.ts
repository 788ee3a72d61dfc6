import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMicros, toEpochMicros } from '../units.ts';
import { TraceAssembler } from './assemble.ts';
import type { NodeDeclaration, NodeStateRecord, SpanRecord, TraceEvent } from './events.ts';
import { statusOf, type Status } from './status.ts';
import { FLAG, NONE, type Trace } from './trace.ts';

function node(key: string, over: Partial<NodeDeclaration> = {}): NodeDeclaration {
  return { key, name: key, type: 'task', iteration: null, parentKey: null, dependsOn: [], ...over };
}

function span(id: string, over: Partial<SpanRecord> = {}): SpanRecord {
  return {
    id,
    parentId: null,
    kind: 'node',
    name: id,
    nodeKey: null,
    iteration: null,
    start: asMicros(0),
    duration: asMicros(10),
    status: 'completed',
    track: null,
    metadata: null,
    ...over,
  };
}

function state(nodeKey: string, status: Status): NodeStateRecord {
  return { nodeKey, iteration: null, status, at: asMicros(0), retryCount: 0, error: null, input: null, output: null };
}

/** A small execution as its source would send it. */
const EVENTS: readonly TraceEvent[] = [
  {
    type: 'execution_started',
    executionId: 'e',
    startedAt: toEpochMicros(1_700_000_000_000_000),
    info: { name: 'run', workflow: 'w', sourceFormat: 'conductor', concurrency: 2 },
  },
  { type: 'node_declared', node: node('a') },
  { type: 'node_declared', node: node('b', { dependsOn: ['a'] }) },
  { type: 'node_state', state: state('a', 'running') },
  { type: 'span', span: span('1', { nodeKey: 'a', duration: null, status: 'running' }) },
  { type: 'span', span: span('2', { parentId: '1', kind: 'phase', name: 'execute', nodeKey: 'a' }) },
  { type: 'annotation', annotation: { spanId: '2', time: asMicros(4), label: 'x', type: 'log', metadata: { n: 1 } } },
  { type: 'span', span: span('1', { nodeKey: 'a' }) },
  { type: 'node_state', state: state('a', 'completed') },
  { type: 'node_state', state: state('b', 'skipped') },
  { type: 'execution_finished', status: 'completed', at: asMicros(12), error: null },
];

function assemble(events: readonly TraceEvent[]): Trace {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  return assembler.finish();
}

/** A trace by ids and keys instead of rows, which depend on the order of arrival. */
function described({ execution, nodes, spans, annotations, warnings }: Trace) {
  const id = (row: number) => (row === NONE ? null : spans.ids.listed?.[row]);
  return {
    execution,
    warnings,
    nodes: nodes.key
      .map((key, row) => ({ key, status: nodes.status[row], span: id(nodes.span[row] ?? NONE) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    spans: [...(spans.ids.listed ?? [])]
      .map((name, row) => ({
        name,
        start: spans.start[row],
        duration: spans.duration[row],
        parent: id(spans.parent[row] ?? NONE),
        status: spans.status[row],
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    annotations: annotations.label.map((label, row) => ({ label, span: id(annotations.span[row] ?? NONE) })),
  };
}

describe('records of one execution', () => {
  test('make the same trace in any order and however often they come', () => {
    const expected = described(assemble(EVENTS));
    expect(expected.execution).toMatchObject({
      status: 'completed',
      endedAt: 1_700_000_000_000_012,
      recordedDuration: 12,
    });
    expect(expected.warnings).toEqual([]);
    const orders = fc.shuffledSubarray([...EVENTS, ...EVENTS], {
      minLength: 2 * EVENTS.length,
      maxLength: 2 * EVENTS.length,
    });
    fc.assert(
      fc.property(orders, (events) => {
        expect(described(assemble(events))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('that are missing leave a trace with a warning for each', () => {
    const assembler = new TraceAssembler();
    assembler.addSpan(span('child', { parentId: 'lost', nodeKey: 'unheard' }));
    assembler.addSpan(span('x', { parentId: 'y' }));
    assembler.addSpan(span('y', { parentId: 'x' }));
    assembler.addSpan(span('back', { duration: asMicros(-5) }));
    assembler.addNode(node('n', { dependsOn: ['nobody'] }));
    assembler.addAnnotation({ spanId: 'gone', time: asMicros(0), label: 'l', type: 'log', metadata: null });
    assembler.apply({ type: 'warning', code: 'sampled_times', example: 'all', count: 7 });
    assembler.apply({ type: 'warning', code: 'of_another_version', example: 'what' });
    const { spans, warnings, nodes } = assembler.finish();
    expect(Object.fromEntries(warnings.map(({ code, count }) => [code, count]))).toEqual({
      sampled_times: 7,
      unsupported_event: 1,
      unknown_node: 1,
      missing_parent: 2,
      end_before_start: 1,
      parent_cycle: 1,
      unknown_dependency: 1,
    });
    expect([...spans.flags]).toEqual([FLAG.orphan, FLAG.cycle, 0, FLAG.negative]);
    expect([...spans.parent]).toEqual([NONE, NONE, 1, NONE]);
    expect(spans.duration[3]).toBe(0);
    expect(nodes.key).toEqual(['n', 'unheard']);
  });

  test('that stick out of their parent keep their times, and say so', () => {
    const assembler = new TraceAssembler();
    assembler.addSpan(span('parent', { start: asMicros(10) }));
    const inside = { parentId: 'parent', start: asMicros(10) };
    assembler.addSpan(span('fits', inside));
    assembler.addSpan(span('early', { ...inside, start: asMicros(9), duration: asMicros(5) }));
    assembler.addSpan(span('late', { ...inside, duration: asMicros(11) }));
    assembler.addSpan(span('runs', { ...inside, duration: null, status: 'running' }));
    assembler.addSpan(span('starts when all is over', { ...inside, start: asMicros(21), duration: null }));
    assembler.addSpan(span('open', { duration: null, status: 'running' }));
    assembler.addSpan(span('long', { parentId: 'open', duration: asMicros(1000) }));
    const { spans, warnings } = assembler.finish();
    const outside = [...(spans.ids.listed ?? [])].filter((_, row) => ((spans.flags[row] ?? 0) & FLAG.outside) !== 0);
    expect(outside).toEqual(['early', 'late', 'starts when all is over']);
    expect(warnings).toEqual([{ code: 'outside_parent', count: 3, example: 'span early in parent' }]);
    expect([spans.start[2], spans.duration[3]]).toEqual([9, 11]);
  });

  test('a state that was lost is told by the span, and a late earlier one changes nothing', () => {
    const assembler = new TraceAssembler();
    assembler.addNode(node('a'));
    assembler.addNodeState(state('a', 'running'));
    assembler.addNodeState(state('a', 'pending'));
    expect(statusOf(assembler.finish().nodes.status[0] ?? 0)).toBe('running');
    assembler.addSpan(span('1', { nodeKey: 'a', status: 'failed' }));
    expect(statusOf(assembler.finish().nodes.status[0] ?? 0)).toBe('failed');
  });
});

describe('nodes that iterate', () => {
  test('wait for the same iteration, and what does not iterate waits for all', () => {
    const assembler = new TraceAssembler();
    assembler.addNode(node('split'));
    for (let i = 0; i < 3; i++) assembler.addNode(node('fetch', { iteration: i, dependsOn: ['split'] }));
    for (let i = 0; i < 3; i++) assembler.addNode(node('parse', { iteration: i, dependsOn: ['fetch', 'fetch'] }));
    assembler.addNode(node('merge', { dependsOn: ['parse'] }));
    const { nodes, warnings } = assembler.finish();
    const depsOf = (row: number) => Array.from(nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]));
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(depsOf)).toEqual([[], [0], [0], [0], [1], [2], [3], [4, 5, 6]]);
    expect(warnings).toEqual([]);
  });
});

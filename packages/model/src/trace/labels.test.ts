import { describe, expect, it } from 'vitest';
import { asMicros } from '../units.ts';
import { TraceAssembler } from './assemble.ts';
import type { NodeDeclaration } from './events.ts';
import { instanceLabel, instanceName, spanLabelAt } from './labels.ts';

interface Declared {
  readonly key: string;
  readonly name?: string;
  readonly type?: string;
  readonly iteration?: number;
  readonly parent?: readonly [key: string, iteration: number | null];
}

function traceOf(nodes: readonly Declared[]) {
  const assembler = new TraceAssembler();
  for (const { key, name = key, type = 'transform', iteration = null, parent = null } of nodes) {
    const declaration: NodeDeclaration = {
      key,
      name,
      type,
      iteration,
      parentKey: parent?.[0] ?? null,
      parentIteration: parent?.[1] ?? null,
      dependsOn: [],
    };
    assembler.addNode(declaration);
  }
  return assembler;
}

/** A node that says it is in another. */
function within(key: string, around: string, type: string): Declared {
  return { key, type, iteration: 0, parent: [around, 0] };
}

const LOOP: readonly Declared[] = [
  { key: 'each', name: 'Each Page', type: 'foreach' },
  { key: 'each.item', name: 'Each Page item', type: 'group', iteration: 3, parent: ['each', null] },
  { key: 'fetch', name: 'Fetch', iteration: 3, parent: ['each.item', 3] },
  { key: 'cells', name: 'Cells', type: 'foreach', iteration: 3, parent: ['each.item', 3] },
];

describe('what an instance is called', () => {
  it('ends where what is around a node is a circle', () => {
    const groups = traceOf([within('a', 'b', 'group'), within('b', 'a', 'group')]).finish();
    expect(instanceName(groups.nodes, 0)).toBe('a[0]');
    const loops = traceOf([within('a', 'b', 'foreach'), within('b', 'a', 'foreach')]).finish();
    expect(instanceName(loops.nodes, 0)).toMatch(/^a(?:\[0\]){1,32}$/);
  });

  it('is its name outside of loops', () => {
    expect(instanceName(traceOf([{ key: 'a', name: 'First' }]).finish().nodes, 0)).toBe('First');
  });

  it('has the position of its item in a loop, and the loop lends its name to what it does for one', () => {
    const { nodes } = traceOf(LOOP).finish();
    expect([0, 1, 2, 3].map((row) => instanceName(nodes, row))).toEqual([
      'Each Page',
      'Each Page[3]',
      'Fetch[3]',
      'Cells[3]',
    ]);
  });

  it.each([
    ['a number that joins the position outside with its own', 11, 'Cell[3][1]'],
    ['the first item', 6, 'Cell[3][0]'],
    ['a number that was given out in order', 1_073_741_824, 'Cell[1073741824]'],
  ])('in a loop in a loop tells %s', (_, iteration, label) => {
    const { nodes } = traceOf([...LOOP, { key: 'cell', name: 'Cell', iteration, parent: ['cells', 3] }]).finish();
    expect(instanceName(nodes, 4)).toBe(label);
  });

  it('names the nodes that called the workflow that it is in, where others may stand beside it', () => {
    const { nodes } = traceOf([
      { key: 'tax/again/sum', name: 'Sum' },
      { key: 'tax/sum', name: 'tax/sum' },
    ]).finish();
    expect([0, 1].map((row) => instanceLabel(nodes, row))).toEqual(['tax/again/Sum', 'tax/sum']);
  });

  it('is the label of its span, while phases and attempts keep their own names', () => {
    const assembler = traceOf(LOOP);
    const span = {
      start: asMicros(0),
      duration: asMicros(1),
      status: 'completed',
      track: null,
      metadata: null,
    } as const;
    const of = { nodeKey: 'fetch', iteration: 3 } as const;
    assembler.addSpan({ ...span, ...of, id: 'n', parentId: null, kind: 'node', name: 'Fetch' });
    assembler.addSpan({ ...span, ...of, id: 'p', parentId: 'n', kind: 'phase', name: 'queue_wait' });
    const trace = assembler.finish();
    expect([0, 1].map((row) => spanLabelAt(trace, row))).toEqual(['Fetch[3]', 'queue_wait']);
  });
});

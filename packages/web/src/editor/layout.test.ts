import type { JsonObject } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { layOut } from './layout.ts';
import { outlineOf } from './outline.ts';

const CARD = { width: 200, height: 80 };

function placed(nodes: JsonObject[]) {
  const outline = outlineOf({ nodes });
  const { nodes: at, edges } = layOut(outline, CARD);
  return {
    of: (id: string) => at.get(outline.byId.get(id)?.key ?? '') ?? { x: NaN, y: NaN, width: 0, height: 0 },
    edges,
  };
}

describe('the picture of a workflow', () => {
  it('has each node after what it waits for', () => {
    const { of } = placed([
      { id: 'b', type: 'delay', dependsOn: ['a'] },
      { id: 'a', type: 'delay' },
      { id: 'c', type: 'delay', dependsOn: ['b', 'a'] },
    ]);
    expect(of('a').x + 200).toBeLessThan(of('b').x);
    expect(of('b').x + 200).toBeLessThan(of('c').x);
  });

  it('has what is in a group inside its box, to any depth, and the next node after the whole of it', () => {
    const { of, edges } = placed([
      {
        id: 'g',
        type: 'group',
        nodes: [
          { id: 'x', type: 'delay' },
          { id: 'h', type: 'group', dependsOn: ['x'], nodes: [{ id: 'y', type: 'delay' }] },
        ],
      },
      { id: 'end', type: 'delay', dependsOn: ['g', 'y'] },
    ]);
    for (const [inner, outer] of [
      ['x', 'g'],
      ['h', 'g'],
      ['y', 'h'],
    ] as const) {
      expect(of(inner).x).toBeGreaterThan(0);
      expect(of(inner).x + of(inner).width).toBeLessThan(of(outer).width);
      expect(of(inner).y + of(inner).height).toBeLessThan(of(outer).height);
    }
    expect(of('end').x).toBeGreaterThan(of('g').x + of('g').width);
    expect(edges.map(({ name }) => name)).toEqual(['x', 'g', 'y']);
  });
});

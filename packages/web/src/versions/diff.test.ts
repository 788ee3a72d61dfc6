import type { JsonObject } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../editor/outline.ts';
import { diffFiles, diffLines } from './diff.ts';

const delay = (id: string, ms: number): JsonObject => ({ id, type: 'delay', with: { ms } });

describe('the difference of two versions', () => {
  it('is by node and field, whatever the order', () => {
    const before = {
      name: 'w',
      concurrency: 4,
      nodes: [delay('a', 1), { id: 'g', type: 'group', nodes: [delay('b', 1)] }],
    };
    const after = { name: 'w', nodes: [delay('c', 1), { id: 'g', type: 'group', nodes: [] }, delay('a', 2)] };
    const { nodes, settings, both } = diffFiles(before, after);
    expect(nodes).toEqual([
      { kind: 'added', id: 'c', label: 'c' },
      { kind: 'changed', id: 'a', label: 'a', fields: [{ field: 'with.ms', before: 1, after: 2 }] },
      { kind: 'removed', id: 'b', label: 'b' },
    ]);
    expect(settings).toEqual([{ field: 'concurrency', before: 4, after: undefined }]);
    expect(outlineOf(both).byId.get('b')?.parent).toBe(outlineOf(both).byId.get('g')?.key);
    expect(diffFiles(before, before)).toEqual({ nodes: [], settings: [], both: before });
  });

  it('of texts gives both of them back', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (kind: string) => lines.filter((line) => line.kind === 'same' || line.kind === kind);
        expect(
          of('removed')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(before);
        expect(
          of('added')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(after);
      }),
    );
  });
});

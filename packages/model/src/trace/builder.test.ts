import { describe, expect, test } from 'vitest';
import { asMicros } from '../units.ts';
import { NodeTableBuilder, SpanTableBuilder, StringTable } from './builder.ts';
import { FLAG, NONE, OPEN, spanIdAt } from './trace.ts';

describe('SpanTableBuilder', () => {
  test('keeps every column right while it grows', () => {
    const builder = new SpanTableBuilder({ prefix: 'ab000001' });
    for (let row = 0; row < 500; row++) {
      builder.open({
        kind: 'phase',
        name: `n${row % 7}`,
        start: asMicros(row),
        parent: row - 1,
        node: row % 3,
        ...(row > 100 && { track: `t${row % 2}` }),
      });
      if (row % 2 === 0) builder.close(row, asMicros(row + 5), 'failed');
    }
    const table = builder.snapshot();
    for (let row = 0; row < 500; row++) {
      expect(table.start[row]).toBe(row);
      expect(table.duration[row]).toBe(row % 2 === 0 ? 5 : OPEN);
      expect(table.status[row]).toBe(row % 2 === 0 ? 3 : 1);
      expect(table.parent[row]).toBe(row - 1);
      expect(table.node[row]).toBe(row % 3);
      expect(table.names[table.name[row] ?? 0]).toBe(`n${row % 7}`);
      expect(table.tracks[table.track?.[row] ?? NONE]).toBe(row > 100 ? `t${row % 2}` : undefined);
    }
    expect(spanIdAt(table.ids, 255)).toBe('ab000001000000ff');
  });

  test('a snapshot does not change when the builder goes on', () => {
    const builder = new SpanTableBuilder('listed');
    const row = builder.open({ kind: 'node', name: 'a', start: asMicros(3), id: 'x' });
    const before = builder.snapshot();
    builder.annotateSpan(row, { k: 1 });
    builder.close(row, asMicros(1), 'completed');
    builder.open({ kind: 'node', name: 'b', start: asMicros(4), id: 'y' });
    expect(before).toMatchObject({ length: 1, names: ['a'], ids: { listed: ['x'] } });
    expect(before.duration[0]).toBe(OPEN);
    expect(before.metadata.size).toBe(0);
    const after = builder.snapshot();
    expect([after.duration[0], after.flags[0]]).toEqual([0, FLAG.negative]);
    expect(after.metadata.get(0)).toEqual({ k: 1 });
  });
});

describe('NodeTableBuilder', () => {
  test('resolves groups and dependencies in whichever order nodes are declared, and tells what it cannot', () => {
    const builder = new NodeTableBuilder();
    const node = (key: string, parentKey: string | null, dependsOn: string[]) =>
      builder.declare({ key, name: key, type: 'task', iteration: null, parentKey, dependsOn });
    node('b', 'g', ['a', 'x']);
    node('g', 'lost', []);
    node('a', null, []);
    expect(node('a', null, ['g'])).toBe(2);
    const missing: string[] = [];
    const table = builder.snapshot((key, other) => missing.push(`${key} ${other}`));
    expect([...table.parent]).toEqual([1, NONE, NONE]);
    expect([...table.depOffsets]).toEqual([0, 1, 1, 2]);
    expect([...table.deps]).toEqual([2, 1]);
    expect(missing).toEqual(['b x', 'g lost']);
  });
});

test('StringTable numbers strings by first occurrence', () => {
  const strings = new StringTable();
  expect(['b', 'a', 'b', '__proto__'].map((value) => strings.code(value))).toEqual([0, 1, 0, 2]);
  expect(strings.values).toEqual(['b', 'a', '__proto__']);
});

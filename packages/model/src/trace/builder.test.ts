import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { asMicros } from '../units.ts';
import { NodeTableBuilder, SpanTableBuilder, StringTable } from './builder.ts';
import { statusOf, STATUSES, type Status } from './status.ts';
import { FLAG, NONE, OPEN, SPAN_KINDS, spanIdAt, spanKindAt, spanNameAt, type SpanTable } from './trace.ts';

/** What a builder was told of a span. */
interface Told {
  readonly kind: string;
  readonly name: string;
  readonly status: Status;
  readonly duration: number | undefined;
  readonly node: number | undefined;
  readonly parent: number | undefined;
  readonly metadata: JsonObject | null;
}

function read(table: SpanTable, row: number): Told {
  return {
    kind: spanKindAt(table, row),
    name: spanNameAt(table, row),
    status: statusOf(table.status[row] ?? 0),
    duration: table.duration[row],
    node: table.node[row],
    parent: table.parent[row],
    metadata: table.metadata.get(row) ?? null,
  };
}

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

  test('holds what it was told, in whichever order, and a snapshot holds what was told until then', () => {
    const shared: readonly JsonObject[] = [{ cause: 'dispatch' }, { cause: 'concurrency', limit: 4 }, { n: 1 }];
    const step = fc.record({
      does: fc.constantFrom('open', 'open', 'close', 'annotate', 'reopen', 'snapshot'),
      kind: fc.constantFrom(...SPAN_KINDS),
      name: fc.constantFrom('a', 'b', 'queue_wait', 'execute', '', '__proto__', 'name-of-a-node'),
      status: fc.constantFrom(...STATUSES),
      row: fc.nat(),
      metadata: fc.oneof(
        fc.constantFrom(...shared),
        fc.dictionary(fc.constantFrom('k', 'cause'), fc.integer(), { maxKeys: 2 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const builder = new SpanTableBuilder({ prefix: '00000001' });
        const rows: Told[] = [];
        const snapshots: [SpanTable, Told[]][] = [];
        for (const { does, kind, name, status, row, metadata } of steps) {
          const at = row % Math.max(1, rows.length);
          const told = rows[at];
          if (does === 'open') {
            builder.append(kind, name, asMicros(rows.length), row % 5, at - 1);
            rows.push({ kind, name, status: 'running', duration: OPEN, node: row % 5, parent: at - 1, metadata: null });
          } else if (does === 'snapshot') snapshots.push([builder.snapshot(), [...rows]]);
          else if (told === undefined) continue;
          else if (does === 'close') {
            builder.close(at, asMicros(at + 9), status);
            rows[at] = { ...told, status, duration: 9 };
          } else if (does === 'annotate') {
            builder.annotateSpan(at, metadata);
            rows[at] = { ...told, metadata: { ...told.metadata, ...metadata } };
          } else {
            const known = row % 2 === 0 ? metadata : null;
            builder.reopen(at, known);
            rows[at] = { ...told, status: 'running', duration: OPEN, metadata: known };
          }
        }
        snapshots.push([builder.snapshot(), rows]);
        for (const [table, told] of snapshots) {
          expect(Array.from({ length: table.length }, (_, row) => read(table, row))).toEqual(told);
          expect(new Set(table.names).size).toBe(table.names.length);
        }
      }),
      { numRuns: 300 },
    );
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

  test('finds the group of a node in a nested loop by the iteration that is stated', () => {
    const builder = new NodeTableBuilder();
    const node = (
      key: string,
      iteration: number | null,
      over: { parentKey?: string; parentIteration?: number | null },
    ) => builder.declare({ key, name: key, type: 'task', iteration, parentKey: null, dependsOn: [], ...over });
    node('outer', null, {});
    node('inner', 0, { parentKey: 'outer', parentIteration: null });
    node('inner', 1, { parentKey: 'outer' });
    node('leaf', 1, { parentKey: 'inner', parentIteration: 0 });
    node('leaf', 2, { parentKey: 'inner', parentIteration: 1 });
    node('lost', 2, { parentKey: 'inner', parentIteration: 7 });
    const missing: string[] = [];
    const table = builder.snapshot((key, other) => missing.push(`${key} ${other}`));
    expect([...table.parent]).toEqual([NONE, 0, 0, 1, 2, NONE]);
    expect(missing).toEqual(['lost inner']);
  });
});

test('StringTable finds strings of the same length again', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 })), (values) => {
      const strings = new StringTable();
      expect(values.map((value) => strings.values[strings.code(value)])).toEqual(values);
      expect(strings.values).toEqual([...new Set(values)]);
    }),
  );
});

test('StringTable numbers strings by first occurrence', () => {
  const strings = new StringTable();
  expect(['b', 'a', 'b', '__proto__'].map((value) => strings.code(value))).toEqual([0, 1, 0, 2]);
  expect(strings.values).toEqual(['b', 'a', '__proto__']);
});

import { asMicros, NONE, TraceAssembler, type Trace } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { Fields } from '../api/fields.ts';
import { alignRuns, counterpartOf, extentOf, nodeOfRow, rowOfNode, shifted } from './align.ts';
import { readDifference } from './graph.ts';
import { markdownOf, textOf } from './markdown.ts';
import {
  divergingBar,
  largestOf,
  moveText,
  msText,
  partName,
  ratiosOf,
  signedText,
  structureText,
  sumOf,
} from './parts.ts';
import { readComparison } from './types.ts';
import { formatCompare, parseCompare } from './urlState.ts';

const change = (before: number, after: number) => ({
  before_ms: before,
  after_ms: after,
  difference_ms: Number((after - before).toFixed(3)),
});

const node = (id: string, cause: string, before: number, after: number, more: object = {}) => ({
  kind: 'node',
  id,
  name: id,
  cause,
  move: 'stayed',
  presence: 'both',
  text: `"${id}" worked longer`,
  ...change(before, after),
  ...more,
});

const side = (makespan: number) => ({ status: 'completed', makespan_ms: makespan, node_count: 2, span_count: 9 });

/** The example of docs/compare.md, with a name that is hostile to Markdown. */
const ANSWER = {
  before: side(360),
  after: side(790),
  makespan: { ...change(360, 790), difference_percent: 119.4 },
  verdict: 'slower',
  tolerance_ms: 7.9,
  summary: 'It took 430 ms longer.',
  findings: [],
  attribution: {
    parts: [
      node('load', 'work', 200, 450),
      node('load', 'failed_attempts', 0, 100),
      node('a|b<img src=x>', 'queue', 10, 40, { move: 'came', presence: 'new' }),
      node('late', 'work', 0, 0.001, {
        kind: 'path_shift',
        id: null,
        name: null,
        cause: null,
        move: null,
        presence: null,
      }),
    ],
    other: { count: 2, ...change(150, 199.999) },
  },
  causes: [{ cause: 'work', ...change(300, 600) }],
  nodes: {
    items: [
      {
        id: 'load',
        name: 'Load',
        type: 'http',
        presence: 'both',
        matched_by: 'name',
        renamed_from: 'old_load',
        before: { instances: 1, failed: 0, attempts: 1 },
        after: null,
        total: change(200, 550),
        on_path: change(200, 550),
        causes: [],
        phases: [],
        instances: [
          {
            id: 'load',
            name: 'Load',
            ...change(200, 550),
            ran_before: true,
            ran_after: true,
            span_id_before: 'a',
            span_id_after: null,
            attempts: [{ attempt: 1, before_ms: null, after_ms: 3, status_before: null, status_after: 'failed' }],
          },
        ],
      },
    ],
    changed_count: 1,
    unchanged_count: 1,
    other: { count: 0, ...change(0, 0) },
  },
  retries: [
    {
      id: 'load',
      name: 'load',
      attempts_before: 1,
      attempts_after: 2,
      failed_before: 0,
      failed_after: 1,
      cost: change(0, 150),
    },
  ],
  structure: {
    changes: [{ kind: 'limit_changed', id: 'pool db', other: null, before: 2, after: 1 }],
    change_count: 1,
    shape: [{ measure: 'work_ms', before: 1, after: null }],
  },
  flame_graph: {
    total: change(360, 790),
    node_count: 3,
    nodes: [
      {
        parent: null,
        name: 'load',
        count_before: 1,
        count_after: 1,
        self: change(0, 0),
        total: change(200, 550),
        presence: 'both',
      },
      {
        parent: 0,
        name: 'http',
        count_before: 0,
        count_after: 2,
        self: change(0, 550),
        total: change(0, 550),
        presence: 'new',
      },
    ],
    other: { count: 1, ...change(0, 0) },
  },
};

const comparison = readComparison(new Fields(ANSWER));

describe('a comparison', () => {
  it('adds up to the makespans, to the microsecond', () => {
    expect(sumOf(comparison)).toEqual({ before: 360, after: 790, difference: 430 });
  });

  it('names its parts and where they stand to the critical path', () => {
    expect(comparison.parts.map(partName)).toEqual([
      'load: work',
      'load: failed attempts',
      'a|b<img src=x>: queue',
      '"late" worked longer',
    ]);
    expect(comparison.parts.map(moveText)).toEqual([
      'on the path in both',
      'on the path in both',
      'new node',
      'the path goes another way',
    ]);
  });

  it('tells differences with a sign', () => {
    expect([430, -30, 0].map(signedText)).toEqual(['+430 ms', '−30 ms', '±0']);
    expect(msText(null)).toBe('–');
  });

  it('draws bars from the middle, to the right for more', () => {
    const largest = largestOf(comparison.parts);
    expect(largest).toBe(250);
    expect(divergingBar(250, largest)).toEqual({ from: 0.5, width: 0.5 });
    expect(divergingBar(-125, largest)).toEqual({ from: 0.25, width: 0.25 });
    expect(largestOf([])).toBe(1);
  });

  it('colours nodes by how many times as long they took', () => {
    expect([...ratiosOf(comparison)]).toEqual([['load', 2.75]]);
  });

  it('says what changed of the structure', () => {
    expect(comparison.structure.map(structureText)).toEqual(['The limit of pool db is 1, and was 2']);
    const odd = { kind: 'something_else', id: 'x', other: null, before: null, after: null };
    expect(structureText(odd)).toBe('something else: “x”');
  });

  it('is refused where the answer is another one', () => {
    expect(() => readComparison(new Fields({ ...ANSWER, verdict: 'odd' }))).toThrow(/unknown verdict/);
  });
});

describe('a comparison for an issue', () => {
  const titles = { base: 'nightly #1', candidate: 'nightly #2', address: 'http://host/compare?base=a&candidate=b' };

  it('is Markdown in which no name is markup', () => {
    const text = markdownOf(comparison, titles);
    expect(text).toContain('**nightly \\#2** compared with **nightly \\#1**');
    expect(text).toContain('| load: work | 200 ms | 450 ms | +250 ms | on the path in both |');
    expect(text).toContain('a\\|b\\<img src=x\\>');
    expect(text).toContain('| makespan | 360 ms | 790 ms | +430 ms |  |');
    expect(text).toContain('- load: 1 → 2 attempts, +150 ms');
    expect(text).toContain('<http://host/compare?base=a&candidate=b>');
    for (const line of text.split('\n').filter((one) => one.startsWith('|'))) {
      expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(7);
    }
  });

  it('is plain text in columns', () => {
    expect(textOf(comparison, titles)).toMatch(/^before {2}nightly #1\nafter {3}nightly #2\n\nIt took/);
    expect(textOf(comparison, titles)).toMatch(/\nmakespan +360 ms +790 ms +\+430 ms\n/);
  });
});

describe('the flame graph of a difference', () => {
  it('is columns in microseconds', () => {
    const { graph, count } = readDifference(new Fields(ANSWER));
    expect(count).toBe(3);
    expect([...graph.parent]).toEqual([NONE, 0]);
    expect([...graph.total]).toEqual([550_000, 550_000]);
    expect([...(graph.base?.total ?? [])]).toEqual([200_000, 0]);
    expect(graph.base?.presence).toEqual(['both', 'new']);
  });

  it('is refused where a stack stands before what is around it', () => {
    const [first] = ANSWER.flame_graph.nodes;
    const nodes = [{ ...first, parent: 0 }];
    expect(() => readDifference(new Fields({ flame_graph: { ...ANSWER.flame_graph, nodes } }))).toThrow(/out of order/);
  });
});

/** A run of `first`, which is tried twice, and a loop of two items after it. */
function run(loopKey: string, start: number): Trace {
  const trace = new TraceAssembler({ name: 'nightly' });
  const add = (id: string, name: string, from: number, more: object) =>
    trace.addSpan({
      id,
      name,
      kind: 'node',
      parentId: null,
      nodeKey: null,
      iteration: null,
      track: null,
      metadata: null,
      start: asMicros(from),
      duration: asMicros(10),
      status: 'completed',
      ...more,
    });
  for (const [key, iteration] of [
    ['first', null],
    [loopKey, 0],
    [loopKey, 1],
  ] as const) {
    trace.addNode({ key, name: key, type: 'http', iteration, parentKey: null, dependsOn: [] });
  }
  add('n', 'First', start, { nodeKey: 'first' });
  add('a1', 'attempt', start, { nodeKey: 'first', kind: 'attempt', parentId: 'n' });
  add('a2', 'attempt', start + 5, { nodeKey: 'first', kind: 'attempt', parentId: 'n' });
  add('l0', 'Loop', start + 20, { nodeKey: loopKey, iteration: 0 });
  add('l1', 'Loop', start + 40, { nodeKey: loopKey, iteration: 1 });
  return trace.finish();
}

describe('two runs beside each other', () => {
  it('begin at the same place, and each reaches as far as the longer one', () => {
    expect(alignRuns({ start: 0, end: 100 }, { start: -5, end: 40 }, null)).toEqual({
      shift: 0,
      base: { start: -5, end: 100 },
      candidate: { start: -5, end: 100 },
    });
  });

  it('are laid so that the selected node begins at the same place', () => {
    const laid = alignRuns({ start: 0, end: 100 }, { start: 0, end: 40 }, { base: 70, candidate: 10 });
    expect(laid).toEqual({ shift: 60, candidate: { start: -60, end: 40 }, base: { start: 0, end: 100 } });
    expect(shifted({ start: 10, end: 20 }, laid.shift)).toEqual({ start: 70, end: 80 });
  });

  it('have counterparts by node, item, kind and order', () => {
    const [before, after] = [run('loop', 0), run('renamed', 7)];
    expect(extentOf(after, 0)).toEqual({ start: 0, end: 57 });
    const rows = Array.from({ length: before.spans.length }, (_, row) => row);
    const keyThere = (row: number) => (nodeOfRow(before, row) === 'loop' ? 'renamed' : 'first');
    expect(rows.map((row) => counterpartOf(before, row, after, keyThere(row)))).toEqual(rows);
    expect(counterpartOf(before, 0, after, 'gone')).toBe(NONE);
    expect(rowOfNode(after, 'renamed')).toBe(3);
    expect(rowOfNode(after, 'gone')).toBe(NONE);
  });
});

describe('the address of a comparison', () => {
  it.each([
    'base=previous&candidate=b',
    'base=a&candidate=b&view=runs&node=load&align=node&from=1.5&to=20',
    'base=a&candidate=b&view=flame&block=12',
  ])('is read back: %s', (query) => {
    expect(formatCompare(parseCompare(new URLSearchParams(query))).toString()).toBe(query);
  });

  it('is as a fresh page where it says nonsense', () => {
    const state = parseCompare(new URLSearchParams('view=odd&block=-1&from=5&to=1&align=x'));
    expect(state).toEqual({
      base: null,
      candidate: null,
      view: 'parts',
      node: null,
      block: null,
      isAligned: false,
      part: null,
    });
  });
});

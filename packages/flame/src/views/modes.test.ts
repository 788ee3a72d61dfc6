import { asMicros, mergeSpans, NONE, TraceAssembler, type SpanRecord, type Trace } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../layout/layout.ts';
import { ChartModes } from './modes.ts';
import type { ModeScene } from './mode-scene.ts';

const ms = (time: number) => asMicros(time * 1000);

function span(
  id: string,
  parentId: string | null,
  from: number,
  to: number | null,
  over: Partial<SpanRecord> = {},
): SpanRecord {
  const duration = to === null ? null : ms(to - from);
  const status = to === null ? 'running' : 'completed';
  const common = { kind: 'phase', nodeKey: null, iteration: null, track: null, metadata: null } as const;
  return { ...common, id, parentId, name: id.split('#')[0] ?? id, start: ms(from), duration, status, ...over };
}

function traceOf(build: (run: TraceAssembler) => void): Trace {
  const run = new TraceAssembler({ name: 'run' });
  build(run);
  return run.finish();
}

/** A loop of which the items run two at a time, a node that was tried again, and one that never started. */
const LOOP = traceOf((run) => {
  const node = (key: string, over: object = {}) =>
    run.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn: [], ...over });
  node('first');
  node('each', { type: 'foreach', dependsOn: ['first'] });
  for (let i = 0; i < 12; i++) node('item', { iteration: i, parentKey: 'each' });
  node('never', { dependsOn: ['each'] });
  run.addSpan(span('first', null, 0, 50, { kind: 'node', nodeKey: 'first' }));
  run.addSpan(span('queue_wait', 'first', 0, 5, { nodeKey: 'first' }));
  run.addSpan(span('one', 'first', 5, 20, { name: 'attempt 1', kind: 'attempt', nodeKey: 'first', status: 'failed' }));
  run.addSpan(span('two', 'first', 30, 50, { name: 'attempt 2', kind: 'attempt', nodeKey: 'first' }));
  run.addSpan(span('call', 'two', 32, 49, { nodeKey: 'first' }));
  run.addSpan(span('each', null, 50, 170, { kind: 'node', nodeKey: 'each' }));
  for (let i = 0; i < 12; i++) {
    const from = 50 + i * 10;
    run.addSpan(span(`item#${i}`, 'each', from, from + 20, { kind: 'node', nodeKey: 'item', iteration: i }));
  }
});

function shown(
  trace: Trace,
  mode: ModeScene['mode'],
  focus: string | null = null,
): { modes: ChartModes; view: ModeScene } {
  const modes = new ChartModes(true);
  modes.setTrace(trace, null);
  modes.setFocus(focus);
  modes.mode = mode;
  return { modes, view: modes.current() ?? expect.fail() };
}

/** No two in a lane overlap, and each lane is in the order of starts. */
function expectLanesInOrder({ laneCount, laneOffsets, laneStart, laneEnd }: Layout): void {
  for (let lane = 0; lane < laneCount; lane++) {
    for (let i = (laneOffsets[lane] ?? 0) + 1; i < (laneOffsets[lane + 1] ?? 0); i++) {
      expect(laneStart[i]).toBeGreaterThanOrEqual((laneEnd[i - 1] ?? 0) - 1e-6);
    }
  }
}

/** Spans in any tree, with few names. */
const anyTrace = fc
  .array(fc.record({ up: fc.nat(), from: fc.nat(1000), length: fc.nat(500), name: fc.constantFrom('a', 'b', 'c') }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((specs) =>
    traceOf((run) => {
      for (const [i, { up, from, length, name }] of specs.entries()) {
        const parent = i === 0 || up % 3 === 0 ? null : String(up % i);
        run.addSpan(span(String(i), parent, from, from + length, { name }));
      }
    }),
  );

describe('left-heavy', () => {
  it('stands with the heaviest to the left, each block over what is in it', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const { layout } = shown(trace, 'left-heavy').view.scene;
        expectLanesInOrder(layout);
        for (let lane = 0; lane < layout.laneCount; lane++) {
          for (let i = layout.laneOffsets[lane] ?? 0; i < (layout.laneOffsets[lane + 1] ?? 0); i++) {
            const row = layout.laneRows[i] ?? 0;
            const up = layout.parent[row] ?? NONE;
            if (up !== NONE) {
              expect(layout.start[row]).toBeGreaterThanOrEqual((layout.start[up] ?? 0) - 1e-6);
              expect(layout.end[row]).toBeLessThanOrEqual((layout.end[up] ?? 0) + 1e-3);
            }
            const before = layout.laneRows[i - 1];
            if (i === layout.laneOffsets[lane] || before === undefined || layout.parent[before] !== up) continue;
            const width = (of: number) => (layout.end[of] ?? 0) - (layout.start[of] ?? 0);
            expect(width(row)).toBeLessThanOrEqual(width(before) + 1e-6);
          }
        }
      }),
    );
  });

  it('has every span in a block, from which one comes back to a span of it', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        for (const mode of ['left-heavy', 'gantt', 'time'] as const) {
          const { view } = shown(trace, mode);
          for (let row = 0; row < trace.spans.length; row++) {
            const at = view.rowOf(row);
            expect(at).not.toBe(NONE);
            // The span that was selected stays so, and without one some span of the bar is.
            expect(view.spanOf(at, row)).toBe(mode === 'time' ? at : row);
            expect(view.rowOf(view.spanOf(at, NONE))).toBe(at);
          }
        }
      }),
    );
  });

  it('says what a block stands for', () => {
    const { view } = shown(LOOP, 'left-heavy');
    const merged = mergeSpans(LOOP);
    const block = view.blockOf(merged.name.indexOf('item')) ?? expect.fail();
    expect(block).toMatchObject({ name: 'item', count: 12, total: 240_000, self: 240_000, nodeKey: 'item' });
    expect(view.sentence(merged.name.indexOf('item'))).toBe('item, 12 times, total 240 ms, self 240 ms');
  });
});

describe('a sandwich', () => {
  it('has the name in the middle, callers above and callees below', () => {
    const { view } = shown(LOOP, 'sandwich', 'first');
    const { layout } = view.scene;
    expect(view.blockOf(0)).toMatchObject({ role: 'focus', name: 'first' });
    for (let row = 1; row < layout.laneOf.length; row++) {
      const role = view.blockOf(row)?.role;
      const below = (layout.laneOf[row] ?? 0) > (layout.laneOf[0] ?? 0);
      expect(role).toBe(below ? 'callee' : 'caller');
    }
    expectLanesInOrder(layout);
  });

  it('goes up to who calls it and comes back down', () => {
    const { view } = shown(LOOP, 'sandwich', 'item');
    const up = view.step(0, 'parent');
    expect(view.blockOf(up)).toMatchObject({ role: 'caller', name: 'each' });
    expect(view.step(up, 'child')).toBe(0);
  });

  it('takes what took most itself where no name was asked for', () => {
    const { view } = shown(LOOP, 'sandwich');
    expect(view.blockOf(0)).toMatchObject({ role: 'focus', name: 'item' });
  });
});

describe('the rows of nodes', () => {
  it('stand in the order in which they first ran, with what is in a loop below it, and say how much there is', () => {
    const { view } = shown(LOOP, 'gantt');
    expect(view.rows?.map(({ name, depth, count, total, fold }) => [name, depth, count, total, fold])).toEqual([
      ['first', 0, 1, 50_000, 'none'],
      ['each', 0, 1, 120_000, 'open'],
      ['item', 1, 12, 240_000, 'open'],
      ['never', 0, 0, 0, 'none'],
    ]);
    expect(view.scene.outlines).toMatchObject([{ name: 'never', why: 'not started' }]);
    expectLanesInOrder(view.scene.layout);
  });

  it('have a bar for each attempt, with what was waited for before it in front', () => {
    const { view } = shown(LOOP, 'gantt');
    const { layout, looks, trace } = view.scene;
    const bars = [0, 1].map((row) => [layout.start[row], looks.ranFrom(row), layout.end[row]]);
    expect(bars).toEqual([
      [0, 5000, 20_000],
      [20_000, 30_000, 50_000],
    ]);
    expect([0, 1].map((row) => trace.spans.status[row])).toEqual([LOOP.spans.status[2], LOOP.spans.status[3]]);
  });

  it('draw what ran at once as one bar once they are folded, and hide what is in a folded group', () => {
    const { modes } = shown(LOOP, 'gantt');
    modes.fold('item', true);
    const folded = modes.current() ?? expect.fail();
    const bar = folded.rowOf(LOOP.spans.length - 1);
    expect(folded.blockOf(bar)).toMatchObject({ name: 'item', count: 12, total: 240_000, atOnce: 2, share: 1 });
    expectLanesInOrder(folded.scene.layout);
    modes.fold('each', true);
    const hidden = modes.current() ?? expect.fail();
    expect(hidden.rows?.map(({ name }) => name)).toEqual(['first', 'each', 'never']);
    // What is hidden is shown by the group.
    expect(hidden.rowOf(LOOP.spans.length - 1)).toBe(hidden.rowOf(5));
  });

  it('hold thousands of short runs in one row', () => {
    const many = traceOf((run) => {
      for (let i = 0; i < 5000; i++) {
        run.addNode({ key: 'n', name: 'n', type: 'http', iteration: i, parentKey: null, dependsOn: [] });
        run.addSpan(span(`n#${i}`, null, i, i + 40, { kind: 'node', nodeKey: 'n', iteration: i }));
      }
    });
    const { view } = shown(many, 'gantt');
    expect(view.rows).toMatchObject([{ name: 'n', count: 5000, total: 200_000_000, fold: 'folded', endLane: 1 }]);
  });
});

describe('modes', () => {
  it('are made when they are first asked for, once', () => {
    const { modes, view } = shown(LOOP, 'left-heavy');
    expect(modes.current()).toBe(view);
    modes.mode = 'time';
    expect(modes.current()?.mode).toBe('time');
    modes.mode = 'left-heavy';
    expect(modes.current()).toBe(view);
  });
});

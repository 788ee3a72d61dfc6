import {
  allAtOnce,
  asMicros,
  NONE,
  TraceAssembler,
  type NodeDeclaration,
  type SpanRecord,
  type Status,
  type Trace,
} from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { criticalLanesOf } from './critical.ts';
import { LOOK } from './looks.ts';
import { laneAtY } from './metrics.ts';
import { sceneOf } from './scene.ts';
import { nextMatch, searchSpans } from './search.ts';
import { overviewInSteps, type Overview } from '../draw/minimap.ts';

const ROWS = ['order', 'wait', 'attempt', 'tls', 'pay', 'nap', 'gone'] as const;

function node(key: string, dependsOn: readonly string[] = []): NodeDeclaration {
  return { key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn };
}

function span(
  id: (typeof ROWS)[number],
  kind: SpanRecord['kind'],
  name: string,
  [start, duration]: readonly [number, number | null],
  of: { readonly node?: string; readonly parent?: string; readonly status?: Status } = {},
): SpanRecord {
  return {
    id,
    kind,
    name,
    start: asMicros(start),
    duration: duration === null ? null : asMicros(duration),
    nodeKey: of.node ?? null,
    parentId: of.parent ?? null,
    status: of.status ?? 'completed',
    iteration: null,
    track: null,
    metadata: null,
  };
}

function trace(): Trace {
  const all = new TraceAssembler();
  for (const declared of [node('order'), node('pay', ['order']), node('mail', ['pay']), node('log', ['mail'])])
    all.addNode(declared);
  all.addNodeState({ nodeKey: 'log', iteration: null, status: 'skipped' });
  all.addSpan(span('order', 'node', 'order', [0, 100], { node: 'order' }));
  all.addSpan(span('wait', 'phase', 'queue_wait', [0, 30], { node: 'order', parent: 'order' }));
  all.addSpan(span('attempt', 'attempt', 'attempt 1', [30, 70], { node: 'order', parent: 'order' }));
  all.addSpan(span('tls', 'phase', 'tls', [40, 10], { node: 'order', parent: 'attempt' }));
  all.addSpan(span('pay', 'node', 'pay', [110, null], { node: 'pay', status: 'running' }));
  all.addSpan(span('nap', 'phase', 'sleep', [120, 20], { node: 'pay', parent: 'pay' }));
  all.addSpan(span('gone', 'phase', 'send', [150, 5], { node: 'pay', parent: 'pay', status: 'failed' }));
  return all.finish();
}

const overviewOf = (...of: Parameters<typeof overviewInSteps>): Overview => allAtOnce(overviewInSteps(...of));
const row = (id: (typeof ROWS)[number]): number => ROWS.indexOf(id);
const scene = sceneOf(trace(), { now: 200 });

describe('a scene', () => {
  it('hides the sole attempt of a node and puts its phases below the node', () => {
    const { laneOf } = scene.layout;
    expect(laneOf[row('attempt')]).toBe(NONE);
    expect(laneOf[row('tls')]).toBe((laneOf[row('order')] ?? NONE) + 1);
  });

  it('gives every span the look of what its time was for', () => {
    const { looks } = scene;
    expect(looks.look(row('wait'))).toBe(LOOK.wait);
    expect(looks.look(row('tls'))).toBe(LOOK.connect);
    expect(looks.look(row('nap'))).toBe(LOOK.sleep);
    expect(looks.look(row('gone'))).toBe(LOOK.failed);
    expect([looks.shade(row('order')), looks.shade(row('attempt')), looks.shade(row('tls'))]).toEqual([0, 1, 2]);
  });

  it('colours a node and its phases alike', () => {
    const { looks } = scene;
    expect(looks.color(row('tls'))).toBe(looks.color(row('order')));
  });

  it('knows from when on a node ran after it had waited', () => {
    expect(scene.looks.ranFrom(row('order'))).toBe(30);
    expect(scene.looks.ranFrom(row('pay'))).toBe(110);
  });

  it('outlines what has not started where it could begin, and what was skipped', () => {
    expect(scene.outlines.map(({ name, why, time }) => [`${name} · ${why}`, time])).toEqual([
      ['mail · not started', 200],
      ['log · skipped', 200],
    ]);
    expect(sceneOf(trace(), { notStarted: false }).outlines).toEqual([]);
  });

  it('outlines what was cancelled before it started, under the name of its item', () => {
    const all = new TraceAssembler();
    all.addNode({ ...node('mail'), iteration: 2 });
    all.addNodeState({ nodeKey: 'mail', iteration: 2, status: 'cancelled' });
    expect(sceneOf(all.finish()).outlines.map(({ name, why }) => `${name} · ${why}`)).toEqual(['mail[2] · cancelled']);
  });

  it('tells what a time limit ended from what failed, and hatches the time that nobody ran it', () => {
    const all = new TraceAssembler();
    all.addSpan(span('order', 'node', 'order', [0, 10], { node: 'order', status: 'timeout' }));
    all.addSpan(span('wait', 'system', 'interrupted', [10, 50]));
    const late = sceneOf(all.finish());
    expect([0, 1].map((of) => late.looks.look(of))).toEqual([LOOK.timeout, LOOK.unaccounted]);
    expect([...overviewOf(late, { start: 0, end: 60 }, 6).failed], 'marked in the minimap').toContain(1);
  });

  it('finds the lane at a height', () => {
    for (let lane = 0; lane < scene.layout.laneCount; lane++)
      expect(laneAtY(scene.laneTops, (scene.laneTops[lane] ?? 0) + 3)).toBe(lane);
    expect(laneAtY(scene.laneTops, -1)).toBe(-1);
  });

  it('sorts a critical path into lanes; a hidden attempt counts for its node', () => {
    const critical = criticalLanesOf(Int32Array.of(row('pay'), row('attempt'), 99), scene);
    expect([...critical.inTime.lane]).toEqual([0, 0]);
    expect([...critical.inTime.start]).toEqual([30, 110]);
    expect([...critical.offsets.subarray(0, 2)]).toEqual([0, 2]);
  });

  it('searches names and nodes without regard to case and goes round through what it found', () => {
    const matches = searchSpans(scene.trace, scene.layout, ' PAY');
    expect(matches?.count).toBe(3);
    if (matches === null) return;
    const { layout } = scene;
    expect(nextMatch(layout, matches, NONE, 1)).toBe(row('pay'));
    expect(nextMatch(layout, matches, row('pay'), 1)).toBe(row('nap'));
    expect(nextMatch(layout, matches, row('gone'), 1)).toBe(row('pay'));
    expect(nextMatch(layout, matches, row('pay'), -1)).toBe(row('gone'));
    expect(searchSpans(scene.trace, layout, '  ')).toBeNull();
    expect(searchSpans(scene.trace, layout, 'nothing')?.count).toBe(0);
  });

  it('sums up for the minimap how many spans are at work, waits left out', () => {
    const overview = overviewOf(scene, { start: 0, end: 200 }, 20);
    expect(overview.busy[0]).toBe(1); // only the node: its wait is none
    expect(overview.busy[4]).toBe(2);
    expect(overview.busy[10]).toBe(0);
    expect(overview.busy[19]).toBe(1);
    expect([...overview.failed].map((bit, i) => (bit === 1 ? i : -1)).filter((i) => i >= 0)).toEqual([15]);
  });
});

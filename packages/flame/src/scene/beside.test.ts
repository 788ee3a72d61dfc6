import { asMicros, NONE, TraceAssembler, type SpanKind, type Trace } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { arrowsOf } from './arrows.ts';
import { Beside } from './beside.ts';
import { METRICS } from './metrics.ts';
import { sceneOf } from './scene.ts';
import { spanMarksOf } from './span-marks.ts';

const HOSTILE = '<script>alert(1)</script>';

function night(): Trace {
  const all = new TraceAssembler();
  const node = (key: string, dependsOn: readonly string[]): void =>
    all.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn });
  node('a', []);
  node('b', []);
  node('c', ['a', 'b']);
  node('d', ['c']);
  node('e', ['c']);
  const span = (id: string, kind: SpanKind, from: number, to: number, of: string, name = id): void =>
    all.addSpan({
      id,
      kind,
      name,
      start: asMicros(from),
      duration: asMicros(to - from),
      nodeKey: of,
      parentId: kind === 'node' ? null : of,
      status: 'completed',
      iteration: null,
      track: null,
      metadata: null,
    });
  span('a', 'node', 0, 100, 'a');
  span('b', 'node', 0, 200, 'b');
  span('c', 'node', 200, 500, 'c');
  span('c1', 'attempt', 200, 300, 'c', 'attempt 1');
  span('c2', 'attempt', 320, 500, 'c', 'attempt 2');
  span('d', 'node', 500, 600, 'd');
  span('e', 'node', 520, 600, 'e');
  span('e1', 'phase', 520, 560, 'e', 'rate_limit_wait');
  all.addAnnotation({ spanId: 'a', time: asMicros(50), label: HOSTILE, type: 'data', metadata: null });
  all.addAnnotation({ spanId: null, time: asMicros(10), label: 'begun', type: 'info', metadata: null });
  return all.finish();
}

const trace = night();
const scene = sceneOf(trace);
const [a, b, c, c1, , d, e] = [0, 1, 2, 3, 4, 5, 6];

describe('arrows', () => {
  it('lead from what a node waited for and to what waited for it, those that counted first', () => {
    expect(arrowsOf(scene, c)).toEqual([
      { from: b, to: c, role: 'needs', decisive: true },
      { from: a, to: c, role: 'needs', decisive: false },
      { from: c, to: d, role: 'needed', decisive: true },
      { from: c, to: e, role: 'needed', decisive: false },
    ]);
  });

  it('are those of the node for what is inside it, and none for nothing', () => {
    expect(arrowsOf(scene, c1)).toEqual(arrowsOf(scene, c));
    expect(arrowsOf(scene, NONE)).toEqual([]);
  });

  it('are also what the source recorded', () => {
    const linked = sceneOf({ ...trace, links: { from: Int32Array.of(a), to: Int32Array.of(e) } });
    expect(arrowsOf(linked, e)).toContainEqual({ from: a, to: e, role: 'link', decisive: false });
  });
});

describe('marks', () => {
  it('are annotations, later attempts and waits for a rate limit, in the order of lane and time', () => {
    const { all, offsets } = spanMarksOf(scene);
    expect(all.map(({ kind, time, text }) => [kind, time, text])).toEqual([
      ['annotation', 10, 'info: begun'],
      ['annotation', 50, `data: ${HOSTILE}`],
      ['retry', 320, 'retry: attempt 2'],
      ['rate-limit', 520, 'rate limit: waits 40 µs'],
    ]);
    expect(offsets.at(-1)).toBe(4);
    expect(spanMarksOf(scene)).toBe(spanMarksOf(scene));
  });
});

const lane = (row: number) => METRICS.axisHeight + (scene.laneTops[scene.layout.laneOf[row] ?? 0] ?? 0) + 3;

describe('what is told of a place', () => {
  const beside = new Beside();
  beside.setNotes([{ start: 40, end: 60, text: 'slow disk' }]);
  const at = (y: number, time: number) => beside.textsAt(scene, { y, time, scrollTop: 0, microsPerPixel: 1 });

  it('is what its marks and notes say', () => {
    expect(at(lane(a), 52)).toEqual([`data: ${HOSTILE}`]);
    expect(at(lane(a), 90)).toEqual([]);
    expect(at(4, 50)).toEqual(['slow disk']);
    expect(at(24, 12)).toEqual(['info: begun']);
    expect(at(10_000, 50)).toEqual([]);
  });

  it('finds a note by its flag, however short its time', () => {
    const place = { y: 3, scrollTop: 0, microsPerPixel: 10 };
    expect(beside.noteAt(scene, { ...place, time: 120 })).toBe(0);
    expect(beside.noteAt(scene, { ...place, time: 200 })).toBe(NONE);
    expect(beside.noteAt(scene, { ...place, y: 40, time: 50 })).toBe(NONE);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND, NONE } from '../trace/trace.ts';
import { anyTrace, traceOf } from '../../testing/any-trace.ts';
import { Drawing } from '../../testing/drawing.ts';
import { analyseTrace } from './analyse.ts';
import { nearCriticalPaths } from './near-critical.ts';
import { buildProfile } from './profile.ts';
import type { ProfileNearCriticalPath } from './profile-path.ts';

function inWords(paths: readonly ProfileNearCriticalPath[] | null) {
  return paths?.map(({ slack_ms: slack, items, after_id: after, before_id: before }) => {
    return [slack, after, items.map(({ id }) => id).join(' '), before];
  });
}

describe('near-critical paths', () => {
  const branches = new Drawing()
    .node('a', [], [0, 10])
    .node('long', ['a'], [10, 60])
    .node('b1', ['a'], [11, 30])
    .node('b2', ['b1'], [30, 55])
    .node('short', ['a'], [10, 40])
    .node('end', ['long', 'b2', 'short'], [60, 70])
    .node('aside', ['b1'], [30, 45]);

  test('are the chains that become critical next, each from where it leaves the path to where it comes back', () => {
    expect(inWords(buildProfile(branches.trace()).near_critical_paths)).toEqual([
      [5, 'a', 'b1 b2', 'end'],
      [20, 'a', 'short', 'end'],
      [25, 'a', 'b1 aside', null],
    ]);
  });

  test('that are just as long have no slack; what takes no time is on none', () => {
    const trace = new Drawing()
      .node('a', [], [0, 9])
      .node('b', [], [0, 9])
      .node('skipped', [], [4, 4], [], { status: 'skipped' })
      .trace();
    expect(inWords(buildProfile(trace).near_critical_paths)).toEqual([[0, null, 'b', null]]);
  });

  test('go through containers', () => {
    const trace = new Drawing()
      .node('group', [], [0, 30], [], { type: 'group' })
      .node('in', [], [0, 30], [], { parentKey: 'group' })
      .node('beside', [], [0, 20], [], { parentKey: 'group' })
      .node('after', ['group'], [30, 40])
      .trace();
    expect(inWords(buildProfile(trace).near_critical_paths)).toEqual([[10, null, 'beside', 'after']]);
  });

  test('of spans are what stands beside those of the path', () => {
    const rows = [
      [0, 100, NONE],
      [10, 40, 0],
      [15, 35, 0],
      [20, 30, 2],
      [50, 90, 0],
    ] as const;
    const specs = rows.map(([start, to, parent]) => {
      return { start, duration: to - start, parent, name: 5, node: NONE, kind: KIND.node, status: 2, track: NONE };
    });
    const { near_critical_paths: paths } = buildProfile(traceOf([], specs));
    expect(inWords(paths)).toEqual([[0.005, null, '0000000100000002', '0000000100000004']]);
  });

  test('on any trace: the least slack first, none twice, no more than were asked for, nothing of the path', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat({ max: 4 }), (trace, limit) => {
        const { graph, slack } = analyseTrace(trace);
        if (slack === null) return;
        const paths = nearCriticalPaths(graph, slack, limit);
        expect(paths.length).toBeLessThanOrEqual(limit);
        const seen = new Set<number>();
        let last = 0;
        for (const { slack: own, items } of paths) {
          expect(own).toBeGreaterThanOrEqual(last);
          last = own;
          expect(Math.max(...Array.from(items, (item) => slack.slack[item]))).toBe(own);
          expect(items.some((item) => slack.isOnPath[item] === 1)).toBe(false);
          expect(items.every((item) => seen.has(item))).toBe(false);
          for (const item of items) seen.add(item);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { Drawing } from '../../../testing/drawing.ts';
import type { Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { summariseRun, type HistoryRun } from '../history/run-summary.ts';
import { compareGroups, type GroupComparison } from './groups.ts';

function runOf(trace: Trace): HistoryRun {
  const about = { id: 'r', number: null, workflowVersion: null, startedAt: null, labels: {} };
  return { ...about, status: 'completed', summary: summariseRun(analyseTrace(trace)) };
}

/** `read` of 100 ms, then `load`. */
function run(loadMs: number): HistoryRun {
  return runOf(
    new Drawing()
      .node('read', [], [0, 100])
      .node('load', ['read'], [100, 100 + loadMs])
      .trace(),
  );
}

function sums({ parts, other }: GroupComparison): number[] {
  const of = (key: 'before_ms' | 'after_ms' | 'difference_ms') =>
    [...parts, other].reduce((sum, part) => sum + Math.round(part[key] * 1000), 0) / 1000;
  return [of('before_ms'), of('after_ms'), of('difference_ms')];
}

describe('several executions against several', () => {
  test('are compared by their medians, so that one outlier changes nothing', () => {
    const told = compareGroups([run(200), run(210), run(220)], [run(300), run(310), run(9000)]);
    expect(told).toMatchObject({
      before_count: 3,
      after_count: 3,
      makespan: { before_ms: 310, after_ms: 410, difference_ms: 100 },
      parts: [{ kind: 'node', id: 'load', cause: 'work', before_ms: 210, after_ms: 310, difference_ms: 100 }],
    });
  });

  test('say what the medians of the parts do not add up to', () => {
    const branches = (left: number, right: number) =>
      runOf(new Drawing().node('left', [], [0, left]).node('right', [], [0, right]).trace());
    const told = compareGroups([branches(10, 5), branches(5, 12), branches(5, 14)], []);
    expect(told.parts.map(({ kind, id, before_ms: ms }) => [kind, id, ms])).toEqual([['node', 'right', 12]]);
    const even = compareGroups([branches(10, 5), branches(5, 12)], []);
    expect(even.parts.map(({ kind, id, before_ms: ms }) => [kind, id, ms])).toEqual([
      ['node', 'right', 6],
      ['node', 'left', 5],
    ]);
    const spread = compareGroups(
      [branches(10, 5), branches(5, 12), runOf(new Drawing().node('x', [], [0, 11]).trace())],
      [],
    );
    expect(spread.parts.map(({ kind, before_ms: ms }) => [kind, ms])).toEqual([['spread', 11]]);
  });

  test('have parts that add up, with the opposite sign the other way round, whatever they are', () => {
    const runs = fc.array(anyTrace.map(runOf), { maxLength: 5 });
    fc.assert(
      fc.property(runs, runs, fc.nat({ max: 8 }), (a, b, limit) => {
        const told = compareGroups(a, b, limit);
        const { before_ms: before, after_ms: after, difference_ms: difference } = told.makespan;
        expect(sums(told)).toEqual([before, after, difference]);
        expect(told.parts.length).toBeLessThanOrEqual(limit);
        const back = compareGroups(b, a, Infinity).parts.map((part) => [
          part.kind,
          part.id,
          part.cause,
          -part.difference_ms,
        ]);
        const forth = compareGroups(a, b, Infinity).parts.map((part) => [
          part.kind,
          part.id,
          part.cause,
          part.difference_ms,
        ]);
        expect(back.map(String).sort()).toEqual(forth.map(String).sort());
        expect(compareGroups(a, a).parts).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

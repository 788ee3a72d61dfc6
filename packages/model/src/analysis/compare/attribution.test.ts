import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../../testing/at.ts';
import { anyTrace, traceOf } from '../../../testing/any-trace.ts';
import type { Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { alignNodes, type Alignment } from './align.ts';
import { attributeDifference, type DifferencePart } from './attribution.ts';
import { sideOf } from './side.ts';

interface Attributed {
  readonly parts: readonly DifferencePart[];
  readonly makespans: readonly [number, number];
  readonly nameOf: (pair: number) => string;
}

function attributed(a: Trace, b: Trace): Attributed {
  const [before, after] = [sideOf(analyseTrace(a)), sideOf(analyseTrace(b))];
  const alignment: Alignment = alignNodes(before, after);
  const nameOf = (pair: number) => {
    const { before: x, after: y } = at(alignment.pairs, pair);
    const ids = [x === null ? null : before.accounts.id[x], y === null ? null : after.accounts.id[y]];
    return [...new Set(ids.filter((id) => id !== null && id !== undefined))].sort().join(' = ');
  };
  return {
    parts: attributeDifference(before, after, alignment),
    makespans: [before.makespan, after.makespan],
    nameOf,
  };
}

function sum(parts: readonly DifferencePart[], of: 'before' | 'after'): number {
  return parts.reduce((total, part) => total + part[of], 0);
}

/** How a move is seen from the other side. */
function turned(move: string): string {
  if (move === 'left') return 'came';
  return move === 'came' ? 'left' : move;
}

/** A part by names instead of positions, as it is seen from before or from after. */
function described({ nameOf }: Attributed, part: DifferencePart, isReversed: boolean): string {
  const [before, after] = isReversed ? [part.after, part.before] : [part.before, part.after];
  if (part.kind === 'between') return JSON.stringify(['between', part.cause, before, after]);
  if (part.kind === 'node') {
    const move = isReversed ? turned(part.move) : part.move;
    return JSON.stringify([nameOf(part.pair), part.cause, move, before, after]);
  }
  const [left, came] = isReversed ? [part.came, part.left] : [part.left, part.came];
  return JSON.stringify([
    left.map(nameOf),
    came.map(nameOf),
    isReversed ? turned(part.told) : part.told,
    before,
    after,
  ]);
}

/** A path of spans of one node each: `[from, to, depends on]` by row. */
function drawn(rows: readonly (readonly [from: number, to: number, ...deps: number[]])[]): Trace {
  return traceOf(
    rows.map(([, , ...deps], row) => ({ parent: -1, span: row, deps, type: 'task' })),
    rows.map(([from, to], row) => ({
      start: from,
      duration: to - from,
      parent: -1,
      name: 5,
      node: row,
      kind: 0,
      status: 2,
      track: -1,
    })),
  );
}

function told({ parts, nameOf }: Attributed): unknown[] {
  return parts
    .filter(({ before, after }) => before !== after)
    .map((part) => {
      const name =
        part.kind === 'node'
          ? nameOf(part.pair)
          : part.kind === 'between'
            ? 'between'
            : `${part.left.map(nameOf).join()} → ${part.came.map(nameOf).join()}`;
      return [name, part.kind === 'path_shift' ? 'path_shift' : part.cause, part.after - part.before];
    });
}

describe('the difference of two makespans', () => {
  test('is the sum of its parts, of any two traces, and so is either makespan', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        const { parts, makespans } = attributed(a, b);
        expect([sum(parts, 'before'), sum(parts, 'after')]).toEqual(makespans);
        for (const part of parts) expect([part.before, part.after].every(Number.isInteger)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('has the same parts with the opposite sign the other way round', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        const [there, back] = [attributed(a, b), attributed(b, a)];
        const forth = there.parts.map((part) => described(there, part, false)).sort();
        expect(back.parts.map((part) => described(back, part, true)).sort()).toEqual(forth);
      }),
      { numRuns: 500 },
    );
  });

  test('has no part between an execution and itself', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        expect(told(attributed(trace, trace))).toEqual([]);
      }),
    );
  });

  test('is told of the node that works longer', () => {
    const before = drawn([
      [0, 10],
      [10, 30, 0],
      [30, 40, 1],
    ]);
    const after = drawn([
      [0, 10],
      [10, 55, 0],
      [55, 65, 1],
    ]);
    expect(told(attributed(before, after))).toEqual([['n1', 'work', 25]]);
  });

  test('is told of the branch that became the longer one, less the slack that it had', () => {
    // n1 held the path for 20; n2 ran beside it for 12 and now takes 30.
    const before = drawn([
      [0, 10],
      [10, 30, 0],
      [10, 22, 0],
      [30, 40, 1, 2],
    ]);
    const after = drawn([
      [0, 10],
      [10, 30, 0],
      [10, 40, 0],
      [40, 50, 1, 2],
    ]);
    expect(told(attributed(before, after))).toEqual([
      ['n2', 'work', 18],
      ['n1 → n2', 'path_shift', -8],
    ]);
  });

  test('is told of the branch that got faster, less what the next one still takes', () => {
    const before = drawn([
      [0, 10],
      [10, 30, 0],
      [10, 22, 0],
      [30, 40, 1, 2],
    ]);
    const after = drawn([
      [0, 10],
      [10, 13, 0],
      [10, 22, 0],
      [22, 32, 1, 2],
    ]);
    expect(told(attributed(before, after))).toEqual([
      ['n1', 'work', -17],
      ['n1 → n2', 'path_shift', 9],
    ]);
  });

  test('is told of a node that is new, and of one that runs beside others instead of after them', () => {
    const before = drawn([
      [0, 10],
      [10, 30, 0],
    ]);
    const after = drawn([
      [0, 10],
      [10, 30, 0],
      [30, 45, 1],
    ]);
    expect(told(attributed(before, after))).toEqual([['n2', 'work', 15]]);
    const beside = drawn([
      [0, 10],
      [0, 20],
    ]);
    expect(told(attributed(before, beside))).toEqual([['n0 → ', 'path_shift', -10]]);
  });

  test('is told of gaps by what came after them', () => {
    const before = drawn([
      [0, 10],
      [10, 30, 0],
    ]);
    const after = drawn([
      [0, 10],
      [17, 37, 0],
    ]);
    expect(told(attributed(before, after))).toEqual([['n1', 'unaccounted', 7]]);
  });

  test('of nothing and something is the something', () => {
    const nothing = traceOf([], []);
    expect(told(attributed(nothing, drawn([[0, 10]])))).toEqual([['n0', 'work', 10]]);
    expect(told(attributed(nothing, nothing))).toEqual([]);
  });
});

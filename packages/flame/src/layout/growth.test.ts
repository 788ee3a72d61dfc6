import { NONE, OPEN } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, moveNow, type Layout, type LayoutSpans } from './layout.ts';

interface Planned {
  readonly start: number;
  readonly end: number;
  readonly parent: number;
}

/** Spans by the order in which they begin; each below one that runs when it begins, or at the top. */
function planOf(drawn: readonly { wait: number; length: number; up: number | null }[]): Planned[] {
  const plan: Planned[] = [];
  let now = 0;
  for (const { wait, length, up } of drawn) {
    now += wait;
    const running = [...plan.keys()].filter((row) => (plan[row]?.end ?? 0) > now);
    const parent = up === null || running.length === 0 ? NONE : (running[up % running.length] ?? NONE);
    plan.push({ start: now, end: now + length, parent });
  }
  return plan;
}

/** What was known of a run at a moment: who had begun, and who had ended. */
function knownAt(plan: readonly Planned[], now: number): LayoutSpans {
  const begun = plan.filter(({ start }) => start <= now);
  return {
    length: begun.length,
    start: Float64Array.from(begun, ({ start }) => start),
    duration: Float64Array.from(begun, ({ start, end }) => (end <= now ? end - start : OPEN)),
    parent: Int32Array.from(begun, ({ parent }) => parent),
    track: null,
    tracks: [],
  };
}

/** For every row how many stacks of its siblings lie above the one it is in. */
function stacksOf(layout: Layout): number[] {
  const { laneOf, parent } = layout;
  return Array.from(laneOf, (lane, row) => {
    const above = new Set<number>();
    for (let other = 0; other < laneOf.length; other++) {
      if (parent[other] === parent[row] && (laneOf[other] ?? 0) < lane) above.add(laneOf[other] ?? 0);
    }
    return above.size;
  });
}

const moments = (plan: readonly Planned[]): number[] =>
  [...new Set(plan.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);

const span = fc.record({
  wait: fc.nat({ max: 8 }),
  length: fc.nat({ max: 40 }),
  up: fc.option(fc.nat({ max: 20 }), { nil: null }),
});

describe('a run that is watched', () => {
  it('never moves a span to another stack, and moves lanes only down', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 40 }), (drawn) => {
        const plan = planOf(drawn);
        let before: Layout | null = null;
        for (const now of moments(plan)) {
          const layout = layOut(knownAt(plan, now), { now });
          const stacks = stacksOf(layout);
          if (before !== null) {
            expect(stacks.slice(0, before.laneOf.length)).toEqual(stacksOf(before));
            for (let row = 0; row < before.laneOf.length; row++) {
              expect(layout.laneOf[row]).toBeGreaterThanOrEqual(before.laneOf[row] ?? 0);
            }
          }
          before = layout;
        }
      }),
    );
  });

  it('keeps every lane where nothing is nested', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 60 }), (drawn) => {
        const plan = planOf(drawn.map((one) => ({ ...one, up: null })));
        const whole = layOut(knownAt(plan, Infinity));
        for (const now of moments(plan)) {
          const { laneOf } = layOut(knownAt(plan, now), { now });
          expect([...laneOf]).toEqual([...whole.laneOf.subarray(0, laneOf.length)]);
        }
      }),
    );
  });

  it('looks the same when the clock only goes on as when it is laid out anew', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 30 }), fc.nat({ max: 300 }), (drawn, later) => {
        const plan = planOf(drawn);
        const spans = knownAt(plan, plan.at(-1)?.start ?? 0);
        const then = (plan.at(-1)?.start ?? 0) + later;
        const moved = moveNow(layOut(spans, { now: plan.at(-1)?.start ?? 0 }), spans, then);
        expect(moved).toEqual(layOut(spans, { now: then }));
      }),
    );
  });
});

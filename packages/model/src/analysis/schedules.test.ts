import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceAssembler } from '../trace/assemble.ts';
import { NONE, type Trace } from '../trace/trace.ts';
import { asMicros } from '../units.ts';
import { analyseTrace } from './analyse.ts';

/** A node of a workflow: a leaf that takes some time, or one that contains others, once or once an item. */
type Plan =
  | { readonly kind: 'leaf'; readonly run: number; readonly after: readonly number[] }
  | { readonly kind: 'group' | 'subworkflow'; readonly inside: readonly Plan[]; readonly after: readonly number[] }
  | {
      readonly kind: 'foreach';
      readonly items: number;
      readonly width: number;
      readonly inside: readonly Plan[];
      readonly after: readonly number[];
    };

/** The positions of siblings that a node depends on; only earlier ones count. */
const after = fc.array(fc.nat({ max: 4 }), { maxLength: 2 });

const { plans } = fc.letrec<{ plan: Plan; plans: Plan[] }>((tie) => ({
  plans: fc.array(tie('plan'), { maxLength: 4, depthIdentifier: 'nesting' }),
  plan: fc.oneof(
    { depthIdentifier: 'nesting', maxDepth: 3 },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('leaf' as const), run: fc.nat({ max: 50 }), after }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('group' as const, 'subworkflow' as const),
        inside: tie('plans'),
        after,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('foreach' as const),
        items: fc.nat({ max: 4 }),
        width: fc.integer({ min: 1, max: 5 }),
        inside: tie('plans'),
        after,
      }),
    },
  ),
}));

/** Runs a plan by the rules of the engine, with a place for every node that is ready, and records it. */
class Rehearsal {
  readonly #assembler = new TraceAssembler({ status: 'completed', sourceFormat: 'conductor' });
  readonly #numbers = new Map<string, number>();
  #spans = 0;

  /** Runs siblings that may start at a time. @returns when the last of them ended */
  run(siblings: readonly Plan[], from: number, path: string, place: Place): number {
    const ends: number[] = [];
    for (const [i, plan] of siblings.entries()) {
      const key = `${path}.${i}`;
      const before = [...new Set(plan.after)].filter((other) => other < i);
      const start = Math.max(from, ...before.map((other) => ends[other] ?? from));
      const { parentKey, parentIteration, iteration } = place;
      const dependsOn = before.map((other) => `${path}.${other}`);
      const type = plan.kind === 'leaf' ? 'task' : plan.kind;
      this.#assembler.addNode({ key, name: key, type, iteration, parentKey, parentIteration, dependsOn });
      const end = this.#inside(plan, start, key, iteration);
      this.#record('node', key, iteration, start, end);
      if (plan.kind === 'leaf') this.#record('execute', key, iteration, start, end);
      ends.push(end);
    }
    return Math.max(from, ...ends);
  }

  #inside(plan: Plan, start: number, key: string, iteration: number | null): number {
    const within = { parentKey: key, parentIteration: iteration };
    switch (plan.kind) {
      case 'leaf':
        return start + plan.run;
      case 'group':
      case 'subworkflow':
        return this.run(plan.inside, start, key, { ...within, iteration });
      case 'foreach': {
        const free = Array.from({ length: plan.width }, () => start);
        for (let item = 0; item < plan.items; item++) {
          const number = this.#numbers.get(key) ?? 0;
          this.#numbers.set(key, number + 1);
          const turn = Math.min(...free);
          const end = this.#item(plan.inside, turn, key, number, within);
          free[free.indexOf(turn)] = end;
        }
        return Math.max(...free);
      }
      default:
        return plan satisfies never;
    }
  }

  #item(inside: readonly Plan[], turn: number, key: string, number: number, within: Omit<Place, 'iteration'>): number {
    const item = `${key}.item`;
    this.#assembler.addNode({ key: item, name: item, type: 'group', iteration: number, ...within, dependsOn: [] });
    const end = this.run(inside, turn, item, { parentKey: item, parentIteration: number, iteration: number });
    this.#record('node', item, number, turn, end);
    return end;
  }

  #record(name: string, nodeKey: string, iteration: number | null, start: number, end: number): void {
    const kind = name === 'node' ? 'node' : 'phase';
    const id = String(this.#spans++);
    const record = { id, parentId: null, kind, name, nodeKey, iteration, track: null, metadata: null } as const;
    this.#assembler.addSpan({
      ...record,
      start: asMicros(start),
      duration: asMicros(end - start),
      status: 'completed',
    });
  }

  trace(): Trace {
    return this.#assembler.finish();
  }
}

interface Place {
  readonly parentKey: string | null;
  readonly parentIteration: number | null;
  readonly iteration: number | null;
}

function rehearse(siblings: readonly Plan[]): { trace: Trace; end: number } {
  const rehearsal = new Rehearsal();
  const end = rehearsal.run(siblings, 0, 'n', { parentKey: null, parentIteration: null, iteration: null });
  return { trace: rehearsal.trace(), end };
}

const RUNS = { numRuns: 500 };

test('every instant of a run with loops and containers is work or the wait of an item for its turn', () => {
  fc.assert(
    fc.property(plans, (siblings) => {
      const { trace, end } = rehearse(siblings);
      expect(trace.warnings).toEqual([]);
      const { measures, accounting, path } = analyseTrace(trace);
      if (measures === null || accounting === null || path?.kind !== 'dependencies') return;
      expect(measures.from).toBe(0);
      const { work, queue } = accounting.totals;
      expect(work + queue).toBe(measures.makespan);
      expect(measures.to).toBeLessThanOrEqual(end);
      expect(path.lead + path.gaps).toBe(queue);
      for (const { cause, reason } of accounting.segments) if (cause === 'queue') expect(reason?.kind).toBe('loop');
    }),
    RUNS,
  );
});

/** The same without a limit on how many items are under way. */
function unlimited(siblings: readonly Plan[]): Plan[] {
  return siblings.map((plan) => {
    if (plan.kind === 'leaf') return plan;
    const inside = unlimited(plan.inside);
    return plan.kind === 'foreach' ? { ...plan, width: 9, inside } : { ...plan, inside };
  });
}

test('where nothing is limited the span is the makespan, and each node of the path starts when the one before ends', () => {
  fc.assert(
    fc.property(plans.map(unlimited), (siblings) => {
      const { trace } = rehearse(siblings);
      const { measures, path, graph, waits } = analyseTrace(trace);
      if (measures === null || path?.kind !== 'dependencies') return;
      expect(measures.span).toBe(measures.makespan);
      expect(measures.spanReleased).toBe(measures.makespan);
      expect(waits).toEqual([]);
      for (const [i, leaf] of path.leaves.entries()) {
        expect(path.gapBefore[i]).toBe(0);
        expect(graph.leaves.node[leaf]).not.toBe(NONE);
      }
    }),
    RUNS,
  );
});

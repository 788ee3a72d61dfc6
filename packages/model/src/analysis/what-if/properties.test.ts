import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import type { Trace } from '../../trace/trace.ts';
import { analyseTrace } from '../analyse.ts';
import { buildLeafGraph } from '../leaf-graph.ts';
import { applyChanges } from './apply.ts';
import { WhatIfError, type WhatIfChange } from './changes.ts';
import { predictTrace } from './predicted-trace.ts';
import { prepareGraph, type Prepared } from './prepare.ts';
import { simulate, type Simulated } from './simulate.ts';
import { Targets } from './targets.ts';

function prepared(trace: Trace): Prepared | null {
  const graph = buildLeafGraph(trace);
  return graph.leaves.length === 0 ? null : prepareGraph(graph);
}

/** A trace that can be simulated, with changes that name what it has. */
const anyCase = anyTrace.chain((trace) => {
  const found = prepared(trace);
  const names = found === null ? [] : [...new Targets(found.structure).names];
  const node = fc.constantFrom(...(names.length > 0 ? names : ['none']));
  const change: fc.Arbitrary<WhatIfChange> = fc.oneof(
    fc.record({ kind: fc.constant('speed' as const), node, factor: fc.constantFrom(0.5, 2, 10) }),
    fc.record({ kind: fc.constant('duration' as const), node, duration_ms: fc.constantFrom(0, 0.01, 1) }),
    fc.record({ kind: fc.constant('remove' as const), node }),
    fc.record({ kind: fc.constant('no_retries' as const) }),
    fc.record({ kind: fc.constant('backoff' as const), factor: fc.constantFrom(0, 0.5, 3) }),
    fc.record({ kind: fc.constant('no_queue' as const) }),
    fc.record({ kind: fc.constant('unlimited' as const) }),
    fc.record({
      kind: fc.constant('phase' as const),
      phase: fc.constantFrom('execute', 'sleep'),
      factor: fc.constantFrom(0, 2),
    }),
    fc.record({
      kind: fc.constant('limit' as const),
      limit: fc.constant('concurrency' as const),
      value: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ kind: fc.constant('drop_dependency' as const), node, on: node }),
    fc.record({ kind: fc.constant('add_dependency' as const), node, on: node }),
  );
  return fc.record({ trace: fc.constant(trace), changes: fc.array(change, { minLength: 1, maxLength: 3 }) });
});

/** The changes that can be made, one after the other. */
function tryChanges(
  from: Prepared,
  changes: readonly WhatIfChange[],
): { made: WhatIfChange[]; simulated: Simulated; trace: Trace } {
  const made: WhatIfChange[] = [];
  for (const change of changes) {
    try {
      applyChanges(from.plan, [...made, change]);
      made.push(change);
    } catch (error) {
      if (!(error instanceof WhatIfError)) throw error;
    }
  }
  const plan = applyChanges(from.plan, made);
  const simulated = simulate(plan);
  return { made, simulated, trace: predictTrace(plan, simulated, made) };
}

test('any trace is repeated exactly, whatever is wrong with it', () => {
  fc.assert(
    fc.property(anyTrace, (trace) => {
      const found = prepared(trace);
      if (found === null) return;
      expect(found.fidelity.replayed).toBe(analyseTrace(trace).measures?.makespan);
    }),
    { numRuns: 500 },
  );
});

test('what is predicted is what the predicted trace shows, and is never negative', () => {
  fc.assert(
    fc.property(anyCase, ({ trace, changes }) => {
      const found = prepared(trace);
      if (found === null) return;
      const { simulated, trace: predicted } = tryChanges(found, changes);
      expect(simulated.makespan).toBeGreaterThanOrEqual(0);
      const { measures, accounting } = analyseTrace(predicted);
      expect(measures?.makespan ?? 0).toBe(simulated.makespan);
      expect(accounting?.total ?? 0).toBe(simulated.makespan);
    }),
    { numRuns: 1000 },
  );
});

test('without anything nothing takes any time', () => {
  fc.assert(
    fc.property(anyTrace, (trace) => {
      const found = prepared(trace);
      if (found === null) return;
      const names = [...new Targets(found.structure).names].slice(0, 50);
      const plan = applyChanges(
        found.plan,
        names.map((node) => ({ kind: 'remove', node })),
      );
      expect(simulate(plan).makespan).toBe(0);
    }),
  );
});

test('with a worker for everything, faster nodes never make it longer', () => {
  fc.assert(
    fc.property(anyCase, fc.constantFrom(1.5, 2, 100), ({ trace, changes }, factor) => {
      const found = prepared(trace);
      if (found === null) return;
      const before = applyChanges(found.plan, [{ kind: 'unlimited' }]);
      const named = changes.flatMap((change) => ('node' in change && change.node !== undefined ? [change.node] : []));
      const faster = applyChanges(
        before,
        named.map((node) => ({ kind: 'speed', node, factor })),
      );
      expect(simulate(faster).to).toBeLessThanOrEqual(simulate(before).to);
    }),
    { numRuns: 500 },
  );
});

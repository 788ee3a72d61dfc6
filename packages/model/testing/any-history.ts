import * as fc from 'fast-check';
import type { HistoryRun, NodeSummary, SparseCauses } from '../src/analysis/history/run-summary.ts';
import { CAUSES } from '../src/trace/phases.ts';
import { STATUSES } from '../src/trace/status.ts';
import { asMicros, toEpochMicros } from '../src/units.ts';

/** A time as histories may hold it: nothing, little, much, a year, skewed below nothing. */
const time = fc
  .oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 5_000_000 }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, 1_000_000) },
    { weight: 1, arbitrary: fc.constantFrom(2 ** 45, -1000) },
  )
  .map(asMicros);

const causes: fc.Arbitrary<SparseCauses> = fc.dictionary(fc.constantFrom(...CAUSES), time, { maxKeys: 3 });

const node: fc.Arbitrary<NodeSummary> = fc.record({
  id: fc.constantFrom('n0', 'n1', 'n2', 'n3', 'constructor', '__proto__'),
  name: fc.string({ maxLength: 5 }),
  type: fc.option(fc.constant('task'), { nil: null }),
  count: fc.nat({ max: 3 }),
  failed: fc.nat({ max: 1 }),
  attempts: fc.nat({ max: 4 }),
  from: time,
  to: time,
  times: causes,
  onPath: causes,
});

const run: fc.Arbitrary<Omit<HistoryRun, 'id'>> = fc.record({
  number: fc.option(fc.nat(), { nil: null }),
  workflowVersion: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  status: fc.oneof({ weight: 5, arbitrary: fc.constant('completed' as const) }, fc.constantFrom(...STATUSES)),
  startedAt: fc.option(fc.nat().map(toEpochMicros), { nil: null }),
  labels: fc.dictionary(fc.constantFrom('size', 'worker', '__proto__'), fc.constantFrom('', '1', '2.5', 'a', '1e400')),
  summary: fc.record({
    makespan: fc.option(time, { nil: null }),
    work: fc.option(time, { nil: null }),
    span: fc.constant(null),
    queueWait: fc.constant(null),
    causes,
    nodes: fc.array(node, { maxLength: 5 }),
    nodeCount: fc.nat({ max: 5 }),
  }),
});

/** Any history at all: empty, of one run, of runs that failed, took nothing, or say nothing; 40 runs at most. */
export const anyHistory: fc.Arbitrary<HistoryRun[]> = fc
  .array(run, { maxLength: 40 })
  .map((runs) => runs.map((one, i) => ({ ...one, id: `run-${i}` })));

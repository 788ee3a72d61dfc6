import { applyChanges, buildLeafGraph, prepareTrace, simulate, whatIf, type Trace } from '@flowprof/model';
import type { Suite } from '../suite.ts';
import { layeredTrace } from './traces.ts';

const free = layeredTrace(100_000, 1_000);
/** Under a limit that holds much up. */
const trace: Trace = { ...free, execution: { ...free.execution, concurrency: 1_000 } };
const { plan } = prepareTrace(trace);
const FASTER = [{ kind: 'speed', type: 'http', factor: 2 }] as const;

export const whatIfs: Suite = {
  name: 'what-if-speed',
  about: `what ${trace.nodes.length} nodes under a limit of 1,000 places would take; how good that is, bench:what-if says`,
  floor: { name: 'the graph of the leaves', run: () => buildLeafGraph(trace) },
  tasks: [
    { name: 'a simulation', run: () => simulate(plan) },
    { name: 'every node twice as fast, simulated', run: () => simulate(applyChanges(plan, FASTER)) },
    { name: 'read, calibrated and repeated', run: () => prepareTrace(trace) },
    { name: 'the whole answer with the predicted trace', run: () => whatIf(trace, FASTER) },
  ],
};

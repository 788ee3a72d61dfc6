import { analyseTrace, compareAnalyses, compareTraces, type Trace } from '@flowprof/model';
import type { Suite } from '../suite.ts';
import { layeredTrace } from './traces.ts';

const before = layeredTrace(100_000, 1_000);
/** The same nodes and dependencies; every seventh span takes half as long again. */
const after: Trace = {
  ...before,
  spans: {
    ...before.spans,
    duration: before.spans.duration.map((time, row) => (row % 7 === 0 ? Math.floor(time * 1.5) : time)),
  },
};
const analyses = [analyseTrace(before), analyseTrace(after)] as const;

export const compare: Suite = {
  name: 'compare',
  about: `two executions of ${before.nodes.length} nodes, ${before.nodes.deps.length} dependencies and ${before.spans.length} spans each`,
  floor: { name: 'analysis of both', run: () => [analyseTrace(before), analyseTrace(after)] },
  tasks: [
    { name: 'compareAnalyses', run: () => compareAnalyses(...analyses) },
    { name: 'compareTraces', run: () => compareTraces(before, after) },
    {
      name: 'compareAnalyses with the differential flame graph',
      run: () => compareAnalyses(...analyses, { maxStacks: 2000 }),
    },
  ],
};

import { analyseTrace, buildProfile, type Trace } from '@flowprof/model';
import type { Suite } from '../suite.ts';
import { layeredTrace } from './traces.ts';

/** The longest path by run time in one pass over the compressed rows, for nodes that stand after their dependencies. */
function barePass({ nodes, spans }: Trace): number {
  const best = new Float64Array(nodes.length);
  let longest = 0;
  for (let v = 0; v < nodes.length; v++) {
    let before = 0;
    const to = nodes.depOffsets[v + 1] ?? 0;
    for (let i = nodes.depOffsets[v] ?? 0; i < to; i++) before = Math.max(before, best[nodes.deps[i] ?? 0] ?? 0);
    best[v] = before + (spans.duration[nodes.span[v] ?? 0] ?? 0);
    longest = Math.max(longest, best[v] ?? 0);
  }
  return longest;
}

const trace = layeredTrace(100_000, 1_000);

export const analysis: Suite = {
  name: 'analysis',
  about: `everything the profile says of ${trace.nodes.length} nodes, ${trace.nodes.deps.length} dependencies and ${trace.spans.length} spans`,
  floor: { name: 'bare pass for the longest path', run: () => barePass(trace) },
  tasks: [
    { name: 'analyseTrace', run: () => analyseTrace(trace) },
    { name: 'buildProfile', run: () => buildProfile(trace) },
  ],
};

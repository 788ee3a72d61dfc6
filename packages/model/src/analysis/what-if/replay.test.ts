import { expect, test } from 'vitest';
import { fixtureTraces } from '../../../testing/fixture-traces.ts';
import { analyseTrace } from '../analyse.ts';
import { prepareGraph } from './prepare.ts';

test('without a change every fixture takes as long as it took', async () => {
  const kinds = new Set<string>();
  for (const [name, trace] of await fixtureTraces()) {
    const { graph, measures } = analyseTrace(trace);
    if (measures === null) continue;
    const { fidelity } = prepareGraph(graph);
    expect(fidelity.observed, name).toBe(measures.makespan);
    expect(fidelity.error, name).toBeLessThanOrEqual(0.0001);
    kinds.add(name.slice(0, name.indexOf('/')));
  }
  expect(kinds.size).toBeGreaterThan(15);
});

import { expect, test } from 'vitest';
import { fixtureTraces } from '../../../testing/fixture-traces.ts';
import { buildLeafGraph } from '../leaf-graph.ts';
import { prepareGraph } from './prepare.ts';

test('repeats every fixture', async () => {
  const traces = await fixtureTraces();
  const rows: string[] = [];
  for (const [name, trace] of traces) {
    const graph = buildLeafGraph(trace);
    if (graph.leaves.length === 0) continue;
    const { fidelity, structure } = prepareGraph(graph);
    rows.push(`${name}: ${fidelity.limits} ${structure.elements} ${structure.isInferred} ${(fidelity.error * 100).toFixed(4)} ${fidelity.observed} ${fidelity.replayed}`);
  }
  const bad = rows.filter((r) => !r.includes(' 0.0000 '));
  console.log(rows.length, bad.length, '\n' + bad.slice(0, 40).join('\n'));
  const kinds = new Map<string, number>();
  for (const r of rows) { const k = r.slice(0, r.indexOf('/')) + ' ' + r.split(': ')[1]!.split(' ').slice(0, 3).join(' '); kinds.set(k, (kinds.get(k) ?? 0) + 1); }
  console.log([...kinds]);
  expect(rows.length).toBeGreaterThan(0);
});

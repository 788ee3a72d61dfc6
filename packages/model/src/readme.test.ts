import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildFlameChart, buildProfile, microsFromMs, TraceAssembler } from './index.ts';

/** The example as the README has it, line for line; the formatter keeps off it. */
// oxfmt-ignore
function example() {
  const assembler = new TraceAssembler({ name: 'nightly', status: 'completed' });
  const node = { type: 'http', iteration: null, parentKey: null };
  assembler.addNode({ ...node, key: 'fetch', name: 'Fetch', dependsOn: [] });
  assembler.addNode({ ...node, key: 'store', name: 'Store', dependsOn: ['fetch'] });
  const span = { parentId: null, kind: 'node', iteration: null, status: 'completed', track: null, metadata: null } as const;
  assembler.addSpan({ ...span, id: '1', name: 'Fetch', nodeKey: 'fetch', start: microsFromMs(0), duration: microsFromMs(40) });
  assembler.addSpan({ ...span, id: '2', name: 'Store', nodeKey: 'store', start: microsFromMs(50), duration: microsFromMs(30) });
  const trace = assembler.finish();

  const profile = buildProfile(trace); // what `flowprof profile --json` prints
  const chart = buildFlameChart(trace, { maxSpans: 1000 }); // what the flame-chart endpoint answers
  return { profile, chart };
}

test('the example of the README is this one, and gives what the README says', () => {
  const own = readFileSync(new URL('./readme.test.ts', import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const shown = /```ts\n([^`]*(?:`[^`]+`[^`]*)*?)```/.exec(readme)?.[1] ?? 'nothing';
  const indented = shown.replaceAll(/^(?=.)/gm, '  ');
  expect(own).toContain(indented);
  const { profile, chart } = example();
  expect(profile.makespan_ms).toBe(80);
  expect(profile.accounting?.causes).toMatchObject({ work: 70, unaccounted: 10 });
  expect(chart.spans.map(({ name }) => name)).toEqual(['Fetch', 'Store']);
});

import { createFlameChart, DARK } from '@flowprof/flame';
import { asMicros, TraceAssembler } from '@flowprof/model';

const run = new TraceAssembler({ name: 'build' });
const node = { kind: 'node', parentId: null, nodeKey: null, iteration: null, track: null, metadata: null } as const;
const compile = { id: 'a', name: 'compile', start: asMicros(0), duration: asMicros(900), status: 'completed' } as const;
const test = { id: 'b', name: 'test', start: asMicros(950), duration: asMicros(400), status: 'failed' } as const;
for (const span of [compile, test]) run.addSpan({ ...node, ...span });

const chart = createFlameChart(document.body, { theme: DARK, label: 'Flame chart of a build' });
chart.on('select', (row) => {
  document.title = row === null ? 'nothing selected' : `row ${row}`;
});
chart.setTrace(run.finish());
chart.setCriticalPath(Int32Array.of(0, 1));

import '@flowprof/flame/flame.css';
import { createFlameChart, type FlameChartHandle } from '@flowprof/flame';
import {
  AnnotationTableBuilder,
  EMPTY_EXECUTION,
  KIND,
  NO_LINKS,
  NodeTableBuilder,
  NONE,
  STATUSES,
  type Trace,
} from '@flowprof/model';
import type { Contestant, Spans } from '../contestant.ts';

/** The spans as a trace; copies, as what is read from a file or a server would be. */
function traceOf(spans: Spans): Trace {
  const { length } = spans;
  return {
    execution: { ...EMPTY_EXECUTION, name: 'bench', status: 'completed' },
    nodes: new NodeTableBuilder().snapshot(),
    spans: {
      length,
      ids: { prefix: 'abcdef01', listed: null },
      names: spans.names,
      start: spans.start.slice(),
      duration: spans.duration.slice(),
      parent: new Int32Array(length).fill(NONE),
      name: spans.name.slice(),
      node: new Int32Array(length).fill(NONE),
      kind: new Uint8Array(length).fill(KIND.phase),
      status: new Uint8Array(length).fill(STATUSES.indexOf('completed')),
      flags: new Uint8Array(length),
      track: null,
      tracks: [],
      metadata: new Map(),
    },
    annotations: new AnnotationTableBuilder().snapshot(),
    links: NO_LINKS,
    warnings: [],
  };
}

function loaded(chart: FlameChartHandle): Promise<void> {
  if (!chart.isLoading()) return Promise.resolve();
  return new Promise((resolve) => {
    chart.on('loading', (loading) => {
      if (!loading) resolve();
    });
  });
}

export function make(host: HTMLElement): Contestant {
  const chart = createFlameChart(host, {
    reducedMotion: true,
    worker: () => new Worker(new URL('../worker.ts', import.meta.url), { type: 'module' }),
  });
  return {
    load(spans) {
      chart.setTrace(traceOf(spans));
      return loaded(chart);
    },
    zoom: (range) => chart.setViewport(range),
    pan(by) {
      const { start, end } = chart.viewport();
      chart.setViewport({ start: start + by, end: end + by });
    },
    search(text) {
      chart.setSearch(text);
    },
  };
}

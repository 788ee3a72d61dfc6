import {
  AnnotationTableBuilder,
  asMicros,
  EMPTY_EXECUTION,
  NO_LINKS,
  NodeTableBuilder,
  SpanTableBuilder,
  type Trace,
} from '@flowprof/model';

/** A pseudo-random generator (mulberry32), so that every run measures the same input. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A layered graph: every node depends on up to three of the layer before, and starts when they have ended. */
export function layeredTrace(nodeCount: number, width: number): Trace {
  const random = seeded(42);
  const nodes = new NodeTableBuilder();
  const spans = new SpanTableBuilder({ prefix: '0badcafe' });
  const ends = new Float64Array(nodeCount);
  for (let i = 0; i < nodeCount; i++) {
    const layer = Math.floor(i / width);
    const dependsOn: string[] = [];
    let ready = 0;
    const degree = layer === 0 ? 0 : 3;
    for (let d = 0; d < degree; d++) {
      const dep = (layer - 1) * width + Math.floor(random() * width);
      if (dependsOn.includes(`n${dep}`)) continue;
      dependsOn.push(`n${dep}`);
      ready = Math.max(ready, ends[dep] ?? 0);
    }
    const key = `n${i}`;
    const node = nodes.declare({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn });
    const started = ready + Math.floor(random() * 200);
    const end = started + 100 + Math.floor(random() * 5_000);
    const span = spans.add({ kind: 'node', name: key, start: asMicros(ready), node }, asMicros(end));
    spans.add({ kind: 'phase', name: 'queue_wait', start: asMicros(ready), node, parent: span }, asMicros(started));
    spans.add({ kind: 'phase', name: 'http_request', start: asMicros(started), node, parent: span }, asMicros(end));
    nodes.setSpan(node, span);
    nodes.setStatus(node, 'completed');
    ends[i] = end;
  }
  return {
    execution: { ...EMPTY_EXECUTION, name: 'layers', status: 'completed', sourceFormat: 'conductor' },
    nodes: nodes.snapshot(),
    spans: spans.snapshot(),
    annotations: new AnnotationTableBuilder().snapshot(),
    links: NO_LINKS,
    warnings: [],
  };
}

import {
  asMicros,
  NONE,
  OPEN,
  SPAN_KINDS,
  spanIdAt,
  TraceAssembler,
  type Micros,
  type SpanKind,
  type Trace,
} from '@flowprof/model';
import type { CriticalSegments, TimeRange } from '@flowprof/flame';
import type { Fields } from '../api/fields.ts';
import type { PathStep } from './types.ts';

function micros(ms: number): Micros {
  return asMicros(Math.round(ms * 1000));
}

function kindOf(fields: Fields): SpanKind {
  const type = fields.string('type');
  return SPAN_KINDS.find((kind) => kind === type) ?? 'phase';
}

/** The trace of a flame chart as JSON. The server bounds how many spans it has; it is gone through without recursion. */
export function traceOfChart(chart: Fields): Trace {
  const made = new TraceAssembler({
    name: chart.string('name'),
    workflow: chart.string('name'),
    status: chart.status('status'),
  });
  const todo: {
    readonly span: Fields;
    readonly parentId: string | null;
    readonly nodeKey: string | null;
    readonly iteration: number | null;
  }[] = chart.list('spans', (span) => ({ span, parentId: null, nodeKey: null, iteration: null }));
  // The last is taken first: in their order the charts of the run and of its prediction lie the same.
  todo.reverse();
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    const { span, parentId } = item;
    const id = span.string('id');
    const kind = kindOf(span);
    const own = span.optionalString('node_key');
    // What is inside a node is the node's, as in the chart of the run itself.
    const nodeKey = own ?? item.nodeKey;
    const iteration = own === null ? item.iteration : span.optionalNumber('iteration');
    if (kind === 'node' && own !== null) {
      const name = span.string('name');
      made.addNode({ key: own, name, type: 'node', iteration, parentKey: null, dependsOn: [] });
    }
    made.addSpan({
      id,
      parentId,
      kind,
      name: span.string('name'),
      nodeKey,
      iteration,
      start: micros(span.number('start_ms')),
      duration: micros(span.number('duration_ms')),
      status: span.status('status'),
      track: span.optionalString('track'),
      metadata: null,
    });
    todo.push(...span.list('children', (child) => ({ span: child, parentId: id, nodeKey, iteration })).reverse());
  }
  return made.finish();
}

/** The steps of a critical path as sections of a trace's spans; those of spans that it does not have are left out. */
export function segmentsOf({ spans }: Trace, path: readonly PathStep[]): CriticalSegments {
  const rows = new Map<string, number>();
  const wanted = new Set(path.map(({ spanId }) => spanId));
  for (let row = 0; row < spans.length; row++) {
    const id = spanIdAt(spans.ids, row);
    if (wanted.has(id)) rows.set(id, row);
  }
  const known = path.filter(({ spanId }) => rows.has(spanId));
  return {
    row: Int32Array.from(known, ({ spanId }) => rows.get(spanId) ?? NONE),
    start: Float64Array.from(known, ({ start }) => start * 1000),
    end: Float64Array.from(known, ({ start, duration }) => (start + duration) * 1000),
  };
}

/** What time both traces reach together, so that they are drawn on the same scale. */
export function commonReach(traces: readonly Trace[]): TimeRange {
  let [start, end] = [0, 0];
  for (const { spans } of traces) {
    for (let row = 0; row < spans.length; row++) {
      const from = spans.start[row] ?? 0;
      const length = spans.duration[row] ?? OPEN;
      start = Math.min(start, from);
      end = Math.max(end, length === OPEN ? from : from + length);
    }
  }
  return { start, end };
}

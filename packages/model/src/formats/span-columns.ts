/** A trace's spans as a table for people: the columns of the CSV and the Arrow file. */
import type { JsonValue } from '../json.ts';
import { spanLabelAt } from '../trace/labels.ts';
import { statusOf } from '../trace/status.ts';
import { NONE, OPEN, spanIdAt, spanKindAt, spanNameAt, type Trace } from '../trace/trace.ts';
import { timeTree } from './own-time.ts';

/** How the values of a column are written: `word` repeats itself, `moment` is microseconds since 1970. */
export type ColumnType = 'text' | 'word' | 'integer' | 'number' | 'moment';

/** A column; null where a span does not have it. */
export interface SpanColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly at: (row: number) => string | number | null;
}

/** Whole microseconds are exact up to the year 2255. */
function momentOrNull(time: number): number | null {
  return Number.isSafeInteger(time) ? time : null;
}

function constant(value: string | null): () => string | null {
  return () => value;
}

function scalar(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
}

/** The columns of a trace, computed when they are asked for a row. */
export function spanColumns(trace: Trace): readonly SpanColumn[] {
  const { execution, spans, nodes } = trace;
  const { tree, self } = timeTree(trace);
  const { startedAt } = execution;
  const ofNode = (values: readonly string[]) => (row: number) =>
    spans.node[row] === NONE ? null : values[spans.node[row]];
  return [
    { name: 'execution_id', type: 'word', at: constant(execution.id ?? execution.externalId) },
    { name: 'execution', type: 'word', at: constant(execution.name) },
    { name: 'workflow', type: 'word', at: constant(execution.workflow) },
    { name: 'span_id', type: 'text', at: (row) => spanIdAt(spans.ids, row) },
    {
      name: 'parent_id',
      type: 'text',
      at: (row) => (spans.parent[row] === NONE ? null : spanIdAt(spans.ids, spans.parent[row])),
    },
    { name: 'depth', type: 'integer', at: (row) => tree.depth[row] },
    { name: 'kind', type: 'word', at: (row) => spanKindAt(spans, row) },
    { name: 'name', type: 'word', at: (row) => spanNameAt(spans, row) },
    { name: 'label', type: 'word', at: (row) => spanLabelAt(trace, row) },
    { name: 'node', type: 'word', at: ofNode(nodes.key) },
    { name: 'node_type', type: 'word', at: ofNode(nodes.type) },
    {
      name: 'iteration',
      type: 'integer',
      at: (row) => {
        const node = spans.node[row];
        return node === NONE || nodes.iteration[node] === NONE ? null : nodes.iteration[node];
      },
    },
    { name: 'attempt', type: 'integer', at: (row) => scalar(spans.metadata.get(row)?.['attempt']) },
    { name: 'status', type: 'word', at: (row) => statusOf(spans.status[row]) },
    {
      name: 'started_at',
      type: 'moment',
      at: (row) => (startedAt === null ? null : momentOrNull(startedAt + spans.start[row])),
    },
    { name: 'start_ms', type: 'number', at: (row) => spans.start[row] / 1000 },
    {
      name: 'duration_ms',
      type: 'number',
      at: (row) => (spans.duration[row] === OPEN ? null : spans.duration[row] / 1000),
    },
    { name: 'self_ms', type: 'number', at: (row) => (spans.duration[row] === OPEN ? null : self[row] / 1000) },
    {
      name: 'track',
      type: 'word',
      at: (row) => (spans.track === null || spans.track[row] === NONE ? null : spans.tracks[spans.track[row]]),
    },
    {
      name: 'metadata',
      type: 'text',
      at: (row) => {
        const metadata = spans.metadata.get(row);
        return metadata === undefined ? null : JSON.stringify(metadata);
      },
    },
  ];
}

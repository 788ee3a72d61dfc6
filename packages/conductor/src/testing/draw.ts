import { buildSpanTree, NONE, spanKindAt, spanNameAt, statusOf, type JsonObject, type Trace } from '@flowprof/model';
import type { ExecutionResult } from '../index.ts';

/**
 * A trace as text, one span a line, children indented: name, start and end in milliseconds, the status unless it is
 * completed. Phases of no length are left out, so that a drawing under a virtual clock shows what took time.
 */
export function draw(trace: Trace): string {
  return drawSpans(trace, () => '').join('\n');
}

/**
 * A run as text: how it ended and when, its spans as `draw` shows them with why a wait was waited, and the nodes that
 * never started. Instances of a loop have their number behind their name.
 */
export function drawRun({ status, duration, error, recording }: ExecutionResult): string {
  const { nodes } = recording;
  const ended = `${status} at ${duration}${error ? `: ${error.code}${error.nodeKey ? ` in ${error.nodeKey}` : ''}` : ''}`;
  const unstarted: string[] = [];
  for (let row = 0; row < nodes.length; row++) {
    if (nodes.span[row] === NONE) {
      unstarted.push(`(${nodes.name[row]}${numberOf(recording, row)} ${statusOf(nodes.status[row] ?? 0)})`);
    }
  }
  return [ended, ...drawSpans(recording, whyOf), ...unstarted].join('\n');
}

function numberOf({ nodes }: Trace, row: number): string {
  const iteration = nodes.iteration[row] ?? NONE;
  return iteration === NONE ? '' : `#${iteration}`;
}

/** What a wait says of itself: `(pool: pool db, limit 1)`. */
function whyOf(metadata: JsonObject): string {
  const { cause, ...rest } = metadata;
  const parts = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const words = parts.join(', ');
  if (typeof cause !== 'string') return ` (${words})`;
  return words === '' ? ` (${cause})` : ` (${cause}: ${words})`;
}

const WAITS: ReadonlySet<string> = new Set(['queue_wait', 'rate_limit_wait']);

function drawSpans(trace: Trace, why: (metadata: JsonObject) => string): string[] {
  const { spans, annotations } = trace;
  const { order, depth } = buildSpanTree(spans);
  const lines: string[] = [];
  for (const row of order) {
    const start = (spans.start[row] ?? 0) / 1000;
    const duration = spans.duration[row] ?? 0;
    const status = statusOf(spans.status[row] ?? 0);
    if (duration === 0 && spanKindAt(spans, row) === 'phase' && status === 'completed') continue;
    const shown = status === 'completed' ? '' : ` ${status}`;
    const indent = '  '.repeat(depth[row] ?? 0);
    const name = spanNameAt(spans, row);
    const number = spanKindAt(spans, row) === 'node' ? numberOf(trace, spans.node[row] ?? NONE) : '';
    const metadata = WAITS.has(name) ? spans.metadata.get(row) : undefined;
    const because = metadata ? why(metadata) : '';
    lines.push(`${indent}${name}${number} ${start}-${start + duration / 1000}${shown}${because}`);
    for (let i = 0; i < annotations.length; i++) {
      if (annotations.span[i] === row && annotations.span[i] !== NONE && annotations.type[i] !== 'data') {
        lines.push(`${indent}  @${(annotations.time[i] ?? 0) / 1000} ${annotations.label[i]}`);
      }
    }
  }
  return lines;
}

import { buildSpanTree, NONE, spanKindAt, spanNameAt, statusOf, type Trace } from '@flowprof/model';

/**
 * A trace as text, one span a line, children indented: name, start and end in milliseconds, the status unless it is
 * completed. Phases of no length are left out, so that a drawing under a virtual clock shows what took time.
 */
export function draw(trace: Trace): string {
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
    lines.push(`${indent}${spanNameAt(spans, row)} ${start}-${start + duration / 1000}${shown}`);
    for (let i = 0; i < annotations.length; i++) {
      if (annotations.span[i] === row && annotations.span[i] !== NONE && annotations.type[i] !== 'data') {
        lines.push(`${indent}  @${(annotations.time[i] ?? 0) / 1000} ${annotations.label[i]}`);
      }
    }
  }
  return lines.join('\n');
}

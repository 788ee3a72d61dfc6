import { isTerminal, KIND, NONE, spanNameAt, statusOf, type Trace } from '@flowprof/model';
import { expect } from 'vitest';

/** Every span has ended, lies inside its parent, and the phases of a node (which is no group) or attempt follow each other without a gap. */
export function checkSpans({ spans, nodes }: Trace): void {
  const next = new Map<number, number>();
  for (let row = 0; row < spans.length; row++) {
    const start = spans.start[row] ?? 0;
    const end = start + (spans.duration[row] ?? 0);
    expect(isTerminal(statusOf(spans.status[row] ?? 0))).toBe(true);
    const parent = spans.parent[row] ?? NONE;
    if (parent === NONE) continue;
    const parentEnd = (spans.start[parent] ?? 0) + (spans.duration[parent] ?? 0);
    expect(start).toBeGreaterThanOrEqual(spans.start[parent] ?? 0);
    expect(end).toBeLessThanOrEqual(parentEnd);
    if (spans.kind[row] === KIND.node || (spans.kind[parent] ?? KIND.phase) === KIND.phase) continue;
    expect([spanNameAt(spans, row), start]).toEqual([spanNameAt(spans, row), next.get(parent) ?? spans.start[parent]]);
    next.set(parent, end);
  }
  for (const [parent, end] of next) {
    if (nodes.type[spans.node[parent] ?? NONE] === 'group') continue;
    expect(end).toBe((spans.start[parent] ?? 0) + (spans.duration[parent] ?? 0));
  }
}

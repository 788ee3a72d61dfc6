import { expect } from 'vitest';
import { buildProfile } from '../src/analysis/profile.ts';
import { FLAG, NONE, OPEN, spanIdAt, type Trace } from '../src/trace/trace.ts';

/** What holds of any trace: no orphans, nothing outside of what it is in, nothing negative that is not told, exact sums. */
export function expectSound(trace: Trace): void {
  const { spans } = trace;
  const ids = new Set<string>();
  const openBelow = (row: number): boolean => spans.duration[row] === OPEN;
  for (let row = 0; row < spans.length; row++) {
    ids.add(spanIdAt(spans.ids, row));
    expect(spans.flags[row] & (FLAG.orphan | FLAG.cycle | FLAG.outside)).toBe(0);
    expect(Number.isFinite(spans.start[row]) && Number.isFinite(spans.duration[row])).toBe(true);
    const isNegative = (spans.flags[row] & FLAG.negative) !== 0;
    expect(spans.metadata.get(row)?.['original_duration_us'] !== undefined && !isNegative).toBe(false);
    const up = spans.parent[row];
    if (up === NONE) continue;
    expect(spans.start[row]).toBeGreaterThanOrEqual(spans.start[up]);
    if (openBelow(up)) continue;
    expect(openBelow(row)).toBe(false);
    expect(spans.start[row] + spans.duration[row]).toBeLessThanOrEqual(spans.start[up] + spans.duration[up]);
  }
  expect(ids.size).toBe(spans.length);
  const { makespan_ms: makespan, accounting } = buildProfile(trace);
  if (makespan === null || accounting === null) return;
  const sum = Object.values(accounting.causes).reduce((a, b) => a + b, 0);
  expect(Math.round(sum * 1000)).toBe(Math.round(makespan * 1000));
}

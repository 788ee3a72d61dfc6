import { asMicros, TraceAssembler } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { extentOf, partInView } from './wholeRun.ts';

function traceOf(...bars: readonly (readonly [start: number, duration: number | null])[]) {
  const assembler = new TraceAssembler();
  for (const [at, [start, duration]] of bars.entries()) {
    assembler.addSpan({
      id: `s${at}`,
      parentId: null,
      kind: 'node',
      name: 'n',
      nodeKey: null,
      iteration: null,
      start: asMicros(start),
      duration: duration === null ? null : asMicros(duration),
      status: duration === null ? 'running' : 'completed',
      track: null,
      metadata: null,
    });
  }
  return assembler.finish();
}

describe('the whole run', () => {
  it('is from the earliest start to the latest end', () => {
    expect(extentOf(traceOf([5, 10], [-2, 3]), null)).toEqual({ start: -2, end: 15 });
    expect(extentOf(traceOf([5, null], [0, 3]), 40)).toEqual({ start: 0, end: 40 });
    expect(extentOf(traceOf([5, null], [0, 3]), null)).toEqual({ start: 0, end: 5 });
    expect(extentOf(traceOf(), 9)).toEqual({ start: 0, end: 0 });
  });

  it('in view is not worth a word in the address, a part of it is', () => {
    const extent = { start: 0, end: 100 };
    expect(partInView({ start: -1, end: 101, scrollTop: 0 }, extent)).toBeNull();
    const part = { start: 0, end: 99, scrollTop: 0 };
    expect(partInView(part, extent)).toBe(part);
    const scrolled = { start: -1, end: 101, scrollTop: 30 };
    expect(partInView(scrolled, extent)).toBe(scrolled);
  });
});

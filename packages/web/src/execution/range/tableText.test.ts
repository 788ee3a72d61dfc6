import { asMicros, TraceAssembler, type Trace } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { tableText } from './tableText.ts';

function drawn(...spans: readonly (readonly [name: string, from: number, to: number])[]): Trace {
  const all = new TraceAssembler();
  spans.forEach(([name, from, to], at) =>
    all.addSpan({
      id: String(at),
      kind: 'node',
      name,
      start: asMicros(from),
      duration: asMicros(to - from),
      parentId: null,
      nodeKey: null,
      status: 'completed',
      iteration: null,
      track: null,
      metadata: null,
    }),
  );
  return all.finish();
}

describe('a table that is copied', () => {
  const trace = drawn(['late', 5000, 6500], ['=HYPERLINK("x")\tb', 0, 1000]);

  it('has the spans in view in the order of their start, and no formulas', () => {
    expect(tableText(trace, null, null, 0).split('\n')).toEqual([
      'Name\tKind\tNode\tStatus\tStart (ms)\tDuration (ms)',
      `'=HYPERLINK("x") b\tnode\t\tcompleted\t0\t1`,
      'late\tnode\t\tcompleted\t5\t1.5',
    ]);
    expect(tableText(trace, null, { start: 4000, end: 9000 }, 0).split('\n')).toHaveLength(2);
  });

  it('has the statistics of a range', () => {
    expect(tableText(trace, { start: 5500, end: 7000 }, null, 0).split('\n')).toEqual([
      'Name\tKind\tCount\tTotal (ms)\tSelf (ms)\tAverage (ms)',
      'late\tnode\t1\t1\t1\t1',
    ]);
  });
});

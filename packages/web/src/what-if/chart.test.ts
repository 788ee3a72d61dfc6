import { asMicros, buildFlameChart, NONE, spanNameAt, TraceAssembler } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { Fields } from '../api/fields.ts';
import { commonReach, segmentsOf, traceOfChart } from './chart.ts';
import { changeOf, EMPTY_FORM, KIND_WORDS, namesIn, partsOf } from './form.ts';

function run() {
  const made = new TraceAssembler({ name: 'w', status: 'completed' });
  const shared = { iteration: null, track: null, metadata: null, status: 'completed' } as const;
  for (const [key, start] of [
    ['a', 0],
    ['b', 40],
  ] as const) {
    made.addNode({ key, name: key.toUpperCase(), type: 'http', iteration: null, parentKey: null, dependsOn: [] });
    made.addSpan({
      ...shared,
      id: `${key}-1`,
      parentId: null,
      kind: 'node',
      name: key.toUpperCase(),
      nodeKey: key,
      start: asMicros(start),
      duration: asMicros(50),
    });
    made.addSpan({
      ...shared,
      id: `${key}-2`,
      parentId: `${key}-1`,
      kind: 'phase',
      name: 'dns',
      nodeKey: key,
      start: asMicros(start + 5),
      duration: asMicros(10),
    });
  }
  return made.finish();
}

describe('a predicted chart', () => {
  it('becomes the trace that it was made of', () => {
    const trace = run();
    const again = traceOfChart(new Fields(JSON.parse(JSON.stringify(buildFlameChart(trace)))));
    const rows = (of: typeof trace) =>
      Array.from({ length: of.spans.length }, (_, row) => [
        spanNameAt(of.spans, row),
        of.spans.start[row],
        of.spans.duration[row],
        of.nodes.key[of.spans.node[row] ?? NONE],
      ]);
    expect(rows(again)).toEqual(rows(trace));
    expect(commonReach([trace, again])).toEqual({ start: 0, end: 90 });
  });

  it('has the critical path on its spans, and none of what it does not show', () => {
    const step = { id: 'b', name: 'B', start: 0.04, duration: 0.05 };
    const { row, start, end } = segmentsOf(run(), [
      { ...step, spanId: 'b-1' },
      { ...step, spanId: 'gone' },
    ]);
    expect([[...row].length, [...start], [...end]]).toEqual([1, [40], [90]]);
  });
});

describe('the form of a change', () => {
  it('makes a change of every kind', () => {
    const filled = { ...EMPTY_FORM, target: 'node:a', on: 'b', phase: 'dns', limit: 'rate:api' };
    const made = KIND_WORDS.map(([kind]) => changeOf({ ...filled, kind }));
    expect(made.map((change) => change?.kind)).toEqual(KIND_WORDS.map(([kind]) => kind));
    expect(changeOf({ ...filled, kind: 'limit' })).toEqual({
      kind: 'limit',
      limit: 'rate_limit',
      name: 'api',
      value: 2,
    });
    expect(changeOf({ ...EMPTY_FORM, kind: 'no_retries' })).toEqual({ kind: 'no_retries' });
    expect(changeOf({ ...EMPTY_FORM, kind: 'backoff', target: 'type:http' })).toMatchObject({ type: 'http' });
  });

  it('makes none as long as something is missing', () => {
    for (const [kind] of KIND_WORDS) {
      if (partsOf(kind).target === 'needed') expect(changeOf({ ...EMPTY_FORM, kind })).toBeNull();
      if (partsOf(kind).number !== null)
        expect(changeOf({ ...EMPTY_FORM, kind, target: 'node:a', number: 'x' })).toBeNull();
    }
    expect(changeOf({ ...EMPTY_FORM, target: 'node:a', number: '0' })).toBeNull();
    expect(changeOf({ ...EMPTY_FORM, kind: 'add_dependency', target: 'node:a', on: 'a' })).toBeNull();
  });

  it('offers what the run has', () => {
    expect(namesIn(run())).toEqual({ nodes: ['a', 'b'], types: ['http'], phases: ['dns'] });
  });
});

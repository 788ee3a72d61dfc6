import { asMicros, NONE, TraceAssembler, type AccountedSegment, type Cause } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { highlightOf, rowOfInsight } from './evidence.ts';

const run = new TraceAssembler();
run.addNode({ key: 'fetch', name: 'Fetch', type: 'http', iteration: null, parentKey: null, dependsOn: [] });
const of = { iteration: null, status: 'completed', track: null, metadata: null } as const;
run.addSpan({
  ...of,
  id: 'n',
  parentId: null,
  name: 'Fetch',
  kind: 'node',
  nodeKey: 'fetch',
  start: asMicros(0),
  duration: asMicros(100),
});
run.addSpan({
  ...of,
  id: 'w',
  parentId: 'n',
  name: 'queue_wait',
  kind: 'phase',
  nodeKey: 'fetch',
  start: asMicros(0),
  duration: asMicros(30),
});
const trace = run.finish();

describe('what an insight points at', () => {
  it.each([
    ['its span', { span_id: 'w', node_key: 'fetch' }, 1],
    ['its node where it names no span', { span_id: null, node_key: 'fetch' }, 0],
    ['spans of a name where there are no nodes', { node_key: 'queue_wait' }, 1],
    ['nothing that is not there', { span_id: 'x', node_key: 'y' }, NONE],
    ['nothing', {}, NONE],
  ])('is %s', (_, evidence, row) => {
    expect(rowOfInsight(trace, { evidence })).toBe(row);
  });
});

function segment(from: number, to: number, cause: Cause, spanRow: number | null): AccountedSegment {
  return { fromUs: asMicros(from), toUs: asMicros(to), cause, nodeRow: 0, spanRow, reason: null };
}

it('a cause lights up the time that went to it, and the spans that say so', () => {
  const all = [segment(0, 30, 'queue', 1), segment(30, 60, 'work', 0), segment(60, 70, 'queue', null)];
  const lit = highlightOf(all, 'queue');
  expect([[...lit.row], [...lit.start], [...lit.end]]).toEqual([
    [1, NONE],
    [0, 60],
    [30, 70],
  ]);
});

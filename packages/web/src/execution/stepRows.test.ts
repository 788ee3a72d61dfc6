import { analyseTrace, asMicros, TraceAssembler, type Status } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { chooseSteps, stepRows } from './stepRows.ts';
import { stepsOfTrace } from './traceSteps.ts';

function traceOf(...given: readonly (readonly [key: string, at: readonly [number, number], status: Status])[]) {
  const run = new TraceAssembler({ status: 'completed' });
  for (const [key, [from, to], status] of given) {
    run.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn: [] });
    run.addNodeState({ nodeKey: key, iteration: null, status });
    const span = {
      nodeKey: key,
      iteration: null,
      start: asMicros(from),
      duration: asMicros(to - from),
      status,
    } as const;
    const error = status === 'failed' ? { error: { code: 'timeout', message: 'too late' } } : null;
    run.addSpan({ ...span, id: key, parentId: null, kind: 'node', name: key, track: null, metadata: error });
    run.addSpan({
      ...span,
      id: `${key}1`,
      parentId: key,
      kind: 'attempt',
      name: 'attempt',
      track: `worker ${key}`,
      metadata: { attempt: 1 },
    });
  }
  return run.finish();
}

const TRACE = traceOf(['b', [0, 50], 'completed'], ['a', [10, 400], 'failed'], ['c', [60, 70], 'completed']);
const ROWS = stepRows(stepsOfTrace(TRACE), TRACE, analyseTrace(TRACE), 400);
const labels = (sort: string, text = '', status = '') =>
  chooseSteps(ROWS, { text, status, sort }).map(({ label }) => label);

describe('the steps of an execution', () => {
  it('have type, worker, times and the code of their error', () => {
    expect(ROWS[1]).toMatchObject({
      label: 'a',
      type: 'http',
      place: { taskQueue: null, worker: 'worker a', buildId: null },
      errorCode: 'timeout',
      times: { start: 10, duration: 390 },
    });
  });

  it('stand in the order of their declaration, or of a column', () => {
    expect(labels('')).toEqual(['b', 'a', 'c']);
    expect(labels('nothing')).toEqual(['b', 'a', 'c']);
    expect(labels('name')).toEqual(['a', 'b', 'c']);
    expect(labels('-duration')).toEqual(['a', 'b', 'c']);
    expect(labels('duration')).toEqual(['c', 'b', 'a']);
  });

  it('are narrowed by status and by a text in whatever is known of them', () => {
    expect(labels('', '', 'failed')).toEqual(['a']);
    expect(labels('', 'WORKER C')).toEqual(['c']);
    expect(labels('', 'too late')).toEqual(['a']);
    expect(labels('', 'nowhere')).toEqual([]);
  });

  it('are all there also where the server lists only the first of them', () => {
    const [first] = stepsOfTrace(TRACE);
    expect(stepRows(first ? [first] : [], TRACE, undefined, 400).map(({ step }) => [step.id, step.order])).toEqual([
      ['b', 1],
      ['a', 2],
      ['c', 3],
    ]);
  });

  it('are listed before anything else is known', () => {
    expect(stepRows(stepsOfTrace(TRACE), undefined, undefined, 0)[0]).toMatchObject({
      label: 'b',
      times: null,
      span: -1,
    });
  });
});

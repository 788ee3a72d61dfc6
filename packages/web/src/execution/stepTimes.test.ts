import { asMicros, NONE, TraceAssembler } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { labelOfStep, rowsOfSteps, spanOfStep, stepTimesOf } from './stepTimes.ts';

describe('the times of a step', () => {
  const run = new TraceAssembler();
  for (const key of ['fetch', 'store', 'mail']) {
    run.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn: [] });
  }
  const add = (id: string, of: string, parentId: string | null, start: number, duration: number | null): void => {
    run.addSpan({
      id,
      parentId,
      name: id.replace(/^\w+:/, ''),
      kind: parentId === null ? 'node' : 'phase',
      nodeKey: of,
      iteration: null,
      start: asMicros(start),
      duration: duration === null ? null : asMicros(duration),
      status: duration === null ? 'running' : 'completed',
      track: null,
      metadata: null,
    });
  };
  add('fetch', 'fetch', null, 10, 50);
  add('f:queue_wait', 'fetch', 'fetch', 10, 15);
  add('f:retry_backoff', 'fetch', 'fetch', 40, 10);
  add('store', 'store', null, 60, null);
  add('s:queue_wait', 'store', 'store', 60, null);
  const trace = run.finish();
  const times = stepTimesOf(trace, rowsOfSteps(trace), 100);

  it.each([
    ['one that waited, without the waits between its attempts', 'fetch', { start: 10, waited: 15, duration: 50 }],
    ['one that still waits', 'store', { start: 60, waited: 40, duration: 40 }],
    ['one that never started', 'mail', null],
    ['one that the trace does not know', 'other', null],
  ])('of %s', (_, id, wanted) => {
    expect(times({ id, iteration: null })).toEqual(wanted);
  });
});

describe('a step', () => {
  const run = new TraceAssembler();
  const of = { type: 'http', parentKey: null, dependsOn: [] };
  run.addNode({ ...of, key: 'tax/fetch', name: 'Fetch', iteration: 0 });
  run.addNode({ ...of, key: 'tax/fetch', name: 'Fetch', iteration: 1 });
  for (const iteration of [0, 1]) {
    run.addSpan({
      id: `s${iteration}`,
      parentId: null,
      name: 'Fetch',
      kind: 'node',
      nodeKey: 'tax/fetch',
      iteration,
      start: asMicros(0),
      duration: asMicros(5),
      status: 'completed',
      track: null,
      metadata: null,
    });
  }
  const trace = run.finish();
  const rows = rowsOfSteps(trace);

  it.each([
    [0, 0],
    [1, 1],
    [2, NONE],
    [null, NONE],
  ])('of iteration %j is drawn as the span in row %j', (iteration, row) => {
    expect(spanOfStep(trace, rows, { id: 'tax/fetch', iteration })).toBe(row);
  });

  it('is called after its item, and the node that called its workflow', () => {
    const step = { id: 'tax/fetch', iteration: 1, name: 'Fetch' };
    expect(labelOfStep(trace, rows, step)).toBe('tax/Fetch[1]');
    expect(labelOfStep(undefined, new Map(), step)).toBe('Fetch[1]');
    expect(labelOfStep(undefined, new Map(), { ...step, iteration: null })).toBe('Fetch');
  });
});

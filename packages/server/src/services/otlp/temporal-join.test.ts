import { asMicros, isTemporalSpan, temporalRunIn, type JsonObject, type TraceEvent } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { shareOut } from './temporal-join.ts';

const [PARENT, CHILD] = ['0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f10', '0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f11'];

function span(id: string, parentId: string | null, metadata: JsonObject = {}): TraceEvent {
  const times = { start: asMicros(0), duration: asMicros(1) };
  const none = { nodeKey: null, iteration: null, track: null };
  return {
    type: 'span',
    span: { id, parentId, kind: 'attempt', name: id, status: 'completed', ...times, ...none, metadata },
  };
}

const ids = (events: readonly TraceEvent[] = []) =>
  events.map((event) => (event.type === 'span' ? event.span.id : event.type));

const ofRun = (run: string): JsonObject => ({ run_id: run, temporalWorkflowId: 'w' });

describe('the run that a span names', () => {
  it.each([
    [ofRun(PARENT), PARENT],
    [{ runId: PARENT.toUpperCase(), workflowId: 'w' }, PARENT],
    [{ temporalRunID: PARENT, temporalWorkflowID: 'w' }, PARENT],
    [{ run_id: PARENT }, null],
    [{ runId: 'nightly', workflowId: 'w' }, null],
    [{}, null],
    [null, null],
  ])('%j: %s', (attributes, run) => {
    expect(temporalRunIn(attributes)).toBe(run);
  });

  it('is not all that tells a span of Temporal from others', () => {
    expect(isTemporalSpan({ 'otel.scope.name': '@temporalio/interceptor-client' })).toBe(true);
    expect(isTemporalSpan({ 'otel.scope.name': '@opentelemetry/instrumentation-http' })).toBe(false);
  });
});

describe('the spans of a trace', () => {
  // start ─ run ─┬─ activity ─ http ─ server
  //              └─ start child ─ child run ─ activity of the child
  const trace = [
    span('server', 'http'),
    span('http', 'activity'),
    span('activity', 'run', ofRun(PARENT)),
    span('start', null, { 'otel.scope.name': '@temporalio/interceptor-client' }),
    span('run', 'start', { runId: PARENT, workflowId: 'w' }),
    span('start child', 'run', { runId: PARENT, workflowId: 'w' }),
    span('child run', 'start child', { runId: CHILD, workflowId: 'c' }),
    span('child activity', 'child run', ofRun(CHILD)),
  ];

  it('go to the run that they name, or the nearest above them does', () => {
    const { runs, rest, hasOtherRoot } = shareOut(trace, new Set([PARENT, CHILD]));
    expect(ids(runs.get(PARENT))).toEqual(['server', 'http', 'activity', 'run', 'start child']);
    expect(ids(runs.get(CHILD))).toEqual(['child run', 'child activity']);
    expect(ids(rest)).toEqual(['start']);
    expect(hasOtherRoot).toBe(false);
  });

  it('of a run that is not known go to the one above it', () => {
    const { runs } = shareOut(trace, new Set([PARENT]));
    expect(ids(runs.get(PARENT))).toHaveLength(7);
  });

  it('are more than their runs where something else began them', () => {
    const { runs, rest, hasOtherRoot } = shareOut([span('request', null), ...trace], new Set([PARENT]));
    expect(hasOtherRoot).toBe(true);
    expect(ids(runs.get(PARENT))).toHaveLength(7);
    expect(ids(rest)).toEqual(['request', 'start']);
  });

  it('are shared out also where parents are missing or go round in a circle', () => {
    const { runs, rest } = shareOut(
      [span('a', 'b'), span('b', 'a'), span('late', 'gone'), span('x', 'y', ofRun(PARENT)), span('y', 'x')],
      new Set([PARENT]),
    );
    expect(ids(runs.get(PARENT))).toEqual(['x', 'y']);
    expect(ids(rest)).toEqual(['a', 'b', 'late']);
  });

  it('take their annotations with them', () => {
    const noted = { spanId: 'activity', time: asMicros(0), label: 'l', type: 'log', metadata: null };
    const { runs } = shareOut([...trace, { type: 'annotation', annotation: noted }], new Set([PARENT]));
    expect(ids(runs.get(PARENT))).toContain('annotation');
  });

  it('may be a chain of a hundred thousand', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) =>
      span(String(i), i === 0 ? null : String(i - 1), i === 0 ? ofRun(PARENT) : {}),
    );
    chain.reverse();
    const { runs } = shareOut(chain, new Set([PARENT]));
    expect(runs.get(PARENT)?.length).toBe(100_000);
  });
});

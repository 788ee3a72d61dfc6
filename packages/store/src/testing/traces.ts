import {
  asMicros,
  toEpochMicros,
  type EpochMicros,
  type JournalEntry,
  type NodeStateRecord,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';

export const START: EpochMicros = toEpochMicros(1_700_000_000_123_456);

export function span(id: string, more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    id,
    parentId: null,
    kind: 'phase',
    name: id,
    nodeKey: null,
    iteration: null,
    start: asMicros(0),
    duration: asMicros(10),
    status: 'completed',
    track: null,
    metadata: null,
    ...more,
  };
}

export function state(nodeKey: string, more: Partial<NodeStateRecord> = {}): NodeStateRecord {
  return {
    nodeKey,
    iteration: null,
    status: 'running',
    at: asMicros(0),
    retryCount: 0,
    error: null,
    input: null,
    output: null,
    ...more,
  };
}

/** What a journal keeps of a node that has completed. */
export function done(path: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    path,
    status: 'completed',
    output: { of: path },
    error: null,
    attempts: 1,
    start: asMicros(0),
    end: asMicros(10),
    ...more,
  };
}

export function started(executionId: string): TraceEvent {
  const info = { name: 'two steps', workflow: 'two steps', sourceFormat: 'conductor', concurrency: 4 };
  return { type: 'execution_started', executionId, startedAt: START, info };
}

function declare(key: string, dependsOn: string[]): TraceEvent {
  return {
    type: 'node_declared',
    node: { key, name: `Node ${key}`, type: 'http', iteration: null, parentKey: null, dependsOn },
  };
}

/** An execution of two nodes, the second after the first with a retry, as an engine tells it. */
export function twoSteps(executionId: string): TraceEvent[] {
  return [
    started(executionId),
    declare('a', []),
    declare('b', ['a']),
    { type: 'node_state', state: state('a', { at: asMicros(5), input: { size: 1 } }) },
    {
      type: 'span',
      span: span('s1', { kind: 'node', nodeKey: 'a', start: asMicros(5), duration: null, status: 'running' }),
    },
    { type: 'span', span: span('s2', { parentId: 's1', nodeKey: 'a', start: asMicros(6), metadata: { url: 'x' } }) },
    { type: 'span', span: span('s1', { kind: 'node', nodeKey: 'a', start: asMicros(5), duration: asMicros(20) }) },
    {
      type: 'node_state',
      state: state('a', { status: 'completed', at: asMicros(25), input: { size: 1 }, output: { n: 2 } }),
    },
    { type: 'node_state', state: state('b', { at: asMicros(26) }) },
    {
      type: 'annotation',
      annotation: { spanId: 's3', time: asMicros(30), label: 'again', type: 'retry', metadata: { attempt: 2 } },
    },
    { type: 'node_state', state: state('b', { at: asMicros(31), retryCount: 1 }) },
    {
      type: 'span',
      span: span('s3', { kind: 'node', nodeKey: 'b', start: asMicros(26), duration: asMicros(14), status: 'failed' }),
    },
    { type: 'warning', code: 'missing_parent', example: 'span s9' },
    { type: 'progress', nodeKey: 'b', percent: 50, message: 'half', at: asMicros(33) },
    {
      type: 'node_state',
      state: state('b', {
        status: 'failed',
        at: asMicros(40),
        retryCount: 1,
        error: { code: 'http_status', message: '500', nodeKey: 'b' },
      }),
    },
  ];
}

/** The end of `twoSteps`. */
export const FINISHED: TraceEvent = {
  type: 'execution_finished',
  status: 'failed',
  at: asMicros(41),
  error: { code: 'node_failed', message: 'b failed', nodeKey: 'b' },
};

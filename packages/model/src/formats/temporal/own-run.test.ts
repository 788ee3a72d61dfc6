import { describe, expect, test } from 'vitest';
import { drawn, eventsOf, moment, START, Writer } from '../../../testing/temporal.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import { FLAG } from '../../trace/trace.ts';
import { base64Of } from './base64.ts';
import { traceOfRun } from './run.ts';

function bytes(text: string): string {
  return base64Of(new TextEncoder().encode(text));
}

function payload(value: JsonValue): JsonObject {
  return { metadata: { encoding: bytes('json/plain') }, data: bytes(JSON.stringify(value)) };
}

const span = (
  id: string,
  parentId: string | null,
  kind: string,
  name: string,
  start: number,
  duration: number | null,
) => ({
  type: 'span',
  span: {
    id,
    parentId,
    kind,
    name,
    nodeKey: null,
    iteration: null,
    start,
    duration,
    status: 'completed',
    track: null,
    metadata: null,
  },
});

const declared = (key: string, iteration: number | null, parentKey: string | null, dependsOn: string[]) => ({
  type: 'node_declared',
  node: { key, name: `The ${key}`, type: key === 'each' ? 'foreach' : 'http', iteration, parentKey, dependsOn },
});

/** A file of a loop with one node in it, run with one item. */
function history(isOver: boolean): Trace {
  const writer = new Writer();
  writer.start({
    memo: { fields: { flowprof: payload({ version: 1, workflow: 'Order', file_version: '1.0' }) } },
    input: { payloads: [payload({ flowprof: 1, workflow: {}, input: { order: 7 }, options: { concurrency: 4 } })] },
  });
  writer.task(0, 2, 5);
  note(writer, 5, 'declared', [declared('each', null, null, [])]);
  const header = {
    fields: {
      'flowprof-node': payload({
        id: 'load',
        key: 'load',
        iteration: 0,
        name: 'The load',
        type: 'http',
        path: 'each[0]/load',
      }),
    },
  };
  const activity = { activityId: 'each[0]/load', activityType: { name: 'http' }, taskQueue: { name: 'q' }, header };
  const input = { payloads: [payload({ params: { url: 'http://h' } })] };
  const scheduledEventId = writer.add(6, 'ActivityTaskScheduled', { ...activity, input });
  const startedEventId = writer.add(9, 'ActivityTaskStarted', { scheduledEventId, attempt: 1, identity: 'w1' });
  if (!isOver) return traceOfRun({ events: eventsOf(writer.events) });
  const events = [
    span('r0', null, 'attempt', 'attempt 1', 0, 9000),
    span('r1', 'r0', 'phase', 'http_request', 1000, 7000),
    span('r2', 'r1', 'phase', 'dns', 1000, 500),
    { type: 'annotation', annotation: { spanId: 'r1', time: 2000, label: 'said', type: 'log', metadata: null } },
  ];
  const result = { payloads: [payload({ output: { status: 200 }, startedAt: moment(10), events })] };
  writer.add(20, 'ActivityTaskCompleted', { scheduledEventId, startedEventId, result });
  writer.task(21, 22, 25);
  note(writer, 25, 'recorded', [
    declared('each', null, null, []),
    declared('load', 0, 'each', []),
    {
      ...span('e1', null, 'node', 'The each', 0, 22_000),
      span: { ...span('e1', null, 'node', 'The each', 2000, 20_000).span, nodeKey: 'each' },
    },
    {
      ...span('e2', null, 'node', '', 0, 0),
      span: { ...span('e2', 'e1', 'node', 'The load', 2000, 20_000).span, nodeKey: 'load', iteration: 0 },
    },
    { type: 'node_state', state: { nodeKey: 'load', iteration: 0, status: 'completed', at: 22_000 } },
    { type: 'nonsense' },
  ]);
  writer.add(25, 'WorkflowExecutionCompleted', { result: { payloads: [payload({ done: true })] } });
  return traceOfRun({ events: eventsOf(writer.events) });
}

function note(writer: Writer, ms: number, kind: string, events: JsonValue[]): void {
  const data = { payloads: [payload({ activity_id: '1', activity_type: 'flowprof.note', attempt: 1 })] };
  const result = { payloads: [payload({ flowprof: 1, kind, startedAt: START * 1000, events, left: 0 })] };
  writer.add(ms, 'MarkerRecorded', { markerName: 'core_local_activity', details: { data, result } });
}

describe('a run of a workflow file', () => {
  test('has the nodes and spans that it has in process, with what Temporal adds', () => {
    const trace = history(true);
    expect(drawn(trace).filter((line) => !/workflow task|worker/.test(line))).toEqual([
      'node The each 2+20',
      'node The load 2+20 < The each',
      'phase queue_wait 2+4 < The load',
      'phase queue_wait 6+4 < The load',
      'attempt attempt 1 10+9 < The load',
      'phase http_request 11+7 < attempt 1',
      'phase dns 11+0.5 < http_request',
      'phase callback 19+3 < The load',
    ]);
    expect(trace.nodes.key).toEqual(['each', 'load']);
    expect([...trace.nodes.iteration]).toEqual([-1, 0]);
    expect([...trace.nodes.parent]).toEqual([-1, 0]);
    expect(trace.execution).toMatchObject({
      workflow: 'Order',
      concurrency: 4,
      attributes: { input: { order: 7 }, output: { done: true } },
    });
    const load = trace.spans.metadata.get(trace.nodes.span[1]);
    expect(load).toMatchObject({
      input: { url: 'http://h' },
      output: { status: 200 },
      worker: 'w1',
      activity_id: 'each[0]/load',
    });
    expect(trace.annotations.label).toContain('said');
    expect(trace.warnings).toMatchObject([{ code: 'left_out', count: 1 }]);
    expect(trace.spans.flags.every((flags) => (flags & (FLAG.orphan | FLAG.outside)) === 0)).toBe(true);
  });

  test('tells of what runs before its engine has recorded it', () => {
    const trace = history(false);
    expect(trace.nodes.key).toEqual(['each', 'load']);
    expect(drawn(trace).filter((line) => !/workflow task|worker/.test(line))).toEqual([
      'node The load 6+open',
      'phase queue_wait 6+3 < The load',
      'phase execute 9+open < The load',
    ]);
  });
});

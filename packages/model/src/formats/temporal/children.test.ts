import { describe, expect, test } from 'vitest';
import { drawn, eventsOf, Writer } from '../../../testing/temporal.ts';
import { buildProfile } from '../../analysis/profile.ts';
import type { JsonObject } from '../../json.ts';
import { FLAG, spanIdAt, type Trace } from '../../trace/trace.ts';
import { traceOfRun, type ChildHistory } from './run.ts';

/** A run that starts a child at 10 ms, which starts at 20 ms and closes at some time, if it does. */
function parent(runId: string, closeMs: number | null, closes = true): Writer {
  const writer = new Writer();
  writer.start();
  const workflowTaskCompletedEventId = writer.task(0, 2, 5);
  const initiatedEventId = writer.add(10, 'StartChildWorkflowExecutionInitiated', {
    workflowType: { name: 'Ship' },
    workflowId: 'ship-1',
    retryPolicy: { maximumAttempts: 3 },
    workflowTaskCompletedEventId,
  });
  const workflowExecution = { workflowId: 'ship-1', runId };
  const startedEventId = writer.add(20, 'ChildWorkflowExecutionStarted', { initiatedEventId, workflowExecution });
  if (closeMs !== null) {
    const ids = { initiatedEventId, startedEventId, workflowExecution };
    writer.add(closeMs, 'ChildWorkflowExecutionCompleted', ids);
    writer.task(closeMs + 1, closeMs + 2, closeMs + 3);
  }
  if (closes) writer.add((closeMs ?? 100) + 3, 'WorkflowExecutionCompleted');
  return writer;
}

/** A run with one activity from 40 to 80 ms. */
function child(
  startMs: number,
  close: readonly [type: string, attributes: JsonObject] | null,
  started: JsonObject = {},
): Writer {
  const writer = new Writer();
  writer.add(startMs, 'WorkflowExecutionStarted', { workflowType: { name: 'Ship' }, ...started });
  const workflowTaskCompletedEventId = writer.task(startMs, startMs + 5, startMs + 10);
  const activity = { activityId: '1', activityType: { name: 'Pack' }, taskQueue: { name: 'q' } };
  const scheduledEventId = writer.add(startMs + 10, 'ActivityTaskScheduled', {
    ...activity,
    workflowTaskCompletedEventId,
  });
  const startedEventId = writer.add(startMs + 20, 'ActivityTaskStarted', { scheduledEventId, attempt: 1 });
  writer.add(startMs + 60, 'ActivityTaskCompleted', { scheduledEventId, startedEventId });
  writer.task(startMs + 61, startMs + 62, startMs + 65);
  if (close !== null) writer.add(startMs + 65, `WorkflowExecution${close[0]}`, close[1]);
  return writer;
}

function given(histories: Readonly<Record<string, Writer>>): ChildHistory[] {
  return Object.entries(histories).map(([runId, { events }]) => ({ runId, events: eventsOf(events) }));
}

function traced(writer: Writer, children: readonly ChildHistory[]): Trace {
  return traceOfRun({ events: eventsOf(writer.events), children });
}

function expectSound({ spans }: Trace): void {
  const ids = new Set<string>();
  for (let row = 0; row < spans.length; row++) {
    ids.add(spanIdAt(spans.ids, row));
    expect(spans.flags[row] & (FLAG.orphan | FLAG.cycle | FLAG.outside)).toBe(0);
  }
  expect(ids.size).toBe(spans.length);
}

describe('children', () => {
  test('are drawn in their child_run, with what they wait for', () => {
    const trace = traced(parent('c1', 90), given({ c1: child(20, ['Completed', {}]) }));
    expect(drawn(trace).filter((line) => line.includes('< child_run') || line.includes('< Pack'))).toEqual([
      'system workflow task 20+10 < child_run',
      'node Pack 30+52 < child_run',
      'phase queue_wait 30+10 < Pack',
      'phase execute 40+40 < Pack',
      'phase callback 80+2 < Pack',
      'system workflow task 81+4 < child_run',
    ]);
    expect(trace.nodes.key).toContain('child_workflow:Ship/activity:Pack');
    expectSound(trace);
    expect(buildProfile(trace).accounting?.causes).toMatchObject({ queue: 10, work: 40, callback: 2, unaccounted: 0 });
  });

  test('that continue as new are drawn one run after the other, the later one because of the earlier one', () => {
    const first = child(20, ['ContinuedAsNew', { newExecutionRunId: 'c2' }]);
    const trace = traced(parent('c1', 190), given({ c2: child(100, ['Completed', {}]), c1: first }));
    const { nodes, spans } = trace;
    expect(nodes.key.filter((key) => key.endsWith('Pack') || key.includes('Pack#'))).toEqual([
      'child_workflow:Ship/activity:Pack',
      'child_workflow:Ship/activity:Pack#2',
    ]);
    expect(spans.ids.listed).toContain('5~2:5');
    expect(spans.metadata.get(nodes.span[nodes.type.indexOf('child_workflow')])).toMatchObject({ runs: ['c1', 'c2'] });
    // What lies between the two activities are the workflow tasks of both runs, and 15 ms in which there was neither.
    const { causes } = buildProfile(trace).accounting ?? {};
    expect(causes).toMatchObject({ work: 80, queue: 25, engine: 8, callback: 4, unaccounted: 15 });
    expectSound(trace);
  });

  test('that are tried again have an attempt for each run', () => {
    const failure = { message: 'boom', applicationFailureInfo: { type: 'Boom' } };
    const first = child(20, ['Failed', { failure, newExecutionRunId: 'c2' }]);
    const second = child(100, ['Completed', {}], { attempt: 2, initiator: 'CONTINUE_AS_NEW_INITIATOR_RETRY' });
    const trace = traced(parent('c1', 170), given({ c1: first, c2: second }));
    expect(drawn(trace).filter((line) => line.startsWith('attempt') || line.includes('< attempt'))).toEqual([
      'attempt attempt 1 20+65 < child_run',
      'system workflow task 20+10 < attempt 1',
      'node Pack 30+52 < attempt 1',
      'system workflow task 81+4 < attempt 1',
      'attempt attempt 2 100+65 < child_run',
      'system workflow task 100+10 < attempt 2',
      'node Pack 110+52 < attempt 2',
      'system workflow task 161+4 < attempt 2',
    ]);
    expect(buildProfile(trace).retries).toMatchObject([
      { id: 'child_workflow:Ship', attempts: 2, verdict: 'expected', reason: 'succeeded on attempt 2 of 3' },
    ]);
    expectSound(trace);
  });

  test('that did nothing but decide stay what they were: one node', () => {
    const idle = new Writer();
    idle.start();
    idle.task(25, 30, 40);
    idle.add(40, 'WorkflowExecutionCompleted');
    const trace = traced(parent('c1', 90), given({ c1: idle }));
    expect(trace.nodes.length).toBe(traced(parent('c1', 90), []).nodes.length);
    expect(drawn(trace)).toContain('system workflow task 25+15 < child_run');
    expect(buildProfile(trace).accounting?.causes).toMatchObject({ queue: 15 });
    expectSound(trace);
  });

  test('that nobody waited for hold nothing up, and end where their parent does', () => {
    const trace = traced(parent('c1', null), given({ c1: child(50, ['Completed', {}]) }));
    expect(drawn(trace).filter((line) => line.includes('Pack'))).toEqual([
      'system Pack 60+43 < child_run',
      'phase queue_wait 60+10 < Pack',
      'phase execute 70+33 < Pack',
      'phase callback 103+0 < Pack',
    ]);
    expect(trace.warnings).toContainEqual({ code: 'left_out', count: 1, example: expect.any(String) });
    expect(buildProfile(trace).makespan_ms).toBe(null);
    expectSound(trace);
  });

  test("whose history is behind their parent's end with it", () => {
    const trace = traced(parent('c1', 60), given({ c1: child(20, null) }));
    expectSound(trace);
    expect(drawn(trace)).toContain('node Pack 30+30 < child_run');
  });

  test('that run are open', () => {
    const open = parent('c1', null, false);
    const events = child(20, null).events.slice(0, 6);
    const trace = traceOfRun({ events: eventsOf(open.events), children: [{ runId: 'c1', events: eventsOf(events) }] });
    expect(drawn(trace).slice(-3)).toEqual([
      'node Pack 30+open < child_run',
      'phase queue_wait 30+10 < Pack',
      'phase execute 40+open < Pack',
    ]);
  });

  test('nest to a bounded depth without recursion, and never in themselves', () => {
    const runs: Record<string, Writer> = {};
    for (let i = 1; i < 3000; i++) runs[`c${i}`] = parent(i === 2999 ? 'c1' : `c${i + 1}`, 90);
    const trace = traced(parent('c1', 90), given(runs));
    expect(trace.nodes.type.filter((type) => type === 'child_workflow')).toHaveLength(65);
    expect(trace.warnings).toContainEqual({ code: 'left_out', count: 65, example: expect.any(String) });
    expect(Math.max(...trace.nodes.key.map(({ length }) => length))).toBeLessThan(1200);
    expectSound(trace);
    const itself = traced(parent('c1', 90), given({ c1: parent('c1', 80) }));
    expect(itself.nodes.type.filter((type) => type === 'child_workflow')).toHaveLength(2);
  });
});

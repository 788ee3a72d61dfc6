import { describe, expect, test } from 'vitest';
import { at } from '../../../testing/at.ts';
import { drawn, historyOf, START, Writer } from '../../../testing/temporal.ts';
import { analyseTrace } from '../../analysis/analyse.ts';
import { buildProfile } from '../../analysis/profile.ts';
import type { JsonObject } from '../../json.ts';
import { FLAG, NONE, type Trace } from '../../trace/trace.ts';

function dependenciesOf({ nodes }: Trace, key: string): string[] {
  const row = nodes.key.indexOf(key);
  const deps = nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]);
  return Array.from(deps, (dep) => at(nodes.key, dep));
}

/** A workflow with one activity, started on an attempt and closed in a way. */
function withActivity(
  attempt: number | null,
  close: string | null,
  attributes: JsonObject,
  policy: JsonObject | null,
): Trace {
  const writer = new Writer();
  writer.start();
  const completed = writer.task(0, 10, 20);
  const scheduledEventId = writer.add(20, 'ActivityTaskScheduled', {
    activityId: 'a1',
    activityType: { name: 'Charge' },
    taskQueue: { name: 'pay' },
    workflowTaskCompletedEventId: completed,
    ...(policy !== null && { retryPolicy: policy }),
  });
  if (attempt !== null) writer.add(1020, 'ActivityTaskStarted', { scheduledEventId, attempt, identity: 'w2' });
  if (close !== null) {
    writer.add(1120, close, { scheduledEventId, ...attributes });
    writer.task(1120, 1130, 1140);
  }
  return writer.trace();
}

/** A workflow that closes in a way while a timer is open. */
function withOpenTimer(close: string): Trace {
  const writer = new Writer();
  writer.start();
  const done = writer.task(0, 1, 2);
  writer.add(2, 'TimerStarted', { timerId: '1', startToFireTimeout: '60s', workflowTaskCompletedEventId: done });
  writer.add(1000, close, {});
  return writer.trace();
}

/** A workflow with an activity that is not done, and what the server knows of it. */
function withPending(pending: JsonObject | null): Trace {
  const writer = new Writer();
  writer.start();
  const workflowTaskCompletedEventId = writer.task(0, 10, 20);
  writer.add(20, 'ActivityTaskScheduled', {
    activityId: '5',
    activityType: { name: 'Ship' },
    workflowTaskCompletedEventId,
  });
  const history = historyOf(writer.events);
  if (pending !== null) history.describe({ pendingActivities: [{ activityId: '5', ...pending }] });
  return history.trace();
}

function upTo(maximumAttempts: number): JsonObject {
  return { initialInterval: '2s', backoffCoefficient: 2, maximumAttempts };
}

describe('what becomes of operations', () => {
  test('an activity on its first attempt', () => {
    const trace = withActivity(1, 'ActivityTaskCompleted', {}, null);
    expect(drawn(trace)).toEqual([
      'system workflow task 0+20',
      'phase queue_wait 0+10 < workflow task',
      'phase worker 10+10 < workflow task',
      'node Charge 20+1110',
      'phase queue_wait 20+1000 < Charge',
      'phase execute 1020+100 < Charge',
      'phase callback 1120+10 < Charge',
      'system workflow task 1120+20',
      'phase queue_wait 1120+10 < workflow task',
      'phase worker 1130+10 < workflow task',
    ]);
    expect(dependenciesOf(trace, 'activity:Charge')).toEqual(['workflow_task']);
    expect(dependenciesOf(trace, 'workflow_task#2')).toEqual(['activity:Charge']);
    expect(buildProfile(trace)).toMatchObject({
      work_ms: 100,
      queue_wait_ms: 1020,
      accounting: { total_ms: 1110, causes: { work: 100, callback: 10 } },
      waits: [
        { reason: 'task_queue', name: 'pay' },
        { reason: 'task_queue', name: 'orders' },
      ],
    });
  });

  test('an activity on a later attempt: what came before is one window, and the waits in it are an estimate', () => {
    const policy = { initialInterval: '0.100s', backoffCoefficient: 2, maximumInterval: '0.300s' };
    const trace = withActivity(5, 'ActivityTaskCompleted', {}, policy);
    expect(drawn(trace).slice(3, 7)).toEqual([
      'node Charge 20+1110',
      'phase retry_window 20+1000 < Charge',
      'attempt attempt 5 1020+100 < Charge',
      'phase execute 1020+100 < attempt 5',
    ]);
    const window = Array.from(trace.spans.metadata.values()).find((metadata) => metadata['attempts_before'] === 4);
    expect(window).toMatchObject({ estimated: true, estimated_backoff_ms: 900 });
    expect(buildProfile(trace)).toMatchObject({
      work_ms: 100,
      accounting: { causes: { retry_backoff: 1000, work: 100 } },
    });
  });

  test('an activity that never started, with and without failures before', () => {
    const waited = withActivity(null, 'ActivityTaskTimedOut', { failure: { message: 'late' } }, null);
    expect(drawn(waited)[4]).toBe('phase queue_wait 20+1100 < Charge');
    const cause = { message: 'no money', applicationFailureInfo: { type: 'Poor' } };
    const failure = { message: 'late', cause, timeoutFailureInfo: { timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_CLOSE' } };
    const tried = withActivity(null, 'ActivityTaskTimedOut', { failure }, null);
    expect(drawn(tried)[4]).toBe('phase opaque 20+1100 < Charge');
    expect(tried.spans.metadata.get(3)).toMatchObject({
      error: { code: 'ScheduleToCloseTimeout', causes: [{ code: 'Poor', message: 'no money' }] },
    });
  });

  test('timers, children, signals, updates, Nexus operations and local activities', () => {
    const writer = new Writer();
    writer.start();
    const done = writer.task(0, 1, 2);
    const by = { workflowTaskCompletedEventId: done };
    const timer = writer.add(2, 'TimerStarted', { timerId: 't', startToFireTimeout: '1s', ...by });
    const child = writer.add(2, 'StartChildWorkflowExecutionInitiated', {
      workflowType: { name: 'Pay' },
      workflowId: 'p',
      ...by,
    });
    const signal = writer.add(2, 'SignalExternalWorkflowExecutionInitiated', { signalName: 'go', ...by });
    const cancel = writer.add(2, 'RequestCancelExternalWorkflowExecutionInitiated', { ...by });
    const sync = writer.add(2, 'NexusOperationScheduled', { service: 's', operation: 'quick', ...by });
    const async = writer.add(2, 'NexusOperationScheduled', { service: 's', operation: 'slow', ...by });
    writer.add(3, 'WorkflowExecutionUpdateAccepted', {
      protocolInstanceId: 'u',
      acceptedRequest: { meta: { updateId: 'u' }, input: { name: 'rename' } },
    });
    writer.add(4, 'ChildWorkflowExecutionStarted', {
      initiatedEventId: child,
      workflowExecution: { workflowId: 'p', runId: 'r' },
    });
    writer.add(4, 'NexusOperationStarted', { scheduledEventId: async });
    writer.add(5, 'ExternalWorkflowExecutionSignaled', { initiatedEventId: signal });
    writer.add(5, 'RequestCancelExternalWorkflowExecutionFailed', { initiatedEventId: cancel, cause: 'NOT_FOUND' });
    writer.add(6, 'NexusOperationCompleted', { scheduledEventId: sync });
    writer.add(7, 'WorkflowExecutionUpdateCompleted', { meta: { updateId: 'u' }, outcome: { success: {} } });
    writer.add(9, 'ChildWorkflowExecutionFailed', {
      initiatedEventId: child,
      retryState: 'RETRY_STATE_RETRY_POLICY_NOT_SET',
    });
    writer.add(9, 'NexusOperationFailed', { scheduledEventId: async, failure: { message: 'no' } });
    writer.add(1005, 'TimerFired', { timerId: 't', startedEventId: timer });
    expect(drawn(writer.trace()).slice(3)).toEqual([
      'node timer t 2+1003',
      'phase sleep 2+1000 < timer t',
      'phase fire_lag 1002+3 < timer t',
      'node Pay 2+7',
      'phase start_wait 2+2 < Pay',
      'phase child_run 4+5 < Pay',
      'node signal go 2+3',
      'phase deliver 2+3 < signal go',
      'node cancel external workflow 2+3',
      'phase deliver 2+3 < cancel external workflow',
      'node s/quick 2+4',
      'phase sync_call 2+4 < s/quick',
      'node s/slow 2+7',
      'phase start_call 2+2 < s/slow',
      'phase async_run 4+5 < s/slow',
      'node rename 3+4',
      'phase handler 3+4 < rename',
    ]);
    const trace = writer.trace();
    const statuses = Array.from(trace.nodes.status, (code) => ['?', 'running', 'completed', 'failed'][code]);
    expect(statuses.slice(1)).toEqual([
      'completed',
      'failed',
      'completed',
      'failed',
      'completed',
      'failed',
      'completed',
    ]);
    expect(trace.spans.metadata.get(6)).toMatchObject({
      child: { workflow_id: 'p', run_id: 'r' },
      retry: { policy: 'none' },
    });
  });

  test('workflow tasks are the engine, also on the critical path, and one that failed is a failed attempt', () => {
    const writer = new Writer();
    writer.start();
    const first = writer.task(0, 1, 2);
    const one = writer.add(2, 'TimerStarted', {
      timerId: '1',
      startToFireTimeout: '1s',
      workflowTaskCompletedEventId: first,
    });
    writer.add(1002, 'TimerFired', { timerId: '1', startedEventId: one });
    const scheduledEventId = writer.add(1002, 'WorkflowTaskScheduled', { taskQueue: { name: 'orders' } });
    writer.add(1012, 'WorkflowTaskStarted', { scheduledEventId });
    writer.add(1022, 'WorkflowTaskFailed', {
      scheduledEventId,
      cause: 'NonDeterministicError',
      failure: { message: 'bug' },
    });
    const again = writer.add(1052, 'WorkflowTaskScheduled', { taskQueue: { name: 'orders' }, attempt: 2 });
    writer.add(1062, 'WorkflowTaskStarted', { scheduledEventId: again });
    const second = writer.add(1072, 'WorkflowTaskCompleted', { scheduledEventId: again });
    const two = writer.add(1072, 'TimerStarted', {
      timerId: '2',
      startToFireTimeout: '1s',
      workflowTaskCompletedEventId: second,
    });
    writer.add(2072, 'TimerFired', { timerId: '2', startedEventId: two });
    const profile = buildProfile(writer.trace());
    expect(profile.accounting?.causes).toMatchObject({
      sleep: 2000,
      queue: 20,
      failed_attempts: 10,
      retry_backoff: 30,
      engine: 10,
      unaccounted: 0,
    });
    expect(profile).toMatchObject({ makespan_ms: 2070, counts: { nodes: 5, leaf_nodes: 2 } });
  });

  test('what is open when the workflow closes is abandoned, and holds nothing up unless it was waited for', () => {
    const left = withOpenTimer('WorkflowExecutionCompleted');
    expect(drawn(left)[3]).toBe('system timer 1 2+998');
    expect(left.spans.metadata.get(3)).toMatchObject({ abandoned: true, awaited: false });
    expect(left.warnings.map(({ code }) => code)).toEqual(['unclosed_span']);
    expect(buildProfile(left).makespan_ms).toBeNull();
    expect(buildProfile(withOpenTimer('WorkflowExecutionTerminated')).accounting?.causes.sleep).toBe(998);
  });

  test('times that run backwards are clamped, told of, and kept', () => {
    const writer = new Writer();
    writer.start();
    const done = writer.task(0, 10, 20);
    const scheduledEventId = writer.add(20, 'ActivityTaskScheduled', { workflowTaskCompletedEventId: done });
    writer.add(15, 'ActivityTaskStarted', { scheduledEventId });
    writer.add(30, 'ActivityTaskCompleted', { scheduledEventId });
    const trace = writer.trace();
    expect(drawn(trace).slice(4)).toEqual([
      'phase queue_wait 20+0 < activity (event 5)',
      'phase execute 20+10 < activity (event 5)',
    ]);
    expect(trace.spans.flags[4]).toBe(FLAG.negative);
    expect(trace.spans.metadata.get(4)).toMatchObject({ original_duration_us: -5000 });
    expect(trace.warnings).toEqual([{ code: 'end_before_start', count: 1, example: 'queue_wait of event 5' }]);
  });

  test('a delayed start, signals, markers and events of other kinds', () => {
    const writer = new Writer();
    writer.start({
      firstWorkflowTaskBackoff: '2s',
      cronSchedule: '* * * * *',
      attempt: 3,
      initiator: 'CONTINUE_AS_NEW_INITIATOR_RETRY',
    });
    const done = writer.task(2000, 2001, 2002);
    writer.add(2002, 'MarkerRecorded', { markerName: 'Version', workflowTaskCompletedEventId: done });
    writer.add(2003, 'WorkflowExecutionSignaled', {
      signalName: 'go',
      input: { payloads: [{ metadata: {}, data: 'AA==' }] },
    });
    writer.add(2004, 'WorkflowExecutionTeleported', { where: 'Mars' });
    const trace = writer.trace();
    expect(drawn(trace)).toContain('system start_delay 0+2000');
    expect(trace.execution.attributes).toMatchObject({ cron_schedule: '* * * * *', attempt: 3, initiator: 'Retry' });
    expect(trace.annotations.label).toEqual([
      'MarkerRecorded Version',
      'WorkflowExecutionSignaled go',
      'WorkflowExecutionTeleported',
    ]);
    expect([...trace.annotations.span]).toEqual([0, NONE, NONE]);
    expect(trace.annotations.metadata.get(2)).toMatchObject({ event_id: 7, where: 'Mars' });
    expect(trace.warnings).toEqual([
      { code: 'unknown_event', count: 1, example: 'event 7: WorkflowExecutionTeleported' },
    ]);
  });

  test('a running activity of which only the server knows more', () => {
    const lastStartedTime = new Date(START + 500).toISOString();
    expect(drawn(withPending(null))[4]).toBe('phase opaque 20+open < Ship');
    const first = withPending({ state: 'PENDING_ACTIVITY_STATE_STARTED', attempt: 1, lastStartedTime });
    expect(drawn(first).slice(4)).toEqual(['phase queue_wait 20+480 < Ship', 'phase execute 500+open < Ship']);
    const third = withPending({ state: 'Started', attempt: 3, lastStartedTime, lastFailure: { message: 'no' } });
    expect(drawn(third).slice(4)).toEqual([
      'phase retry_window 20+480 < Ship',
      'attempt attempt 3 500+open < Ship',
      'phase execute 500+open < attempt 3',
    ]);
    expect(at(analyseTrace(third).retries, 0)).toMatchObject({ verdict: 'expected', reason: 'in progress, attempt 3' });
    expect(drawn(withPending({ state: 'Scheduled', attempt: 2 })).at(-1)).toBe('phase retry_window 20+open < Ship');
  });
});

describe('retries', () => {
  const defaults = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '100s' };
  const cause = { message: 'no money', applicationFailureInfo: { type: 'Poor' } };
  const deadline = { message: 'late', timeoutFailureInfo: { timeoutType: 'StartToClose' }, cause };
  test.each<[string, Trace, string, string]>([
    ['completed', withActivity(3, 'ActivityTaskCompleted', {}, upTo(5)), 'expected', 'succeeded on attempt 3 of 5'],
    [
      'by default',
      withActivity(2, 'ActivityTaskCompleted', {}, defaults),
      'expected',
      'succeeded on attempt 2 (server default policy)',
    ],
    ['open', withActivity(2, null, {}, upTo(0)), 'expected', 'in progress, attempt 2'],
    [
      'exhausted',
      withActivity(3, 'ActivityTaskFailed', { retryState: 'MaximumAttemptsReached' }, upTo(3)),
      'unexpected',
      'all 3 attempts failed',
    ],
    [
      'one only',
      withActivity(1, 'ActivityTaskFailed', { retryState: 'RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED' }, upTo(1)),
      'unexpected',
      'the policy allows no retries',
    ],
    [
      'non-retryable',
      withActivity(1, 'ActivityTaskFailed', { retryState: 'RETRY_STATE_NON_RETRYABLE_FAILURE' }, defaults),
      'unexpected',
      'the error of attempt 1 (server default policy) is not retryable',
    ],
    [
      'deadline',
      withActivity(4, 'ActivityTaskTimedOut', { retryState: 'Timeout', failure: deadline }, upTo(0)),
      'unexpected',
      'the deadline passed during attempt 4; before that: no money',
    ],
    [
      'no policy',
      withActivity(1, 'ActivityTaskFailed', { retryState: 'RETRY_STATE_RETRY_POLICY_NOT_SET' }, null),
      'unexpected',
      'there is no retry policy',
    ],
    [
      'cancelled',
      withActivity(2, 'ActivityTaskFailed', { retryState: 'RETRY_STATE_CANCEL_REQUESTED' }, upTo(0)),
      'unknown',
      'cancelled during attempt 2: neither expected nor unexpected',
    ],
    [
      'server error',
      withActivity(2, 'ActivityTaskFailed', { retryState: 'InternalServerError' }, upTo(0)),
      'unknown',
      'the server gave up during attempt 2',
    ],
    [
      'unspecified',
      withActivity(2, 'ActivityTaskFailed', { retryState: 'RETRY_STATE_UNSPECIFIED' }, null),
      'unknown',
      'the retry policy is not recorded',
    ],
  ])('%s', (_, trace, verdict, reason) => {
    expect(analyseTrace(trace).retries).toMatchObject([{ verdict, reason }]);
  });

  test('an activity that succeeded at once, or was cancelled, is no finding', () => {
    expect(analyseTrace(withActivity(1, 'ActivityTaskCompleted', {}, defaults)).retries).toEqual([]);
    expect(analyseTrace(withActivity(1, 'ActivityTaskCanceled', {}, defaults)).retries).toEqual([]);
  });
});

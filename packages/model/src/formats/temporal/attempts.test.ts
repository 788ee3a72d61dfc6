import { describe, expect, test } from 'vitest';
import { drawn, eventsOf, moment, report, RUN, Writer } from '../../../testing/temporal.ts';
import type { JsonObject } from '../../json.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { statusOf } from '../../trace/status.ts';
import { type Trace } from '../../trace/trace.ts';
import { sampledAttempts, type AttemptReport } from './attempts.ts';
import { traceOfRun } from './run.ts';

const POLICY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '100s', maximumAttempts: 3 };

/** A history of one activity, scheduled at 10 ms, whose last attempt was given to a worker at some time. */
function history(
  last: { attempt: number; startedMs: number } | null,
  close: [string, number, JsonObject] | null,
): Writer {
  const writer = new Writer();
  writer.start({ originalExecutionRunId: RUN });
  const workflowTaskCompletedEventId = writer.task(0, 2, 5);
  const scheduledEventId = writer.add(10, 'ActivityTaskScheduled', {
    activityId: 'a1',
    activityType: { name: 'Charge' },
    taskQueue: { name: 'orders' },
    retryPolicy: POLICY,
    workflowTaskCompletedEventId,
  });
  let startedEventId = 0;
  if (last !== null) {
    startedEventId = writer.add(last.startedMs, 'ActivityTaskStarted', { scheduledEventId, attempt: last.attempt });
  }
  if (close === null) return writer;
  const [type, ms, attributes] = close;
  writer.add(ms, `ActivityTask${type}`, { scheduledEventId, startedEventId, ...attributes });
  const id = writer.task(ms + 1, ms + 3, ms + 6);
  writer.add(ms + 6, 'WorkflowExecutionCompleted', { workflowTaskCompletedEventId: id });
  return writer;
}

function traced(writer: Writer, attempts: readonly AttemptReport[], pending: readonly JsonObject[] = []): Trace {
  return traceOfRun({ events: eventsOf(writer.events), info: { runId: RUN, pendingActivities: pending }, attempts });
}

function lines(trace: Trace): string[] {
  return drawn(trace).filter(
    (line) => /Charge|attempt|execute|retry|callback$|callback <|opaque/.test(line) || line.includes('< Charge'),
  );
}

function iso(ms: number): string {
  return new Date(moment(ms) / 1000).toISOString();
}

function causes(trace: Trace): Readonly<Record<string, number>> {
  return buildProfile(trace).accounting?.causes ?? {};
}

const SUCCEEDED = ['Completed', 3400, {}] satisfies [string, number, JsonObject];
const THREE = [
  report(1, 15, 100, { error: { code: 'Declined', message: 'no' } }),
  report(2, 1120, 1300, { attemptScheduledAt: moment(1110), error: { code: 'Busy', message: 'busy' } }),
  report(3, 3320, 3395, { attemptScheduledAt: moment(3310), status: 'completed' }),
];

describe('attempts that were reported', () => {
  test('are told apart, with the waits between and before them', () => {
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), THREE);
    expect(lines(trace)).toEqual([
      'node Charge 10+3393',
      'phase queue_wait 10+5 < Charge',
      'attempt attempt 1 15+85 < Charge',
      'phase execute 15+85 < attempt 1',
      'phase retry_backoff 100+1010 < Charge',
      'phase queue_wait 1110+10 < Charge',
      'attempt attempt 2 1120+180 < Charge',
      'phase execute 1120+180 < attempt 2',
      'phase retry_backoff 1300+2010 < Charge',
      'phase queue_wait 3310+10 < Charge',
      'attempt attempt 3 3320+75 < Charge',
      'phase execute 3320+75 < attempt 3',
      'phase callback 3395+8 < Charge',
    ]);
    expect(trace.warnings).toEqual([]);
    expect(trace.spans.metadata.get(trace.nodes.span[trace.nodes.key.indexOf('activity:Charge')])).toMatchObject({
      retry: { policy: 'own', max_attempts: 3, verdict: 'expected', reason: 'succeeded on attempt 3 of 3' },
      task_queue: 'orders',
      worker: 'w1',
      build_id: 'b1',
    });
    expect(causes(trace)).toMatchObject({
      failed_attempts: 265,
      retry_backoff: 3020,
      queue: 25,
      work: 75,
      callback: 8,
    });
    expect(buildProfile(trace).retries).toMatchObject([
      { attempts: 3, verdict: 'expected', reason: 'succeeded on attempt 3 of 3' },
    ]);
  });

  test.each([
    ['backwards', THREE.toReversed()],
    ['twice', [...THREE, ...THREE]],
    ['as they ran, before', [...THREE, ...THREE.map((one) => ({ ...one, endedAt: null, status: 'running' as const }))]],
    ['sampled too', [...THREE.map((one) => ({ ...one, startedAt: moment(1), source: 'sample' as const })), ...THREE]],
  ])('say the same %s', (_, attempts) => {
    const events = history({ attempt: 3, startedMs: 3318 }, SUCCEEDED);
    expect(drawn(traced(events, attempts))).toEqual(drawn(traced(events, THREE)));
  });

  test('leave a window where one is missing', () => {
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), THREE.toSpliced(1, 1));
    expect(lines(trace)).toContain('phase retry_window 100+3210 < Charge');
    expect(lines(trace)).toContain('phase queue_wait 3310+10 < Charge');
    const first = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), THREE.slice(1));
    expect(lines(first)).toContain('phase retry_window 10+1100 < Charge');
  });

  test('are completed by the last one of the history', () => {
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), THREE.slice(0, 2));
    // Without a report its backoff is that of the policy, 2 s.
    expect(lines(trace).slice(-5)).toEqual([
      'phase retry_backoff 1300+2000 < Charge',
      'phase queue_wait 3300+18 < Charge',
      'attempt attempt 3 3318+82 < Charge',
      'phase execute 3318+82 < attempt 3',
      'phase callback 3400+3 < Charge',
    ]);
  });

  test('do not count beyond what the history knows of one that closed', () => {
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), [...THREE, report(4, 3500, 3600)]);
    expect(lines(trace)).toEqual(lines(traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), THREE)));
    expect(trace.warnings).toMatchObject([{ code: 'contradicting_attempt', count: 1 }]);
  });

  test('end as the history says where it says otherwise', () => {
    const timedOut = [
      'TimedOut',
      3400,
      { failure: { timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } } },
    ] satisfies [string, number, JsonObject];
    const late = THREE.with(2, report(3, 3320, 3900, { status: 'completed', attemptScheduledAt: moment(3310) }));
    const { spans, ...trace } = traced(history({ attempt: 3, startedMs: 3318 }, timedOut), late);
    expect(lines({ spans, ...trace })).toContain('attempt attempt 3 3320+80 < Charge');
    const row = spans.ids.listed?.indexOf('5.attempt3') ?? 0;
    expect(spans.metadata.get(row)).toMatchObject({ reported: 'completed', ran_on_us: 500_000 });
  });

  test('that ran on after the server had given up on them end where it must have', () => {
    const attempts = [report(1, 15, 5000, { status: 'completed' }), ...THREE.slice(1)];
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), attempts);
    expect(lines(trace)).toContain('attempt attempt 1 15+95 < Charge');
    expect(lines(trace)).toContain('phase retry_backoff 110+1000 < Charge');
    expect(causes(trace)).toMatchObject({ failed_attempts: 275 });
    // That it ran out of time is no wonder; one that says it failed while the next one ran is.
    expect(trace.warnings).toEqual([]);
    const failed = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), [
      report(1, 15, 5000),
      ...THREE.slice(1),
    ]);
    expect(failed.warnings).toMatchObject([{ code: 'superseded_attempt' }]);
  });

  test('that were only seen while they ran failed, and end before the waits of the policy', () => {
    const seen = report(1, 15, null, { source: 'sample', status: 'running' });
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), [seen]);
    expect(lines(trace)).toContain('attempt attempt 1 15+303 < Charge');
    expect(lines(trace)).toContain('phase retry_window 318+3000 < Charge');
    const row = trace.spans.ids.listed?.indexOf('5.attempt1') ?? 0;
    expect(trace.spans.metadata.get(row)).toMatchObject({ attempt: 1, estimated: true });
    expect(statusOf(trace.spans.status[row] ?? 0)).toBe('failed');
  });

  test('are as many as their numbers say, those that start at once too', () => {
    const none = report(2, 3318, null, { source: 'sample', status: 'running' });
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), [report(1, 15, 100), none]);
    expect(lines(trace)).toContain('attempt attempt 2 3318+0 < Charge');
    expect(buildProfile(trace).retries).toMatchObject([{ attempts: 3, reason: 'succeeded on attempt 3 of 3' }]);
  });

  test('of a worker whose clock is off are moved, and told', () => {
    const ahead = THREE.map((one) => ({
      ...one,
      startedAt: moment(one.startedAt / 1000 - moment(0) / 1000 + 90_000),
      endedAt: moment((one.endedAt ?? 0) / 1000 - moment(0) / 1000 + 90_000),
    }));
    const trace = traced(history({ attempt: 3, startedMs: 3318 }, SUCCEEDED), ahead);
    expect(lines(trace)).toContain('attempt attempt 3 3325+75 < Charge');
    expect(trace.warnings).toMatchObject([{ code: 'clock_skew', example: 'worker w1: 89995 ms' }]);
  });

  test('wait on where they are under way', () => {
    const open = history(null, null);
    expect(lines(traced(open, [report(1, 15, null)]))).toEqual([
      'node Charge 10+open',
      'phase queue_wait 10+5 < Charge',
      'attempt attempt 1 15+open < Charge',
      'phase execute 15+open < attempt 1',
    ]);
    expect(lines(traced(open, THREE.slice(0, 1))).at(-1)).toBe('phase retry_backoff 100+open < Charge');
  });

  test('tell of an activity that timed out while it waited for its next attempt', () => {
    const closed = history(null, ['TimedOut', 900, { retryState: 'RETRY_STATE_TIMEOUT', failure: {} }]);
    expect(lines(traced(closed, THREE.slice(0, 1))).slice(-2)).toEqual([
      'phase retry_backoff 100+800 < Charge',
      'phase callback 900+3 < Charge',
    ]);
  });

  test('have their heartbeats, bounded', () => {
    const heartbeats = [20, 30, 9000].map((ms) => moment(ms));
    const trace = traced(history({ attempt: 1, startedMs: 12 }, ['Completed', 101, {}]), [
      report(1, 15, 100, { status: 'completed', heartbeats, heartbeatCount: 3 }),
    ]);
    const beats = trace.annotations.type.flatMap((type, row) =>
      type === 'heartbeat' ? [trace.annotations.time[row]] : [],
    );
    expect(beats).toEqual([20_000, 30_000, 100_000]);
  });

  test('of other things are told of', () => {
    const trace = traced(history(null, null), [report(1, 15, 20, { activityId: 'other' })]);
    expect(trace.warnings).toMatchObject([{ code: 'unmatched_attempt', example: 'Charge other' }]);
  });

  test('of other runs are not looked at', () => {
    const trace = traced(history(null, null), [report(1, 15, 20, { runId: 'another' })]);
    expect(trace.warnings).toEqual([]);
    expect(lines(trace)).toEqual(['node Charge 10+open', 'phase opaque 10+open < Charge']);
  });
});

describe('samples', () => {
  const run = { runId: RUN, workflowId: 'order-1', namespace: 'default' };

  test('tell of the attempt that runs, or of the one that failed before', () => {
    const pending = { activityId: 'a1', activityType: { name: 'Charge' }, lastStartedTime: iso(1120), attempt: 2 };
    expect(sampledAttempts(run, [{ ...pending, state: 'PENDING_ACTIVITY_STATE_STARTED' }])).toMatchObject([
      { attempt: 2, status: 'running', startedAt: moment(1120), endedAt: null, source: 'sample' },
    ]);
    const waiting = {
      ...pending,
      state: 1,
      attempt: 3,
      lastAttemptCompleteTime: iso(1300),
      lastFailure: { message: 'busy' },
    };
    expect(sampledAttempts(run, [waiting])).toMatchObject([
      { attempt: 2, status: 'failed', endedAt: moment(1300), error: { message: 'busy' } },
    ]);
    expect(sampledAttempts(run, [{ ...pending, state: 1, attempt: 1 }, {}])).toEqual([]);
  });

  test('join with what the server knows of the one under way', () => {
    const pending = [
      { activityId: 'a1', activityType: { name: 'Charge' }, state: 2, attempt: 2, lastStartedTime: iso(1118) },
    ];
    expect(lines(traced(history(null, null), THREE.slice(0, 1), pending)).slice(-4)).toEqual([
      'phase retry_backoff 100+1000 < Charge',
      'phase queue_wait 1100+18 < Charge',
      'attempt attempt 2 1118+open < Charge',
      'phase execute 1118+open < attempt 2',
    ]);
  });
});

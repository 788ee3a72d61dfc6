import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../../testing/at.ts';
import { expectSound } from '../../../testing/sound.ts';
import {
  drawn,
  historyEvents,
  historyOf,
  report,
  RUN,
  told,
  Writer,
  moment,
  eventsOf,
} from '../../../testing/temporal.ts';
import { OPEN, type Trace } from '../../trace/trace.ts';
import type { AttemptReport } from './attempts.ts';
import type { HistoryEvent } from './events.ts';
import { TemporalHistory } from './history.ts';
import { traceOfRun, type ChildHistory } from './run.ts';

const FILES = [
  'picked/raw-events.ascending.timed-out.json',
  'sdk-go/nexus-cancel-after-start.json',
  'sdk-go/multiple-updates-canceled.json',
  'sdk-go/reset-workflow-after-child-complete.json',
  'sdk-typescript/random-replay-1.17.2.json',
  'sdk-core/fail_wf_task.bin',
  'sdk-java/testLocalActivityAfterCancelTest.json',
];
const histories = FILES.map(historyEvents);

/** That the phases of each activity follow each other without a gap from its start to its end. */
function expectCovered({ spans, nodes }: Trace): void {
  for (let node = 0; node < nodes.length; node++) {
    if (nodes.type[node] !== 'activity') continue;
    const row = nodes.span[node];
    let cursor = spans.start[row];
    for (let below = 0; below < spans.length; below++) {
      if (spans.parent[below] !== row) continue;
      expect(spans.start[below]).toBe(cursor);
      cursor += Math.max(0, spans.duration[below]);
    }
    if (spans.duration[row] !== OPEN) expect(cursor).toBe(spans.start[row] + spans.duration[row]);
  }
}

const time = fc.integer({ min: -2000, max: 8000 });

const anyReport: fc.Arbitrary<AttemptReport> = fc
  .record({
    attempt: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constantFrom(0, -1, 1.5, 1e9)),
    started: time,
    ended: fc.option(time),
    scheduled: fc.option(time),
    status: fc.constantFrom('running', 'completed', 'failed', 'cancelled', 'timeout' as const),
    identity: fc.constantFrom('w1', 'w2', null),
    source: fc.constantFrom('worker', 'sample' as const),
    beats: fc.array(time, { maxLength: 4 }),
    activityId: fc.constantFrom('a1', 'a2', 'a1', 'none'),
    isLocal: fc.boolean(),
  })
  .map(({ attempt, started, ended, scheduled, status, beats, ...more }) =>
    report(attempt, started, ended, {
      ...more,
      status,
      attemptScheduledAt: scheduled === null ? null : moment(scheduled),
      heartbeats: beats.map(moment),
      heartbeatCount: beats.length,
    }),
  );

/** Histories of one activity, in which everything may be missing or run backwards. */
const anyHistory: fc.Arbitrary<readonly HistoryEvent[]> = fc
  .record({
    scheduled: fc.integer({ min: 5, max: 50 }),
    started: fc.option(fc.integer({ min: -20, max: 4000 })),
    attempt: fc.integer({ min: 1, max: 4 }),
    close: fc.option(fc.constantFrom('Completed', 'Failed', 'TimedOut', 'Canceled')),
    closed: fc.integer({ min: -20, max: 5000 }),
    observed: fc.boolean(),
    over: fc.boolean(),
    hasPolicy: fc.boolean(),
  })
  .map(({ scheduled, started, attempt, close, closed, observed, over, hasPolicy }) => {
    const writer = new Writer();
    writer.start({ originalExecutionRunId: RUN });
    const workflowTaskCompletedEventId = writer.task(0, 2, 5);
    const scheduledEventId = writer.add(scheduled, 'ActivityTaskScheduled', {
      activityId: 'a1',
      activityType: { name: 'Charge' },
      taskQueue: { name: 'orders' },
      ...(hasPolicy && { retryPolicy: { initialInterval: '1s', maximumAttempts: 4 } }),
      workflowTaskCompletedEventId,
    });
    let startedEventId = 0;
    if (started !== null)
      startedEventId = writer.add(scheduled + started, 'ActivityTaskStarted', {
        scheduledEventId,
        attempt,
        lastFailure: attempt > 1 ? { message: 'before' } : {},
      });
    const end = scheduled + (started ?? 0) + closed;
    if (close !== null)
      writer.add(end, `ActivityTask${close}`, { scheduledEventId, startedEventId, failure: { message: 'boom' } });
    if (observed) writer.task(end + 1, end + 3, end + 4);
    if (over) writer.add(end + 5, 'WorkflowExecutionCompleted');
    return eventsOf(writer.events);
  });

describe('laws of attempts', () => {
  test('whatever is reported, in any order and twice, the trace is sound, the same, and accounts for every microsecond', () => {
    fc.assert(
      fc.property(anyHistory, fc.array(anyReport, { maxLength: 8 }), fc.nat(), (events, attempts, seed) => {
        const info = { runId: RUN };
        const trace = traceOfRun({ events, info, attempts });
        expectSound(trace);
        expectCovered(trace);
        const mixed = [...attempts, ...attempts].map((one, i) => ({ one, place: ((i + 1) * (seed + 7919)) % 104_729 }));
        const shuffled = mixed.sort((a, b) => a.place - b.place).map(({ one }) => one);
        expect(drawn(traceOfRun({ events: events.toReversed(), info, attempts: shuffled }))).toEqual(drawn(trace));
      }),
      { numRuns: 150 },
    );
  });

  test('without attempts, children and spans nothing changes but that more is told of the same', () => {
    for (const events of histories) {
      const history = new TemporalHistory();
      history.add(events);
      expect(drawn(traceOfRun({ events }))).toEqual(drawn(history.trace()));
      expect(traceOfRun({ events }).warnings).toEqual(history.trace().warnings);
    }
  });
});

/** A history whose operations start runs that are named after it. */
function withChildren(events: readonly HistoryEvent[], name: string): readonly HistoryEvent[] {
  return events.map((event) => {
    if (event.type !== 'ChildWorkflowExecutionStarted') return event;
    return { ...event, attributes: { ...event.attributes, workflowExecution: { workflowId: name, runId: name } } };
  });
}

describe('laws of nesting', () => {
  const withChild = histories.filter((events) => events.some(({ type }) => type === 'ChildWorkflowExecutionStarted'));

  test('whatever histories children have, when ever they were, the trace is sound', () => {
    const anyChild = fc.record({
      history: fc.nat(histories.length - 1),
      shift: fc.integer({ min: -5e6, max: 5e6 }),
      from: fc.nat(),
      to: fc.nat(),
      next: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.nat(withChild.length - 1), fc.array(anyChild, { minLength: 1, maxLength: 4 }), (which, given) => {
        const events = at(withChild, which);
        const base = events.find(({ time: known }) => known !== null)?.time ?? 0;
        const children = given.map(({ history: number, shift, from, to, next }, i): ChildHistory => {
          const history = at(histories, number);
          const own = history.find(({ time: known }) => known !== null)?.time ?? 0;
          const cut = history.slice(from % 3, history.length - (to % 5));
          const moved = cut.map((event) => {
            const attributes = next ? { ...event.attributes, newExecutionRunId: `run${i + 1}` } : event.attributes;
            return {
              ...event,
              attributes,
              time: event.time === null ? null : moment((event.time - own + base + shift) / 1000 - moment(0) / 1000),
            };
          });
          return { runId: `run${i}`, events: withChildren(moved, `run${i + 1}`) };
        });
        const trace = traceOfRun({ events: withChildren(events, 'run0'), children });
        expectSound(trace);
        expect(told(traceOfRun({ events: withChildren(events, 'run0'), children: children.toReversed() }))).toBe(
          told(trace),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('hostile payloads, names and ids are bounded', () => {
    const writer = new Writer();
    const long = 'x'.repeat(300_000);
    writer.start({
      input: { payloads: Array.from({ length: 100 }, () => ({ metadata: {}, data: long })) },
      memo: { fields: { flowprof: { version: 1 } } },
    });
    const scheduledEventId = writer.add(1, 'ActivityTaskScheduled', {
      activityId: long,
      activityType: { name: 'A' },
      header: { fields: { 'flowprof-node': { key: 1 } } },
    });
    writer.add(2, 'ActivityTaskFailed', { scheduledEventId, failure: { message: long, stackTrace: long } });
    writer.add(3, 'MarkerRecorded', {
      markerName: 'core_local_activity',
      details: { data: { payloads: [long] }, result: 7 },
    });
    const trace = traceOfRun({ events: eventsOf(writer.events), decoded: new Map([[long, { data: long }]]) });
    expectSound(trace);
    expect(historyOf(writer.events).length).toBe(4);
  });
});

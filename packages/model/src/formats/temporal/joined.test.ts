import { describe, expect, test } from 'vitest';
import { drawn, eventsOf, moment, report, RUN, Writer } from '../../../testing/temporal.ts';
import { buildProfile } from '../../analysis/profile.ts';
import type { SpanRecord, TraceEvent } from '../../trace/events.ts';
import { FLAG, type Trace } from '../../trace/trace.ts';
import { asMicros } from '../../units.ts';
import { traceOfRun } from './run.ts';

/** A run with two attempts at one activity: from 15 to 100 and from 200 to 300 ms. */
function events() {
  const writer = new Writer();
  writer.start({ originalExecutionRunId: RUN });
  const workflowTaskCompletedEventId = writer.task(0, 2, 5);
  const activity = { activityId: 'a1', activityType: { name: 'Charge' }, taskQueue: { name: 'orders' } };
  const scheduledEventId = writer.add(10, 'ActivityTaskScheduled', { ...activity, workflowTaskCompletedEventId });
  const startedEventId = writer.add(199, 'ActivityTaskStarted', { scheduledEventId, attempt: 2 });
  writer.add(301, 'ActivityTaskCompleted', { scheduledEventId, startedEventId });
  return eventsOf(writer.events);
}

const ATTEMPTS = [report(1, 15, 100), report(2, 200, 300, { status: 'completed' })];

/** Times in milliseconds from 100 ms before the start of the run. */
function span(
  id: string,
  parentId: string | null,
  from: number,
  to: number | null,
  more: Partial<SpanRecord> = {},
): TraceEvent {
  const duration = to === null ? null : asMicros((to - from) * 1000);
  const rest = { kind: 'node', nodeKey: null, iteration: null, track: null, metadata: null } as const;
  return {
    type: 'span',
    span: { id, parentId, name: id, start: asMicros(from * 1000), duration, status: 'completed', ...rest, ...more },
  };
}

function traced(spans: readonly TraceEvent[]): Trace {
  return traceOfRun({ events: events(), attempts: ATTEMPTS, joined: [{ origin: moment(-100), events: spans }] });
}

function joined(trace: Trace): string[] {
  return drawn(trace).slice(drawn(traced([])).length);
}

const OF_ACTIVITY = { metadata: { temporalActivityId: 'a1', run_id: RUN } };

describe('joined spans', () => {
  test('stand below the attempt at the same time, and change nothing of what its time went to', () => {
    const trace = traced([
      span('query', 'run', 310, 390),
      span('run', 'start', 300, 400, OF_ACTIVITY),
      span('first', 'start', 116, 199, OF_ACTIVITY),
      span('start', null, 105, 105),
    ]);
    expect(joined(trace)).toEqual([
      'phase run 200+100 < execute',
      'phase first 16+83 < execute',
      'phase start 5+0',
      'phase query 210+80 < run',
    ]);
    expect(trace.warnings).toEqual([]);
    expect(buildProfile(trace).accounting).toEqual(buildProfile(traced([])).accounting);
  });

  test('are kept within the attempt, and told where they were', () => {
    const trace = traced([span('run', null, 200, 450, OF_ACTIVITY), span('inside', 'run', 450, 460)]);
    expect(joined(trace)).toEqual(['phase run 200+100 < execute', 'phase inside 300+0 < run']);
    expect(trace.warnings).toMatchObject([{ code: 'outside_parent', count: 2 }]);
    expect(trace.spans.flags.some((flags) => (flags & FLAG.outside) !== 0)).toBe(false);
  });

  test('of another run or another time are at the top, as are those on a cycle', () => {
    const other = { metadata: { temporalActivityId: 'a1', run_id: 'another' } };
    const trace = traced([
      span('other', null, 300, 400, other),
      span('late', null, 900, 950, OF_ACTIVITY),
      span('a', 'b', 300, 301),
      span('b', 'a', 300, 301),
    ]);
    expect(joined(trace)).toEqual(['phase other 200+100', 'phase late 800+50', 'phase a 200+1', 'phase b 200+1 < a']);
    expect(trace.warnings).toMatchObject([{ code: 'parent_cycle', count: 1 }]);
  });

  test('come in any order, twice, and before they have ended', () => {
    const all = [span('run', null, 300, 400, OF_ACTIVITY), span('query', 'run', 310, 390)];
    const open = [span('run', null, 300, null, OF_ACTIVITY)];
    expect(joined(traced([...open, ...all, ...open, ...all]))).toEqual(joined(traced(all)));
  });

  test('have their events', () => {
    const note = { spanId: 'run', time: asMicros(350_000), label: 'said', type: 'log', metadata: null };
    const trace = traced([span('run', null, 300, 400, OF_ACTIVITY), { type: 'annotation', annotation: note }]);
    expect(trace.annotations.label.at(-1)).toBe('said');
    expect(trace.annotations.time.at(-1)).toBe(250_000);
  });
});

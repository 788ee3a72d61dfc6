import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../../testing/at.ts';
import { drawn, historyEvents, historyOf, told, Writer } from '../../../testing/temporal.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { FLAG, NONE, type Trace } from '../../trace/trace.ts';
import { TemporalHistory } from './history.ts';

/** What holds of any trace of any part of a history. */
function expectLaws(trace: Trace): void {
  const { spans } = trace;
  for (let row = 0; row < spans.length; row++) {
    expect(spans.flags[row] & (FLAG.orphan | FLAG.outside)).toBe(0);
    const up = spans.parent[row];
    if (up === NONE || spans.duration[up] < 0) continue;
    expect(spans.start[row] + spans.duration[row]).toBeLessThanOrEqual(spans.start[up] + spans.duration[up]);
  }
  const { makespan_ms: makespan, accounting } = buildProfile(trace);
  if (makespan === null || accounting === null) return;
  const sum = Object.values(accounting.causes).reduce((a, b) => a + b, 0);
  expect(Math.round(sum * 1000)).toBe(Math.round(makespan * 1000));
}

describe('laws', () => {
  const FILES = [
    'picked/raw-events.ascending.timed-out.json',
    'sdk-go/nexus-cancel-after-start.json',
    'sdk-go/multiple-updates-canceled.json',
    'sdk-go/reset-workflow-after-child-complete.json',
    'sdk-typescript/random-replay-1.17.2.json',
    'sdk-core/fail_wf_task.bin',
  ];
  const histories = FILES.map(historyEvents);
  const anyHistory = fc.constantFrom(...histories);

  test('any order of the events, in any pages, with any of them twice, gives the same trace', () => {
    fc.assert(
      fc.property(anyHistory, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 40 }), (events, numbers, size) => {
        const next = (): number => Number(numbers.next().value);
        const shuffled = events.map((event) => ({ event, at: next() })).sort((a, b) => a.at - b.at);
        const twice = shuffled.flatMap(({ event, at: number }) => (number % 5 === 0 ? [event, event] : [event]));
        const history = new TemporalHistory();
        for (let from = 0; from < twice.length; from += size) history.add(twice.slice(from, from + size));
        const whole = new TemporalHistory();
        whole.add(events);
        expect(told(history.trace())).toBe(told(whole.trace()));
      }),
      { numRuns: 60 },
    );
  });

  test('any part of a history is a sound trace, and what the whole tells of its beginning it tells too', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), fc.nat(), (events, a, b) => {
        const cut = a % (events.length + 1);
        const begun = new TemporalHistory();
        begun.add(events.slice(0, cut));
        expectLaws(begun.trace());
        expect(begun.checkpoint).toBeLessThanOrEqual(cut);
        begun.add(events.slice(cut));
        const holes = new TemporalHistory();
        holes.add(events.filter((event) => (event.id * 7 + b) % 5 !== 0));
        expectLaws(holes.trace());
        expectLaws(begun.trace());
      }),
      { numRuns: 150 },
    );
  });

  test('events of unknown kinds change nothing but that they are told of', () => {
    fc.assert(
      fc.property(anyHistory, fc.string({ minLength: 1 }), (events, name) => {
        const history = new TemporalHistory();
        history.add(events);
        const before = drawn(history.trace());
        const last = at(events, events.length - 1);
        history.add([{ ...last, id: last.id + 1, type: `Unheard${name}`, attributes: {} }]);
        const trace = history.trace();
        expect(drawn(trace)).toEqual(before);
        expect(trace.warnings).toContainEqual(expect.objectContaining({ code: 'unknown_event', count: 1 }));
      }),
      { numRuns: 30 },
    );
  });

  test('of two events of one id the first counts, and it is told', () => {
    const history = new TemporalHistory();
    const [first, second] = at(histories, 0);
    if (first === undefined || second === undefined) throw new Error('the history is too short');
    history.add([first, { ...second, id: first.id }]);
    expect(history.trace().warnings).toMatchObject([{ code: 'duplicate_event', count: 1 }]);
    expect(history.length).toBe(1);
  });

  test('what the server may take back is not counted as kept', () => {
    const writer = new Writer();
    writer.start();
    writer.task(0, 1, 2);
    expect(historyOf(writer.events).checkpoint).toBe(4);
    writer.add(3, 'WorkflowTaskScheduled');
    writer.add(4, 'WorkflowTaskStarted', { scheduledEventId: 5 });
    expect(historyOf(writer.events).checkpoint).toBe(4);
  });
});

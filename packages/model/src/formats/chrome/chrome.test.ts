import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { arbitraryTrace } from '../../../testing/arbitrary-trace.ts';
import type { JsonValue } from '../../json.ts';
import { TraceAssembler } from '../../trace/assemble.ts';
import { SpanTableBuilder } from '../../trace/builder.ts';
import { FLAG, NONE, OPEN, spanKindAt, spanNameAt, type Trace } from '../../trace/trace.ts';
import { buildSpanTree } from '../../trace/tree.ts';
import { asMicros, toMicros } from '../../units.ts';
import { utf8 } from '../web.ts';
import { parseJavaDate } from './bazel.ts';
import { assignLanes } from './lanes.ts';
import { readChrome } from './reader.ts';
import { writeChrome } from './writer.ts';

type Event = Readonly<Record<string, JsonValue>>;

function event(ph: string, name: string, ts: JsonValue, more: Event = {}): Event {
  return { ph, name, ts, pid: 1, tid: 1, ...more };
}

function slice(name: string, ts: number, dur: number, more: Event = {}): Event {
  return event('X', name, ts, { dur, ...more });
}

function read(events: readonly JsonValue[], header: Event = {}): Trace {
  return only(readChrome(utf8(JSON.stringify({ ...header, traceEvents: events }))));
}

function joined(ph: string, name: string, ts: number, more: Event): Event {
  return event(ph, name, ts, { cat: 'net', ...more });
}

function flow(ph: string, ts: number, tid: number, more: Event = {}): Event {
  return event(ph, 'flow', ts, { cat: 'f', id: 7, tid, ...more });
}

/** The name and duration of each span; of those that `open` says are open in the original, the name alone. */
function shape({ spans }: Trace, open: (row: number) => boolean) {
  return Array.from({ length: spans.length }, (_, row) => [
    spanNameAt(spans, row) || '(unnamed)',
    open(row) ? null : spans.duration[row],
  ]);
}

/** `name start+duration < parent`, a line a span. */
function drawn({ spans }: Trace): string[] {
  return Array.from({ length: spans.length }, (_, row) => {
    const up = at(spans.parent, row);
    const within = up === NONE ? '' : ` < ${spanNameAt(spans, up)}`;
    return `${spanNameAt(spans, row)} ${spans.start[row]}+${spans.duration[row]}${within}`;
  });
}

function codes({ warnings }: Trace): string[] {
  return warnings.map((warning) => warning.code);
}

function linked({ spans, links }: Trace): string[] {
  return Array.from(links.from, (from, i) => `${spanNameAt(spans, from)} -> ${spanNameAt(spans, links.to[i])}`);
}

describe('nesting', () => {
  test('a slice lies in the innermost one that contains it; children may come first in the file', () => {
    const trace = read([slice('c', 2, 3), slice('a', 0, 10), slice('b', 1, 5), slice('d', 7, 3)]);
    expect(drawn(trace)).toEqual(['c 2+3 < b', 'a 0+10', 'b 1+5 < a', 'd 7+3 < a']);
  });

  test('slices that overlap stand side by side and are counted', () => {
    const trace = read([slice('a', 0, 10), slice('b', 2, 5), slice('c', 5, 4), slice('d', 6, 1)]);
    expect(drawn(trace)).toEqual(['a 0+10', 'b 2+5 < a', 'c 5+4 < a', 'd 6+1 < c']);
    expect(trace.warnings).toEqual([{ code: 'overlapping_spans', count: 1, example: '"c" at 5 us' }]);
  });

  test('threads do not mix, and 1 and "1" are the same thread', () => {
    const trace = read([slice('a', 0, 10), slice('b', 1, 2, { tid: 2 }), slice('c', 1, 2, { pid: '1', tid: '1' })]);
    expect(drawn(trace)).toEqual(['a 0+10', 'b 1+2', 'c 1+2 < a']);
    expect(trace.spans.tracks).toEqual(['Thread 1', 'Thread 2']);
  });

  test('begins and ends tell children of no length from neighbours', () => {
    const trace = read([
      event('B', 'a', 0),
      event('B', 'inside', 5),
      event('E', 'inside', 5),
      event('E', 'a', 5),
      event('B', 'after', 5),
      event('E', 'after', 5),
    ]);
    expect(drawn(trace)).toEqual(['a 0+5', 'inside 5+0 < a', 'after 5+0']);
  });

  test('a deep stack and a long staircase take no time to speak of', () => {
    const count = 50_000;
    const deep = Array.from({ length: count }, (_, i) => slice('deep', i, 2 * count - 2 * i));
    const stairs = Array.from({ length: count }, (_, i) => slice('stair', i, count, { tid: 2 }));
    const marks = Array.from({ length: count }, (_, i) => event('i', 'mark', 3 * count + i));
    const trace = read([...deep, ...stairs, ...marks]);
    expect(buildSpanTree(trace.spans).depth[count - 1]).toBe(count - 1);
    expect(trace.warnings[0]).toMatchObject({ code: 'overlapping_spans', count: count - 1 });
    expect(trace.annotations.span.every((row) => row === NONE)).toBe(true);
  });
});

describe('begins and ends', () => {
  test('events out of order are put in order; arguments of both are joined', () => {
    const trace = read([
      event('E', 'b', 4, { args: { y: 2 } }),
      event('B', 'a', 0),
      event('E', 'a', 9),
      event('B', 'b', 1, { args: { x: 1 } }),
    ]);
    expect(drawn(trace)).toEqual(['a 0+9', 'b 1+3 < a']);
    expect(trace.spans.metadata.get(1)).toEqual({ args: { x: 1, y: 2 } });
    expect(codes(trace)).toEqual([]);
  });

  test('an end of another name closes the open slice; ends of one moment may come in any order', () => {
    expect(codes(read([event('B', 'a', 0), event('E', 'b', 1)]))).toEqual(['mismatched_end']);
    const swapped = read([event('B', 'a', 0), event('B', 'b', 1), event('E', 'a', 2), event('E', 'b', 2)]);
    expect(drawn(swapped)).toEqual(['a 0+2', 'b 1+1 < a']);
    expect(codes(swapped)).toEqual([]);
  });

  test('missing ends and missing begins', () => {
    const trace = read([event('E', 'x', 0), event('B', 'a', 1), slice('b', 3, 4)]);
    expect(drawn(trace)).toEqual(['a 0+6', 'b 2+4 < a']);
    expect(trace.spans.flags[0]).toBe(FLAG.unclosed);
    expect(codes(trace)).toEqual(['unopened_span', 'unclosed_span']);
  });
});

describe('times', () => {
  test('strings, fractions and negative times; the origin is taken off before rounding', () => {
    const trace = read([
      event('X', 'a', '1661203462584767.25', { dur: '2.5' }),
      event('X', 'b', 1661203462584768.25, { dur: 1.25 }),
    ]);
    expect(drawn(trace)).toEqual(['a 0+3', 'b 1+1 < a']);
    expect(trace.execution.startedAt).toBe(1661203462584767);
    expect(codes(trace)).toEqual(['sampled_times']);
    expect(drawn(read([slice('early', -5, 3), slice('late', 1, 1)]))).toEqual(['early 0+3', 'late 6+1']);
  });

  test('numbers that cannot be calculated with are no times', () => {
    const trace = read([slice('a', 1e300, 1), slice('b', 5, 1e300), event('i', 'mark', -1e300), slice('c', 6, 2)]);
    expect(drawn(trace)).toEqual(['b 0+0', 'c 1+2']);
    expect(codes(trace)).toEqual(['missing_time', 'missing_duration']);
  });

  test('no time, no duration, a negative duration', () => {
    const trace = read([
      event('X', 'no time', 'soon'),
      event('X', 'processor time', 0, { tdur: 4 }),
      event('X', 'none', 9),
      slice('negative', 20, -3),
    ]);
    expect(drawn(trace)).toEqual(['processor time 0+4', 'none 9+0', 'negative 20+0']);
    expect(trace.spans.flags[2]).toBe(FLAG.negative);
    expect(trace.spans.metadata.get(2)).toEqual({ original_duration: -3 });
    expect(codes(trace)).toEqual(['missing_time', 'missing_duration', 'end_before_start']);
  });
});

describe('asynchronous slices', () => {
  test('ids may be local to a process, and scoped', () => {
    const trace = read([
      joined('b', 'a', 0, { id2: { local: 1 } }),
      joined('b', 'a', 1, { id2: { local: 1 }, pid: 2 }),
      joined('e', 'a', 5, { id2: { local: 1 } }),
      joined('e', 'a', 9, { id2: { local: 1 }, pid: 2 }),
      joined('b', 'b', 2, { id: 1, scope: 's' }),
      joined('b', 'b', 3, { id: 1 }),
      joined('e', 'b', 4, { id: 1, scope: 's' }),
    ]);
    expect(drawn(trace)).toEqual(['a 0+5', 'a 1+8', 'b 2+2', 'b 3+6']);
    expect(trace.spans.tracks).toEqual(['net 1:1', 'net 2:1', 'net s:1', 'net 1']);
  });

  test('the older kind', () => {
    const trace = read([
      joined('S', 'a', 0, { id: '0x1' }),
      joined('T', 'a', 2, { id: '0x1', args: { step: 'half' } }),
      joined('F', 'a', 4, { id: '0x1' }),
    ]);
    expect(drawn(trace)).toEqual(['a 0+4']);
    expect([trace.annotations.span[0], trace.annotations.metadata.get(0)]).toEqual([0, { step: 'half' }]);
  });
});

describe('flows', () => {
  test('bind to the slice around them, or to the next one', () => {
    const slices = [slice('a', 0, 5), slice('b', 6, 5, { tid: 2 }), slice('c', 20, 5, { tid: 2 })];
    const around = read([...slices, flow('s', 1, 1), flow('t', 7, 2), flow('f', 8, 2)]);
    expect(linked(around)).toEqual(['a -> b', 'b -> c']);
    const enclosed = read([...slices, flow('s', 1, 1), flow('f', 7, 2, { bp: 'e' })]);
    expect(linked(enclosed)).toEqual(['a -> b']);
  });

  test('an id may be used again, and clocks may disagree', () => {
    const slices = [slice('a', 0, 5), slice('b', 3, 5, { tid: 2 }), slice('c', 20, 5), slice('d', 30, 5, { tid: 2 })];
    const again = [flow('s', 20, 1), flow('f', 30, 2, { bp: 'e' })];
    const trace = read([...slices, flow('f', 3, 2, { bp: 'e' }), flow('s', 4, 1), ...again]);
    expect(linked(trace)).toEqual(['a -> b', 'c -> d']);
  });

  test('one start may lead to several ends', () => {
    const slices = [slice('a', 0, 5), slice('b', 6, 5, { tid: 2 }), slice('c', 12, 5, { tid: 2 })];
    const flows = [flow('s', 1, 1), flow('f', 7, 2, { bp: 'e' }), flow('f', 13, 2, { bp: 'e' })];
    expect(linked(read([...slices, ...flows]))).toEqual(['a -> b', 'a -> c']);
  });

  test('slices may name their flow', () => {
    const trace = read([
      slice('a', 0, 1, { bind_id: '0x1', flow_out: true }),
      slice('b', 5, 1, { bind_id: '0x1', flow_in: true, tid: 2 }),
    ]);
    expect(linked(trace)).toEqual(['a -> b']);
  });

  test('what nothing leads to is counted', () => {
    expect(codes(read([slice('a', 0, 5), flow('f', 1, 1, { bp: 'e' })]))).toEqual(['unbound_link']);
    expect(codes(read([flow('s', 1, 1)]))).toEqual(['unbound_link']);
  });
});

test('instants belong to the slice around them on their thread; wider ones to the execution', () => {
  const trace = read([
    slice('a', 0, 10),
    slice('b', 2, 3),
    event('i', 'at the end of b', 5),
    event('I', 'in a', 6, { s: 't' }),
    event('i', 'process', 4, { s: 'p' }),
    event('R', 'navigation', 4),
    event('i', 'elsewhere', 4, { tid: 9 }),
  ]);
  expect([...trace.annotations.span]).toEqual([1, 0, NONE, NONE, NONE]);
  expect(trace.annotations.type).toEqual(['info', 'info', 'info', 'mark', 'info']);
});

test('what has no place is counted by kind', () => {
  const trace = read([event('C', 'count', 1), event('C', 'count', 2), event('Q', 'what', 3), 5, null]);
  const example = '2 x counter (C), 1 x phase "Q", 2 x not an object';
  expect(trace.warnings).toEqual([{ code: 'unsupported_event', count: 5, example }]);
  expect(trace.execution.eventCount).toBe(5);
});

describe('files that end in the middle', () => {
  const whole = `{"displayTimeUnit":"ms","traceEvents":[${JSON.stringify(slice('a', 0, 5))},\n${JSON.stringify(slice('b ]}"', 1, 2))}\n`;

  test('wherever they end, the whole events are read', () => {
    const bytes = utf8(whole);
    const first = whole.indexOf(',\n');
    for (let length = whole.indexOf('[') + 1; length <= bytes.length; length++) {
      const trace = only(readChrome(bytes.subarray(0, length)));
      const expected = length < first ? 0 : length < bytes.length - 1 ? 1 : 2;
      expect(trace.spans.length).toBe(expected);
      expect(codes(trace)).toEqual(['truncated_file']);
    }
    const trace = only(readChrome(bytes));
    expect(trace.execution.attributes).toEqual({ displayTimeUnit: 'ms' });
  });

  test('fields of any name before the events are kept as they are', () => {
    const head = '{"__proto__":{"otherData":{"build_id":"1"}},"otherData":{},"traceEvents":[';
    const { execution } = only(readChrome(utf8(head)));
    expect(Object.keys(execution.attributes)).toEqual(['__proto__', 'otherData']);
    expect([execution.name, execution.externalId]).toEqual(['Chrome trace', null]);
  });

  test('a trailing comma is no damage', () => {
    expect(codes(only(readChrome(utf8(`[${JSON.stringify(slice('a', 0, 5))},]`))))).toEqual([]);
  });

  test('damage in the middle is refused with its place', () => {
    const text = `[\n${JSON.stringify(slice('a', 0, 5))},\n{"ph":"X",,},\n${JSON.stringify(slice('b', 0, 5))}\n]`;
    expect(() => readChrome(utf8(text))).toThrowError(
      expect.objectContaining({ code: 'malformed', message: 'an event is not valid JSON at line 3, byte 56' }),
    );
  });
});

test('dates as Java writes them', () => {
  expect(new Date(parseJavaDate('Tue Aug 16 13:12:51 CEST 2022')).toISOString()).toBe('2022-08-16T11:12:51.000Z');
  expect(parseJavaDate('Tue Aug 16 13:12:51 XYZ 2022')).toBeNaN();
  expect(parseJavaDate('2022-08-16')).toBeNaN();
});

describe('writing', () => {
  test('slices, kinds, nodes, dependencies and instants come back', () => {
    const assembler = new TraceAssembler({ name: 'run', status: 'failed', workflow: 'w', concurrency: 2 });
    const node = (key: string, dependsOn: string[]) =>
      assembler.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn });
    const span = (id: string, kind: 'node' | 'phase', key: string, start: number, duration: number | null) =>
      assembler.addSpan({
        id,
        parentId: kind === 'phase' ? key : null,
        kind,
        name: id,
        nodeKey: key,
        iteration: null,
        start: toMicros(start),
        duration: duration === null ? null : toMicros(duration),
        status: duration === null ? 'running' : 'completed',
        track: null,
        metadata: { size: start },
      });
    node('a', []);
    node('b', ['a']);
    node('c', []);
    span('a', 'node', 'a', 0, 100);
    span('queue_wait', 'phase', 'a', 0, 20);
    span('c', 'node', 'c', 50, 100);
    span('b', 'node', 'b', 100, 100);
    assembler.addAnnotation({ spanId: 'b', time: toMicros(150), label: 'half', type: 'log', metadata: { n: 1 } });
    const trace = only(readChrome(utf8(writeChrome(assembler.finish()))));
    expect(drawn(trace)).toEqual(['a 0+100', 'queue_wait 0+20 < a', 'c 50+100', 'b 100+100']);
    expect(spanKindAt(trace.spans, 1)).toBe('phase');
    expect(trace.spans.tracks).toEqual(['lane 1', 'lane 2']);
    expect(linked(trace)).toEqual(['a -> b']);
    expect([trace.annotations.label, [...trace.annotations.span]]).toEqual([['half'], [3]]);
    expect(trace.spans.metadata.get(3)).toEqual({ category: 'flowprof.node', args: { node: 'b', size: 100 } });
    expect(trace.execution).toMatchObject({ name: 'run', status: 'failed', workflow: 'w', concurrency: 2 });
    expect(trace.warnings).toEqual([]);
  });

  test('a running span is open for viewers, and ends where the file does when it is read', () => {
    const spans = new SpanTableBuilder({ prefix: '00000001' });
    spans.open({ kind: 'node', name: 'running', start: toMicros(0) });
    spans.add({ kind: 'node', name: 'done', start: toMicros(5) }, asMicros(30));
    const written = writeChrome({ ...new TraceAssembler().finish(), spans: spans.snapshot() });
    expect(drawn(only(readChrome(utf8(written))))).toEqual(['running 0+30', 'done 5+25']);
  });

  test('any trace: as many spans with the same names and durations, and lanes on which nothing overlaps', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const back = only(readChrome(utf8(writeChrome(trace))));
        const isOpen = (row: number) => trace.spans.duration[row] === OPEN;
        expect(shape(back, isOpen)).toEqual(shape(trace, isOpen));
        expect(back.annotations.length).toBe(trace.annotations.length);
        if (!trace.spans.duration.includes(OPEN)) expect(codes(back)).not.toContain('overlapping_spans');
      }),
      { numRuns: 300 },
    );
  });

  test('lanes are few: one after the other shares a lane', () => {
    const spans = new SpanTableBuilder({ prefix: '00000001' });
    for (let i = 0; i < 20_000; i++)
      spans.add({ kind: 'node', name: 'n', start: toMicros(i * 5) }, asMicros(i * 5 + 9));
    expect(assignLanes(spans.snapshot()).names).toEqual(['lane 1', 'lane 2']);
  });
});

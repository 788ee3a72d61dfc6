import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { analyseTrace } from '../../analysis/analyse.ts';
import { buildProfile } from '../../analysis/profile.ts';
import type { JsonValue } from '../../json.ts';
import { statusOf } from '../../trace/status.ts';
import { KIND, spanNameAt, type Trace } from '../../trace/trace.ts';
import { utf8 } from '../web.ts';
import { readChrome } from './reader.ts';
import { writeChrome } from './writer.ts';

type Event = Readonly<Record<string, JsonValue>>;

function read(events: readonly Event[], header: Event = {}): Trace {
  return only(readChrome(utf8(JSON.stringify({ ...header, traceEvents: events }))));
}

function slice(name: string, ts: number, dur: number, more: Event = {}): Event {
  return { ph: 'X', name, ts, dur, pid: 1, tid: 1, ...more };
}

function onStream(name: string, ts: number, dur: number, cat: string): Event {
  return slice(name, ts, dur, { cat, pid: 0, tid: 7 });
}

function systemSpans({ spans }: Trace): string[] {
  return [...spans.kind.keys()].filter((row) => spans.kind[row] === KIND.system).map((row) => spanNameAt(spans, row));
}

const WINDOW = slice('PyTorch Profiler (0)', 0, 1000, { cat: 'Trace', pid: 'Spans', tid: 'PyTorch Profiler' });

describe('slices that the recorder draws are no work', () => {
  test.each<[string, Event, boolean]>([
    ['the window of PyTorch', WINDOW, true],
    ['the same of its older versions', { ...WINDOW, pid: 'Traces' }, true],
    ['a category of that name elsewhere', { ...WINDOW, pid: 1 }, false],
    ['an annotation drawn again on the device', slice('## forward ##', 0, 9, { cat: 'gpu_user_annotation' }), true],
    ['the annotation itself', slice('## forward ##', 0, 9, { cat: 'user_annotation' }), false],
    ["the tracer's overhead", slice('Buffer Flush', 0, 9, { cat: 'overhead', pid: -1 }), true],
    ['a category of that name in a process', slice('parse', 0, 9, { cat: 'overhead' }), false],
    ["Clang's sums", slice('Total Source', 0, 9, { args: { count: 3, 'avg ms': 3 } }), true],
    ['a slice that is called so', slice('Total Source', 0, 9, { args: { detail: 'a.h' } }), false],
    ['a slice that is called so, without arguments', slice('Total Source', 0, 9), false],
  ])('%s', (_, event, isSystem) => {
    expect(systemSpans(read([event]))).toEqual(isSystem ? [event['name']] : []);
  });

  test('neither the makespan nor the critical path nor the accounting takes them for anything', () => {
    const trace = read([WINDOW, slice('load', 100, 200), slice('train', 500, 300)]);
    const profile = buildProfile(trace);
    expect(profile.makespan_ms).toBe(0.7);
    expect(profile.critical_path?.items.map((item) => item.name)).toEqual(['load', 'train']);
    expect(profile.accounting?.causes).toMatchObject({ work: 0.5, engine: 0, unaccounted: 0.2 });
  });

  test('the kernels inside an annotation on the device are what is work', () => {
    const trace = read([
      onStream('step', 0, 100, 'gpu_user_annotation'),
      onStream('a', 0, 20, 'kernel'),
      onStream('b', 60, 40, 'kernel'),
    ]);
    expect(analyseTrace(trace).measures?.work).toBe(60);
  });

  test('their kind survives the way through the format', () => {
    const trace = read([WINDOW, slice('load', 100, 200, { cat: 'user' })]);
    const again = only(readChrome(utf8(writeChrome(trace))));
    expect(systemSpans(again)).toEqual(['PyTorch Profiler (0)']);
    expect([...again.spans.metadata.values()].map(({ category }) => category)).toEqual(['Trace', 'user']);
  });
});

test('PyTorch states the file that it wrote, which names the execution as a file name does', () => {
  expect(read([slice('a', 0, 5)], { traceName: '/tmp/run_7.pt.trace.json' }).execution.name).toBe('run_7');
});

test('PyTorch states the moment that its times count from', () => {
  const header = { baseTimeNanoseconds: 1_719_853_884_000_000_000 };
  expect(read([slice('a', 1_212_075_525_586.016, 5)], header).execution.startedAt).toBe(1_721_065_959_525_586);
  expect(read([slice('a', 1_721_065_959_525_586, 5)], header).execution.startedAt).toBe(1_721_065_959_525_586);
  expect(read([slice('a', 7, 5)], { baseTimeNanoseconds: 'soon' }).execution.startedAt).toBeNull();
});

test.each<[string, Event, string]>([
  ['a failed attempt that flowprof wrote', { cat: 'flowprof.attempt', args: { status: 'failed' } }, 'failed'],
  ['one behind a category of its own', { cat: 'net,flowprof.phase', args: { status: 'timeout' } }, 'timeout'],
  ['a word that is no status', { cat: 'flowprof.node', args: { status: 'odd' } }, 'completed'],
  ['one that ran on, which has an end now', { cat: 'flowprof.node', args: { status: 'running' } }, 'completed'],
  ['an argument of another tracer', { cat: 'net', args: { status: 'failed' } }, 'completed'],
])('the status of %s', (_, more, status) => {
  expect(statusOf(only([...read([slice('a', 0, 5, more)]).spans.status]))).toBe(status);
});

import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { buildSpanTree } from '../../trace/tree.ts';
import { FLAG, KIND, NONE, spanNameAt, type Trace } from '../../trace/trace.ts';
import { isoFromEpoch } from '../../units.ts';
import { encodeTrace } from '../arrow.ts';
import { readTraceFile } from '../registry.ts';

interface Expected {
  readonly events?: number;
  readonly ph?: Readonly<Record<string, number>>;
  readonly tracks?: number;
  readonly be_pairs?: number;
  readonly begin_without_end?: number;
  readonly end_without_begin?: number;
  readonly broken?: string;
  readonly format?: string;
  readonly published_cp_components?: number;
  readonly published_cp_sum?: number;
  readonly published_cp_extent?: number;
  readonly actions?: number;
  readonly action_work?: number;
  readonly peak_actions?: number;
}

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/', import.meta.url));

function bytesOf(file: string): Uint8Array {
  return readFileSync(FIXTURES + file);
}

function expectedOf(folder: string): [string, Expected][] {
  const read: (text: string) => Record<string, Expected> = JSON.parse;
  const files = read(readFileSync(`${FIXTURES}${folder}/expected.json`, 'utf8'));
  return Object.entries(files).map(([file, expected]) => [`${folder}/${file}`, expected]);
}

const loaded = new Map<string, Promise<Trace>>();

/** Reads a file, once. */
function load(file: string): Promise<Trace> {
  const known = loaded.get(file) ?? readTraceFile(bytesOf(file), { fileName: file }).then(only);
  loaded.set(file, known);
  return known;
}

function warned(trace: Trace, code: string): number {
  return trace.warnings.find((warning) => warning.code === code)?.count ?? 0;
}

/** Changes whenever anything in the trace does. */
function digest(trace: Trace): string {
  return createHash('sha256').update(encodeTrace(trace)).digest('hex').slice(0, 16);
}

interface Event {
  readonly name: string;
  readonly ph: string;
  readonly tid?: number;
  readonly ts?: number;
}

const parseFile: (text: string) => { otherData: unknown; traceEvents: Event[] } = JSON.parse;

function isTimed(event: Event): event is Event & { readonly ts: number } {
  return event.ts !== undefined;
}

/** The critical path that a profile says the source recorded. */
function recordedIn(trace: Trace) {
  const path = buildProfile(trace).recorded_critical_path;
  return path && { components: path.item_count, sum_ms: path.sum_ms, extent_ms: path.extent_ms };
}

function publishedPath(expected: Expected) {
  return {
    components: expected.published_cp_components,
    sum_ms: (expected.published_cp_sum ?? Number.NaN) / 1000,
    extent_ms: (expected.published_cp_extent ?? Number.NaN) / 1000,
  };
}

const ALL = ['chrome-trace', 'bazel', 'pytorch-hta', 'speedscope'].flatMap(expectedOf);
const READ = ALL.filter(([, expected]) => expected.ph !== undefined);

describe('real trace-event files', () => {
  test.each(READ)('%s has the counts that others find', async (file, expected) => {
    const trace = await load(file);
    const ph = (phase: string) => expected.ph?.[phase] ?? 0;
    const asynchronous = ph('b') + ph('S');
    expect(trace.execution.eventCount).toBe(expected.events);
    expect(trace.execution.sourceFormat).toBe('chrome');
    expect(trace.spans.length).toBe(ph('X') + ph('B') + asynchronous);
    if (asynchronous === 0) {
      expect(warned(trace, 'unclosed_span')).toBe(expected.begin_without_end);
      expect(warned(trace, 'unopened_span')).toBe(expected.end_without_begin);
      expect(trace.spans.length - ph('X') - warned(trace, 'unclosed_span')).toBe(expected.be_pairs);
      expect(trace.spans.tracks.length).toBe(expected.tracks);
    }
    expect(trace.annotations.length).toBe(ph('i') + ph('I') + ph('n'));
    expect(warned(trace, 'unsupported_event')).toBe(ph('C') + ph('P'));
  });

  test.each(READ)('%s makes a sound tree', async (file) => {
    const { spans } = await load(file);
    expect(buildSpanTree(spans).order.length).toBe(spans.length);
    const endOf = (row: number) => at(spans.start, row) + at(spans.duration, row);
    for (const [row, up] of spans.parent.entries()) {
      expect(spans.duration[row]).toBeGreaterThanOrEqual(0);
      if (up === NONE) continue;
      const fits = at(spans.start, up) <= at(spans.start, row) && endOf(up) >= endOf(row);
      if (!fits || spans.track?.[up] !== spans.track?.[row]) expect.fail(`row ${row} does not lie in its parent`);
    }
  });

  test('reads every file the same as before', async () => {
    const digests: Record<string, string> = {};
    for (const [file, expected] of ALL) if (expected.format === undefined) digests[file] = digest(await load(file));
    expect(digests).toMatchSnapshot();
  });
});

test.each(['speedscope/simple-partial.json', 'speedscope/simple-partial-whitespace.json'])(
  '%s lacks its end and is read up to there',
  async (file) => {
    const trace = await load(file);
    expect(trace.execution.eventCount).toBe(6);
    expect(trace.spans.length).toBe(4);
    expect(warned(trace, 'truncated_file')).toBe(1);
  },
);

describe('Bazel', () => {
  test.each(expectedOf('bazel'))('%s keeps the critical path of Bazel apart', async (file, expected) => {
    const { spans } = await load(file);
    const rows = [...spans.kind.keys()].filter((row) => spans.kind[row] === KIND.system);
    expect(rows.length).toBe(expected.published_cp_components);
    expect(rows.reduce((sum, row) => sum + at(spans.duration, row), 0)).toBe(expected.published_cp_sum);
    expect(new Set(rows.map((row) => spans.tracks[spans.track?.[row] ?? NONE]))).toEqual(new Set(['Critical Path']));
  });

  test.each(expectedOf('bazel'))('%s: the profile has the critical path of Bazel as it is', async (file, expected) => {
    expect(recordedIn(await load(file))).toEqual(publishedPath(expected));
  });

  test.each(expectedOf('bazel'))('%s has the actions that others find', async (file, expected) => {
    const { spans } = await load(file);
    const actions = [...spans.kind.keys()].filter(
      (row) => spans.metadata.get(row)?.['category'] === 'action processing',
    );
    const ends = actions.map((row) => at(spans.start, row) + at(spans.duration, row));
    const startsOf = (moment: number) =>
      actions.filter((row, i) => at(spans.start, row) <= moment && at(ends, i) > moment);
    expect(actions.length).toBe(expected.actions);
    expect(actions.reduce((sum, row) => sum + at(spans.duration, row), 0)).toBe(expected.action_work);
    expect(Math.max(...actions.map((row) => startsOf(at(spans.start, row)).length))).toBe(expected.peak_actions);
  });

  /** The same profile as other versions and machines would have written it. */
  const VARIATIONS: Readonly<Record<string, (events: Event[]) => unknown>> = {
    'in any order': (events) => events.toSorted((a, b) => (a.name < b.name ? 1 : -1)),
    'as a list without a header': (events) => events,
    'on another clock': (events) =>
      events.map((event) => (isTimed(event) ? { ...event, ts: event.ts + 3_600_000_000 } : event)),
    'with another thread for the path': (events) =>
      events.map((event) => (event.tid === 0 ? { ...event, tid: 99_999 } : event)),
    'with fractions of a microsecond': (events) =>
      events.map((event) => (isTimed(event) ? { ...event, ts: event.ts + 0.25 } : event)),
  };

  test.each(Object.entries(VARIATIONS))('%s, the path is the same', async (_, vary) => {
    const [file, expected] = expectedOf('bazel').find(([name]) => name.includes('tiny')) ?? expect.fail();
    const { traceEvents, otherData } = parseFile(gunzipSync(bytesOf(file)).toString('utf8'));
    const varied = vary(traceEvents);
    const written = varied === traceEvents ? varied : { otherData, traceEvents: varied };
    const trace = only(await readTraceFile(new TextEncoder().encode(JSON.stringify(written))));
    expect(recordedIn(trace)).toEqual(publishedPath(expected));
  });

  test('the build names the execution and its moment', async () => {
    const { execution } = await load('bazel/tiny.json.gz');
    expect(execution.id).toBe('38360071-e233-4c48-a4e8-211e6008a42f');
    expect(execution.name).toBe('Bazel build 38360071-e233-4c48-a4e8-211e6008a42f');
    expect(execution.attributes['otherData']).toMatchObject({ date: 'Wed Aug 03 17:35:01 MDT 2022' });
    // Bazel's time 0 is the stated second; the launch before it starts 33 ms earlier.
    expect(execution.startedAt && isoFromEpoch(execution.startedAt)).toBe('2022-08-03T23:35:00.967Z');
  });
});

test('times of PyTorch are moments since 1970; those of Chrome are not', async () => {
  const pytorch = await load('pytorch-hta/control.json.gz');
  expect(pytorch.execution.startedAt).toBe(1661203462584767);
  expect(pytorch.spans.start.every((start) => start >= 0)).toBe(true);
  expect(pytorch.links.from.length).toBe(9450);
  const chrome = await load('chrome-trace/flow.json.gz');
  expect(chrome.execution.startedAt).toBeNull();
  expect(Math.min(...chrome.spans.start)).toBe(0);
});

test('threads are named and ordered as the file says', async () => {
  expect((await load('chrome-trace/simple_trace.json')).spans.tracks).toEqual(['threadA', 'threadB']);
  expect((await load('speedscope/multiprocess.json')).spans.tracks).toEqual([
    'p0 / p0t0',
    'p0 / p0t1',
    'p1 / p1t0',
    'p1 / p1t1',
    'Process 2 / p2t0',
    'Process 2 / p2t1',
    'p3 / Thread 0',
    'p3 / Thread 1',
  ]);
});

test('asynchronous slices nest by name within their group', async () => {
  const { spans, annotations, warnings } = await load('chrome-trace/nestable_async_annotation.json');
  const rows = Array.from({ length: spans.length }, (_, row) => [
    spanNameAt(spans, row),
    spans.start[row],
    spans.duration[row],
    spans.parent[row] === NONE ? null : spanNameAt(spans, at(spans.parent, row)),
  ]);
  expect(spans.tracks).toEqual(['bar 0x313', 'foo 0x314']);
  expect(rows).toEqual([
    ['REQUEST_BAR', 0, 90, null],
    ['URL_REQUEST_DELEGATE', 10, 10, 'REQUEST_BAR'],
    ['URL_REQUEST_START_JOB', 30, 30, 'REQUEST_BAR'],
    ['URL_REQUEST_INNER', 40, 10, 'URL_REQUEST_START_JOB'],
    ['URL_REQUEST_DELEGATE_UNMATCHED_BEGIN', 70, 20, 'REQUEST_BAR'],
    ['REQUEST_FOO', 100, 90, null],
    ['URL_REQUEST_START_JOB', 130, 30, 'REQUEST_FOO'],
    ['URL_REQUEST_INNER', 140, 10, 'URL_REQUEST_START_JOB'],
    ['URL_REQUEST_DELEGATE', 170, 10, 'REQUEST_FOO'],
  ]);
  expect(spans.flags[4]).toBe(FLAG.unclosed);
  expect(annotations.label).toEqual(['URL_REQUEST_INSTANT', 'URL_REQUEST_INSTANT']);
  expect([...annotations.span].map((row) => spanNameAt(spans, row))).toEqual(['URL_REQUEST_INNER', 'REQUEST_FOO']);
  expect(warnings.map((warning) => warning.code)).toEqual(['unclosed_span', 'unopened_span']);
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { tableFromIPC } from 'apache-arrow';
import * as fc from 'fast-check';
import { Profile } from 'pprof-format';
import { describe, expect, test } from 'vitest';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { at } from '../../testing/at.ts';
import { fixtureTraces } from '../../testing/fixture-traces.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { SpanTableBuilder } from '../trace/builder.ts';
import { spanEnds } from '../trace/ends.ts';
import { spanLabelAt } from '../trace/labels.ts';
import { KIND, NONE, OPEN, spanNameAt, type Trace } from '../trace/trace.ts';
import { asMicros, toMicros } from '../units.ts';
import { readArrow, writeArrow } from './arrow-file.ts';
import { writeCsv } from './csv.ts';
import { readFlowprofJson } from './flowprof-json.ts';
import { MOST_FRAMES, writePprof } from './pprof.ts';
import { readTraceFile, TRACE_FORMATS, writeTraceFiles } from './registry.ts';
import { writeSpeedscope } from './speedscope-writer.ts';
import { textOf } from './web.ts';

const fixtures = await fixtureTraces();
const named = [...fixtures];

test('there are traces of real files to write', () => {
  expect(fixtures.size).toBeGreaterThan(20);
});

/** A call with two children side by side, of which one goes on after the other has ended. */
function parallel(): Trace {
  const spans = new SpanTableBuilder({ prefix: '00000001' });
  const add = (name: string, start: number, end: number, parent = NONE) => {
    const row = spans.open({ kind: 'node', name, start: toMicros(start), parent });
    spans.close(row, asMicros(end), 'completed');
    return row;
  };
  const root = add('root', 0, 100);
  add('a', 0, 60, root);
  add('b', 20, 80, root);
  return { ...new TraceAssembler({ name: 'parallel' }).finish(), spans: spans.snapshot() };
}

function chain(length: number): Trace {
  const spans = new SpanTableBuilder({ prefix: '00000001' });
  for (let row = 0; row < length; row++) {
    spans.open({ kind: 'node', name: `call ${row}`, start: toMicros(row), parent: row - 1 });
    spans.close(row, asMicros(2 * length - row), 'completed');
  }
  return { ...new TraceAssembler({ name: 'chain' }).finish(), spans: spans.snapshot() };
}

describe('speedscope', () => {
  interface Event {
    readonly type: 'O' | 'C';
    readonly frame: number;
    readonly at: number;
  }
  interface File {
    readonly shared: { readonly frames: readonly { readonly name: string }[] };
    readonly profiles: readonly {
      readonly name: string;
      readonly startValue: number;
      readonly endValue: number;
      readonly events: readonly Event[];
    }[];
  }
  const parse: (text: string) => File = JSON.parse;
  const read = (trace: Trace): File => parse(textOf(writeSpeedscope(trace)));
  const schema = createRequire(import.meta.url).resolve('speedscope/dist/release/file-format-schema.json');
  const isValid = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')));

  /** Time by name; throws where calls do not nest or time goes back, as the importer of speedscope does. */
  function timeByName({ shared, profiles }: File): Map<string, number> {
    const times = new Map<string, number>();
    for (const { events, startValue, endValue } of profiles) {
      const open: Event[] = [];
      let now = startValue;
      for (const event of events) {
        expect(event.at).toBeGreaterThanOrEqual(now);
        expect(event.at).toBeLessThanOrEqual(endValue);
        now = event.at;
        if (event.type === 'O') {
          open.push(event);
          continue;
        }
        const begin = open.pop();
        expect(begin?.frame).toBe(event.frame);
        const { name } = at(shared.frames, event.frame);
        times.set(name, (times.get(name) ?? 0) + event.at - (begin?.at ?? NaN));
      }
      expect(open).toEqual([]);
    }
    return times;
  }

  function expectSame(trace: Trace): void {
    const file = read(trace);
    expect(isValid(file), JSON.stringify(isValid.errors?.slice(0, 3))).toBe(true);
    const ends = spanEnds(trace.spans);
    const times = new Map<string, number>();
    for (let row = 0; row < trace.spans.length; row++) {
      const name = spanLabelAt(trace, row);
      times.set(name, (times.get(name) ?? 0) + at(ends, row) - at(trace.spans.start, row));
    }
    expect(timeByName(file)).toEqual(times);
  }

  test.each(named)('%s is valid by its schema, and every call has its time', (_, trace) => expectSame(trace));

  test('so is any trace', () => {
    fc.assert(fc.property(arbitraryTrace, expectSame), { numRuns: 300 });
  });

  test('what runs side by side has a profile each, over the same time', () => {
    const { profiles } = read(parallel());
    expect(profiles.map(({ events, startValue, endValue }) => [events.length, startValue, endValue])).toEqual([
      [4, 0, 100],
      [2, 0, 100],
    ]);
  });
});

async function decode(trace: Trace): Promise<Profile> {
  return Profile.decode(gunzipSync(await writePprof(trace)));
}

function numbers(values: readonly (number | bigint)[]): number[] {
  return values.map(Number);
}

/** The samples as `outer;inner`, with their values and labels. */
async function samples(trace: Trace) {
  const profile = await decode(trace);
  const text = (index: number | bigint) => at(profile.stringTable.strings, Number(index));
  return profile.sample.map((sample) => {
    const frames = numbers(sample.locationId).map((id) => {
      const location = at(profile.location, id - 1);
      expect(Number(location.id)).toBe(id);
      return text(at(profile.function, Number(at(location.line, 0).functionId) - 1).name);
    });
    const labels = sample.label.map(({ key, str, num }) => [text(key), Number(str) === 0 ? Number(num) : text(str)]);
    return { stack: frames.reverse().join(';'), values: numbers(sample.value), labels };
  });
}

describe('pprof', () => {
  test('the values are what belongs to the last frame, so that sums are true', async () => {
    expect(await samples(parallel())).toEqual([
      { stack: 'root', values: [20_000, 20_000, 1], labels: [['status', 'completed']] },
      { stack: 'root;a', values: [40_000, 60_000, 1], labels: [['status', 'completed']] },
      { stack: 'root;b', values: [40_000, 60_000, 1], labels: [['status', 'completed']] },
    ]);
    const profile = await decode(parallel());
    expect(Number(profile.durationNanos)).toBe(100_000);
  });

  test.each(named)('%s: the wall shares are the time in which anything ran', async (_, trace) => {
    const all = await samples(trace);
    const wall = all.reduce((sum, { values }) => sum + at(values, 0), 0);
    const ends = spanEnds(trace.spans);
    const rows = Array.from(trace.spans.start, (start, row) => [start, at(ends, row), row] as const)
      .filter(([, , row]) => trace.spans.kind[row] !== KIND.system)
      .sort(([a], [b]) => a - b);
    let covered = 0;
    let cursor = -Infinity;
    // A child that sticks out of its parent has its own time all the same, so cover is by all spans.
    for (const [start, end] of rows) {
      covered += Math.max(0, end - Math.max(start, cursor));
      cursor = Math.max(cursor, end);
    }
    const hidden = trace.spans.kind.includes(KIND.system);
    if (hidden) expect(wall / 1000).toBeLessThanOrEqual(covered + all.length);
    else expect(Math.abs(wall / 1000 - covered)).toBeLessThanOrEqual(all.length);
    expect(all.reduce((sum, { values }) => sum + at(values, 2), 0)).toBe(trace.spans.length);
  });

  test('any trace can be decoded', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTrace, async (trace) => {
        const all = await samples(trace);
        expect(all.reduce((sum, { values }) => sum + at(values, 2), 0)).toBe(trace.spans.length);
        for (const { values } of all) expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });

  test('very deep stacks are cut, and what is below counts for the last frame', async () => {
    const all = await samples(chain(1000));
    expect(all.length).toBe(MOST_FRAMES);
    expect(at(all, MOST_FRAMES - 1).values[2]).toBe(1000 - MOST_FRAMES + 1);
  });
});

/** Reads CSV as RFC 4180 says. */
function cells(csv: string): string[][] {
  const lines: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g;
  for (const [, quoted, plain, end] of csv.matchAll(pattern)) {
    lines.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') lines.push([]);
    if (end === '') break;
  }
  lines.pop();
  return lines;
}

function csvTable(...traces: Trace[]) {
  const [head = [], ...lines] = cells(textOf(writeCsv(traces)));
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}

describe('CSV', () => {
  test('a line a span, with its own time', () => {
    expect(
      csvTable(parallel()).map((line) => [line['label'], line['parent_id'], line['duration_ms'], line['self_ms']]),
    ).toEqual([
      ['root', '', '0.1', '0.02'],
      ['a', '0000000100000000', '0.06', '0.06'],
      ['b', '0000000100000000', '0.06', '0.06'],
    ]);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n=1', '＝1', '|cmd'])(
    'a spreadsheet takes %j for text',
    (name) => {
      const spans = new SpanTableBuilder({ prefix: '00000001' });
      spans.add({ kind: 'node', name, start: toMicros(-5) }, asMicros(5));
      const text = textOf(writeCsv([{ ...new TraceAssembler({ name: 'x' }).finish(), spans: spans.snapshot() }]));
      expect(text).toContain(`"'${name}"`);
      // Numbers are numbers, also below 0.
      expect(text).toContain(',-0.005,');
    },
  );

  test('any trace: as many cells in every line, and no text that a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTrace, { minLength: 1, maxLength: 3 }), (traces) => {
        const lines = cells(textOf(writeCsv(traces)));
        const head = at(lines, 0);
        expect(lines.length).toBe(1 + traces.reduce((sum, { spans }) => sum + spans.length, 0));
        const numeric = new Set(['start_ms', 'depth', 'iteration', 'attempt']);
        for (const line of lines.slice(1)) {
          expect(line.length).toBe(head.length);
          for (const [i, cell] of line.entries()) {
            if (!numeric.has(at(head, i))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
          }
        }
        const names = traces.flatMap(({ spans }) =>
          Array.from({ length: spans.length }, (_, row) => spanNameAt(spans, row)),
        );
        expect(lines.slice(1).map((line) => line[head.indexOf('name')]?.replace(/^'/, ''))).toEqual(
          names.map((name) => name.replace(/^'/, '')),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('Arrow', () => {
  test.each(named)('%s comes back as it was, and other readers see its spans', (_, trace) => {
    const bytes = writeArrow(trace);
    // What was read lately may not have been made objects of yet.
    const metadata = new Map(trace.spans.metadata);
    expect(readArrow(bytes)).toEqual([{ ...trace, spans: { ...trace.spans, metadata } }]);
    const table = tableFromIPC(bytes);
    expect(table.numRows).toBe(trace.spans.length);
    for (const row of trace.spans.length === 0 ? [] : [0, trace.spans.length - 1]) {
      const seen = table.get(row)?.toJSON();
      expect(seen?.['label']).toBe(spanLabelAt(trace, row));
      const duration = at(trace.spans.duration, row);
      expect(seen?.['duration_ms']).toBe(duration === OPEN ? null : duration / 1000);
    }
  });

  test('any trace comes back as it was', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        expect(readArrow(writeArrow(trace))).toEqual([trace]);
      }),
      { numRuns: 200 },
    );
  });

  test('a file of another program, and one that is cut off, are refused with a reason', async () => {
    const bytes = writeArrow(parallel());
    const reason = { code: 'malformed', message: expect.stringContaining('Arrow') };
    for (const cut of [7, 40, bytes.byteLength / 2, bytes.byteLength - 1]) {
      await expect(readTraceFile(bytes.subarray(0, cut))).rejects.toMatchObject(reason);
    }
    const mark = new TextDecoder('latin1').decode(bytes).lastIndexOf('FPRT');
    const foreign = bytes.slice().fill(0, mark, mark + 4);
    await expect(readTraceFile(foreign)).rejects.toMatchObject(reason);
  });
});

test('several executions in one file', async () => {
  const two = [parallel(), chain(3)];
  const json = await writeTraceFiles(two, 'json');
  expect(readFlowprofJson(json)).toEqual(two);
  expect(await readTraceFile(json)).toEqual(two);
  expect(cells(textOf(await writeTraceFiles(two, 'csv'))).length).toBe(1 + 3 + 3);
  for (const { name, write, writeAll } of TRACE_FORMATS) {
    if (write === undefined || writeAll !== undefined) continue;
    await expect(writeTraceFiles(two, name)).rejects.toMatchObject({ code: 'unsupported_format' });
  }
});

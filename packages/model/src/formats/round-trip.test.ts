import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { fixtureTraces } from '../../testing/fixture-traces.ts';
import { at, only } from '../../testing/at.ts';
import { spanEnds } from '../trace/ends.ts';
import { spanLabelAt } from '../trace/labels.ts';
import { isTerminal, statusCode, statusOf } from '../trace/status.ts';
import { OPEN, spanNameAt, type Trace } from '../trace/trace.ts';
import { toEpochMicros } from '../units.ts';
import { readTraceFile, TRACE_FORMATS, writeTraceFile } from './registry.ts';

/** The formats that hold everything: what is read is what was written. */
const WHOLE: ReadonlySet<string> = new Set(['json', 'arrow']);
/** Those that call spans as the chart does, which is not always by their name. */
const LABELLED: ReadonlySet<string> = new Set(['speedscope']);

const both = TRACE_FORMATS.filter(({ read, write }) => read !== undefined && write !== undefined);
const partial = both.filter(({ name }) => !WHOLE.has(name)).map(({ name }) => name);
const fixtures = await fixtureTraces();

async function through(trace: Trace, format: string): Promise<Trace> {
  return only(await readTraceFile(await writeTraceFile(trace, format), { format }));
}

/** What every format keeps of every span: its name, when it ran, and for how long where it has ended. */
function spansOf(trace: Trace, hasEnded: boolean, nameAt: (row: number) => string): string[] {
  const { spans } = trace;
  const ends = spanEnds(spans);
  const first = spans.start.reduce((least, start) => Math.min(least, start), Infinity);
  return Array.from(spans.start, (start, row) => {
    return JSON.stringify([nameAt(row) || '(unnamed)', start - first, hasEnded ? at(ends, row) - start : null]);
  }).sort();
}

/** A trace of this century, where 0 is no time, whose spans have ended in what they say of themselves too. */
function ended(trace: Trace): Trace {
  const status = trace.spans.status.map((code) => (isTerminal(statusOf(code)) ? code : statusCode('completed')));
  const execution = { ...trace.execution, startedAt: toEpochMicros(1.7e15) };
  return { ...trace, execution, spans: { ...trace.spans, status } };
}

async function expectKept(trace: Trace, format: string): Promise<void> {
  const once = await through(trace, format);
  const nameAt = (row: number) => (LABELLED.has(format) ? spanLabelAt(trace, row) : spanNameAt(trace.spans, row));
  const names = (row: number) => spanNameAt(once.spans, row);
  const hasEnded = !trace.spans.duration.includes(OPEN);
  expect(spansOf(once, hasEnded, names)).toEqual(spansOf(trace, hasEnded, nameAt));
  expect(once.execution.name).toBe(trace.execution.name);
}

test('the formats that are read and written are these', () => {
  expect(both.map(({ name }) => name).sort()).toEqual([...WHOLE, ...partial].sort());
  expect(partial).toEqual(expect.arrayContaining(['chrome', 'speedscope']));
});

describe.each([...WHOLE])('%s holds everything', (format) => {
  test.each([...fixtures])('%s', async (_, trace) => expect(await through(trace, format)).toEqual(trace));
});

describe.each(partial)('%s holds the name and times of every span', (format) => {
  test.each([...fixtures])('%s', (_, trace) => expectKept(trace, format));

  test('of any trace that has ended, and is called something', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryTrace, async (trace) => {
        fc.pre(!trace.spans.duration.includes(OPEN) && trace.execution.name.trim() !== '' && trace.spans.length > 0);
        await expectKept(ended(trace), format);
      }),
      { numRuns: 100 },
    );
  });
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOtlpJson } from './json.ts';
import { pickDistinct } from './gather.ts';
import { spansOfTrace, traceOfSpans } from './kept.ts';
import { QuickSummaries } from './quick-summary.ts';
import type { OtlpSpans } from './columns.ts';

const TRACE = 'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb';
const BEGIN = 1_798_761_600_000_000_000n;

interface Drawn {
  readonly id: number;
  readonly parent: number;
  readonly start: number;
  readonly length: number;
  readonly failed: boolean;
  readonly kind: number;
  readonly key: string;
}

const drawn = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  parent: fc.integer({ min: 0, max: 12 }),
  start: fc.integer({ min: 0, max: 20 }),
  length: fc.integer({ min: 0, max: 30 }),
  failed: fc.boolean(),
  kind: fc.integer({ min: 0, max: 5 }),
  key: fc.constantFrom('http.route', 'db.system', 'workflow.span.kind', 'cicd.pipeline.name'),
});

/** A tree in which every span lies in its parent: what the quick way is for. */
const nested = fc.array(fc.nat(), { minLength: 1, maxLength: 12 }).map((choices): Drawn[] => {
  const spans: Drawn[] = [];
  for (const [i, choice] of choices.entries()) {
    const up = i === 0 ? undefined : spans[choice % i];
    const start = up === undefined ? 0 : up.start + (choice % 2);
    const length = up === undefined ? 100 : Math.max(0, up.length - 2);
    spans.push({ id: i + 1, parent: up?.id ?? 0, start, length, failed: choice % 5 === 1, kind: 1, key: 'http.route' });
  }
  return spans;
});

const hex = (id: number): string => id.toString(16).padStart(16, '0');
const nanos = (at: number): string => String(BEGIN + BigInt(at) * 1000n);

function columns(spans: readonly Drawn[]): OtlpSpans {
  const read = readOtlpJson({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            spans: spans.map((span) => ({
              traceId: TRACE,
              spanId: hex(span.id),
              ...(span.parent > 0 && { parentSpanId: hex(span.parent) }),
              name: `span ${span.id}`,
              kind: span.kind,
              startTimeUnixNano: nanos(span.start),
              endTimeUnixNano: nanos(span.start + span.length),
              attributes: [{ key: span.key, value: { stringValue: 'node' } }],
              ...(span.failed && { status: { code: 2 } }),
            })),
          },
        ],
      },
    ],
  });
  return read.spans;
}

function quick(parts: readonly OtlpSpans[]) {
  const picks = { parts: [] as number[], rows: [] as number[] };
  for (const [part, { length }] of parts.entries()) {
    for (let row = 0; row < length; row++) {
      picks.parts.push(part);
      picks.rows.push(row);
    }
  }
  return new QuickSummaries(parts).of(picks);
}

function expectSame(parts: readonly OtlpSpans[]): boolean {
  const summary = quick(parts);
  if (summary === null) return false;
  const trace = traceOfSpans(spansOfTrace(parts, TRACE), { isClosed: false, refused: 0 });
  const { name, workflow, startedAt, recordedDuration, status, error } = trace.execution;
  expect({ name, workflow, startedAt, duration: recordedDuration, spanCount: trace.spans.length }).toEqual(summary);
  expect([status, error, trace.warnings, trace.nodes.length]).toEqual(['completed', null, [], 0]);
  return true;
}

test('what is said quickly of a trace is what the trace says', () => {
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 1, maxLength: 12 }), fc.nat(), (spans, at) => {
      const cut = at % (spans.length + 1);
      expectSame([columns(spans.slice(0, cut)), columns(spans.slice(cut))]);
    }),
    { numRuns: 2000 },
  );
});

test('an ordinary trace is told of quickly, in however many parts it came', () => {
  fc.assert(
    fc.property(nested, fc.nat(), (spans, at) => {
      const cut = at % (spans.length + 1);
      const isQuick = expectSame([columns(spans.slice(0, cut)), columns(spans.slice(cut))]);
      expect(isQuick).toBe(!(spans[0]?.failed ?? true));
    }),
    { numRuns: 500 },
  );
});

test('the spans of a trace are the same in whatever order and how often they came', () => {
  const shuffled = fc
    .array(drawn, { minLength: 1, maxLength: 10 })
    .chain((spans) =>
      fc.tuple(fc.constant(spans), fc.shuffledSubarray([...spans, ...spans.slice(0, 3)], { minLength: 0 }), fc.nat()),
    );
  fc.assert(
    fc.property(shuffled, ([spans, others, at]) => {
      const cut = at % (spans.length + 1);
      const one = spansOfTrace([columns(spans)], TRACE);
      const parts = [columns(others), columns(spans.slice(cut)), columns(spans.slice(0, cut))];
      expect(spansOfTrace(parts, TRACE)).toEqual(one);
    }),
    { numRuns: 500 },
  );
});

test('of spans that are repeated one is picked', () => {
  const spans = columns([{ id: 1, parent: 0, start: 0, length: 5, failed: false, kind: 1, key: 'a' }]);
  const picks = { parts: [0, 1], rows: [0, 0] };
  expect(pickDistinct([spans, spans], picks)).toEqual({ parts: [0], rows: [0] });
});

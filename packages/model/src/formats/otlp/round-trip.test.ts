import { assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryTrace } from '../../../testing/arbitrary-trace.ts';
import { at, only } from '../../../testing/at.ts';
import { fixtureTraces } from '../../../testing/fixture-traces.ts';
import { Drawing } from '../../../testing/drawing.ts';
import { decodeOtlp, encodeOtlp } from '../../../testing/otlp.ts';
import { instanceKey } from '../../trace/builder.ts';
import { KIND, NONE, OPEN, spanIdAt, spanNameAt, type NodeTable, type Trace } from '../../trace/trace.ts';
import { toEpochMicros } from '../../units.ts';
import { readWhole } from '../format.ts';
import { openOtlp } from './reader.ts';
import { writeOtlp } from './writer.ts';

function instanceAt({ key, iteration }: NodeTable, row: number): string | null {
  return row === NONE ? null : instanceKey(at(key, row), iteration[row] === NONE ? null : at(iteration, row));
}

/** The nodes that a node depends on. */
function dependenciesOf(nodes: NodeTable, row: number): string[] {
  const deps = nodes.deps.subarray(at(nodes.depOffsets, row), at(nodes.depOffsets, row + 1));
  return Array.from(deps, (dep) => instanceAt(nodes, dep) ?? '').sort();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Everything of a trace but the order of its rows, and what the documentation says is lost. */
function plain({ execution, spans, nodes, annotations, links, warnings }: Trace): unknown {
  const idOf = (row: number) => (row === NONE ? null : spanIdAt(spans.ids, row));
  const spanRows = Array.from({ length: spans.length }, (_, row) => [
    idOf(row),
    {
      name: spanNameAt(spans, row) || '(unnamed)',
      parent: idOf(at(spans.parent, row)),
      start: spans.start[row],
      duration: spans.duration[row],
      kind: spans.kind[row],
      status: spans.status[row],
      flags: spans.flags[row],
      node: instanceAt(nodes, at(spans.node, row)),
      track: spans.track === null || spans.track[row] === NONE ? null : spans.tracks[at(spans.track, row)],
      metadata: spans.metadata.get(row) ?? null,
    },
  ]);
  const nodeRows = Array.from({ length: nodes.length }, (_, row) => [
    instanceAt(nodes, row),
    {
      name: nodes.name[row],
      type: nodes.type[row],
      status: nodes.status[row],
      parent: instanceAt(nodes, at(nodes.parent, row)),
      deps: dependenciesOf(nodes, row),
    },
  ]);
  return {
    execution: { ...execution, error: execution.error },
    spans: Object.fromEntries(spanRows),
    nodes: Object.fromEntries(nodeRows),
    annotations: Array.from({ length: annotations.length }, (_, row) => ({
      span: idOf(at(annotations.span, row)),
      time: at(annotations.time, row),
      label: annotations.label[row] || 'event',
      type: annotations.type[row],
      metadata: annotations.metadata.get(row) ?? null,
    })).sort((a, b) => compareText(`${a.span} ${a.time} ${a.label}`, `${b.span} ${b.time} ${b.label}`)),
    links: Array.from(links.from, (from, i) => `${idOf(from)} ${idOf(at(links.to, i))}`).sort(),
    warnings: new Map(warnings.map((warning) => [warning.code, warning])),
  };
}

const fixtures = await fixtureTraces();

describe('what is written is read as the same trace', () => {
  test.each([...fixtures])('%s', (_, trace) => {
    expect(plain(only(readWhole(openOtlp(), writeOtlp(trace))))).toEqual(plain(trace));
  });
});

const parse: (text: string) => Parameters<typeof encodeOtlp>[0] = JSON.parse;

/** Protocol buffers have ids in base64 where OTLP's JSON has hex. */
function withBase64Ids(text: string): string {
  return text.replaceAll(
    /"(traceId|spanId|parentSpanId)":"([0-9a-f]+)"/g,
    (_, key: string, hex: string) => `"${key}":"${Buffer.from(hex, 'hex').toString('base64')}"`,
  );
}

test('what is written is what the definition of the protocol asks for', () => {
  expect(fixtures.size).toBeGreaterThan(50);
  for (const [name, trace] of fixtures) {
    const request = parse(withBase64Ids(Buffer.from(writeOtlp(trace)).toString()));
    // The generated code refuses unknown fields and values of other types.
    const bytes = encodeOtlp(request);
    expect(decodeOtlp(bytes), name).toBeDefined();
  }
});

/** One node with two spans that have not ended, of which the inner one begins first. */
function nodeInItself(): Trace {
  const { execution, nodes, spans, ...rest } = new Drawing().node('a', [], [0, 90], [['execute', [0, 90]]]).trace();
  return {
    ...rest,
    execution: { ...execution, startedAt: toEpochMicros(1) },
    nodes: { ...nodes, span: Int32Array.from([NONE]) },
    spans: {
      ...spans,
      kind: spans.kind.map(() => KIND.node),
      parent: Int32Array.from([1, NONE]),
      start: Float64Array.from([-1, 0]),
      duration: Float64Array.from([OPEN, OPEN]),
    },
  };
}

test('any trace at all can be written and read, and is written again as the same', () => {
  assert(
    property(arbitraryTrace, (trace) => {
      const once = only(readWhole(openOtlp(), writeOtlp(trace)));
      expect(once.spans.length).toBe(trace.spans.length);
      expect(plain(only(readWhole(openOtlp(), writeOtlp(once))))).toEqual(plain(once));
    }),
    { numRuns: 100, examples: [[nodeInItself()]] },
  );
});

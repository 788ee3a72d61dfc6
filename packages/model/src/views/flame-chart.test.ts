import { describe, expect, test } from 'vitest';
import { TraceAssembler } from '../trace/assemble.ts';
import type { SpanRecord } from '../trace/events.ts';
import type { Trace } from '../trace/trace.ts';
import { asMicros, microsFromMs, toEpochMicros } from '../units.ts';
import { DEFAULT_MAX_SPANS, MAX_SPAN_LEVELS } from './choose-spans.ts';
import { buildFlameChart, type FlameChartSpan } from './flame-chart.ts';
import { hoistSoleAttempts } from './hoist.ts';

function record(
  id: string,
  parentId: string | null,
  name: string,
  from: number,
  to: number | null,
  over: Partial<SpanRecord> = {},
): SpanRecord {
  return {
    id,
    parentId,
    kind: 'phase',
    name,
    nodeKey: null,
    iteration: null,
    start: microsFromMs(from),
    duration: to === null ? null : asMicros(microsFromMs(to) - microsFromMs(from)),
    status: to === null ? 'running' : 'completed',
    track: null,
    metadata: null,
    ...over,
  };
}

/** The execution that the description of the flame-chart endpoint shows. */
function example(): TraceAssembler {
  const assembler = new TraceAssembler({
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    name: 'charge',
    status: 'completed',
    startedAt: toEpochMicros(1_705_312_800_000_000),
    recordedDuration: microsFromMs(4520),
  });
  for (const key of ['webhook_1', 'http_1', 'notify_1']) {
    assembler.addNode({ key, name: key, type: 'http', iteration: null, parentKey: null, dependsOn: [] });
  }
  const webhook = { nodeKey: 'webhook_1' };
  assembler.addSpan(record('span_1', null, 'webhook_trigger', 0, 15, { kind: 'node', ...webhook }));
  assembler.addSpan(record('span_1b', 'span_1', 'expression_eval', 5, 15, webhook));
  assembler.addSpan(record('span_1a', 'span_1', 'payload_parse', 0, 5, webhook));
  const http = { nodeKey: 'http_1' };
  const metadata = { url: 'https://api.example.com/v1/charges', status: 200 };
  assembler.addSpan(record('span_2', null, 'http_stripe', 15, 3215, { kind: 'node', ...http }));
  assembler.addSpan(record('span_2a', 'span_2', 'queue_wait', 15, 65, http));
  assembler.addSpan(
    record('attempt', 'span_2', 'attempt 1', 65, 3215, { kind: 'attempt', metadata: { attempt: 1 }, ...http }),
  );
  assembler.addSpan(record('span_2b', 'attempt', 'expression_eval', 65, 73, http));
  assembler.addSpan(record('span_2c', 'attempt', 'http_request', 73, 2973, { metadata, ...http }));
  assembler.addSpan(record('span_2d', 'attempt', 'callback', 2973, 3215, http));
  assembler.addAnnotation({
    spanId: 'attempt',
    time: microsFromMs(1500),
    label: 'DNS resolution',
    type: 'info',
    metadata: null,
  });
  assembler.addAnnotation({
    spanId: null,
    time: microsFromMs(1),
    label: 'resumed',
    type: 'log',
    metadata: { by: 'user' },
  });
  return assembler;
}

/** A chart as an outline: names with their nesting. */
function outline(spans: readonly FlameChartSpan[]): string[] {
  return spans.flatMap(({ name, children }) => [name, ...outline(children).map((line) => `  ${line}`)]);
}

describe('buildFlameChart', () => {
  test('answers in the documented shape, phases directly below nodes', () => {
    const status = 'completed';
    const phase = (id: string, name: string, start: number, duration: number) => ({
      id,
      name,
      type: 'phase',
      start_ms: start,
      duration_ms: duration,
      status,
      children: [],
    });
    expect(buildFlameChart(example().finish())).toEqual({
      execution_id: '01890a5d-ac96-774b-bcce-b302099a8057',
      name: 'charge',
      status,
      total_duration_ms: 4520,
      started_at: '2024-01-15T10:00:00.000Z',
      spans: [
        {
          id: 'span_1',
          name: 'webhook_trigger',
          node_key: 'webhook_1',
          type: 'node',
          start_ms: 0,
          duration_ms: 15,
          status,
          children: [phase('span_1a', 'payload_parse', 0, 5), phase('span_1b', 'expression_eval', 5, 10)],
        },
        {
          id: 'span_2',
          name: 'http_stripe',
          node_key: 'http_1',
          type: 'node',
          start_ms: 15,
          duration_ms: 3200,
          status,
          children: [
            phase('span_2a', 'queue_wait', 15, 50),
            phase('span_2b', 'expression_eval', 65, 8),
            {
              ...phase('span_2c', 'http_request', 73, 2900),
              metadata: { url: 'https://api.example.com/v1/charges', status: 200 },
            },
            phase('span_2d', 'callback', 2973, 242),
          ],
          annotations: [{ time_ms: 1500, label: 'DNS resolution', type: 'info' }],
          metadata: { attempt: 1 },
        },
      ],
      annotations: [{ time_ms: 1, label: 'resumed', type: 'log', metadata: { by: 'user' } }],
      nodes_not_started: [{ node_key: 'notify_1', name: 'notify_1', type: 'http', iteration: null, status: 'pending' }],
      truncated: null,
    });
  });

  test('of several attempts each is shown', () => {
    const assembler = example();
    assembler.addSpan(record('attempt 2', 'span_2', 'attempt 2', 3215, 3300, { kind: 'attempt', nodeKey: 'http_1' }));
    expect(outline(buildFlameChart(assembler.finish()).spans)).toEqual([
      'webhook_trigger',
      '  payload_parse',
      '  expression_eval',
      'http_stripe',
      '  queue_wait',
      '  attempt 1',
      '    expression_eval',
      '    http_request',
      '    callback',
      '  attempt 2',
    ]);
  });

  const NOTHING = { by_depth: 0, by_min_duration: 0, by_window: 0, by_max_spans: 0, nodes_not_started_left_out: 0 };

  test.each([
    ['depth', { depth: 1 }, ['webhook_trigger', 'http_stripe'], { spans_left_out: 6, by_depth: 6 }],
    [
      'the shortest duration',
      { minDurationMs: 20 },
      ['http_stripe', '  queue_wait', '  http_request', '  callback'],
      { spans_left_out: 4, by_min_duration: 4 },
    ],
    ['the window', { fromMs: 16, toMs: 64 }, ['http_stripe', '  queue_wait'], { spans_left_out: 6, by_window: 6 }],
    [
      'the number',
      { maxSpans: 3 },
      ['webhook_trigger', 'http_stripe', '  http_request'],
      { spans_left_out: 5, by_max_spans: 5 },
    ],
  ])('is cut by %s, and says so', (_, cut, expected, truncated) => {
    const chart = buildFlameChart(example().finish(), cut);
    expect(outline(chart.spans)).toEqual(expected);
    expect(chart.truncated).toEqual({ ...NOTHING, ...truncated });
  });

  test('nests no deeper than any JSON reader takes, and no more spans than it should', () => {
    const length = DEFAULT_MAX_SPANS + 500;
    const assembler = new TraceAssembler();
    for (let i = 0; i < length; i++)
      assembler.addSpan(record(`s${i}`, i < 100 && i > 0 ? `s${i - 1}` : null, 'x', 0, 200));
    const chart = buildFlameChart(assembler.finish());
    let levels = 0;
    let deepest = 0;
    for (const character of JSON.stringify(chart)) {
      if (character === '{' || character === '[') deepest = Math.max(deepest, ++levels);
      else if (character === '}' || character === ']') levels--;
    }
    expect(deepest).toBeLessThanOrEqual(64);
    expect(chart.truncated).toMatchObject({
      by_depth: 100 - MAX_SPAN_LEVELS,
      spans_left_out: length - DEFAULT_MAX_SPANS,
    });
  });

  test('an execution that runs: open spans end now, and so does the chart', () => {
    const assembler = new TraceAssembler({ status: 'running' });
    assembler.addSpan(record('1', null, 'x', 10, null));
    const trace: Trace = assembler.finish();
    const chart = buildFlameChart(trace, { now: microsFromMs(50) });
    expect(chart).toMatchObject({ status: 'running', total_duration_ms: 50, started_at: null });
    expect(chart.spans).toMatchObject([{ start_ms: 10, duration_ms: 40, status: 'running' }]);
  });
});

describe('hoistSoleAttempts', () => {
  test('keeps the rows, and leaves attempts alone that are not the only one or not of a node', () => {
    const kind = Uint8Array.from([0, 1, 2, 0, 1, 1, 2, 1, 1]);
    const parent = Int32Array.from([-1, 0, 1, -1, 3, 3, 4, -1, 2]);
    const { parent: hoisted, hidden } = hoistSoleAttempts({ length: kind.length, kind, parent });
    expect([...hidden]).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect([...hoisted]).toEqual([-1, 0, 0, -1, 3, 3, 4, -1, 2]);
  });
});

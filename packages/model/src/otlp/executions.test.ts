import { describe, expect, test } from 'vitest';
import { at, only } from '../../testing/at.ts';
import type { JsonValue } from '../json.ts';
import { FLAG, NONE, spanIdAt, spanNameAt, type Trace } from '../trace/trace.ts';
import { executionsOf, OtlpExecutions, type ExecutionsOptions } from './executions.ts';
import { readOtlpJson } from './json.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const EXECUTION = '5b8efff7-9803-8103-d269-b633813fc60c';
const ZERO = 1_700_000_000_000_000;

interface SpanOptions {
  readonly parent?: string;
  readonly from?: number;
  /** Absent: it has not ended. */
  readonly to?: number;
  readonly kind?: number;
  readonly name?: string;
  readonly traceId?: string;
  readonly error?: string;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  readonly more?: Readonly<Record<string, JsonValue>>;
}

function anyValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return Array.isArray(value) ? { arrayValue: { values: value.map(anyValue) } } : {};
}

function attributesOf(fields: Readonly<Record<string, JsonValue>>): JsonValue {
  return Object.entries(fields).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function nanos(offset: number): string {
  return `${ZERO + offset}000`;
}

function span(id: string, options: SpanOptions = {}): JsonValue {
  const { parent, from = 0, to, kind = 1, name = id, traceId = TRACE, error, attributes = {}, more = {} } = options;
  return {
    traceId,
    spanId: id.padStart(16, '0'),
    ...(parent !== undefined && { parentSpanId: parent.padStart(16, '0') }),
    name,
    kind,
    startTimeUnixNano: nanos(from),
    ...(to !== undefined && { endTimeUnixNano: nanos(to) }),
    attributes: attributesOf(attributes),
    ...(error !== undefined && { status: { code: 2, message: error } }),
    ...more,
  };
}

function service(
  name: string,
  spans: readonly JsonValue[],
  fields: Readonly<Record<string, JsonValue>> = {},
): JsonValue {
  const attributes = attributesOf({ 'service.name': name, ...fields });
  return { resource: { attributes }, scopeSpans: [{ scope: { name: 'lib' }, spans }] };
}

function read(resourceSpans: readonly JsonValue[], options?: ExecutionsOptions): Trace[] {
  return executionsOf(readOtlpJson({ resourceSpans }).spans, options);
}

function trace(...resourceSpans: JsonValue[]): Trace {
  return only(read(resourceSpans));
}

describe('traces of other programs', () => {
  test('the root names the execution, services are tracks, and all that is known is kept', () => {
    const { execution, spans, annotations, links } = trace(
      service('front', [
        span('1', { to: 100, kind: 2, name: 'GET /', attributes: { 'http.route': '/', 'gen_ai.system': 'x' } }),
        span('2', { parent: '1', from: 10, to: 90, kind: 3, name: 'GET' }),
      ]),
      service('back', [
        span('3', {
          parent: '2',
          from: 20,
          to: 80,
          kind: 2,
          more: {
            events: [
              { timeUnixNano: nanos(30), name: 'exception', attributes: attributesOf({ 'exception.type': 'E' }) },
              { timeUnixNano: nanos(40), name: 'cache miss' },
            ],
            links: [
              { traceId: TRACE, spanId: '2'.padStart(16, '0') },
              { traceId: '1'.repeat(32), spanId: '9'.repeat(16) },
            ],
          },
        }),
      ]),
    );
    expect(execution).toEqual({
      id: EXECUTION,
      externalId: TRACE,
      name: 'GET /',
      workflow: 'front: GET /',
      status: 'completed',
      sourceFormat: 'otlp',
      startedAt: ZERO,
      endedAt: ZERO + 100,
      recordedDuration: 100,
      concurrency: null,
      error: null,
      eventCount: 3,
      attributes: { processes: { front: { 'service.name': 'front' }, back: { 'service.name': 'back' } } },
    });
    expect(spans.tracks).toEqual(['front', 'back']);
    expect(Array.from(spans.parent)).toEqual([NONE, 0, 1]);
    expect(spans.metadata.get(0)).toEqual({
      'http.route': '/',
      'gen_ai.system': 'x',
      'span.kind': 'server',
      'otel.scope.name': 'lib',
    });
    expect(spans.metadata.get(2)).toMatchObject({ links: [`${'1'.repeat(32)}-${'9'.repeat(16)}`] });
    expect([Array.from(annotations.time), annotations.type, annotations.label]).toEqual([
      [30, 40],
      ['error', 'log'],
      ['exception', 'cache miss'],
    ]);
    expect([Array.from(links.from), Array.from(links.to)]).toEqual([[1], [2]]);
  });

  test('spans may come in any order and more than once', () => {
    const spans = [
      span('1', { to: 100 }),
      span('2', { parent: '1', from: 10, to: 50, kind: 3 }),
      span('2', { parent: '1', from: 10, kind: 3 }),
      span('3', { parent: '2', from: 10, to: 50, kind: 2 }),
      span('4', { parent: '9', from: 10, to: 50, attributes: { a: 1 } }),
      span('4', { parent: '9', from: 10, to: 50, attributes: { a: 1, b: 'more' } }),
      span('5', { parent: '6', from: 60, to: 70 }),
      span('6', { parent: '5', from: 60, to: 70 }),
    ];
    const hosts = spans.map((one, i) => service('s', [one], { 'host.name': `h${i % 3}` }));
    const expected = trace(...hosts);
    expect(expected.spans.length).toBe(6);
    expect(Object.fromEntries(expected.warnings.map(({ code, count }) => [code, count]))).toMatchObject({
      duplicate_span: 2,
      missing_parent: 1,
      parent_cycle: 1,
    });
    let seed = 7;
    for (let run = 0; run < 50; run++) {
      const order = [...hosts, ...hosts];
      for (let i = order.length - 1; i > 0; i--) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        const j = seed % (i + 1);
        [order[i], order[j]] = [at(order, j), at(order, i)];
      }
      const again = trace(...order);
      expect(again.spans).toEqual(expected.spans);
      expect({ ...again.execution, eventCount: 8 }).toEqual(expected.execution);
    }
  });

  test('a trace of which the root is missing or runs is running as long as more may come', () => {
    const orphan = [service('s', [span('2', { parent: '1', to: 50 })])];
    expect(only(read(orphan, { isOpen: true })).execution).toMatchObject({ status: 'running', endedAt: null });
    expect(only(read(orphan)).execution).toMatchObject({ status: 'completed', endedAt: ZERO + 50 });
    const open = [service('s', [span('1'), span('2', { parent: '1', to: 50 })])];
    for (const isOpen of [true, false]) {
      const { execution, spans } = only(read(open, { isOpen }));
      expect(execution).toMatchObject({ status: 'running', endedAt: null, recordedDuration: null });
      expect(spans.duration[0]).toBe(-1);
    }
    const done = [service('s', [span('1', { to: 60 }), span('2', { parent: '1', to: 50 })])];
    expect(only(read(done, { isOpen: true })).execution.status).toBe('completed');
  });

  test('a failure is told by the status, the exception, and the type of error', () => {
    const thrown = { events: [{ name: 'exception', attributes: attributesOf({ 'exception.message': 'boom' }) }] };
    const { execution, spans } = trace(
      service('s', [
        span('1', { to: 100, error: 'it broke', attributes: { 'error.type': 'timeout' } }),
        span('2', { parent: '1', from: 10, to: 90, error: '', more: thrown }),
      ]),
    );
    expect(execution).toMatchObject({ status: 'failed', error: { code: 'timeout', message: 'it broke' } });
    expect(spans.metadata.get(1)?.['error']).toEqual({ code: 'error', message: 'boom' });
  });

  test('the clock of another host is corrected, and the correction shown', () => {
    const { spans, warnings } = trace(
      service('front', [span('1', { to: 100, kind: 3 })], { 'host.name': 'a' }),
      service('back', [span('2', { parent: '1', from: 5000, to: 5060, kind: 2 })], { 'host.name': 'b' }),
    );
    expect(Array.from(spans.start)).toEqual([0, 20]);
    expect(spans.metadata.get(1)).toMatchObject({ original_start_us: ZERO + 5000, clock_offset_us: -4980 });
    expect(warnings).toEqual([{ code: 'clock_skew', count: 1, example: 'span 0000000000000002 by -4980 us' }]);
  });

  test('each trace is an execution, read one at a time', () => {
    const other = '1'.repeat(32);
    const spans = [span('1', { to: 10 }), span('2', { to: 20, traceId: other }), span('3', { parent: '1', to: 5 })];
    const executions = new OtlpExecutions(readOtlpJson({ resourceSpans: [service('s', spans)] }).spans);
    expect(executions.length).toBe(2);
    expect([executions.traceIdAt(0), executions.traceIdAt(1)]).toEqual([TRACE, other]);
    expect([executions.at(0).spans.length, executions.at(1).spans.length]).toEqual([2, 1]);
  });

  test('a start that is missing is taken from what is known, an end before the start is no duration', () => {
    const { spans, warnings } = trace(
      service('s', [
        span('1', { to: 100 }),
        span('2', { parent: '1', to: 50, more: { startTimeUnixNano: '0' } }),
        span('3', { parent: '1', from: 60, to: 50 }),
      ]),
    );
    const row = Object.fromEntries(
      Array.from(spans.start, (start, i) => [spanIdAt(spans.ids, i), [start, spans.flags[i]]]),
    );
    expect(row).toEqual({
      '0000000000000001': [0, 0],
      '0000000000000002': [0, 0],
      '0000000000000003': [60, FLAG.negative],
    });
    expect(warnings.map(({ code }) => code).sort()).toEqual(['assumed_start', 'end_before_start']);
  });
});

describe('runs that are exported with their workflow', () => {
  const common = { 'workflow.name': 'nightly', 'workflow.execution_id': EXECUTION };
  const node = (id: string, more: Readonly<Record<string, JsonValue>> = {}) => ({
    ...common,
    'workflow.span.kind': 'node',
    'workflow.status': 'completed',
    'workflow.node.id': id,
    'workflow.node.type': 'http',
    'workflow.node.name': `Node ${id}`,
    ...more,
  });
  const ROOT: SpanOptions = {
    to: 1000,
    name: 'nightly',
    error: 'no answer',
    attributes: {
      ...common,
      'workflow.span.kind': 'execution',
      'workflow.status': 'failed',
      'workflow.concurrency': 4,
      'workflow.failed_node': 'b',
      'error.type': 'http_error',
    },
  };
  const root = span('d269b633813fc60c', ROOT);
  const spans = [
    root,
    span('a1', {
      parent: 'd269b633813fc60c',
      from: 10,
      to: 400,
      name: 'Node a',
      attributes: node('a', { 'workflow.retry.policy': 'p', 'workflow.retry.max_attempts': 3 }),
    }),
    span('b1', {
      parent: 'd269b633813fc60c',
      from: 410,
      to: 900,
      name: 'Node b',
      error: 'no answer',
      attributes: node('b', {
        'workflow.node.depends_on': ['a'],
        'workflow.status': 'failed',
        'error.type': 'http_error',
        'workflow.error.retryable': true,
      }),
    }),
    span('c1', {
      parent: 'b1',
      from: 420,
      to: 800,
      name: 'attempt',
      attributes: { ...node('b'), 'workflow.span.kind': 'attempt', 'workflow.attempt': 1 },
    }),
    span('e1', {
      parent: 'c1',
      from: 430,
      to: 700,
      kind: 3,
      name: 'http_request',
      attributes: {
        ...node('b'),
        'workflow.span.kind': 'phase',
        'workflow.phase': 'http_request',
        'url.full': 'http://h/x',
        'server.address': 'h',
        'server.port': 80,
        'http.response.status_code': 500,
      },
      more: {
        events: [
          {
            timeUnixNano: nanos(440),
            name: 'slow',
            attributes: attributesOf({ 'workflow.annotation.type': 'rate_limit', 'workflow.by': 5 }),
          },
        ],
      },
    }),
    span('f1', {
      parent: 'a1',
      from: 20,
      to: 30,
      name: 'inner',
      attributes: node('inner', { 'workflow.iteration': 2 }),
    }),
  ];

  test('nodes, dependencies, attempts and phases are those of the run', () => {
    const run = trace(service('flowprof', spans));
    expect(run.execution).toMatchObject({
      id: EXECUTION,
      externalId: TRACE,
      name: 'nightly',
      workflow: 'nightly',
      status: 'failed',
      concurrency: 4,
      recordedDuration: 1000,
      error: { code: 'http_error', message: 'no answer', nodeKey: 'b' },
    });
    const { nodes } = run;
    expect([nodes.key, nodes.name, nodes.type]).toEqual([
      ['a', 'inner', 'b'],
      ['Node a', 'Node inner', 'Node b'],
      ['http', 'http', 'http'],
    ]);
    expect(Array.from(nodes.iteration)).toEqual([NONE, 2, NONE]);
    expect(Array.from(nodes.parent)).toEqual([NONE, 0, NONE]);
    expect([Array.from(nodes.depOffsets), Array.from(nodes.deps)]).toEqual([[0, 0, 0, 1], [0]]);
    expect(Array.from({ length: 5 }, (_, row) => spanNameAt(run.spans, row))).toEqual([
      'Node a',
      'inner',
      'Node b',
      'attempt',
      'http_request',
    ]);
    expect(Array.from(run.spans.kind)).toEqual([0, 0, 0, 1, 2]);
    expect(Array.from(run.spans.parent)).toEqual([NONE, 0, NONE, 2, 3]);
    expect(run.spans.metadata.get(0)).toEqual({ retry: { policy: 'p', max_attempts: 3 }, 'otel.scope.name': 'lib' });
    expect(run.spans.metadata.get(2)?.['error']).toEqual({ code: 'http_error', message: 'no answer', retryable: true });
    expect(run.spans.metadata.get(4)).toEqual({ url: 'http://h/x', status: 500, 'otel.scope.name': 'lib' });
    expect([run.annotations.type[0], run.annotations.metadata.get(0)]).toEqual(['rate_limit', { by: 5 }]);
    expect(run.warnings).toEqual([]);
  });

  test('the spans of a called service stand below the request that called it, by the clock of the run', () => {
    const run = trace(
      service('flowprof', spans),
      service('shop', [span('77', { parent: 'e1', from: 9000, to: 9100, kind: 2, name: 'POST' })], {
        'host.name': 'h',
      }),
    );
    const row = Array.from({ length: run.spans.length }, (_, i) => spanNameAt(run.spans, i)).indexOf('POST');
    expect(spanIdAt(run.spans.ids, at(run.spans.parent, row))).toBe('00000000000000e1');
    expect(run.spans.start[row]).toBe(430 + (270 - 100) / 2);
    expect(run.spans.node[row]).toBe(NONE);
    expect(run.nodes.length).toBe(3);
  });

  test('a run whose end has not come is running, by the name of its workflow', () => {
    const [, ...without] = spans;
    const { execution, spans: table } = only(read([service('flowprof', without)], { isOpen: true }));
    expect(execution).toMatchObject({ id: EXECUTION, name: 'nightly', workflow: 'nightly', status: 'running' });
    expect(table.length).toBe(5);
  });

  test('below the span of a caller that is in the trace, the execution is a span', () => {
    const inside = span('d269b633813fc60c', { ...ROOT, parent: '42' });
    const run = trace(
      service('app', [span('42', { to: 2000, kind: 2, name: 'POST /start' })]),
      service('flowprof', [inside, ...spans.slice(1)]),
    );
    expect(run.execution).toMatchObject({ workflow: 'nightly', status: 'failed' });
    expect(spanNameAt(run.spans, 0)).toBe('POST /start');
    expect([spanNameAt(run.spans, 1), run.spans.kind[1], run.spans.parent[1]]).toEqual(['nightly', 3, 0]);
  });
});

/** What Airflow writes on the span of a task. */
function taskAttributes(id: string, index: number): Readonly<Record<string, JsonValue>> {
  return {
    'airflow.dag_id': 'etl',
    'airflow.task_id': id,
    'airflow.task_instance.state': 'success',
    'airflow.task_instance.map_index': index,
  };
}

describe('conventions of others', () => {
  test('pipelines of CI/CD', () => {
    const run = trace(
      service('ci', [
        span('1', {
          to: 100,
          kind: 2,
          name: 'RUN Build',
          attributes: {
            'cicd.pipeline.result': 'failure',
            'cicd.pipeline.run.id': '17',
            'cicd.pipeline.name': 'Build',
          },
        }),
        span('2', {
          parent: '1',
          from: 10,
          to: 90,
          attributes: {
            'cicd.pipeline.task.name': 'test',
            'cicd.pipeline.task.run.result': 'failure',
            'cicd.pipeline.task.type': 'test',
          },
        }),
        span('3', { parent: '2', from: 20, to: 40, attributes: { 'cicd.pipeline.task.name': 'step' } }),
        span('4', {
          parent: '2',
          from: 50,
          to: 60,
          attributes: { 'cicd.pipeline.task.name': 'step', 'cicd.pipeline.task.run.result': 'skip' },
        }),
      ]),
    );
    expect(run.execution).toMatchObject({ workflow: 'Build', name: '17', status: 'failed' });
    expect([run.nodes.key, Array.from(run.nodes.iteration), Array.from(run.nodes.parent)]).toEqual([
      ['test', 'step', 'step'],
      [NONE, NONE, 1],
      [NONE, 0, 0],
    ]);
    expect(Array.from(run.nodes.status)).toEqual([3, 2, 6]);
  });

  test('DAG runs of Airflow', () => {
    const run = trace(
      service('Airflow', [
        span('1', {
          to: 100,
          name: 'dag_run.etl',
          attributes: { 'airflow.dag_id': 'etl', 'airflow.dag_run.run_id': 'manual__1' },
        }),
        span('2', { parent: '1', from: 10, to: 20, name: 'task_run.load', attributes: taskAttributes('load', -1) }),
        span('3', {
          parent: '2',
          from: 11,
          to: 19,
          name: 'worker.load',
          attributes: { 'airflow.dag_id': 'etl', 'airflow.task_id': 'load' },
        }),
        span('4', { parent: '1', from: 20, to: 30, name: 'task_run.map', attributes: taskAttributes('map', 0) }),
        span('5', { parent: '1', from: 20, to: 40, name: 'task_run.map', attributes: taskAttributes('map', 1) }),
      ]),
    );
    expect(run.execution).toMatchObject({ workflow: 'etl', name: 'manual__1', status: 'completed' });
    expect([run.nodes.key, Array.from(run.nodes.iteration)]).toEqual([
      ['load', 'map', 'map'],
      [NONE, 1, 0],
    ]);
  });
});

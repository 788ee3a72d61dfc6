import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  asMicros,
  spanIdAt,
  spanNameAt,
  toEpochMicros,
  type AnnotationRecord,
  type RandomBytes,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import type { Timers } from '../types.ts';
import { otlpExporter, SCOPE, type OtlpExporter, type OtlpExporterOptions } from './exporter.ts';

const EXECUTION = '0198f2a0-1234-7abc-8def-0123456789ab';
const TRACE = '0198f2a012347abc8def0123456789ab';
const ROOT = '8def0123456789ab';
const TIMEOUT_MS = 5000;

/** Timers that write down what is waited for: batches and backoffs are over at once, requests have all the time. */
class NotedTimers implements Timers {
  readonly waits: number[] = [];
  /** Whether requests are late. */
  late = false;

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms !== TIMEOUT_MS || this.late) {
      if (ms !== TIMEOUT_MS) this.waits.push(ms);
      return Promise.resolve();
    }
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('not needed')), { once: true });
    });
  }
}

/** Randomness that makes every backoff as long as it is without. */
const halfway: RandomBytes = (into) => into.fill(128);

let receiver: OtlpReceiver;
let timers: NotedTimers;
beforeEach(async () => {
  receiver = await new OtlpReceiver().listen();
  timers = new NotedTimers();
});
afterEach(() => receiver.close());

function exporter(options: Partial<OtlpExporterOptions> = {}): OtlpExporter {
  return otlpExporter({ url: receiver.url, timers, timeoutMs: TIMEOUT_MS, random: halfway, ...options });
}

/** The span of that name that was exported. */
function named(name: string) {
  return receiver.spans.find((one) => one.name === name);
}

function started(traceparent?: string, executionId = EXECUTION): TraceEvent {
  const info = { name: 'orders', workflow: 'orders', sourceFormat: 'conductor', concurrency: 4 };
  const startedAt = toEpochMicros(1_705_312_800_123_457);
  return { type: 'execution_started', executionId, startedAt, info, ...(traceparent !== undefined && { traceparent }) };
}

const finished: TraceEvent = { type: 'execution_finished', status: 'completed', at: asMicros(900), error: null };

function span(record: Partial<SpanRecord> = {}): TraceEvent {
  return {
    type: 'span',
    span: {
      id: '0badcafe00000000',
      parentId: null,
      kind: 'node',
      name: 'load',
      nodeKey: 'load',
      iteration: null,
      start: asMicros(1),
      duration: asMicros(7),
      status: 'completed',
      track: null,
      metadata: null,
      ...record,
    },
  };
}

function numbered(count: number): TraceEvent[] {
  return Array.from({ length: count }, (_, i) => span({ id: `0badcafe${i.toString(16).padStart(8, '0')}` }));
}

function annotation(record: Partial<AnnotationRecord>): TraceEvent {
  const spanId = '0badcafe00000000';
  return {
    type: 'annotation',
    annotation: { spanId, time: asMicros(3), label: 'x', type: 'info', metadata: null, ...record },
  };
}

describe('a run', () => {
  it('becomes one span a span of its own, and one for the execution', async () => {
    const bench = new Bench();
    const sink = exporter();
    const definition = workflow(
      { id: 'flaky', type: 'flaky', with: { failures: 1 }, retry: { policy: 'fixed' } },
      { id: 'all', type: 'group', dependsOn: ['flaky'], nodes: [delay('a', 5), delay('b', 5, 'a')] },
    );
    const { recording } = await bench.run(definition, { executionId: EXECUTION, sink });
    await sink.flush();

    const { spans } = recording;
    const ids = Array.from({ length: spans.length }, (_, row) => spanIdAt(spans.ids, row));
    const exported = new Map(receiver.spans.map((one) => [one.spanId, one]));
    expect(exported.size).toBe(receiver.spans.length);
    expect([...exported.keys()].toSorted()).toEqual([...ids, ROOT].toSorted());
    for (const [row, id] of ids.entries()) {
      const parent = spans.parent[row] ?? -1;
      const startNs = BigInt(recording.execution.startedAt ?? 0) * 1000n + BigInt(spans.start[row] ?? 0) * 1000n;
      expect(exported.get(id)).toMatchObject({
        traceId: TRACE,
        name: spanNameAt(spans, row),
        parentSpanId: parent < 0 ? ROOT : ids[parent],
        startTimeUnixNano: startNs,
        endTimeUnixNano: startNs + BigInt(spans.duration[row] ?? 0) * 1000n,
        attributes: { 'workflow.name': 'test', 'workflow.execution_id': EXECUTION },
      });
    }
    expect(exported.get(ROOT)).toMatchObject({
      name: 'test',
      parentSpanId: '',
      kind: 'SPAN_KIND_INTERNAL',
      flags: 0x101,
      attributes: { 'workflow.span.kind': 'execution', 'workflow.status': 'completed', 'workflow.concurrency': 4n },
    });
    expect(sink.stats).toEqual({ sent: spans.length + 1, rejected: 0, dropped: 0, problem: null });
  });

  it('says of its spans what the trace says', async () => {
    const bench = new Bench();
    const sink = exporter();
    const retry = { policy: 'fixed', maxAttempts: 2 } as const;
    const flaky = { id: 'flaky', name: 'Flaky one', type: 'flaky', dependsOn: ['a'], with: { failures: 9 }, retry };
    await bench.run(workflow(delay('a', 5), flaky), { executionId: EXECUTION, sink });
    await sink.flush();

    expect(named('Flaky one')).toMatchObject({
      status: { code: 'STATUS_CODE_ERROR', message: 'attempt 2 failed' },
      attributes: {
        'workflow.node.id': 'flaky',
        'workflow.node.type': 'flaky',
        'workflow.node.depends_on': ['a'],
        'workflow.retry.policy': 'fixed',
        'workflow.retry.max_attempts': 2n,
        'workflow.retry_count': 1n,
        'workflow.status': 'failed',
        'error.type': 'flaky',
      },
      events: [{ name: 'retry after attempt 1', attributes: { 'workflow.annotation.type': 'retry' } }],
    });
    expect(named('attempt 1')).toMatchObject({ attributes: { 'workflow.attempt': 1n, 'error.type': 'flaky' } });
    expect(named('queue_wait')?.attributes).toMatchObject({
      'workflow.span.kind': 'phase',
      'workflow.phase': 'queue_wait',
      'workflow.node.type': 'delay',
      'workflow.cause': 'dispatch',
    });
    expect(named('test')).toMatchObject({
      status: { code: 'STATUS_CODE_ERROR', message: 'attempt 2 failed' },
      attributes: { 'workflow.failed_node': 'flaky', 'error.type': 'flaky' },
    });
  });

  it('keeps every microsecond of its times', async () => {
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span(), finished]);
    await sink.flush();
    expect(receiver.spans[0]).toMatchObject({
      startTimeUnixNano: 1_705_312_800_123_458_000n,
      endTimeUnixNano: 1_705_312_800_123_465_000n,
    });
  });

  it('is a part of the trace of who called it', async () => {
    const sink = exporter();
    const caller = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await sink.write(EXECUTION, [started(caller), span(), finished]);
    await sink.flush();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(receiver.spans).toMatchObject([
      { traceId, parentSpanId: ROOT, flags: 0x101 },
      { traceId, spanId: ROOT, parentSpanId: '00f067aa0ba902b7', flags: 0x301 },
    ]);
  });

  it('sends spans once they have ended, with the iteration and all that was noted on them', async () => {
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span({ duration: null }), annotation({ label: 'before' })]);
    await sink.write(EXECUTION, [span({ iteration: 3 }), annotation({ label: 'in the same batch' })]);
    await sink.write(EXECUTION, [
      annotation({ label: 'too late' }),
      annotation({ spanId: null, label: 'of the run' }),
      finished,
    ]);
    await sink.flush();
    expect(receiver.spans).toMatchObject([
      { attributes: { 'workflow.iteration': 3n }, events: [{ name: 'before' }, { name: 'in the same batch' }] },
      { name: 'orders', events: [{ name: 'of the run' }, { name: 'too late' }] },
    ]);
  });

  it('has no more events and attributes than the limits, and counts the rest', async () => {
    const sink = exporter();
    const metadata = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i]));
    const notes = Array.from({ length: 130 }, (_, i) => annotation({ label: `note ${i}` }));
    await sink.write(EXECUTION, [started(), ...notes, span({ metadata })]);
    await sink.flush();
    const [one] = receiver.spans;
    expect(one).toMatchObject({ droppedEventsCount: 2, droppedAttributesCount: 77 });
    expect(one?.events).toHaveLength(128);
    expect(Object.keys(one?.attributes ?? {})).toHaveLength(128);
  });

  it('calls an http_request a client span, with the names of the semantic conventions', async () => {
    const sink = exporter();
    const metadata = {
      url: 'https://api.test/orders?id=1',
      method: 'POST',
      status: 201,
      bytes: 12,
      hops: [1, { a: null }],
    };
    await sink.write(EXECUTION, [started(), span({ kind: 'phase', name: 'http_request', metadata })]);
    await sink.flush();
    expect(receiver.spans[0]).toMatchObject({
      kind: 'SPAN_KIND_CLIENT',
      attributes: {
        'url.full': 'https://api.test/orders?id=1',
        'server.address': 'api.test',
        'server.port': 443n,
        'http.request.method': 'POST',
        'http.response.status_code': 201n,
        'http.response.body.size': 12n,
        'workflow.hops': '[1,{"a":null}]',
      },
    });
  });
});

describe('a request', () => {
  it('says who sends it and what for', async () => {
    const sink = exporter({
      url: `${receiver.url}/otel/`,
      headers: { Authorization: 'Bearer x' },
      resource: { 'service.name': 'billing', 'deployment.environment.name': 'test' },
    });
    await sink.write(EXECUTION, [started(), span()]);
    await sink.flush();
    const { version }: { version: string } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(SCOPE.version).toBe(version);
    expect(receiver.requests).toMatchObject([
      { path: '/otel/v1/traces', headers: { authorization: 'Bearer x', 'content-type': 'application/json' } },
    ]);
    expect(receiver.received[0]?.resourceSpans).toMatchObject([
      {
        resource: {
          attributes: {
            'service.name': 'billing',
            'deployment.environment.name': 'test',
            'telemetry.sdk.language': 'nodejs',
          },
        },
        scopeSpans: [{ scope: { name: '@flowprof/conductor', version } }],
      },
    ]);
  });

  it('is compressed when asked for', async () => {
    const sink = exporter({ compression: 'gzip' });
    await sink.write(EXECUTION, [started(), ...numbered(500)]);
    await sink.flush();
    expect(receiver.spans).toHaveLength(500);
    expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(receiver.requests[0]?.bytes).toBeLessThan(20_000);
  });

  it('holds at most 1,000 spans, in their order', async () => {
    const sink = exporter();
    await sink.write(EXECUTION, [started(), ...numbered(2500)]);
    await sink.flush();
    const sizes = receiver.received.map(({ resourceSpans }) => resourceSpans[0]?.scopeSpans[0]?.spans.length);
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(receiver.spans.map(({ spanId }) => Number.parseInt(spanId.slice(8), 16))).toEqual([...Array(2500).keys()]);
  });

  it.each([429, 502, 503, 504])('is sent again after a %i, with growing waits', async (status) => {
    receiver.answers.push({ status }, { status }, { status });
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    expect(await sink.flush()).toMatchObject({ sent: 1, dropped: 0, problem: `the receiver answered ${status}` });
    expect(timers.waits.filter((ms) => ms !== 1000).map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4]);
    expect(receiver.spans).toHaveLength(1);
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Mon, 15 Jan 2024 10:00:20 GMT', 20_000],
    ['more than a minute', '3600', 60_000],
  ])('waits as long as the receiver says: %s', async (_, header, wait) => {
    receiver.answers.push({ status: 503, headers: { 'retry-after': header } });
    const sink = exporter({ clock: { now: () => toEpochMicros(1_705_312_800_000_000) } });
    await sink.write(EXECUTION, [started(), span()]);
    await sink.flush();
    expect(timers.waits).toContain(wait);
    expect(receiver.spans).toHaveLength(1);
  });

  it('is sent again when the connection breaks', async () => {
    receiver.answers.push({ status: 0, instead: (response) => response.destroy() });
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    expect(await sink.flush()).toMatchObject({ sent: 1, dropped: 0 });
  });

  it.each([400, 401, 404, 413, 500])('is not sent again after a %i, and the run is told', async (status) => {
    receiver.answers.push({ status });
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span(), span({ id: '0badcafe00000001' })]);
    expect(await sink.flush()).toEqual({
      sent: 0,
      rejected: 0,
      dropped: 2,
      problem: `the receiver answered ${status}`,
    });
    expect(receiver.requests).toHaveLength(1);
    const told = `2 spans were not exported: the receiver answered ${status}`;
    await expect(sink.write(EXECUTION, [finished])).rejects.toThrow(told);
    expect(await sink.flush()).toMatchObject({ sent: 1 });
  });

  it('is given up after five attempts', async () => {
    receiver.answers.push(...Array.from({ length: 5 }, () => ({ status: 503 })));
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    expect(await sink.flush()).toMatchObject({ sent: 0, dropped: 1 });
    expect(receiver.requests).toHaveLength(5);
  });

  it('is given up when nobody answers in time', async () => {
    timers.late = true;
    receiver.answers.push(...Array.from({ length: 5 }, () => ({ status: 0, instead: () => {} })));
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    expect(await sink.flush()).toMatchObject({ dropped: 1, problem: `no answer within ${TIMEOUT_MS} ms` });
  });

  it('counts what the receiver refuses of it', async () => {
    const partialSuccess = { rejectedSpans: '2', errorMessage: 'too old' };
    receiver.answers.push({ status: 200, body: JSON.stringify({ partialSuccess }) });
    const sink = exporter();
    await sink.write(EXECUTION, [started(), ...numbered(5)]);
    expect(await sink.flush()).toEqual({ sent: 3, rejected: 2, dropped: 0, problem: 'too old' });
    await expect(sink.write(EXECUTION, [finished])).rejects.toThrow('2 of 5 spans were refused: too old');
  });

  it.each([
    ['nothing', ''],
    ['something else', 'ok'],
    ['an empty partial success', '{"partialSuccess":{}}'],
    ['null', 'null'],
  ])('has succeeded also when the answer is %s', async (_, body) => {
    receiver.answers.push({ status: 200, body });
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    expect(await sink.flush()).toEqual({ sent: 1, rejected: 0, dropped: 0, problem: null });
  });
});

describe('the queue', () => {
  it('takes what it has room for, counts the rest, and holds up nobody', async () => {
    const asked = new Promise<ServerResponse>((resolve) => {
      receiver.answers.push({ status: 0, instead: resolve });
    });
    const sink = exporter({ maxQueue: 10 });
    await sink.write(EXECUTION, [started(), ...numbered(10)]);
    const response = await asked;
    await sink.write(EXECUTION, numbered(10));
    await expect(sink.write(EXECUTION, numbered(3))).rejects.toThrow('3 spans were not exported: there was no room');
    expect(sink.stats).toMatchObject({ sent: 0, dropped: 3 });
    response.end('{}');
    expect(await sink.flush()).toMatchObject({ sent: 20, dropped: 3 });
  });

  it('makes the run warn, and never fail', async () => {
    const bench = new Bench();
    const result = await bench.run(workflow(...Array.from({ length: 20 }, (_, i) => delay(`d${i}`, 1))), {
      executionId: EXECUTION,
      sink: exporter({ maxQueue: 5 }),
    });
    expect(result.status).toBe('completed');
    expect(result.recording.warnings).toMatchObject([{ code: 'sink_failed' }]);
    expect(result.recording.warnings[0]?.example).toContain('spans were not exported: there was no room');
  });

  it('is empty once flushed, however often', async () => {
    const sink = exporter();
    await sink.flush();
    await sink.write(EXECUTION, [started(), span()]);
    await Promise.all([sink.flush(), sink.flush()]);
    expect(receiver.spans).toHaveLength(1);
    await turn();
    await sink.write(EXECUTION, [finished]);
    await sink.flush();
    expect(receiver.spans).toHaveLength(2);
  });

  it('keeps runs apart, and knows only those that it has seen the start of', async () => {
    const other = '0198f2a0-1234-7abc-8def-0123456789ac';
    const sink = exporter();
    await sink.write(EXECUTION, [started(), span()]);
    await sink.write(other, [started(undefined, other), span()]);
    await sink.write(EXECUTION, [finished]);
    await expect(sink.write(EXECUTION, [span()])).rejects.toThrow('has not seen its start');
    await sink.flush();
    expect(receiver.spans.map(({ traceId }) => traceId)).toEqual([TRACE, `${TRACE.slice(0, -1)}c`, TRACE]);
  });
});

it.each(['localhost:4318', 'ftp://x', ''])('refuses what is no address of a receiver: %j', (url) => {
  expect(() => otlpExporter({ url })).toThrow(RangeError);
});

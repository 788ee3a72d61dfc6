import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { trace as otel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
  type OpenTelemetryWorkflowExporter,
} from '@temporalio/interceptors-opentelemetry';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type InjectedSinks,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../../testing/harness.ts';
import { Rounds } from '../../../testing/rounds.ts';
import { makeActivities, type Logged } from '../../../testing/temporal-worker/activities.ts';
import { FlowprofPlugin } from '../../temporal-worker/index.ts';

const SLOW = 300_000;
const SLOW_TEST = { timeout: SLOW };
const WORKSPACE = 'joined';
const API = `/api/v1/workspaces/${WORKSPACE}`;
const TASK_QUEUE = 'joined';

interface ChartSpan {
  readonly name: string;
  readonly start_ms: number;
  readonly duration_ms: number;
  readonly status: string;
  readonly children: readonly ChartSpan[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const chartSpan: z.ZodType<ChartSpan> = z.object({
  name: z.string(),
  start_ms: z.number(),
  duration_ms: z.number(),
  status: z.string(),
  get children() {
    return z.array(chartSpan).default([]);
  },
  metadata: z.record(z.string(), z.unknown()).default({}),
});
const chartShape = z.object({ started_at: z.string(), spans: z.array(chartSpan) });
const profileShape = z.object({
  accounting: z.object({ total_ms: z.number(), causes: z.record(z.string(), z.number()) }),
});
const listShape = z.object({ items: z.array(z.object({ id: z.string() })) });

const rounds = new Rounds();
const log: Logged[] = [];
/** When attempts were due, as Temporal told their worker, by run and number. */
const dueMs = new Map<string, number>();
/** Spans of workflows, as OTLP has them. */
const workflowSpans: object[] = [];

type SinkSpan = Parameters<OpenTelemetryWorkflowExporter['export']>[0][number];

function nanos([seconds, rest]: SinkSpan['startTime']): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}

function otlpOf(span: SinkSpan, info: Readonly<Record<string, unknown>>): object {
  const attributes = { ...span.attributes, ...info };
  return {
    traceId: span.spanContext.traceId,
    spanId: span.spanContext.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: Object.entries(attributes).flatMap(([key, value]) =>
      typeof value === 'string' ? [{ key, value: { stringValue: value } }] : [],
    ),
  };
}

/** What the interceptors of workflows hand to the worker, whose own exporter is of an older SDK. */
const sinks: InjectedSinks<{ exporter: OpenTelemetryWorkflowExporter }> = {
  exporter: {
    export: {
      fn: ({ workflowId, runId }, spans) =>
        void workflowSpans.push(...spans.map((span) => otlpOf(span, { workflowId, runId }))),
    },
  },
};

/** Does something in a span of the code's own. */
function traced<T>(name: string, work: () => Promise<T>): Promise<T> {
  return otel.getTracer('the shop').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}

/** All spans below some, with those themselves. */
function* within(spans: readonly ChartSpan[]): Generator<ChartSpan> {
  for (const span of spans) {
    yield span;
    yield* within(span.children);
  }
}

const activityIn = (spans: readonly ChartSpan[]) => [...within(spans)].find(({ name }) => name === 'flaky');

/** Whether the spans of client, workflow, activity and of the activity's own code are there. */
function isWhole(spans: readonly ChartSpan[]): boolean {
  const names = new Set([...within(spans)].map(({ name }) => name));
  return ['StartWorkflow:retried', 'RunWorkflow:retried', 'RunActivity:flaky', 'charge'].every((name) =>
    names.has(name),
  );
}

describe.skipIf(findTemporal() === null)('a run of which its worker tells', () => {
  let temporal: TemporalServer;
  let client: Client;
  let native: NativeConnection;
  let workflowBundle: WorkflowBundleWithSourceMap;
  let test: TestServer;
  let provider: NodeTracerProvider;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { resolve } = createRequire(import.meta.url);
    const [server, started, bundle] = await Promise.all([
      startTemporalServer(),
      startTestServer({
        timers: rounds,
        otlpDelays: { settled: 100_000, unsettled: 200_000, longest: 1_000_000 },
      }),
      bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('../../../testing/temporal-worker/workflows.ts', import.meta.url)),
        workflowInterceptorModules: [resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors')],
        logger: new DefaultLogger('ERROR'),
      }),
    ]);
    temporal = server;
    test = started;
    workflowBundle = bundle;
    await test.call('/api/workspaces', { json: { slug: WORKSPACE, name: WORKSPACE } });
    // It is enabled, so that what names unknown runs waits for them, and finds none by itself.
    const json = { name: 'dev', address: temporal.address, query: "WorkflowType = 'none'" };
    expect((await test.call(`${API}/temporal/connections`, { json })).status).toBe(201);
    const exporter = new OTLPTraceExporter({ url: `${test.server.url}${API}/otlp/v1/traces` });
    // What was recorded is sent when the test says so.
    provider = new NodeTracerProvider({
      spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 600_000 })],
    });
    provider.register();
    client = new Client({
      connection: await Connection.connect({ address: temporal.address }),
      interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
    });
    native = await NativeConnection.connect({ address: temporal.address });
  }, SLOW);

  afterAll(async () => {
    await client.connection.close();
    await native.close();
    await provider.shutdown();
    await test.close();
    await temporal.close();
  });

  /**
   * Runs a workflow whose activity fails twice, with a worker that tells of it; all attempts are told at its end.
   * @param hasSpans whether activities are recorded with OpenTelemetry, too, which takes time of its own
   */
  async function run(hasSpans: boolean): Promise<string> {
    const { flaky } = makeActivities(log);
    const worker = await Worker.create({
      connection: native,
      taskQueue: TASK_QUEUE,
      workflowBundle,
      activities: {
        flaky: (result: string) => {
          const { workflowExecution, attempt, currentAttemptScheduledTimestampMs: due } = Context.current().info;
          dueMs.set(`${workflowExecution?.runId} ${attempt}`, due);
          return hasSpans ? traced('charge', () => flaky(result)) : flaky(result);
        },
      },
      sinks,
      interceptors: {
        activity: hasSpans ? [(ctx) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(ctx) })] : [],
      },
      plugins: [new FlowprofPlugin({ url: test.server.url, workspace: WORKSPACE })],
    });
    return worker.runUntil(async () => {
      const options = { taskQueue: TASK_QUEUE, workflowId: randomUUID(), args: [] };
      const handle = await client.workflow.start('retried', options);
      await handle.result();
      return handle.firstExecutionRunId;
    });
  }

  async function sync(runId: string): Promise<void> {
    const { status, text } = await test.call(`${API}/executions/${runId}/sync`, { method: 'POST' });
    expect([status, text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  }

  async function sendSpans(): Promise<void> {
    await provider.forceFlush();
    const spans = workflowSpans.splice(0);
    const scope = { name: '@temporalio/interceptor-workflow' };
    const json = { resourceSpans: [{ scopeSpans: [{ scope, spans }] }] };
    const { status, text } = await test.call(`${API}/otlp/v1/traces`, { json });
    expect([status, text.slice(0, 300)]).toEqual([200, expect.any(String)]);
  }

  async function chartOf(runId: string) {
    return chartShape.parse((await test.call(`${API}/executions/${runId}/flame-chart`)).body);
  }

  async function executionIds(): Promise<readonly string[]> {
    const { body } = await test.call(`${API}/executions`);
    return listShape.parse(body).items.map(({ id }) => id);
  }

  it(
    'has each attempt when its worker says it was, with its waits, and every microsecond once',
    SLOW_TEST,
    async () => {
      const runId = await run(false);
      await sync(runId);
      const chart = await chartOf(runId);
      const begin = Date.parse(chart.started_at);
      const activity = activityIn(chart.spans);
      const steps = activity?.children ?? [];
      expect(steps.map(({ name, status }) => [name, status])).toEqual([
        ['queue_wait', 'completed'],
        ['attempt 1', 'failed'],
        ['retry_backoff', 'completed'],
        ['queue_wait', 'completed'],
        ['attempt 2', 'failed'],
        ['retry_backoff', 'completed'],
        ['queue_wait', 'completed'],
        ['attempt 3', 'completed'],
        ['callback', 'completed'],
      ]);
      const own = log.filter((one) => one.runId === runId);
      expect(own).toHaveLength(3);
      for (const { attempt, startedMs, endedMs } of own) {
        const drawn = steps.find(({ name }) => name === `attempt ${attempt}`);
        const [start, duration] = [drawn?.start_ms ?? Number.NaN, drawn?.duration_ms ?? Number.NaN];
        expect(Math.abs(begin + start - startedMs), `start of ${attempt}`).toBeLessThan(5);
        expect(Math.abs(begin + start + duration - endedMs), `end of ${attempt}`).toBeLessThan(5);
        expect(drawn?.metadata).toMatchObject({ attempt, source: 'worker' });
      }
      // The policy has 200 ms and 400 ms, from when Temporal hears of the failure; the next attempt tells how long it was.
      const backoffs = steps.filter(({ name }) => name === 'retry_backoff');
      expect(backoffs.map(({ metadata }) => metadata['estimated'])).toEqual([undefined, undefined]);
      for (const [i, { start_ms: start, duration_ms: duration }] of backoffs.entries()) {
        expect(duration).toBeGreaterThan(200 * (i + 1) - 5);
        const due = dueMs.get(`${runId} ${i + 2}`) ?? Number.NaN;
        expect(Math.abs(begin + start + duration - due), `queue of ${i + 2}`).toBeLessThan(5);
      }
      // Each begins where the one before it ends.
      for (const [i, step] of steps.entries()) {
        const next = steps[i + 1];
        if (next !== undefined) expect(step.start_ms + step.duration_ms).toBeCloseTo(next.start_ms, 3);
      }
      // Nothing but the activity is a step of this workflow.
      const { body } = await test.call(`${API}/executions/${runId}/profile`);
      const { total_ms: total, causes } = profileShape.parse(body).accounting;
      expect(total).toBeCloseTo(activity?.duration_ms ?? Number.NaN, 3);
      expect(Object.values(causes).reduce((a, b) => a + b, 0)).toBeCloseTo(total, 3);
      expect(causes).toMatchObject({ retry_backoff: expect.any(Number), failed_attempts: expect.any(Number) });
      // What was recorded meanwhile is another test's.
      await provider.forceFlush();
      workflowSpans.length = 0;
    },
  );

  it.each(['before', 'after'] as const)(
    'has the spans of OpenTelemetry that came %s its history',
    SLOW_TEST,
    async (order) => {
      const before = await executionIds();
      const runId = await run(true);
      if (order === 'before') await sendSpans();
      else await sync(runId);
      expect(await executionIds()).toHaveLength(before.length + (order === 'before' ? 0 : 1));
      await (order === 'before' ? sync(runId) : sendSpans());
      const { spans } = await rounds.until(
        () => chartOf(runId),
        (chart) => isWhole(chart.spans),
      );
      const attempts = activityIn(spans)?.children.filter(({ name }) => name.startsWith('attempt')) ?? [];
      expect(attempts).toHaveLength(3);
      for (const attempt of attempts) {
        const below = [...within(attempt.children)];
        expect(below.map(({ name }) => name)).toEqual(['execute', 'RunActivity:flaky', 'charge']);
        for (const { start_ms: start, duration_ms: duration } of below) {
          expect(start).toBeGreaterThanOrEqual(attempt.start_ms);
          expect(start + duration).toBeLessThanOrEqual(attempt.start_ms + attempt.duration_ms + 0.001);
        }
      }
      // They are in no execution of their own.
      expect(new Set(await executionIds())).toEqual(new Set([...before, runId]));
    },
  );
});

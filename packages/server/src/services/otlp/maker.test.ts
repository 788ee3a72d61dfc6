import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asMicros, toEpochMicros, type EpochMicros, type TraceEvent } from '@flowprof/model';
import { openStore, type Store, type TenantStore } from '@flowprof/store';
import { unpackSegment } from '@flowprof/store/blob';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BEGIN_MS, newSpanId, newTraceId, otlpSpans, testTrace, type TestSpan } from '@flowprof/store/testing';
import { pieceOf } from './batch.ts';
import { DEFAULT_MAKING_DELAYS, ExecutionMaker } from './maker.ts';
import { makeTraces } from './making.ts';
import { DEFAULT_OTLP_LIMITS, SpanIntake, type OtlpLimits } from './span-intake.ts';

const parse: (text: string) => unknown = JSON.parse;

const PAGE = { skip: 0, limit: 100 };
const SECOND = 1_000_000;

function uuidOf(traceId: string): string {
  return traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

let now: EpochMicros = toEpochMicros(1_800_000_000_000_000);
const clock = { now: (): EpochMicros => now };
let folder: string;
let store: Store;
let tenant: TenantStore;
let maker: ExecutionMaker;
let intake: SpanIntake;
const counts = new Map<string, number>();

function wait(seconds: number): void {
  now = toEpochMicros(now + seconds * SECOND);
}

function newIntake(limits: Partial<OtlpLimits> = {}): SpanIntake {
  return new SpanIntake({
    limits: { ...DEFAULT_OTLP_LIMITS, ...limits },
    onKept: (workspaceId) => maker.notify(workspaceId),
    count: () => undefined,
    isFull: (_, traceId) => traceId.startsWith('f'.repeat(16)),
  });
}

/** A server's maker, which does what it is asked to here and now. */
function newMaker(): ExecutionMaker {
  return new ExecutionMaker({
    store,
    pool: {
      use: (task) =>
        task(async (message) => {
          if (message.type !== 'make_traces') throw new Error(`nobody does ${message.type} here`);
          return { type: 'made', traces: makeTraces(message) };
        }),
    },
    clock,
    timers: { sleep: async () => undefined },
    logger: { info: () => undefined, warn: () => undefined },
    delays: DEFAULT_MAKING_DELAYS,
    count: (outcome, executions) => void counts.set(outcome, (counts.get(outcome) ?? 0) + executions),
    onFull: () => undefined,
  });
}

async function send(spans: readonly TestSpan[]): Promise<void> {
  const { accepted, rejected } = await intake.accept(tenant, otlpSpans(spans), false);
  expect([accepted, rejected]).toEqual([spans.length, 0]);
}

async function work(): Promise<void> {
  while (await maker.work());
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'maker-test-')));
  store = await openStore({ dataDir: path.join(folder, 'data'), clock, random: randomFillSync, log: () => undefined });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const { id } = await store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
  tenant = store.tenant(id);
  counts.clear();
  maker = newMaker();
  intake = newIntake();
});

describe('a trace becomes an execution', () => {
  test('once its root has ended and it was quiet for a while', async () => {
    const traceId = newTraceId();
    const [root, ...rest] = testTrace(traceId);
    if (root === undefined) throw new Error('no trace');
    await send(rest);
    wait(1);
    await send([root]);
    wait(1.9);
    await work();
    expect(await tenant.getExecution(uuidOf(traceId))).toBeNull();
    wait(0.2);
    await work();
    expect(await tenant.getExecution(uuidOf(traceId))).toMatchObject({
      status: 'completed',
      workflowName: 'shop: POST /orders',
      name: 'POST /orders',
      externalId: traceId,
      trigger: 'otlp',
      startedAt: BEGIN_MS * 1000,
      duration: 100_000,
      executionNumber: 1,
    });
    expect((await tenant.getTrace(uuidOf(traceId)))?.spans.length).toBe(3);
    expect(await tenant.otlp.listDueRows(10)).toEqual([]);
    const times = await tenant.otlp.findSpans(uuidOf(traceId), [root.spanId]);
    expect(times.get(root.spanId)).toEqual({ start: 0, duration: 100_000 });
    expect(await tenant.otlp.backlog()).toMatchObject({ segments: 0 });
  });

  test('and again, under its number, when more of it comes', async () => {
    const traceId = newTraceId();
    const spans = testTrace(traceId);
    await send(spans);
    await send(testTrace(newTraceId()));
    wait(3);
    await work();
    const first = await tenant.getExecution(uuidOf(traceId));
    const late = { traceId, spanId: newSpanId(), parentId: spans[0]?.spanId ?? '', name: 'late', start: 50, end: 300 };
    await send([late]);
    wait(11);
    await work();
    const second = await tenant.getExecution(uuidOf(traceId));
    expect(second).toMatchObject({ executionNumber: first?.executionNumber, duration: 300_000 });
    const trace = await tenant.getTrace(uuidOf(traceId));
    expect(trace?.spans.length).toBe(4);
    expect(trace?.warnings).toMatchObject([{ code: 'outside_parent' }]);
    const metrics = await tenant.workflowMetrics(second?.workflowId ?? '');
    expect(metrics).toMatchObject({ total: 2, ended: 2, sum: 400_000 });
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  test('which runs until its root is there, and then moves to its workflow', async () => {
    const traceId = newTraceId();
    const [root, ...rest] = testTrace(traceId);
    if (root === undefined) throw new Error('no trace');
    await send(rest);
    wait(11);
    await work();
    const open = await tenant.getExecution(uuidOf(traceId));
    expect(open).toMatchObject({ status: 'running', duration: null, workflowName: 'Unnamed executions' });
    expect(await store.recoverInterrupted()).toEqual([]);
    await send([root]);
    wait(3);
    await work();
    expect(await tenant.getExecution(uuidOf(traceId))).toMatchObject({
      status: 'completed',
      workflowName: 'shop: POST /orders',
    });
  });

  test('which counts as ended after a long silence', async () => {
    const traceId = newTraceId();
    const [, ...rest] = testTrace(traceId);
    await send(rest);
    wait(11);
    await work();
    await maker.endSilent(tenant);
    expect(await tenant.getExecution(uuidOf(traceId))).toMatchObject({ status: 'running' });
    wait(301);
    await maker.endSilent(tenant);
    const ended = await tenant.getExecution(uuidOf(traceId));
    expect(ended).toMatchObject({ status: 'completed', duration: 19_000 });
    const trace = await tenant.getTrace(uuidOf(traceId));
    expect(trace?.execution.status).toBe('completed');
    expect(trace?.warnings).toMatchObject([{ code: 'missing_parent', count: 2 }]);
  });

  test('which has failed when its root has', async () => {
    const traceId = newTraceId();
    await send(testTrace(traceId).map((span, i) => ({ ...span, failed: i === 0 })));
    wait(3);
    await work();
    const failed = await tenant.getExecution(uuidOf(traceId));
    expect(failed).toMatchObject({ status: 'failed', error: { message: 'it broke' } });
    const told = await tenant.listLiveEvents(failed?.workflowId ?? '', { since: 0, limit: 10 });
    expect(told?.items.map(({ type, data }) => [type, parse(data)])).toMatchObject([
      ['workflow_failed', { error: 'it broke', status: 'failed', duration_seconds: 0.1 }],
    ]);
  });

  test('with its nodes, where it was exported by a conductor', async () => {
    const traceId = newTraceId();
    const executionId = uuidOf(traceId);
    const shared = { 'workflow.name': 'orders', 'workflow.execution_id': executionId };
    const root = { traceId, spanId: newSpanId(), name: 'orders', start: 0, end: 90 };
    const node = { traceId, spanId: newSpanId(), parentId: root.spanId, name: 'pay', start: 10, end: 80 };
    await send([
      { ...root, attributes: { ...shared, 'workflow.span.kind': 'execution', 'workflow.status': 'completed' } },
      {
        ...node,
        attributes: {
          ...shared,
          'workflow.span.kind': 'node',
          'workflow.node.id': 'pay',
          'workflow.node.type': 'http',
          'workflow.status': 'completed',
        },
      },
    ]);
    wait(3);
    await work();
    const made = await tenant.getExecution(executionId);
    expect(made).toMatchObject({ status: 'completed', workflowName: 'orders' });
    expect(await tenant.listSteps(executionId)).toMatchObject([
      { stepKey: 'pay', status: 'completed', stepType: 'http' },
    ]);
    const { components } = (await tenant.workflowStatistics(made?.workflowId ?? '')) ?? { components: [] };
    expect(components).toMatchObject([{ name: 'pay', runs: 1 }]);
  });
});

test('repeated and reordered deliveries come to the same', async () => {
  const traceId = newTraceId();
  const spans = testTrace(traceId, 5);
  const digests = new Set<string>();
  const deliveries = fc
    .shuffledSubarray([...spans, ...spans], { minLength: 12 })
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }), fc.boolean()),
    );
  await fc.assert(
    fc.asyncProperty(deliveries, async ([all, cuts, isMadeBetween]) => {
      const { id } = await store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
      tenant = store.tenant(id);
      const places = [0, ...cuts.toSorted((a, b) => a - b), all.length];
      for (const [i, from] of places.slice(0, -1).entries()) {
        const some = all.slice(from, places[i + 1]);
        if (some.length > 0) await send(some);
        if (isMadeBetween) {
          wait(11);
          await work();
        }
      }
      wait(11);
      await work();
      const { status, duration, workflowName, executionNumber } = (await tenant.getExecution(uuidOf(traceId))) ?? {};
      const trace = await tenant.getTrace(uuidOf(traceId));
      digests.add(JSON.stringify([status, duration, workflowName, executionNumber, trace], digested));
      expect(digests.size).toBe(1);
    }),
    { numRuns: 25 },
  );
});

function digested(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Buffer.from(value.buffer).toString('hex') : value;
}

describe('what is called by a run of flowprof', () => {
  async function run(): Promise<{ readonly id: string; readonly callId: string; finish: () => Promise<void> }> {
    const { id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} });
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    const callId = newSpanId();
    const call = {
      id: callId,
      parentId: null,
      kind: 'phase',
      name: 'http_request',
      nodeKey: null,
      iteration: null,
    } as const;
    const timed = { start: asMicros(1000), duration: asMicros(50_000), status: 'completed' } as const;
    const events: TraceEvent[] = [
      {
        type: 'execution_started',
        executionId: id,
        startedAt: toEpochMicros(BEGIN_MS * 1000),
        info: { name: 'w', workflow: 'w', sourceFormat: 'conductor', concurrency: null },
      },
      { type: 'span', span: { ...call, ...timed, track: null, metadata: null } },
    ];
    await tenant.recordEvents(id, events);
    return { id, callId, finish: () => tenant.recordEvents(id, [FINISHED]) };
  }
  const FINISHED: TraceEvent = { type: 'execution_finished', status: 'completed', at: asMicros(60_000), error: null };

  test('joins it below the call, while it runs and after it has ended', async () => {
    const { id, callId, finish } = await run();
    const traceId = id.replaceAll('-', '');
    const server = { traceId, spanId: newSpanId(), parentId: callId, name: 'POST /pay', kind: 2, start: 10, end: 20 };
    await send([server]);
    wait(11);
    await work();
    expect(counts.get('joined')).toBe(1);
    await finish();
    const inner = { traceId, spanId: newSpanId(), parentId: server.spanId, name: 'SELECT', start: 12, end: 15 };
    await send([server, inner]);
    wait(11);
    await work();
    const trace = await tenant.getTrace(id);
    const rows = new Map((trace?.spans.ids.listed ?? []).map((spanId, row) => [spanId, row]));
    const parentOf = (spanId: string) => trace?.spans.parent[rows.get(spanId) ?? -1];
    expect(parentOf(server.spanId)).toBe(rows.get(callId));
    expect(parentOf(inner.spanId)).toBe(rows.get(server.spanId));
    expect((await tenant.listExecutions(PAGE)).total).toBe(1);
    expect(await tenant.otlp.backlog()).toMatchObject({ segments: 0 });
  });

  test('is moved into the call where its clock differs, with what it said kept', async () => {
    const { id, callId } = await run();
    const traceId = id.replaceAll('-', '');
    const skewed = {
      traceId,
      spanId: newSpanId(),
      parentId: callId,
      name: 'POST /pay',
      kind: 2,
      start: 5010,
      end: 5020,
    };
    await send([skewed]);
    wait(11);
    await work();
    const trace = await tenant.getTrace(id);
    const row = trace?.spans.ids.listed?.indexOf(skewed.spanId) ?? -1;
    expect([trace?.spans.start[row], trace?.spans.duration[row]]).toEqual([21_000, 10_000]);
    expect(trace?.spans.metadata.get(row)).toMatchObject({
      original_start_us: BEGIN_MS * 1000 + 5_010_000,
      clock_offset_us: -4_989_000,
    });
  });
});

describe('what is taken in', () => {
  test('holds no secrets', async () => {
    const canary = 'ghp_0123456789abcdefghijklmnopqrstuv';
    const traceId = newTraceId();
    await send([
      {
        ...(testTrace(traceId, 0)[0] ?? { traceId, spanId: newSpanId() }),
        name: `call with ${canary}`,
        attributes: {
          'http.request.header.authorization': 'hunter2-canary',
          url: `https://u:${canary}@h/x`,
          'db.user': 'anna',
        },
      },
    ]);
    const [segment] = (await tenant.otlp.listWaiting(new Set(), 10)).found;
    const [read] = await tenant.otlp.readSegments([segment?.id ?? '']);
    const { bytes } = unpackSegment(read?.data ?? new Uint8Array()).strings;
    const kept = Buffer.from(bytes).toString('latin1');
    expect(kept).not.toContain('hunter2');
    expect(kept).not.toContain('ghp_');
    expect(kept).toContain('[redacted]');
    expect(kept).toContain('anna');
  });

  test('is refused while too much waits, and kept once that has become less', async () => {
    intake = newIntake({ backlogTraces: 2 });
    await send(testTrace(newTraceId()));
    await send([...testTrace(newTraceId()), ...testTrace(newTraceId())]);
    const refused = await intake
      .accept(tenant, otlpSpans(testTrace(newTraceId())), false)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'overloaded', parts: { headers: { 'retry-after': '10' } } });
    wait(3);
    await work();
    intake = newIntake({ backlogTraces: 2 });
    await send(testTrace(newTraceId()));
  });

  test('is counted where it is too much for one execution', async () => {
    const full = `${'f'.repeat(16)}${newSpanId()}`;
    const spans = [...testTrace(full), ...testTrace(newTraceId())];
    const { accepted, rejected, reason } = await intake.accept(tenant, otlpSpans(spans), false);
    expect({ accepted, rejected, reason }).toEqual({
      accepted: 3,
      rejected: 3,
      reason: expect.stringContaining('1,000,000'),
    });
    const kept = { segments: [], own: null, isClosed: false, refused: 0 };
    const known = { id: '', traceId: full, status: 'running', startedAt: null } as const;
    const large = { ...known, made: { spanCount: 999_999, kept, version: '1' } };
    expect(pieceOf({ traceId: full, segments: ['a'], spans: 3 }, large)).toMatchObject({ refused: 3 });
    expect(pieceOf({ traceId: full, segments: ['a'], spans: 1 }, large)).toMatchObject({ refused: 0 });
  });

  test('keeps other traces from becoming executions no longer than it must when it is damaged', async () => {
    const [bad, good] = [newTraceId(), newTraceId()];
    const heads = [{ traceId: bad, spanCount: 1, rootEnded: true }];
    await tenant.otlp.keep({ spanCount: 1, traces: heads, data: Buffer.from('no segment') });
    await send(testTrace(good));
    wait(3);
    await work();
    expect(await tenant.getExecution(uuidOf(good))).toMatchObject({ status: 'completed' });
    expect(counts.get('failed')).toBe(1);
    expect(await tenant.otlp.backlog()).toMatchObject({ segments: 1 });
  });
});

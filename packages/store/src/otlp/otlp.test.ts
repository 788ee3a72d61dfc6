import { randomUUID } from 'node:crypto';
import { toEpochMicros, toMicros, type EpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeptTrace, MadeExecution, TenantStore, WaitingSegment } from '../api.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { newTraceId, segmentOf, testTrace } from '../testing/otlp.ts';

const PAGE = { skip: 0, limit: 100 };
const KEPT: KeptTrace = { segments: [], own: null, isClosed: false, refused: 0 };
const DAY = 86_400_000_000;

function uuidOf(traceId: string): string {
  return traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function madeOf(traceId: string, segments: readonly string[], more: Partial<MadeExecution> = {}): MadeExecution {
  return {
    id: uuidOf(traceId),
    traceId,
    before: null,
    workflow: 'shop: POST /orders',
    name: 'POST /orders',
    status: 'completed',
    startedAt: toEpochMicros(1_798_761_600_000_000),
    duration: toMicros(100_000),
    error: null,
    sourceFormat: 'otlp',
    concurrency: null,
    warnings: {},
    spanCount: 3,
    kept: { ...KEPT, segments },
    nodes: [],
    hasRows: true,
    ...more,
  };
}

describe.each(await backendCases())('spans that were sent, on $name', ({ start }) => {
  let now: EpochMicros = toEpochMicros(1_800_000_000_000_000);
  const clock = {
    now: (): EpochMicros => {
      now = toEpochMicros(now + 1000);
      return now;
    },
  };
  let running: RunningBackend;
  let tenant: TenantStore;
  beforeAll(async () => {
    running = await start(clock);
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    tenant = running.store.tenant(id);
  });

  async function waiting(): Promise<readonly WaitingSegment[]> {
    return (await tenant.otlp.listWaiting(new Set(), 100)).found;
  }

  it('keeps segments, and shows what waits in them', async () => {
    const [one, other] = [newTraceId(), newTraceId()];
    await Promise.all([
      tenant.otlp.keep(await segmentOf([...testTrace(one), ...testTrace(other, 1)])),
      tenant.otlp.keep(await segmentOf(testTrace(one, 0))),
    ]);
    const found = await waiting();
    expect(found.map(({ traces }) => traces)).toEqual([
      [
        { traceId: one, spanCount: 3, rootEnded: true },
        { traceId: other, spanCount: 2, rootEnded: true },
      ],
      [{ traceId: one, spanCount: 1, rootEnded: true }],
    ]);
    expect(await tenant.otlp.backlog()).toMatchObject({ segments: 2, spans: 6, traces: 3 });
    expect(await running.store.listOtlpWorkspaces()).toContain(tenant.workspaceId);
    const known = new Set(found.map(({ id }) => id));
    expect(await tenant.otlp.listWaiting(new Set([...known, randomUUID()]), 100)).toMatchObject({ found: [] });
    expect(await tenant.otlp.readSegments([...known])).toHaveLength(2);
  });

  it('makes executions of them in one transaction, with numbers, statistics and an event each', async () => {
    const ids = [newTraceId(), newTraceId(), newTraceId()];
    await tenant.otlp.keep(await segmentOf(ids.flatMap((id) => testTrace(id))));
    const [segment] = await waiting();
    if (segment === undefined) throw new Error('nothing waits');
    const executions = ids.map((id) => madeOf(id, [segment.id]));
    const before = segment.traces;
    expect(await tenant.otlp.make({ segments: [{ id: segment.id, before, after: [] }], executions })).toBe(true);
    expect(await waiting()).toEqual([]);
    const { items } = await tenant.listExecutions(PAGE);
    expect(items.map((one) => one.executionNumber).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(items[0]).toMatchObject({ status: 'completed', trigger: 'otlp', isExternal: true, duration: 100_000 });
    const workflowId = items[0]?.workflowId ?? '';
    expect(await tenant.workflowMetrics(workflowId)).toMatchObject({ succeeded: 3, ended: 3, sum: 300_000 });
    const told = await tenant.listLiveEvents(workflowId, { since: 0, limit: 100 });
    expect(told?.items.map(({ type, seq }) => [type, seq])).toEqual(
      [1, 2, 3].map((seq) => ['workflow_completed', seq]),
    );
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
    const trace = await tenant.getTrace(uuidOf(ids[1] ?? ''));
    expect(trace?.spans.length).toBe(3);
    expect(trace?.execution).toMatchObject({ externalId: ids[1], status: 'completed' });
  });

  it('refuses what others made meanwhile, and writes nothing of it', async () => {
    const [one, other] = [newTraceId(), newTraceId()];
    await tenant.otlp.keep(await segmentOf([...testTrace(one), ...testTrace(other)]));
    const [segment] = await waiting();
    if (segment === undefined) throw new Error('nothing waits');
    const { id, traces: before } = segment;
    const after = before.filter(({ traceId }) => traceId === other);
    expect(await tenant.otlp.make({ segments: [{ id, before, after }], executions: [madeOf(one, [id])] })).toBe(true);
    const late = { segments: [{ id, before, after: [] }], executions: [madeOf(other, [id])] };
    expect(await tenant.otlp.make(late)).toBe(false);
    const again = { segments: [{ id, before: after, after: [] }], executions: [madeOf(one, [id])] };
    expect(await tenant.otlp.make(again)).toBe(false);
    expect((await tenant.listExecutions(PAGE)).total).toBe(1);
    expect((await waiting()).map(({ traces }) => traces)).toEqual([after]);
  });

  it('makes one again under its number, and moves it once its root is known', async () => {
    const traceId = newTraceId();
    const id = uuidOf(traceId);
    const making = { segments: [] };
    const open = { workflow: null, status: 'running', duration: null } as const;
    expect(await tenant.otlp.make({ ...making, executions: [madeOf(traceId, [], open)] })).toBe(true);
    const first = await tenant.getExecution(id);
    expect(first).toMatchObject({ status: 'running', executionNumber: 1, workflowName: 'Unnamed executions' });
    const [known] = await tenant.otlp.findTraced([traceId]);
    const before = known?.made?.version ?? null;
    const failed = { before, status: 'failed', error: { code: 'error', message: 'it broke' } } as const;
    expect(await tenant.otlp.make({ ...making, executions: [madeOf(traceId, [], failed)] })).toBe(true);
    expect(await tenant.otlp.make({ ...making, executions: [madeOf(traceId, [], failed)] })).toBe(false);
    const second = await tenant.getExecution(id);
    expect(second).toMatchObject({ status: 'failed', executionNumber: 1, workflowName: 'shop: POST /orders' });
    const [newer] = await tenant.otlp.findTraced([traceId]);
    const completed = { before: newer?.made?.version ?? null };
    expect(await tenant.otlp.make({ ...making, executions: [madeOf(traceId, [], completed)] })).toBe(true);
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'completed', executionNumber: 1 });
    expect(await tenant.workflowMetrics(second?.workflowId ?? '')).toMatchObject({ succeeded: 1, failed: 0, ended: 1 });
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  it('lets one server make executions of a workspace at a time', async () => {
    const { options } = running;
    expect(await tenant.otlp.claim()).toBe(true);
    expect(await tenant.otlp.claim()).toBe(true);
    if (options.databaseUrl !== undefined) {
      const { openStore } = await import('../store.ts');
      const other = await openStore(options);
      try {
        const otlp = other.tenant(tenant.workspaceId).otlp;
        expect(await otlp.claim()).toBe(false);
        await tenant.otlp.release();
        expect(await otlp.claim()).toBe(true);
        now = toEpochMicros(now + 31_000_000);
        expect(await tenant.otlp.claim()).toBe(true);
      } finally {
        await other.close();
      }
    }
  });

  it('finds what fell silent, and gives rows to what is to have some', async () => {
    const traceId = newTraceId();
    await tenant.otlp.keep(await segmentOf(testTrace(traceId)));
    const [segment] = await waiting();
    if (segment === undefined) throw new Error('nothing waits');
    const open = { workflow: null, status: 'running', duration: null } as const;
    const segments = [{ id: segment.id, before: segment.traces, after: [] }];
    await tenant.otlp.make({ segments, executions: [madeOf(traceId, [segment.id], open)] });
    const soon = toEpochMicros(now - 1_000_000);
    expect(await tenant.otlp.listSilent(soon, 10)).toEqual([]);
    now = toEpochMicros(now + 300_000_000);
    const [silent] = await tenant.otlp.listSilent(toEpochMicros(now - 200_000_000), 10);
    expect(silent).toMatchObject({ traceId, status: 'running', made: { kept: { segments: [segment.id] } } });
    const id = uuidOf(traceId);
    expect(await tenant.otlp.listDueRows(10)).toEqual([{ id, spanCount: 3 }]);
    const trace = await tenant.getTrace(id);
    expect(trace?.spans.length).toBe(3);
    const span = {
      id: 'a',
      parentId: null,
      kind: 'node',
      name: 'x',
      nodeKey: null,
      iteration: null,
      start: toMicros(5),
      duration: toMicros(7),
      status: 'completed',
      track: null,
      metadata: null,
    } as const;
    expect(await tenant.otlp.writeRows([{ id, events: [{ type: 'span', span }] }])).toBe(1);
    expect(await tenant.otlp.listDueRows(10)).toEqual([]);
    expect(await tenant.otlp.findSpans(id, ['a', 'b'])).toEqual(new Map([['a', { start: 5, duration: 7 }]]));
  });

  it('removes segments once no execution needs them, and with their workspace', async () => {
    const traceId = newTraceId();
    await tenant.otlp.keep(await segmentOf(testTrace(traceId)));
    const [segment] = await waiting();
    if (segment === undefined) throw new Error('nothing waits');
    await tenant.otlp.make({
      segments: [{ id: segment.id, before: segment.traces, after: [] }],
      executions: [madeOf(traceId, [segment.id])],
    });
    await tenant.otlp.keep(await segmentOf(testTrace(newTraceId())));
    const retain = () =>
      running.store.retain(tenant.workspaceId, { signal: AbortSignal.any([]), pause: async () => {} });
    await retain();
    expect(await tenant.otlp.readSegments([segment.id])).toHaveLength(1);
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: null }, profiles: { maxDays: 1, maxBytes: null } });
    now = toEpochMicros(now + 2 * DAY);
    expect(await retain()).toMatchObject({ removed: 1 });
    expect(await tenant.otlp.readSegments([segment.id])).toEqual([]);
    expect(await waiting()).toHaveLength(1);
    expect(await running.store.deleteWorkspace(tenant.workspaceId)).toBe(true);
    expect(await waiting()).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import {
  asMicros,
  toEpochMicros,
  toMicros,
  TraceAssembler,
  type EpochMicros,
  type SpanRecord,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExternalExecution, TenantStore } from '../api.ts';
import { packTrace } from '../blob.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { codeOfRejection } from '../testing/support.ts';
import { FINISHED, span, START, started, state, twoSteps } from '../testing/traces.ts';

const PAGE = { skip: 0, limit: 100 };

const WORKFLOW = { name: 'orders', definition: { imported: true } };

function toldOf(id: string, more: Partial<ExternalExecution> = {}): ExternalExecution {
  return { id, externalId: `run-${id}`, workflow: WORKFLOW, trigger: 'callback', ...more };
}

/** A delivery: events, and the moment from which their times count. */
interface Delivery {
  readonly origin: EpochMicros;
  readonly events: readonly TraceEvent[];
}

/** The events of `twoSteps` and their end, one by one, as an engine sends them that counts from another moment. */
function deliveriesOf(id: string, origin: EpochMicros): Delivery[] {
  const by = START - origin;
  const moved = (event: TraceEvent): TraceEvent => {
    switch (event.type) {
      case 'node_state':
        return { ...event, state: { ...event.state, at: asMicros(event.state.at + by) } };
      case 'span':
        return { ...event, span: { ...event.span, start: asMicros(event.span.start + by) } };
      case 'annotation':
        return { ...event, annotation: { ...event.annotation, time: asMicros(event.annotation.time + by) } };
      case 'execution_finished':
      case 'progress':
        return { ...event, at: asMicros(event.at + by) };
      default:
        return event;
    }
  };
  return [...twoSteps(id), FINISHED].map((event) => ({ origin, events: [moved(event)] }));
}

/** Everything that is stored of an execution, apart from ids and from when it was written. */
async function digest(tenant: TenantStore, id: string): Promise<string> {
  const execution = await tenant.getExecution(id);
  const rest = { execution, steps: await tenant.listSteps(id), trace: await tenant.getTrace(id) };
  const plain = new Set(['id', 'executionId', 'externalId', 'workflowId', 'createdAt', 'updatedAt', 'executionNumber']);
  return JSON.stringify(rest, (key, value: unknown) => {
    if (plain.has(key) && typeof value !== 'object') return null;
    return value instanceof Map ? [...value] : value;
  });
}

function traceOf(events: readonly TraceEvent[]): Trace {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  return assembler.finish();
}

/** The ids of the spans of a trace with those of their parents. */
function spansOf(trace: Trace | null): Record<string, string | null> {
  if (trace === null) return {};
  const { ids, parent, length } = trace.spans;
  const idOf = (row: number): string => ids.listed?.[row] ?? ids.prefix + row.toString(16).padStart(8, '0');
  return Object.fromEntries(
    Array.from({ length }, (_, row) => [idOf(row), (parent[row] ?? -1) < 0 ? null : idOf(parent[row] ?? 0)]),
  );
}

const spanEvent = (record: SpanRecord): TraceEvent => ({ type: 'span', span: record });

async function deliver(tenant: TenantStore, id: string, deliveries: readonly Delivery[]): Promise<void> {
  for (const one of deliveries) await tenant.external.record(id, one);
}

const joining = (id: string, more: Partial<SpanRecord> = {}): Delivery => ({
  origin: START,
  events: [
    spanEvent(span(id, { parentId: 's2', start: asMicros(7), duration: asMicros(3), ...more })),
    { type: 'annotation', annotation: { spanId: id, time: asMicros(8), label: id, type: 'log', metadata: null } },
  ],
});

async function newRun(tenant: TenantStore): Promise<string> {
  const { id: workflowId } = await tenant.createWorkflow({ name: 'own', description: null, definition: {} });
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
  return id;
}

function finish(tenant: TenantStore, id: string): Promise<void> {
  const trace = traceOf([...twoSteps(id), FINISHED]);
  const error = { code: 'node_failed', message: 'b failed', nodeKey: 'b' };
  return tenant.finishExecution(id, { status: 'failed', results: null, error, duration: toMicros(41), trace });
}

describe.each(await backendCases())('executions that others run on $name', ({ start }) => {
  let running: RunningBackend;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  let made = 0;
  async function newTenant(): Promise<TenantStore> {
    made++;
    const workspace = await running.store.createWorkspace({ slug: `x${made}`, name: `Workspace ${made}` });
    return running.store.tenant(workspace.id);
  }

  it('come into being once, with a workflow of their name', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    const both = await Promise.all([1, 2, 3].map(() => tenant.external.ensure(toldOf(id))));
    expect(new Set(both.map(({ executionNumber }) => executionNumber))).toEqual(new Set([1]));
    const other = await tenant.external.ensure(toldOf(randomUUID()));
    expect(other).toMatchObject({ executionNumber: 2, workflowName: 'orders', status: 'pending', isExternal: true });
    expect(await tenant.listWorkflows(PAGE)).toMatchObject({ total: 1 });
    const events = await tenant.listLiveEvents(other.workflowId, { since: 0, limit: 10 });
    expect(events?.items.map(({ type }) => type)).toEqual(['workflow_queued', 'workflow_queued']);
  });

  it('stand under no name until they are told of one', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    const first = await tenant.external.ensure(toldOf(id, { workflow: null, externalId: null }));
    expect(first).toMatchObject({ workflowName: 'Unnamed executions', externalId: null });
    await deliver(tenant, id, deliveriesOf(id, START));
    await tenant.external.settle(id);
    const info = { name: 'order 7', attributes: { region: 'eu' } };
    const named = await tenant.external.ensure(toldOf(id, { info }));
    expect(named).toMatchObject({
      workflowName: 'orders',
      executionNumber: 1,
      externalId: `run-${id}`,
      name: 'order 7',
    });
    expect(await tenant.workflowMetrics(named.workflowId)).toMatchObject({ failed: 1 });
    expect(await tenant.workflowMetrics(first.workflowId)).toMatchObject({ total: 0 });
    expect(await tenant.external.ensure(toldOf(id, { workflow: null, externalId: null }))).toEqual(named);
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  it('are found by the id that they have elsewhere', async () => {
    const tenant = await newTenant();
    const [id, other] = [randomUUID(), randomUUID()];
    await tenant.external.ensure(toldOf(id, { externalId: 'order/7' }));
    await tenant.external.ensure(toldOf(other, { externalId: 'long'.repeat(300) }));
    for (const filter of [{ externalId: 'order/7' }, { search: 'order/7' }]) {
      expect(await tenant.listExecutions({ ...PAGE, ...filter })).toMatchObject({ total: 1, items: [{ id }] });
    }
    expect(await tenant.listExecutions({ ...PAGE, externalId: 'long'.repeat(300) })).toMatchObject({ total: 1 });
    expect(await tenant.listExecutions({ ...PAGE, externalId: 'order' })).toMatchObject({ total: 0, items: [] });
    const statuses = ['failed'] as const;
    expect(await tenant.listExecutions({ ...PAGE, externalId: 'order/7', statuses })).toMatchObject({ total: 0 });
  });

  it('are stored as they are told, from queue to end, and tell those who watch', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    const { workflowId } = await tenant.external.ensure(toldOf(id));
    await deliver(tenant, id, deliveriesOf(id, toEpochMicros(0)));
    expect(await tenant.getPackedTrace(id)).toBeNull();
    const before = await tenant.getTrace(id);
    expect(await tenant.external.settle(id)).toBe(true);
    expect(await tenant.external.settle(id)).toBe(false);
    expect(await tenant.getTrace(id)).toEqual(before);
    expect(await tenant.getExecution(id)).toMatchObject({
      status: 'failed',
      startedAt: START,
      duration: 41,
      error: { code: 'node_failed', nodeKey: 'b' },
    });
    expect(await tenant.listSteps(id)).toMatchObject([
      { stepKey: 'a', status: 'completed', input: { size: 1 }, output: { n: 2 } },
      { stepKey: 'b', status: 'failed', retryCount: 1 },
    ]);
    const events = await tenant.listLiveEvents(workflowId, { since: 0, limit: 100 });
    expect(events?.items.map(({ type }) => type)).toEqual([
      'workflow_queued',
      'workflow_started',
      'step_started',
      'step_completed',
      'step_started',
      'progress',
      'step_failed',
      'workflow_failed',
    ]);
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  it('end in the same state, however often and in whatever order the same is told', async () => {
    const tenant = await newTenant();
    const reference = randomUUID();
    await tenant.external.ensure(toldOf(reference));
    await deliver(tenant, reference, deliveriesOf(reference, START));
    await tenant.external.settle(reference);
    const wanted = await digest(tenant, reference);
    const origins = fc.constantFrom(START, toEpochMicros(0), toEpochMicros(START + 1_000_000));
    const count = deliveriesOf('', START).length;
    const order = fc
      .array(fc.integer({ min: 1, max: 3 }), { minLength: count, maxLength: count })
      .map((times) => times.flatMap((many, at) => Array.from({ length: many }, () => at)))
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    const cases = fc.tuple(order, origins, fc.integer({ min: 1, max: 8 }), fc.nat({ max: 60 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([places, origin, size, settleAt]) => {
        const id = randomUUID();
        await tenant.external.ensure(toldOf(id));
        const deliveries = deliveriesOf(id, origin);
        for (let at = 0; at < places.length; at += size) {
          const events = places.slice(at, at + size).flatMap((place) => deliveries[place]?.events ?? []);
          await tenant.external.record(id, { origin, events });
          if (at >= settleAt) await tenant.external.settle(id);
        }
        await tenant.external.settle(id);
        expect(await digest(tenant, id)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  }, 120_000);

  it('start with the earliest that is known of them until their start is told', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    await tenant.external.ensure(toldOf(id));
    const late = { origin: START, events: [spanEvent(span('late', { start: asMicros(500) }))] };
    await tenant.external.record(id, late);
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'running', startedAt: START + 500 });
    await tenant.external.record(id, { origin: START, events: [spanEvent(span('early', { start: asMicros(100) }))] });
    expect(await tenant.getExecution(id)).toMatchObject({ startedAt: START + 100 });
    expect([...((await tenant.getTrace(id))?.spans.start ?? [])]).toEqual([0, 400]);
    await tenant.external.record(id, { origin: START, events: [started(id)] });
    expect(await tenant.getExecution(id)).toMatchObject({ startedAt: START });
    await tenant.external.record(id, late);
    expect([...((await tenant.getTrace(id))?.spans.start ?? [])]).toEqual([100, 500]);
  });

  it('take what comes after the end, also when their rows are gone', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    await tenant.external.ensure(toldOf(id));
    await deliver(tenant, id, deliveriesOf(id, START));
    await tenant.external.settle(id);
    const { updatedAt } = (await tenant.getExecution(id)) ?? {};
    await tenant.external.record(id, { origin: START, events: [spanEvent(span('after', { parentId: 's2' }))] });
    expect((await tenant.getExecution(id))?.updatedAt).toBeGreaterThan(updatedAt ?? Infinity);
    expect(spansOf(await tenant.getTrace(id))).toMatchObject({ after: 's2' });
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: 0 }, profiles: { maxDays: null, maxBytes: null } });
    const { signal } = new AbortController();
    await running.store.retain(tenant.workspaceId, { signal, pause: async () => undefined });
    const trimmed = await digest(tenant, id);
    await deliver(tenant, id, deliveriesOf(id, START));
    expect(await digest(tenant, id)).toEqual(trimmed);
    const more: TraceEvent[] = [
      spanEvent(span('later', { parentId: 'after' })),
      { type: 'node_state', state: state('c', { status: 'completed', at: asMicros(40) }) },
      { type: 'execution_finished', status: 'completed', at: asMicros(60), error: null },
    ];
    await tenant.external.record(id, { origin: START, events: more });
    const trace = await tenant.getTrace(id);
    expect(spansOf(trace)).toMatchObject({ later: 'after', s2: 's1' });
    expect(trace?.execution).toMatchObject({ status: 'completed', recordedDuration: 60 });
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'completed', duration: 60 });
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  it('are left alone by recovery, and cannot be resumed', async () => {
    const tenant = await newTenant();
    const id = randomUUID();
    await tenant.external.ensure(toldOf(id));
    await tenant.external.record(id, { origin: START, events: twoSteps(id) });
    expect(await running.store.recoverInterrupted()).toEqual([]);
    expect(await running.store.claimInterrupted(10)).toEqual([]);
    expect(await tenant.getExecution(id)).toMatchObject({ status: 'running' });
    await tenant.external.record(id, { origin: START, events: [FINISHED] });
    expect(await codeOfRejection(tenant.reopenExecution(id))).toBe('not_resumable');
    expect(await codeOfRejection(tenant.external.record(randomUUID(), { origin: START, events: [] }))).toBe(
      'not_found',
    );
  });

  describe('spans that others tell of an execution that flowprof runs', () => {
    it('stand in its trace, whether they come while it runs or afterwards', async () => {
      const tenant = await newTenant();
      const id = await newRun(tenant);
      expect(await codeOfRejection(tenant.external.record(id, joining('j0')))).toBe('not_started');
      await tenant.recordEvents(id, twoSteps(id));
      await tenant.external.record(id, joining('j1'));
      expect(spansOf(await tenant.getTrace(id))).toMatchObject({ j1: 's2' });
      await finish(tenant, id);
      const finished = await tenant.getTrace(id);
      expect(spansOf(finished)).toMatchObject({ j1: 's2', s2: 's1' });
      expect(finished?.annotations.label).toContain('j1');
      const { updatedAt } = (await tenant.getExecution(id)) ?? {};
      await tenant.external.record(id, joining('j1'));
      expect((await tenant.getExecution(id))?.updatedAt).toBe(updatedAt);
      await tenant.external.record(id, joining('j2', { parentId: 'j1' }));
      const trace = await tenant.getTrace(id);
      expect(spansOf(trace)).toMatchObject({ j1: 's2', j2: 'j1', s2: 's1' });
      expect(trace?.execution).toEqual(finished?.execution);
      expect(trace?.warnings.filter(({ code }) => code === 'outside_parent')).toEqual(
        finished?.warnings.filter(({ code }) => code === 'outside_parent'),
      );
    });

    it('never change what it recorded itself', async () => {
      const tenant = await newTenant();
      const id = await newRun(tenant);
      await tenant.recordEvents(id, twoSteps(id));
      const before = await digest(tenant, id);
      const events = [spanEvent(span('s2', { name: 'of others', duration: asMicros(9999) }))];
      await tenant.external.record(id, { origin: START, events });
      expect(await digest(tenant, id)).toEqual(before);
      const others = [FINISHED, started(id), ...twoSteps(id).slice(1, 2)];
      for (const event of others) {
        const told = tenant.external.record(id, { origin: START, events: [event] });
        expect(await codeOfRejection(told)).toBe('not_external');
      }
    });

    it('join an imported one, which keeps what its file held', async () => {
      const tenant = await newTenant();
      const id = randomUUID();
      const trace = traceOf([...twoSteps(id), FINISHED]);
      const info = { ...trace.execution, name: 'run 7', externalId: 'ext-7', attributes: { of: 'file' } };
      const kept = { ...trace, execution: { ...info, id } };
      const execution = { id, workflow: WORKFLOW, info, duration: toMicros(41), trace: await packTrace(kept) };
      await tenant.importExecution(execution, async function* () {
        yield [...twoSteps(id), FINISHED];
      });
      expect(await tenant.getExecution(id)).toMatchObject({ externalId: 'ext-7', name: 'run 7', isExternal: true });
      expect(await tenant.listExecutions({ ...PAGE, externalId: 'ext-7' })).toMatchObject({ items: [{ id }] });
      expect((await tenant.getTrace(id))?.execution).toEqual({ ...info, id });
      await tenant.external.record(id, joining('j1'));
      expect(spansOf(await tenant.getTrace(id))).toMatchObject({ j1: 's2' });
      expect((await tenant.getTrace(id))?.execution).toEqual({ ...info, id });
      await tenant.setRetention({ rows: { maxDays: null, maxBytes: 0 }, profiles: { maxDays: null, maxBytes: null } });
      const { signal } = new AbortController();
      await running.store.retain(tenant.workspaceId, { signal, pause: async () => undefined });
      await tenant.external.record(id, joining('j2'));
      await tenant.external.record(id, joining('j1'));
      expect(Object.keys(spansOf(await tenant.getTrace(id))).sort()).toEqual(['j1', 'j2', 's1', 's2', 's3']);
    });
  });

  it('of another workspace are as if they were not there', async () => {
    const [owner, stranger] = [await newTenant(), await newTenant()];
    const id = randomUUID();
    await owner.external.ensure(toldOf(id));
    await owner.external.record(id, { origin: START, events: [...twoSteps(id), FINISHED] });
    const before = await digest(owner, id);
    expect(await codeOfRejection(stranger.external.record(id, { origin: START, events: [] }))).toBe('not_found');
    expect(await stranger.external.settle(id)).toBe(false);
    expect(await stranger.external.ensure(toldOf(id))).toMatchObject({ status: 'pending', executionNumber: 1 });
    expect(await digest(owner, id)).toEqual(before);
  });
});

import { randomUUID } from 'node:crypto';
import { asMicros, toEpochMicros, toMicros, TraceAssembler, type EpochMicros, type TraceEvent } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TenantStore } from '../api.ts';
import { openStore } from '../store.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { done, FINISHED, span, twoSteps } from '../testing/traces.ts';
import type { RetainOptions } from './api.ts';

const DAY = 86_400_000_000;
const PAGE = { skip: 0, limit: 100 };
const UNLIMITED = { maxDays: null, maxBytes: null };

const options: RetainOptions = { signal: new AbortController().signal, pause: async () => {} };

describe.each(await backendCases())('retention on $name', ({ name, start }) => {
  let now: EpochMicros = toEpochMicros(1_800_000_000_000_000);
  const clock = { now: (): EpochMicros => now };
  const wait = (days: number): void => {
    now = toEpochMicros(now + days * DAY);
  };
  let running: RunningBackend;
  let tenant: TenantStore;
  let workflowId: string;
  beforeAll(async () => {
    running = await start(clock);
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    tenant = running.store.tenant(id);
    ({ id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} }));
  });

  /** Makes an execution that has run to its end, with a journal and as many more spans as asked for. */
  async function run(more = 0): Promise<string> {
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    const spans = Array.from({ length: more }, (_, i): TraceEvent => ({ type: 'span', span: span(`x${i}`) }));
    const events = [...twoSteps(id), ...spans, FINISHED];
    await tenant.commitNodes(id, [done('a')]);
    await tenant.recordEvents(id, events);
    const assembler = new TraceAssembler();
    for (const event of events) assembler.apply(event);
    assembler.describe({ id });
    await tenant.finishExecution(id, {
      status: 'failed',
      results: null,
      error: { code: 'node_failed', message: 'b failed', nodeKey: 'b' },
      duration: toMicros(asMicros(41)),
      trace: assembler.finish(),
    });
    return id;
  }

  const shown = async (id: string): Promise<unknown> => [
    await tenant.getExecution(id),
    await tenant.getTrace(id),
    await tenant.listSteps(id),
  ];

  it('removes rows of what is old enough, and nothing that is seen of it', async () => {
    const old = await run();
    wait(30);
    const young = await run();
    const before = [await shown(old), await tenant.workflowMetrics(workflowId)];
    wait(1);
    const result = await running.store.retain(tenant.workspaceId, options);
    // Two spans of three records, an annotation and the entry of the journal.
    expect(result).toMatchObject({ trimmed: 1, rowsRemoved: 5, removed: 0, endedAt: now });
    expect([await shown(old), await tenant.workflowMetrics(workflowId)]).toEqual(before);
    expect(await tenant.readJournal(old)).toEqual([]);
    expect(await tenant.readJournal(young)).toHaveLength(1);
    expect(await tenant.getRetentionState()).toMatchObject({ lastRun: result, stored: { rows: 3 * 500 } });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ trimmed: 0, rowsRemoved: 0 });
  });

  it('lets what has lost its rows not run on, and what has not', async () => {
    const gone = await run();
    wait(1);
    const kept = await run();
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: 3 * 500 }, profiles: UNLIMITED });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ trimmed: 1 });
    await expect(tenant.reopenExecution(gone)).rejects.toMatchObject({ code: 'not_resumable' });
    expect(await tenant.reopenExecution(kept)).toMatchObject({ status: 'running' });
  });

  it('keeps the rows of what still runs and of what exists only as rows', async () => {
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    await tenant.recordEvents(id, twoSteps(id));
    const untraced = randomUUID();
    await tenant.createExecution({ id: untraced, workflowId, input: {}, trigger: 'manual' });
    await tenant.recordEvents(untraced, [...twoSteps(untraced), FINISHED]);
    const before = [await shown(id), await shown(untraced)];
    await tenant.setRetention({ rows: { maxDays: 0, maxBytes: 0 }, profiles: UNLIMITED });
    wait(1);
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ rowsRemoved: 0, trimmed: 0 });
    expect([await shown(id), await shown(untraced)]).toEqual(before);
  });

  it('removes the oldest executions whole by age and by size, with their part in the statistics', async () => {
    const ids = [await run(), await run(), await run()];
    wait(10);
    const last = await run();
    await tenant.setRetention({ rows: UNLIMITED, profiles: { maxDays: 9, maxBytes: null } });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ removed: 3, trimmed: 0 });
    expect((await tenant.listExecutions(PAGE)).items.map(({ id }) => id)).toEqual([last]);
    expect(await tenant.workflowMetrics(workflowId)).toMatchObject({ failed: 1, ended: 1, sum: 41 });
    for (const id of ids) expect(await tenant.getTrace(id)).toBeNull();
    await tenant.setRetention({ rows: UNLIMITED, profiles: { maxDays: null, maxBytes: 0 } });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ removed: 1 });
    expect(await tenant.workflowMetrics(workflowId)).toMatchObject({ total: 0, ended: 0, sum: 0, max: null });
    expect(await tenant.getRetentionState()).toMatchObject({ stored: { rows: 0, profiles: 0 } });
  });

  it('goes on where it was stopped, in transactions of bounded size', async () => {
    const id = await run(12_000);
    const before = await shown(id);
    await tenant.setRetention({ rows: { maxDays: 0, maxBytes: null }, profiles: UNLIMITED });
    wait(1);
    const stop = new AbortController();
    const first = await running.store.retain(tenant.workspaceId, {
      signal: stop.signal,
      pause: async () => stop.abort(),
    });
    expect(first).toMatchObject({ rowsRemoved: 5002, trimmed: 0 });
    expect(await shown(id)).toEqual(before);
    let pauses = 0;
    const second = await running.store.retain(tenant.workspaceId, {
      ...options,
      pause: async () => {
        pauses++;
      },
    });
    expect(second).toMatchObject({ rowsRemoved: 12_003 - 5000, trimmed: 1 });
    expect(pauses).toBe(2);
    expect(await shown(id)).toEqual(before);
  });

  // Of an embedded database the lock on its folder lets one server in alone.
  if (name !== 'embedded') {
    it("is one server's at a time, and another's once that one has been silent for two minutes", async () => {
      await run();
      await run(6000);
      await tenant.setRetention({ rows: { maxDays: 0, maxBytes: null }, profiles: UNLIMITED });
      wait(1);
      const other = await openStore({ ...running.options, clock });
      const seen: unknown[] = [];
      const { workspaceId } = tenant;
      const result = await running.store.retain(workspaceId, {
        ...options,
        pause: async () => {
          seen.push(await other.retain(workspaceId, options));
          if (seen.length < 2) return;
          wait(1);
          seen.push(await other.retain(workspaceId, options));
        },
      });
      expect(seen).toEqual([null, null, expect.objectContaining({ endedAt: expect.any(Number) })]);
      expect(result).toMatchObject({ endedAt: expect.any(Number) });
      await other.close();
    });
  }

  it('takes any limit or none, and has defaults that lose nothing', async () => {
    expect(await tenant.getRetention()).toEqual({
      rows: { maxDays: 30, maxBytes: null },
      profiles: UNLIMITED,
      updatedAt: null,
    });
    const limits = { rows: { maxDays: 0, maxBytes: 5e12 }, profiles: { maxDays: 36_500, maxBytes: null } };
    expect(await tenant.setRetention(limits)).toEqual({ ...limits, updatedAt: now });
    expect(await tenant.getRetention()).toEqual({ ...limits, updatedAt: now });
  });
});

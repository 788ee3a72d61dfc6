import { randomUUID } from 'node:crypto';
import {
  after,
  analyseTrace,
  asMicros,
  summariseRun,
  toEpochMicros,
  toMicros,
  TraceAssembler,
  type EpochMicros,
  type JsonObject,
  type Status,
  type TraceEvent,
} from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TenantStore } from '../api.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { FINISHED, span, START, twoSteps } from '../testing/traces.ts';
import type { KeptSummary, StoredRun } from './api.ts';

const HOUR = 3_600_000_000;

const ids = (runs: readonly StoredRun[]): string[] => runs.map(({ id }) => id);

describe.each(await backendCases())('runs on $name', ({ start }) => {
  let now: EpochMicros = toEpochMicros(1_800_000_000_000_000);
  let running: RunningBackend;
  let tenant: TenantStore;
  let workflowId: string;
  beforeAll(async () => {
    running = await start({ now: () => (now = after(now, asMicros(1))) });
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    tenant = running.store.tenant(id);
    ({ id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} }));
  });

  /** Makes an execution that started so many hours after `START` and has ended, or not. */
  async function run(hours: number, more: { input?: JsonObject; ends?: boolean; status?: Status } = {}) {
    const { input = {}, ends = true, status = 'failed' } = more;
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input, trigger: 'manual' });
    const events = twoSteps(id).map((event): TraceEvent =>
      event.type === 'execution_started' ? { ...event, startedAt: after(START, asMicros(hours * HOUR)) } : event,
    );
    await tenant.recordEvents(id, events);
    if (!ends) return id;
    const assembler = new TraceAssembler();
    for (const event of [...events, FINISHED]) assembler.apply(event);
    const trace = assembler.finish();
    await tenant.finishExecution(id, { status, results: null, error: null, duration: toMicros(41), trace });
    return id;
  }

  async function made(id: string): Promise<KeptSummary> {
    const trace = await tenant.getTrace(id);
    if (trace === null) throw new Error('no trace');
    return { summary: summariseRun(analyseTrace(trace)), tracks: ['w1'] };
  }

  async function keep(id: string): Promise<KeptSummary> {
    const execution = await tenant.getExecution(id);
    const kept = await made(id);
    await tenant.runs.keep([{ executionId: id, madeOf: execution?.updatedAt ?? START, ...kept }]);
    return kept;
  }

  it('are listed in the order in which they ran, whatever order they came in, up to a number and before one', async () => {
    const [third, first, second] = [await run(3), await run(1), await run(2)];
    await run(4, { ends: false });
    const { runs } = tenant;
    expect(ids(await runs.list(workflowId, { limit: 10 }))).toEqual([first, second, third]);
    expect(ids(await runs.list(workflowId, { limit: 2 }))).toEqual([second, third]);
    expect(ids(await runs.list(workflowId, { limit: 2, before: third }))).toEqual([first, second]);
    expect(ids(await runs.list(workflowId, { limit: 2, before: first }))).toEqual([]);
    expect(ids(await runs.find([third, first, randomUUID(), 'no id']))).toEqual([first, third]);
    expect(await runs.list(workflowId, { limit: 2, before: randomUUID() })).toEqual([]);
    expect(await runs.list(workflowId, { limit: 2, before: `'; --` })).toEqual([]);
    expect(await runs.list(randomUUID(), { limit: 2 })).toEqual([]);
    expect(await runs.list(workflowId, { limit: 0 })).toEqual([]);
  });

  it('are chosen by version and status', async () => {
    const failed = await run(1);
    await tenant.updateWorkflow(workflowId, { definition: { nodes: [1] } });
    const completed = await run(2, { status: 'completed' });
    const { runs } = tenant;
    expect(ids(await runs.list(workflowId, { limit: 10, version: 1 }))).toEqual([failed]);
    expect(ids(await runs.list(workflowId, { limit: 10, version: 2 }))).toEqual([completed]);
    expect(ids(await runs.list(workflowId, { limit: 10, statuses: ['completed', 'timeout'] }))).toEqual([completed]);
    expect(await runs.list(workflowId, { limit: 10, statuses: [] })).toEqual([]);
  });

  it('have their summary once it is kept, exactly as it was made, and their spans are counted before', async () => {
    const id = await run(1, { input: { size: 3 } });
    const [before] = await tenant.runs.list(workflowId, { limit: 1 });
    expect(before).toMatchObject({ id, kept: null, spanCount: 3, input: { size: 3 }, attributes: null, number: 1 });
    const kept = await keep(id);
    expect(kept.summary.makespan).toBe(35);
    const [run1] = await tenant.runs.list(workflowId, { limit: 1 });
    expect(run1?.kept).toEqual(kept);
    expect(run1).toEqual((await tenant.runs.find([id]))[0]);
  });

  it('keep the summary of what they were no longer than they are that', async () => {
    const { id } = await tenant.external.ensure({
      id: randomUUID(),
      externalId: null,
      workflow: { name: 'others', definition: {} },
      trigger: 'callback',
    });
    const events = [...twoSteps(id), FINISHED];
    await tenant.external.record(id, { origin: START, events });
    const stale = await tenant.getExecution(id);
    const first = await keep(id);
    expect((await tenant.runs.find([id]))[0]?.kept).toEqual(first);
    const late = span('late', { kind: 'node', nodeKey: 'a', start: asMicros(50), duration: asMicros(100) });
    await tenant.external.record(id, { origin: START, events: [{ type: 'span', span: late }] });
    expect((await tenant.runs.find([id]))[0]?.kept).toBeNull();
    const second = await keep(id);
    expect(second.summary).not.toEqual(first.summary);
    // One that took longer to be made of what it was does not replace it.
    await tenant.runs.keep([{ executionId: id, madeOf: stale?.updatedAt ?? START, ...first }]);
    expect((await tenant.runs.find([id]))[0]?.kept).toEqual(second);
  });

  it('stay comparable when their rows have gone, and go with the execution', async () => {
    const id = await run(1);
    const kept = await keep(id);
    const options = { signal: new AbortController().signal, pause: async () => {} };
    const unlimited = { maxDays: null, maxBytes: null };
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: 0 }, profiles: unlimited });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ trimmed: 1 });
    expect((await tenant.runs.find([id]))[0]?.kept).toEqual(kept);
    await tenant.setRetention({ rows: unlimited, profiles: { maxDays: null, maxBytes: 0 } });
    expect(await running.store.retain(tenant.workspaceId, options)).toMatchObject({ removed: 1 });
    expect(await tenant.runs.find([id])).toEqual([]);
    await tenant.runs.keep([{ executionId: id, madeOf: now, ...kept }]);
  });

  it('are kept by several at once without waiting for each other in a circle', async () => {
    const many = await Promise.all(Array.from({ length: 12 }, (_, i) => run(i)));
    const all = await Promise.all(
      many.map(async (id) => {
        const { updatedAt = now } = (await tenant.getExecution(id)) ?? {};
        return { executionId: id, madeOf: updatedAt, ...(await made(id)) };
      }),
    );
    await Promise.all([all, [...all].reverse(), all, [...all].reverse()].map((some) => tenant.runs.keep(some)));
    const listed = await tenant.runs.list(workflowId, { limit: 100 });
    expect(listed.every(({ kept }) => kept !== null)).toBe(true);
  });

  it('tell nothing to another workspace, which changes nothing', async () => {
    const id = await run(1);
    const kept = await keep(id);
    const other = running.store.tenant((await running.store.createWorkspace({ slug: randomUUID(), name: 'O' })).id);
    expect(await other.runs.list(workflowId, { limit: 10 })).toEqual([]);
    expect(await other.runs.find([id])).toEqual([]);
    await other.runs.keep([{ executionId: id, madeOf: after(now, asMicros(HOUR)), ...kept, tracks: ['stolen'] }]);
    expect((await tenant.runs.find([id]))[0]?.kept).toEqual(kept);
  });

  it('leave out inputs that are large, and take hostile names', async () => {
    const [large, packs, hostile] = [
      { text: randomUUID().repeat(500) },
      { text: 'x'.repeat(1_000_000) },
      { '\u0000': '\ud800' },
    ];
    for (const [i, input] of [large, packs, hostile].entries()) await run(i, { input });
    const found = await tenant.runs.list(workflowId, { limit: 3 });
    expect(found.map(({ input }) => input)).toEqual([null, null, { '\ufffd': '\ufffd' }]);
    const id = found[0]?.id ?? '';
    const { summary } = await made(id);
    const nodes = summary.nodes.map((node) => ({ ...node, id: '__proto__', name: '\u0000<script>\ud800' }));
    const { updatedAt = now } = (await tenant.getExecution(id)) ?? {};
    await tenant.runs.keep([
      { executionId: id, madeOf: updatedAt, summary: { ...summary, nodes }, tracks: ['__proto__'] },
    ]);
    const [kept] = await tenant.runs.find([id]);
    expect(kept?.kept?.summary.nodes.map((node) => [node.id, node.name])).toEqual(
      nodes.map(() => ['__proto__', '\u0000<script>\ud800']),
    );
  });
});

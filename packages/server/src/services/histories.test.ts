import { randomUUID } from 'node:crypto';
import {
  after,
  asMicros,
  toEpochMicros,
  toMicros,
  TraceAssembler,
  type JsonObject,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gate } from '../../testing/gate.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { Histories } from './histories.ts';
import { ThreadPool } from './threads/pool.ts';

/** When the next execution starts. */
let startedAt = toEpochMicros(1_700_000_000_000_000);

function span(id: string, start: number, duration: number, more: Partial<SpanRecord> = {}): TraceEvent {
  const record: SpanRecord = {
    id,
    parentId: null,
    kind: 'node',
    name: id,
    nodeKey: null,
    iteration: null,
    start: asMicros(start),
    duration: asMicros(duration),
    status: 'completed',
    track: null,
    metadata: null,
    ...more,
  };
  return { type: 'span', span: record };
}

let app: TestServer;
let pool: ThreadPool;
let histories: Histories;
let tenant: TenantStore;
let workflowId: string;
const warnings: unknown[] = [];
beforeAll(async () => {
  app = await startTestServer();
  pool = new ThreadPool({ threads: 1, waiting: 4, maxHeapMb: 512, endAfterUse: false });
  histories = new Histories(pool, { warn: (...told: readonly unknown[]) => void warnings.push(told) });
});
afterAll(async () => {
  await pool.close();
  await app.close();
});
beforeEach(async () => {
  tenant = app.server.store.tenant((await app.server.store.createWorkspace({ slug: randomUUID(), name: 'W' })).id);
  ({ id: workflowId } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} }));
});

/** Makes an execution of one node with as many spans in it as asked for. */
async function run(ms: number, more: { spans?: number; input?: JsonObject; track?: string } = {}): Promise<string> {
  const { spans = 0, input = {}, track = null } = more;
  const id = randomUUID();
  startedAt = after(startedAt, asMicros(1_000_000));
  await tenant.createExecution({ id, workflowId, input, trigger: 'manual' });
  const info = { name: 'w', workflow: 'w', sourceFormat: 'conductor', concurrency: 4 };
  const node = { key: 'a', name: 'A', type: 'http', iteration: null, parentKey: null, dependsOn: [] };
  const events: TraceEvent[] = [
    { type: 'execution_started', executionId: id, startedAt, info },
    { type: 'node_declared', node },
    span('s', 0, ms * 1000, { nodeKey: 'a', track }),
    ...Array.from({ length: spans }, (_, i) => span(`x${i}`, i, 1, { kind: 'phase', parentId: 's', nodeKey: 'a' })),
    { type: 'execution_finished', status: 'completed', at: asMicros(ms * 1000), error: null },
  ];
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  const trace = assembler.finish();
  const duration = toMicros(ms * 1000);
  await tenant.recordEvents(id, events.slice(0, 1));
  await tenant.finishExecution(id, { status: 'completed', results: null, error: null, duration, trace });
  return id;
}

describe('the history of a workflow', () => {
  it('sums executions up when it is first asked for, and then has them', async () => {
    const ids = [await run(10), await run(20), await run(30)];
    const reads = vi.spyOn(tenant, 'getPackedTrace');
    const first = await histories.of(tenant, workflowId, { limit: 10 });
    expect(first.incomplete).toBe(0);
    expect(first.runs.map(({ id, summary }) => [id, summary.makespan])).toEqual(
      ids.map((id, i) => [id, (i + 1) * 10_000]),
    );
    expect(reads).toHaveBeenCalledTimes(3);
    expect(await histories.of(tenant, workflowId, { limit: 10 })).toEqual(first);
    expect(await histories.ofExecutions(tenant, ids)).toEqual(first);
    expect(await histories.summaryOf(tenant, ids[1] ?? '')).toEqual(first.runs[1]);
    expect(reads).toHaveBeenCalledTimes(3);
  });

  it('reads a trace once for all who want it at the same time', async () => {
    const id = await run(10);
    // Nothing is read before all of them know what is missing.
    const gate = new Gate();
    let asking = 3;
    const atOnce = async <T>(known: T): Promise<T> => {
      if (--asking === 0) gate.open();
      await gate.opened;
      return known;
    };
    const list = tenant.runs.list.bind(tenant.runs);
    const find = tenant.runs.find.bind(tenant.runs);
    vi.spyOn(tenant.runs, 'list').mockImplementation(async (...asked) => atOnce(await list(...asked)));
    vi.spyOn(tenant.runs, 'find').mockImplementation(async (...asked) => atOnce(await find(...asked)));
    const reads = vi.spyOn(tenant, 'getPackedTrace');
    const all = await Promise.all([
      histories.of(tenant, workflowId, { limit: 10 }),
      histories.of(tenant, workflowId, { limit: 1 }),
      histories.ofExecutions(tenant, [id]),
    ]);
    for (const history of all) expect(history).toEqual(all[0]);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('sums large traces up in a thread, like small ones', async () => {
    const used = vi.spyOn(pool, 'use');
    const small = await run(10, { spans: 1999 });
    await run(10, { spans: 2000 });
    const { runs } = await histories.of(tenant, workflowId, { limit: 10 });
    expect(used).toHaveBeenCalledTimes(1);
    expect(runs.map(({ id }) => id)[0]).toBe(small);
    // Each span took a microsecond of the node's time.
    expect(runs.map(({ summary }) => summary.causes)).toEqual([
      { work: 1999, engine: 8001 },
      { work: 2000, engine: 8000 },
    ]);
    used.mockRestore();
  });

  it('reads the newest first and so much at most, and tells that there are more', async () => {
    const ids = [await run(1), await run(2), await run(3)];
    const list = tenant.runs.list.bind(tenant.runs);
    vi.spyOn(tenant.runs, 'list').mockImplementation(async (workflow, filter) => {
      const runs = await list(workflow, filter);
      return runs.map((one) => ({ ...one, spanCount: 600_000 }));
    });
    const first = await histories.of(tenant, workflowId, { limit: 10 });
    expect([first.runs.map(({ id }) => id), first.incomplete]).toEqual([ids.slice(1), 1]);
    expect(await histories.of(tenant, workflowId, { limit: 10 })).toMatchObject({ incomplete: 0 });
  });

  it('tells the others where one is damaged, and does not try that again', async () => {
    const [damaged, good] = [await run(1), await run(2)];
    const read = tenant.getPackedTrace.bind(tenant);
    const reads = vi.spyOn(tenant, 'getPackedTrace').mockImplementation(async (id) => {
      const packed = await read(id);
      return packed && id === damaged ? { ...packed, data: packed.data.subarray(0, 20) } : packed;
    });
    for (let i = 0; i < 2; i++) {
      const { runs, incomplete } = await histories.of(tenant, workflowId, { limit: 10 });
      expect([runs.map(({ id }) => id), incomplete]).toEqual([[good], 1]);
    }
    expect(reads).toHaveBeenCalledTimes(2);
    expect(JSON.stringify(warnings)).toContain(damaged);
    expect(await histories.summaryOf(tenant, damaged)).toBeNull();
  });

  it('labels executions by what may tell them apart, and by no secret', async () => {
    const items = [1, 2, 3];
    const input = { region: ' eu ', nested: { deep: { a: { b: { c: 1 } }, n: 2 } }, items, none: null, empty: '' };
    await run(1, {
      input: { ...input, password: 'canary', note: 'Bearer [redacted]', long: 'x'.repeat(500) },
      track: 'w1',
    });
    const [one] = (await histories.of(tenant, workflowId, { limit: 1 })).runs;
    expect(one?.labels).toEqual({
      trigger: 'manual',
      concurrency: '4',
      worker: 'w1',
      'input.region': 'eu',
      'input.nested.deep.n': '2',
      'input.items.length': '3',
      'input.long': 'x'.repeat(120),
    });
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`.padEnd(110, 'k'), i]));
    await run(1, { input: { ['__proto__']: 1, ...wide } });
    const labels = (await histories.of(tenant, workflowId, { limit: 2 })).runs[1]?.labels ?? {};
    expect(Object.keys(labels)).toHaveLength(64);
    expect(Object.keys(labels).every((name) => name.length <= 100)).toBe(true);
  });

  it('has nothing of another workspace, nor of what still runs or is not there', async () => {
    const id = await run(1);
    const other = app.server.store.tenant(
      (await app.server.store.createWorkspace({ slug: randomUUID(), name: 'O' })).id,
    );
    expect(await histories.of(other, workflowId, { limit: 10 })).toEqual({ runs: [], incomplete: 0 });
    expect(await histories.summaryOf(other, id)).toBeNull();
    const open = randomUUID();
    await tenant.createExecution({ id: open, workflowId, input: {}, trigger: 'manual' });
    expect(await histories.summaryOf(tenant, open)).toBeNull();
    expect(await histories.summaryOf(tenant, randomUUID())).toBeNull();
  });
});

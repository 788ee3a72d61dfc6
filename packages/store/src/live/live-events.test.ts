import { randomUUID } from 'node:crypto';
import { asMicros, toEpochMicros, toMicros, TraceAssembler, type TraceEvent } from '@flowprof/model';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionOutcome, Store, TenantStore } from '../api.ts';
import { packTrace } from '../blob.ts';
import { openStore } from '../store.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { FINISHED, span, started, state, twoSteps } from '../testing/traces.ts';

interface Told {
  readonly seq: number;
  readonly event: string;
  readonly data: unknown;
}

function outcomeOf(id: string, status: 'completed' | 'failed' | 'cancelled', events: TraceEvent[]): ExecutionOutcome {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  assembler.describe({ id, status });
  const error = status === 'completed' ? null : { code: status, message: `It is ${status}` };
  return { status, results: null, error, duration: toMicros(2_500_000), trace: assembler.finish() };
}

/** What is told of a workflow after a number. */
async function toldAfter(tenant: TenantStore, workflowId: string, since = 0): Promise<Told[]> {
  const page = await tenant.listLiveEvents(workflowId, { since, limit: 1000 });
  return (page?.items ?? []).map(({ seq, type, data }) => ({ seq, event: type, data: JSON.parse(data) as unknown }));
}

const stateOf = (...more: Parameters<typeof state>): TraceEvent => ({ type: 'node_state', state: state(...more) });

const running = (id: string): TraceEvent[] => [started(id), stateOf('a', { at: asMicros(5) })];

async function newExecution(tenant: TenantStore, workflowId: string): Promise<string> {
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
  return id;
}

describe.each(await backendCases())('the events of a workflow on $name', ({ start }) => {
  let backend: RunningBackend;
  let made = 0;
  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend.stop());

  async function newWorkflow(store: Store = backend.store): Promise<{ tenant: TenantStore; workflowId: string }> {
    made++;
    const workspace = await store.createWorkspace({ slug: `live-${made}`, name: 'Live' });
    const tenant = store.tenant(workspace.id);
    const { id: workflowId } = await tenant.createWorkflow({ name: 'watched', description: null, definition: {} });
    return { tenant, workflowId };
  }

  it('tells of an execution from its queue to its end, in one numbering, each field as documented', async () => {
    const { tenant, workflowId } = await newWorkflow();
    expect(await tenant.listLiveEvents(workflowId, { since: 0, limit: 10 })).toEqual({
      items: [],
      lastSeq: 0,
      oldestSeq: null,
    });
    const id = await newExecution(tenant, workflowId);
    await tenant.recordEvents(id, twoSteps(id));
    await tenant.finishExecution(id, outcomeOf(id, 'failed', [...twoSteps(id), FINISHED]));
    const ofExecution = { execution_id: id, workflow_id: workflowId, execution_number: 1 };
    const [a, b] = ['a', 'b'].map((key) => {
      return { execution_id: id, workflow_id: workflowId, step_id: key, step_name: `Node ${key}`, iteration: null };
    });
    const timestamp = '2023-11-14T22:13:20.123Z';
    const told = await toldAfter(tenant, workflowId);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, at) => at + 1));
    expect(told.map(({ event, data }) => [event, data])).toEqual([
      [
        'workflow_queued',
        { ...ofExecution, status: 'pending', trigger: 'manual', timestamp: expect.stringMatching(/^2.*Z$/) as unknown },
      ],
      ['workflow_started', { ...ofExecution, timestamp }],
      ['step_started', { ...a, timestamp }],
      [
        'step_completed',
        { ...a, duration_seconds: 0.00002, output: { n: 2 }, output_truncated: false, retry_count: 0, timestamp },
      ],
      ['step_started', { ...b, timestamp }],
      ['step_retrying', { ...b, retry_count: 2, delay_ms: null, error: null, error_code: null, timestamp }],
      ['progress', { ...b, percent: 50, message: 'half', timestamp }],
      [
        'step_failed',
        {
          ...b,
          status: 'failed',
          duration_seconds: 0.000014,
          error: '500',
          error_code: 'http_status',
          retry_count: 1,
          timestamp,
        },
      ],
      [
        'workflow_failed',
        {
          ...ofExecution,
          status: 'failed',
          duration_seconds: 2.5,
          error: 'It is failed',
          error_code: 'failed',
          timestamp: '2023-11-14T22:13:22.623Z',
        },
      ],
    ]);
  });

  it('tells every change once, however often and in whatever order it is delivered', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const property = fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      async (deliveries) => {
        const id = await newExecution(tenant, workflowId);
        const events = [...twoSteps(id), FINISHED];
        const from = (await tenant.listLiveEvents(workflowId, { since: null, limit: 1 }))?.lastSeq ?? 0;
        for (const picks of [...deliveries, events.map((_, at) => at)]) {
          await tenant.recordEvents(
            id,
            picks.flatMap((pick) => events[pick % events.length] ?? []),
          );
        }
        const told = await toldAfter(tenant, workflowId, from);
        const names = told.map(({ event, data }) => `${event} ${JSON.stringify(data)}`);
        expect(new Set(names).size).toBe(names.length);
        const ends = told.filter(({ event }) => event === 'workflow_failed' || event === 'step_completed');
        expect(ends.map(({ event }) => event).toSorted()).toEqual(['step_completed', 'workflow_failed']);
        expect(told.filter(({ event }) => event === 'step_started').length).toBeLessThanOrEqual(2);
        // All of it again.
        const before = told.length;
        await tenant.recordEvents(id, events);
        await tenant.finishExecution(id, outcomeOf(id, 'failed', events));
        await tenant.finishExecution(id, outcomeOf(id, 'failed', events));
        expect(await toldAfter(tenant, workflowId, from)).toHaveLength(before);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('numbers what many executions tell at the same time without gap or double, as readers see it', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const ids = await Promise.all(Array.from({ length: 12 }, () => newExecution(tenant, workflowId)));
    const runs = ids.map(async (id) => {
      await tenant.recordEvents(id, running(id));
      await tenant.recordEvents(id, [stateOf('a', { status: 'completed', at: asMicros(9) })]);
      await tenant.finishExecution(id, outcomeOf(id, 'completed', []));
    });
    const over = Promise.all(runs).then(() => true);
    const seen: number[] = [];
    for (let isOver = false; ; isOver = await Promise.race([over, Promise.resolve(false)])) {
      const page = await tenant.listLiveEvents(workflowId, { since: seen.at(-1) ?? 0, limit: 1000 });
      seen.push(...(page?.items ?? []).map(({ seq }) => seq));
      if (isOver) break;
    }
    expect(seen).toEqual(Array.from({ length: 12 * 5 }, (_, at) => at + 1));
  });

  it('tells of what is cut off, gone on with, cancelled before it began and imported', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const id = await newExecution(tenant, workflowId);
    await tenant.recordEvents(id, running(id));
    await tenant.finishExecution(id, outcomeOf(id, 'failed', running(id)));
    await tenant.reopenExecution(id);
    await tenant.recordEvents(id, [stateOf('a', { status: 'completed', at: asMicros(20) })]);
    await tenant.finishExecution(id, outcomeOf(id, 'completed', running(id)));
    const unrun = await newExecution(tenant, workflowId);
    await tenant.finishExecution(unrun, outcomeOf(unrun, 'cancelled', []));
    const told = await toldAfter(tenant, workflowId);
    expect(told.map(({ event }) => event)).toEqual([
      'workflow_queued',
      'workflow_started',
      'step_started',
      'workflow_failed',
      'workflow_resumed',
      'step_started',
      'step_completed',
      'workflow_completed',
      'workflow_queued',
      'workflow_failed',
    ]);
    expect(told[4]).toMatchObject({ data: { execution_id: id, status: 'running' } });
    expect(told[9]).toMatchObject({ data: { execution_id: unrun, status: 'cancelled', error: 'It is cancelled' } });
    const elsewhere = randomUUID();
    const { trace, duration } = outcomeOf(elsewhere, 'failed', twoSteps(elsewhere));
    const workflow = { name: 'elsewhere', definition: {} };
    const execution = { id: elsewhere, workflow, info: trace.execution, duration, trace: await packTrace(trace) };
    const events = async function* () {
      yield twoSteps(elsewhere);
    };
    await tenant.importExecution(execution, events);
    await tenant.importExecution(execution, events);
    const imported = await tenant.findWorkflowByName('elsewhere');
    expect(await toldAfter(tenant, imported?.id ?? '')).toMatchObject([
      { event: 'workflow_imported', data: { execution_id: elsewhere, trigger: 'import', status: 'failed' } },
    ]);
  });

  it('shows small outputs whole and of large ones what they are like, and says so', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const id = await newExecution(tenant, workflowId);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i]));
    const output = { text: 'x'.repeat(100_000), list: [1, 2, 3], nested: { a: 1 }, n: 4, ...many };
    await tenant.recordEvents(id, [started(id), stateOf('a', { status: 'completed', at: asMicros(1), output })]);
    const [, , completed] = await toldAfter(tenant, workflowId);
    expect(completed).toMatchObject({
      data: {
        output: { text: `${'x'.repeat(80)}…`, list: 'array of 3', nested: 'object of 1', n: 4, k15: 15 },
        output_truncated: true,
      },
    });
    expect(JSON.stringify(completed).length).toBeLessThan(1000);
  });

  it('tells progress seldom, and no more once the execution has ended', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const id = await newExecution(tenant, workflowId);
    await tenant.recordEvents(id, running(id));
    const tell = (at: number): Promise<void> =>
      tenant.recordEvents(id, [
        { type: 'progress', nodeKey: 'a', percent: 1, message: 'earlier in the batch', at: asMicros(at) },
        { type: 'progress', nodeKey: 'a', percent: at / 20_000, message: 'on', at: asMicros(at) },
      ]);
    for (const at of [0, 100_000, 499_999, 500_000, 500_000, 700_000, 1_000_000]) await tell(at);
    await tenant.finishExecution(id, outcomeOf(id, 'completed', []));
    await tell(5_000_000);
    const progress = (await toldAfter(tenant, workflowId)).filter(({ event }) => event === 'progress');
    expect(progress).toMatchObject([0, 25, 50].map((percent) => ({ data: { step_id: 'a', percent, message: 'on' } })));
  });

  it('keeps so many and so old ones, and says which is the oldest', async () => {
    let now = Date.now() * 1000;
    const store = backend.store.backend === 'embedded' ? null : backend.options;
    const own =
      store === null ? backend.store : await openStore({ ...store, clock: { now: () => toEpochMicros(now) } });
    const { tenant, workflowId } = await newWorkflow(own);
    // What the other tests have told.
    await own.live.prune({ events: 0, age: asMicros(0) });
    for (let i = 0; i < 10; i++) await newExecution(tenant, workflowId);
    const day = asMicros(86_400_000_000);
    expect(await own.live.prune({ events: 4, age: day })).toBe(6);
    const page = await tenant.listLiveEvents(workflowId, { since: 0, limit: 1 });
    expect(page).toMatchObject({ items: [{ seq: 7 }], lastSeq: 10, oldestSeq: 7 });
    expect(await own.live.prune({ events: 4, age: day })).toBe(0);
    if (store === null) return;
    now += day + 1;
    await newExecution(tenant, workflowId);
    await own.live.prune({ events: 100, age: day });
    expect(await tenant.listLiveEvents(workflowId, { since: 0, limit: 1 })).toMatchObject({ oldestSeq: 11 });
    await own.close();
  });

  it('goes with its workflow', async () => {
    const { tenant, workflowId } = await newWorkflow();
    await newExecution(tenant, workflowId);
    expect(await tenant.deleteWorkflow(workflowId)).toBe(true);
    expect(await tenant.listLiveEvents(workflowId, { since: 0, limit: 1 })).toBeNull();
  });

  it('is announced when it is committed, and found by those who missed that', async () => {
    const { tenant, workflowId } = await newWorkflow();
    const heard: unknown[] = [];
    const stop = backend.store.live.listen((signal) => heard.push(signal));
    const id = await newExecution(tenant, workflowId);
    await tenant.recordEvents(id, running(id));
    await tenant.recordEvents(id, running(id));
    await tenant.recordEvents(id, [{ type: 'span', span: span('s') }]);
    stop();
    const { workspaceId } = tenant;
    const change = (lastSeq: number) => ({ type: 'changes', changes: [{ workspaceId, workflowId, lastSeq }] });
    expect(heard).toEqual([change(1), change(3)]);
    const { live } = backend.store;
    expect(await live.newerThan([{ workspaceId, workflowId, lastSeq: 2 }])).toEqual([
      { workspaceId, workflowId, lastSeq: 3 },
    ]);
    expect(await live.newerThan([{ workspaceId, workflowId, lastSeq: 3 }])).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { asMicros, TraceAssembler, toEpochMicros, toMicros, type JsonObject, type TraceEvent } from '@flowprof/model';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, ExecutionOutcome, ImportedExecution, TenantStore, Workflow } from './api.ts';
import { packTrace } from './blob.ts';
import { StoreError } from './errors.ts';
import { openStore } from './store.ts';
import { backendCases, type RunningBackend } from './testing/backends.ts';
import { codeOfRejection } from './testing/support.ts';
import { done, FINISHED, span, START, started, state, twoSteps } from './testing/traces.ts';

const PAGE = { skip: 0, limit: 100 };

function outcomeOf(executionId: string, events: readonly TraceEvent[]): ExecutionOutcome {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  assembler.describe({ id: executionId });
  return {
    status: 'failed',
    results: { done: ['a'] },
    error: { code: 'node_failed', message: 'b failed', nodeKey: 'b' },
    duration: toMicros(41),
    trace: assembler.finish(),
  };
}

async function imported(id: string): Promise<ImportedExecution> {
  const { trace, duration } = outcomeOf(id, wholeRun(id));
  const workflow = { name: 'elsewhere', definition: { imported: true } };
  return { id, workflow, info: trace.execution, duration, trace: await packTrace(trace) };
}

async function newWorkflow(tenant: TenantStore, definition: JsonObject = { nodes: [] }): Promise<Workflow> {
  return tenant.createWorkflow({ name: 'two steps', description: null, definition });
}

async function newExecution(tenant: TenantStore): Promise<Execution> {
  const { id: workflowId } = await newWorkflow(tenant);
  const execution = await tenant.createExecution({ id: randomUUID(), workflowId, input: {}, trigger: 'manual' });
  if (execution === null) throw new Error('it was not made');
  return execution;
}

/** Everything that is stored of an execution, apart from when it was written. */
async function digest(tenant: TenantStore, id: string): Promise<unknown> {
  const execution = await tenant.getExecution(id);
  const trace = await tenant.getTrace(id);
  return { ...execution, updatedAt: null, steps: await tenant.listSteps(id), trace };
}

const wholeRun = (id: string): TraceEvent[] => [...twoSteps(id), FINISHED];

/** A digest without what differs between two executions of the same events. */
const strip = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      ['id', 'executionId', 'workflowId', 'createdAt', 'executionNumber'].includes(key) ? null : item,
    ),
  );

describe.each(await backendCases())('the store on $name', ({ start }) => {
  let running: RunningBackend;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  let made = 0;
  async function newTenant(): Promise<TenantStore> {
    made++;
    const workspace = await running.store.createWorkspace({ slug: `w${made}`, name: `Workspace ${made}` });
    return running.store.tenant(workspace.id);
  }

  describe('an import', () => {
    it('is stored wholly, once, with a workflow of its name', async () => {
      const tenant = await newTenant();
      const execution = await imported(randomUUID());
      let reads = 0;
      const events = async function* () {
        reads++;
        yield wholeRun(execution.id);
      };
      const both = await Promise.all([1, 2].map(() => tenant.importExecution(execution, events)));
      expect(both.filter(({ known }) => known)).toHaveLength(1);
      expect(reads).toBe(1);
      const other = await imported(randomUUID());
      await tenant.importExecution(other, () => (async function* () {})());
      expect(await tenant.listWorkflows(PAGE)).toMatchObject({ total: 1, items: [{ name: 'elsewhere' }] });
      expect(await tenant.getExecution(execution.id)).toMatchObject({ trigger: 'import', status: 'failed' });
      expect(await tenant.listSteps(execution.id)).toHaveLength(2);
      expect(await tenant.listSteps(execution.id, 1)).toMatchObject([{ stepKey: 'a', stepOrder: 1 }]);
      const counts = { total: 2, completed: 1, failed: 1, skipped: 0 };
      expect(await tenant.countSteps(execution.id)).toEqual(counts);
      expect((await tenant.getPackedTrace(execution.id))?.data).toEqual(Buffer.from(execution.trace.data));
    });

    it('that breaks off leaves nothing', async () => {
      const tenant = await newTenant();
      const execution = await imported(randomUUID());
      const broken = async function* () {
        yield wholeRun(execution.id);
        throw new Error('the file went away');
      };
      expect(await codeOfRejection(tenant.importExecution(execution, broken))).not.toBe('none');
      expect(await tenant.getExecution(execution.id)).toBeNull();
      expect(await tenant.listWorkflows(PAGE)).toMatchObject({ total: 0 });
    });
  });

  it('sums up the executions of a workflow', async () => {
    const tenant = await newTenant();
    const { id: workflowId } = await newWorkflow(tenant);
    const nothing = {
      total: 0,
      succeeded: 0,
      failed: 0,
      cancelled: 0,
      timedOut: 0,
      running: 0,
      pending: 0,
      ended: 0,
      sum: 0,
      min: null,
      max: null,
      p50: null,
      p95: null,
      p99: null,
    };
    expect(await tenant.workflowMetrics(workflowId)).toEqual(nothing);
    const ends = [
      ['completed', 10],
      ['completed', 30],
      ['failed', 2],
      ['timeout', 50],
      ['cancelled', 8],
    ] as const;
    for (const [status, duration] of ends) {
      const id = randomUUID();
      await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
      await tenant.finishExecution(id, { ...outcomeOf(id, []), status, duration: toMicros(duration) });
    }
    await tenant.createExecution({ id: randomUUID(), workflowId, input: {}, trigger: 'manual' });
    expect(await tenant.workflowMetrics(workflowId)).toEqual({
      total: 6,
      succeeded: 2,
      failed: 2,
      cancelled: 1,
      timedOut: 1,
      running: 0,
      pending: 1,
      ended: 5,
      sum: 100,
      min: 2,
      max: 50,
      p50: 10,
      p95: 50,
      p99: 50,
    });
    expect(await tenant.workflowMetrics(randomUUID())).toBeNull();
    expect(await (await newTenant()).workflowMetrics(workflowId)).toBeNull();
  });

  it('tells its version and is ready', async () => {
    expect(await running.store.isReady()).toBe(true);
    expect(running.store.serverVersion).toMatch(/^\d+\.\d+/);
    expect(running.book.events).toContainEqual({ type: 'app_role', mode: 'login' });
  });

  describe('workspaces, projects and workflows', () => {
    it('finds a workspace by id and slug, and refuses a slug twice', async () => {
      const workspace = await running.store.createWorkspace({ slug: 'found', name: 'Found' });
      expect(await running.store.findWorkspace('found')).toEqual(workspace);
      expect(await running.store.findWorkspace(workspace.id)).toEqual(workspace);
      expect(await running.store.findWorkspace(randomUUID())).toBeNull();
      expect(await running.store.listWorkspaces()).toContainEqual(workspace);
      expect(await codeOfRejection(running.store.createWorkspace({ slug: 'found', name: '' }))).toBe('conflict');
    });

    it('keeps projects apart by slug, per workspace', async () => {
      const [one, other] = [await newTenant(), await newTenant()];
      const project = await one.createProject({ slug: 'p', name: 'P' });
      expect(await codeOfRejection(one.createProject({ slug: 'p', name: 'Q' }))).toBe('conflict');
      expect((await other.createProject({ slug: 'p', name: 'P' })).id).not.toBe(project.id);
      expect(await one.findProject('p')).toEqual(project);
      expect(await one.findProject(project.id)).toEqual(project);
      expect(await one.listProjects(PAGE)).toEqual({
        items: [project],
        total: 1,
        skip: 0,
        limit: 100,
        nextCursor: null,
      });
    });

    it('puts workflows into the first project, made once when there is none', async () => {
      const tenant = await newTenant();
      const workflows = await Promise.all([newWorkflow(tenant), newWorkflow(tenant), newWorkflow(tenant)]);
      const projects = await tenant.listProjects(PAGE);
      expect(projects.items.map((project) => project.name)).toEqual(['Default']);
      expect(new Set(workflows.map((workflow) => workflow.projectId))).toEqual(new Set([projects.items[0]?.id]));
    });

    it('makes a version of each new definition and no other', async () => {
      const tenant = await newTenant();
      const { id } = await newWorkflow(tenant, { a: 1, b: 2 });
      expect((await tenant.updateWorkflow(id, { name: 'new' }))?.version).toBe(1);
      expect((await tenant.updateWorkflow(id, { definition: { b: 2, a: 1 } }))?.version).toBe(1);
      const changed = await tenant.updateWorkflow(id, { definition: { a: 2 }, description: 'now with' });
      expect(changed).toMatchObject({ version: 2, definition: { a: 2 }, name: 'new', description: 'now with' });
      expect((await tenant.updateWorkflow(id, { description: null }))?.description).toBeNull();
      expect(await tenant.findWorkflowByName('new')).toMatchObject({ id, version: 2 });
    });

    it('deletes a workflow with its executions', async () => {
      const tenant = await newTenant();
      const execution = await newExecution(tenant);
      await tenant.recordEvents(execution.id, twoSteps(execution.id));
      expect(await tenant.deleteWorkflow(execution.workflowId)).toBe(true);
      expect(await tenant.deleteWorkflow(execution.workflowId)).toBe(false);
      expect(await tenant.getExecution(execution.id)).toBeNull();
      expect(await tenant.listSteps(execution.id)).toEqual([]);
    });

    it('pages lists and says how many there are', async () => {
      const tenant = await newTenant();
      for (const name of ['a', 'b', 'c']) await tenant.createWorkflow({ name, description: null, definition: {} });
      const page = await tenant.listWorkflows({ skip: 1, limit: 1 });
      expect(page).toMatchObject({ total: 3, skip: 1, limit: 1, items: [{ name: 'b' }] });
      expect((await tenant.listWorkflows({ skip: 9, limit: 1 })).total).toBe(3);
      expect(await tenant.listWorkflows({ skip: -1, limit: 1e9 })).toMatchObject({ skip: 0, limit: 1000 });
    });

    it('stores what PostgreSQL cannot hold as a replacement character', async () => {
      const tenant = await newTenant();
      const definition = { text: 'a\u0000b\ud800', path: String.raw`C:\u0000` };
      const workflow = await tenant.createWorkflow({ name: 'nul\u0000', description: null, definition });
      expect(workflow.name).toBe('nul\ufffd');
      expect(workflow.definition).toEqual({ text: 'a\ufffdb\ufffd', path: String.raw`C:\u0000` });
    });
  });

  describe('executions', () => {
    it('numbers 50 executions that are made at once without gap or double', async () => {
      const tenant = await newTenant();
      const { id: workflowId } = await newWorkflow(tenant);
      const executions = await Promise.all(
        Array.from({ length: 50 }, () =>
          tenant.createExecution({ id: randomUUID(), workflowId, input: { n: 1 }, trigger: 'manual' }),
        ),
      );
      const numbers = executions.map((execution) => execution?.executionNumber ?? 0).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });

    it('makes an execution once per id', async () => {
      const tenant = await newTenant();
      const first = await newExecution(tenant);
      const again = { id: first.id, workflowId: first.workflowId, input: { other: 1 }, trigger: 'x' };
      expect(await tenant.createExecution(again)).toEqual(first);
    });

    it('lists the newest first, by workflow and status', async () => {
      const tenant = await newTenant();
      const [one, two] = [await newExecution(tenant), await newExecution(tenant)];
      await tenant.recordEvents(two.id, [started(two.id)]);
      const ids = async (filter: object): Promise<string[]> =>
        (await tenant.listExecutions({ ...PAGE, ...filter })).items.map((execution) => execution.id);
      expect(await ids({})).toEqual([two.id, one.id]);
      expect(await ids({ workflowId: one.workflowId })).toEqual([one.id]);
      expect(await ids({ statuses: ['running'] })).toEqual([two.id]);
      expect(await ids({ statuses: ['running'], workflowId: one.workflowId })).toEqual([]);
    });

    it('shows steps with absolute times, summaries, retries and errors', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      await tenant.recordEvents(id, twoSteps(id));
      const [a, b] = await tenant.listSteps(id);
      expect(a).toMatchObject({
        stepKey: 'a',
        stepName: 'Node a',
        stepType: 'http',
        stepOrder: 1,
        status: 'completed',
      });
      expect(a).toMatchObject({ duration: 20, input: { size: 1 }, output: { n: 2 }, error: null, iteration: null });
      expect(a?.startedAt).toBe(START + 5);
      expect(a?.completedAt).toBe(START + 25);
      expect(b).toMatchObject({ stepOrder: 2, status: 'failed', retryCount: 1, duration: 14 });
      expect(b?.error).toEqual({ code: 'http_status', message: '500', nodeKey: 'b' });
    });

    it('tells the end from the events until the outcome comes', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      await tenant.recordEvents(id, [FINISHED]);
      await tenant.recordEvents(id, [started(id)]);
      expect(await tenant.getExecution(id)).toMatchObject({
        status: 'failed',
        startedAt: START,
        completedAt: START + 41,
      });
      const events = [...twoSteps(id), FINISHED];
      await tenant.finishExecution(id, { ...outcomeOf(id, events), status: 'timeout' });
      const ended = await tenant.getExecution(id);
      expect(ended).toMatchObject({
        status: 'timeout',
        results: { done: ['a'] },
        duration: 41,
        completedAt: START + 41,
      });
    });

    it('keeps the first outcome', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      const outcome = outcomeOf(id, [...twoSteps(id), FINISHED]);
      await tenant.finishExecution(id, outcome);
      const before = await tenant.getExecution(id);
      await tenant.finishExecution(id, outcome);
      await tenant.finishExecution(id, { ...outcome, status: 'completed', error: null });
      expect(await tenant.getExecution(id)).toEqual(before);
    });

    it('gives the trace from the rows while it runs, and the very same columns once it has ended', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      await tenant.recordEvents(id, twoSteps(id));
      const live = await tenant.getTrace(id);
      expect(live?.execution).toMatchObject({ id, status: 'running', startedAt: START, concurrency: 4 });
      expect(live?.nodes.key).toEqual(['a', 'b']);
      expect([...(live?.nodes.deps ?? [])]).toEqual([0]);
      expect(live?.spans.ids.listed).toEqual(['s1', 's2', 's3']);
      expect([...(live?.spans.duration ?? [])]).toEqual([20, 10, 14]);
      expect(live?.annotations).toMatchObject({ length: 1, label: ['again'] });
      expect(live?.warnings).toContainEqual({ code: 'missing_parent', count: 1, example: 'span s9' });
      const outcome = outcomeOf(id, [...twoSteps(id), FINISHED]);
      await tenant.finishExecution(id, outcome);
      expect(await tenant.getTrace(id)).toEqual(outcome.trace);
    });

    it('refuses events and an outcome of an execution that is not there', async () => {
      const tenant = await newTenant();
      for (const id of [randomUUID(), 'no uuid']) {
        expect(await codeOfRejection(tenant.recordEvents(id, twoSteps(id)))).toBe('not_found');
        expect(await codeOfRejection(tenant.finishExecution(id, outcomeOf(id, [])))).toBe('not_found');
        expect(await tenant.getTrace(id)).toBeNull();
      }
    });

    it('takes back all of a batch that cannot be stored', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      const bad = span('bad', { iteration: 2 ** 40 });
      const batch: TraceEvent[] = [started(id), { type: 'span', span: span('good') }, { type: 'span', span: bad }];
      expect(await codeOfRejection(tenant.recordEvents(id, batch))).toBe('bad_value');
      expect((await tenant.getTrace(id))?.spans.length).toBe(0);
      expect((await tenant.getExecution(id))?.status).toBe('pending');
    });
  });

  describe('deliveries', () => {
    it('ends in the same state however often and in whatever order events come', async () => {
      const tenant = await newTenant();
      const reference = await newExecution(tenant);
      await tenant.recordEvents(reference.id, wholeRun(reference.id));
      const wanted = strip(await digest(tenant, reference.id));
      const deliveries = fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(deliveries, fc.integer({ min: 1, max: 7 }), async (order, size) => {
          const { id } = await newExecution(tenant);
          const all = wholeRun(id);
          // Declarations keep their order: which is first is all that tells their place.
          const declarations = all.filter((event) => event.type === 'node_declared');
          const sent = [...order, ...all.keys()]
            .flatMap((at) => all[at] ?? [])
            .filter((event) => event.type !== 'node_declared');
          const stream = [...sent.slice(0, order.length), ...declarations, ...sent.slice(order.length)];
          for (let i = 0; i < stream.length; i += size) await tenant.recordEvents(id, stream.slice(i, i + size));
          expect(strip(await digest(tenant, id))).toEqual(wanted);
        }),
        { numRuns: 25 },
      );
    });

    it('keeps a step ended when a running state comes late, and a span when an open record does', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      await tenant.recordEvents(id, twoSteps(id));
      const late: TraceEvent[] = [
        { type: 'node_state', state: state('a', { at: asMicros(99) }) },
        { type: 'span', span: span('s1', { duration: null, status: 'running' }) },
      ];
      const before = await digest(tenant, id);
      await tenant.recordEvents(id, late);
      expect(await digest(tenant, id)).toEqual(before);
    });

    it('takes states before declarations, and iterations of one node apart', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      await tenant.recordEvents(id, [
        { type: 'node_state', state: state('x', { iteration: 1, status: 'completed', at: asMicros(7) }) },
        { type: 'node_state', state: state('x', { iteration: 0, at: asMicros(3) }) },
      ]);
      const node = { key: 'x', name: 'X', type: 'transform', parentKey: null, dependsOn: [] };
      await tenant.recordEvents(id, [
        { type: 'node_declared', node: { ...node, iteration: 0 } },
        { type: 'node_declared', node: { ...node, iteration: 1 } },
      ]);
      const steps = await tenant.listSteps(id);
      expect(
        steps.map(({ iteration, status, stepOrder, stepName }) => [iteration, status, stepOrder, stepName]),
      ).toEqual([
        [0, 'running', 1, 'X'],
        [1, 'completed', 2, 'X'],
      ]);
    });

    it('stores more spans than go into one statement', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      const events = Array.from({ length: 25_000 }, (_, i): TraceEvent => {
        const parentId = i === 0 ? null : `s${Math.floor((i - 1) / 4)}`;
        return { type: 'span', span: span(`s${i}`, { start: asMicros(i), parentId }) };
      });
      await tenant.recordEvents(id, events);
      const trace = await tenant.getTrace(id);
      expect(trace?.spans.length).toBe(25_000);
      expect(trace?.spans.parent[24_999]).toBe(Math.floor(24_998 / 4));
    });
  });

  describe('tenants', () => {
    it('answers ids of another workspace exactly like missing ones, on every method', async () => {
      const [owner, stranger] = [await newTenant(), await newTenant()];
      const execution = await newExecution(owner);
      await owner.recordEvents(execution.id, [...twoSteps(execution.id), FINISHED]);
      await owner.finishExecution(execution.id, outcomeOf(execution.id, twoSteps(execution.id)));
      const before = await digest(owner, execution.id);
      type Call = ((ids: Record<'execution' | 'workflow' | 'project', string>) => Promise<unknown>) | null;
      // What has methods of its own is tested beside them.
      type Method = { [M in keyof TenantStore]: TenantStore[M] extends (...args: never) => unknown ? M : never };
      const calls: { [M in Method[keyof TenantStore]]: Call } = {
        createProject: null,
        listProjects: async () => (await stranger.listProjects(PAGE)).items,
        findProject: ({ project }) => stranger.findProject(project),
        updateProject: ({ project }) => stranger.updateProject(project, { name: 'taken' }),
        deleteProject: ({ project }) => stranger.deleteProject(project, true),
        createWorkflow: ({ project }) =>
          codeOfRejection(
            stranger.createWorkflow({ name: 'x', description: null, definition: {}, projectId: project }),
          ),
        listWorkflows: ({ project }) => stranger.listWorkflows({ ...PAGE, projectId: project }),
        getWorkflow: ({ workflow }) => stranger.getWorkflow(workflow),
        findWorkflowByName: () => stranger.findWorkflowByName('two steps'),
        getDefinition: ({ workflow }) => stranger.getDefinition(workflow, 1),
        listVersions: ({ workflow }) => stranger.listVersions(workflow, PAGE),
        getVersion: ({ workflow }) => stranger.getVersion(workflow, 1),
        updateWorkflow: ({ workflow }) => stranger.updateWorkflow(workflow, { name: 'taken', definition: { x: 1 } }),
        deleteWorkflow: ({ workflow }) => stranger.deleteWorkflow(workflow),
        createExecution: ({ workflow }) =>
          stranger.createExecution({ id: randomUUID(), workflowId: workflow, input: {}, trigger: 'x' }),
        getExecution: ({ execution: id }) => stranger.getExecution(id),
        isPendingHere: ({ execution: id }) => stranger.isPendingHere(id),
        listExecutions: ({ workflow }) => stranger.listExecutions({ ...PAGE, workflowId: workflow }),
        listSteps: ({ execution: id }) => stranger.listSteps(id),
        recordEvents: ({ execution: id }) => codeOfRejection(stranger.recordEvents(id, twoSteps(id))),
        commitNodes: ({ execution: id }) => codeOfRejection(stranger.commitNodes(id, [done('a')])),
        readJournal: ({ execution: id }) => stranger.readJournal(id),
        reopenExecution: ({ execution: id }) => stranger.reopenExecution(id),
        finishExecution: ({ execution: id }) => codeOfRejection(stranger.finishExecution(id, outcomeOf(id, []))),
        countSteps: ({ execution: id }) => stranger.countSteps(id),
        requestCancel: ({ execution: id }) => stranger.requestCancel(id),
        listLiveEvents: ({ workflow }) => stranger.listLiveEvents(workflow, { since: 0, limit: 10 }),
        getPrices: () => stranger.getPrices(),
        setPrices: null,
        getRetention: () => stranger.getRetention(),
        setRetention: null,
        getRetentionState: () => stranger.getRetentionState(),
        workflowMetrics: ({ workflow }) => stranger.workflowMetrics(workflow),
        workflowStatistics: ({ workflow }) => stranger.workflowStatistics(workflow),
        rebuildStatistics: () => stranger.rebuildStatistics(),
        projectStatistics: ({ project }) => stranger.projectStatistics(project),
        workspaceStatistics: () => stranger.workspaceStatistics({ from: toEpochMicros(0), step: 1_000_000, count: 1 }),
        getPackedTrace: ({ execution: id }) => stranger.getPackedTrace(id),
        importExecution: null,
        getTrace: ({ execution: id }) => stranger.getTrace(id),
      };
      const foreign = { execution: execution.id, workflow: execution.workflowId, project: execution.projectId };
      for (const [method, call] of Object.entries(calls)) {
        if (call === null) continue;
        const missing = await call({ execution: randomUUID(), workflow: randomUUID(), project: randomUUID() });
        expect(await call(foreign), method).toEqual(missing);
      }
      expect(await digest(owner, execution.id)).toEqual(before);
    });

    it("can use the id of another workspace's execution without learning of it", async () => {
      const [one, other] = [await newTenant(), await newTenant()];
      const first = await newExecution(one);
      const { id: workflowId } = await newWorkflow(other);
      const second = await other.createExecution({ id: first.id, workflowId, input: {}, trigger: 'own' });
      expect(second).toMatchObject({ id: first.id, trigger: 'own', workspaceId: other.workspaceId });
      expect(await one.getExecution(first.id)).toEqual(first);
    });

    it('does not leak from one to the next over the shared connections, aborts included', async () => {
      const tenants = await Promise.all(Array.from({ length: 8 }, newTenant));
      const executions = await Promise.all(tenants.map(newExecution));
      const rounds = Array.from({ length: 160 }, async (_, i) => {
        const tenant = tenants[i % 8];
        if (i % 3 === 0) await tenant?.recordEvents(randomUUID(), twoSteps('x')).catch(() => undefined);
        const page = await tenant?.listExecutions(PAGE);
        expect(page?.items.map((item) => item.id)).toEqual([executions[i % 8]?.id]);
      });
      await Promise.all(rounds);
    });

    it('refuses a workspace id that is no UUID', () => {
      expect(() => running.store.tenant(`x'; DROP TABLE workspaces; --`)).toThrow(StoreError);
    });

    it('finds nothing in a workspace that does not exist', async () => {
      const tenant = running.store.tenant(randomUUID());
      expect((await tenant.listExecutions(PAGE)).total).toBe(0);
      expect(await codeOfRejection(tenant.createProject({ slug: 'p', name: 'P' }))).toBe('not_found');
    });
  });

  describe('recovery', () => {
    it('leaves the executions of a living server alone', async () => {
      const tenant = await newTenant();
      const { id } = await newExecution(tenant);
      const recovered = await running.store.recoverInterrupted();
      expect(recovered.map((execution) => execution.id)).not.toContain(id);
      expect((await tenant.getExecution(id))?.status).toBe('pending');
    });
  });
});

describe('several servers on one database', () => {
  let running: RunningBackend;
  beforeAll(async () => {
    const server = (await backendCases()).find((one) => one.name === 'server');
    if (!server) throw new Error('no server');
    running = await server.start();
  });
  afterAll(() => running.stop());

  it('recovers the executions of one that is gone, with what it had done, and takes the true end when it comes', async () => {
    const gone = await openStore(running.options);
    const workspace = await gone.createWorkspace({ slug: 'gone', name: 'Gone' });
    const lost = gone.tenant(workspace.id);
    const { id: workflowId } = await lost.createWorkflow({ name: 'cut off', description: null, definition: {} });
    const id = randomUUID();
    await lost.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    await lost.recordEvents(id, twoSteps(id).slice(0, 9));

    const survivor = await openStore({ ...running.options, restartGrace: toMicros(0) });
    expect(await survivor.recoverInterrupted()).toEqual([]);
    const cautious = await openStore({ ...running.options, restartGrace: toMicros(3.6e9) });
    await gone.close();
    expect(await cautious.recoverInterrupted()).toEqual([]);
    expect(await survivor.recoverInterrupted()).toEqual([
      {
        id,
        workspaceId: workspace.id,
        workflowName: 'cut off',
        executionNumber: 1,
        status: 'failed',
        resumptions: 0,
        completedSteps: 1,
        stepCount: 2,
      },
    ]);
    expect(await survivor.recoverInterrupted()).toEqual([]);

    const tenant = survivor.tenant(workspace.id);
    expect(await tenant.getExecution(id)).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted' },
      duration: 26,
    });
    const [a, b] = await tenant.listSteps(id);
    expect(a).toMatchObject({ status: 'completed', error: null });
    expect(b).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });

    await tenant.recordEvents(id, [FINISHED]);
    expect(await tenant.getExecution(id)).toMatchObject({ error: { code: 'node_failed' }, duration: 41 });
    await Promise.all([survivor.close(), cautious.close()]);
  });
});

import { randomUUID } from 'node:crypto';
import { toEpochMicros, type EpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryPart, Store, TemporalRun, TenantStore } from '../api.ts';
import { inspectDatabase } from '../inspect.ts';
import { openStore } from '../store.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { codeOfRejection } from '../testing/support.ts';
import {
  attemptReport,
  connectionText,
  historyPart,
  madeRun,
  NO_SECRETS,
  runHead,
  stepsOf,
} from '../testing/temporal.ts';
import { span, START } from '../testing/traces.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const PAGE = { skip: 0, limit: 100 };
const DONE = { isComplete: true, dueAgainAt: null };
const ENDED = { status: 'completed', closedAt: toEpochMicros(START + SECOND) };

/** Another server on the same database; the same one where there can be none. */
async function withOther({ options, store }: RunningBackend, work: (other: Store) => Promise<void>): Promise<void> {
  if (options.databaseUrl === undefined) return work(store);
  const other = await openStore(options);
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

describe.each(await backendCases())('how long runs of Temporal are kept, on $name', ({ start }) => {
  let now: EpochMicros = toEpochMicros(1_800_000_000_000_000);
  const clock = {
    now: (): EpochMicros => {
      now = toEpochMicros(now + 1000);
      return now;
    },
  };
  const pass = (micros: number): void => {
    now = toEpochMicros(now + micros);
  };
  let running: RunningBackend;
  let tenant: TenantStore;
  let connectionId: string;
  beforeAll(async () => {
    running = await start(clock);
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    tenant = running.store.tenant(id);
    connectionId = (await tenant.temporal.createConnection(connectionText(), NO_SECRETS)).id;
  });

  async function runOf(id: string): Promise<TemporalRun> {
    const run = await tenant.temporal.findRun(id);
    if (run === null) throw new Error('there is no such run');
    return run;
  }

  /** A run with events, attempts, spans and an execution. */
  async function madeOf(more: Parameters<typeof runHead>[0], size = 100): Promise<TemporalRun> {
    const { temporal } = tenant;
    const head = runHead(more);
    await temporal.want(connectionId, [head]);
    const data = Buffer.from(Array.from({ length: size }, () => randomUUID()).join());
    await temporal.keepEvents(connectionId, head.runId, historyPart(1, 9, { data }), null);
    await temporal.keepAttempts([attemptReport(head.runId)]);
    await temporal.keepJoined(head.runId, START, [{ type: 'span', span: span('s') }]);
    const run = await runOf(head.runId);
    const isOpen = head.status === 'running';
    const nodes = stepsOf(['a', isOpen ? 'running' : 'completed']);
    const made = await madeRun(run, nodes, { status: isOpen ? 'running' : 'completed' });
    const outcome = isOpen ? { isComplete: false, dueAgainAt: toEpochMicros(now + SECOND) } : DONE;
    expect(await temporal.record(made, outcome)).toBe(true);
    return runOf(head.runId);
  }

  /** How much is kept of a run, and whether there is an execution. */
  async function keptOf(runId: string) {
    const { temporal } = tenant;
    let parts = 0;
    for await (const part of temporal.readEvents(connectionId, runId)) parts += part.lastEvent > 0 ? 1 : 0;
    return {
      isKnown: (await temporal.findRun(runId)) !== null,
      parts,
      attempts: (await temporal.attemptsOf([runId])).length,
      joined: (await temporal.joinedOf(runId)).length,
      isExecution: (await tenant.getExecution(runId)) !== null,
    };
  }

  const WHOLE = { isKnown: true, parts: 1, attempts: 1, joined: 1, isExecution: true };
  const NOTHING = { isKnown: false, parts: 0, attempts: 0, joined: 0, isExecution: false };

  const retain = () => running.store.retain(tenant.workspaceId, { signal: AbortSignal.any([]), pause: async () => {} });

  async function isConsistent(): Promise<boolean> {
    return (await tenant.rebuildStatistics({ check: true })).differenceCount === 0;
  }

  it('removes executions with all that is kept of their runs, and does not let them come back by a listing', async () => {
    const { temporal } = tenant;
    const old = await madeOf(ENDED);
    const open = await madeOf({});
    pass(10 * DAY);
    const fresh = await madeOf(ENDED);
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: null }, profiles: { maxDays: 5, maxBytes: null } });
    expect(await retain()).toMatchObject({ removed: 1 });
    expect(await keptOf(old.runId)).toEqual(NOTHING);
    // One that is followed stays while it runs, however old it is.
    expect(await keptOf(open.runId)).toEqual(WHOLE);
    expect(await keptOf(fresh.runId)).toEqual(WHOLE);
    expect(await temporal.want(connectionId, [old])).toBe(0);
    expect(await temporal.findRun(old.runId)).toBeNull();
    expect(await isConsistent()).toBe(true);
    // Unless somebody asks for it, or nobody remembers.
    expect(await temporal.want(connectionId, [old], true)).toBe(1);
    expect(await runOf(old.runId)).toMatchObject({ checkpoint: 0, isComplete: false });
  });

  it('removes a run that was given up, and forgets what no listing gives any more', async () => {
    const { temporal } = tenant;
    const given = await madeOf({});
    const never = runHead();
    await temporal.want(connectionId, [never]);
    const gone = { code: 'not_found', message: 'The server has it no longer' };
    for (const { runId } of [given, never]) await temporal.fail(connectionId, runId, gone, null);
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: null }, profiles: { maxDays: 5, maxBytes: null } });
    pass(6 * DAY);
    await retain();
    expect(await keptOf(given.runId)).toEqual(NOTHING);
    expect(await temporal.findRun(never.runId)).not.toBeNull();
    pass(10 * DAY);
    await retain();
    expect(await temporal.want(connectionId, [given])).toBe(1);
    pass(20 * DAY);
    await retain();
    expect(await temporal.findRun(never.runId)).toBeNull();
  });

  it('counts histories among what is stored, and removes by size', async () => {
    const before = (await tenant.getRetentionState()).stored.profiles;
    const large = await madeOf(ENDED, 2000);
    const small = await madeOf(ENDED, 1);
    const { stored } = await tenant.getRetentionState();
    expect(stored.profiles - before).toBeGreaterThan(30_000);
    await tenant.setRetention({
      rows: { maxDays: null, maxBytes: null },
      profiles: { maxDays: null, maxBytes: 20_000 },
    });
    expect(await retain()).toMatchObject({ removed: 1 });
    expect(await keptOf(large.runId)).toEqual(NOTHING);
    expect(await keptOf(small.runId)).toEqual(WHOLE);
    // A tentative part that is replaced leaves nothing that is counted.
    const { runId } = await madeOf({}, 1);
    const { temporal } = tenant;
    const measured = (await tenant.getRetentionState()).stored.profiles;
    await temporal.keepEvents(
      connectionId,
      runId,
      historyPart(10, 11, { isTentative: true, data: Buffer.alloc(0) }),
      null,
    );
    await temporal.keepEvents(
      connectionId,
      runId,
      historyPart(10, 11, { isTentative: true, data: Buffer.from(randomUUID()) }),
      null,
    );
    await temporal.keepEvents(
      connectionId,
      runId,
      historyPart(10, 11, { isTentative: true, data: Buffer.from(randomUUID()) }),
      null,
    );
    const after = (await tenant.getRetentionState()).stored.profiles;
    expect(after - measured).toBeLessThan(60);
  });

  it.each(['workflow', 'project'] as const)('removes all with a %s', async (kind) => {
    const { runId } = await madeOf(ENDED);
    const open = await madeOf({});
    const { workflowId = '', projectId = '' } = (await tenant.getExecution(runId)) ?? {};
    if (kind === 'workflow') expect(await tenant.deleteWorkflow(workflowId)).toBe(true);
    else expect(await tenant.deleteProject(projectId, true)).toBe(true);
    expect(await keptOf(runId)).toEqual(NOTHING);
    expect(await keptOf(open.runId)).toEqual(NOTHING);
    expect(await tenant.temporal.want(connectionId, [runHead({ runId })])).toBe(0);
    // A maker that was under way finds it gone.
    expect(await tenant.temporal.record(await madeRun(open, stepsOf(['a', 'completed'])), DONE)).toBe(false);
    expect((await tenant.listExecutions(PAGE)).total).toBe(0);
  });

  it('removes all with the workspace', async () => {
    const { runId } = await madeOf(ENDED);
    await tenant.temporal.keepAttempts([attemptReport(randomUUID())]);
    expect(await running.store.deleteWorkspace(tenant.workspaceId)).toBe(true);
    expect(await keptOf(runId)).toEqual(NOTHING);
    expect(await tenant.temporal.listConnections()).toEqual([]);
    const heads = await running.store.listTemporalConnections(1000);
    expect(heads.filter(({ workspaceId }) => workspaceId === tenant.workspaceId)).toEqual([]);
  });

  it('removes a connection and leaves executions that have ended, or takes them along', async () => {
    const { temporal } = tenant;
    const [ended, open] = [await madeOf(ENDED), await madeOf({})];
    const many = Array.from({ length: 120 }, () => runHead());
    await temporal.want(connectionId, many);
    expect(await temporal.deleteConnection(connectionId, false)).toBe(true);
    expect(await temporal.deleteConnection(connectionId, false)).toBe(false);
    expect(await keptOf(ended.runId)).toEqual({ ...NOTHING, isExecution: true });
    // Nobody would ever tell how it ended.
    expect(await keptOf(open.runId)).toEqual(NOTHING);
    expect((await tenant.getTrace(ended.runId))?.spans.length).toBe(1);
    expect(await isConsistent()).toBe(true);
    // Spans that come now stand in the trace that is left.
    await tenant.external.record(ended.runId, { origin: START, events: [{ type: 'span', span: span('late') }] });
    expect((await tenant.getTrace(ended.runId))?.spans.length).toBe(2);
    // The same server again: the executions are followed on.
    connectionId = (await temporal.createConnection(connectionText(), NO_SECRETS)).id;
    expect(await temporal.want(connectionId, [ended])).toBe(1);
    const again = await madeRun(await runOf(ended.runId), stepsOf(['a', 'completed'], ['b', 'completed']));
    expect(await temporal.record(again, DONE)).toBe(true);
    expect(await tenant.getExecution(ended.runId)).toMatchObject({ executionNumber: 1 });
    expect(await temporal.deleteConnection(connectionId, true)).toBe(true);
    expect((await tenant.listExecutions(PAGE)).total).toBe(0);
    expect(await isConsistent()).toBe(true);
  });

  it('gives up a run whose id another execution has', async () => {
    const runId = randomUUID();
    const workflow = { name: 'mine', definition: {} };
    await tenant.external.ensure({ id: runId, externalId: null, workflow, trigger: 'callback' });
    await tenant.temporal.want(connectionId, [runHead({ runId })]);
    expect(await tenant.temporal.record(await madeRun(await runOf(runId), []), DONE)).toBe(false);
    expect(await runOf(runId)).toMatchObject({ failures: 1, error: { code: 'id_in_use' } });
    expect(await tenant.temporal.takeDue(connectionId, 10)).toEqual([]);
    await tenant.temporal.deleteConnection(connectionId, true);
    expect(await tenant.getExecution(runId)).toMatchObject({ trigger: 'callback' });
  });

  it('tells the doctor how the sync stands', async () => {
    const { temporal } = tenant;
    if (running.options.databaseUrl === undefined) return;
    const before = (await inspectDatabase(running.options)).temporal;
    const [one, other] = [runHead(), runHead()];
    await temporal.want(connectionId, [one, other]);
    await temporal.fail(connectionId, other.runId, { code: 'not_found', message: 'gone' }, null);
    await temporal.noteListing(connectionId, { error: { code: 'unreachable', message: 'no route' } });
    const found = (await inspectDatabase(running.options)).temporal;
    expect(found?.failing).toBe((before?.failing ?? 0) + 1);
    expect(found?.failingConnections).toBe((before?.failingConnections ?? 0) + 1);
    expect(await running.store.temporalLoad()).toMatchObject({
      failing: found?.failing,
      failingConnections: found?.failingConnections,
      connections: found?.connections,
    });
  });

  describe('with several at it at once', () => {
    it('lets one server coordinate a connection, and another once that one is silent', () =>
      withOther(running, async (other) => {
        const theirs = other.tenant(tenant.workspaceId).temporal;
        const { temporal } = tenant;
        const isOther = other !== running.store;
        expect(await temporal.claim(connectionId)).toBe(true);
        expect(await temporal.claim(connectionId)).toBe(true);
        expect(await theirs.claim(connectionId)).toBe(!isOther);
        await theirs.release(connectionId);
        await temporal.claim(connectionId);
        await temporal.release(connectionId);
        expect(await theirs.claim(connectionId)).toBe(true);
        pass(31 * SECOND);
        expect(await temporal.claim(connectionId)).toBe(true);
        expect(await temporal.claim(randomUUID())).toBe(false);
      }));

    it('gives each run that is due to one of them', () =>
      withOther(running, async (other) => {
        const theirs = other.tenant(tenant.workspaceId).temporal;
        const heads = Array.from({ length: 60 }, () => runHead());
        await tenant.temporal.want(connectionId, heads);
        const takers = [tenant.temporal, theirs, tenant.temporal, theirs];
        const taken = await Promise.all(
          takers.flatMap((one) => [one.takeDue(connectionId, 15), one.takeDue(connectionId, 15)]),
        );
        const ids = taken.flat().map(({ run }) => run.runId);
        expect(ids.length).toBe(new Set(ids).size);
        const rest = await theirs.takeDue(connectionId, 100);
        expect([...ids, ...rest.map(({ run }) => run.runId)].sort()).toEqual(heads.map(({ runId }) => runId).sort());
      }));

    it('keeps a part once, whoever brings it', () =>
      withOther(running, async (other) => {
        const theirs = other.tenant(tenant.workspaceId).temporal;
        const { runId } = runHead();
        await tenant.temporal.want(connectionId, [runHead({ runId })]);
        for (let at = 0; at < 5; at++) {
          const part = historyPart(at * 10 + 1, at * 10 + 10);
          const bring = [tenant.temporal, theirs, tenant.temporal, theirs];
          await Promise.all(bring.map((one) => one.keepEvents(connectionId, runId, part, null)));
        }
        // Others read the history in other pieces.
        const codes = await Promise.all([
          codeOfRejection(tenant.temporal.keepEvents(connectionId, runId, historyPart(51, 60), null)),
          codeOfRejection(theirs.keepEvents(connectionId, runId, historyPart(51, 65), null)),
        ]);
        expect(codes.filter((code) => code !== 'none' && code !== 'conflict')).toEqual([]);
        const parts: HistoryPart[] = [];
        for await (const part of theirs.readEvents(connectionId, runId)) parts.push(part);
        const gaps = parts.filter(({ firstEvent }, at) => firstEvent !== (parts[at - 1]?.lastEvent ?? 0) + 1);
        expect(gaps).toEqual([]);
        expect(await runOf(runId)).toMatchObject({ checkpoint: parts.at(-1)?.lastEvent });
      }));

    it('makes executions, keeps attempts and spans, and removes at the same time without a row too many', () =>
      withOther(running, async (other) => {
        const theirs = other.tenant(tenant.workspaceId);
        const parent = runHead(ENDED);
        const heads = [parent, ...Array.from({ length: 7 }, () => runHead({ ...ENDED, parentRunId: parent.runId }))];
        await tenant.temporal.want(connectionId, heads);
        const first = await runOf(parent.runId);
        await tenant.temporal.record(await madeRun(first, stepsOf(['a', 'completed'])), DONE);
        const { workflowId = '' } = (await tenant.getExecution(parent.runId)) ?? {};
        const codes: string[] = [];
        const attempt = async (work: Promise<unknown>): Promise<void> => {
          const code = await codeOfRejection(work);
          if (code !== 'none') codes.push(code);
        };
        const makeOn = async (on: TenantStore, runId: string, round: number): Promise<void> => {
          const run = await on.temporal.findRun(runId);
          if (run === null) return;
          const status = round % 2 === 0 ? 'completed' : 'failed';
          await attempt(on.temporal.record(await madeRun(run, stepsOf(['a', status]), { status }), DONE));
        };
        const rounds = [0, 1, 2, 3].flatMap((round) =>
          heads.flatMap(({ runId }) => [
            makeOn(tenant, runId, round),
            makeOn(theirs, runId, round),
            attempt(
              theirs.temporal.keepAttempts(heads.map((head) => attemptReport(head.runId, { attempt: round + 1 }))),
            ),
            attempt(tenant.temporal.keepJoined(runId, START, [{ type: 'span', span: span(`s${round}`) }])),
          ]),
        );
        await Promise.all([...rounds, attempt(tenant.deleteWorkflow(workflowId))]);
        expect(codes.filter((code) => code !== 'database_unavailable')).toEqual([]);
        expect(await isConsistent()).toBe(true);
        for (const { runId } of heads) await makeOn(tenant, runId, 0);
        expect(await isConsistent()).toBe(true);
        const executions = await tenant.listExecutions(PAGE);
        const known = await Promise.all(heads.map(({ runId }) => tenant.temporal.findRun(runId)));
        expect(executions.total).toBe(known.filter((run) => run !== null).length);
      }));
  });
});

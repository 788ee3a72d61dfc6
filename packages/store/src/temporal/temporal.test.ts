import { randomUUID } from 'node:crypto';
import { toEpochMicros, toMicros, type EpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryPart, TemporalRun, TenantStore } from '../api.ts';
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
const DONE = { isComplete: true, dueAgainAt: null };

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each(await backendCases())('what is kept of a Temporal server, on $name', ({ start }) => {
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

  /** A run that is known. */
  async function newRun(more: Parameters<typeof runHead>[0] = {}): Promise<TemporalRun> {
    const head = runHead(more);
    await tenant.temporal.want(connectionId, [head]);
    return runOf(head.runId);
  }

  /** A run that has ended, with its execution. */
  async function doneRun(more: Parameters<typeof runHead>[0] = {}): Promise<TemporalRun> {
    const run = await newRun({ status: 'completed', closedAt: toEpochMicros(START + SECOND), ...more });
    const kept = await tenant.temporal.keepEvents(connectionId, run.runId, historyPart(1, 3), null);
    expect(await tenant.temporal.record(await madeRun(kept, stepsOf(['a', 'completed'])), DONE)).toBe(true);
    return runOf(run.runId);
  }

  async function dueIds(): Promise<string[]> {
    return (await tenant.temporal.takeDue(connectionId, 100)).map(({ run }) => run.runId);
  }

  function readParts(id: string): Promise<HistoryPart[]> {
    return listOf(tenant.temporal.readEvents(connectionId, id));
  }

  const retain = () => running.store.retain(tenant.workspaceId, { signal: AbortSignal.any([]), pause: async () => {} });

  it('keeps connections with their secrets apart, a name once and twenty at most', async () => {
    const { temporal } = tenant;
    const secrets = { ...NO_SECRETS, apiKey: 'key', serverCa: 'pem' };
    const made = await temporal.createConnection(connectionText({ name: 'b', query: 'x = 1' }), secrets);
    expect(made).toMatchObject({ name: 'b', has: { apiKey: true, clientKey: false, serverCa: true } });
    expect(JSON.stringify(made)).not.toContain('pem');
    expect((await temporal.listConnections()).map(({ name }) => name)).toEqual(['b', 'cluster']);
    expect(await temporal.readSecrets(made.id)).toEqual(secrets);
    expect(await codeOfRejection(temporal.createConnection(connectionText({ name: 'b' }), secrets))).toBe('conflict');
    const changed = await temporal.updateConnection(
      made.id,
      { isEnabled: false },
      { apiKey: null, codecAuthorization: 'c' },
    );
    expect(changed).toMatchObject({ name: 'b', query: 'x = 1', isEnabled: false });
    expect(await temporal.readSecrets(made.id)).toEqual({ ...secrets, apiKey: null, codecAuthorization: 'c' });
    expect(await temporal.getConnection(made.id)).toEqual(changed);
    expect({ ...(await temporal.findConnection(made.id)), sync: changed?.sync }).toEqual(changed);
    expect(await temporal.updateConnection(randomUUID(), {}, {})).toBeNull();
    expect(await temporal.readSecrets('none')).toBeNull();
    for (let i = 2; i < 20; i++) await temporal.createConnection(connectionText({ name: `n${i}` }), NO_SECRETS);
    const oneMore = temporal.createConnection(connectionText({ name: 'more' }), NO_SECRETS);
    expect(await codeOfRejection(oneMore)).toBe('too_many_temporal_connections');
  });

  it('shows no connection, run or attempt to another workspace', async () => {
    const run = await doneRun();
    await tenant.temporal.keepAttempts([attemptReport(run.runId)]);
    const { id } = await running.store.createWorkspace({ slug: `w-${randomUUID()}`, name: 'W' });
    const { temporal } = running.store.tenant(id);
    expect(await temporal.listConnections()).toEqual([]);
    expect(await temporal.getConnection(connectionId)).toBeNull();
    expect(await temporal.findConnection(connectionId)).toBeNull();
    expect(await temporal.findRun(run.runId)).toBeNull();
    expect(await temporal.attemptsOf([run.runId])).toEqual([]);
    expect(await temporal.claim(connectionId)).toBe(false);
    expect(await codeOfRejection(temporal.want(connectionId, [runHead()]))).toBe('not_found');
    const heads = await running.store.listTemporalConnections(1000);
    expect(heads).toContainEqual({ workspaceId: tenant.workspaceId, connectionId, isEnabled: true });
  });

  it('notes how far the listing is, and lists anew what is narrowed otherwise', async () => {
    const { temporal } = tenant;
    const until = toEpochMicros(now + SECOND);
    await temporal.noteListing(connectionId, { listedUntil: until, error: null });
    expect((await temporal.getConnection(connectionId))?.sync).toMatchObject({ listedUntil: until, error: null });
    await temporal.noteListing(connectionId, { error: { code: 'unreachable', message: 'no route' } });
    expect((await temporal.getConnection(connectionId))?.sync).toMatchObject({
      listedUntil: until,
      error: { code: 'unreachable', message: 'no route' },
    });
    expect((await running.store.temporalLoad()).failingConnections).toBeGreaterThan(0);
    await temporal.updateConnection(connectionId, { name: 'other' }, {});
    expect((await temporal.getConnection(connectionId))?.sync).toMatchObject({ listedUntil: until, error: null });
    await temporal.updateConnection(connectionId, { query: 'x = 1' }, {});
    expect((await temporal.getConnection(connectionId))?.sync.listedUntil).toBeNull();
  });

  it('makes runs known once, and due again when they changed', async () => {
    const { temporal } = tenant;
    const [one, other] = [runHead(), runHead()];
    expect(await temporal.want(connectionId, [one, other, one])).toBe(2);
    expect(await temporal.want(connectionId, [one, { ...other, runId: 'no uuid' }])).toBe(0);
    expect((await dueIds()).sort()).toEqual([one.runId, other.runId].sort());
    expect(await dueIds()).toEqual([]);
    const closed = { ...one, status: 'failed', closedAt: toEpochMicros(START + 5), historyLength: 12 };
    expect(await temporal.want(connectionId, [closed])).toBe(1);
    // What a listing tells may be old.
    expect(await temporal.want(connectionId, [one])).toBe(0);
    expect(await runOf(one.runId)).toMatchObject({ status: 'failed', historyLength: 12 });
    expect((await temporal.listOpenRuns(connectionId, 10)).map(({ runId }) => runId)).toEqual([other.runId]);
    pass(61 * SECOND);
    expect((await dueIds()).sort()).toEqual([one.runId, other.runId].sort());
    const { sync } = (await temporal.getConnection(connectionId)) ?? {};
    expect(sync).toMatchObject({ runs: 2, waiting: 2, failing: 0 });
    expect(sync?.oldestDueAt).not.toBeNull();
  });

  it('lets go ahead what somebody waits for, and tries again what failed', async () => {
    const { temporal } = tenant;
    const [one, other] = [await newRun(), await newRun()];
    expect(await temporal.wantNow(other.runId)).toMatchObject({ runId: other.runId });
    expect(await temporal.wantNow(randomUUID())).toBeNull();
    expect((await temporal.takeDue(connectionId, 1)).map(({ run }) => run.runId)).toEqual([other.runId]);
    const retryAt = toEpochMicros(now + 10 * SECOND);
    await temporal.fail(connectionId, other.runId, { code: 'rate_limited', message: 'slower' }, retryAt);
    expect(await runOf(other.runId)).toMatchObject({ failures: 1, error: { code: 'rate_limited', message: 'slower' } });
    expect(await dueIds()).toEqual([one.runId]);
    pass(11 * SECOND);
    expect(await dueIds()).toEqual([other.runId]);
    await temporal.fail(connectionId, other.runId, { code: 'not_found', message: 'gone' }, null);
    pass(100 * SECOND);
    expect(await dueIds()).toEqual([one.runId]);
    expect((await temporal.getConnection(connectionId))?.sync).toMatchObject({ failing: 1 });
  });

  it('keeps events once and in order, and replaces those that may still change', async () => {
    const { temporal } = tenant;
    const { runId } = await newRun();
    const first = historyPart(1, 5);
    const kept = await temporal.keepEvents(connectionId, runId, first, { pending: 1 });
    expect(kept).toMatchObject({ checkpoint: 5, described: { pending: 1 } });
    expect(await temporal.keepEvents(connectionId, runId, first, { pending: 1 })).toEqual(kept);
    const tail = historyPart(6, 7, { isTentative: true });
    const tentative = await temporal.keepEvents(connectionId, runId, tail, null);
    expect(tentative).toMatchObject({ checkpoint: 5, described: { pending: 1 } });
    expect(Number(tentative.revision)).toBeGreaterThan(Number(kept.revision));
    expect(await temporal.keepEvents(connectionId, runId, tail, null)).toEqual(tentative);
    expect((await readParts(runId)).map(({ lastEvent }) => lastEvent)).toEqual([5, 7]);
    const next = await temporal.keepEvents(connectionId, runId, historyPart(6, 9), { pending: 0 });
    expect(next).toMatchObject({ checkpoint: 9, described: { pending: 0 } });
    expect((await readParts(runId)).map(({ data }) => Buffer.from(data).toString())).toEqual([
      'events 1 to 5',
      'events 6 to 9',
    ]);
    for (const part of [historyPart(11, 12), historyPart(8, 12)]) {
      expect(await codeOfRejection(temporal.keepEvents(connectionId, runId, part, null))).toBe('conflict');
    }
    const unknown = temporal.keepEvents(connectionId, randomUUID(), first, null);
    expect(await codeOfRejection(unknown)).toBe('not_found');
    const described = await temporal.keepEvents(connectionId, runId, historyPart(0, 0, { data: Buffer.alloc(0) }), {
      pending: 2,
    });
    expect(described).toMatchObject({ checkpoint: 9, described: { pending: 2 } });
  });

  it('reads any number of parts back', async () => {
    const { runId } = await newRun();
    for (let at = 0; at < 20; at++) {
      await tenant.temporal.keepEvents(connectionId, runId, historyPart(at * 10 + 1, at * 10 + 10), null);
    }
    const parts = await readParts(runId);
    expect(parts.map(({ firstEvent }) => firstEvent)).toEqual(Array.from({ length: 20 }, (_, at) => at * 10 + 1));
    expect((await runOf(runId)).checkpoint).toBe(200);
  });

  it('makes an execution of a run, again and again while it runs, and tells of it', async () => {
    const { temporal } = tenant;
    const { runId } = await newRun();
    await temporal.takeDue(connectionId, 1);
    const kept = await temporal.keepEvents(connectionId, runId, historyPart(1, 5), null);
    const soon = toEpochMicros(now + 5 * SECOND);
    const open = { isComplete: false, dueAgainAt: soon };
    const first = await madeRun(kept, stepsOf(['a', 'running'], ['gone', 'pending']), { status: 'running' });
    expect(await temporal.record(first, open)).toBe(true);
    const execution = await tenant.getExecution(runId);
    expect(execution).toMatchObject({
      status: 'running',
      trigger: 'temporal',
      externalId: 'order-1',
      workflowName: 'order',
      executionNumber: 1,
      isExternal: true,
      input: { order: 1 },
      results: null,
    });
    expect((await tenant.listSteps(runId)).map(({ stepKey, status }) => [stepKey, status])).toEqual([
      ['a', 'running'],
      ['gone', 'pending'],
    ]);
    expect((await tenant.getTrace(runId))?.spans.length).toBe(2);
    expect(await tenant.getPackedTrace(runId)).toMatchObject({ format: 'arrow+br', spanCount: 2 });
    // The same again is not written again.
    expect(await temporal.record(first, open)).toBe(true);
    expect((await tenant.getExecution(runId))?.updatedAt).toBe(execution?.updatedAt);
    expect(await dueIds()).toEqual([]);
    pass(6 * SECOND);
    expect(await temporal.takeDue(connectionId, 5)).toMatchObject([{ run: { runId }, isToFetch: true }]);
    const whole = await temporal.keepEvents(connectionId, runId, historyPart(6, 9), null);
    const closed = { ...whole, status: 'completed', closedAt: toEpochMicros(START + SECOND) };
    const second = await madeRun(closed, stepsOf(['a', 'completed'], ['b', 'failed']));
    expect(await temporal.record(second, DONE)).toBe(true);
    expect(await tenant.getExecution(runId)).toMatchObject({
      status: 'completed',
      executionNumber: 1,
      results: { paid: true },
    });
    expect((await tenant.listSteps(runId)).map(({ stepKey, status }) => [stepKey, status])).toEqual([
      ['a', 'completed'],
      ['b', 'failed'],
    ]);
    expect(await runOf(runId)).toMatchObject({ isComplete: true, status: 'completed', failures: 0, error: null });
    pass(DAY);
    expect(await dueIds()).toEqual([]);
    const workflowId = execution?.workflowId ?? '';
    const told = await tenant.listLiveEvents(workflowId, { since: 0, limit: 100 });
    expect(told?.items.map(({ type, stepKey }) => [type, stepKey])).toEqual([
      ['workflow_started', null],
      ['step_completed', 'a'],
      ['step_started', 'b'],
      ['step_failed', 'b'],
      ['workflow_completed', null],
    ]);
    expect(await tenant.workflowStatistics(workflowId)).toMatchObject({
      metrics: { total: 1, succeeded: 1, sum: SECOND },
      taskQueues: [{ name: 'orders', runs: 2, errors: 1 }],
    });
    // A remake after the end counts once.
    await temporal.keepAttempts([attemptReport(runId)]);
    const third = await madeRun(await runOf(runId), stepsOf(['a', 'completed'], ['b', 'completed']));
    expect(await temporal.record(third, DONE)).toBe(true);
    expect(await tenant.workflowStatistics(workflowId)).toMatchObject({
      metrics: { total: 1, succeeded: 1 },
      taskQueues: [{ name: 'orders', runs: 2, errors: 0 }],
    });
    expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
  });

  it('does not let an older state replace a newer one, and leaves due what came meanwhile', async () => {
    const { temporal } = tenant;
    const { runId } = await newRun();
    await temporal.takeDue(connectionId, 1);
    const older = await temporal.keepEvents(connectionId, runId, historyPart(1, 5), null);
    const newer = await temporal.keepEvents(connectionId, runId, historyPart(6, 9), null);
    expect(await temporal.record(await madeRun(newer, stepsOf(['b', 'running']), { status: 'running' }), DONE)).toBe(
      true,
    );
    expect(await temporal.record(await madeRun(older, stepsOf(['a', 'running']), { status: 'running' }), DONE)).toBe(
      false,
    );
    expect((await tenant.listSteps(runId)).map(({ stepKey }) => stepKey)).toEqual(['b']);
    await temporal.keepAttempts([attemptReport(runId)]);
    expect(await temporal.record(await madeRun(newer, stepsOf(['c', 'running']), { status: 'running' }), DONE)).toBe(
      true,
    );
    expect((await tenant.listSteps(runId)).map(({ stepKey }) => stepKey)).toEqual(['c']);
    pass(3 * SECOND);
    expect(await temporal.takeDue(connectionId, 5)).toMatchObject([{ run: { runId }, isToFetch: false }]);
  });

  it('makes a parent again without waiting where that is wanted', async () => {
    const { temporal } = tenant;
    const parent = await doneRun();
    const child = await newRun({ parentRunId: parent.runId, rootRunId: parent.runId });
    await temporal.takeDue(connectionId, 5);
    const made = await madeRun(child, stepsOf(['a', 'completed']));
    expect(await temporal.record(made, DONE)).toBe(true);
    expect(await temporal.takeDue(connectionId, 5)).toEqual([]);
    expect(await temporal.takeDue(connectionId, 5, true)).toMatchObject([{ run: { runId: parent.runId } }]);
    expect(await temporal.takeDue(connectionId, 5, true)).toEqual([]);
  });

  it('makes a parent again when a child changed, and finds children', async () => {
    const { temporal } = tenant;
    const parent = await doneRun();
    const child = await newRun({ parentRunId: parent.runId, rootRunId: parent.runId });
    expect(await temporal.childrenOf(connectionId, [parent.runId])).toMatchObject([{ runId: child.runId }]);
    await temporal.takeDue(connectionId, 5);
    pass(3 * SECOND);
    const made = await madeRun(child, stepsOf(['a', 'completed']));
    expect(await temporal.record(made, DONE)).toBe(true);
    expect(await temporal.takeDue(connectionId, 5)).toMatchObject([{ run: { runId: parent.runId }, isToFetch: false }]);
    expect(await temporal.record(await madeRun(await runOf(parent.runId), stepsOf(['a', 'completed'])), DONE)).toBe(
      true,
    );
    // A child that is made to the same again changes nothing of its parent.
    expect(await temporal.record(made, DONE)).toBe(true);
    pass(DAY);
    expect(await dueIds()).toEqual([]);
  });

  it('keeps attempts, of each the one that tells the most', async () => {
    const { temporal } = tenant;
    const { runId } = await doneRun();
    pass(3 * SECOND);
    const whole = attemptReport(runId);
    const open = { endedAt: null, status: 'running', error: null } as const;
    const seen = attemptReport(runId, { source: 'sample', identity: 'seen', heartbeats: [START], heartbeatCount: 1 });
    await temporal.keepAttempts([attemptReport(runId, { ...open, source: 'sample' })]);
    expect(await temporal.attemptsOf([runId])).toMatchObject([{ source: 'sample', endedAt: null }]);
    expect(await temporal.takeDue(connectionId, 5)).toMatchObject([{ run: { runId }, isToFetch: false }]);
    await temporal.record(await madeRun(await runOf(runId), stepsOf(['a', 'completed'])), DONE);
    await temporal.keepAttempts([attemptReport(runId, open), seen]);
    // The worker did not live to tell the end, which was seen from outside.
    expect(await temporal.attemptsOf([runId])).toEqual([whole]);
    await temporal.keepAttempts([whole, attemptReport(runId, open), attemptReport(runId, { attempt: 2 })]);
    expect(await temporal.attemptsOf([runId, randomUUID()])).toEqual([whole, attemptReport(runId, { attempt: 2 })]);
    pass(3 * SECOND);
    await temporal.record(await madeRun(await runOf(runId), stepsOf(['a', 'completed'])), DONE);
    await temporal.keepAttempts([whole, attemptReport(runId, open), seen]);
    pass(DAY);
    expect(await dueIds()).toEqual([]);
  });

  it('tells two activities of one id apart by when they were scheduled, whoever reports them', async () => {
    const { temporal } = tenant;
    const { runId } = await doneRun();
    const first = attemptReport(runId);
    const again = attemptReport(runId, { scheduledAt: toEpochMicros(START + 5_000_000) });
    // The server knows when to the nanosecond, workers to the millisecond.
    const seen = attemptReport(runId, { scheduledAt: toEpochMicros(START + 5_000_400), source: 'sample' });
    await temporal.keepAttempts([first, again, seen]);
    expect(await temporal.attemptsOf([runId])).toEqual([first, again]);
  });

  it('keeps attempts that come before anything is known of their run, for a while', async () => {
    const { temporal } = tenant;
    const [soon, never] = [randomUUID(), randomUUID()];
    await temporal.keepAttempts([attemptReport(soon), attemptReport(never), attemptReport('no uuid')]);
    await temporal.want(connectionId, [runHead({ runId: soon })]);
    pass(8 * DAY);
    await retain();
    expect((await temporal.attemptsOf([soon, never])).map(({ runId }) => runId)).toEqual([soon]);
  });

  it('joins spans of others to a run, told here or as to any execution', async () => {
    const { temporal } = tenant;
    const { runId } = await doneRun();
    const origin = toEpochMicros(START + 10);
    const events = [
      { type: 'span', span: span('called', { parentId: 'a', start: toMicros(5), metadata: { service: 'shop' } }) },
      { type: 'annotation', annotation: { spanId: null, time: toMicros(6), label: 'l', type: 'log', metadata: null } },
    ] as const;
    expect(await temporal.keepJoined(runId, origin, events)).toBe(true);
    expect(await temporal.keepJoined(runId, origin, events)).toBe(true);
    expect(await temporal.joinedOf(runId)).toEqual([{ origin, events }]);
    expect(await temporal.keepJoined(randomUUID(), origin, events)).toBe(false);
    pass(3 * SECOND);
    expect(await temporal.takeDue(connectionId, 5)).toMatchObject([{ run: { runId }, isToFetch: false }]);
    const other = [{ type: 'span', span: span('other') }] as const;
    await tenant.external.record(runId, { origin, events: other });
    expect(await temporal.joinedOf(runId)).toEqual([
      { origin, events },
      { origin, events: other },
    ]);
    const states = stepsOf(['a', 'failed']);
    expect(await codeOfRejection(tenant.external.record(runId, { origin, events: states }))).toBe('not_external');
    const workflow = { name: 'mine', definition: {} };
    const ensured = await tenant.external.ensure({ id: runId, externalId: 'x', workflow, trigger: 'callback' });
    expect(ensured).toMatchObject({ workflowName: 'order', externalId: 'order-1' });
    expect(await tenant.external.settle(runId)).toBe(false);
  });
});

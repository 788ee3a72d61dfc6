import { randomUUID } from 'node:crypto';
import { FRESH_ALERT, toEpochMicros, toMicros, uuidv7, type JsonObject } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertProgress, KeptAlertRule, NewAlertEvent, NewAlertRule, TenantStore } from '../api.ts';
import { backendCases, type RunningBackend } from '../testing/backends.ts';
import { codeOfRejection, testClock, testRandom } from '../testing/support.ts';
import { FINISHED, twoSteps } from '../testing/traces.ts';

const PAGE = { skip: 0, limit: 100 };
const later = (seconds: number) => toEpochMicros(testClock.now() + seconds * 1_000_000);

const fresh = (): JsonObject => ({ ...FRESH_ALERT, judged: [] });

function newRule(workflowId: string, more: Partial<NewAlertRule> = {}): NewAlertRule {
  return {
    id: uuidv7(testClock.now(), testRandom),
    workflowId,
    name: 'slow',
    kind: 'duration_limit',
    config: { limit_ms: 10 },
    severity: 'high',
    enabled: true,
    fireAfter: 1,
    resolveAfter: 2,
    channelIds: null,
    state: fresh(),
    ...more,
  };
}

function event(type: 'fired' | 'resolved', executionId: string | null = null): NewAlertEvent {
  const id = uuidv7(testClock.now(), testRandom);
  const told = { sentence: 'It was slow.', path: '/executions/x', body: `{"type":"alert.${type}"}` };
  return { id, type, executionId, evidence: { duration_ms: 12 }, ...told };
}

function progress(rule: KeptAlertRule, more: Partial<AlertProgress> = {}): AlertProgress {
  const { id: ruleId, revision: expected, cursor, state, status } = rule;
  return { ruleId, expected, cursor, state, status, events: [], ...more };
}

const CHANNEL = { name: 'ops', enabled: true, shownUrl: 'https://hooks.example/…' };

describe.each(await backendCases())('alerts on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  let workflowId: string;
  let made = 0;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());

  async function newWorkflow(): Promise<void> {
    made++;
    tenant = running.store.tenant((await running.store.createWorkspace({ slug: `a${made}`, name: 'A' })).id);
    workflowId = (await tenant.createWorkflow({ name: 'w', description: null, definition: {} })).id;
  }

  async function rule(more: Partial<NewAlertRule> = {}): Promise<KeptAlertRule> {
    const kept = await tenant.alerts.createRule(newRule(workflowId, more), 10);
    if (kept === null) throw new Error('there are too many');
    return kept;
  }

  async function channel(url = 'https://hooks.example/canary'): Promise<string> {
    const id = randomUUID();
    const secrets = [{ secret: 'whsec_canary', expiresAt: null }];
    await tenant.alerts.createChannel({ id, ...CHANNEL, url, secrets }, 10);
    return id;
  }

  async function endExecution(): Promise<string> {
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    await tenant.recordEvents(id, [...twoSteps(id), FINISHED]);
    return id;
  }

  const mine = async () =>
    (await running.store.waitingDeliveries(1000)).filter((one) => one.workspaceId === tenant.workspaceId);

  it('keep rules, those that fire first, as many as a workspace may have', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const b = await rule({ name: 'b' });
    const a = await rule({ name: 'a', channelIds: [randomUUID()] });
    expect(b).toMatchObject({ status: 'ok', since: null, cursor: 0, revision: 1, workflowName: 'w', channelIds: null });
    expect((await alerts.listRules(PAGE)).items).toEqual([a, b]);
    await alerts.advance(progress(b, { status: 'firing', events: [event('fired')] }));
    const { items, total } = await alerts.listRules({ ...PAGE, workflowId });
    expect([items.map(({ name }) => name), total]).toEqual([['b', 'a'], 2]);
    expect((await alerts.listRules({ ...PAGE, status: 'firing' })).total).toBe(1);
    expect(await alerts.createRule(newRule(workflowId), 2)).toBeNull();
    expect(await codeOfRejection(alerts.createRule(newRule(randomUUID()), 10))).toBe('not_found');
    expect(await alerts.deleteRule(a.id)).toBe(true);
    expect(await alerts.deleteRule(a.id)).toBe(false);
    await tenant.deleteWorkflow(workflowId);
    expect(await alerts.getRule(b.id)).toBeNull();
  });

  it('look at each end of an execution once: one server at a time, and what it found in one transaction', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const before = await endExecution();
    const kept = await rule();
    const isBehind = async () =>
      (await running.store.workflowsToEvaluate(1000)).some((one) => one.workflowId === workflowId);
    expect([kept.cursor > 0, await isBehind()]).toEqual([true, false]);
    const id = await endExecution();
    expect(await isBehind()).toBe(true);
    const [claimed] = await alerts.claimRules(workflowId, later(60));
    if (!claimed) throw new Error('nothing was claimed');
    const { items, cursor } = await alerts.listEnds(workflowId, claimed.cursor, 100);
    expect(items).toMatchObject([{ id, number: 2, status: 'failed', duration: expect.any(Number) as unknown }]);
    expect(items.map((one) => one.id)).not.toContain(before);
    const found = progress(claimed, { cursor, status: 'firing', events: [event('fired', id)] });
    const won = await Promise.all([1, 2, 3].map(() => alerts.advance({ ...found, events: [event('fired', id)] })));
    expect(won.filter(Boolean)).toHaveLength(1);
    const { items: events, total } = await alerts.listEvents(PAGE);
    expect([total, events[0]]).toMatchObject([1, { type: 'fired', executionId: id, ruleName: 'slow', waiting: 0 }]);
    expect(await alerts.getRule(kept.id)).toMatchObject({ status: 'firing', executionId: id, cursor, revision: 2 });
    const live = await tenant.listLiveEvents(workflowId, { since: cursor, limit: 10 });
    expect(live?.items.map(({ type, executionId }) => [type, executionId])).toEqual([['alert_fired', id]]);
    // Its own event is no end of an execution.
    expect(await alerts.listEnds(workflowId, cursor, 100)).toEqual({ items: [], cursor: live?.lastSeq });
  });

  it('page ends without losing any, and leave out those that are gone', async () => {
    await newWorkflow();
    const ids = [await endExecution(), await endExecution(), await endExecution()];
    const first = await tenant.alerts.listEnds(workflowId, 0, 2);
    const rest = await tenant.alerts.listEnds(workflowId, first.cursor, 2);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(first.cursor).toBe(first.items[1]?.seq);
    expect(await tenant.alerts.listUnderWay(workflowId, 10)).toEqual([]);
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
    await tenant.recordEvents(id, twoSteps(id));
    expect(await tenant.alerts.listUnderWay(workflowId, 10)).toMatchObject([{ id, number: 4 }]);
  });

  it('keep events of a workflow until its rules have looked at them', async () => {
    await newWorkflow();
    const kept = await rule();
    await endExecution();
    const history = { events: 1, age: toMicros(3_600_000_000) };
    const oldest = async () => (await tenant.listLiveEvents(workflowId, { since: null, limit: 1 }))?.oldestSeq;
    await running.store.live.prune(history);
    expect(await oldest()).toBe(1);
    const { cursor } = await tenant.alerts.listEnds(workflowId, 0, 100);
    await tenant.alerts.advance(progress(kept, { cursor }));
    await running.store.live.prune(history);
    expect(await oldest()).toBe(cursor);
  });

  it('tell every channel that is switched on, or those named, under one id however often it is tried', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const [first, second, off] = [await channel('https://a.example/x'), await channel(), await channel()];
    await alerts.updateChannel(off, { enabled: false });
    const all = await rule();
    await alerts.advance(progress(all, { status: 'firing', events: [event('fired')] }));
    expect((await mine()).map(({ channelId }) => channelId).sort()).toEqual([first, second].sort());
    const waiting = (await mine()).find(({ channelId }) => channelId === first);
    if (!waiting) throw new Error('nothing waits');
    const claims = await Promise.all([1, 2, 3].map(() => alerts.claimDelivery(waiting.id, later(60))));
    expect(claims.filter((one) => one !== null)).toMatchObject([
      { attempt: 1, url: 'https://a.example/x', body: '{"type":"alert.fired"}', secrets: [{ secret: 'whsec_canary' }] },
    ]);
    const failed = { state: 'waiting', status: 503, error: null, nextTryAt: later(-1), switchOff: null } as const;
    await alerts.endTry(waiting.id, 1, failed);
    expect(await alerts.claimDelivery(waiting.id, later(60))).toMatchObject({ id: waiting.id, attempt: 2 });
    // Whoever was too slow says nothing any more.
    await alerts.endTry(waiting.id, 1, { ...failed, state: 'dead', nextTryAt: null });
    const delivered = { state: 'delivered', status: 204, error: null, nextTryAt: null, switchOff: null } as const;
    await alerts.endTry(waiting.id, 2, delivered);
    expect((await alerts.listDeliveries(first, PAGE)).items).toMatchObject([{ state: 'delivered', attempts: 2 }]);
    expect(await alerts.getChannel(first)).toMatchObject({ lastStatus: 204, lastError: null, waiting: 0 });
    expect((await alerts.listEvents(PAGE)).items).toMatchObject([{ waiting: 1, delivered: 1, dead: 0 }]);
    const named = await rule({ channelIds: [second, randomUUID()] });
    await alerts.advance(progress(named, { status: 'firing', events: [event('fired')] }));
    expect((await alerts.listDeliveries(second, PAGE)).total).toBe(2);
    expect((await alerts.listDeliveries(first, PAGE)).total).toBe(1);
    const [of] = await mine();
    await alerts.claimDelivery(of?.id ?? '', later(60));
    await alerts.endTry(of?.id ?? '', 1, { ...failed, state: 'dead', nextTryAt: null, switchOff: 'gone' });
    expect(await alerts.getChannel(second)).toMatchObject({ enabled: false, offReason: 'gone', waiting: 0 });
    expect(await alerts.updateChannel(second, { enabled: true, name: 'new' })).toMatchObject({ offReason: null });
    expect(await mine()).toEqual([]);
  });

  it('tell nobody while muted, and only those of the end who were told of the begin', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const id = await channel();
    const told = async () => (await alerts.listDeliveries(id, PAGE)).total;
    const kept = await rule();
    await alerts.muteRule(kept.id, later(60));
    await alerts.advance(progress(kept, { status: 'firing', events: [event('fired'), event('resolved')] }));
    expect([await told(), (await alerts.listEvents(PAGE)).total]).toEqual([0, 2]);
    await alerts.muteRule(kept.id, null);
    await alerts.advance(progress(kept, { expected: 2, status: 'firing', events: [event('fired')] }));
    await alerts.muteRule(kept.id, later(60));
    expect(await alerts.acknowledgeRule(kept.id, 'Ada')).toMatchObject({ acknowledgedBy: 'Ada', isTold: true });
    expect(await alerts.acknowledgeRule(kept.id, 'Bob')).toMatchObject({ acknowledgedBy: 'Ada' });
    await alerts.advance(progress(kept, { expected: 3, status: 'ok', events: [event('resolved')] }));
    expect(await told()).toBe(2);
    expect(await alerts.acknowledgeRule(kept.id, 'Ada')).toBeNull();
    expect(await alerts.getRule(kept.id)).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null, isTold: false });
  });

  it('begin anew when they are changed, and say that an alert is over because of it', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    await channel();
    const kept = await rule();
    const id = await endExecution();
    await alerts.advance(progress(kept, { status: 'firing', state: { seen: 1 }, events: [event('fired', id)] }));
    const { config, severity, enabled, fireAfter, resolveAfter, channelIds } = kept;
    const text = { name: 'n', config, severity, enabled, fireAfter, resolveAfter, channelIds };
    const change = { ...text, expected: 2, anew: null, resolved: null };
    expect(await codeOfRejection(alerts.updateRule(kept.id, { ...change, expected: 1 }))).toBe('conflict');
    expect(await alerts.updateRule(kept.id, change)).toMatchObject({ name: 'n', status: 'firing', state: { seen: 1 } });
    const anew = { ...change, expected: 3, enabled: false, anew: fresh(), resolved: event('resolved', id) };
    const changed = await alerts.updateRule(kept.id, anew);
    expect(changed).toMatchObject({ status: 'ok', enabled: false, state: fresh(), isTold: false, revision: 4 });
    expect(changed?.cursor).toBeGreaterThan(kept.cursor);
    expect((await alerts.listEvents(PAGE)).items.map(({ type }) => type)).toEqual(['resolved', 'fired']);
    expect((await alerts.listEvents({ ...PAGE, type: 'fired' })).total).toBe(1);
    // What is switched off is not moved on.
    expect(await alerts.advance(progress(kept, { expected: 4 }))).toBe(false);
    expect(await alerts.updateRule(randomUUID(), change)).toBeNull();
  });

  it('page their events by cursor, and keep a bounded number of them', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const kept = await rule();
    const many = Array.from({ length: 510 }, (_, i) => event(i % 2 === 0 ? 'fired' : 'resolved'));
    await alerts.advance(progress(kept, { events: many }));
    const first = await alerts.listEvents({ skip: 0, limit: 300 });
    expect([first.total, first.items.length]).toEqual([500, 300]);
    const rest = await alerts.listEvents({ skip: 0, limit: 300, cursor: first.nextCursor ?? '' });
    expect([rest.items.length, rest.nextCursor]).toEqual([200, null]);
    const ids = many
      .map(({ id }) => id)
      .sort()
      .reverse();
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids.slice(0, 500));
    const foreign = alerts.listEvents({ ...PAGE, cursor: first.nextCursor ?? '', type: 'fired' });
    expect(await codeOfRejection(foreign)).toBe('bad_cursor');
  });

  it('are another workspace’s for nobody', async () => {
    await newWorkflow();
    const { alerts } = tenant;
    const channelId = await channel();
    const kept = await rule();
    await alerts.advance(progress(kept, { status: 'firing', events: [event('fired')] }));
    const [waiting] = await mine();
    const stranger = running.store.tenant(randomUUID()).alerts;
    const { config, severity, enabled, fireAfter, resolveAfter } = kept;
    const text = { name: 'x', config, severity, enabled, fireAfter, resolveAfter, channelIds: null };
    expect([
      await stranger.getRule(kept.id),
      await stranger.updateRule(kept.id, { ...text, expected: 2, anew: null, resolved: null }),
      await stranger.muteRule(kept.id, later(9)),
      await stranger.acknowledgeRule(kept.id, 'x'),
      await stranger.getChannel(channelId),
      await stranger.updateChannel(channelId, { name: 'x' }),
      await stranger.channelSecrets(channelId),
      await stranger.enqueueTest(channelId, randomUUID(), '{}'),
      await stranger.claimDelivery(waiting?.id ?? '', later(9)),
    ]).toEqual(Array.from({ length: 9 }, () => null));
    expect([
      await stranger.deleteRule(kept.id),
      await stranger.deleteChannel(channelId),
      await stranger.setChannelSecrets(channelId, []),
      await stranger.advance(progress(kept, { expected: 2 })),
    ]).toEqual([false, false, false, false]);
    expect([
      (await stranger.listRules(PAGE)).total,
      (await stranger.listEvents(PAGE)).total,
      (await stranger.listChannels(PAGE)).total,
      (await stranger.listDeliveries(channelId, PAGE)).total,
      (await stranger.claimRules(workflowId, later(9))).length,
      (await stranger.listEnds(workflowId, 0, 9)).items.length,
      (await stranger.listDeadlines(workflowId)).length,
      (await stranger.listUnderWay(workflowId, 9)).length,
    ]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await codeOfRejection(stranger.createRule(newRule(workflowId), 10))).toBe('not_found');
    expect(await alerts.getRule(kept.id)).toMatchObject({ status: 'firing', mutedUntil: null });
  });

  it('keep tests apart from events, some of them', async () => {
    await newWorkflow();
    const id = await channel();
    for (let i = 0; i < 25; i++) await tenant.alerts.enqueueTest(id, uuidv7(testClock.now(), testRandom), '{}');
    expect(await tenant.alerts.listDeliveries(id, PAGE)).toMatchObject({ total: 20 });
    expect((await tenant.alerts.listChannels(PAGE)).items).toMatchObject([{ id, waiting: 20, name: 'ops' }]);
    await tenant.alerts.setChannelSecrets(id, []);
    expect(await tenant.alerts.channelSecrets(id)).toEqual([]);
    await rule({ kind: 'deadline' });
    expect((await running.store.workflowsWithDeadlines(1000)).map((one) => one.workflowId)).toContain(workflowId);
    expect(await tenant.alerts.listDeadlines(workflowId)).toHaveLength(1);
    expect(await tenant.alerts.deleteChannel(id)).toBe(true);
    expect(await mine()).toEqual([]);
  });
});

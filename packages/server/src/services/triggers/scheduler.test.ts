import { randomUUID } from 'node:crypto';
import { isoFromEpoch, toMicros, type Clock, type JsonObject, type JsonValue } from '@flowprof/model';
import { openStore, StoreError, type Execution, type Store, type TenantStore } from '@flowprof/store';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommonTime } from '../../../testing/common-time.ts';
import { DOUBLE, WAIT } from '../../../testing/harness.ts';
import { startSharedDatabase, type SharedDatabase } from '../../../testing/shared-database.ts';
import { conductorEngine } from '../conductor-engine.ts';
import { DEFAULT_LIMITS, ExecutionService } from '../executions.ts';
import { mayPass } from '../../http/store-errors.ts';
import { systemRandom, systemTimers } from '../system.ts';
import { scheduleConfig } from './config.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';
import { TriggerService } from './triggers.ts';

const logger = pino({ level: 'silent' });
const journalKey = new Uint8Array(32).fill(3);

let database: SharedDatabase;
let time: CommonTime;
/** The clock of stores that outlive the time of one test. */
const clock: Clock = { now: () => time.clock.now() };
const stores: Store[] = [];
let slugs = 0;

beforeAll(async () => {
  time = new CommonTime('2026-01-01T00:00:00Z');
  database = await startSharedDatabase();
  for (let i = 0; i < 2; i++) stores.push(await open());
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.stop();
});

function open(): Promise<Store> {
  return openStore({
    databaseUrl: database.url,
    dataDir: '',
    journalKey,
    clock,
    random: systemRandom,
    log: () => undefined,
    restartGrace: toMicros(0),
  });
}

/** A server as far as schedules need one. */
class Peer {
  readonly store: Store;
  readonly executions: ExecutionService;
  readonly scheduler: Scheduler;
  readonly triggers: TriggerService;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(store: Store, more: Partial<SchedulerOptions> = {}) {
    const engine = conductorEngine({ clock, random: systemRandom, timers: systemTimers });
    this.store = store;
    this.executions = new ExecutionService({
      engine,
      services: { acquire: async () => ({ services: {}, allow: [], release: () => undefined }) },
      clock,
      random: systemRandom,
      timers: systemTimers,
      logger,
      limits: DEFAULT_LIMITS,
      commands: false,
      mayPass,
      onEnded: () => undefined,
    });
    const { timers } = time;
    this.scheduler = new Scheduler({
      store,
      executions: this.executions,
      clock,
      timers,
      logger,
      mayPass,
      lookMs: 3_600_000,
      ...more,
    });
    const onScheduled = (): void => this.scheduler.wake();
    this.triggers = new TriggerService({ engine, clock, random: systemRandom, onScheduled });
  }

  start(): this {
    time.members++;
    this.#running = this.scheduler.run(this.#stop.signal);
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    time.members--;
    await this.executions.stop(AbortSignal.abort());
  }
}

interface World {
  readonly tenant: TenantStore;
  readonly peer: Peer;
  readonly schedule: (config: JsonObject, definition?: JsonObject) => Promise<string>;
}

/** A workspace of its own at a moment, with a server whose scheduler does not run yet. */
async function begin(at: string): Promise<World> {
  time = new CommonTime(at);
  const [store] = stores;
  if (!store) throw new Error('there is no store');
  const workspace = await store.createWorkspace({ slug: `w-${++slugs}`, name: 'W' });
  const tenant = store.tenant(workspace.id);
  const peer = new Peer(store);
  const schedule = async (config: JsonObject, definition: JsonObject = DOUBLE): Promise<string> => {
    const { id } = await tenant.createWorkflow({ name: 'w', description: null, definition });
    const wanted = { kind: 'schedule', name: 's', enabled: true, config: scheduleConfig.parse(config) } as const;
    return (await peer.triggers.create(tenant, id, wanted)).trigger.id;
  };
  return { tenant, peer, schedule };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What a schedule has started, oldest first. */
async function startedBy(tenant: TenantStore, triggerId: string): Promise<readonly Execution[]> {
  const all: Execution[] = [];
  for (let skip = 0, total = 1; skip < total; skip += 100) {
    const page = await tenant.listExecutions({ triggerId, skip, limit: 100 });
    all.push(...page.items);
    total = page.total;
  }
  return all.sort((a, b) => a.executionNumber - b.executionNumber);
}

async function timesOf(tenant: TenantStore, triggerId: string): Promise<readonly string[]> {
  return (await startedBy(tenant, triggerId)).map(({ triggerDetails }) => textOf(triggerDetails['scheduled_for']));
}

/** Lets one server look after a schedule for a while; gives the times that it started something for. */
async function over(from: string, to: string, config: JsonObject): Promise<readonly string[]> {
  const { tenant, peer, schedule } = await begin(from);
  const id = await schedule(config);
  peer.start();
  await time.until(to);
  await peer.stop();
  await retire(tenant, id);
  return timesOf(tenant, id);
}

/** Leaves nothing behind that a later test would start. */
async function retire(tenant: TenantStore, triggerId: string): Promise<void> {
  await tenant.triggers.delete(triggerId);
}

describe('a schedule', () => {
  it('starts its workflow at each of its times, and tells what for', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '*/20 * * * *', input: { n: 3 } });
    peer.start();
    await time.until('2026-01-01T01:00:00Z');
    const started = await startedBy(tenant, id);
    await Promise.all(started.map((execution) => peer.executions.settled(execution.id)));
    await peer.stop();
    const ended = await startedBy(tenant, id);
    expect(ended.map(({ createdAt }) => isoFromEpoch(createdAt))).toEqual([
      '2026-01-01T00:20:00.000Z',
      '2026-01-01T00:40:00.000Z',
      '2026-01-01T01:00:00.000Z',
    ]);
    expect(ended[0]).toMatchObject({
      status: 'completed',
      trigger: 'schedule',
      triggerDetails: { trigger_id: id, scheduled_for: '2026-01-01T00:20:00.000Z' },
      input: { n: 3 },
      results: { double: 6 },
    });
    const trigger = await tenant.triggers.get(id);
    expect(trigger?.lastRunAt && isoFromEpoch(trigger.lastRunAt)).toBe('2026-01-01T01:00:00.000Z');
    expect(trigger?.nextRunAt && isoFromEpoch(trigger.nextRunAt)).toBe('2026-01-01T01:20:00.000Z');
    await retire(tenant, id);
  });

  it('is started at each of its times though another waits for a later one', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:00Z');
    const often = await schedule({ cron: '*/10 * * * * *' });
    const later = await schedule({ cron: '45 0 * * * *' });
    peer.start();
    await time.until('2026-01-01T00:00:40Z');
    await peer.stop();
    const created = (await startedBy(tenant, often)).map(({ createdAt }) => isoFromEpoch(createdAt));
    expect(created).toEqual([10, 20, 30, 40].map((second) => `2026-01-01T00:00:${second}.000Z`));
    expect(await startedBy(tenant, later)).toEqual([]);
    await retire(tenant, often);
    await retire(tenant, later);
  });

  it('is started in time though the scheduler sleeps when it is made or changed', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:00Z');
    peer.start();
    await time.until('2026-01-01T00:00:05Z');
    const id = await schedule({ cron: '10 * * * * *' });
    await time.until('2026-01-01T00:00:12Z');
    const trigger = await tenant.triggers.get(id);
    if (!trigger) throw new Error('it is gone');
    const config = scheduleConfig.parse({ cron: '15 * * * * *' });
    await peer.triggers.update(tenant, trigger, { wanted: { kind: 'schedule', config } });
    await time.until('2026-01-01T00:00:30Z');
    await peer.stop();
    const created = (await startedBy(tenant, id)).map(({ createdAt }) => isoFromEpoch(createdAt));
    expect(created).toEqual(['2026-01-01T00:00:10.000Z', '2026-01-01T00:00:15.000Z']);
    await retire(tenant, id);
  });

  it('starts nothing while it or its workflow is switched off, and catches up on nothing of that', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '* * * * *', misfire: 'run_all' });
    const trigger = await tenant.triggers.get(id);
    if (!trigger) throw new Error('it is gone');
    peer.start();
    await peer.triggers.update(tenant, trigger, { enabled: false });
    await time.until('2026-01-01T00:05:30Z');
    await peer.triggers.update(tenant, { ...trigger, enabled: false }, { enabled: true });
    await time.until('2026-01-01T00:06:30Z');
    await tenant.updateWorkflow(trigger.workflowId, { enabled: false });
    await time.until('2026-01-01T00:08:30Z');
    expect(await tenant.triggers.get(id)).toMatchObject({ lastError: expect.stringContaining('workflow_disabled') });
    await tenant.updateWorkflow(trigger.workflowId, { enabled: true });
    await time.until('2026-01-01T00:09:30Z');
    await peer.stop();
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:06:00.000Z', '2026-01-01T00:09:00.000Z']);
    await retire(tenant, id);
  });

  it('leaves a time out while what it started before still runs, where it is to', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '* * * * *', overlap: 'skip' }, WAIT);
    peer.start();
    await time.until('2026-01-01T00:03:30Z');
    const [first] = await startedBy(tenant, id);
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:01:00.000Z']);
    await peer.executions.cancel(tenant, first?.id ?? '');
    await time.until('2026-01-01T00:04:30Z');
    await peer.stop();
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:01:00.000Z', '2026-01-01T00:04:00.000Z']);
    await retire(tenant, id);
  });

  it('starts later than its time by as much as its jitter says at most, each time otherwise', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '*/10 * * * *', jitter_seconds: 300 });
    peer.start();
    await time.until('2026-01-01T02:06:00Z');
    await peer.stop();
    const delays = (await startedBy(tenant, id)).map(
      ({ createdAt, triggerDetails }) => createdAt / 1000 - Date.parse(textOf(triggerDetails['scheduled_for'])),
    );
    expect(delays).toHaveLength(12);
    for (const delay of delays) expect(delay >= 0 && delay <= 300_000).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(6);
    await retire(tenant, id);
  });

  it('that cannot be read any more is switched off, and holds up no other', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const broken = [await schedule({ cron: '* * * * *' }), await schedule({ cron: '@hourly' })];
    const id = await schedule({ cron: '* * * * *' });
    for (const [i, config] of [{ cron: '* * * * *', timezone: 'Mars/Olympus' }, { corn: 1 }].entries()) {
      const at = (await tenant.triggers.get(broken[i] ?? ''))?.nextRunAt;
      if (!at) throw new Error('it has no next time');
      await tenant.triggers.update(broken[i] ?? '', { config, next: { at, dueAt: clock.now() } });
    }
    peer.start();
    await time.until('2026-01-01T00:02:30Z');
    await peer.stop();
    expect(await timesOf(tenant, id)).toHaveLength(2);
    for (const one of broken) {
      const lastError = expect.stringContaining('invalid_trigger');
      expect(await tenant.triggers.get(one)).toMatchObject({ enabled: false, nextRunAt: null, lastError });
      await retire(tenant, one);
    }
    await retire(tenant, id);
  });

  it('goes on after the database was away', async () => {
    const { tenant, schedule } = await begin('2026-01-01T00:00:30Z');
    const [store] = stores;
    if (!store) throw new Error('there is no store');
    let failures = 3;
    const flaky = {
      tenant: (id: string) => store.tenant(id),
      waitingSchedules: async (limit: number) => {
        if (failures-- > 0) throw new StoreError('database_unavailable');
        return store.waitingSchedules(limit);
      },
    };
    const id = await schedule({ cron: '* * * * *' });
    const peer = new Peer(store, { store: flaky }).start();
    await time.until('2026-01-01T00:01:30Z');
    await peer.stop();
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:01:00.000Z']);
    await retire(tenant, id);
  });
});

describe('nights on which clocks are set', () => {
  it.each([
    [
      'Europe/Berlin',
      '2026-03-28T00:00:00Z',
      '2026-03-30T12:00:00Z',
      '30 2 * * *',
      ['28T01:30', '29T01:00', '30T00:30'],
    ],
    [
      'Europe/Berlin',
      '2026-10-24T00:00:00Z',
      '2026-10-26T12:00:00Z',
      '30 2 * * *',
      ['24T00:30', '25T00:30', '26T01:30'],
    ],
    [
      'America/New_York',
      '2026-03-07T00:00:00Z',
      '2026-03-09T12:00:00Z',
      '30 2 * * *',
      ['07T07:30', '08T07:00', '09T06:30'],
    ],
    [
      'America/New_York',
      '2026-10-31T00:00:00Z',
      '2026-11-02T12:00:00Z',
      '30 1 * * *',
      ['31T05:30', '01T05:30', '02T06:30'],
    ],
    [
      'Europe/Berlin',
      '2026-03-28T23:30:00Z',
      '2026-03-29T03:30:00Z',
      '0 * * * *',
      ['29T00:00', '29T01:00', '29T02:00', '29T03:00'],
    ],
    [
      'Europe/Berlin',
      '2026-10-24T23:30:00Z',
      '2026-10-25T03:30:00Z',
      '0 * * * *',
      ['25T00:00', '25T01:00', '25T02:00', '25T03:00'],
    ],
    [
      'America/New_York',
      '2026-11-01T04:30:00Z',
      '2026-11-01T07:30:00Z',
      '*/30 * * * *',
      ['01T05:00', '01T05:30', '01T06:00', '01T06:30', '01T07:00', '01T07:30'],
    ],
  ])('in %s from %s to %s: %s', async (timezone, from, to, cron, expected) => {
    const times = await over(from, to, { cron, timezone });
    expect(times.map((at) => at.slice(8, 16))).toEqual(expected);
  });
});

/** What a schedule at every full hour has started by an hour after servers were away from half past midnight. */
async function afterAbsence(until: string, config: JsonObject) {
  const { tenant, peer, schedule } = await begin('2026-01-01T00:30:00Z');
  const id = await schedule({ cron: '0 * * * *', ...config });
  time.jump(until);
  peer.start();
  await time.until(new Date(Date.parse(until) + 3_600_000).toISOString());
  await peer.stop();
  const details = (await startedBy(tenant, id)).map(
    ({ triggerDetails: { scheduled_for: at, missed_since: since } }) => ({
      at: textOf(at).slice(0, 16),
      ...(since !== undefined && { since: textOf(since).slice(0, 16) }),
    }),
  );
  await retire(tenant, id);
  return details;
}

describe('times that passed while no server ran', () => {
  it('are run once, for the last of them', async () => {
    expect(await afterAbsence('2026-01-01T05:30:00Z', {})).toEqual([
      { at: '2026-01-01T05:00', since: '2026-01-01T01:00' },
      { at: '2026-01-01T06:00' },
    ]);
  });

  it('are left out, but for one that is less than a minute late', async () => {
    expect(await afterAbsence('2026-01-01T05:30:00Z', { misfire: 'skip' })).toEqual([{ at: '2026-01-01T06:00' }]);
    expect(await afterAbsence('2026-01-01T05:00:40Z', { misfire: 'skip' })).toEqual([
      { at: '2026-01-01T05:00', since: '2026-01-01T01:00' },
      { at: '2026-01-01T06:00' },
    ]);
  });

  it('are all run, one after the other, and at most the last 100', async () => {
    const all = await afterAbsence('2026-01-01T04:30:00Z', { misfire: 'run_all' });
    expect(all.map(({ at }) => at.slice(11))).toEqual(['01:00', '02:00', '03:00', '04:00', '05:00']);
    const many = await afterAbsence('2026-01-08T00:30:00Z', { misfire: 'run_all' });
    expect(many).toHaveLength(101);
    expect(many[0]).toEqual({ at: '2026-01-03T21:00', since: '2026-01-01T01:00' });
  });
});

/** Every so many seconds up to 40. */
function seconds(step: number): readonly string[] {
  return Array.from(
    { length: 40 / step },
    (_, i) => `2026-01-01T00:00:${String((i + 1) * step).padStart(2, '0')}.000Z`,
  );
}

describe('several servers on one database', () => {
  it('start each time once', { timeout: 60_000 }, async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:00.500Z');
    const second = stores[1];
    if (!second) throw new Error('there is no second store');
    const ids = [
      await schedule({ cron: '* * * * * *' }),
      await schedule({ cron: '*/2 * * * * *', misfire: 'run_all' }),
    ];
    const peers = [peer.start(), new Peer(second).start(), new Peer(second).start()];
    await time.until('2026-01-01T00:00:40.500Z');
    await Promise.all(peers.map((one) => one.stop()));
    expect(await timesOf(tenant, ids[0] ?? '')).toEqual(seconds(1));
    expect(await timesOf(tenant, ids[1] ?? '')).toEqual(seconds(2));
    for (const id of ids) await retire(tenant, id);
  });

  it('lose nothing of one that dies when it has started something and not told anybody', async () => {
    const { tenant, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '* * * * *' });
    const dying = await open();
    // It commits what it claims, and does no more: as if it was killed between claim and run.
    const executions: SchedulerOptions['executions'] = {
      room: 1,
      start: async (there, { workflowId, input, trigger, triggerDetails, once, claim }) => {
        const execution = { workflowId, input, trigger, triggerDetails: triggerDetails ?? {} };
        const made = await there.createExecution({ ...execution, id: once?.id ?? '', ...(claim && { claim }) });
        if (!made) throw new Error('it was not made');
        return made;
      },
    };
    const victim = new Peer(dying, { executions }).start();
    await time.until('2026-01-01T00:01:10Z');
    await victim.stop();
    await dying.close();
    const [lost] = await startedBy(tenant, id);
    expect(lost).toMatchObject({ status: 'pending' });
    const second = stores[1];
    if (!second) throw new Error('there is no second store');
    const survivor = new Peer(second);
    const claimed = await second.claimInterrupted(100);
    for (const { id: execution, workspaceId } of claimed) {
      await survivor.executions.adopt(second.tenant(workspaceId), execution);
      await survivor.executions.settled(execution);
    }
    expect(await tenant.getExecution(lost?.id ?? '')).toMatchObject({ status: 'completed', trigger: 'schedule' });
    survivor.start();
    await time.until('2026-01-01T00:02:10Z');
    await survivor.stop();
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:01:00.000Z', '2026-01-01T00:02:00.000Z']);
    await retire(tenant, id);
  });

  it('do not lose a start of which the database did not say whether it was committed', async () => {
    const { tenant, peer, schedule } = await begin('2026-01-01T00:00:30Z');
    const id = await schedule({ cron: '* * * * *' });
    const [store] = stores;
    if (!store) throw new Error('there is no store');
    let isCut = false;
    const cutting: Pick<Store, 'tenant' | 'waitingSchedules'> = {
      waitingSchedules: (limit) => store.waitingSchedules(limit),
      tenant: (workspace) => {
        const real = store.tenant(workspace);
        return new Proxy(real, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name, target);
            if (typeof value !== 'function') return value;
            if (name !== 'createExecution' || isCut) {
              return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
            }
            return async (execution: Parameters<TenantStore['createExecution']>[0]) => {
              await target.createExecution(execution);
              isCut = true;
              throw new StoreError('database_unavailable');
            };
          },
        });
      },
    };
    const cut = new Peer(store, { store: cutting, executions: peer.executions }).start();
    await time.until('2026-01-01T00:01:30Z');
    expect(isCut).toBe(true);
    const [execution] = await startedBy(tenant, id);
    while ((await tenant.getExecution(execution?.id ?? randomUUID()))?.status !== 'completed') {
      await peer.executions.settled(execution?.id ?? '');
    }
    await cut.stop();
    await peer.executions.stop(AbortSignal.abort());
    expect(await timesOf(tenant, id)).toEqual(['2026-01-01T00:01:00.000Z']);
    await retire(tenant, id);
  });
});

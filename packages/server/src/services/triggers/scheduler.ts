import type { Timers } from '@flowprof/conductor';
import { isoFromEpoch, type Clock, type EpochMicros, type JsonObject } from '@flowprof/model';
import {
  StoreError,
  type ScheduleClaim,
  type Store,
  type TenantStore,
  type Trigger,
  type WaitingSchedule,
} from '@flowprof/store';
import type { Logger } from 'pino';
import { ApiError } from '../../http/errors.ts';
import type { ExecutionService } from '../executions.ts';
import { Looker } from '../looker.ts';
import { derivedId } from '../start-request.ts';
import { scheduleConfig, type ScheduleConfig } from './config.ts';
import { CronError } from './cron.ts';
import { ScheduleTimes, type DueRun } from './due.ts';

/** How long it looks away at most: so late are changes seen that another server made and did not live to act on. */
const LOOK_MS = 30_000;
/** How long it waits after a look that failed, or while there is no room for more executions. */
const AGAIN_MS = 1000;
/** How many schedules are looked at in one go. */
const PAGE = 100;

export interface SchedulerOptions {
  readonly store: Pick<Store, 'waitingSchedules' | 'tenant'>;
  readonly executions: Pick<ExecutionService, 'start' | 'room'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
  /** Whether an error may pass by itself. */
  readonly mayPass: (error: unknown) => boolean;
  /** How long it looks away at most, in milliseconds. */
  readonly lookMs?: number;
}

/**
 * Starts what schedules are due for. Any number of servers on one database do this side by side: each time is started in
 * the transaction that moves the schedule on, under an id made of both, so that one of them does and none does it twice.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #looker: Looker;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#looker = new Looker({ ...options, failure: 'schedules could not be looked at', againMs: AGAIN_MS });
  }

  /** Looks at once: a schedule may have come nearer. */
  wake(): void {
    this.#looker.wake();
  }

  /** Goes on until the signal fires; resolves when nothing is under way any more. */
  run(signal: AbortSignal): Promise<void> {
    return this.#looker.run(signal, () => this.#look(signal));
  }

  /** Starts what is due; returns how many milliseconds later it is to look again. */
  async #look(signal: AbortSignal): Promise<number> {
    const { store, executions, clock, lookMs = LOOK_MS } = this.#options;
    const waiting = await store.waitingSchedules(PAGE);
    const [first] = waiting;
    if (first === undefined) return lookMs;
    const untilFirst = Math.ceil((first.dueAt - clock.now()) / 1000);
    if (untilFirst > 0) return Math.min(lookMs, untilFirst);
    for (const schedule of waiting) {
      const now = clock.now();
      if (signal.aborted || schedule.dueAt > now) break;
      if (executions.room === 0) return AGAIN_MS;
      await this.#startDue(schedule, now);
    }
    // What was started has a new time, which may come before those of the others on the list: that is out of date.
    return 0;
  }

  async #startDue({ workspaceId, id }: WaitingSchedule, now: EpochMicros): Promise<void> {
    const tenant = this.#options.store.tenant(workspaceId);
    const trigger = await tenant.triggers.get(id);
    if (trigger === null || trigger.nextRunAt === null || trigger.dueAt === null || trigger.dueAt > now) return;
    const { nextRunAt: expected } = trigger;
    const known = readSchedule(trigger);
    if (known === null) return this.#switchOff(tenant, trigger);
    const { config, times } = known;
    const due = times.due(expected, now);
    const claim = { triggerId: id, expected, next: due.next, lastRunAt: due.at };
    const isBusy = config.overlap === 'skip' && (await tenant.triggers.isRunning(id));
    if (due.at === null || isBusy) await passOver(tenant, claim);
    else await this.#start(tenant, trigger, { due, at: due.at, claim, input: config.input });
  }

  /** A schedule that was kept and cannot be understood any more must not hold up the others. */
  async #switchOff({ triggers }: TenantStore, { id }: Trigger): Promise<void> {
    this.#options.logger.warn({ trigger: id }, 'a schedule cannot be read and is switched off');
    await triggers.update(id, { enabled: false, next: null });
    await triggers.note(id, { error: 'invalid_trigger: It cannot be read any more, and was switched off.' });
  }

  async #start(
    tenant: TenantStore,
    { id, workflowId }: Trigger,
    run: { readonly due: DueRun; readonly at: EpochMicros; readonly claim: ScheduleClaim; readonly input: JsonObject },
  ): Promise<void> {
    const { at, due, claim, input } = run;
    const missed = due.missedSince === null ? {} : { missed_since: isoFromEpoch(due.missedSince) };
    const once = { id: derivedId('schedule', tenant.workspaceId, id, String(at)), requestHash: null };
    const triggerDetails = { trigger_id: id, scheduled_for: isoFromEpoch(at), ...missed };
    try {
      if ((await tenant.getExecution(once.id)) !== null) await passOver(tenant, claim);
      else
        await this.#options.executions.start(tenant, {
          workflowId,
          input,
          trigger: 'schedule',
          triggerDetails,
          once,
          claim,
        });
    } catch (error) {
      await this.#afterFailure(tenant, claim, error);
    }
  }

  /** What cannot be started, and will not be by waiting, is passed over, and noted for whoever looks at the schedule. */
  async #afterFailure(tenant: TenantStore, claim: ScheduleClaim, error: unknown): Promise<void> {
    const { mayPass, logger } = this.#options;
    if (error instanceof StoreError && error.code === 'claim_lost') return;
    const isBusy = error instanceof ApiError && (error.code === 'overloaded' || error.code === 'shutting_down');
    if (isBusy || mayPass(error)) throw error;
    const reason =
      error instanceof ApiError ? `${error.code}: ${error.message}` : 'engine_error: It could not be started.';
    logger.warn({ err: error, trigger: claim.triggerId }, 'a schedule could not start its workflow');
    if (await passOver(tenant, claim)) await tenant.triggers.note(claim.triggerId, { error: reason });
  }
}

/** What a schedule is configured with, and its times; null where that is no longer valid, as a time zone that is gone. */
function readSchedule({
  id,
  config,
}: Trigger): { readonly config: ScheduleConfig; readonly times: ScheduleTimes } | null {
  const read = scheduleConfig.safeParse(config);
  try {
    return read.success ? { config: read.data, times: new ScheduleTimes(id, read.data) } : null;
  } catch (error) {
    if (error instanceof CronError) return null;
    throw error;
  }
}

/** Moves a schedule on without having started anything; says whether this server did. */
function passOver(tenant: TenantStore, claim: ScheduleClaim): Promise<boolean> {
  return tenant.triggers.passOver({ ...claim, lastRunAt: null });
}

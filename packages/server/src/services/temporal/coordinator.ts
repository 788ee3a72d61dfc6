import type { Timers } from '@flowprof/conductor';
import { SYNC_PACE } from '@flowprof/ingest/temporal';
import type { Clock } from '@flowprof/model';
import type { Store, TemporalConnection, TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import { Looker } from '../looker.ts';
import type { ConnectionSync, SyncedConnection } from './connection-sync.ts';

/** How often is looked whether there are new connections, and how many there may be. */
const CONNECTIONS_MS = 2000;
const MOST_CONNECTIONS = 1000;
/** How often a connection is looked after, and one that another server looks after. */
const TICK_MS = 500;
const ELSEWHERE_MS = 5000;
/** How long after a fault. */
const FAULT_MS = 2000;
/** How many executions all connections together sync at once. */
const AT_ONCE = 12;

export interface CoordinatorOptions {
  readonly store: Pick<Store, 'tenant' | 'listTemporalConnections'>;
  readonly sync: Pick<ConnectionSync, 'listWhenDue' | 'sync'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
}

/** Looks after the sync of one connection. Of several servers one does so at a time. */
class Follower {
  readonly #options: CoordinatorOptions;
  readonly #connection: SyncedConnection;
  readonly #tenant: TenantStore;
  readonly #active = new Set<Promise<void>>();
  readonly #load: { running: number };
  #listing: Promise<void> | null = null;
  #isClaimed = false;
  /** Until when the server is to be left alone. */
  #pausedUntil = 0;
  #sleeping = new AbortController();

  constructor(options: CoordinatorOptions, connection: SyncedConnection, load: { running: number }) {
    this.#options = options;
    this.#connection = connection;
    this.#tenant = options.store.tenant(connection.workspaceId);
    this.#load = load;
  }

  wake(): void {
    this.#sleeping.abort();
  }

  /** Goes on until the signal fires or there is nothing to look after any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { timers, logger } = this.#options;
    const { connectionId } = this.#connection;
    for (let isOver = false; !isOver && !signal.aborted;) {
      this.#sleeping = new AbortController();
      let wait = TICK_MS;
      try {
        const next = await this.#tick(signal);
        isOver = next === null;
        wait = next ?? 0;
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error, connection: connectionId }, 'Temporal could not be synced');
        wait = FAULT_MS;
      }
      if (!isOver) await timers.sleep(wait, AbortSignal.any([signal, this.#sleeping.signal])).catch(() => undefined);
    }
    await Promise.all([...this.#active, this.#listing]);
    if (this.#isClaimed) await this.#tenant.temporal.release(connectionId).catch(() => undefined);
  }

  /** @returns how many milliseconds later there is something to do; null where there is nothing any more */
  async #tick(signal: AbortSignal): Promise<number | null> {
    const { clock } = this.#options;
    const { connectionId } = this.#connection;
    const { temporal } = this.#tenant;
    const connection = await temporal.getConnection(connectionId);
    if (connection === null || !connection.isEnabled || connection.coordinator !== 'in_process') return null;
    this.#isClaimed = await temporal.claim(connectionId);
    if (!this.#isClaimed) return ELSEWHERE_MS;
    this.#listing ??= this.#list(connection, signal);
    const room = Math.min(SYNC_PACE.atOnce - this.#active.size, AT_ONCE - this.#load.running);
    if (room <= 0 || clock.now() < this.#pausedUntil) return TICK_MS;
    const due = await temporal.takeDue(connectionId, room);
    for (const { run } of due) this.#begin(run.runId, signal);
    return TICK_MS;
  }

  async #list(connection: TemporalConnection, signal: AbortSignal): Promise<void> {
    const { sync, logger } = this.#options;
    await sync.listWhenDue(this.#tenant, connection, signal).catch((error: unknown) => {
      if (!signal.aborted) logger.warn({ err: error, connection: connection.id }, 'Temporal could not be listed');
    });
    this.#listing = null;
  }

  #begin(runId: string, signal: AbortSignal): void {
    const { logger } = this.#options;
    this.#load.running++;
    const syncing = this.#sync(runId, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error, run: runId }, 'an execution could not be synced');
      })
      .finally(() => {
        this.#load.running--;
        this.#active.delete(syncing);
        this.wake();
      });
    this.#active.add(syncing);
  }

  async #sync(runId: string, signal: AbortSignal): Promise<void> {
    const { sync, clock } = this.#options;
    const { pauseMs } = await sync.sync({ ...this.#connection, runId }, signal);
    if (pauseMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, clock.now() + pauseMs * 1000);
  }
}

/**
 * Coordinates the sync of Temporal servers inside this server: for each connection that wants that there is one who lists
 * what is new and syncs what is due. All that it goes by is in the database, so it may end at any moment.
 */
export class InProcessCoordinator {
  readonly #options: CoordinatorOptions;
  readonly #looker: Looker;
  readonly #followers = new Map<string, { readonly follower: Follower; readonly ended: Promise<void> }>();
  readonly #load = { running: 0 };

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    const failure = 'connections to Temporal could not be looked for';
    this.#looker = new Looker({ ...options, failure, againMs: FAULT_MS });
  }

  /** Something of a connection was changed, or is due. */
  wake(connectionId: string): void {
    this.#followers.get(connectionId)?.follower.wake();
    this.#looker.wake();
  }

  /** Goes on until the signal fires; resolves when nothing is under way any more. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#looker.run(signal, () => this.#look(signal));
    await Promise.all([...this.#followers.values()].map(({ ended }) => ended));
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { store } = this.#options;
    for (const { workspaceId, connectionId, isEnabled } of await store.listTemporalConnections(MOST_CONNECTIONS)) {
      if (!isEnabled || this.#followers.has(connectionId)) continue;
      const follower = new Follower(this.#options, { workspaceId, connectionId }, this.#load);
      const ended = follower.run(signal).finally(() => this.#followers.delete(connectionId));
      this.#followers.set(connectionId, { follower, ended });
    }
    return CONNECTIONS_MS;
  }
}

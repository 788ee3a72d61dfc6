import type { Timers } from '@flowprof/conductor';
import { listingWait, nextWindow, retryWait, TemporalError } from '@flowprof/ingest/temporal';
import { toEpochMicros, toMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import type { DueRun, Store, TemporalConnection, TemporalRunHead, TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import type { TemporalClients } from './clients.ts';
import { shownError, type RunSync, type Synced } from './run-sync.ts';

/** Workflows of flowprof itself, which are not synced. */
const SYSTEM_QUEUE = 'system-workflows-queue';
/** How long a look waits for something to do, and how often it looks meanwhile. */
const WAIT_MS = 10_000;
const LOOK_MS = 500;
/** How many executions of one workflow id are looked for. */
const MOST_FOUND = 10_000;

export interface ConnectionSyncOptions {
  readonly store: Pick<Store, 'tenant'>;
  readonly clients: TemporalClients;
  readonly runs: Pick<RunSync, 'sync'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** Told of each listing whether it could be had. */
  readonly count: (outcome: 'listed' | 'failed') => void;
}

/** What a listing gave. */
export interface Listed {
  readonly found: number;
  /** How many were new or have changed. */
  readonly changed: number;
}

/** The connection whose executions are synced. */
export interface SyncedConnection {
  readonly workspaceId: string;
  readonly connectionId: string;
}

/** What is to be done next for a connection. */
export interface Look {
  /** Executions to sync, the most urgent first. Whoever took them has them for a minute. */
  readonly runs: readonly string[];
  /** Whether there is nothing more to do: the connection is gone, switched off, or coordinated otherwise. */
  readonly isOver: boolean;
}

/** How listing a connection goes, as far as this server knows. */
interface Pace {
  nextAt: EpochMicros;
  failures: number;
}

function isOurs({ taskQueue, workflowType }: TemporalRunHead): boolean {
  return taskQueue === SYSTEM_QUEUE || workflowType.startsWith('flowprof.sync');
}

/** What coordinators do for one connection, whatever they are: the rules are those of `rules.ts`. */
export class ConnectionSync {
  readonly #options: ConnectionSyncOptions;
  readonly #paces = new Map<string, Pace>();

  constructor(options: ConnectionSyncOptions) {
    this.#options = options;
  }

  /** When the next listing is due, as far as is known here. */
  nextListingAt(connection: TemporalConnection): EpochMicros {
    const known = this.#paces.get(connection.id);
    if (known !== undefined) return known.nextAt;
    const { lastListedAt } = connection.sync;
    return lastListedAt === null ? toEpochMicros(0) : toEpochMicros(lastListedAt + listingWait(1));
  }

  /** Forgets that something went wrong: what is said of the connection has changed, or somebody wants to know now. */
  hurry(connectionId: string): void {
    this.#paces.delete(connectionId);
  }

  /** Lists what is new when that is due; what goes wrong is noted with the connection, and waited after. */
  async listWhenDue(tenant: TenantStore, connection: TemporalConnection, signal: AbortSignal): Promise<void> {
    const { clock, random, logger } = this.#options;
    if (clock.now() < this.nextListingAt(connection)) return;
    const failures = this.#paces.get(connection.id)?.failures ?? 0;
    try {
      const { changed } = await this.list(tenant, connection, signal);
      this.#paces.set(connection.id, { nextAt: toEpochMicros(clock.now() + listingWait(changed)), failures: 0 });
    } catch (error) {
      if (!(error instanceof TemporalError)) throw error;
      if (error.code === 'cancelled') return;
      const chance = (random(new Uint8Array(1))[0] ?? 128) / 255;
      const nextAt = toEpochMicros(clock.now() + retryWait(failures + 1, chance));
      this.#paces.set(connection.id, { nextAt, failures: failures + 1 });
      if (failures === 0) {
        logger.warn({ connection: connection.id, code: error.code }, 'executions of Temporal could not be listed');
      }
    }
  }

  /** Lists what began or ended since the last time. @throws {TemporalError} which is noted with the connection, too */
  async list(tenant: TenantStore, connection: TemporalConnection, signal: AbortSignal): Promise<Listed> {
    const { clients, clock, count } = this.#options;
    const { listedUntil } = connection.sync;
    const window = nextWindow({ listedUntil, backfillDays: connection.backfillDays }, clock.now());
    try {
      const { client } = await clients.of(tenant, connection);
      // What has run since before the first listing goes on to run.
      const includesOpen = listedUntil === null;
      const { query } = connection;
      const pages = client.list({ since: window.from, overlap: toMicros(0), includesOpen, query, signal });
      const listed = await this.#want(tenant, connection, pages);
      await tenant.temporal.noteListing(connection.id, { listedUntil: window.until, error: null });
      count('listed');
      return listed;
    } catch (error) {
      if (error instanceof TemporalError && error.code !== 'cancelled') {
        count('failed');
        await tenant.temporal.noteListing(connection.id, { error: shownError(error) });
      }
      throw error;
    }
  }

  /** Finds the executions that a query gives, whenever they ran. @throws {TemporalError} */
  async find(
    tenant: TenantStore,
    connection: TemporalConnection,
    asked: { readonly workflowId?: string; readonly query?: string },
    signal: AbortSignal,
  ): Promise<Listed & { readonly runs: readonly string[] }> {
    const { client } = await this.#options.clients.of(tenant, connection);
    const { workflowId = null, query = connection.query } = asked;
    const runs: string[] = [];
    const pages = client.list({ since: null, includesOpen: true, workflowId, query, signal });
    const listed = await this.#want(tenant, connection, pages, runs);
    return { ...listed, runs };
  }

  async #want(
    tenant: TenantStore,
    connection: TemporalConnection,
    pages: AsyncIterable<readonly TemporalRunHead[]>,
    runs: string[] | null = null,
  ): Promise<Listed> {
    let [found, changed] = [0, 0];
    for await (const page of pages) {
      const heads = page.filter((head) => !isOurs(head));
      found += heads.length;
      if (heads.length > 0) changed += await tenant.temporal.want(connection.id, heads, runs !== null);
      if (runs === null) continue;
      for (const { runId } of heads) runs.push(runId);
      if (runs.length >= MOST_FOUND) break;
    }
    return { found, changed };
  }

  /** Lists when that is due, and takes executions that are due; waits a while where there are none. */
  async look(
    { workspaceId, connectionId, atMost }: SyncedConnection & { readonly atMost: number },
    signal: AbortSignal,
  ): Promise<Look> {
    const { timers } = this.#options;
    const tenant = this.#tenant(workspaceId);
    for (let waited = 0; ; waited += LOOK_MS) {
      const connection = await tenant.temporal.getConnection(connectionId);
      if (connection === null || !connection.isEnabled || connection.coordinator !== 'temporal') {
        return { runs: [], isOver: true };
      }
      await this.listWhenDue(tenant, connection, signal);
      const due = await tenant.temporal.takeDue(connectionId, atMost);
      if (due.length > 0 || waited >= WAIT_MS || signal.aborted) return { runs: runIds(due), isOver: false };
      await timers.sleep(LOOK_MS, signal).catch(() => undefined);
    }
  }

  /** Syncs one execution as far as there is something new. */
  sync(
    { workspaceId, connectionId, runId }: SyncedConnection & { readonly runId: string },
    signal: AbortSignal,
  ): Promise<Synced> {
    return this.#options.runs.sync(this.#tenant(workspaceId), connectionId, runId, signal);
  }

  #tenant(workspaceId: string): TenantStore {
    return this.#options.store.tenant(workspaceId);
  }
}

function runIds(due: readonly DueRun[]): readonly string[] {
  return due.map(({ run }) => run.runId);
}

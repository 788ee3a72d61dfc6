import { isUuid, toMicros, uuidv7, type Clock, type Micros, type RandomBytes } from '@flowprof/model';
import type { InterruptedExecution, Store, TenantStore, Workspace } from './api.ts';
import { BACKENDS, type BackendName } from './backends/capabilities.ts';
import { openEmbedded } from './backends/embedded.ts';
import type { PreparedDatabase } from './backends/prepare.ts';
import { openServer } from './backends/server.ts';
import { Database, toStoreError } from './database.ts';
import type { EmbeddedServer } from './embedded/server.ts';
import { codeOf, StoreError } from './errors.ts';
import { InstanceLease } from './instance.ts';
import type { StoreLog } from './log.ts';
import { deleteDeadInstances } from './queries/delete-dead-instances.ts';
import { findWorkspace } from './queries/find-workspace.ts';
import { insertWorkspace } from './queries/insert-workspace.ts';
import { interruptExecutions } from './queries/interrupt-executions.ts';
import { listAbandonedWorkspaces } from './queries/list-abandoned-workspaces.ts';
import { listLivingInstances } from './queries/list-living-instances.ts';
import { listWorkspaces } from './queries/list-workspaces.ts';
import { PostgresTenantStore } from './tenant.ts';
import { systemTimers, type StoreTimers } from './timers.ts';

const APP_CONNECTIONS = 10;
const OWNER_CONNECTIONS = 2;

/** How long after a restart of the database a server may take to show again that it lives. */
const RESTART_GRACE = toMicros(15_000_000);

export interface StoreOptions {
  /** A PostgreSQL server, version 15 or newer; without it flowprof starts its own in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: StoreLog;
  /** Where this flowprof serves; told to whoever wants the same data folder. */
  readonly url?: string;
  readonly timers?: StoreTimers;
  /** How long after a restart of the database every server counts as alive. */
  readonly restartGrace?: Micros;
}

class PostgresStore implements Store {
  readonly backend: BackendName;
  readonly serverVersion: string;
  readonly #options: StoreOptions;
  readonly #server: EmbeddedServer | null;
  readonly #app: Database;
  readonly #owner: Database;
  readonly #lease: InstanceLease | null;
  readonly #instanceId: string;
  #closing: Promise<void> | null = null;

  private constructor(options: StoreOptions, database: PreparedDatabase, server: EmbeddedServer | null) {
    const { clock, random, log, timers = systemTimers } = options;
    this.backend = server === null ? 'server' : 'embedded';
    this.serverVersion = database.serverVersion;
    this.#options = options;
    this.#server = server;
    this.#app = new Database(database.app, { max: APP_CONNECTIONS, log });
    this.#owner = new Database(database.owner, { max: OWNER_CONNECTIONS, log });
    this.#instanceId = uuidv7(clock.now(), random);
    const isAlone = BACKENDS[this.backend].exclusive;
    this.#lease = isAlone ? null : new InstanceLease(database.owner, this.#instanceId, timers, log);
  }

  static async open(options: StoreOptions): Promise<PostgresStore> {
    const { databaseUrl, dataDir, clock, random, log, url = null, timers = systemTimers } = options;
    if (databaseUrl !== undefined) {
      const store = new PostgresStore(options, await openServer(databaseUrl, log), null);
      await store.#lease?.take();
      return store;
    }
    const { server, database } = await openEmbedded({ dataDir, clock, random, timers, log, url });
    return new PostgresStore(options, database, server);
  }

  async isReady(): Promise<boolean> {
    if (this.#closing !== null || (this.#server !== null && !this.#server.isUp)) return false;
    try {
      await this.#app.transaction((sql) => sql.rows('SELECT 1 AS one'));
      return true;
    } catch {
      return false;
    }
  }

  async createWorkspace(workspace: { readonly slug: string; readonly name: string }): Promise<Workspace> {
    const { clock, random } = this.#options;
    const createdAt = clock.now();
    const made: Workspace = { id: uuidv7(createdAt, random), ...workspace, createdAt };
    await this.#owner.transaction((sql) => insertWorkspace(sql, made));
    return made;
  }

  listWorkspaces(): Promise<readonly Workspace[]> {
    return this.#owner.transaction(listWorkspaces);
  }

  findWorkspace(idOrSlug: string): Promise<Workspace | null> {
    return this.#owner.transaction((sql) => findWorkspace(sql, idOrSlug));
  }

  tenant(workspaceId: string): TenantStore {
    if (!isUuid(workspaceId)) throw new StoreError('bad_workspace_id');
    const { clock, random } = this.#options;
    return new PostgresTenantStore(workspaceId.toLowerCase(), {
      database: this.#app,
      clock,
      random,
      instanceId: this.#instanceId,
    });
  }

  async recoverInterrupted(): Promise<readonly InterruptedExecution[]> {
    const living = await this.#livingInstances();
    const workspaces = await this.#owner.transaction((sql) => listAbandonedWorkspaces(sql, living));
    const found: InterruptedExecution[] = [];
    for (const workspaceId of workspaces) {
      const now = this.#options.clock.now();
      found.push(
        ...(await this.#app.inWorkspace(workspaceId, (sql) => interruptExecutions(sql, workspaceId, living, now))),
      );
    }
    await this.#owner.transaction((sql) => deleteDeadInstances(sql, living));
    return found;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#lease?.close();
    await Promise.all([this.#app.close(), this.#owner.close()]);
    await this.#server?.stop();
  }

  async #livingInstances(): Promise<readonly string[]> {
    if (BACKENDS[this.backend].exclusive) return [this.#instanceId];
    const grace = this.#options.restartGrace ?? RESTART_GRACE;
    const living = await this.#owner.transaction((sql) => listLivingInstances(sql, grace));
    return [...new Set([...living, this.#instanceId])];
  }
}

/**
 * Opens the database: the server that `databaseUrl` names, or one of our own in `dataDir`, migrated and ready for use.
 * @throws {StoreError} with the code of what is wrong; see `STORE_ERRORS`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  try {
    return await PostgresStore.open(options);
  } catch (error) {
    throw fileError(error, options.dataDir) ?? toStoreError(error);
  }
}

/** An error of the file system, which has a path, as one of ours; null for any other. */
function fileError(error: unknown, dataDir: string): StoreError | null {
  if (!(error instanceof Error) || !('path' in error)) return null;
  if (codeOf(error) === 'ENOSPC') return new StoreError('disk_full', `There is no space left for ${dataDir}`, error);
  return new StoreError('data_dir_unreachable', `${dataDir} cannot be used: ${error.message}`, error);
}

import { isUuid, toMicros, uuidv7, type Clock, type Micros, type RandomBytes } from '@flowprof/model';
import { memberIdOf } from './access/member-id.ts';
import { newMember } from './access/tenant-access.ts';
import type {
  AlertLoad,
  ConnectionUse,
  Identity,
  InterruptedExecution,
  Membership,
  NewMember,
  Store,
  TemporalConnectionHead,
  TemporalLoad,
  TenantStore,
  WaitingDelivery,
  WaitingImport,
  WaitingSchedule,
  WorkflowToEvaluate,
  Workspace,
} from './api.ts';
import type { RetainOptions, RetentionRun } from './retention/api.ts';
import { BACKENDS, type BackendName } from './backends/capabilities.ts';
import { openEmbedded } from './backends/embedded.ts';
import type { PreparedDatabase } from './backends/prepare.ts';
import { openServer } from './backends/server.ts';
import { Database, toStoreError, type Sql } from './database.ts';
import type { EmbeddedServer } from './embedded/server.ts';
import { codeOf, StoreError } from './errors.ts';
import { InstanceLease } from './instance.ts';
import { Journals } from './journal/journal.ts';
import { checkKey, loadJournalKey } from './journal/key.ts';
import { JournalWriter } from './journal/writer.ts';
import { SegmentWriter } from './otlp/segment-writer.ts';
import { PostgresLiveFeed } from './live/feed.ts';
import { inWorkspaceTelling, type TellingContext } from './live/teller.ts';
import type { StoreLog } from './log.ts';
import { listWaitingDeliveries } from './queries/alert-deliveries.ts';
import { anyKey } from './queries/any-key.ts';
import { listMakers } from './queries/claim-maker.ts';
import { listWorkflowsBehind } from './queries/claim-alert-rules.ts';
import { claimExecutions } from './queries/claim-executions.ts';
import { deleteDeadInstances } from './queries/delete-dead-instances.ts';
import { deleteSomeExecutions } from './queries/delete-some-executions.ts';
import { deleteSomeSegments } from './queries/select-segments.ts';
import { deleteWorkspace } from './queries/delete-workspace.ts';
import { findWorkspace } from './queries/find-workspace.ts';
import { insertMember } from './queries/insert-member.ts';
import { insertWorkspace } from './queries/insert-workspace.ts';
import { interruptExecutions } from './queries/interrupt-executions.ts';
import { listLivingInstances } from './queries/list-living-instances.ts';
import { listAbandonedImports } from './queries/list-abandoned-imports.ts';
import { listMemberships } from './queries/list-memberships.ts';
import { retain } from './retention/retain.ts';
import { listOwners, type WorkspaceOwners } from './queries/list-owners.ts';
import { listConnectionHeads, measureTemporal } from './queries/temporal-connections.ts';
import { deleteSomeAttempts, deleteSomeRuns } from './queries/forget-runs.ts';
import { measureAlerts } from './queries/measure-alerts.ts';
import { listWaitingSchedules } from './queries/list-waiting-schedules.ts';
import { listWorkspaces } from './queries/list-workspaces.ts';
import { listWorkflowsWithDeadlines } from './queries/select-alert-rules.ts';
import { updateWorkspace } from './queries/update-workspace.ts';
import { PostgresTenantStore } from './tenant.ts';
import { systemTimers, type StoreTimers } from './timers.ts';

const APP_CONNECTIONS = 10;
const OWNER_CONNECTIONS = 2;
/** One commit of a workspace is under way at a time, so these serve as many workspaces at once. */
const JOURNAL_CONNECTIONS = 4;
/** Its two statements are looked up by key whatever the values; planning them costs more than running them. */
const JOURNAL_SETTINGS = '-c plan_cache_mode=force_generic_plan';

/** How many executions of a workspace are deleted in one transaction; each may have a million spans. */
const EXECUTIONS_AT_ONCE = 50;
/** Likewise of segments of spans. */
const SEGMENTS_AT_ONCE = 500;
/** Likewise of attempts of activities. */
const ATTEMPTS_AT_ONCE = 10_000;

/** How long after a restart of the database a server may take to show again that it lives. */
const RESTART_GRACE = toMicros(15_000_000);

export interface StoreOptions {
  /** A PostgreSQL server, version 15 or newer; without it flowprof starts its own in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: StoreLog;
  /** Seals what nodes gave: 32 bytes, the same on all servers of a database. Made and kept in `dataDir` when absent. */
  readonly journalKey?: Uint8Array | undefined;
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
  readonly #journal: Database;
  readonly #journals: Journals;
  readonly #journalKey: () => Promise<Uint8Array>;
  readonly #lease: InstanceLease | null;
  readonly live: PostgresLiveFeed;
  readonly #telling: TellingContext;
  readonly #instanceId: string;
  readonly #segments: SegmentWriter;
  #closing: Promise<void> | null = null;

  private constructor(options: StoreOptions, database: PreparedDatabase, server: EmbeddedServer | null) {
    const { clock, random, log, timers = systemTimers } = options;
    this.backend = database.backend;
    this.serverVersion = database.serverVersion;
    this.#options = options;
    this.#server = server;
    const { settings, exclusive, genericPlans } = BACKENDS[this.backend];
    this.#app = new Database(database.app, { max: APP_CONNECTIONS, log, settings });
    this.#owner = new Database(database.owner, { max: OWNER_CONNECTIONS, log, settings });
    this.#instanceId = uuidv7(clock.now(), random);
    const instanceId = this.#instanceId;
    const channel = exclusive ? null : { connection: database.app, timers, log };
    const live = new PostgresLiveFeed({ app: this.#app, owner: this.#owner, clock, instanceId, channel });
    this.live = live;
    this.#telling = { database: this.#app, clock, random, announce: (changes) => live.announce(changes) };
    const journal = {
      max: JOURNAL_CONNECTIONS,
      log,
      settings: genericPlans ? `${settings} ${JOURNAL_SETTINGS}` : settings,
    };
    this.#journal = new Database(database.app, journal);
    this.#journalKey = journalKeyOf(options);
    this.#journals = new Journals({
      database: this.#app,
      writer: new JournalWriter({ database: this.#journal, clock, instanceId: this.#instanceId }),
      key: this.#journalKey,
    });
    this.#segments = new SegmentWriter({ database: this.#app, clock, random });
    this.#lease = exclusive ? null : new InstanceLease(database.owner, this.#instanceId, timers, log);
  }

  static async open(options: StoreOptions): Promise<PostgresStore> {
    const { databaseUrl, dataDir, clock, random, log, timers = systemTimers } = options;
    if (options.journalKey !== undefined) checkKey(options.journalKey);
    if (databaseUrl !== undefined) {
      const store = new PostgresStore(options, await openServer(databaseUrl, log), null);
      await store.#lease?.take();
      await store.live.open();
      return store;
    }
    const { server, database } = await openEmbedded({ dataDir, clock, random, timers, log });
    const store = new PostgresStore(options, database, server);
    try {
      // The folder is locked now, so that nobody else makes a key of its own.
      await store.#journalKey();
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  get connections(): ConnectionUse {
    const uses = [this.#app, this.#owner, this.#journal].map(({ connections }) => connections);
    const sum = (of: (use: ConnectionUse) => number): number => uses.reduce((total, use) => total + of(use), 0);
    return { inUse: sum((use) => use.inUse), idle: sum((use) => use.idle), waiting: sum((use) => use.waiting) };
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

  async createWorkspace(
    workspace: { readonly slug: string; readonly name: string },
    founder: NewMember | null = null,
  ): Promise<Workspace> {
    const { clock, random } = this.#options;
    const createdAt = clock.now();
    const made: Workspace = { id: uuidv7(createdAt, random), ...workspace, createdAt };
    if (founder === null) {
      await this.#owner.transaction((sql) => insertWorkspace(sql, made));
      return made;
    }
    await this.#asMember(founder, async (sql) => {
      await insertWorkspace(sql, made);
      await insertMember(sql, made.id, newMember(founder, 'admin', createdAt));
    });
    return made;
  }

  updateWorkspace(
    id: string,
    change: { readonly slug?: string | undefined; readonly name?: string | undefined },
  ): Promise<Workspace | null> {
    return this.#owner.transaction((sql) => updateWorkspace(sql, id, change));
  }

  async deleteWorkspace(id: string): Promise<boolean> {
    if (!isUuid(id)) return false;
    let deleted: number;
    do {
      deleted = await this.#app.inWorkspace(id, (sql) => deleteSomeExecutions(sql, id, EXECUTIONS_AT_ONCE));
    } while (deleted === EXECUTIONS_AT_ONCE);
    do {
      deleted = await this.#app.inWorkspace(id, (sql) => deleteSomeSegments(sql, id, SEGMENTS_AT_ONCE));
    } while (deleted === SEGMENTS_AT_ONCE);
    do {
      deleted = await this.#app.inWorkspace(id, (sql) => deleteSomeRuns(sql, id, EXECUTIONS_AT_ONCE));
    } while (deleted === EXECUTIONS_AT_ONCE);
    do {
      deleted = await this.#app.inWorkspace(id, (sql) => deleteSomeAttempts(sql, id, ATTEMPTS_AT_ONCE));
    } while (deleted === ATTEMPTS_AT_ONCE);
    return this.#owner.transaction((sql) => deleteWorkspace(sql, id));
  }

  waitingSchedules(limit: number): Promise<readonly WaitingSchedule[]> {
    return this.#owner.transaction((sql) => listWaitingSchedules(sql, limit));
  }

  workflowsToEvaluate(limit: number): Promise<readonly WorkflowToEvaluate[]> {
    const claim = { instanceId: this.#instanceId, now: this.#options.clock.now() };
    return this.#owner.transaction((sql) => listWorkflowsBehind(sql, claim, limit));
  }

  workflowsWithDeadlines(limit: number): Promise<readonly WorkflowToEvaluate[]> {
    return this.#owner.transaction((sql) => listWorkflowsWithDeadlines(sql, limit));
  }

  waitingDeliveries(limit: number): Promise<readonly WaitingDelivery[]> {
    return this.#owner.transaction((sql) => listWaitingDeliveries(sql, limit));
  }

  alertLoad(): Promise<AlertLoad> {
    return this.#owner.transaction(measureAlerts);
  }

  waitingImports(limit: number): Promise<readonly WaitingImport[]> {
    return this.#owner.transaction((sql) => listAbandonedImports(sql, this.#options.clock.now(), limit));
  }

  hasKeys(): Promise<boolean> {
    return this.#owner.transaction(anyKey);
  }

  membershipsOf(identity: Identity): Promise<readonly Membership[]> {
    return this.#asMember(identity, (sql) => listMemberships(sql, memberIdOf(identity)));
  }

  listWorkspaces(): Promise<readonly Workspace[]> {
    return this.#owner.transaction(listWorkspaces);
  }

  findWorkspace(idOrSlug: string): Promise<Workspace | null> {
    return this.#owner.transaction((sql) => findWorkspace(sql, idOrSlug));
  }

  tenant(workspaceId: string): TenantStore {
    if (!isUuid(workspaceId)) throw new StoreError('bad_workspace_id');
    return new PostgresTenantStore(workspaceId.toLowerCase(), {
      ...this.#telling,
      journals: this.#journals,
      segments: this.#segments,
      key: this.#journalKey,
      instanceId: this.#instanceId,
      others: async () => (await this.#livingInstances()).filter((id) => id !== this.#instanceId),
      askToCancel: (request) => this.live.askToCancel(request),
    });
  }

  async recoverInterrupted(): Promise<readonly InterruptedExecution[]> {
    const found: InterruptedExecution[] = [];
    const { living, abandoned } = await this.#look();
    for (const { workspaceId, instances } of abandoned) {
      const now = this.#options.clock.now();
      found.push(
        ...(await inWorkspaceTelling(this.#telling, workspaceId, (sql, teller) =>
          interruptExecutions(sql, workspaceId, instances, now, teller),
        )),
      );
    }
    await this.#forgetDead(living);
    return found;
  }

  async claimInterrupted(limit: number): Promise<readonly InterruptedExecution[]> {
    const found: InterruptedExecution[] = [];
    const { living, abandoned } = await this.#look();
    for (const { workspaceId, instances: deadInstances } of abandoned) {
      if (found.length >= limit) break;
      const [instanceId, now] = [this.#instanceId, this.#options.clock.now()];
      const claim = { deadInstances, instanceId, limit: limit - found.length, now };
      found.push(
        ...(await inWorkspaceTelling(this.#telling, workspaceId, (sql, teller) =>
          claimExecutions(sql, workspaceId, claim, teller),
        )),
      );
    }
    await this.#forgetDead(living);
    return found;
  }

  listOtlpWorkspaces(): Promise<readonly string[]> {
    return this.#owner.transaction(listMakers);
  }

  listTemporalConnections(limit: number): Promise<readonly TemporalConnectionHead[]> {
    return this.#owner.transaction((sql) => listConnectionHeads(sql, limit));
  }

  temporalLoad(): Promise<TemporalLoad> {
    return this.#owner.transaction((sql) => measureTemporal(sql, this.#options.clock.now()));
  }

  async announce(url: string): Promise<void> {
    await this.#server?.announce(url);
  }

  retain(workspaceId: string, options: RetainOptions): Promise<RetentionRun | null> {
    if (!isUuid(workspaceId)) return Promise.reject(new StoreError('bad_workspace_id'));
    const context = { database: this.#app, clock: this.#options.clock, instanceId: this.#instanceId };
    return retain(workspaceId, context, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#lease?.close();
    await this.live.close();
    await Promise.all([this.#app.close(), this.#owner.close(), this.#journal.close()]);
    await this.#server?.stop();
  }

  /** Runs `work` as the owner, who sees one person's memberships. The setting is a literal as that of a workspace is. */
  #asMember<T>(identity: Identity, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#owner.transaction(work, `SET LOCAL app.member_id = '${memberIdOf(identity)}'`);
  }

  /**
   * Who lives, and by workspace who has unfinished executions and does not. Those who have are asked for first: whoever
   * starts or takes over meanwhile is none of them.
   */
  async #look(): Promise<{ readonly living: readonly string[]; readonly abandoned: readonly WorkspaceOwners[] }> {
    const owners = await this.#owner.transaction(listOwners);
    const living = await this.#livingInstances();
    const isAlive = new Set(living);
    const abandoned = owners
      .map((owner) => ({ ...owner, instances: owner.instances.filter((id) => !isAlive.has(id)) }))
      .filter(({ instances, hasOwnerless }) => hasOwnerless || instances.length > 0);
    return { living, abandoned };
  }

  /** Keeps the list of servers short; where it cannot be done now, the next call does it. */
  async #forgetDead(living: readonly string[]): Promise<void> {
    const setUp = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ';
    await this.#owner.transaction((sql) => deleteDeadInstances(sql, living), setUp).catch(() => undefined);
  }

  async #livingInstances(): Promise<readonly string[]> {
    if (BACKENDS[this.backend].exclusive) return [this.#instanceId];
    const grace = this.#options.restartGrace ?? RESTART_GRACE;
    const living = await this.#owner.transaction((sql) => listLivingInstances(sql, grace));
    return [...new Set([...living, this.#instanceId])];
  }
}

/** The installation's key, read or made when it is first asked for. */
function journalKeyOf({ journalKey, dataDir, random }: StoreOptions): () => Promise<Uint8Array> {
  let key: Promise<Uint8Array> | null = null;
  return () => {
    key ??= journalKey === undefined ? keyIn(dataDir, random) : Promise.resolve(journalKey);
    // What could not be read may be there the next time.
    key.catch(() => {
      key = null;
    });
    return key;
  };
}

async function keyIn(dataDir: string, random: RandomBytes): Promise<Uint8Array> {
  try {
    return await loadJournalKey(dataDir, random);
  } catch (error) {
    throw fileError(error, dataDir) ?? error;
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

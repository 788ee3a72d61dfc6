import type { Timers } from '@flowprof/conductor';
import { isStale, TemporalError, type Decode } from '@flowprof/ingest/temporal';
import type { Clock } from '@flowprof/model';
import type { TemporalConnection, TemporalRun, TenantStore } from '@flowprof/store';
import type { z } from 'zod';
import { ApiError, notFound } from '../../http/errors.ts';
import type { temporalCheckShape, temporalSyncedShape } from '../../http/shapes/temporal.ts';
import type { TemporalClients } from './clients.ts';
import type { ConnectionSync } from './connection-sync.ts';
import { shownError } from './run-sync.ts';

/** How long who asks for one execution may wait, and how long one who only looks at it. */
const NOW_MS = 30_000;
const GLANCE_MS = 2500;
const CHECK_MS = 15_000;
/** How many executions are synced at once for one who waits for all of a connection. */
const AT_ONCE = 8;
const TICK_MS = 200;
const US_PER_DAY = 86_400_000_000;

export interface TemporalSyncOptions {
  readonly clients: TemporalClients;
  readonly sync: Pick<ConnectionSync, 'list' | 'find' | 'sync' | 'hurry'>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Ends what is under way when the server does. */
  readonly signal: AbortSignal;
  /** Told when there is something to do for a connection. */
  readonly onDue: (connectionId: string) => void;
}

/** What is synced when somebody asks for it. */
interface Asked {
  /** Only executions of this workflow id; null for all that have changed. */
  readonly workflowId: string | null;
  readonly waitMs: number;
}

/** What a client is told of something that could not be had from Temporal. */
function temporalFailed({ code, message }: { readonly code: string; readonly message: string }): ApiError {
  return new ApiError('temporal_failed', `Temporal did not give what was asked: ${message}.`, {
    members: { reason: code },
  });
}

/** Asked of the codec server when a connection is tried: what is not sealed comes back as it is. */
const PROBE = [{ metadata: { encoding: btoa('json/plain') }, data: btoa('"flowprof"') }];

/** Syncs at once what somebody asks for. */
export class TemporalSync {
  readonly #options: TemporalSyncOptions;

  constructor(options: TemporalSyncOptions) {
    this.#options = options;
  }

  /** Tries a connection. Never throws for what is wrong with it: that is the answer. */
  async check(tenant: TenantStore, connection: TemporalConnection): Promise<z.output<typeof temporalCheckShape>> {
    const { clients, sync, onDue } = this.#options;
    // Who tries it has changed something about it, here or there.
    sync.hurry(connection.id);
    const { client, decode } = await clients.of(tenant, connection);
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(CHECK_MS)]);
    const [found, codecError] = await Promise.all([client.check(signal), codecFault(decode, signal)]);
    onDue(connection.id);
    const error = found.steps.find((step) => step.error !== null)?.error ?? codecError;
    const wasListed = found.steps.some(({ step, error: fault }) => step === 'list' && fault === null);
    return {
      ok: found.isUsable && codecError === null,
      server_version: found.serverVersion,
      retention_days: found.retention === null ? null : found.retention / US_PER_DAY,
      latency_ms: found.latency === null ? null : found.latency / 1000,
      can_list: wasListed,
      steps: found.steps.map(({ step, error: fault }) => ({ step, error: fault })),
      codec: decode === null ? 'none' : codecError === null ? 'ok' : 'failing',
      error,
    };
  }

  /** Lists a connection now and syncs what is due of it, for a while. @throws {ApiError} `temporal_failed` */
  async syncConnection(
    tenant: TenantStore,
    connection: TemporalConnection,
    { workflowId, waitMs }: Asked,
  ): Promise<z.output<typeof temporalSyncedShape>> {
    const { sync, clock, onDue } = this.#options;
    const until = clock.now() + waitMs * 1000;
    const { signal } = this.#options;
    if (workflowId !== null) {
      const synced = await told(this.#syncWorkflow(tenant, connection, workflowId, until));
      onDue(connection.id);
      return synced;
    }
    const { found, changed } = await told(sync.list(tenant, connection, signal));
    await this.#syncDue(tenant, connection, until);
    onDue(connection.id);
    const state = (await tenant.temporal.getConnection(connection.id))?.sync;
    return { found, changed, waiting: state?.waiting ?? 0, failing: state?.failing ?? 0 };
  }

  /** Syncs all runs of a workflow id, as far as there is time; what waits and fails is told of them alone. */
  async #syncWorkflow(
    tenant: TenantStore,
    connection: TemporalConnection,
    workflowId: string,
    until: number,
  ): Promise<z.output<typeof temporalSyncedShape>> {
    const { sync, signal, clock } = this.#options;
    const { found, changed, runs } = await sync.find(tenant, connection, { workflowId }, signal);
    const waiting = [...runs];
    const { workspaceId } = tenant;
    let [again, failing] = [0, 0];
    const work = async (): Promise<void> => {
      while (clock.now() < until) {
        const runId = waiting.shift();
        if (runId === undefined) return;
        const { outcome } = await sync.sync({ workspaceId, connectionId: connection.id, runId }, signal);
        if (outcome === 'unchanged') again++;
        if (outcome === 'failed') failing++;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { found, changed, waiting: waiting.length + again, failing };
  }

  /** Syncs what is due, and waits for what others have taken, as far as there is time. */
  async #syncDue(tenant: TenantStore, connection: TemporalConnection, until: number): Promise<void> {
    const { sync, signal, clock, timers } = this.#options;
    const { workspaceId, temporal } = tenant;
    const connectionId = connection.id;
    // What has ended is made again of its children at the end, once for all of them, and is not left to somebody else.
    let isNearEnd = false;
    while (clock.now() < until && !signal.aborted) {
      const due = await temporal.takeDue(connectionId, AT_ONCE, isNearEnd);
      const synced = await Promise.all(
        due.map(({ run: { runId } }) => sync.sync({ workspaceId, connectionId, runId }, signal)),
      );
      const pause = Math.max(0, ...synced.map(({ pauseMs }) => pauseMs));
      if (pause > 0) return;
      const hadNone = due.length === 0;
      const wasNearEnd = isNearEnd;
      isNearEnd = hadNone;
      if (!hadNone || !wasNearEnd) continue;
      const state = (await temporal.getConnection(connectionId))?.sync;
      if (state === undefined || state.waiting === 0) return;
      await timers.sleep(TICK_MS, signal).catch(() => undefined);
    }
  }

  /**
   * Syncs an execution now, and resolves once that is stored. One that is not known yet is looked for at the servers of the
   * workspace.
   * @throws {ApiError} `not_found`; `temporal_not_connected` for one that ran elsewhere; `temporal_failed`
   */
  async syncNow(tenant: TenantStore, executionId: string): Promise<void> {
    const run = (await tenant.temporal.wantNow(executionId)) ?? (await this.#discover(tenant, executionId));
    if (run === null) {
      if ((await tenant.getExecution(executionId)) === null) throw notFound();
      throw new ApiError('temporal_not_connected', 'The execution is of no Temporal server that is connected.');
    }
    const outcome = await this.#within(tenant, run, NOW_MS);
    if (outcome === 'late') {
      throw temporalFailed({ code: 'timed_out', message: 'it goes on in the background' });
    }
    if (outcome === null) return;
    const failed = await tenant.temporal.findRun(executionId);
    if (failed === null) throw notFound();
    const connection = await tenant.temporal.getConnection(run.connectionId);
    const error = failed.error ?? connection?.sync.error ?? null;
    throw temporalFailed(error ?? { code: outcome, message: 'the sync came to nothing' });
  }

  /**
   * Syncs an execution that somebody looks at, if it may have gone on; gives up waiting after a moment, whatever comes of
   * it. Says whether that was tried.
   */
  async refresh(tenant: TenantStore, executionId: string): Promise<boolean> {
    const { clock } = this.#options;
    const run = await tenant.temporal.findRun(executionId);
    if (run === null || !isStale(run, clock.now())) return false;
    await this.#within(tenant, run, GLANCE_MS);
    return true;
  }

  /** @returns null when it was synced, else the code of what went wrong, or `late` */
  async #within(tenant: TenantStore, { connectionId, runId }: TemporalRun, ms: number): Promise<string | null> {
    const { sync, timers, signal } = this.#options;
    const done = new AbortController();
    const syncing = sync.sync({ workspaceId: tenant.workspaceId, connectionId, runId }, signal);
    const late = timers.sleep(ms, AbortSignal.any([signal, done.signal])).then(
      () => 'late' as const,
      () => 'late' as const,
    );
    // Whoever does not wait for it any more must not be the one who hears of a fault.
    syncing.catch(() => undefined);
    const first = await Promise.race([syncing, late]).finally(() => done.abort());
    return first === 'late' ? 'late' : first.error;
  }

  /** Looks for an execution that is not known by its run id. @throws {ApiError} `temporal_failed` where not all could be asked */
  async #discover(tenant: TenantStore, runId: string): Promise<TemporalRun | null> {
    const { sync, signal } = this.#options;
    if ((await tenant.getExecution(runId)) !== null) return null;
    const done = new AbortController();
    const late = AbortSignal.timeout(NOW_MS);
    const stop = AbortSignal.any([signal, done.signal, late]);
    const faults: TemporalError[] = [];
    const ask = async (connection: TemporalConnection): Promise<void> => {
      try {
        // An id is hexadecimal digits and hyphens, which a query holds as they are.
        const { runs } = await sync.find(tenant, connection, { query: `RunId = '${runId}'` }, stop);
        // Who has it need not wait for those who are away.
        if (runs.length > 0) done.abort();
      } catch (error) {
        if (!(error instanceof TemporalError)) throw error;
        faults.push(error);
      }
    };
    const connections = await tenant.temporal.listConnections();
    // One that is switched off is left alone, but for what is known of it.
    await Promise.all(connections.filter(({ isEnabled }) => isEnabled).map(ask));
    if (done.signal.aborted) return tenant.temporal.wantNow(runId);
    const [fault] = faults;
    if (fault === undefined) return null;
    // It may be where nobody could ask.
    throw temporalFailed(late.aborted ? { code: 'timed_out', message: 'there was no answer' } : shownError(fault));
  }
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TemporalError) throw temporalFailed(shownError(error));
    throw error;
  }
}

/** What is wrong with a codec server; null where nothing is, or there is none. */
async function codecFault(decode: Decode | null, signal: AbortSignal) {
  if (decode === null) return null;
  try {
    await decode(PROBE, signal);
    return null;
  } catch (error) {
    if (error instanceof TemporalError) return shownError(error);
    throw error;
  }
}

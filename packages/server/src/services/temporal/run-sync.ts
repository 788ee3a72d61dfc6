import {
  dueAgainAt,
  isOfConnection,
  retryAt,
  TemporalError,
  type Decode,
  type TemporalClient,
} from '@flowprof/ingest/temporal';
import { isTerminal, type Clock, type JsonObject, type RandomBytes } from '@flowprof/model';
import { StoreError, type KnownTemporalConnection, type TemporalRun, type TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import { redactedText } from '../redact-trace.ts';
import type { TemporalClients } from './clients.ts';
import type { RunMaker } from './run-maker.ts';

/** How often a run is made anew because something of it came meanwhile. */
const MOST_TRIES = 5;
/** Longer messages of errors are cut. */
const MAX_MESSAGE = 500;
/** How long a server is let be that asks for that, or that cannot be reached, in milliseconds. */
const PAUSE_MS = 5000;

/** What came of the sync of one run. */
export interface Synced {
  /** `unchanged`: something of it came again and again meanwhile; it is due again. */
  readonly outcome: 'recorded' | 'unchanged' | 'failed';
  /** The code of the failure; null without one. */
  readonly error: string | null;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly pauseMs: number;
}

export interface RunSyncOptions {
  readonly clients: TemporalClients;
  readonly maker: Pick<RunMaker, 'make'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: Pick<Logger, 'warn' | 'debug'>;
  /** Told of each sync that came to an end: what came of it, how many events were fetched, and how long it took. */
  readonly count: (outcome: Synced['outcome'], events: number, seconds: number) => void;
}

/** The run to sync, and what is needed for that. */
interface Subject {
  readonly tenant: TenantStore;
  readonly connection: KnownTemporalConnection;
  readonly client: TemporalClient;
  readonly decode: Decode | null;
  readonly signal: AbortSignal;
}

/** Temporal's words for runs that go on. */
const OPEN_STATUSES = new Set(['running', 'paused', 'unknown']);

/** An error as it may be kept and shown. */
export function shownError({ code, message }: TemporalError): { readonly code: string; readonly message: string } {
  return { code, message: redactedText(message).slice(0, MAX_MESSAGE) };
}

/**
 * Syncs single runs: fetches the events that are not kept yet, keeps each piece as it comes, and makes the execution of all
 * that is kept. It may be stopped anywhere, and done by several at once: what is kept stays, and what is made of it is
 * written only where nothing has come meanwhile.
 */
export class RunSync {
  readonly #options: RunSyncOptions;
  readonly #underWay = new Map<string, Promise<Synced>>();

  constructor(options: RunSyncOptions) {
    this.#options = options;
  }

  /**
   * Syncs a run that is known; who asks for one that is being synced gets what comes of that. What is wrong with the server
   * is told and kept, not thrown.
   */
  sync(tenant: TenantStore, connectionId: string, runId: string, signal: AbortSignal): Promise<Synced> {
    const key = `${tenant.workspaceId} ${runId}`;
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const syncing = this.#sync(tenant, connectionId, runId, signal).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, syncing);
    return syncing;
  }

  async #sync(tenant: TenantStore, connectionId: string, runId: string, signal: AbortSignal): Promise<Synced> {
    const { count } = this.#options;
    const began = performance.now();
    const fetched = { events: 0 };
    const synced = await this.#tried(tenant, connectionId, runId, fetched, signal);
    count(synced.outcome, fetched.events, (performance.now() - began) / 1000);
    return synced;
  }

  async #tried(
    tenant: TenantStore,
    connectionId: string,
    runId: string,
    fetched: { events: number },
    signal: AbortSignal,
  ): Promise<Synced> {
    const { temporal } = tenant;
    const [connection, run] = await Promise.all([temporal.findConnection(connectionId), temporal.findRun(runId)]);
    // Somebody has removed it meanwhile.
    if (connection === null || run === null) return { outcome: 'failed', error: 'not_found', pauseMs: 0 };
    try {
      const { client, decode } = await this.#options.clients.of(tenant, connection);
      const subject = { tenant, connection, client, decode, signal };
      if (!run.isComplete) fetched.events = await this.#fetchAll(subject, run);
      const isRecorded = await this.#make(subject, runId);
      return { outcome: isRecorded ? 'recorded' : 'unchanged', error: null, pauseMs: 0 };
    } catch (error) {
      if (!(error instanceof TemporalError)) throw error;
      return this.#failed(tenant, run, error);
    }
  }

  /** Fetches what is not kept yet. @returns how many events that were */
  async #fetch({ tenant: { temporal }, client, signal }: Subject, run: TemporalRun): Promise<number> {
    const { connectionId, workflowId, runId, checkpoint } = run;
    if (OPEN_STATUSES.has(run.status)) {
      const described = await this.#describe(temporal, client, run, signal);
      const none = { firstEvent: checkpoint + 1, lastEvent: checkpoint, data: new Uint8Array() };
      await temporal.keepEvents(connectionId, runId, none, described);
    }
    let events = 0;
    for await (const piece of client.history({ workflowId, runId }, { after: checkpoint, withTail: true, signal })) {
      const { firstEvent, lastEvent, data, isTentative = false } = piece;
      await temporal.keepEvents(connectionId, runId, { firstEvent, lastEvent, data, isTentative }, null);
      if (!isTentative) events += lastEvent - firstEvent + 1;
    }
    return events;
  }

  /** The same, and once more where another server has kept other pieces meanwhile. */
  async #fetchAll(subject: Subject, run: TemporalRun): Promise<number> {
    for (let tries = 1; ; tries++) {
      const known = tries === 1 ? run : await subject.tenant.temporal.findRun(run.runId);
      if (known === null) return 0;
      try {
        return await this.#fetch(subject, known);
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'conflict') || tries >= MOST_TRIES) throw error;
      }
    }
  }

  /** What history does not tell of a run that goes on; the attempts that are seen are kept. */
  async #describe(
    temporal: TenantStore['temporal'],
    client: TemporalClient,
    { workflowId, runId, described: before }: TemporalRun,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const { described, attempts } = await client.describe(workflowId, runId, { before, signal });
    if (attempts.length > 0) await temporal.keepAttempts(attempts);
    return described;
  }

  /** Makes the execution of what is kept. @returns false where more has come each time */
  async #make({ tenant: { temporal }, connection, decode, signal }: Subject, runId: string): Promise<boolean> {
    const { maker, clock } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      signal.throwIfAborted();
      const run = await temporal.findRun(runId);
      if (run === null) return false;
      const { events, lastEventAt, head, ...made } = await maker.make(temporal, connection, run, decode);
      const isComplete = isTerminal(made.status);
      const pending = run.described?.['pendingActivities'];
      const isBusy = Array.isArray(pending) && pending.length > 0;
      const open = { isClosed: isComplete, events, lastEventAt, isBusy };
      const outcome = { isComplete, dueAgainAt: dueAgainAt(open, clock.now()) };
      if (await temporal.record({ ...made, run: { ...run, ...head } }, outcome)) return true;
    }
    return false;
  }

  async #failed({ temporal }: TenantStore, run: TemporalRun, error: TemporalError): Promise<Synced> {
    const { clock, random, logger } = this.#options;
    const { connectionId, runId, failures } = run;
    const told = shownError(error);
    if (error.code === 'cancelled') return { outcome: 'failed', error: error.code, pauseMs: 0 };
    const isShared = isOfConnection(error.code);
    const pauseMs = isShared ? PAUSE_MS : 0;
    const chance = (random(new Uint8Array(1))[0] ?? 128) / 255;
    logger.debug({ connection: connectionId, run: runId, code: error.code }, 'an execution could not be synced');
    // What is wrong with the server is no run's fault; those that were taken are due again when their claim ends.
    if (isShared) await temporal.noteListing(connectionId, { error: told });
    else await temporal.fail(connectionId, runId, told, retryAt(clock.now(), error.code, failures + 1, chance));
    return { outcome: 'failed', error: error.code, pauseMs };
  }
}

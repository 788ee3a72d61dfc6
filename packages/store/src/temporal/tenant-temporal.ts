import { isUuid, toEpochMicros, uuidv7, type EpochMicros, type JsonObject, type TraceEvent } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { TellingContext } from '../live/teller.ts';
import { rememberRuns } from '../queries/forget-runs.ts';
import { countAttempts, MAX_ATTEMPTS, selectAttempts, upsertAttempts } from '../queries/temporal-attempts.ts';
import {
  claimTemporalConnection,
  deleteTemporalConnection,
  findTemporalConnection,
  getTemporalConnection,
  insertTemporalConnection,
  listTemporalConnections,
  lockTemporalSecrets,
  noteTemporalListing,
  releaseTemporalConnection,
  selectTemporalSecrets,
  stopTemporalConnection,
  updateTemporalConnection,
  type SealedSecrets,
} from '../queries/temporal-connections.ts';
import {
  deleteTentative,
  insertHistoryPart,
  lockCheckpoint,
  noteKept,
  selectHistory,
  selectTentative,
} from '../queries/temporal-history.ts';
import {
  failRun,
  lockRuns,
  selectChildRuns,
  selectForgotten,
  selectOpenRuns,
  selectRun,
  takeDueRuns,
  touchRuns,
  wantRunNow,
  wantRuns,
} from '../queries/temporal-runs.ts';
import { selectTemporalSpans } from '../queries/temporal-spans.ts';
import type {
  AttemptReport,
  DueRun,
  HistoryPart,
  KnownTemporalConnection,
  MadeTemporalRun,
  TemporalConnection,
  TemporalConnectionText,
  TemporalRun,
  TemporalRunHead,
  TemporalSecrets,
  TenantTemporal,
} from './api.ts';
import { distinctReports, joinReports } from './attempts.ts';
import { pack, packEvents, unpack, unpackEvents } from './packing.ts';
import { record, type RunOutcome } from './record.ts';
import { keepJoined } from './join.ts';
import { removeSomeRuns } from './remove.ts';
import { namesOf, openTemporalSecrets, sealTemporalSecrets } from './seal-secrets.ts';

/** How long the coordination of a connection stays a server's without a sign of it. */
const CLAIM_US = 30_000_000;
/** How long a run that was taken stays a server's. */
const RUN_CLAIM_US = 60_000_000;
/** How long after events were kept the run is due at the latest, should nobody make anything of them. */
const UNMADE_US = 60_000_000;
/** How many rows go into one statement. */
const CHUNK = 1000;
/** How many parts are read at once; each is a few hundred kilobytes at most. */
const PARTS = 8;
const MAX_CHILDREN = 1000;

interface TemporalContext extends TellingContext {
  /** This server. */
  readonly instanceId: string;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
}

interface WentWrong {
  readonly code: string;
  readonly message: string;
}

/** See `TenantTemporal`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantTemporal implements TenantTemporal {
  readonly #workspaceId: string;
  readonly #context: TemporalContext;

  constructor(workspaceId: string, context: TemporalContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  listConnections(): Promise<readonly TemporalConnection[]> {
    return this.#run((sql) => listTemporalConnections(sql, this.#workspaceId, this.#now));
  }

  getConnection(id: string): Promise<TemporalConnection | null> {
    return this.#run((sql) => getTemporalConnection(sql, this.#workspaceId, id, this.#now));
  }

  findConnection(id: string): Promise<KnownTemporalConnection | null> {
    return this.#run((sql) => findTemporalConnection(sql, this.#workspaceId, id));
  }

  async createConnection(text: TemporalConnectionText, secrets: TemporalSecrets): Promise<TemporalConnection> {
    const id = uuidv7(this.#now, this.#context.random);
    const kept = await this.#seal(id, secrets);
    return this.#run(async (sql) => {
      const isMade = await insertTemporalConnection(sql, this.#workspaceId, id, text, kept, this.#now);
      if (!isMade) throw new StoreError('too_many_temporal_connections');
      return existing(await getTemporalConnection(sql, this.#workspaceId, id, this.#now));
    });
  }

  async updateConnection(
    id: string,
    change: Partial<TemporalConnectionText>,
    secrets: Partial<TemporalSecrets>,
  ): Promise<TemporalConnection | null> {
    const key = await this.#context.key();
    return this.#run(async (sql) => {
      const sealed = await lockTemporalSecrets(sql, this.#workspaceId, id);
      const known = await getTemporalConnection(sql, this.#workspaceId, id, this.#now);
      if (sealed === null || known === null) return null;
      const before = openTemporalSecrets(key, this.#workspaceId, known.id, sealed);
      const kept = sealedBy(key, this.#workspaceId, known.id, {
        ...before,
        ...secrets,
      });
      await updateTemporalConnection(sql, this.#workspaceId, id, { ...known, ...change }, kept, this.#now);
      return getTemporalConnection(sql, this.#workspaceId, id, this.#now);
    });
  }

  async deleteConnection(id: string, withExecutions: boolean): Promise<boolean> {
    if (!(await this.#run((sql) => stopTemporalConnection(sql, this.#workspaceId, id)))) return false;
    let removed: number;
    do {
      removed = await this.#run((sql) => removeSomeRuns(sql, this.#workspaceId, id, withExecutions));
    } while (removed > 0);
    await this.#run((sql) => deleteTemporalConnection(sql, this.#workspaceId, id));
    return true;
  }

  async readSecrets(id: string): Promise<TemporalSecrets | null> {
    const sealed = await this.#run((sql) => selectTemporalSecrets(sql, this.#workspaceId, id));
    return sealed && openTemporalSecrets(await this.#context.key(), this.#workspaceId, id, sealed);
  }

  claim(connectionId: string): Promise<boolean> {
    const { instanceId } = this.#context;
    const claim = { instanceId, ...this.#until(CLAIM_US) };
    return this.#run((sql) => claimTemporalConnection(sql, this.#workspaceId, connectionId, claim));
  }

  release(connectionId: string): Promise<void> {
    const { instanceId } = this.#context;
    return this.#run((sql) => releaseTemporalConnection(sql, this.#workspaceId, connectionId, instanceId));
  }

  noteListing(
    connectionId: string,
    { listedUntil = null, error }: { readonly listedUntil?: EpochMicros | null; readonly error: WentWrong | null },
  ): Promise<void> {
    const note = { listedUntil, error };
    return this.#run((sql) => noteTemporalListing(sql, this.#workspaceId, connectionId, note, this.#now));
  }

  async want(connectionId: string, heads: readonly TemporalRunHead[], isAskedFor = false): Promise<number> {
    if (!isUuid(connectionId)) throw new StoreError('not_found');
    const byId = new Map(heads.map((head) => [head.runId.toLowerCase(), head]));
    const known = [...byId].filter(([id]) => isUuid(id));
    let count = 0;
    for (let at = 0; at < known.length; at += CHUNK) {
      const some = known.slice(at, at + CHUNK);
      const ids = some.map(([id]) => id);
      count += await this.#run(async (sql) => {
        if (isAskedFor) await rememberRuns(sql, this.#workspaceId, ids);
        const forgotten = await selectForgotten(sql, this.#workspaceId, ids);
        const wanted = some.flatMap(([id, head]) => (forgotten.has(id) ? [] : [head]));
        return wanted.length === 0 ? 0 : wantRuns(sql, this.#workspaceId, connectionId, wanted, this.#now);
      });
    }
    return count;
  }

  wantNow(executionId: string): Promise<TemporalRun | null> {
    return this.#run((sql) => wantRunNow(sql, this.#workspaceId, executionId, this.#now));
  }

  takeDue(connectionId: string, limit: number, withTouched = false): Promise<readonly DueRun[]> {
    const claim = { ...this.#until(RUN_CLAIM_US), withTouched };
    return this.#run((sql) => takeDueRuns(sql, this.#workspaceId, connectionId, limit, claim));
  }

  findRun(executionId: string): Promise<TemporalRun | null> {
    return this.#run((sql) => selectRun(sql, this.#workspaceId, executionId));
  }

  listOpenRuns(connectionId: string, limit: number): Promise<readonly TemporalRun[]> {
    return this.#run((sql) => selectOpenRuns(sql, this.#workspaceId, connectionId, limit));
  }

  async keepEvents(
    connectionId: string,
    runId: string,
    part: HistoryPart,
    described: JsonObject | null,
  ): Promise<TemporalRun> {
    const { firstEvent, lastEvent, isTentative = false } = part;
    const isEmpty = part.data.byteLength === 0 || lastEvent < firstEvent;
    const packed = { firstEvent, lastEvent, data: isEmpty ? part.data : await pack(part.data) };
    return this.#run(async (sql) => {
      const checkpoint = await lockCheckpoint(sql, this.#workspaceId, connectionId, runId);
      if (checkpoint === null) throw new StoreError('not_found');
      const isNew = !isEmpty && lastEvent > checkpoint;
      if (isNew && firstEvent !== checkpoint + 1) throw new StoreError('conflict');
      const bytes = isNew ? await this.#keepPart(sql, runId, packed, isTentative) : null;
      const change = {
        checkpoint: isNew && !isTentative ? lastEvent : null,
        bytes: bytes ?? 0,
        hasOtherEvents: bytes !== null,
        described,
      };
      const unmade = toEpochMicros(this.#now + UNMADE_US);
      return existing(await noteKept(sql, this.#workspaceId, runId, change, this.#now, unmade));
    });
  }

  /** How many more bytes are kept; null where that part was kept already. */
  async #keepPart(sql: Sql, runId: string, part: HistoryPart, isTentative: boolean): Promise<number | null> {
    if (isTentative) {
      const known = await selectTentative(sql, this.#workspaceId, runId);
      if (known !== null && Buffer.compare(known, part.data) === 0) return null;
    }
    const freed = await deleteTentative(sql, this.#workspaceId, runId);
    await insertHistoryPart(sql, this.#workspaceId, runId, part, isTentative);
    return part.data.byteLength - freed;
  }

  async *readEvents(connectionId: string, runId: string): AsyncIterable<HistoryPart> {
    let after = 0;
    for (;;) {
      const parts = await this.#run((sql) => selectHistory(sql, this.#workspaceId, connectionId, runId, after, PARTS));
      for (const part of parts) yield { ...part, data: await unpack(part.data) };
      const last = parts.at(-1);
      if (last === undefined || parts.length < PARTS) return;
      after = last.lastEvent;
    }
  }

  record(made: MadeTemporalRun, outcome: RunOutcome): Promise<boolean> {
    return record(this.#context, this.#workspaceId, made, outcome);
  }

  fail(connectionId: string, runId: string, error: WentWrong, retryAt: EpochMicros | null): Promise<void> {
    return this.#run((sql) => failRun(sql, this.#workspaceId, connectionId, runId, error, retryAt, this.#now));
  }

  childrenOf(connectionId: string, runIds: readonly string[]): Promise<readonly TemporalRun[]> {
    const ids = runIds.filter(isUuid);
    return this.#run((sql) => selectChildRuns(sql, this.#workspaceId, connectionId, ids, MAX_CHILDREN));
  }

  async keepAttempts(reports: readonly AttemptReport[]): Promise<void> {
    const distinct = distinctReports(reports.filter(({ runId }) => isUuid(runId)));
    for (let at = 0; at < distinct.length; at += CHUNK) {
      const some = distinct.slice(at, at + CHUNK);
      await this.#run((sql) => this.#keepAttempts(sql, some));
    }
  }

  async #keepAttempts(sql: Sql, reports: readonly AttemptReport[]): Promise<void> {
    const runIds = [...new Set(reports.map(({ runId }) => runId))];
    const known = new Set(await lockRuns(sql, this.#workspaceId, runIds));
    const counts = new Map(await countAttempts(sql, this.#workspaceId, runIds));
    const kept = reports.filter(({ runId }) => {
      const count = counts.get(runId) ?? 0;
      counts.set(runId, count + 1);
      return count < MAX_ATTEMPTS;
    });
    const changed = await upsertAttempts(sql, this.#workspaceId, kept, this.#now);
    const touched = changed.filter((id) => known.has(id));
    await touchRuns(sql, this.#workspaceId, touched, this.#now);
  }

  async attemptsOf(runIds: readonly string[]): Promise<readonly AttemptReport[]> {
    const ids = runIds.filter(isUuid);
    return joinReports(await this.#run((sql) => selectAttempts(sql, this.#workspaceId, ids)));
  }

  async keepJoined(executionId: string, origin: EpochMicros, events: readonly TraceEvent[]): Promise<boolean> {
    if (!isUuid(executionId)) return false;
    const packed = await packEvents(events, origin);
    return this.#run((sql) => keepJoined(sql, this.#workspaceId, executionId, packed, this.#now));
  }

  async joinedOf(
    executionId: string,
  ): Promise<readonly { readonly origin: EpochMicros; readonly events: readonly TraceEvent[] }[]> {
    const found = await this.#run((sql) => selectTemporalSpans(sql, this.#workspaceId, executionId));
    return Promise.all(found.map(async ({ origin, data }) => ({ origin, events: await unpackEvents(data) })));
  }

  get #now(): EpochMicros {
    return toEpochMicros(this.#context.clock.now());
  }

  #until(micros: number): { readonly now: EpochMicros; readonly until: EpochMicros } {
    const now = this.#now;
    return { now, until: toEpochMicros(now + micros) };
  }

  async #seal(id: string, secrets: TemporalSecrets): Promise<SealedSecrets> {
    return sealedBy(await this.#context.key(), this.#workspaceId, id, secrets);
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}

function sealedBy(key: Uint8Array, workspaceId: string, id: string, secrets: TemporalSecrets): SealedSecrets {
  return { sealed: sealTemporalSecrets(key, workspaceId, id, secrets), has: namesOf(secrets) };
}

function existing<T>(found: T | null): T {
  if (found === null) throw new StoreError('not_found');
  return found;
}

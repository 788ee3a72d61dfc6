import type { Timers } from '@flowprof/conductor';
import { MAX_SPANS, toEpochMicros, type Clock } from '@flowprof/model';
import type { MadeExecution, Store, TenantStore, TracedExecution } from '@flowprof/store';
import type { Logger } from 'pino';
import type { ThreadPool } from '../threads/pool.ts';
import { recordJoined } from './join.ts';
import { RunJoiner } from './temporal-join.ts';
import { Batch, isJoin, pieceOf, type Piece } from './batch.ts';
import type { MadeTrace, MakingWork } from './making.ts';
import { Waiting, type BatchLimits, type DueTrace, type MakingDelays } from './waiting.ts';

export const DEFAULT_MAKING_DELAYS: MakingDelays = {
  settled: 2_000_000,
  unsettled: 10_000_000,
  longest: 15_000_000,
  silence: 300_000_000,
};

/** Some 50,000 spans; a thread works at them for less than a second. */
const BATCH: BatchLimits = { traces: 2000, segments: 128, bytes: 4 * 1024 * 1024 };

/** How many segments are looked at anew at once. */
const MOST_LISTED = 5000;
/** How long is waited where nothing is due, and where the database is away. */
const IDLE_MS = 500;
const FAULT_MS = 2000;
/** How often it is asked whether other servers took in spans, and whether executions fell silent. */
const ROUND_MS = 10_000;
/** How many silent executions are ended at once. */
const MOST_SILENT = 200;
/** How long a trace is put off of which nothing could be made. */
const PUT_OFF_US = 60_000_000;
/** Likewise one whose caller has not started yet. */
const JOIN_AGAIN_US = 1_000_000;
/** Executions made at once get rows for their spans where these are no more than so many together. */
const MOST_ROWS = 1000;
/** How many executions get their rows at once, and how many rows: spans may be few and have very many events. */
const ROWS_AT_ONCE = 50;
const MOST_ROW_EVENTS = 4000;

export interface MakerOptions {
  readonly store: Store;
  readonly pool: Pick<ThreadPool, 'use'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly delays: MakingDelays;
  readonly count: (outcome: 'made' | 'joined' | 'refused' | 'failed', executions: number, spans: number) => void;
  /** Hears of traces that have as many spans as an execution may have. */
  readonly onFull: (workspaceId: string, traceId: string) => void;
}

/**
 * Makes executions of the spans that wait:
 *
 *     waiting ── quiet for a while ──► execution (running or ended) ── more spans ──► the same, made again
 *
 * Of several servers on one database one does so for a workspace at a time. What it knows can be lost at any moment: the
 * database has all of it.
 */
export class ExecutionMaker {
  readonly #options: MakerOptions;
  /** The workspaces that spans came for lately. */
  readonly #active = new Map<string, Waiting>();
  /** Those that something failed for, and until when they are left alone. */
  readonly #halted = new Map<string, number>();
  readonly #joiner: RunJoiner;
  #wake: (() => void) | null = null;

  constructor(options: MakerOptions) {
    this.#options = options;
    this.#joiner = new RunJoiner(options.clock);
  }

  /** Spans of a workspace were kept. */
  notify(workspaceId: string): void {
    if (this.#active.has(workspaceId)) return;
    this.#active.set(workspaceId, new Waiting());
    this.#wake?.();
  }

  /** Makes executions until the signal fires. @returns resolves once nothing is under way */
  async run(signal: AbortSignal): Promise<void> {
    const { timers, logger } = this.#options;
    let nextRound = 0;
    while (!signal.aborted) {
      let [wait, now] = [IDLE_MS, performance.now()];
      try {
        if (now >= nextRound) {
          await this.#lookAround();
          nextRound = now + ROUND_MS;
        }
        if (await this.work()) wait = 0;
      } catch (error) {
        logger.warn({ err: error }, 'executions could not be made of spans');
        wait = FAULT_MS;
      }
      if (wait > 0) await timers.sleep(wait, signal).catch(() => undefined);
    }
    await this.#releaseAll();
  }

  /** One turn of every workspace that has something to do; says whether there is more to do at once. */
  async work(): Promise<boolean> {
    let isMore = false;
    for (const [workspaceId, waiting] of this.#active) {
      const tenant = this.#options.store.tenant(workspaceId);
      if (!(await tenant.otlp.claim())) {
        this.#active.delete(workspaceId);
        continue;
      }
      if ((this.#halted.get(workspaceId) ?? 0) > performance.now()) continue;
      try {
        if (await this.#workOn(tenant, waiting)) isMore = true;
        this.#halted.delete(workspaceId);
      } catch (error) {
        // What is wrong with the spans of one workspace keeps no other waiting.
        this.#options.logger.warn({ err: error, workspace: workspaceId }, 'executions could not be made of spans');
        this.#halted.set(workspaceId, performance.now() + FAULT_MS);
      }
      if (waiting.isEmpty && !isMore) this.#active.delete(workspaceId);
    }
    return isMore;
  }

  /** Finds spans that others took in, and ends executions that fell silent. */
  async #lookAround(): Promise<void> {
    const { store } = this.#options;
    for (const workspaceId of await store.listOtlpWorkspaces()) {
      const tenant = store.tenant(workspaceId);
      const { segments } = await tenant.otlp.backlog();
      if (segments > 0) this.notify(workspaceId);
      if (!(await tenant.otlp.claim())) continue;
      await this.endSilent(tenant);
    }
  }

  async #releaseAll(): Promise<void> {
    for (const workspaceId of this.#active.keys()) {
      await this.#options.store
        .tenant(workspaceId)
        .otlp.release()
        .catch(() => undefined);
    }
  }

  async #workOn(tenant: TenantStore, waiting: Waiting): Promise<boolean> {
    const { clock, delays } = this.#options;
    const { found, gone } = await tenant.otlp.listWaiting(waiting.segmentIds, MOST_LISTED);
    for (const id of gone) waiting.forget(id);
    for (const segment of found) waiting.add(segment);
    const due = waiting.due(toEpochMicros(clock.now()), delays, BATCH);
    if (due.length === 0) return found.length === MOST_LISTED || (await this.#writeRows(tenant));
    await this.#makeDue(tenant, waiting, due);
    return true;
  }

  async #makeDue(tenant: TenantStore, waiting: Waiting, due: readonly DueTrace[]): Promise<void> {
    const found = await tenant.otlp.findTraced(due.map(({ traceId }) => traceId));
    const { runs, others } = await this.#joiner.followed(tenant, found);
    const known = new Map(others.map((one) => [one.traceId, one]));
    const batch = new Batch(due.map((trace) => pieceOf(trace, known.get(trace.traceId) ?? null)));
    const made = await this.#inThread(await batch.work(tenant));
    const done: DueTrace[] = [];
    const executions: MadeExecution[] = [];
    const hasRows = due.reduce((sum, { spans }) => sum + spans, 0) <= MOST_ROWS;
    for (const [i, piece] of batch.pieces.entries()) {
      const result = made[i];
      if (result === undefined || result.fault !== null) this.#failed(tenant, waiting, piece, result?.fault ?? '');
      else if (!isJoin(piece)) {
        const isExecution = await this.#joinRuns(tenant, waiting, piece, result, runs.get(piece.due.traceId) ?? null);
        if (isExecution === null) continue;
        if (isExecution) executions.push(batch.execution(i, result, hasRows));
        done.push(piece.due);
      } else if (await this.#join(tenant, waiting, piece, result)) done.push(piece.due);
    }
    const segments = waiting.without(done);
    if (segments.length === 0) return;
    if (await tenant.otlp.make({ segments, executions })) {
      waiting.taken(segments, done);
      this.#made(tenant, batch, executions);
    } else for (const { id } of segments) waiting.forget(id);
  }

  /** Gives rows to executions that are to have some, while nothing else is to be done; says whether there were any. */
  async #writeRows(tenant: TenantStore): Promise<boolean> {
    const due = await tenant.otlp.listDueRows(ROWS_AT_ONCE);
    if (due.length === 0) return false;
    const found = await tenant.otlp.findTraced(due.map(({ id }) => id.replaceAll('-', '')));
    const own = found.filter(({ made }) => made !== null);
    const batch = new Batch(own.map((known) => pieceOf({ traceId: known.traceId, segments: [], spans: 0 }, known)));
    const { segments, traces } = await batch.work(tenant);
    const wanted = traces.map((trace) => ({ ...trace, wanted: 'spans' as const }));
    const made = await this.#inThread({ segments, traces: wanted, mostEvents: MOST_ROW_EVENTS });
    const events = new Map(own.map(({ id }, i) => [id, made[i]?.events ?? []]));
    // Those that there was no room for are written next, but for one that is too large by itself, which gets none.
    const later = new Set(own.flatMap(({ id }, i) => (made[i]?.isLeftOut === true && !isAlone(made, i) ? [id] : [])));
    const now = due.filter(({ id }) => !later.has(id));
    await tenant.otlp.writeRows(now.map(({ id }) => ({ id, events: events.get(id) ?? [] })));
    return true;
  }

  #made(tenant: TenantStore, { pieces }: Batch, executions: readonly MadeExecution[]): void {
    const { count, onFull } = this.#options;
    count(
      'made',
      executions.length,
      executions.reduce((sum, { spanCount }) => sum + spanCount, 0),
    );
    const refused = pieces.reduce((sum, piece) => sum + piece.refused, 0);
    if (refused > 0) count('refused', 0, refused);
    for (const { spanCount, traceId } of executions) {
      if (spanCount >= MAX_SPANS) onFull(tenant.workspaceId, traceId);
    }
  }

  async #inThread(work: MakingWork): Promise<readonly MadeTrace[]> {
    const result = await this.#options.pool.use((ask) => ask({ type: 'make_traces', ...work }));
    if (result.type !== 'made') throw new Error(`a thread answered ${result.type}`);
    return result.traces;
  }

  /** Tells the execution that called what was called. Where it cannot take it yet, the spans wait on. */
  async #join(tenant: TenantStore, waiting: Waiting, { due, known }: Piece, made: MadeTrace): Promise<boolean> {
    const { clock, count } = this.#options;
    if (known === null) return false;
    const isTaken = await recordJoined(tenant, known, made);
    if (isTaken) count('joined', 1, made.events.length);
    else waiting.putOff(due.traceId, clock.now() + JOIN_AGAIN_US);
    return isTaken;
  }

  /** Tells runs of Temporal which spans are theirs. @returns whether the trace is an execution; null for later */
  async #joinRuns(
    tenant: TenantStore,
    waiting: Waiting,
    { due, known }: Piece,
    made: MadeTrace,
    run: string | null,
  ): Promise<boolean | null> {
    const { traceId } = due;
    const joining = {
      due,
      known: { id: '', traceId, status: 'running', startedAt: null, made: null },
      refused: 0,
    } as const;
    const spansOf = async (): Promise<MadeTrace> => {
      const [spans] = await this.#inThread(await new Batch([joining]).work(tenant));
      if (spans === undefined) throw new Error('a thread made nothing');
      return spans;
    };
    const verdict = await this.#joiner.join(tenant, made, run, known !== null, spansOf);
    switch (verdict.kind) {
      case 'execution':
        return true;
      case 'joined':
        this.#options.count('joined', 1, verdict.spans);
        return verdict.isExecution;
      case 'later':
        waiting.putOff(traceId, verdict.until);
        return null;
      default:
        return verdict satisfies never;
    }
  }

  #failed(tenant: TenantStore, waiting: Waiting, { due }: Piece, fault: string): void {
    const { clock, count, logger } = this.#options;
    const line = { workspace: tenant.workspaceId, trace: due.traceId, fault };
    logger.warn(line, 'no execution could be made of a trace; it is tried again');
    count('failed', 1, due.spans);
    waiting.putOff(due.traceId, clock.now() + PUT_OFF_US);
  }

  /** Ends executions of which nothing was heard for long. */
  async endSilent(tenant: TenantStore): Promise<void> {
    const { clock, delays } = this.#options;
    const waiting = this.#active.get(tenant.workspaceId);
    const since = toEpochMicros(clock.now() - delays.silence);
    const silent = (await tenant.otlp.listSilent(since, MOST_SILENT)).filter(
      ({ traceId }) => waiting?.isWaiting(traceId) !== true,
    );
    if (silent.length === 0) return;
    const pieces = silent.map((known) => pieceOf({ traceId: known.traceId, segments: [], spans: 0 }, closed(known)));
    const batch = new Batch(pieces);
    const made = await this.#inThread(await batch.work(tenant));
    const executions = made.flatMap((result, i) => (result.fault === null ? [batch.execution(i, result, false)] : []));
    await tenant.otlp.make({ segments: [], executions });
  }
}

/** Whether nothing was made before the one at a position, which had all the room there is. */
function isAlone(made: readonly MadeTrace[], at: number): boolean {
  return made.slice(0, at).every(({ events }) => events.length === 0);
}

function closed(known: TracedExecution): TracedExecution {
  const { made } = known;
  return made === null ? known : { ...known, made: { ...made, kept: { ...made.kept, isClosed: true } } };
}

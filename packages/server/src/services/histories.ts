import type { HistoryRun, Trace } from '@flowprof/model';
import {
  StoreError,
  type KeptSummary,
  type MadeSummary,
  type PackedTrace,
  type RunFilter,
  type StoredRun,
  type TenantStore,
} from '@flowprof/store';
import { packTrace, unpackTrace } from '@flowprof/store/blob';
import type { Logger } from 'pino';
import { ApiError } from '../http/errors.ts';
import { labelsOf } from './history/labels.ts';
import { summaryOfTrace } from './history/summarise.ts';
import type { ThreadPool } from './threads/pool.ts';
import { Turnstile } from './turnstile.ts';

/** A trace of more spans is summed up in a thread. */
const INLINE_SPANS = 2000;
/** How many traces are read at once, by all requests together. */
const AT_ONCE = 2;
/** Summaries are kept after so many, so that what was made stays where the rest fails. */
const CHUNK = 16;
/** How many spans a request looks at for summaries that are missing, and what a trace counts for that is not kept whole. */
const MOST_SPANS = 1_000_000;
const UNKNOWN_SPANS = 2000;
/** How many executions that could not be summed up are remembered. */
const MOST_FAILED = 1000;

/** Executions of a workflow, oldest first. */
export interface History {
  readonly runs: readonly HistoryRun[];
  /** How many more there are that could not be summed up, or not within one request: asked again, there are fewer. */
  readonly incomplete: number;
}

/** Which executions of a workflow are looked at. */
export interface HistoryFilter extends RunFilter {
  /** How many spans are looked at for summaries that are missing, about; 1,000,000 when absent. */
  readonly mostSpans?: number;
}

function historyRunOf(run: StoredRun, { summary, tracks }: KeptSummary): HistoryRun {
  const { id, number, workflowVersion, status, startedAt } = run;
  return { id, number, workflowVersion, status, startedAt, labels: labelsOf(run, tracks), summary };
}

/** The executions of workflows with their summaries, which are made when they are first asked for, and then kept. */
export class Histories {
  readonly #pool: ThreadPool;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #turnstile = new Turnstile(AT_ONCE);
  readonly #making = new Map<string, Promise<KeptSummary | null>>();
  readonly #failed = new Set<string>();

  constructor(pool: ThreadPool, logger: Pick<Logger, 'warn'>) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /**
   * The last executions of a workflow that have ended, oldest first. Of a workflow that is not there, there are none.
   * @throws {ApiError} `overloaded`, `shutting_down`
   */
  async of(
    tenant: TenantStore,
    workflowId: string,
    { mostSpans = MOST_SPANS, ...filter }: HistoryFilter,
  ): Promise<History> {
    return this.#complete(tenant, await tenant.runs.list(workflowId, filter), mostSpans);
  }

  /** Those of these executions that are there and have ended, oldest first. @throws {ApiError} as `of` */
  async ofExecutions(tenant: TenantStore, executionIds: readonly string[]): Promise<History> {
    return this.#complete(tenant, await tenant.runs.find(executionIds), MOST_SPANS);
  }

  /**
   * An execution with its summary; null where it is not there, has not ended, or cannot be summed up.
   * @throws {ApiError} as `of`
   */
  async summaryOf(tenant: TenantStore, executionId: string): Promise<HistoryRun | null> {
    const { runs } = await this.ofExecutions(tenant, [executionId]);
    return runs[0] ?? null;
  }

  async #complete(tenant: TenantStore, stored: readonly StoredRun[], mostSpans: number): Promise<History> {
    const made = await this.#makeMissing(tenant, stored, mostSpans);
    const runs: HistoryRun[] = [];
    for (const run of stored) {
      const kept = run.kept ?? made.get(run.id);
      if (kept) runs.push(historyRunOf(run, kept));
    }
    return { runs, incomplete: stored.length - runs.length };
  }

  /** Sums up those that are missing, the newest first, as far as a request may, and keeps that. */
  async #makeMissing(
    tenant: TenantStore,
    stored: readonly StoredRun[],
    mostSpans: number,
  ): Promise<ReadonlyMap<string, KeptSummary>> {
    const made = new Map<string, KeptSummary>();
    const chosen = this.#chosen(tenant, stored, mostSpans);
    for (let from = 0; from < chosen.length; from += CHUNK) {
      const chunk: MadeSummary[] = [];
      await Promise.all(
        chosen.slice(from, from + CHUNK).map(async (run) => {
          const kept = await this.#make(tenant, run);
          if (kept === null) return;
          made.set(run.id, kept);
          chunk.push({ executionId: run.id, madeOf: run.updatedAt, ...kept });
        }),
      );
      await tenant.runs.keep(chunk);
    }
    return made;
  }

  #chosen(tenant: TenantStore, stored: readonly StoredRun[], mostSpans: number): readonly StoredRun[] {
    const missing = stored.filter((run) => run.kept === null && !this.#failed.has(keyOf(tenant, run))).reverse();
    let room = mostSpans;
    return missing.filter(({ spanCount }, i) => {
      const fits = room > 0 || i === 0;
      room -= spanCount ?? UNKNOWN_SPANS;
      return fits;
    });
  }

  /** Two that want the same summary at once get it from one reading. */
  #make(tenant: TenantStore, run: StoredRun): Promise<KeptSummary | null> {
    const key = keyOf(tenant, run);
    const known = this.#making.get(key);
    if (known) return known;
    const making = this.#turnstile
      .pass(() => this.#summarise(tenant, run.id))
      .catch((error: unknown) => this.#failedWith(key, run.id, error))
      .finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  /** What is wrong with one trace does not keep the others from being compared. */
  #failedWith(key: string, executionId: string, error: unknown): null {
    if (error instanceof StoreError || error instanceof ApiError) throw error;
    this.#logger.warn({ err: error, execution: executionId }, 'an execution could not be summed up');
    if (this.#failed.size >= MOST_FAILED) this.#failed.clear();
    this.#failed.add(key);
    return null;
  }

  async #summarise(tenant: TenantStore, executionId: string): Promise<KeptSummary | null> {
    const packed = await tenant.getPackedTrace(executionId);
    if (packed === null) {
      const trace = await tenant.getTrace(executionId);
      return trace && this.#ofTrace(trace);
    }
    return packed.spanCount <= INLINE_SPANS ? summaryOfTrace(await unpackTrace(packed)) : this.#inThread(packed);
  }

  /** Of an execution that is kept as rows alone. */
  async #ofTrace(trace: Trace): Promise<KeptSummary> {
    return trace.spans.length <= INLINE_SPANS ? summaryOfTrace(trace) : this.#inThread(await packTrace(trace));
  }

  #inThread(trace: PackedTrace): Promise<KeptSummary> {
    return this.#pool.use(async (ask) => {
      const result = await ask({ type: 'summary', trace });
      if (result.type !== 'summary') throw new Error(`a thread answered ${result.type}`);
      return result.kept;
    });
  }
}

/** An id is one workspace's own, but the same file imported into two has the same id in both. */
function keyOf(tenant: TenantStore, run: StoredRun): string {
  return `${tenant.workspaceId} ${run.id} ${run.updatedAt}`;
}

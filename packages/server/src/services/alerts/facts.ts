import {
  deadlineRisk,
  isTerminal,
  needsOf,
  type AlertCondition,
  type EndedRun,
  type HistoryRun,
  type Micros,
} from '@flowprof/model';
import type { EndOfExecution, ExecutionUnderWay, TenantStore } from '@flowprof/store';
import type { Histories } from '../histories.ts';
import type { Projections } from '../history/projections.ts';
import { pricesOf } from '../prices.ts';
import type { TraceViews } from '../views.ts';

/** What facts are found out with. */
export interface FactSources {
  readonly histories: Pick<Histories, 'of' | 'summaryOf'>;
  readonly views: Pick<TraceViews, 'retries'>;
  readonly projections: Pick<Projections, 'finishOf'>;
}

/** How an execution has ended, where that is known. */
export type KnownEnd = EndOfExecution & { readonly endedAt: NonNullable<EndOfExecution['endedAt']> };

export function hasEnded(end: EndOfExecution): end is KnownEnd {
  return isTerminal(end.status) && end.endedAt !== null;
}

/** Finds out what must be known of executions of a workflow to judge them; several rules share what was found. */
export class Facts {
  readonly #tenant: TenantStore;
  readonly #workflowId: string;
  readonly #sources: FactSources;
  readonly #runs = new Map<string, Promise<HistoryRun | null>>();
  readonly #baselines = new Map<string, Promise<readonly HistoryRun[]>>();
  readonly #retries = new Map<string, Promise<EndedRun['retries']>>();

  constructor(tenant: TenantStore, workflowId: string, sources: FactSources) {
    this.#tenant = tenant;
    this.#workflowId = workflowId;
    this.#sources = sources;
  }

  /** An execution as a condition asks for it. @throws {ApiError} `overloaded`, {StoreError} */
  async of(condition: AlertCondition, end: KnownEnd): Promise<EndedRun> {
    const { id, status, endedAt, toldAt, duration } = end;
    const needs = needsOf(condition);
    const run = needs.summary ? await this.#run(id) : null;
    return {
      id,
      status,
      endedAt,
      toldAt,
      duration,
      summary: run?.summary ?? null,
      before: needs.before > 0 ? await this.#before(id, needs.before) : [],
      baseline: needs.baseline === null ? null : await this.#baseline(needs.baseline),
      retries: needs.retries ? await this.#retriesOf(id) : [],
      // Asked for each time: somebody may have changed it since the last execution.
      prices: needs.prices ? ((await pricesOf(this.#tenant))?.table ?? null) : null,
    };
  }

  /** How likely an execution that runs is not to be done within a limit, in percent; null where nothing can be said. */
  async riskOf({ id, startedAt }: ExecutionUnderWay, limit: Micros): Promise<number | null> {
    const execution = { id, startedAt, workflowId: this.#workflowId };
    const { projection } = await this.#sources.projections.finishOf(this.#tenant, execution);
    const risk = deadlineRisk(projection, limit);
    return risk === null ? null : Math.round(risk * 1000) / 10;
  }

  #baseline(id: string): Promise<readonly HistoryRun[]> {
    return once(this.#baselines, id, () => this.#tenant.baselines.runs(id));
  }

  #run(id: string): Promise<HistoryRun | null> {
    return once(this.#runs, id, () => this.#sources.histories.summaryOf(this.#tenant, id));
  }

  async #before(id: string, limit: number): Promise<readonly HistoryRun[]> {
    const filter = { limit, before: id, statuses: ['completed'] } as const;
    const { runs } = await this.#sources.histories.of(this.#tenant, this.#workflowId, filter);
    return runs.toReversed();
  }

  #retriesOf(id: string): Promise<EndedRun['retries']> {
    return once(this.#retries, id, async () => {
      const execution = await this.#tenant.getExecution(id);
      if (execution === null) return [];
      const found = await this.#sources.views.retries(this.#tenant, execution);
      return Array.from(found, ([node, { verdict, reason }]) => ({ node, verdict, reason }));
    });
  }
}

function once<T>(known: Map<string, Promise<T>>, id: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(id);
  if (before) return before;
  const found = find();
  known.set(id, found);
  return found;
}

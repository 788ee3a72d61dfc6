import {
  anomaliesView,
  findAnomalies,
  isTerminal,
  noProjection,
  projectFinish,
  projectionView,
  since,
  type Clock,
  type HistoryRun,
  type Micros,
  type Projection,
  type ProjectionView,
  type RunStandingView,
  type Status,
  type Trace,
} from '@flowprof/model';
import type { Execution, TenantStore } from '@flowprof/store';
import { packTrace } from '@flowprof/store/blob';
import { notFound } from '../../http/errors.ts';
import type { Histories } from '../histories.ts';
import { INLINE_NODES } from './analyst.ts';
import { packRuns, weightOf } from './packed-runs.ts';
import type { ThreadPool } from '../threads/pool.ts';

/** How many executions that completed a projection rests upon at most. */
const RUNS = 100;
/** A trace of more spans is projected in a thread. */
const INLINE_SPANS = 2000;

export interface ProjectionAnswer extends ProjectionView {
  readonly execution_id: string;
  readonly status: Status;
  /** How an execution that has completed stands among those before it. */
  readonly standing: RunStandingView | null;
  /** How many executions of its history could not be summed up. */
  readonly incomplete: number;
}

interface ProjectionOptions {
  readonly histories: Histories;
  readonly pool: ThreadPool;
  readonly clock: Clock;
}

/** When executions will probably end, and how those that have stand in the history of their workflow. */
export class Projections {
  readonly #options: ProjectionOptions;

  constructor(options: ProjectionOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} `not_found` when it has gone meanwhile, `overloaded`, `shutting_down` */
  async of(tenant: TenantStore, execution: Execution): Promise<ProjectionAnswer> {
    return isTerminal(execution.status) ? this.#ofEnded(tenant, execution) : this.#ofLive(tenant, execution);
  }

  async #ofEnded(tenant: TenantStore, { id, status, workflowId, startedAt, duration }: Execution) {
    const { histories, clock } = this.#options;
    const before = await histories.of(tenant, workflowId, { limit: RUNS, before: id, statuses: ['completed'] });
    const own = await histories.summaryOf(tenant, id);
    const standings = own?.status === 'completed' ? findAnomalies([...before.runs, own], { runs: 1 }) : [];
    const now = duration ?? since(startedAt ?? clock.now(), clock.now());
    return {
      execution_id: id,
      status,
      ...projectionView(noProjection(now, 'ended', 0), startedAt),
      standing: anomaliesView(standings)[0] ?? null,
      incomplete: before.incomplete,
    };
  }

  async #ofLive(tenant: TenantStore, execution: Execution): Promise<ProjectionAnswer> {
    const { id, status, startedAt } = execution;
    const { projection, incomplete } = await this.finishOf(tenant, execution);
    return {
      execution_id: id,
      status,
      ...projectionView(projection, startedAt),
      standing: null,
      incomplete,
    };
  }

  /**
   * When an execution that runs will probably end, and how many executions of its history could not be summed up.
   * @throws {ApiError} `not_found` when it has gone meanwhile, `overloaded`, `shutting_down`
   */
  async finishOf(
    tenant: TenantStore,
    { id, workflowId, startedAt }: Pick<Execution, 'id' | 'workflowId' | 'startedAt'>,
  ): Promise<{ readonly projection: Projection; readonly incomplete: number }> {
    const { histories, clock } = this.#options;
    const { runs, incomplete } = await histories.of(tenant, workflowId, { limit: RUNS, statuses: ['completed'] });
    const trace = await tenant.getTrace(id);
    if (trace === null) throw notFound();
    const moment = clock.now();
    const now = since(startedAt ?? moment, moment);
    return { projection: await this.#project(trace, runs, now), incomplete };
  }

  async #project(trace: Trace, history: readonly HistoryRun[], now: Micros): Promise<Projection> {
    const isSmall = trace.spans.length <= INLINE_SPANS && weightOf(history) <= INLINE_NODES;
    if (isSmall) return projectFinish(trace, history, now);
    const [packed, runs] = [await packTrace(trace), await packRuns(history)];
    return this.#options.pool.use(async (ask) => {
      const result = await ask({ type: 'projection', trace: packed, history: runs, now });
      if (result.type !== 'projection') throw new Error(`a thread answered ${result.type}`);
      return result.projection;
    });
  }
}

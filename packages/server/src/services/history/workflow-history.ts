import {
  FINDING_RUNS,
  type CohortsView,
  type HistoryFinding,
  type HistoryView,
  type PathFrequency,
  type RegressionReference,
} from '@flowprof/model';
import type { Baseline, Execution, TenantStore } from '@flowprof/store';
import { notFound } from '../../http/errors.ts';
import type { Histories, History } from '../histories.ts';
import type { Analyst } from './analyst.ts';
import type { CohortBy, RegressionFound } from './questions.ts';

/** What executions are compared with, as it is asked for. */
export type WantedReference =
  | { readonly kind: 'previous' }
  | { readonly kind: 'last'; readonly runs: number }
  | { readonly kind: 'version'; readonly version: number; readonly runs: number }
  /** The default of the workflow where no id is given. */
  | { readonly kind: 'baseline'; readonly id: string | null };

/** What executions are compared with, as it was found. */
interface Reference {
  readonly reference: RegressionReference;
  /** Executions besides those of the history. */
  readonly more: History;
  readonly baseline: Baseline | null;
}

export interface RegressionAnswer extends RegressionFound {
  readonly against: {
    readonly kind: RegressionReference['kind'];
    readonly runs: number | null;
    readonly version: number | null;
    readonly baseline_id: string | null;
    readonly baseline_name: string | null;
  };
  readonly incomplete: number;
}

/** How many spans of earlier executions are looked at for a profile, where they are not summed up yet. */
const PROFILE_SPANS = 50_000;

const NOTHING: History = { runs: [], incomplete: 0 };

/** What the executions of a workflow tell together. */
export class WorkflowHistory {
  readonly #histories: Histories;
  readonly #analyst: Analyst;

  constructor(histories: Histories, analyst: Analyst) {
    this.#histories = histories;
    this.#analyst = analyst;
  }

  /** The last executions, and a node over them. @throws {ApiError} `not_found`, `overloaded`, `shutting_down`; as all here */
  async history(
    tenant: TenantStore,
    workflowId: string,
    asked: {
      readonly limit: number;
      readonly before: string | null;
      readonly version: number | null;
      readonly node: string | null;
      /** Of how many nodes it is told what they took in each. */
      readonly trends: number;
    },
  ): Promise<HistoryView & { readonly incomplete: number }> {
    await this.#check(tenant, workflowId);
    const { limit, before, version, node, trends } = asked;
    if (before !== null) await this.#checkExecution(tenant, workflowId, before);
    const { runs, incomplete } = await this.#histories.of(tenant, workflowId, {
      limit,
      ...(before !== null && { before }),
      ...(version !== null && { version }),
    });
    return { ...(await this.#analyst.ask({ kind: 'history', node, trends }, runs)), incomplete };
  }

  /**
   * Whether the newest executions, or one, are slower than others, what makes them so, and since when.
   * @param asked `wanted` null for the default baseline, or the last 50 where there is none
   */
  async regressions(
    tenant: TenantStore,
    workflowId: string,
    asked: { readonly limit: number; readonly executionId: string | null; readonly wanted: WantedReference | null },
  ): Promise<RegressionAnswer> {
    await this.#check(tenant, workflowId);
    const { limit, executionId, wanted } = asked;
    const history = await this.#until(tenant, workflowId, executionId, limit);
    const { reference, more, baseline } = await this.#reference(tenant, workflowId, wanted);
    const options = { reference, ...(executionId !== null && { candidates: [executionId] }) };
    const found = await this.#analyst.ask({ kind: 'regressions', options }, history.runs, more.runs);
    const counted = reference.kind === 'last' ? reference.runs : null;
    return {
      against: {
        kind: reference.kind,
        runs: counted,
        version: reference.kind === 'version' ? reference.version : null,
        baseline_id: baseline?.id ?? null,
        baseline_name: baseline?.name ?? null,
      },
      ...found,
      incomplete: history.incomplete + more.incomplete,
    };
  }

  /** What tells slow or failed executions from the others. */
  async cohorts(
    tenant: TenantStore,
    workflowId: string,
    asked: { readonly limit: number; readonly by: CohortBy },
  ): Promise<CohortsView & { readonly incomplete: number }> {
    await this.#check(tenant, workflowId);
    const { limit, by } = asked;
    if (by.kind === 'change_point' && by.firstRunId !== null)
      await this.#checkExecution(tenant, workflowId, by.firstRunId);
    const { runs, incomplete } = await this.#histories.of(tenant, workflowId, { limit });
    return { ...(await this.#analyst.ask({ kind: 'cohorts', by }, runs)), incomplete };
  }

  /** How often each node held the critical path of the last executions that completed. */
  async criticalPath(
    tenant: TenantStore,
    workflowId: string,
    asked: { readonly runs: number; readonly version: number | null },
  ): Promise<PathFrequency & { readonly incomplete: number }> {
    await this.#check(tenant, workflowId);
    const { runs, incomplete } = await this.#histories.of(tenant, workflowId, {
      limit: asked.runs,
      statuses: ['completed'],
      ...(asked.version !== null && { version: asked.version }),
    });
    return { ...(await this.#analyst.ask({ kind: 'paths' }, runs)), incomplete };
  }

  /**
   * What the executions before one that has ended say of it. Of those that are not summed up yet, so many are that it
   * takes no longer than the profile itself; the others count the next time.
   */
  async finding(
    tenant: TenantStore,
    { id, workflowId, status }: Pick<Execution, 'id' | 'workflowId' | 'status'>,
  ): Promise<HistoryFinding | null> {
    if (status !== 'completed') return null;
    const filter = { limit: FINDING_RUNS, statuses: ['completed'], mostSpans: PROFILE_SPANS } as const;
    const before = await this.#histories.of(tenant, workflowId, { ...filter, before: id });
    if (before.runs.length === 0) return null;
    const own = await this.#histories.summaryOf(tenant, id);
    return own && this.#analyst.ask({ kind: 'finding' }, [...before.runs, own]);
  }

  async #check(tenant: TenantStore, workflowId: string): Promise<void> {
    if ((await tenant.getWorkflow(workflowId)) === null) throw notFound();
  }

  async #checkExecution(tenant: TenantStore, workflowId: string, id: string): Promise<void> {
    const execution = await tenant.getExecution(id);
    if (execution?.workflowId !== workflowId) throw notFound();
  }

  /** The last executions up to one, with it; or the last of all. */
  async #until(tenant: TenantStore, workflowId: string, executionId: string | null, limit: number): Promise<History> {
    if (executionId === null) return this.#histories.of(tenant, workflowId, { limit });
    await this.#checkExecution(tenant, workflowId, executionId);
    const before = await this.#histories.of(tenant, workflowId, { limit, before: executionId });
    const own = await this.#histories.ofExecutions(tenant, [executionId]);
    return { runs: [...before.runs, ...own.runs], incomplete: before.incomplete + own.incomplete };
  }

  async #reference(tenant: TenantStore, workflowId: string, wanted: WantedReference | null): Promise<Reference> {
    if (wanted === null || wanted.kind === 'baseline') {
      const id = wanted?.id ?? null;
      const baseline = await (id === null ? tenant.baselines.defaultOf(workflowId) : tenant.baselines.get(id));
      if (baseline?.workflowId === workflowId) {
        const runs = await tenant.baselines.runs(baseline.id);
        const reference = { kind: 'baseline', runIds: runs.map((run) => run.id) } as const;
        return { reference, more: { runs, incomplete: 0 }, baseline };
      }
      if (wanted !== null) throw notFound();
      return { reference: { kind: 'last', runs: 50 }, more: NOTHING, baseline: null };
    }
    if (wanted.kind !== 'version') return { reference: wanted, more: NOTHING, baseline: null };
    const { version, runs: limit } = wanted;
    const more = await this.#histories.of(tenant, workflowId, { limit, version, statuses: ['completed'] });
    return { reference: { kind: 'version', version }, more, baseline: null };
  }
}

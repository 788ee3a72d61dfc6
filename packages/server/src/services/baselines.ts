import { isUuid, uuidv7, type Clock, type HistoryRun, type RandomBytes } from '@flowprof/model';
import type { Baseline, BaselineChange, TenantStore } from '@flowprof/store';
import { ApiError, notFound } from '../http/errors.ts';
import type { Histories, History } from './histories.ts';
import { MAX_BASELINE_RUNS, type BaselineSource } from './history/baseline-source.ts';

/** How many baselines a workflow has at most. */
const MAX_BASELINES = 100;
/** How often more of the executions are asked for, where they cannot be summed up all at once. */
const MOST_ROUNDS = 16;

interface BaselineOptions {
  readonly histories: Histories;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export interface WantedBaseline {
  readonly name: string;
  readonly isDefault: boolean;
  readonly source: BaselineSource;
  /** Who wants it, in words. */
  readonly by: string | null;
}

export interface WantedChange {
  readonly name?: string;
  readonly isDefault?: boolean;
  /** What it is made of from now on. */
  readonly source?: BaselineSource;
}

/** Makes baselines out of executions, as copies of what they came to. */
export class BaselineService {
  readonly #options: BaselineOptions;

  constructor(options: BaselineOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} `not_found`, `not_ended`, `nothing_to_compare`, `too_many_baselines` */
  async create(tenant: TenantStore, workflowId: string, wanted: WantedBaseline): Promise<Baseline> {
    if ((await tenant.getWorkflow(workflowId)) === null) throw notFound();
    const { total } = await tenant.baselines.list({ workflowId, skip: 0, limit: 1 });
    if (total >= MAX_BASELINES) {
      throw new ApiError('too_many_baselines', `A workflow has at most ${MAX_BASELINES} baselines.`);
    }
    const { name, isDefault, source, by } = wanted;
    const runs = await this.#runsOf(tenant, workflowId, source);
    const { clock, random } = this.#options;
    const id = uuidv7(clock.now(), random);
    return tenant.baselines.create({ id, workflowId, name, isDefault, madeOf: { ...source }, by, runs });
  }

  /** @throws {ApiError} `not_found`, `not_ended`, `nothing_to_compare` */
  async update(tenant: TenantStore, id: string, { source, ...rest }: WantedChange): Promise<Baseline> {
    const known = await tenant.baselines.get(id);
    if (known === null) throw notFound();
    const change: BaselineChange =
      source === undefined
        ? rest
        : { ...rest, made: { madeOf: { ...source }, runs: await this.#runsOf(tenant, known.workflowId, source) } };
    const changed = await tenant.baselines.update(id, change);
    if (changed === null) throw notFound();
    return changed;
  }

  /** The executions that are meant, oldest first. */
  async #runsOf(tenant: TenantStore, workflowId: string, source: BaselineSource): Promise<readonly HistoryRun[]> {
    const { histories } = this.#options;
    switch (source.kind) {
      case 'execution':
        return this.#chosen(tenant, workflowId, [source.execution_id]);
      case 'list':
        return this.#chosen(tenant, workflowId, source.execution_ids);
      default: {
        const filter = {
          limit: source.runs,
          statuses: ['completed'] as const,
          ...(source.kind === 'version' && { version: source.version }),
        };
        return whole(() => histories.of(tenant, workflowId, filter));
      }
    }
  }

  /** All of these, which must be executions of the workflow that have ended. */
  async #chosen(tenant: TenantStore, workflowId: string, given: readonly string[]): Promise<readonly HistoryRun[]> {
    const ids = [...new Set(given.map((id) => id.toLowerCase()))];
    if (!ids.every(isUuid)) throw notFound();
    const found = await tenant.runs.find(ids);
    const ended = new Set(found.filter((run) => run.workflowId === workflowId).map(({ id }) => id));
    for (const id of ids) {
      if (ended.has(id)) continue;
      const execution = await tenant.getExecution(id);
      if (execution?.workflowId !== workflowId) throw notFound();
      throw new ApiError('not_ended', 'An execution of the baseline has not ended.');
    }
    return whole(() => this.#options.histories.ofExecutions(tenant, ids.slice(0, MAX_BASELINE_RUNS)));
  }
}

/** Asks for a history until it is whole, or as whole as it gets. @throws {ApiError} `nothing_to_compare` */
async function whole(ask: () => Promise<History>): Promise<readonly HistoryRun[]> {
  let history = await ask();
  for (let round = 1; history.incomplete > 0 && round < MOST_ROUNDS; round++) {
    const next = await ask();
    if (next.incomplete >= history.incomplete) break;
    history = next;
  }
  if (history.runs.length === 0) throw new ApiError('nothing_to_compare', 'There is no execution to compare with.');
  return history.runs;
}

import type { HistoryRun } from '../history/run-summary.ts';
import { costOfUsage, modelName } from './cost.ts';
import type { PriceTable } from './prices.ts';
import { profileUsageCost, type ProfileUsageCost } from './profile-cost.ts';
import type { ModelUsage, TypeUsage, Usage } from './usage.ts';
import { asMicros } from '../../units.ts';

/** What one execution of a workflow costs. */
interface WorkflowCostRun {
  readonly execution_id: string;
  readonly number: number | null;
  readonly total: number | null;
  readonly failed_attempts: number | null;
}

/** What the executions of a workflow cost together. */
export interface WorkflowCost {
  readonly runs: number;
  /** Null where there is neither a price list nor a call of a model. */
  readonly cost: ProfileUsageCost | null;
  /** Of the executions whose cost is known; null where there are none. */
  readonly mean: number | null;
  /** Oldest first. */
  readonly executions: readonly WorkflowCostRun[];
}

function mergeTypes(usages: readonly Usage[]): TypeUsage[] {
  const sums = new Map<string | null, TypeUsage>();
  for (const one of usages.flatMap(({ types }) => types)) {
    const sum = sums.get(one.type);
    sums.set(one.type, {
      type: one.type,
      run: asMicros((sum?.run ?? 0) + one.run),
      attempts: (sum?.attempts ?? 0) + one.attempts,
      failedRun: asMicros((sum?.failedRun ?? 0) + one.failedRun),
      failedAttempts: (sum?.failedAttempts ?? 0) + one.failedAttempts,
    });
  }
  return [...sums.values()];
}

type Tokens = ModelUsage['tokens'];

function addTokens(a: Tokens | undefined, b: Tokens): Tokens {
  return {
    input: (a?.input ?? 0) + b.input,
    cachedInput: (a?.cachedInput ?? 0) + b.cachedInput,
    output: (a?.output ?? 0) + b.output,
  };
}

function mergeModels(usages: readonly Usage[]): ModelUsage[] {
  const sums = new Map<string, ModelUsage>();
  for (const one of usages.flatMap(({ models }) => models)) {
    const key = `${modelName(one)}\n${one.requested ?? ''}`;
    const sum = sums.get(key);
    sums.set(key, {
      answered: one.answered,
      requested: one.requested,
      calls: (sum?.calls ?? 0) + one.calls,
      callsWithoutTokens: (sum?.callsWithoutTokens ?? 0) + one.callsWithoutTokens,
      tokens: addTokens(sum?.tokens, one.tokens),
      failedTokens: addTokens(sum?.failedTokens, one.failedTokens),
    });
  }
  return [...sums.values()];
}

/** What the executions of a workflow cost, each and together, by their summaries; those without their usage are left out. */
export function workflowCost(runs: readonly HistoryRun[], prices: PriceTable | null): WorkflowCost {
  const usages: Usage[] = [];
  const executions: WorkflowCostRun[] = [];
  let sum = 0;
  let known = 0;
  for (const { id, number, summary } of runs) {
    if (summary.usage === undefined) continue;
    usages.push(summary.usage);
    const cost = costOfUsage(summary.usage, prices);
    const parts = cost === null ? null : profileUsageCost(cost).cost;
    const [total, failed] = [parts?.total ?? null, parts?.failed_attempts ?? null];
    executions.push({ execution_id: id, number, total, failed_attempts: failed });
    if (total === null) continue;
    sum += total;
    known++;
  }
  const all = costOfUsage({ types: mergeTypes(usages), models: mergeModels(usages) }, prices);
  const mean = known === 0 ? null : Math.round((sum / known) * 1e9) / 1e9;
  return { runs: executions.length, cost: all && profileUsageCost(all), mean, executions };
}

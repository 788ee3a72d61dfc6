import { msFromMicros } from '../../units.ts';
import { modelName, type Amount, type Cost, type CostParts, type UsageCost } from './cost.ts';
import type { TokenCounts } from './tokens.ts';

interface ProfileTokens {
  /** Those out of the provider's cache included. */
  readonly input: number;
  readonly cached_input: number;
  readonly output: number;
}

/** Amounts are in the currency of the prices; null where there is no price for any of it. */
interface ProfileCostParts {
  readonly total: number | null;
  /** Run time and attempts of nodes. */
  readonly runtime: number | null;
  readonly tokens: number | null;
  /** What of `total` failed attempts cost. */
  readonly failed_attempts: number | null;
}

interface ProfileModelCost {
  readonly model: string;
  readonly requested_model: string | null;
  readonly calls: number;
  readonly calls_without_tokens: number;
  readonly tokens: ProfileTokens;
  readonly cost: number | null;
}

/** What some usage costs, of one execution or of several. */
export interface ProfileUsageCost {
  readonly currency: string | null;
  readonly cost: ProfileCostParts;
  readonly tokens: ProfileTokens;
  /** The costliest first. */
  readonly models: readonly ProfileModelCost[];
  /** What was used and has no price; null stands for spans that are no nodes. */
  readonly unpriced: { readonly node_types: readonly (string | null)[]; readonly models: readonly string[] };
}

interface ProfileNodeCost {
  /** The node's key, or the name of spans. */
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly count: number;
  readonly attempts: number;
  readonly run_ms: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost: ProfileCostParts;
}

/** What an execution costs. */
export interface ProfileCost extends ProfileUsageCost {
  /** The costliest first; the first 100. */
  readonly nodes: readonly ProfileNodeCost[];
  /** How many there are in all. */
  readonly node_count: number;
}

const MOST_NODES = 100;

/** A millionth of a millionth is no money, but sums of fractions have such tails. */
function rounded(amount: Amount): number | null {
  return amount === null ? null : Math.round(amount * 1e9) / 1e9;
}

function partsOf({ total, runtime, tokens, failed }: CostParts): ProfileCostParts {
  return {
    total: rounded(total),
    runtime: rounded(runtime),
    tokens: rounded(tokens),
    failed_attempts: rounded(failed),
  };
}

function tokensOf({ input, cachedInput, output }: TokenCounts): ProfileTokens {
  return { input, cached_input: cachedInput, output };
}

/** What usage costs, as it is told outside. */
export function profileUsageCost(cost: UsageCost): ProfileUsageCost {
  return {
    currency: cost.currency,
    cost: partsOf(cost),
    tokens: tokensOf(cost.tokenCounts),
    models: cost.models.map((model) => ({
      model: modelName(model),
      requested_model: model.requested,
      calls: model.calls,
      calls_without_tokens: model.callsWithoutTokens,
      tokens: tokensOf(model.tokens),
      cost: rounded(model.cost),
    })),
    unpriced: { node_types: cost.unpriced.types, models: cost.unpriced.models },
  };
}

/** What an execution costs, as a profile tells it. */
export function profileCost(cost: Cost): ProfileCost {
  return {
    ...profileUsageCost(cost),
    nodes: cost.nodes.slice(0, MOST_NODES).map((node) => {
      const { input, output } = node.models.reduce(
        (sum, { tokens }) => ({ input: sum.input + tokens.input, output: sum.output + tokens.output }),
        { input: 0, output: 0 },
      );
      return {
        id: node.id,
        name: node.name,
        type: node.type,
        count: node.count,
        attempts: node.attempts,
        run_ms: msFromMicros(node.run),
        input_tokens: input,
        output_tokens: output,
        cost: partsOf(node),
      };
    }),
    node_count: cost.nodes.length,
  };
}

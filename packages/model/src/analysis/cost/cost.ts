import type { Analysis } from '../analyse.ts';
import { modelPriceOf, runtimePriceOf, type ModelPrice, type PriceTable, type RuntimePrice } from './prices.ts';
import type { TokenCounts } from './tokens.ts';
import {
  callsModels,
  usageWithNodes,
  type ModelUsage,
  type NodeUsage,
  type RuntimeUsage,
  type Usage,
} from './usage.ts';

/** Money, in the currency of the price list; null where the list has no price for any of it. */
export type Amount = number | null;

/** What is paid for. */
export interface CostParts {
  /** The sum of the other two. */
  readonly total: Amount;
  /** Run time and attempts of nodes. */
  readonly runtime: Amount;
  /** Tokens of models. */
  readonly tokens: Amount;
  /** What of `total` failed attempts cost. */
  readonly failed: Amount;
}

interface ModelCost extends ModelUsage {
  readonly cost: Amount;
}

interface NodeCost extends NodeUsage, CostParts {}

/** What the list has no price for, though it was used. */
interface Unpriced {
  /** Empty where the list prices no run time at all; null stands for spans that are no nodes. */
  readonly types: readonly (string | null)[];
  readonly models: readonly string[];
}

/** What some usage costs. */
export interface UsageCost extends CostParts {
  readonly currency: string | null;
  /** All tokens, priced or not. */
  readonly tokenCounts: TokenCounts;
  /** The costliest first. */
  readonly models: readonly ModelCost[];
  readonly unpriced: Unpriced;
}

export interface Cost extends UsageCost {
  /** The costliest first, then what ran longest. */
  readonly nodes: readonly NodeCost[];
}

const NO_PRICES: PriceTable = { currency: '', node_types: {}, models: {} };

/** Adds amounts of which some are not known; null when none is. */
function sumOf(amounts: readonly Amount[]): Amount {
  let sum: Amount = null;
  for (const amount of amounts) if (amount !== null) sum = (sum ?? 0) + amount;
  return sum;
}

function priceOfTime(price: RuntimePrice | null, run: number, attempts: number): Amount {
  if (price === null) return null;
  const perSecond = (price.per_hour ?? 0) / 3600 + (price.per_second ?? 0);
  return (run / 1e6) * perSecond + attempts * (price.per_run ?? 0);
}

/** Null where tokens were used of a kind that has no price. */
function priceOfTokens(price: ModelPrice | null, { input, cachedInput, output }: TokenCounts): Amount {
  if (price === null) return null;
  const { input_per_million: ofInput, output_per_million: ofOutput } = price;
  const ofCached = price.cached_input_per_million ?? ofInput;
  const parts = [
    [input - cachedInput, ofInput],
    [cachedInput, ofCached],
    [output, ofOutput],
  ] as const;
  let sum = 0;
  for (const [tokens, perMillion] of parts) {
    if (tokens === 0) continue;
    if (perMillion === undefined) return null;
    sum += (tokens / 1e6) * perMillion;
  }
  return sum;
}

function priceOfModel(prices: PriceTable, { answered, requested }: ModelUsage): ModelPrice | null {
  return modelPriceOf(prices, [answered, requested]);
}

function partsOf(
  prices: PriceTable,
  types: readonly (RuntimeUsage & { readonly type: string | null })[],
  models: readonly ModelUsage[],
): CostParts {
  const runtime: Amount[] = [];
  const tokens: Amount[] = [];
  const failed: Amount[] = [];
  for (const { type, run, attempts, failedRun, failedAttempts } of types) {
    if (attempts === 0) continue;
    const price = runtimePriceOf(prices, type);
    runtime.push(priceOfTime(price, run, attempts));
    failed.push(priceOfTime(price, failedRun, failedAttempts));
  }
  for (const model of models) {
    const price = priceOfModel(prices, model);
    tokens.push(priceOfTokens(price, model.tokens));
    failed.push(priceOfTokens(price, model.failedTokens));
  }
  const sums = { runtime: sumOf(runtime), tokens: sumOf(tokens) };
  const total = sumOf([sums.runtime, sums.tokens]);
  return { ...sums, total, failed: total === null ? null : sumOf(failed) };
}

/** What a model is called: what answered, else what was asked for. */
export function modelName({ answered, requested }: Pick<ModelUsage, 'answered' | 'requested'>): string {
  return answered ?? requested ?? '(unknown model)';
}

function unpricedIn(prices: PriceTable, { types }: Usage, models: readonly ModelCost[]): Unpriced {
  const pricesTime = prices.default !== undefined || Object.keys(prices.node_types).length > 0;
  const unpriced = types.filter(({ type, attempts }) => attempts > 0 && runtimePriceOf(prices, type) === null);
  const ofModels = models.filter(({ cost, tokens }) => cost === null && tokens.input + tokens.output > 0);
  return {
    types: pricesTime ? unpriced.map(({ type }) => type) : [],
    models: [...new Set(ofModels.map(modelName))],
  };
}

/** What is not known is nothing where amounts are ordered. */
function compareAmounts(a: Amount, b: Amount): number {
  return (b ?? 0) - (a ?? 0);
}

function countTokens(models: readonly ModelUsage[]): TokenCounts {
  const sum = { input: 0, cachedInput: 0, output: 0 };
  for (const { tokens } of models) {
    sum.input += tokens.input;
    sum.cachedInput += tokens.cachedInput;
    sum.output += tokens.output;
  }
  return sum;
}

/** What is used of models, in tokens. */
function tokensIn(models: readonly ModelUsage[]): number {
  const { input, output } = countTokens(models);
  return input + output;
}

/**
 * What some usage costs, of one execution or of what was kept of it. Null when there is neither a price list nor a
 * model's call: then nothing is known of cost at all.
 */
export function costOfUsage(usage: Usage, prices: PriceTable | null): UsageCost | null {
  if (prices === null && usage.models.length === 0) return null;
  const known = prices ?? NO_PRICES;
  const models = usage.models
    .map((model) => ({ ...model, cost: priceOfTokens(priceOfModel(known, model), model.tokens) }))
    .sort((a, b) => compareAmounts(a.cost, b.cost) || tokensIn([b]) - tokensIn([a]));
  return {
    currency: prices?.currency ?? null,
    ...partsOf(known, usage.types, usage.models),
    tokenCounts: countTokens(usage.models),
    models,
    unpriced: unpricedIn(known, usage, models),
  };
}

/**
 * What an execution costs: the run time of its nodes times the price of their type, and the tokens of the models that
 * it called. An attempt costs what it ran, failed or not; waits cost nothing. Null where nothing is known of cost.
 */
export function costOf(
  analysis: Pick<Analysis, 'graph' | 'accounting' | 'groups'>,
  prices: PriceTable | null,
): Cost | null {
  if (prices === null && !callsModels(analysis.graph.trace)) return null;
  const { nodes, ...usage } = usageWithNodes(analysis);
  const cost = costOfUsage(usage, prices);
  if (cost === null) return null;
  const known = prices ?? NO_PRICES;
  const ofNodes = nodes
    .map((node) => ({ ...node, ...partsOf(known, [node], node.models) }))
    .sort((a, b) => compareAmounts(a.total, b.total) || tokensIn(b.models) - tokensIn(a.models) || b.run - a.run);
  return { ...cost, nodes: ofNodes };
}

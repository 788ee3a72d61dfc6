/** What the time of a node costs. What is not given costs nothing; at least one is. */
export interface RuntimePrice {
  readonly per_hour?: number | undefined;
  readonly per_second?: number | undefined;
  /** For every attempt, however long it takes. */
  readonly per_run?: number | undefined;
}

/** What a model's tokens cost. What is not given is unknown: tokens of that kind make the cost of a call unknown. */
export interface ModelPrice {
  readonly input_per_million?: number | undefined;
  readonly output_per_million?: number | undefined;
  /** Of input tokens that came out of the provider's cache; as other input where it is not given. */
  readonly cached_input_per_million?: number | undefined;
}

/** A price list as people write it. flowprof knows no prices of its own: they would be wrong soon. */
export interface PriceTable {
  /** What all prices are in; a code such as `EUR`. */
  readonly currency: string;
  /** By the type of a node. */
  readonly node_types: Readonly<Record<string, RuntimePrice>>;
  /** By the name of a model, or by what its name begins with and a `*`; the longest that fits counts. */
  readonly models: Readonly<Record<string, ModelPrice>>;
  /** For the types that are not in the list, and for spans that are no nodes. */
  readonly default?: RuntimePrice | undefined;
}

/** The price of a node type; null where the list has none. */
export function runtimePriceOf(prices: PriceTable, type: string | null): RuntimePrice | null {
  if (type !== null && Object.hasOwn(prices.node_types, type)) return prices.node_types[type] ?? null;
  return prices.default ?? null;
}

/** The price of the first of some names of a model that the list has; null where it has none. */
export function modelPriceOf(prices: PriceTable, names: readonly (string | null)[]): ModelPrice | null {
  for (const name of names) {
    if (name === null) continue;
    if (Object.hasOwn(prices.models, name)) return prices.models[name] ?? null;
    let longest: string | null = null;
    for (const pattern of Object.keys(prices.models)) {
      if (!pattern.endsWith('*') || !name.startsWith(pattern.slice(0, -1))) continue;
      if (longest === null || pattern.length > longest.length) longest = pattern;
    }
    if (longest !== null) return prices.models[longest] ?? null;
  }
  return null;
}

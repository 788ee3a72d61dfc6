import type { Graph } from '../graph/graph.ts';

/** The limits of a workflow and of those that it calls; of two by the same name, the caller's holds. */
export function limitsOf(graph: Graph, called: Iterable<Graph>): Graph['limits'] {
  const pools: Record<string, NonNullable<Graph['limits']['pools']>[string]> = {};
  const rateLimits: Record<string, NonNullable<Graph['limits']['rateLimits']>[string]> = {};
  const typeConcurrency: Record<string, number> = {};
  for (const { limits } of [...called, ...graph.library.values(), graph]) {
    Object.assign(pools, limits.pools);
    Object.assign(rateLimits, limits.rateLimits);
    Object.assign(typeConcurrency, limits.typeConcurrency);
  }
  return { pools, rateLimits, typeConcurrency };
}

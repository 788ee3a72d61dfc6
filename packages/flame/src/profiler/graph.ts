import type { ProfilerGraph, WorkflowRunProfile } from './types.ts';

/** A node with what it depends on. */
export interface KnownNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly dependsOn: readonly string[];
}

/** The nodes of a graph with all that they depend on, by id; dependencies on what the graph lacks are left out. */
function nodesOfGraph({ nodes, edges = [] }: ProfilerGraph): Map<string, KnownNode> {
  const ids = new Set(nodes.map(({ id }) => id));
  const sources = new Map<string, Set<string>>();
  for (const { id, dependsOn = [] } of nodes) {
    sources.set(id, new Set(dependsOn.filter((source) => ids.has(source) && source !== id)));
  }
  for (const { source, target } of edges) {
    if (ids.has(source) && source !== target) sources.get(target)?.add(source);
  }
  return new Map(
    nodes.map(({ id, name = id, type = 'unknown' }) => [
      id,
      { id, name, type, dependsOn: [...(sources.get(id) ?? [])] },
    ]),
  );
}

/**
 * The nodes of a run: those of the graph where there is one, and what ran besides. Names and types are those of the
 * run; what a node depends on is what the graph says, else what was recorded with it.
 */
export function nodesOfRun(profile: WorkflowRunProfile, graph: ProfilerGraph | null): ReadonlyMap<string, KnownNode> {
  const nodes = graph === null ? new Map<string, KnownNode>() : nodesOfGraph(graph);
  for (const { nodeId, nodeName, nodeType, dependsOn } of profile.nodeMetrics) {
    const known = nodes.get(nodeId);
    const isNamed = nodeName !== nodeId;
    nodes.set(nodeId, {
      id: nodeId,
      name: isNamed ? nodeName : (known?.name ?? nodeId),
      type: nodeType === 'unknown' ? (known?.type ?? nodeType) : nodeType,
      dependsOn:
        known !== undefined && graph !== null && known.dependsOn.length > 0
          ? known.dependsOn
          : [...new Set([...(known?.dependsOn ?? []), ...dependsOn])],
    });
  }
  return nodes;
}

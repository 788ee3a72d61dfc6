import type { NodeDefinition, WorkflowDefinition } from '@flowprof/conductor';

/** A node that calls a workflow which is not in the file of the node. */
export interface Call {
  readonly node: NodeDefinition;
  /** As it stands in the file. */
  readonly name: string;
}

/** The nodes of a workflow at every depth of its groups and loops. */
function* nodesOf(definition: WorkflowDefinition): Generator<NodeDefinition> {
  const todo = [...definition.nodes];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    yield node;
    for (const inner of node.nodes ?? []) todo.push(inner);
  }
}

/**
 * The calls by `subworkflow` nodes that the definition itself, with the workflows in it, does not answer. A name that is
 * an expression is not known before the run and left out.
 */
export function outsideCalls(definition: WorkflowDefinition): Call[] {
  const found: Call[] = [];
  const todo = [{ definition, known: new Set(Object.keys(definition.workflows ?? {})) }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const node of nodesOf(next.definition)) {
      const name = node.type === 'subworkflow' ? node.with?.['workflow'] : undefined;
      if (typeof name === 'string' && !name.includes('${') && !next.known.has(name)) found.push({ node, name });
    }
    for (const inner of Object.values(next.definition.workflows ?? {})) {
      todo.push({ definition: inner, known: new Set([...next.known, ...Object.keys(inner.workflows ?? {})]) });
    }
  }
  return found;
}

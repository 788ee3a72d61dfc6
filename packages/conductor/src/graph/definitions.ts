import type { JsonObject } from '@flowprof/model';
import type { NodeDefinition, WorkflowDefinition } from '../file/definition.ts';
import { WorkflowFileError } from '../file/issues.ts';
import { locate } from '../file/locate.ts';
import { readDefinition } from '../file/read.ts';
import type { Registry } from '../registry.ts';
import type { Steps } from '../slices.ts';
import type { RunOptions } from '../types.ts';
import { beginWith } from './begin.ts';
import { compileGraph } from './compile.ts';
import type { Graph } from './graph.ts';
import { link, type Linked } from './link.ts';

function isWorkflow(definition: WorkflowDefinition | NodeDefinition): definition is WorkflowDefinition {
  return !('type' in definition);
}

/** A definition as a workflow: a group's nodes are the workflow's, a single node is the only one of it. */
function asWorkflow(definition: WorkflowDefinition | NodeDefinition): {
  value: JsonObject | WorkflowDefinition;
  shape: Graph['shape'];
  rootId: string;
} {
  if (isWorkflow(definition)) return { value: definition, shape: 'workflow', rootId: definition.name };
  const { id, name = id, type } = definition;
  const isGroup = type === 'group';
  const nodes = isGroup ? (definition.nodes ?? []) : [{ ...definition, dependsOn: [] }];
  return { value: { name: name || id, nodes }, shape: isGroup ? 'group' : 'node', rootId: id };
}

/** Compiles what is to be run, each definition once; one is not to be changed after it has been run. */
export class Definitions {
  readonly #registry: Registry;
  readonly #graphs = new WeakMap<object, Graph>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Compiles what is to be run, and what it calls. @throws {WorkflowFileError} */
  *prepare(
    definition: WorkflowDefinition | NodeDefinition,
    { workflows = {}, services = {}, trigger }: Pick<RunOptions, 'workflows' | 'services' | 'trigger'>,
  ): Steps<Linked & { readonly graph: Graph }> {
    const graph = yield* this.#compile(definition);
    const linked = yield* link(graph, workflows, services, (called) => this.#compile(called));
    if (trigger === undefined) return { ...linked, graph };
    if (graph.shape !== 'workflow') throw new RangeError('only a workflow has a trigger');
    return { ...linked, graph: yield* beginWith(graph, trigger) };
  }

  /** Remembers what a file was compiled to, for when it is run. */
  keep({ definition, graph }: { readonly definition: WorkflowDefinition; readonly graph: Graph }): WorkflowDefinition {
    this.#graphs.set(definition, graph);
    return definition;
  }

  *#compile(definition: WorkflowDefinition | NodeDefinition): Steps<Graph> {
    const known = this.#graphs.get(definition);
    if (known !== undefined) return known;
    const { value, shape, rootId } = asWorkflow(definition);
    const read = yield* readDefinition(value);
    if (read.definition === null) throw new WorkflowFileError(locate(read.problems, null));
    const { graph, problems } = yield* compileGraph(read.definition, this.#registry, { shape, rootId });
    if (problems.length > 0) throw new WorkflowFileError(locate(problems, null));
    this.#graphs.set(definition, graph);
    return graph;
  }
}

import type { Expression } from '../expressions/cel.ts';
import { TemplateCompiler, type PlacedExpression, type Template } from '../expressions/value.ts';
import type { NodeDefinition, WorkflowDefinition } from '../file/definition.ts';
import type { Problem } from '../file/issues.ts';
import { suggestion } from '../file/nearest.ts';
import { pathFrom, type PathLink } from '../file/read.ts';
import type { Registry } from '../registry.ts';
import type { CompiledNode, Graph } from './graph.ts';
import { findCycle, isReached } from './order.ts';
import { checkParams } from './params.ts';
import { planRetry } from './retry.ts';

/** A node in the flat order of a workflow, with what is known of it before it is compiled. */
interface FlatNode {
  readonly definition: NodeDefinition;
  readonly parent: number;
  readonly at: PathLink;
  readonly children: number[];
  readonly dependencies: number[];
  readonly dependents: number[];
  readonly expressions: PlacedExpression[];
  weight: number;
}

const NODES: PathLink = { up: null, key: 'nodes' };

/** All nodes, each group before its contents, in the order of declaration. */
function flatten(definition: WorkflowDefinition): FlatNode[] {
  const flat: FlatNode[] = [];
  const todo: { definition: NodeDefinition; parent: number; at: PathLink }[] = [];
  const push = (nodes: readonly NodeDefinition[], parent: number, at: PathLink): void => {
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i];
      if (node) todo.push({ definition: node, parent, at: { up: at, key: i } });
    }
  };
  push(definition.nodes, -1, NODES);
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    const index = flat.length;
    flat.push({
      definition: item.definition,
      parent: item.parent,
      at: item.at,
      children: [],
      dependencies: [],
      dependents: [],
      expressions: [],
      weight: item.definition.type === 'group' ? 0 : 1,
    });
    flat[item.parent]?.children.push(index);
    if (item.definition.nodes) push(item.definition.nodes, index, { up: item.at, key: 'nodes' });
  }
  for (let i = flat.length - 1; i >= 0; i--) {
    const node = flat[i];
    const parent = node && flat[node.parent];
    if (node && parent) parent.weight += node.weight;
  }
  return flat;
}

/** Compiles a workflow and collects everything that is wrong with it. */
class GraphCompiler {
  readonly problems: Problem[] = [];
  readonly #definition: WorkflowDefinition;
  readonly #registry: Registry;
  readonly #flat: FlatNode[];
  readonly #byId = new Map<string, number>();
  #ids: readonly string[] = [];

  constructor(definition: WorkflowDefinition, registry: Registry) {
    this.#definition = definition;
    this.#registry = registry;
    this.#flat = flatten(definition);
  }

  compile(shape: Graph['shape'], rootId: string): Graph {
    const { name, version, concurrency, inputs, services } = this.#definition;
    this.#indexIds();
    for (const [index, node] of this.#flat.entries()) this.#resolveDependencies(node, index);
    this.#checkCycle();
    const nodes = this.#flat.map((node) => this.#compileNode(node));
    const output = this.#compileOutput();
    if (this.problems.length === 0) this.#checkReferences();
    return {
      name,
      workflow: shape === 'workflow' ? name : null,
      version: version ?? null,
      rootId,
      shape,
      concurrency: concurrency ?? null,
      inputs: inputs ?? {},
      services: services ?? [],
      nodes,
      positions: this.#byId,
      top: this.#flat.flatMap((node, index) => (node.parent < 0 ? [index] : [])),
      output,
    };
  }

  #indexIds(): void {
    for (const [index, { definition, at }] of this.#flat.entries()) {
      if (this.#byId.has(definition.id)) {
        const message = `two nodes have the id "${definition.id}"; ids are unique in the whole workflow`;
        this.problems.push({ code: 'duplicate_id', message, path: pathFrom(at, 'id') });
      } else this.#byId.set(definition.id, index);
    }
    this.#ids = [...this.#byId.keys()];
  }

  #resolveDependencies(node: FlatNode, index: number): void {
    const { definition, at, parent } = node;
    const found = new Set<number>();
    const { dependsOn } = definition;
    if (dependsOn === undefined || dependsOn.length === 0) return;
    for (const [i, id] of dependsOn.entries()) {
      const other = this.#byId.get(id);
      const beside = other !== undefined && this.#flat[other]?.parent === parent;
      if (beside) {
        found.add(other);
        continue;
      }
      const why =
        other === undefined
          ? `depends on "${id}", which does not exist${suggestion(id, this.#siblings(parent))}`
          : `depends on "${id}", which is in another group; a node can depend on nodes of its own group only`;
      this.problems.push({
        code: 'unknown_dependency',
        message: `"${definition.id}" ${why}`,
        path: pathFrom(at, 'dependsOn', i),
      });
    }
    node.dependencies.push(...[...found].sort((a, b) => a - b));
    for (const other of node.dependencies) this.#flat[other]?.dependents.push(index);
  }

  #siblings(parent: number): string[] {
    return this.#flat.filter((node) => node.parent === parent).map((node) => node.definition.id);
  }

  #checkCycle(): void {
    const cycle = findCycle(this.#flat.map((node) => node.dependencies));
    if (cycle === null) return;
    const first = this.#flat[cycle[0] ?? 0];
    const names = [...cycle, cycle[0] ?? 0].map((index) => this.#flat[index]?.definition.id ?? '');
    const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
    const message = `nodes wait for each other in a circle: ${shown.join(' → ')}`;
    this.problems.push({ code: 'dependency_cycle', message, path: pathFrom(first?.at ?? NODES, 'dependsOn') });
  }

  #compileNode(node: FlatNode): CompiledNode {
    const { definition, at } = node;
    const { id, type } = definition;
    const isGroup = type === 'group';
    const handler = isGroup ? null : (this.#registry.get(type) ?? null);
    if (!isGroup && handler === null) {
      const message = `there is no node type "${type.slice(0, 50)}"${suggestion(type, this.#registry.names())}`;
      this.problems.push({ code: 'unknown_node_type', message, path: pathFrom(at, 'type') });
    }
    this.#checkGroupFields(node, isGroup);
    const { condition, params } = this.#compileValues(node);
    if (handler) {
      for (const { path, ...rest } of checkParams(handler.params, definition.with, type)) {
        this.problems.push({ ...rest, path: pathFrom(at, ...path) });
      }
    }
    return {
      id,
      name: definition.name ?? id,
      type,
      handler,
      condition,
      params,
      retry: planRetry(definition.retry),
      timeoutMs: definition.timeoutMs ?? null,
      parent: node.parent,
      dependencies: node.dependencies,
      dependents: node.dependents,
      children: node.children,
      weight: node.weight,
    };
  }

  #checkGroupFields({ definition, at }: FlatNode, isGroup: boolean): void {
    if (isGroup && (definition.nodes === undefined || definition.nodes.length === 0)) {
      const message = `the group "${definition.id}" has no nodes`;
      this.problems.push({ code: 'missing_field', message, path: pathFrom(at) });
    }
    const misplaced = isGroup ? (['with', 'retry', 'timeoutMs'] as const) : (['nodes'] as const);
    for (const key of misplaced) {
      if (definition[key] === undefined) continue;
      const message = isGroup ? `a group has no "${key}"; its nodes do` : `only a group has "nodes"`;
      this.problems.push({ code: 'unknown_field', message, path: pathFrom(at, key), atKey: true });
    }
  }

  #compileValues(node: FlatNode): { condition: Expression | null; params: Template } {
    const { definition, at } = node;
    const compiler = new TemplateCompiler();
    const condition = definition.when === undefined ? null : compiler.expression(definition.when, ['when']);
    const params = compiler.compile(definition.with ?? {}, ['with']);
    this.#addFaults(compiler, at);
    node.expressions.push(...compiler.expressions);
    return { condition, params };
  }

  #outputExpressions: readonly PlacedExpression[] = [];

  #compileOutput(): Template | null {
    const { output } = this.#definition;
    if (output === undefined) return null;
    const compiler = new TemplateCompiler();
    const template = compiler.compile(output, ['output']);
    this.#addFaults(compiler, null);
    this.#outputExpressions = compiler.expressions;
    return template;
  }

  #addFaults(compiler: TemplateCompiler, at: PathLink | null): void {
    for (const { path, offset, message } of compiler.faults) {
      this.problems.push({
        code: 'bad_expression',
        message: `expression: ${message}`,
        path: pathFrom(at, ...path),
        offset,
      });
    }
  }

  /** Every name that an expression reads must be there by the time the node runs. */
  #checkReferences(): void {
    for (const [index, node] of this.#flat.entries()) {
      for (const placed of node.expressions) this.#checkExpression(placed, node.at, index);
    }
    for (const placed of this.#outputExpressions) this.#checkExpression(placed, null, null);
  }

  #checkExpression(placed: PlacedExpression, at: PathLink | null, reader: number | null): void {
    for (const { variable, field, offset } of placed.expression.references) {
      const message = this.#faultOf(variable, field, reader);
      if (message === null) continue;
      const path = pathFrom(at, ...placed.path);
      this.problems.push({ code: 'unknown_reference', message, path, offset: placed.offset + offset });
    }
  }

  #faultOf(variable: string, field: string, reader: number | null): string | null {
    const { inputs, services } = this.#definition;
    if (variable === 'input' && inputs && !Object.hasOwn(inputs, field)) {
      return `the workflow declares no input "${field}"${suggestion(field, Object.keys(inputs))}`;
    }
    if (variable === 'services' && services && !services.includes(field)) {
      return `the workflow does not ask for a service "${field}"${suggestion(field, services)}`;
    }
    if (variable === 'run' && field !== 'id' && field !== 'startedAt')
      return `run has no "${field}"; it has id, startedAt`;
    if (variable !== 'nodes') return null;
    const wanted = this.#byId.get(field);
    if (wanted === undefined) {
      const hyphen = this.#ids.find((id) => id.includes('-') && id.startsWith(`${field}-`));
      const hint = hyphen === undefined ? suggestion(field, this.#ids) : `; write nodes["${hyphen}"]`;
      return `there is no node "${field}"${hint}`;
    }
    if (reader === null || isReached(this.#endedBefore(reader), (node) => this.#endedWith(node), wanted)) return null;
    const id = this.#flat[reader]?.definition.id ?? '';
    return `"${id}" reads nodes.${field} but does not depend on it; add "${field}" to its dependsOn`;
  }

  /** What a node waits for by itself: its own dependencies and those of the groups that it is in. */
  *#endedBefore(reader: number): Iterable<number> {
    for (let at = reader; at >= 0; at = this.#flat[at]?.parent ?? -1) yield* this.#flat[at]?.dependencies ?? [];
  }

  /** What has ended too once a node has: what it waited for, and all that is in it. */
  *#endedWith(ended: number): Iterable<number> {
    yield* this.#flat[ended]?.dependencies ?? [];
    yield* this.#flat[ended]?.children ?? [];
  }
}

/** Compiles a workflow: everything that does not change from run to run is worked out, and everything that is wrong is listed. */
export function compileGraph(
  definition: WorkflowDefinition,
  registry: Registry,
  shape: Graph['shape'] = 'workflow',
  rootId: string = definition.name,
): { graph: Graph; problems: readonly Problem[] } {
  const compiler = new GraphCompiler(definition, registry);
  const graph = compiler.compile(shape, rootId);
  return { graph, problems: compiler.problems };
}

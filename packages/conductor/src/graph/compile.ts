import { NONE } from '@flowprof/model';
import { TemplateCompiler, type PlacedExpression, type Template } from '../expressions/value.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import { MOST_ISSUES, type Problem } from '../file/issues.ts';
import { suggestion } from '../file/nearest.ts';
import { pathFrom, type PathLink } from '../file/read.ts';
import type { Registry } from '../registry.ts';
import { STRIDE, type Steps } from '../slices.ts';
import { NodeCompiler } from './compile-node.ts';
import { flatten, loopDepth, MAX_LOOPS, type FlatNode } from './flatten.ts';
import type { Body, CompiledNode, Graph } from './graph.ts';
import { findCycle } from './order.ts';
import { ReferenceChecker } from './references.ts';
import { planRetry } from './retry.ts';

const NODES: PathLink = { up: null, key: 'nodes' };

/** Compiles a workflow and collects everything that is wrong with it. */
class GraphCompiler {
  readonly problems: Problem[] = [];
  readonly #definition: WorkflowDefinition;
  readonly #registry: Registry;
  readonly #library: ReadonlyMap<string, Graph>;
  #flat: readonly FlatNode[] = [];
  readonly #byId = new Map<string, number>();
  readonly #lanes = new Map<string, string>();
  readonly #calls = new Set<string>();

  constructor(definition: WorkflowDefinition, registry: Registry, library: ReadonlyMap<string, Graph>) {
    this.#definition = definition;
    this.#registry = registry;
    this.#library = library;
  }

  *compile(shape: Graph['shape'], rootId: string): Steps<Graph> {
    const { name, version, concurrency, timeoutMs, inputs, services, pools, rateLimits, typeConcurrency } =
      this.#definition;
    this.#flat = yield* flatten(this.#definition);
    this.#indexIds();
    for (const [index, node] of this.#flat.entries()) {
      if (index % STRIDE === STRIDE - 1) yield;
      if (this.problems.length >= MOST_ISSUES) break;
      this.#resolveDependencies(node, index);
    }
    this.#checkCycle();
    this.#checkLimits();
    const body = yield* this.#compileBodies();
    const { output, expressions } = yield* this.#compileOutput();
    if (this.problems.length === 0) yield* this.#checkReferences(expressions);
    return {
      name,
      workflow: shape === 'workflow' ? name : null,
      version: version ?? null,
      rootId,
      shape,
      concurrency: concurrency ?? null,
      timeoutMs: timeoutMs ?? null,
      limits: {
        ...(pools && { pools }),
        ...(rateLimits && { rateLimits }),
        ...(typeConcurrency && { typeConcurrency }),
      },
      inputs: inputs ?? {},
      services: services ?? [],
      body,
      output,
      library: this.#library,
      calls: [...this.#calls],
    };
  }

  #report(code: Problem['code'], message: string, path: Problem['path']): void {
    this.problems.push({ code, message, path });
  }

  #indexIds(): void {
    for (const [index, { definition, at }] of this.#flat.entries()) {
      if (!this.#byId.has(definition.id)) this.#byId.set(definition.id, index);
      else {
        const message = `two nodes have the id "${definition.id}"; ids are unique in the whole workflow`;
        this.#report('duplicate_id', message, pathFrom(at, 'id'));
      }
    }
  }

  #resolveDependencies(node: FlatNode, index: number): void {
    const { definition, at } = node;
    const { dependsOn } = definition;
    if (dependsOn === undefined || dependsOn.length === 0) return;
    const found = new Set<number>();
    for (const [i, name] of dependsOn.entries()) {
      if (this.problems.length >= MOST_ISSUES) break;
      const dot = name.indexOf('.');
      const id = dot < 0 ? name : name.slice(0, dot);
      const other = this.#byId.get(id);
      const sibling = other === undefined ? undefined : this.#flat[other];
      const beside = sibling !== undefined && other !== undefined && sibling.parent === node.parent;
      const why = beside ? this.#faultOfBranch(sibling, dot < 0 ? null : name.slice(dot + 1)) : this.#faultOf(id, node);
      if (why === null && beside) {
        found.add(other);
        if (dot >= 0) node.branches.push({ dependency: sibling.position, chosen: name.slice(dot + 1) });
      } else {
        this.#report('unknown_dependency', `"${definition.id}" ${why ?? ''}`, pathFrom(at, 'dependsOn', i));
      }
    }
    node.dependencies.push(...[...found].sort((a, b) => a - b));
    for (const other of node.dependencies) this.#flat[other]?.dependents.push(index);
  }

  #faultOf(id: string, { parent }: FlatNode): string {
    if (this.#byId.has(id)) {
      return `depends on "${id}", which is in another group; a node can depend on nodes of its own group only`;
    }
    const siblings = this.#flat.filter((node) => node.parent === parent).map((node) => node.definition.id);
    return `depends on "${id}", which does not exist${suggestion(id, siblings)}`;
  }

  /** What is wrong with a dependency on one case of a node; null when nothing is. */
  #faultOfBranch({ definition }: FlatNode, chosen: string | null): string | null {
    if (chosen === null) return null;
    if (definition.type !== 'switch') return `depends on a case of "${definition.id}", which is no switch`;
    const names = caseNames(definition.with?.['cases']);
    const otherwise = definition.with?.['default'];
    if (typeof otherwise === 'string') names.push(otherwise);
    if (names.includes(chosen)) return null;
    return `depends on the case "${chosen}" of "${definition.id}", which it does not have${suggestion(chosen, names)}`;
  }

  #checkCycle(): void {
    const cycle = findCycle(this.#flat.map((node) => node.dependencies));
    if (cycle === null) return;
    const first = this.#flat[cycle[0] ?? 0];
    const names = [...cycle, cycle[0] ?? 0].map((index) => this.#flat[index]?.definition.id ?? '');
    const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
    const message = `nodes wait for each other in a circle: ${shown.join(' → ')}`;
    this.#report('dependency_cycle', message, pathFrom(first?.at ?? NODES, 'dependsOn'));
  }

  /** Pools and rate limits that nodes name must be declared, unless the workflow declares none: its host may. */
  #checkLimits(): void {
    const { pools, rateLimits, typeConcurrency } = this.#definition;
    for (const { definition, at } of this.#flat) {
      const { pool, rateLimit } = definition;
      if (pool !== undefined && pools && !Object.hasOwn(pools, pool)) {
        const message = `the workflow has no pool "${pool}"${suggestion(pool, Object.keys(pools))}`;
        this.#report('unknown_limit', message, pathFrom(at, 'pool'));
      }
      if (rateLimit !== undefined && rateLimits && !Object.hasOwn(rateLimits, rateLimit)) {
        const message = `the workflow has no rate limit "${rateLimit}"${suggestion(rateLimit, Object.keys(rateLimits))}`;
        this.#report('unknown_limit', message, pathFrom(at, 'rateLimit'));
      }
    }
    for (const type of Object.keys(typeConcurrency ?? {})) {
      if (this.#registry.get(type) !== undefined || type === 'switch') continue;
      const message = `there is no node type "${type.slice(0, 50)}" that does work${suggestion(type, this.#registry.names())}`;
      this.#report('unknown_node_type', message, ['typeConcurrency', type]);
    }
  }

  /** Compiles every node, those in loops first, since the loop holds their body. */
  *#compileBodies(): Steps<Body> {
    const bodies = new Map<number, CompiledNode[]>([[-1, []]]);
    for (let index = this.#flat.length - 1; index >= 0; index--) {
      const node = this.#flat[index];
      if (node === undefined) continue;
      if (this.problems.length >= MOST_ISSUES) break;
      yield;
      const inside = bodies.get(index);
      const compiled = yield* this.#compileNode(node, index, inside ? bodyOf(inside.reverse()) : null);
      const into = bodies.get(node.loop);
      if (into) into.push(compiled);
      else bodies.set(node.loop, [compiled]);
    }
    return bodyOf((bodies.get(-1) ?? []).reverse());
  }

  *#compileNode(node: FlatNode, index: number, body: Body | null): Steps<CompiledNode> {
    const { definition, at } = node;
    const { id, type, name = id, pool = null, rateLimit = null } = definition;
    const compiler = new NodeCompiler(node, this.#registry);
    const { work, condition, params } = yield* compiler.compile(body);
    this.problems.push(...compiler.problems);
    if (work.kind === 'foreach' && loopDepth(this.#flat, index) >= MAX_LOOPS) {
      this.#report('too_deep', `loops are nested deeper than ${MAX_LOOPS}`, pathFrom(at));
    }
    if (work.kind === 'subworkflow') this.#calls.add(work.workflow);
    const around = this.#flat[node.parent];
    const parent = around !== undefined && around.loop === node.loop ? around.position : NONE;
    const dependencies = node.dependencies.map((other) => this.#flat[other]?.position ?? NONE);
    const isLeaf = work.kind === 'handler' || work.kind === 'switch';
    const weight = isLeaf ? (definition.weight ?? 1) : 0;
    return {
      id,
      name,
      type,
      work,
      declaration: { key: id, name, type, iteration: null, parent, dependencies, taskQueue: pool, weight },
      release: { cause: 'dependency', released_by: id },
      condition,
      params,
      retry: planRetry(definition.retry),
      timeoutMs: definition.timeoutMs ?? null,
      attemptTimeoutMs: definition.attemptTimeoutMs ?? null,
      priority: node.priority,
      pool,
      rateLimit,
      lane: this.#lane(pool, rateLimit, type),
      tolerated: node.tolerated,
      parent,
      dependencies,
      dependents: node.dependents.map((other) => this.#flat[other]?.position ?? NONE),
      children: work.kind === 'group' ? node.children.map((child) => this.#flat[child]?.position ?? NONE) : [],
      branches: node.branches,
    };
  }

  #lane(pool: string | null, rateLimit: string | null, type: string): string {
    const lane = `${pool ?? ''}|${rateLimit ?? ''}|${type}`;
    const known = this.#lanes.get(lane);
    if (known === undefined) this.#lanes.set(lane, lane);
    return known ?? lane;
  }

  *#compileOutput(): Steps<{ output: Template | null; expressions: readonly PlacedExpression[] }> {
    const { output } = this.#definition;
    if (output === undefined) return { output: null, expressions: [] };
    const compiler = new TemplateCompiler();
    const template = yield* compiler.compileInSteps(output, ['output']);
    for (const { path, offset, message } of compiler.faults) {
      this.problems.push({ code: 'bad_expression', message: `expression: ${message}`, path, offset });
    }
    return { output: template, expressions: compiler.expressions };
  }

  *#checkReferences(output: readonly PlacedExpression[]): Steps<void> {
    const checker = new ReferenceChecker(this.#definition, this.#flat, this.#byId);
    for (const [index, node] of this.#flat.entries()) {
      if (index % STRIDE === STRIDE - 1) yield;
      for (const placed of node.expressions) {
        if (checker.problems.length >= MOST_ISSUES) break;
        yield;
        checker.check(placed, node.at, index);
      }
    }
    for (const placed of output) {
      if (checker.problems.length >= MOST_ISSUES) break;
      yield;
      checker.check(placed, null, null);
    }
    this.problems.push(...checker.problems);
  }
}

function bodyOf(nodes: readonly CompiledNode[]): Body {
  const top: number[] = [];
  const positions = new Map<string, number>();
  for (const [position, { id, parent }] of nodes.entries()) {
    positions.set(id, position);
    if (parent === NONE) top.push(position);
  }
  return { nodes, top, positions };
}

function caseNames(cases: unknown): string[] {
  if (!Array.isArray(cases)) return [];
  return cases.flatMap((one: unknown) => {
    const name: unknown = typeof one === 'object' && one !== null ? Reflect.get(one, 'name') : null;
    return typeof name === 'string' ? [name] : [];
  });
}

/** What a workflow is compiled as. */
export interface CompileAs {
  readonly shape: Graph['shape'];
  readonly rootId: string;
}

/**
 * Compiles a workflow with those that its file holds: everything that does not change from run to run is worked out, and
 * everything that is wrong is listed.
 */
export function* compileGraph(
  definition: WorkflowDefinition,
  registry: Registry,
  { shape, rootId }: CompileAs = { shape: 'workflow', rootId: definition.name },
): Steps<{ graph: Graph; problems: readonly Problem[] }> {
  const library = new Map<string, Graph>();
  const problems: Problem[] = [];
  for (const [name, inner] of Object.entries(definition.workflows ?? {})) {
    const compiler = new GraphCompiler(inner, registry, library);
    library.set(name, yield* compiler.compile('workflow', inner.name));
    yield;
    problems.push(...compiler.problems.map((found) => ({ ...found, path: ['workflows', name, ...found.path] })));
  }
  const compiler = new GraphCompiler(definition, registry, library);
  const graph = yield* compiler.compile(shape, rootId);
  return { graph, problems: [...compiler.problems, ...problems] };
}

import { NONE } from '../../trace/trace.ts';
import { orderGraph } from '../topology.ts';
import { WhatIfError, type WhatIfChange } from './changes.ts';
import { EdgeList } from './edges.ts';
import type { Plan } from './plan.ts';
import type { Targets } from './targets.ts';

/** How many edges a change may add. */
const MOST_EDGES = 1_000_000;

/** What a vertex waits for in the end: its dependencies, with the joins in between looked through. */
function throughJoins({ structure, offsets, deps }: Plan, vertex: number): number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  const todo = [...deps.subarray(offsets[vertex], offsets[vertex + 1])];
  for (let dep = todo.pop(); dep !== undefined; dep = todo.pop()) {
    if (seen.has(dep)) continue;
    seen.add(dep);
    if (structure.elementOf[dep] !== NONE) found.push(dep);
    else for (const next of deps.subarray(offsets[dep], offsets[dep + 1])) todo.push(next);
  }
  return found;
}

/** Puts other dependencies in the place of those of some vertices. @throws {WhatIfError} `dependency_cycle` */
function replaceEdges(plan: Plan, changed: ReadonlyMap<number, readonly number[]>, text: string): void {
  const edges = new EdgeList();
  const { offsets, deps, structure } = plan;
  for (let vertex = 0; vertex < structure.vertexCount; vertex++) {
    const others = changed.get(vertex);
    for (const dep of others ?? deps.subarray(offsets[vertex], offsets[vertex + 1])) edges.add(vertex, dep);
  }
  const ordered = orderGraph(edges.compress(structure.vertexCount));
  if (ordered.cut.length > 0) throw new WhatIfError('dependency_cycle', `${text} would make it wait for itself`);
  plan.offsets = ordered.offsets;
  plan.deps = ordered.deps;
}

/** @throws {WhatIfError} */
export function applyDrop(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'drop_dependency' }): void {
  const { structure } = plan;
  const { node, on } = change;
  const exits = new Set(targets.ofKey(on).map((element) => structure.exit[element]));
  const changed = new Map<number, readonly number[]>();
  const names = new Set<string>();
  for (const element of targets.ofKey(node)) {
    const vertex = structure.entry[element];
    if (vertex === NONE) continue;
    const before = structure.isInferred
      ? throughJoins(plan, vertex)
      : [...plan.deps.subarray(plan.offsets[vertex], plan.offsets[vertex + 1])];
    for (const dep of before)
      if (structure.elementOf[dep] !== NONE) names.add(targets.nameOf(structure.elementOf[dep]));
    const after = before.filter((dep) => !exits.has(dep));
    if (after.length < before.length) changed.set(vertex, after);
  }
  if (changed.size === 0) {
    names.delete(node);
    const known = [...names].slice(0, 5);
    const hint = known.length > 0 ? `; it depends on ${known.join(', ')}` : '';
    throw new WhatIfError('unknown_dependency', `${node} does not depend on ${on}${hint}`, known);
  }
  replaceEdges(plan, changed, `that ${node} does not wait for ${on}`);
}

/** @throws {WhatIfError} */
export function applyAdd(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'add_dependency' }): void {
  const { structure } = plan;
  const { node, on } = change;
  const before = targets.ofKey(on);
  const after = targets.ofKey(node);
  const { iteration } = structure.graph.trace.nodes;
  const iterationOf = (element: number) => (structure.elements === 'nodes' ? iteration[element] : NONE);
  const sameLoop = new Set(before.map(iterationOf));
  if (before.length * after.length > MOST_EDGES && sameLoop.size === 1) {
    throw new WhatIfError('invalid_change', `there are too many instances of ${node} and ${on}`);
  }
  const byIteration = new Map<number, number[]>();
  for (const element of before) {
    const known = byIteration.get(iterationOf(element));
    if (known === undefined) byIteration.set(iterationOf(element), [element]);
    else known.push(element);
  }
  const changed = new Map<number, readonly number[]>();
  for (const element of after) {
    const vertex = structure.entry[element];
    if (vertex === NONE) continue;
    const same = iterationOf(element) === NONE ? undefined : byIteration.get(iterationOf(element));
    const exits = (same ?? before).map((one) => structure.exit[one]).filter((exit) => exit !== NONE);
    changed.set(vertex, [...plan.deps.subarray(plan.offsets[vertex], plan.offsets[vertex + 1]), ...exits]);
  }
  replaceEdges(plan, changed, `that ${node} waits for ${on}`);
}

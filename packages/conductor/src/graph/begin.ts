import { NONE } from '@flowprof/model';
import { STRIDE, type Steps } from '../slices.ts';
import type { RunTrigger } from '../types.ts';
import type { Body, CompiledNode, Graph } from './graph.ts';
import { planRetry } from './retry.ts';

/** Where the node of a trigger stands in the body of its run. */
export const TRIGGER_POSITION = 0;

/** What waits for the trigger waits for the engine's turn from then on, however long that takes. */
const RELEASE = { cause: 'dispatch' } as const;

function shifted(position: number): number {
  return position === NONE ? NONE : position + 1;
}

/** A key that no node of the workflow has, in loops neither. */
function freeKey(key: string, { nodes }: Body): string {
  const taken = new Set<string>();
  const todo = [nodes];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const { id, work } of next) {
      taken.add(id);
      if (work.kind === 'foreach') todo.push(work.body.nodes);
    }
  }
  let free = key;
  for (let n = 2; taken.has(free); n++) free = `${key}_${n}`;
  return free;
}

/** The node itself. It has ended before the run begins, so nothing ever runs its work. */
function triggerNode({ key, name }: RunTrigger, body: Body, dependents: readonly number[]): CompiledNode {
  const id = freeKey(key, body);
  return {
    id,
    name,
    type: name,
    work: { kind: 'handler', handler: null },
    declaration: { key: id, name, type: name, iteration: null, parent: NONE, dependencies: [], weight: 1 },
    release: RELEASE,
    condition: null,
    params: { kind: 'constant', value: null },
    retry: planRetry(undefined),
    timeoutMs: null,
    attemptTimeoutMs: null,
    priority: null,
    pool: null,
    rateLimit: null,
    lane: '',
    tolerated: false,
    parent: NONE,
    dependencies: [],
    dependents,
    children: [],
    branches: [],
  };
}

function behindTrigger(node: CompiledNode): CompiledNode {
  const isFirst = node.parent === NONE && node.dependencies.length === 0;
  const parent = shifted(node.parent);
  const dependencies = isFirst ? [TRIGGER_POSITION] : node.dependencies.map(shifted);
  return {
    ...node,
    declaration: { ...node.declaration, parent, dependencies },
    parent,
    dependencies,
    dependents: node.dependents.map(shifted),
    children: node.children.map(shifted),
    branches: node.branches.map((branch) => ({ ...branch, dependency: shifted(branch.dependency) })),
  };
}

/**
 * A graph that begins with what started it: a node before all others, which those wait for that wait for nothing else.
 * Expressions cannot read it, and the run's output does not hold it, so that a workflow does the same however it was
 * started.
 */
export function* beginWith(graph: Graph, trigger: RunTrigger): Steps<Graph> {
  const { nodes, top, positions } = graph.body;
  const behind: CompiledNode[] = [];
  const dependents: number[] = [];
  for (const [position, node] of nodes.entries()) {
    if (position % STRIDE === STRIDE - 1) yield;
    if (node.parent === NONE && node.dependencies.length === 0) dependents.push(shifted(position));
    behind.push(behindTrigger(node));
  }
  const body = {
    nodes: [triggerNode(trigger, graph.body, dependents), ...behind],
    top: top.map(shifted),
    positions: new Map(Array.from(positions, ([id, position]) => [id, shifted(position)])),
  };
  return { ...graph, body };
}

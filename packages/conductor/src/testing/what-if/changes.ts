import type { JsonValue, WhatIfChange } from '@flowprof/model';
import type { NodeDefinition, WorkflowDefinition } from '../../index.ts';
import { Dice } from '../../simulation/dice.ts';

/** A change as it is predicted, and as it is really made. */
export interface SeededChange {
  readonly change: WhatIfChange;
  readonly workflow: WorkflowDefinition;
}

interface Placed {
  readonly node: NodeDefinition;
  /** The list that it is in. */
  readonly beside: NodeDefinition[];
}

/** Every node, those in containers too, but not those of workflows that it calls. */
function everyNode(workflow: WorkflowDefinition): Placed[] {
  const found: Placed[] = [];
  const todo = [workflow.nodes];
  for (let beside = todo.pop(); beside !== undefined; beside = todo.pop()) {
    for (const node of beside) {
      found.push({ node, beside });
      if (node.nodes) todo.push(node.nodes);
    }
  }
  return found;
}

/** Every node that fails at first, those of workflows that are called too. */
function failingNodes(workflow: WorkflowDefinition): NodeDefinition[] {
  const all = [workflow, ...Object.values(workflow.workflows ?? {})].flatMap(everyNode);
  return all.map(({ node }) => node).filter((node) => node.with?.['failures'] !== undefined);
}

function isWork({ type }: NodeDefinition): boolean {
  return type === 'work' || type === 'other';
}

/** Multiplies the times of a node: its own, or those of the items that it is run with. */
function scaleTimes(node: NodeDefinition, all: readonly { node: NodeDefinition }[], factor: number): void {
  const ms = node.with?.['ms'];
  if (typeof ms === 'number') {
    node.with = { ...node.with, ms: ms * factor };
    return;
  }
  const loop = all.find((one) => one.node.nodes?.includes(node))?.node;
  const items = loop?.with?.['items'];
  if (loop === undefined || !Array.isArray(items)) return;
  const scaled: JsonValue[] = [];
  for (const item of items) scaled.push(typeof item === 'number' ? item * factor : null);
  loop.with = { ...loop.with, items: scaled };
}

function without(dependsOn: readonly string[] | undefined, id: string, instead: readonly string[] = []): string[] {
  const kept = (dependsOn ?? []).flatMap((one) => (one === id ? instead : [one]));
  return [...new Set(kept)];
}

type Maker = (workflow: WorkflowDefinition, dice: Dice) => WhatIfChange | null;

function pickNode(workflow: WorkflowDefinition, dice: Dice, test: (node: NodeDefinition) => boolean) {
  const [first, ...others] = everyNode(workflow).filter(({ node }) => test(node));
  return first === undefined ? null : dice.pick([first, ...others]);
}

const speed: Maker = (workflow, dice) => {
  const found = pickNode(workflow, dice, isWork);
  if (found === null) return null;
  const factor = dice.pick([2, 4, 0.5]);
  scaleTimes(found.node, everyNode(workflow), 1 / factor);
  return { kind: 'speed', node: found.node.id, factor };
};

const duration: Maker = (workflow, dice) => {
  const found = pickNode(workflow, dice, (node) => isWork(node) && node.with?.['failures'] === undefined);
  if (found === null) return null;
  const ms = dice.int(5, 60);
  found.node.with = { ms };
  return { kind: 'duration', node: found.node.id, duration_ms: ms };
};

const remove: Maker = (workflow, dice) => {
  const found = pickNode(workflow, dice, (node) => isWork(node) || node.type === 'group');
  if (found === null || found.beside.length < 2) return null;
  const { node, beside } = found;
  for (const other of beside) {
    if (other.dependsOn?.includes(node.id)) other.dependsOn = without(other.dependsOn, node.id, node.dependsOn);
  }
  beside.splice(beside.indexOf(node), 1);
  return { kind: 'remove', node: node.id };
};

const noRetries: Maker = (workflow) => {
  const failing = failingNodes(workflow);
  for (const node of failing) node.with = { ms: node.with?.['ms'] ?? 0 };
  return failing.length === 0 ? null : { kind: 'no_retries' };
};

const backoff: Maker = (workflow, dice) => {
  const factor = dice.pick([0.5, 2]);
  const failing = failingNodes(workflow);
  for (const node of failing)
    if (node.retry) node.retry = { ...node.retry, delayMs: (node.retry.delayMs ?? 0) * factor };
  return failing.length === 0 ? null : { kind: 'backoff', factor };
};

const concurrency: Maker = (workflow, dice) => {
  const value = dice.pick([1, 2, 3, 8]);
  if (value === workflow.concurrency) return null;
  workflow.concurrency = value;
  return { kind: 'limit', limit: 'concurrency', value };
};

const pool: Maker = (workflow, dice) => {
  const used = pickNode(workflow, dice, (node) => node.pool !== undefined)?.node.pool;
  if (used === undefined || workflow.pools === undefined) return null;
  const value = dice.pick([1, 2, 4]);
  workflow.pools = { ...workflow.pools, [used]: { concurrency: value } };
  return { kind: 'limit', limit: 'pool', name: used, value };
};

const type: Maker = (workflow, dice) => {
  if (pickNode(workflow, dice, (node) => node.type === 'other') === null) return null;
  const value = dice.pick([1, 2, 4]);
  workflow.typeConcurrency = { other: value };
  return { kind: 'limit', limit: 'type', name: 'other', value };
};

const loop: Maker = (workflow, dice) => {
  const found = pickNode(workflow, dice, (node) => node.type === 'foreach');
  if (found === null) return null;
  const value = dice.pick([1, 2, 4]);
  found.node.with = { ...found.node.with, concurrency: value };
  return { kind: 'limit', limit: 'loop', name: found.node.id, value };
};

const rate: Maker = (workflow, dice) => {
  const api = workflow.rateLimits?.['api'];
  if (api === undefined || pickNode(workflow, dice, (node) => node.rateLimit === 'api') === null) return null;
  const value = api.perSecond * dice.pick([2, 4]);
  workflow.rateLimits = { api: { ...api, perSecond: value } };
  return { kind: 'limit', limit: 'rate_limit', name: 'api', value };
};

function isNoBranch(id: string): boolean {
  return !id.includes('.');
}

const dropDependency: Maker = (workflow, dice) => {
  const found = pickNode(workflow, dice, (node) => node.dependsOn?.some(isNoBranch) === true);
  const on = found?.node.dependsOn?.find(isNoBranch);
  if (found === null || on === undefined) return null;
  found.node.dependsOn = without(found.node.dependsOn, on);
  return { kind: 'drop_dependency', node: found.node.id, on };
};

const addDependency: Maker = (workflow, dice) => {
  const { nodes } = workflow;
  const after = dice.int(1, nodes.length - 1);
  const node = nodes[after];
  const on = nodes[dice.int(0, after - 1)];
  if (node === undefined || on === undefined || node.dependsOn?.some((id) => id.startsWith(on.id))) return null;
  node.dependsOn = [...(node.dependsOn ?? []), on.id];
  return { kind: 'add_dependency', node: node.id, on: on.id };
};

const unlimited: Maker = (workflow) => {
  workflow.concurrency = 1000;
  const { pools, typeConcurrency } = workflow;
  if (pools) workflow.pools = Object.fromEntries(Object.keys(pools).map((name) => [name, { concurrency: 1000 }]));
  if (typeConcurrency) workflow.typeConcurrency = { other: 1000 };
  for (const { node } of everyNode(workflow)) {
    if (node.type === 'foreach') node.with = { ...node.with, concurrency: 1000 };
  }
  return { kind: 'unlimited' };
};

const MAKERS = [
  speed,
  remove,
  concurrency,
  noRetries,
  pool,
  loop,
  dropDependency,
  type,
  duration,
  rate,
  backoff,
  addDependency,
  unlimited,
] as const;

/** A change to a seeded workflow: the kinds take turns, and one that its workflow has no place for gives way to the next. */
export function seededChange(workflow: WorkflowDefinition, seed: number): SeededChange {
  const dice = new Dice(seed);
  for (let i = 0; i < MAKERS.length; i++) {
    const changed = structuredClone(workflow);
    const change = MAKERS[(seed + i) % MAKERS.length]?.(changed, dice);
    if (change) return { change, workflow: changed };
  }
  throw new Error(`nothing can be changed in ${workflow.name}`);
}

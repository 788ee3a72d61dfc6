import {
  CAUSES,
  isFailure,
  NONE,
  nodeAccounts,
  statusOf,
  type Analysis,
  type CauseTimes,
  type NodeAccount,
  type Status,
  type Trace,
} from '@flowprof/model';
import type { Link } from '../graph/place.ts';

/** A node of a run with all its instances. Times are microseconds. */
export interface RunNode {
  /** The node's key in the workflow. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Of all instances, what matters most: a failure, then what runs. */
  readonly status: Status;
  readonly count: number;
  /** How many instances failed or ran out of time. */
  readonly failed: number;
  /** How many instances run. */
  readonly running: number;
  /** The node that contains it; null at the top. */
  readonly container: string | null;
  /** How many nodes it contains, at any depth. */
  readonly contains: number;
  /** The time of all instances, their waits included. */
  readonly time: number;
  /** What of it was waiting for a place to run. */
  readonly queue: number;
  /** What it held of the makespan. */
  readonly critical: number;
  readonly attempts: number;
  /** The row of the span to look at: of the failed instance, else of the longest; `NONE` where none has started. */
  readonly row: number;
}

/** A run as a graph of its nodes. */
export interface RunGraph {
  readonly nodes: readonly RunNode[];
  /** What depends on what, by id. */
  readonly links: readonly Link[];
  /** The nodes that held the end one after the other, by id. */
  readonly path: readonly string[];
}

/** Which status stands for several, the first that is there. */
const WEIGHT: readonly Status[] = ['failed', 'timeout', 'running', 'cancelled', 'pending', 'completed', 'skipped'];
/** How deep in each other nodes are looked for: what a source says may go in circles. */
const MOST_LEVELS = 100;

function sum(times: CauseTimes): number {
  return CAUSES.reduce((total, cause) => total + times[cause], 0);
}

/** What is gathered of a node over its instances. */
class Gathered {
  readonly statuses = new Set<Status>();
  count = 0;
  failed = 0;
  running = 0;
  time = 0;
  row: number = NONE;
  #longest = -1;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly type: string,
    readonly container: string | null,
  ) {}

  add(status: Status, row: number, time: number): void {
    this.statuses.add(status);
    this.count++;
    if (isFailure(status)) this.failed++;
    if (status === 'running') this.running++;
    this.time += time;
    const weight = isFailure(status) ? Number.POSITIVE_INFINITY : time;
    if (row === NONE || weight <= this.#longest) return;
    this.row = row;
    this.#longest = weight;
  }
}

/** Nodes by key, in the order in which they appear. */
function gather({ graph, groups }: Analysis): Map<string, Gathered> {
  const { nodes, spans } = graph.trace;
  const found = new Map<string, Gathered>();
  for (let row = 0; row < nodes.length; row++) {
    const id = nodes.key[row] ?? '';
    let of = found.get(id);
    if (!of) {
      const parent = nodes.parent[row] ?? NONE;
      const around = parent === NONE ? null : (nodes.key[parent] ?? null);
      const name = groups.names[groups.of[row] ?? 0] ?? id;
      of = new Gathered(id, name, nodes.type[row] ?? '', around === id ? null : around);
      found.set(id, of);
    }
    const span = nodes.span[row] ?? NONE;
    const time = span === NONE ? 0 : (graph.ends[span] ?? 0) - (spans.start[span] ?? 0);
    of.add(statusOf(nodes.status[row] ?? 0), span, time);
  }
  return found;
}

/** The nodes around a node, the innermost first. */
function containersOf(id: string, containerOf: (id: string) => string | null): string[] {
  const around: string[] = [];
  for (let at = containerOf(id); at !== null && around.length < MOST_LEVELS; at = containerOf(at)) around.push(at);
  return around;
}

/** What depends on what, each pair of nodes once. */
function linksOf({ nodes }: Trace): Link[] {
  const links = new Map<string, Set<string>>();
  for (let row = 0; row < nodes.length; row++) {
    const to = nodes.key[row] ?? '';
    for (let at = nodes.depOffsets[row] ?? 0; at < (nodes.depOffsets[row + 1] ?? 0); at++) {
      const from = nodes.key[nodes.deps[at] ?? 0] ?? '';
      if (from === to) continue;
      const ends = links.get(from);
      if (ends) ends.add(to);
      else links.set(from, new Set([to]));
    }
  }
  return [...links].flatMap(([from, ends]) => Array.from(ends, (to) => ({ from, to })));
}

function pathOf({ path, graph }: Analysis): string[] {
  if (path === null || path.kind !== 'dependencies') return [];
  const ids = Array.from(path.leaves, (leaf) => graph.trace.nodes.key[graph.leaves.node[leaf] ?? NONE] ?? '');
  return ids.filter((id, at) => id !== '' && id !== ids[at - 1]);
}

/** What of the accounts counts for a container too: the time that its contents held. */
function addToContainers(of: ReadonlyMap<string, Gathered>, accounts: ReadonlyMap<string, NodeAccount>) {
  const sums = new Map<string, { critical: number; queue: number; contains: number }>();
  for (const id of of.keys()) {
    const account = accounts.get(id);
    const own = { critical: account ? sum(account.onPath) : 0, queue: account?.times.queue ?? 0 };
    for (const [level, at] of [id, ...containersOf(id, (inner) => of.get(inner)?.container ?? null)].entries()) {
      const into = sums.get(at) ?? { critical: 0, queue: 0, contains: 0 };
      into.critical += own.critical;
      into.queue += own.queue;
      if (level > 0) into.contains++;
      sums.set(at, into);
    }
  }
  return sums;
}

/** The graph of a run that has been analysed. O(nodes + dependencies + spans). */
export function runGraph(analysis: Analysis): RunGraph {
  const gathered = gather(analysis);
  const accounts = new Map(nodeAccounts(analysis).map((account) => [account.id, account]));
  const sums = addToContainers(gathered, accounts);
  const nodes = Array.from(gathered.values(), (of): RunNode => {
    const { id, name, type, container, count, failed, running, time, row } = of;
    const { critical = 0, queue = 0, contains = 0 } = sums.get(id) ?? {};
    return {
      id,
      name,
      type,
      container,
      count,
      failed,
      running,
      time,
      row,
      critical,
      queue,
      contains,
      status: WEIGHT.find((status) => of.statuses.has(status)) ?? 'pending',
      attempts: accounts.get(id)?.attempts ?? 0,
    };
  });
  return { nodes, links: linksOf(analysis.graph.trace), path: pathOf(analysis) };
}

/** What of a graph is drawn. */
export interface ShownGraph {
  readonly nodes: readonly RunNode[];
  readonly links: readonly (Link & {
    /** It is a step of the critical path. */
    readonly isCritical: boolean;
    /** From a container to what begins in it, rather than a dependency. */
    readonly isInside: boolean;
  })[];
  /** How many nodes there would be to draw. */
  readonly of: number;
}

/** So many nodes can be drawn and read at once. */
const MOST_SHOWN = 400;

/** The nodes to draw: those at the top and in opened containers; of too many those that held and took most. */
function chooseNodes(graph: RunGraph, opened: ReadonlySet<string>): { nodes: RunNode[]; of: number } {
  const containers = new Map(graph.nodes.map(({ id, container }) => [id, container]));
  const isShown = ({ id }: RunNode) =>
    containersOf(id, (inner) => containers.get(inner) ?? null).every((around) => opened.has(around));
  const shown = graph.nodes.filter(isShown);
  if (shown.length <= MOST_SHOWN) return { nodes: shown, of: shown.length };
  const most = new Set(shown.toSorted((a, b) => b.critical - a.critical || b.time - a.time).slice(0, MOST_SHOWN));
  return { nodes: shown.filter((node) => most.has(node)), of: shown.length };
}

/** A link as a key. */
function keyOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

/**
 * What of a graph is drawn: containers as one node, until they are opened.
 * @param opened the ids of the containers whose contents are drawn
 */
export function shownGraph(graph: RunGraph, opened: ReadonlySet<string>): ShownGraph {
  const { nodes, of } = chooseNodes(graph, opened);
  const shown = new Set(nodes.map(({ id }) => id));
  const containers = new Map(graph.nodes.map(({ id, container }) => [id, container]));
  const around = (id: string) => [id, ...containersOf(id, (inner) => containers.get(inner) ?? null)];
  /** What stands for a node in the picture. */
  const standIn = (id: string) => around(id).find((at) => shown.has(at)) ?? null;
  const links = new Map<string, { from: string; to: string; isCritical: boolean; isInside: boolean }>();
  const led = new Set<string>();
  for (const link of graph.links) {
    const [from, to] = [standIn(link.from), standIn(link.to)];
    if (from === null || to === null || from === to) continue;
    // Of what is inside a closed container, nothing leads out of it or into it by itself.
    links.set(keyOf(from, to), { from, to, isCritical: false, isInside: false });
    if (containers.get(from) === containers.get(to)) led.add(to);
  }
  for (const { id, container } of nodes) {
    if (container === null || led.has(id) || !shown.has(container)) continue;
    links.set(keyOf(container, id), { from: container, to: id, isCritical: false, isInside: true });
  }
  for (let at = 1; at < graph.path.length; at++) {
    const froms = around(graph.path[at - 1] ?? '');
    const tos = around(graph.path[at] ?? '');
    for (const from of froms) {
      const link = tos.map((to) => links.get(keyOf(from, to))).find((found) => found !== undefined);
      if (!link) continue;
      link.isCritical = true;
      break;
    }
  }
  return { nodes, links: [...links.values()], of };
}

import { NONE } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import type { Measures } from '../measures.ts';
import type { Alignment } from './align.ts';
import { edgesOnlyIn, nodeEdges } from './node-edges.ts';
import { hasNodes, type Side } from './side.ts';
import type { Names } from './names.ts';
import { triesByContainer } from '../tries.ts';

/** What can change of the graph, and of the limits that it runs under. */
type StructureChangeKind =
  | 'node_added'
  | 'node_removed'
  | 'node_renamed'
  | 'type_changed'
  | 'dependency_added'
  | 'dependency_removed'
  | 'limit_changed'
  | 'instances_changed'
  | 'now_parallel'
  | 'now_serial';

/** A change of the structure of an execution. */
export interface StructureChange {
  readonly kind: StructureChangeKind;
  /** The node's key, or what the limit is of (`concurrency`, a pool, a node type, a resource). */
  readonly id: string;
  /** The node that it depends on or runs beside or after; the key before of one that was renamed. */
  readonly other: string | null;
  /** Of a limit, of instances, of a type. */
  readonly before: string | number | null;
  readonly after: string | number | null;
}

/** The measures of both executions that tell of their shape; null where one of them does not know. */
interface ShapeChange {
  readonly measure: 'work_ms' | 'span_ms' | 'parallelism' | 'peak_concurrency' | 'concurrency';
  readonly before: number | null;
  readonly after: number | null;
}

export interface StructureChanges {
  readonly changes: readonly StructureChange[];
  readonly change_count: number;
  readonly shape: readonly ShapeChange[];
}

function change(
  kind: StructureChangeKind,
  id: string,
  over: Partial<Pick<StructureChange, 'other' | 'before' | 'after'>> = {},
): StructureChange {
  return { kind, id, other: null, before: null, after: null, ...over };
}

/**
 * One number for each node of both executions, its instances together: its pair, or for containers and what never ran
 * one by its key.
 */
class NodeNumbers {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly #names: Names;
  readonly #alignment: Alignment;
  readonly #others: string[] = [];
  readonly #numberOfOther = new Map<string, number>();

  constructor(before: Side, after: Side, alignment: Alignment, names: Names) {
    this.#names = names;
    this.#alignment = alignment;
    this.before = this.#numbersOf(before, alignment.ofBefore, after, alignment.ofAfter);
    this.after = this.#numbersOf(after, alignment.ofAfter, before, alignment.ofBefore);
  }

  /** How many numbers there are. */
  get length(): number {
    return this.#alignment.pairs.length + this.#others.length;
  }

  keyOf(number: number): string {
    const { length } = this.#alignment.pairs;
    return number < length ? this.#names.idOf(number) : this.#others[number - length];
  }

  #numbersOf(side: Side, pairOf: Int32Array, other: Side, pairOfOther: Int32Array): Int32Array {
    const { key } = side.analysis.graph.trace.nodes;
    return side.accounts.ofRow.map((account, row) => {
      if (account !== NONE) return pairOf[account];
      const elsewhere = other.accounts.ofId.get(key[row]);
      return elsewhere === undefined ? this.#otherNumber(key[row]) : pairOfOther[elsewhere];
    });
  }

  #otherNumber(key: string): number {
    const known = this.#numberOfOther.get(key);
    if (known !== undefined) return known;
    const number = this.#alignment.pairs.length + this.#others.length;
    this.#others.push(key);
    this.#numberOfOther.set(key, number);
    return number;
  }
}

/** 1 for each number that occurs. */
function flags(numbers: Int32Array, length: number): Uint8Array {
  const occurs = new Uint8Array(length);
  for (const number of numbers) occurs[number] = 1;
  return occurs;
}

/** Containers that sources make of what was tried more than once: retries are told as such. */
function retryContainers({ analysis }: Side): string[] {
  const { key, type } = analysis.graph.trace.nodes;
  return key.filter((_, row) => type[row] === 'retry');
}

/** The nodes, dependencies and types of nodes that are in one of them only. */
function graphChanges(before: Side, after: Side, alignment: Alignment, names: Names): StructureChange[] {
  if (!hasNodes(before.analysis) || !hasNodes(after.analysis)) return [];
  const numbers = new NodeNumbers(before, after, alignment, names);
  const [inBefore, inAfter] = [flags(numbers.before, numbers.length), flags(numbers.after, numbers.length)];
  const changes: StructureChange[] = [];
  const tries = new Set([...retryContainers(before), ...retryContainers(after)]);
  for (let number = 0; number < numbers.length; number++) {
    if (inBefore[number] === inAfter[number] || tries.has(numbers.keyOf(number))) continue;
    changes.push(change(inAfter[number] === 1 ? 'node_added' : 'node_removed', numbers.keyOf(number)));
  }
  for (const pair of alignment.pairs) {
    if (pair.before === null || pair.after === null) continue;
    const [idBefore, idAfter] = [before.accounts.id[pair.before], after.accounts.id[pair.after]];
    const [a, b] = [before.accounts.type[pair.before], after.accounts.type[pair.after]];
    if (idBefore !== idAfter) changes.push(change('node_renamed', idAfter, { other: idBefore }));
    if (a !== null && b !== null && a !== b) changes.push(change('type_changed', idAfter, { before: a, after: b }));
  }
  const stride = numbers.length;
  const edges = [
    nodeEdges(before.analysis.graph.trace.nodes, numbers.before, stride),
    nodeEdges(after.analysis.graph.trace.nodes, numbers.after, stride),
  ];
  const isInBoth = (number: number) => inBefore[number] === 1 && inAfter[number] === 1;
  const onlyIn = (own: Float64Array, others: Float64Array, kind: StructureChangeKind) => {
    for (const edge of edgesOnlyIn(own, others)) {
      const dependency = edge % stride;
      const dependent = (edge - dependency) / stride;
      // What depends on a node that is new, or did on one that is gone, is no news.
      if (isInBoth(dependent) && isInBoth(dependency))
        changes.push(change(kind, numbers.keyOf(dependent), { other: numbers.keyOf(dependency) }));
    }
  };
  onlyIn(edges[1], edges[0], 'dependency_added');
  onlyIn(edges[0], edges[1], 'dependency_removed');
  return changes;
}

/** The limits that waits were for, by their kind and name. */
function limitsOf({ analysis }: Side): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { reason } of analysis.waits) {
    if (reason === null || reason.limit === null) continue;
    limits.set(reason.name === null ? reason.kind : `${reason.kind} ${reason.name}`, reason.limit);
  }
  const { concurrency } = analysis.graph.trace.execution;
  if (concurrency !== null) limits.set('concurrency', concurrency);
  return limits;
}

/** Limits that differ. Of one that nothing waited for, only the run's own is known. */
function limitChanges(before: Side, after: Side): StructureChange[] {
  const [limits, others] = [limitsOf(before), limitsOf(after)];
  return [...limits].flatMap(([id, limit]) => {
    const other = others.get(id);
    return other === undefined || other === limit ? [] : [change('limit_changed', id, { before: limit, after: other })];
  });
}

/** The time from the first submission to the last end of a node of one instance. */
interface Interval {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Null where a node has several instances, which have no single interval. */
function intervalOf({ accounts }: Side, account: number | null): Interval | null {
  if (account === null || accounts.count[account] !== 1) return null;
  return { id: accounts.id[account], from: accounts.from[account], to: accounts.to[account] };
}

function overlapOf(a: Interval, b: Interval): number {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from);
}

/** Whether two nodes ran at once for at least half of the time of the shorter. */
function runBeside(a: Interval, b: Interval): boolean {
  const shorter = Math.min(a.to - a.from, b.to - b.from);
  return shorter > 0 && overlapOf(a, b) >= shorter / 2;
}

/** Of what follows each other on the path of one side: whether it ran at once on the other. */
function orderChanges(side: Side, other: Side, partner: (account: number) => number | null, kind: StructureChangeKind) {
  const changes: StructureChange[] = [];
  for (let i = 1; i < side.path.length; i++) {
    const [x, y] = [side.path[i - 1], side.path[i]];
    const [first, second] = [intervalOf(side, x), intervalOf(side, y)];
    const [a, b] = [intervalOf(other, partner(x)), intervalOf(other, partner(y))];
    if (first === null || second === null || a === null || b === null) continue;
    if (overlapOf(first, second) > 0 || !runBeside(a, b)) continue;
    const [one, next] = kind === 'now_serial' ? [first, second] : [a, b];
    changes.push(change(kind, next.id, { other: one.id }));
  }
  return changes;
}

/** By node, how many of its instances are further tries of others. */
function furtherTries({ analysis }: Side): ReadonlyMap<string, number> {
  const { trace, containerOf } = analysis.graph;
  const further = new Map<string, number>();
  for (const tries of triesByContainer(trace.nodes, trace.spans, containerOf).values()) {
    for (const row of tries.slice(1)) further.set(trace.nodes.key[row], (further.get(trace.nodes.key[row]) ?? 0) + 1);
  }
  return further;
}

function instanceCountChanges(before: Side, after: Side, { pairs }: Alignment): StructureChange[] {
  const [triesBefore, triesAfter] = [furtherTries(before), furtherTries(after)];
  return pairs.flatMap((pair) => {
    if (pair.before === null || pair.after === null) return [];
    const [idBefore, idAfter] = [before.accounts.id[pair.before], after.accounts.id[pair.after]];
    // Spans of a name are no instances of a node.
    if (before.accounts.type[pair.before] === null || after.accounts.type[pair.after] === null) return [];
    const a = before.accounts.count[pair.before] - (triesBefore.get(idBefore) ?? 0);
    const b = after.accounts.count[pair.after] - (triesAfter.get(idAfter) ?? 0);
    return a === b ? [] : [change('instances_changed', idAfter, { before: a, after: b })];
  });
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

function shapeOf(before: Side, after: Side): ShapeChange[] {
  const of = (measure: ShapeChange['measure'], read: (measures: Measures) => number | null): ShapeChange => {
    const [a, b] = [before, after].map(({ analysis: { measures } }) => (measures === null ? null : read(measures)));
    return { measure, before: a, after: b };
  };
  return [
    of('work_ms', ({ work }) => msFromMicros(asMicros(work))),
    of('span_ms', ({ span }) => msFromMicros(span)),
    of('parallelism', ({ parallelism }) => rounded(parallelism)),
    of('peak_concurrency', ({ peakConcurrency }) => peakConcurrency),
    {
      measure: 'concurrency',
      before: before.analysis.graph.trace.execution.concurrency,
      after: after.analysis.graph.trace.execution.concurrency,
    },
  ];
}

/** What changed of the graph, of its limits, and of what runs beside what on the critical path. At most `limit` are listed. */
export function structureChanges(
  before: Side,
  after: Side,
  alignment: Alignment,
  names: Names,
  limit: number,
): StructureChanges {
  const { pairs, ofBefore, ofAfter } = alignment;
  const changes = [
    ...limitChanges(before, after),
    ...orderChanges(before, after, (account) => pairs[ofBefore[account]].after, 'now_parallel'),
    ...orderChanges(after, before, (account) => pairs[ofAfter[account]].before, 'now_serial'),
    ...graphChanges(before, after, alignment, names),
    ...instanceCountChanges(before, after, alignment),
  ];
  return { changes: changes.slice(0, limit), change_count: changes.length, shape: shapeOf(before, after) };
}

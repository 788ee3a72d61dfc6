import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { causeOfPhase, isWaitPhase } from '../../trace/phases.ts';
import { KIND, NONE, spanNameAt } from '../../trace/trace.ts';
import { waitReasonOf } from '../wait-reasons.ts';
import type { Structure } from './structure.ts';

/** How many of some tasks may run at once. */
export interface PlaceLimit {
  readonly kind: 'type' | 'pool';
  readonly name: string;
  /** `Infinity` where it is not told and did not show. */
  readonly capacity: number;
}

/** How often some tasks may start; see the conductor's token bucket. */
export interface RateLimit {
  readonly name: string;
  /** `Infinity` where it is not told. */
  readonly perSecond: number;
  readonly burst: number;
}

/** How many items of one loop may be under way at once. */
interface LoopLimit {
  /** The element of the loop. */
  readonly element: number;
  readonly capacity: number;
}

/** The limits under which an execution ran, and which tasks they hold for. */
export interface RunLimits {
  /** Places of the run. */
  readonly run: number;
  readonly places: readonly PlaceLimit[];
  readonly rates: readonly RateLimit[];
  readonly loops: readonly LoopLimit[];
  /** By task, positions in `places` and `rates`, or `NONE`. */
  readonly poolOf: Int32Array;
  readonly typeOf: Int32Array;
  readonly rateOf: Int32Array;
  readonly priority: Float64Array;
  /** By vertex: the position in `loops` of the loop whose turn it waits for, or whose turn ends with it; `NONE`. */
  readonly turnBefore: Int32Array;
  readonly turnAfter: Int32Array;
  /** By task: whether its first wait says that it was for one of these limits. */
  readonly waited: Uint8Array;
  /** By task: whether its first wait was for whatever runs it, and not the engine's own time. */
  readonly queued: Uint8Array;
}

/** A list of named limits, each once. */
class Named<T extends { readonly name: string }> {
  readonly list: T[] = [];
  readonly #positions = new Map<string, number>();

  of(key: string, make: () => T): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.list.push(make()) - 1;
    this.#positions.set(key, position);
    return position;
  }

  find(key: string): number {
    return this.#positions.get(key) ?? NONE;
  }
}

function numberIn(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' && value > 0 ? value : otherwise;
}

function textIn(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** What the metadata of a node's span says of its limits, with positions. */
interface Scheduling {
  readonly pool: number;
  readonly type: number;
  readonly rate: number;
  readonly priority: number;
}

/** What a wait is for that no worker, place or turn would shorten. */
const ENGINE_REASONS: ReadonlySet<string> = new Set([
  'dependency',
  'dispatch',
  'backpressure',
  'interrupted',
  'rate_limit',
]);

/** Collects the limits of a trace. */
class Finder {
  readonly places = new Named<PlaceLimit>();
  readonly rates = new Named<RateLimit>();
  readonly poolOf: Int32Array;
  readonly typeOf: Int32Array;
  readonly rateOf: Int32Array;
  readonly priority: Float64Array;
  readonly waited: Uint8Array;
  readonly queued: Uint8Array;
  runLimit = Number.POSITIVE_INFINITY;
  readonly #structure: Structure;
  readonly #read = new Map<JsonObject, Scheduling | null>();
  /** Pools and resources by the keys of the nodes that waited for them. */
  readonly #poolOfKey = new Map<string, number>();
  readonly #rateOfKey = new Map<string, number>();

  constructor(structure: Structure) {
    const n = structure.taskCount;
    this.#structure = structure;
    this.poolOf = new Int32Array(n).fill(NONE);
    this.typeOf = new Int32Array(n).fill(NONE);
    this.rateOf = new Int32Array(n).fill(NONE);
    this.priority = new Float64Array(n);
    this.waited = new Uint8Array(n);
    this.queued = new Uint8Array(n);
  }

  find(): void {
    for (let task = 0; task < this.#structure.taskCount; task++) this.#readTask(task);
    this.#readWaits();
    this.#spread();
  }

  /** The key and type of a task's node; empty for a span without one. */
  #keyOf(task: number): { key: string; type: string } {
    const { graph, elementOf, elements } = this.#structure;
    const node = elements === 'nodes' ? elementOf[task] : NONE;
    const { nodes } = graph.trace;
    return node === NONE ? { key: '', type: '' } : { key: nodes.key[node], type: nodes.type[node] };
  }

  #readTask(task: number): void {
    const metadata = this.#structure.graph.trace.spans.metadata.get(this.#structure.span[task]);
    const told = metadata?.['scheduling'];
    if (!isJsonObject(told)) return;
    let scheduling = this.#read.get(told);
    if (scheduling === undefined) {
      scheduling = this.#parse(told);
      this.#read.set(told, scheduling);
    }
    if (scheduling === null) return;
    this.poolOf[task] = scheduling.pool;
    this.typeOf[task] = scheduling.type;
    this.rateOf[task] = scheduling.rate;
    this.priority[task] = scheduling.priority;
  }

  #parse(told: JsonObject): Scheduling | null {
    const { limits, rate_limit: rate, priority } = told;
    let pool: number = NONE;
    let type: number = NONE;
    const listed: readonly JsonValue[] = Array.isArray(limits) ? limits : [];
    for (const limit of listed) {
      if (!isJsonObject(limit)) continue;
      const places = numberIn(limit['limit'], Number.POSITIVE_INFINITY);
      const poolName = textIn(limit['pool']);
      const typeName = textIn(limit['type']);
      if (poolName !== null) pool = this.#place('pool', poolName, places);
      else if (typeName !== null) type = this.#place('type', typeName, places);
    }
    const isRated = isJsonObject(rate);
    return {
      pool,
      type,
      rate: isRated
        ? this.#rate(textIn(rate['resource']) ?? '', numberIn(rate['per_second'], Number.POSITIVE_INFINITY), rate)
        : NONE,
      priority: typeof priority === 'number' ? priority : 0,
    };
  }

  #place(kind: PlaceLimit['kind'], name: string, capacity: number): number {
    return this.places.of(`${kind} ${name}`, () => ({ kind, name, capacity }));
  }

  #rate(name: string, perSecond: number, told: JsonObject | null): number {
    const burst = told === null ? 0 : numberIn(told['burst'], 0);
    return this.rates.of(name, () => ({ name, perSecond, burst }));
  }

  /** What waits at the beginning of tasks were for. */
  #readWaits(): void {
    const { graph, elements, start, submit, taskCount } = this.#structure;
    if (elements === 'spans') return;
    const { spans } = graph.trace;
    const { memberOffsets, members } = graph.leaves;
    const isWait = spans.names.map(isWaitPhase);
    for (let task = 0; task < taskCount; task++) {
      if (start[task] <= submit[task]) continue;
      for (let i = memberOffsets[task]; i < memberOffsets[task + 1]; i++) {
        const row = members[i];
        if (spans.kind[row] === KIND.phase && isWait[spans.name[row]] && spans.start[row] < start[task]) {
          if (graph.ends[row] > spans.start[row]) this.#readWait(task, row);
        }
      }
    }
  }

  #readWait(task: number, row: number): void {
    const { spans } = this.#structure.graph.trace;
    const reason = waitReasonOf(spans, row);
    if (reason === null || !ENGINE_REASONS.has(reason.kind)) {
      if (causeOfPhase(spanNameAt(spans, row)) === 'queue') this.queued[task] = 1;
    }
    if (reason === null) return;
    const { kind, name, limit } = reason;
    const capacity = limit ?? Number.POSITIVE_INFINITY;
    const { key, type } = this.#keyOf(task);
    if (kind === 'concurrency') this.runLimit = Math.min(this.runLimit, capacity);
    else if (kind === 'type') this.typeOf[task] = this.#place('type', name ?? type, capacity);
    // How many workers there are nobody tells: a place that is never full.
    else if ((kind === 'pool' || kind === 'task_queue') && name !== null)
      this.#poolOfKey.set(key, this.#place('pool', name, capacity));
    else if (kind === 'rate_limit' && name !== null) this.#rateOfKey.set(key, this.#rate(name, capacity, null));
    else return;
    this.waited[task] = 1;
  }

  /** What one instance waited for holds for all of its key, and a limit of a type for all nodes of it. */
  #spread(): void {
    for (let task = 0; task < this.#structure.taskCount; task++) {
      const { key, type } = this.#keyOf(task);
      if (this.poolOf[task] === NONE) this.poolOf[task] = this.#poolOfKey.get(key) ?? NONE;
      if (this.rateOf[task] === NONE) this.rateOf[task] = this.#rateOfKey.get(key) ?? NONE;
      if (this.typeOf[task] === NONE) this.typeOf[task] = this.places.find(`type ${type}`);
    }
  }
}

/** Whether nodes of a type run what is in them once an item. */
function isLoopType(type: string): boolean {
  return type === 'foreach' || type === 'loop';
}

/** The loops of a trace, and which vertices are the beginnings and ends of their items. */
function findLoops({ graph, elements, vertexCount, entry, exit, parentOf }: Structure) {
  const turnBefore = new Int32Array(vertexCount).fill(NONE);
  const turnAfter = new Int32Array(vertexCount).fill(NONE);
  const loops: LoopLimit[] = [];
  if (elements === 'spans') return { loops, turnBefore, turnAfter };
  const { nodes, spans } = graph.trace;
  const positions = new Map<number, number>();
  for (let node = 0; node < nodes.length; node++) {
    const loop = parentOf[node];
    if (loop === NONE || !isLoopType(nodes.type[loop]) || nodes.iteration[node] === NONE) continue;
    let position = positions.get(loop);
    if (position === undefined) {
      const told = spans.metadata.get(nodes.span[loop])?.['concurrency'];
      position = loops.push({ element: loop, capacity: numberIn(told, Number.POSITIVE_INFINITY) }) - 1;
      positions.set(loop, position);
    }
    turnBefore[entry[node]] = position;
    turnAfter[exit[node]] = position;
  }
  return { loops, turnBefore, turnAfter };
}

/**
 * Reads the limits off a trace: from what the spans of nodes say (`scheduling`, and `concurrency` of a loop), else from
 * what waits say they were for. A limit that neither tells is not known, and then nothing waited for it.
 */
export function findLimits(structure: Structure): RunLimits {
  const finder = new Finder(structure);
  finder.find();
  return {
    run: structure.graph.trace.execution.concurrency ?? finder.runLimit,
    places: finder.places.list,
    rates: finder.rates.list,
    poolOf: finder.poolOf,
    typeOf: finder.typeOf,
    rateOf: finder.rateOf,
    priority: finder.priority,
    waited: finder.waited,
    queued: finder.queued,
    ...findLoops(structure),
  };
}

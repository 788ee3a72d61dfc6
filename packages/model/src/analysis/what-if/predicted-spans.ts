import type { JsonObject } from '../../json.ts';
import { isLeadingWait } from '../../trace/phases.ts';
import { statusCode } from '../../trace/status.ts';
import { KIND, NONE, spanIdAt, type SpanTable } from '../../trace/trace.ts';
import { HELD_BY_RUN } from './lanes.ts';
import type { Plan } from './plan.ts';
import type { Simulated } from './simulate.ts';
import { mapStretch, mapTask, type TimeMap } from './time-maps.ts';

/** The predicted spans as columns that grow, and where each old row went. */
class Rows {
  readonly start: number[] = [];
  readonly duration: number[] = [];
  readonly parent: number[] = [];
  readonly name: number[] = [];
  readonly node: number[] = [];
  readonly kind: number[] = [];
  readonly status: number[] = [];
  readonly flags: number[] = [];
  readonly track: number[] = [];
  readonly ids: string[] = [];
  readonly names: string[];
  readonly metadata = new Map<number, JsonObject>();
  /** By old row, or `NONE`. */
  readonly rowOf: Int32Array;
  readonly #spans: SpanTable;

  constructor(spans: SpanTable) {
    this.#spans = spans;
    this.names = [...spans.names];
    this.rowOf = new Int32Array(spans.length).fill(NONE);
  }

  /** Takes an old span over, at other times. Its parent is a row of the old table until `finish`. */
  keep(row: number, from: number, to: number): void {
    const spans = this.#spans;
    this.rowOf[row] = this.start.length;
    const metadata = spans.metadata.get(row);
    if (metadata !== undefined) this.metadata.set(this.start.length, metadata);
    this.ids.push(spanIdAt(spans.ids, row));
    this.start.push(from);
    this.duration.push(Math.max(0, to - from));
    this.parent.push(spans.parent[row]);
    this.name.push(spans.name[row]);
    this.node.push(spans.node[row]);
    this.kind.push(spans.kind[row]);
    this.status.push(spans.status[row]);
    this.flags.push(0);
    this.track.push(spans.track?.[row] ?? NONE);
  }

  /** Adds a wait of the simulation below an old span. */
  addWait(below: number, name: string, from: number, to: number, metadata: JsonObject | undefined): void {
    if (to <= from) return;
    if (metadata !== undefined) this.metadata.set(this.start.length, metadata);
    this.ids.push(`${spanIdAt(this.#spans.ids, below)}-${name}-${this.start.length}`);
    this.start.push(from);
    this.duration.push(to - from);
    this.parent.push(below);
    this.name.push(this.#nameOf(name));
    this.node.push(this.#spans.node[below]);
    this.kind.push(KIND.phase);
    this.status.push(statusCode('completed'));
    this.flags.push(0);
    this.track.push(NONE);
  }

  #nameOf(name: string): number {
    const known = this.names.indexOf(name);
    return known === -1 ? this.names.push(name) - 1 : known;
  }

  finish(): SpanTable {
    const { parent } = this.#spans;
    const parents = Int32Array.from(this.parent, (old) => {
      let at = old;
      while (at !== NONE && this.rowOf[at] === NONE) at = parent[at];
      return at === NONE ? NONE : this.rowOf[at];
    });
    return {
      length: this.start.length,
      ids: { prefix: '', listed: this.ids },
      names: this.names,
      start: Float64Array.from(this.start),
      duration: Float64Array.from(this.duration),
      parent: parents,
      name: Uint32Array.from(this.name),
      node: Int32Array.from(this.node),
      kind: Uint8Array.from(this.kind),
      status: Uint8Array.from(this.status),
      flags: Uint8Array.from(this.flags),
      track: this.#spans.track === null ? null : Int32Array.from(this.track),
      tracks: this.#spans.tracks,
      metadata: this.metadata,
    };
  }
}

/** What a wait of the simulation was for, as the conductor records it. */
function reasonOf({ places, rates, run }: Plan, heldBy: number): { name: string; metadata: JsonObject } {
  if (heldBy === HELD_BY_RUN) return { name: 'queue_wait', metadata: { cause: 'concurrency', limit: run } };
  const place = places[heldBy - 1];
  if (place === undefined) {
    const rate = rates[heldBy - 1 - places.length];
    return { name: 'rate_limit_wait', metadata: { resource: rate?.name ?? '', per_second: rate?.perSecond ?? 0 } };
  }
  const { kind, name, capacity: limit } = place;
  const metadata = kind === 'pool' ? { cause: kind, pool: name, limit } : { cause: 'concurrency', type: name, limit };
  return { name: 'queue_wait', metadata };
}

/** Draws the spans of a plan as they were simulated. */
class Drawer {
  readonly rows: Rows;
  /** By old row, the map of its times, for annotations. */
  readonly maps: (TimeMap | undefined)[];
  /** By task, its new row, or `NONE`; a torn trace may give two nodes the same span. */
  readonly rowOfTask: Int32Array;
  readonly #plan: Plan;
  readonly #simulated: Simulated;
  readonly #isLead: readonly boolean[];

  constructor(plan: Plan, simulated: Simulated) {
    const { spans } = plan.structure.graph.trace;
    this.#plan = plan;
    this.#simulated = simulated;
    this.rows = new Rows(spans);
    this.maps = [];
    this.rowOfTask = new Int32Array(plan.structure.taskCount).fill(NONE);
    this.#isLead = spans.names.map(isLeadingWait);
  }

  task(task: number): void {
    const { structure, gone, slow, lag } = this.#plan;
    if (gone[task] === 1) return;
    const { graph, span } = structure;
    const map = mapTask(this.#plan, this.#simulated, task);
    const own = span[task];
    const submit = this.#simulated.submit[task];
    const start = this.#simulated.start[task];
    this.rowOfTask[task] = this.rows.start.length;
    this.rows.keep(own, submit, this.#simulated.end[task]);
    this.maps[own] = map;
    const slowed = Math.min(slow[task], lag[task]);
    const lead = this.#leadOf(task);
    this.rows.addWait(own, lead.name, submit, start - slowed, lead.metadata);
    this.rows.addWait(own, 'slow_mo', start - slowed, start, undefined);
    const { members, memberOffsets } = graph.leaves;
    for (let i = memberOffsets[task]; i < memberOffsets[task + 1]; i++) {
      const row = members[i];
      if (row !== own && !this.#isReplaced(task, row)) this.#inside(row, map);
    }
    this.#tokens(task, own);
  }

  /** The wait before a start: for what held it up in the simulation, else what it was in the trace. */
  #leadOf(task: number): { name: string; metadata: JsonObject | undefined } {
    const heldBy = this.#simulated.heldBy[task];
    if (heldBy !== NONE) return reasonOf(this.#plan, heldBy);
    const { graph } = this.#plan.structure;
    const { members, memberOffsets } = graph.leaves;
    const { spans } = graph.trace;
    for (let i = memberOffsets[task]; i < memberOffsets[task + 1]; i++) {
      const row = members[i];
      const isWait = spans.kind[row] === KIND.phase && this.#isLead[spans.name[row]];
      if (isWait && spans.names[spans.name[row]] !== 'slow_mo' && graph.ends[row] > spans.start[row]) {
        return { name: spans.names[spans.name[row]], metadata: spans.metadata.get(row) };
      }
    }
    return { name: 'queue_wait', metadata: { cause: 'dispatch' } };
  }

  /** Whether a wait of the trace gives way to those of the simulation. */
  #isReplaced(task: number, row: number): boolean {
    const { structure, blocks } = this.#plan;
    const { spans } = structure.graph.trace;
    if (spans.kind[row] !== KIND.phase || !this.#isLead[spans.name[row]]) return false;
    if (spans.start[row] < structure.start[task]) return true;
    return blocks.has(task) && spans.names[spans.name[row]] === 'rate_limit_wait';
  }

  #inside(row: number, map: TimeMap): void {
    const { graph } = this.#plan.structure;
    const { spans } = graph.trace;
    const from = map.start(spans.start[row]);
    const to = Math.max(from, map.end(graph.ends[row]));
    // What was taken out leaves nothing behind.
    if (to === from && graph.ends[row] > spans.start[row]) return;
    this.rows.keep(row, from, to);
    this.maps[row] = map;
  }

  /** The waits for further tokens. */
  #tokens(task: number, own: number): void {
    const begun = this.#simulated.blocks.get(task);
    const blocks = this.#plan.blocks.get(task);
    if (begun === undefined || blocks === undefined) return;
    const rate = this.#plan.rates[this.#plan.rateOf[task]];
    const metadata = { resource: rate?.name ?? '', per_second: rate?.perSecond ?? 0 };
    for (let i = 1; i < begun.length; i++) {
      this.rows.addWait(own, 'rate_limit_wait', begun[i - 1] + blocks[i - 1], begun[i], metadata);
    }
  }

  /** What is no part of a task: containers with their phases, and spans of the engine. */
  rest(): void {
    const { structure, gone } = this.#plan;
    const { graph, entry, exit, elements } = structure;
    const { spans, nodes } = graph.trace;
    const everything = mapStretch(this.#plan.origin, endOf(this.#plan), this.#simulated.from, this.#simulated.to);
    for (const row of graph.tree.order) {
      if (this.rows.rowOf[row] !== NONE) continue;
      if (elements === 'spans') {
        if (gone[entry[row]] === 1) continue;
        this.maps[row] = this.#container(row, entry[row], exit[row]);
        continue;
      }
      if (graph.leaves.ofSpan[row] !== NONE) continue;
      const node = spans.node[row];
      const isNode = node >= 0 && node < nodes.length;
      if (isNode && gone[entry[node]] === 1) continue;
      if (isNode && nodes.span[node] === row) {
        this.maps[row] = this.#container(row, entry[node], exit[node]);
        continue;
      }
      const map = (isNode ? this.maps[nodes.span[node]] : undefined) ?? everything;
      this.#inside(row, map);
    }
  }

  /** A container lasts from its entry to its exit; what it did before its contents moves with its start. */
  #container(row: number, entry: number, exit: number): TimeMap {
    const { graph } = this.#plan.structure;
    const from = this.#simulated.submit[entry];
    const to = Math.max(from, this.#simulated.end[exit]);
    this.rows.keep(row, from, to);
    return mapStretch(graph.trace.spans.start[row], graph.ends[row], from, to);
  }
}

/** When the last of what is counted ended in the trace. */
function endOf({ structure, origin }: Plan): number {
  let last = origin;
  for (let task = 0; task < structure.taskCount; task++) last = Math.max(last, structure.end[task]);
  return last;
}

/** The spans as they were simulated, where each old row went, and where its times lie. */
export function predictSpans(plan: Plan, simulated: Simulated) {
  const drawer = new Drawer(plan, simulated);
  const { taskCount, elements } = plan.structure;
  if (elements === 'nodes') for (let task = 0; task < taskCount; task++) drawer.task(task);
  drawer.rest();
  const { rows, maps, rowOfTask } = drawer;
  return { spans: rows.finish(), rowOf: rows.rowOf, rowOfTask, maps };
}

import { KIND, NONE, SPAN_KINDS, spanIdAt, spanNameAt, type SpanKind } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import { criticalOfLeaves, selfTime } from '../bottlenecks.ts';
import { RowHeap } from '../heap.ts';

/** All instances of a node, a node type or a name of spans. Times in ms. */
export interface Hotspot {
  /** The node's key, the type, or the name of the spans. */
  readonly id: string;
  readonly name: string;
  readonly count: number;
  /** The duration of all instances, waits included; of spans inside one of the same name the outermost counts. */
  readonly total_ms: number;
  /** The time that was their own: a node's run time, a span's time outside of its children. */
  readonly self_ms: number;
  /** How long they held the critical path themselves. */
  readonly critical_ms: number;
  /** Of the durations of all instances. */
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly max_ms: number;
  /** How many times as long as the middle one those at 95% take; null where the middle one takes no time. */
  readonly spread: number | null;
  /** `self_ms` in percent of the work of all nodes; null for spans inside nodes, of which not all are work. */
  readonly percent_of_work: number | null;
  /** `total_ms` in percent; more than 100 where instances run at once. */
  readonly percent_of_makespan: number | null;
  /** The longest instance. */
  readonly span_id: string;
}

export interface SpanHotspot extends Hotspot {
  /** What the first of them is. */
  readonly kind: SpanKind;
}

/** What an execution spends its time in, over all instances; what took most by itself first. */
export interface Hotspots {
  /** Empty where the source knows no nodes. */
  readonly nodes: readonly Hotspot[];
  readonly types: readonly Hotspot[];
  /** Attempts, phases and whatever else is inside nodes; where the source knows no nodes, all spans. */
  readonly spans: readonly SpanHotspot[];
  /** How many there are of each in all. */
  readonly node_count: number;
  readonly type_count: number;
  readonly span_name_count: number;
}

/** Groups of instances as columns: an instance costs 12 bytes, a group an object. */
class Grouping {
  readonly #codes = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #names: string[] = [];
  readonly #count: number[] = [];
  readonly #total: number[] = [];
  readonly #self: number[] = [];
  readonly #critical: number[] = [];
  readonly #longest: number[] = [];
  readonly #longestTime: number[] = [];
  readonly #group: Uint32Array;
  readonly #duration: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#group = new Uint32Array(capacity);
    this.#duration = new Float64Array(capacity);
  }

  get size(): number {
    return this.#ids.length;
  }

  codeOf(id: string, name: string): number {
    const known = this.#codes.get(id);
    if (known !== undefined) return known;
    const code = this.#ids.push(id) - 1;
    this.#codes.set(id, code);
    this.#names.push(name);
    for (const sums of [this.#count, this.#total, this.#self, this.#critical]) sums.push(0);
    this.#longest.push(NONE);
    this.#longestTime.push(-1);
    return code;
  }

  add(code: number, row: number, duration: number, total: number, self: number, critical: number): void {
    this.#group[this.#length] = code;
    this.#duration[this.#length++] = duration;
    this.#count[code]++;
    this.#total[code] += total;
    this.#self[code] += self;
    this.#critical[code] += critical;
    if (duration <= this.#longestTime[code]) return;
    this.#longestTime[code] = duration;
    this.#longest[code] = row;
  }

  /** The first in rank: by their own time, then by all, then by id. O(n log limit). */
  ranked(limit: number): number[] {
    const isWorse = (a: number, b: number) => this.#compare(a, b) > 0;
    const weakestFirst = new RowHeap(isWorse);
    for (let code = 0; code < this.size; code++) {
      if (code < limit) weakestFirst.push(code);
      else if (limit > 0 && isWorse(weakestFirst.peek(), code)) {
        weakestFirst.pop();
        weakestFirst.push(code);
      }
    }
    const kept: number[] = [];
    for (let code = weakestFirst.peek(); code !== -1; code = weakestFirst.peek()) {
      kept.push(code);
      weakestFirst.pop();
    }
    return kept.reverse();
  }

  #compare(a: number, b: number): number {
    const order = this.#self[b] - this.#self[a] || this.#total[b] - this.#total[a];
    return order || (this.#ids[a] < this.#ids[b] ? -1 : 1);
  }

  /** The durations of the instances of some groups, sorted. */
  #durationsOf(codes: readonly number[]): Map<number, Float64Array> {
    const columns = new Map(codes.map((code) => [code, new Float64Array(this.#count[code])]));
    const next = new Map<number, number>();
    for (let i = 0; i < this.#length; i++) {
      const column = columns.get(this.#group[i]);
      if (column === undefined) continue;
      const at = next.get(this.#group[i]) ?? 0;
      column[at] = this.#duration[i];
      next.set(this.#group[i], at + 1);
    }
    for (const column of columns.values()) column.sort();
    return columns;
  }

  list(codes: readonly number[], { graph, measures }: Analysis, isWork: boolean): Hotspot[] {
    const durations = this.#durationsOf(codes);
    const makespan = measures?.makespan ?? 0;
    const work = isWork ? (measures?.work ?? 0) : 0;
    return codes.map((code) => {
      const sorted = durations.get(code) ?? new Float64Array(0);
      const p50 = percentile(sorted, 0.5);
      const p95 = percentile(sorted, 0.95);
      return {
        id: this.#ids[code],
        name: this.#names[code],
        count: this.#count[code],
        total_ms: ms(this.#total[code]),
        self_ms: ms(this.#self[code]),
        critical_ms: ms(this.#critical[code]),
        mean_ms: ms(Math.round(sum(sorted) / Math.max(1, sorted.length))),
        p50_ms: ms(p50),
        p95_ms: ms(p95),
        max_ms: ms(sorted.at(-1) ?? 0),
        spread: p50 > 0 ? round(p95 / p50) : null,
        percent_of_work: work > 0 ? round((this.#self[code] / work) * 100) : null,
        percent_of_makespan: makespan > 0 ? round((this.#total[code] / makespan) * 100) : null,
        span_id: spanIdAt(graph.trace.spans.ids, this.#longest[code]),
      };
    });
  }
}

function ms(micros: number): number {
  return msFromMicros(asMicros(micros));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function sum(column: Float64Array): number {
  return column.reduce((all, value) => all + value, 0);
}

/** The smallest value that at least a part of all are not larger than (nearest rank). */
function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** How long each span held the critical path itself; microseconds. */
function criticalOfSpans({ graph, accounting }: Analysis): Float64Array {
  const critical = new Float64Array(graph.trace.spans.length);
  for (const { spanRow, fromUs, toUs } of accounting?.segments ?? []) {
    if (spanRow !== null) critical[spanRow] += toUs - fromUs;
  }
  return critical;
}

function groupNodes(analysis: Analysis, byKey: Grouping, byType: Grouping): void {
  const { leaves, trace } = analysis.graph;
  const { groups } = analysis;
  const { key, type } = trace.nodes;
  const held = analysis.accounting?.held ?? new Float64Array(0);
  const critical = criticalOfLeaves(analysis.graph, held);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const node = leaves.node[leaf];
    const duration = leaves.end[leaf] - leaves.submit[leaf];
    const own = [leaves.span[leaf], duration, duration, Math.max(0, leaves.run[leaf]), critical[leaf]] as const;
    byKey.add(byKey.codeOf(key[node], groups.names[groups.of[node]]), ...own);
    byType.add(byType.codeOf(type[node], type[node]), ...own);
  }
}

/** Groups spans by their name; those of nodes are left out where there are nodes. */
function groupSpans(analysis: Analysis, groups: Grouping): SpanKind[] {
  const { graph } = analysis;
  const { nodes, spans } = graph.trace;
  const { order, depth } = graph.tree;
  const critical = criticalOfSpans(analysis);
  const kinds: SpanKind[] = [];
  const around: number[] = [];
  const timesAround = new Uint32Array(spans.names.length);
  for (const row of order) {
    for (const left of around.splice(depth[row])) timesAround[spans.name[left]]--;
    const isRecursion = timesAround[spans.name[row]] > 0;
    around.push(row);
    timesAround[spans.name[row]]++;
    if (nodes.length > 0 && spans.kind[row] === KIND.node) continue;
    const name = spanNameAt(spans, row);
    const code = groups.codeOf(name, name);
    if (code === kinds.length) kinds.push(SPAN_KINDS[spans.kind[row]] ?? 'system');
    const duration = Math.max(0, graph.ends[row] - spans.start[row]);
    groups.add(code, row, duration, isRecursion ? 0 : duration, selfTime(graph, row), critical[row]);
  }
  return kinds;
}

/**
 * What an execution spends its time in, summed over all instances, so that thousands of short runs stand out as much as
 * one long one: its nodes, their types, and the names of spans at any depth. O(spans log spans).
 * @param limit how many of each are listed
 */
export function hotspotsOf(analysis: Analysis, limit: number): Hotspots {
  const { leaves, trace } = analysis.graph;
  const hasNodes = trace.nodes.length > 0;
  const nodes = new Grouping(hasNodes ? leaves.length : 0);
  const types = new Grouping(hasNodes ? leaves.length : 0);
  const spans = new Grouping(trace.spans.length);
  if (hasNodes) groupNodes(analysis, nodes, types);
  const kinds = groupSpans(analysis, spans);
  const ranked = spans.ranked(limit);
  return {
    nodes: nodes.list(nodes.ranked(limit), analysis, true),
    types: types.list(types.ranked(limit), analysis, true),
    spans: spans.list(ranked, analysis, !hasNodes).map((hotspot, i) => ({ ...hotspot, kind: kinds[ranked[i]] })),
    node_count: nodes.size,
    type_count: types.size,
    span_name_count: spans.size,
  };
}

import type { Cause } from '../trace/phases.ts';
import { recordedPathRows } from '../trace/recorded-path.ts';
import { NONE, spanIdAt, spanNameAt, type Trace } from '../trace/trace.ts';
import { asMicros, msFromMicros } from '../units.ts';
import type { AccountedSegment } from './accounting.ts';
import type { Analysis } from './analyse.ts';
import type { DependencyPath } from './dependency-path.ts';
import { leafId, nodeId, type LeafGraph } from './leaf-graph.ts';
import { nearCriticalPaths, type NearCriticalPath } from './near-critical.ts';
import { slackOfLeaf, slackOfSpan, type SlackAndDrag } from './slack.ts';
import type { SpanPath } from './span-path.ts';

/** A wait on the critical path, with what it was for. */
export interface ProfilePathWait {
  readonly cause: Cause;
  /** As those of `waits`: null where the source does not tell. */
  readonly reason: string | null;
  /** The node type, loop, pool or resource, or the key of the node whose end let this one start. */
  readonly name: string | null;
  /** Places, or starts a second. */
  readonly limit: number | null;
  readonly ms: number;
}

/** A step of the critical path: a node, or a span where the source knows no dependencies. */
export interface ProfilePathItem {
  /** The node's key (with its iteration), or the span's id. */
  readonly id: string;
  readonly name: string;
  /** The id of its span. */
  readonly span_id: string;
  /** The node that it is a part of; null where the source knows none. */
  readonly node: { readonly id: string; readonly name: string } | null;
  readonly start_ms: number;
  /** From its start, its first waits excluded, to its end. */
  readonly duration_ms: number;
  /** Negative where clocks are skewed. */
  readonly gap_before_ms: number;
  /** Along dependencies: the duration less its waits. Along spans: the time that was its own on the path. */
  readonly self_ms: number;
  /** How much later it could end without a later end of the execution: 0, or as little as siblings may overlap. */
  readonly slack_ms: number | null;
  /** How much earlier the execution would end if it took no time: less than it takes where others run beside it. */
  readonly drag_ms: number | null;
  /** What it waited for, before it and in it; the time that it holds of the makespan. The first 20. */
  readonly waits: readonly ProfilePathWait[];
}

export interface ProfileCriticalPath {
  readonly kind: 'dependencies' | 'spans';
  /** First to last; the first `maxPathItems` of them. */
  readonly items: readonly ProfilePathItem[];
  /** How many there are in all. */
  readonly item_count: number;
  /** `lead_ms + on_path_ms + gaps_ms` is the makespan. */
  readonly on_path_ms: number;
  readonly gaps_ms: number;
  readonly lead_ms: number;
  readonly negative_gaps: number;
}

/** A node, or a span, of a chain. */
export interface ProfileChainItem {
  readonly id: string;
  readonly name: string;
  readonly span_id: string;
  readonly start_ms: number;
  readonly duration_ms: number;
}

/** A chain that becomes the critical path where what is on that now gets faster by more than `slack_ms`. */
export interface ProfileNearCriticalPath {
  readonly slack_ms: number;
  /** What of it is not on the critical path, first to last; the first 50. */
  readonly items: readonly ProfileChainItem[];
  readonly item_count: number;
  /** The item of the critical path after which it begins, and the one before which it ends; null where there is none. */
  readonly after_id: string | null;
  readonly before_id: string | null;
}

/** A critical path that the source itself records (Bazel does), beside the one that is found. */
export interface ProfileRecordedPath {
  /** In order of start; the first `maxPathItems` of them. */
  readonly items: readonly ProfileChainItem[];
  readonly item_count: number;
  /** The time of all items. */
  readonly sum_ms: number;
  /** From the first start to the last end. */
  readonly extent_ms: number;
}

const MOST_WAITS_OF_ITEM = 20;
const MOST_NEAR_CRITICAL = 5;
const MOST_NEAR_CRITICAL_ITEMS = 50;

/** Microseconds straight from a column, as milliseconds. */
function columnMs(time: number): number {
  return msFromMicros(asMicros(time));
}

function slackMs(known: SlackAndDrag | null): Pick<ProfilePathItem, 'slack_ms' | 'drag_ms'> {
  if (known === null) return { slack_ms: null, drag_ms: null };
  return { slack_ms: msFromMicros(known.slack), drag_ms: msFromMicros(known.drag) };
}

const WAITS: ReadonlySet<Cause> = new Set(['queue', 'rate_limit', 'retry_backoff', 'sleep', 'callback']);

/** The waits of the path by what they belong to: the node's row along dependencies, else the span's. */
class PathWaits {
  readonly #of = new Map<number, AccountedSegment[]>();

  constructor({ accounting, path }: Analysis) {
    for (const segment of accounting?.segments ?? []) {
      const { cause, nodeRow, spanRow, reason } = segment;
      const row = path?.kind === 'dependencies' ? nodeRow : spanRow;
      if (row === null || !(WAITS.has(cause) || reason !== null)) continue;
      const known = this.#of.get(row);
      if (known === undefined) this.#of.set(row, [segment]);
      else if (known.length < MOST_WAITS_OF_ITEM) known.push(segment);
    }
  }

  of(row: number): ProfilePathWait[] {
    return (this.#of.get(row) ?? []).map(({ cause, reason, fromUs, toUs }) => ({
      cause,
      reason: reason?.kind ?? null,
      name: reason?.name ?? null,
      limit: reason?.limit ?? null,
      ms: columnMs(toUs - fromUs),
    }));
  }
}

/** A row of the node table as it is told; null for `NONE`. */
function nodeAt({ nodes }: Trace, row: number): ProfilePathItem['node'] {
  return row === NONE ? null : { id: nodeId(nodes, row), name: nodes.name[row] ?? '' };
}

function dependencyItem(analysis: Analysis, path: DependencyPath, i: number, waits: PathWaits): ProfilePathItem {
  const { graph, slack } = analysis;
  const { leaves, trace } = graph;
  const leaf = path.leaves[i];
  return {
    id: leafId(graph, leaf),
    name: trace.nodes.name[leaves.node[leaf]] ?? '',
    span_id: spanIdAt(trace.spans.ids, leaves.span[leaf]),
    node: nodeAt(trace, leaves.node[leaf]),
    start_ms: columnMs(leaves.start[leaf]),
    duration_ms: columnMs(leaves.end[leaf] - leaves.start[leaf]),
    gap_before_ms: columnMs(path.gapBefore[i]),
    self_ms: columnMs(leaves.run[leaf]),
    ...slackMs(slackOfLeaf(slack, graph, leaf)),
    waits: waits.of(leaves.node[leaf]),
  };
}

/** The spans that hold sections of the path, each once, by its first section. */
function spanItems({ graph, accounting, slack }: Analysis, path: SpanPath, limit: number, waits: PathWaits) {
  const { spans } = graph.trace;
  const seen = new Set<number>();
  const items: ProfilePathItem[] = [];
  let gap = 0;
  for (const [i, row] of path.spans.entries()) {
    if (row === NONE) {
      gap += path.to[i] - path.from[i];
      continue;
    }
    if (seen.has(row)) continue;
    seen.add(row);
    if (items.length < limit) {
      items.push({
        id: spanIdAt(spans.ids, row),
        name: spanNameAt(spans, row),
        span_id: spanIdAt(spans.ids, row),
        node: nodeAt(graph.trace, spans.node[row]),
        start_ms: columnMs(spans.start[row]),
        duration_ms: columnMs(graph.ends[row] - spans.start[row]),
        gap_before_ms: columnMs(gap),
        self_ms: columnMs(accounting?.held[row] ?? 0),
        ...slackMs(slackOfSpan(slack, graph, row)),
        waits: waits.of(row),
      });
    }
    gap = 0;
  }
  return { items, count: seen.size };
}

/** The critical path of a profile. */
export function profilePath(analysis: Analysis, limit: number): ProfileCriticalPath | null {
  const { path } = analysis;
  if (path === null) return null;
  const sums = { on_path_ms: msFromMicros(path.onPath), gaps_ms: msFromMicros(path.gaps) };
  const waits = new PathWaits(analysis);
  if (path.kind === 'spans') {
    const { items, count } = spanItems(analysis, path, limit, waits);
    return { kind: 'spans', items, item_count: count, ...sums, lead_ms: 0, negative_gaps: 0 };
  }
  const items: ProfilePathItem[] = [];
  for (let i = 0; i < Math.min(limit, path.leaves.length); i++) items.push(dependencyItem(analysis, path, i, waits));
  return {
    kind: 'dependencies',
    items,
    item_count: path.leaves.length,
    ...sums,
    lead_ms: msFromMicros(path.lead),
    negative_gaps: path.negativeGaps,
  };
}

/** The critical path that the source records; null where it records none. */
export function profileRecordedPath({ graph }: Analysis, limit: number): ProfileRecordedPath | null {
  const { trace, ends } = graph;
  const { spans } = trace;
  const rows = recordedPathRows(spans);
  if (rows.length === 0) return null;
  let sum = 0;
  let end = -Infinity;
  for (const row of rows) {
    sum += ends[row] - spans.start[row];
    end = Math.max(end, ends[row]);
  }
  return {
    items: Array.from(rows.subarray(0, limit), (row) => spanItem(graph, row)),
    item_count: rows.length,
    sum_ms: columnMs(sum),
    extent_ms: columnMs(end - spans.start[rows[0]]),
  };
}

function spanItem({ trace: { spans }, ends }: LeafGraph, row: number): ProfileChainItem {
  const id = spanIdAt(spans.ids, row);
  return {
    id,
    name: spanNameAt(spans, row),
    span_id: id,
    start_ms: columnMs(spans.start[row]),
    duration_ms: columnMs(ends[row] - spans.start[row]),
  };
}

/** A leaf or a span, by how `Slack` numbers them. */
function nearCriticalItem({ graph, slack }: Analysis, index: number): ProfileChainItem {
  if (slack?.by !== 'leaf') return spanItem(graph, index);
  const { leaves, trace } = graph;
  return {
    id: leafId(graph, index),
    name: trace.nodes.name[leaves.node[index]] ?? '',
    span_id: spanIdAt(trace.spans.ids, leaves.span[index]),
    start_ms: columnMs(leaves.start[index]),
    duration_ms: columnMs(leaves.end[index] - leaves.start[index]),
  };
}

function nearCriticalPath(analysis: Analysis, { slack, items, after, before }: NearCriticalPath) {
  const idOf = (index: number | null) => (index === null ? null : nearCriticalItem(analysis, index).id);
  const shown = items.subarray(0, MOST_NEAR_CRITICAL_ITEMS);
  return {
    slack_ms: msFromMicros(slack),
    items: Array.from(shown, (index) => nearCriticalItem(analysis, index)),
    item_count: items.length,
    after_id: idOf(after),
    before_id: idOf(before),
  };
}

/** The chains of a profile that become critical next; null where slack is not known. */
export function profileNearCriticalPaths(analysis: Analysis): ProfileNearCriticalPath[] | null {
  const { graph, slack } = analysis;
  if (slack === null) return null;
  return nearCriticalPaths(graph, slack, MOST_NEAR_CRITICAL).map((path) => nearCriticalPath(analysis, path));
}

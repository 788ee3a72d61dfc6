import {
  buildSpanTree,
  isFailure,
  isTerminal,
  KIND,
  NONE,
  OPEN,
  spanIdAt,
  instanceLabel,
  spanNameAt,
  statusOf,
  type NodeTable,
  type SpanTable,
  type SpanTree,
  type Status,
  type Trace,
} from '@flowprof/model';

/** An interval of a row, in microseconds from the execution's start. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** What a piece of a node's bar stands for. */
export type PieceKind = 'run' | 'failed' | 'queue_wait' | 'rate_limit_wait' | 'retry_backoff' | 'sleep';

interface Piece extends Interval {
  readonly kind: PieceKind;
}

/** A line below a critical node: an attempt or a phase of it. */
interface PhaseRow extends Interval {
  readonly name: string;
  /** From 1. */
  readonly depth: number;
  readonly status: Status;
}

/** A node of the chart. */
export interface NodeRow extends Interval {
  readonly key: string;
  readonly name: string;
  readonly status: Status;
  readonly critical: boolean;
  readonly attempts: number;
  readonly pieces: readonly Piece[];
  readonly phases: readonly PhaseRow[];
  readonly hiddenPhases: number;
}

export interface ChartRows {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly NodeRow[];
  /** Nodes that ran and are not shown. */
  readonly hidden: number;
  /** Nodes that did not run, by name. */
  readonly notRun: readonly { readonly name: string; readonly status: Status }[];
}

const MAX_PHASES_PER_NODE = 8;
const MAX_PHASE_DEPTH = 3;

/** Phases are given for critical nodes that take at least this part of the chart, if they take this part of it. */
const LEAST_DETAILED = 0.02;
const LEAST_PHASE = 0.0005;

/** The end of a span; one that still runs ends where the chart does. */
function endOf(spans: SpanTable, row: number, last: number): number {
  const duration = spans.duration[row] ?? OPEN;
  return duration === OPEN ? last : (spans.start[row] ?? 0) + duration;
}

function childrenOf(tree: SpanTree, row: number): Uint32Array {
  return tree.children.subarray(tree.offsets[row], tree.offsets[row + 1]);
}

/** The earliest start and latest end of all spans. */
export function extentOf(spans: SpanTable): Interval {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < spans.length; row++) {
    const from = spans.start[row] ?? 0;
    start = Math.min(start, from);
    end = Math.max(end, from + Math.max(0, spans.duration[row] ?? 0));
  }
  return start <= end ? { start, end } : { start: 0, end: 0 };
}

const WAITS: ReadonlySet<string> = new Set(['queue_wait', 'rate_limit_wait', 'retry_backoff', 'sleep']);

function isWait(name: string): name is PieceKind {
  return WAITS.has(name);
}

/** The pieces of a node's bar, and its attempts, from the spans directly below it and below its attempts. */
function piecesOf(spans: SpanTable, tree: SpanTree, span: number, last: number): { pieces: Piece[]; attempts: number } {
  const start = spans.start[span] ?? 0;
  const pieces: Piece[] = [{ kind: 'run', start, end: endOf(spans, span, last) }];
  let attempts = 0;
  const waits = (parent: number): void => {
    for (const row of childrenOf(tree, parent)) {
      const name = spanNameAt(spans, row);
      const piece = { start: spans.start[row] ?? 0, end: endOf(spans, row, last) };
      if (spans.kind[row] === KIND.attempt) {
        attempts++;
        if (isFailure(statusOf(spans.status[row] ?? 0))) pieces.push({ kind: 'failed', ...piece });
        waits(row);
      } else if (isWait(name)) pieces.push({ kind: name, ...piece });
    }
  };
  waits(span);
  return { pieces, attempts };
}

/** The phases below a node, in order: the longest few that can be seen, no deeper than three levels. A lone attempt is left out. */
function phasesOf(
  spans: SpanTable,
  tree: SpanTree,
  span: number,
  attempts: number,
  chart: Interval,
): { phases: PhaseRow[]; hidden: number } {
  const all: PhaseRow[] = [];
  const todo = [...childrenOf(tree, span)].reverse().map((row) => ({ row, depth: 1 }));
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { row, depth } = next;
    if (spans.kind[row] === KIND.node) continue;
    const lone = spans.kind[row] === KIND.attempt && attempts <= 1;
    if (!lone) {
      const attempt = spans.metadata.get(row)?.['attempt'];
      const name = spans.kind[row] === KIND.attempt && typeof attempt === 'number' ? `attempt ${attempt}` : null;
      all.push({
        name: name ?? spanNameAt(spans, row),
        depth,
        status: statusOf(spans.status[row] ?? 0),
        start: spans.start[row] ?? 0,
        end: endOf(spans, row, chart.end),
      });
    }
    if (depth >= MAX_PHASE_DEPTH && !lone) continue;
    const below = [...childrenOf(tree, row)].reverse();
    for (const child of below) todo.push({ row: child, depth: lone ? depth : depth + 1 });
  }
  const least = (chart.end - chart.start) * LEAST_PHASE;
  const seen = all.filter((phase) => phase.end - phase.start >= least);
  const longest = new Set(
    [...seen].sort((a, b) => a.depth - b.depth || b.end - b.start - (a.end - a.start)).slice(0, MAX_PHASES_PER_NODE),
  );
  return { phases: seen.filter((phase) => longest.has(phase)), hidden: all.length - longest.size };
}

/** The nodes that only hold together what is done for one item of a loop: what is in them is shown. */
function containersOfItems({ length, parent, iteration }: NodeTable): Set<number> {
  const found = new Set<number>();
  for (let row = 0; row < length; row++) {
    const above = parent[row] ?? NONE;
    if (above !== NONE && iteration[above] !== NONE) found.add(above);
  }
  return found;
}

function labelOf(nodes: NodeTable, row: number): string {
  return instanceLabel(nodes, row);
}

/**
 * The rows of a chart by node, in the order of their start: the nodes of the critical path first, then the longest, at
 * most `maxNodes`. Phases are given for the first `maxDetailed` critical nodes, longest first.
 */
export function chartRows(
  trace: Trace,
  criticalSpans: ReadonlySet<string>,
  limits: { readonly maxNodes: number; readonly maxDetailed: number },
): ChartRows {
  const { nodes, spans } = trace;
  const { start: from, end: to } = extentOf(spans);
  const tree = buildSpanTree(spans);
  const ran: { row: number; span: number; critical: boolean; length: number }[] = [];
  const notRun: { name: string; status: Status }[] = [];
  const around = containersOfItems(nodes);
  for (let row = 0; row < nodes.length; row++) {
    const span = nodes.span[row] ?? NONE;
    const status = statusOf(nodes.status[row] ?? 0);
    if (around.has(row)) continue;
    if (span === NONE || status === 'skipped') notRun.push({ name: labelOf(nodes, row), status });
    else {
      const critical = criticalSpans.has(spanIdAt(spans.ids, span));
      ran.push({ row, span, critical, length: endOf(spans, span, to) - (spans.start[span] ?? 0) });
    }
  }
  ran.sort((a, b) => Number(b.critical) - Number(a.critical) || b.length - a.length || a.row - b.row);
  const least = (to - from) * LEAST_DETAILED;
  const detailed = new Set(
    ran.filter(({ critical, length }) => critical && length >= least).slice(0, limits.maxDetailed),
  );
  const shown = ran.slice(0, limits.maxNodes);
  shown.sort((a, b) => (spans.start[a.span] ?? 0) - (spans.start[b.span] ?? 0) || a.row - b.row);
  const rows = shown.map((entry): NodeRow => {
    const { row, span, critical } = entry;
    const { pieces, attempts } = piecesOf(spans, tree, span, to);
    const below = detailed.has(entry)
      ? phasesOf(spans, tree, span, attempts, { start: from, end: to })
      : { phases: [], hidden: 0 };
    const status = statusOf(nodes.status[row] ?? 0);
    return {
      key: nodes.key[row] ?? '',
      name: labelOf(nodes, row),
      status: isTerminal(status) ? status : statusOf(spans.status[span] ?? 0),
      critical,
      attempts,
      pieces,
      phases: below.phases,
      hiddenPhases: below.hidden,
      start: spans.start[span] ?? 0,
      end: endOf(spans, span, to),
    };
  });
  return { from, to, nodes: rows, hidden: ran.length - rows.length, notRun };
}

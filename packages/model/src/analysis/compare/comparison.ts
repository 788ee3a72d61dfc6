import { CAUSES, type Cause } from '../../trace/phases.ts';
import type { Trace } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { analyseTrace, type Analysis, type AnalysisOptions } from '../analyse.ts';
import { executionOf, type ProfileExecution } from '../profile.ts';
import { percentOfShare } from '../history/level-shift.ts';
import { alignNodes, type Presence } from './align.ts';
import { attributeDifference, type DifferencePart, type PathMove } from './attribution.ts';
import { flameDifference, type FlameDifference } from './flame-difference.ts';
import { nodeChanges, type NodeChanges } from './node-changes.ts';
import { retryChanges, type RetryChange } from './retry-changes.ts';
import { Names } from './names.ts';
import { sideOf, type Side } from './side.ts';
import { structureChanges, type StructureChanges } from './structure-changes.ts';
import { findingsOf, summarise, toleranceOf, verdictOf, type Finding, type Verdict } from './summary.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** One of the executions that are compared. */
export interface ComparedExecution extends ProfileExecution {
  /** Null where nothing ran. */
  readonly makespan_ms: number | null;
  readonly node_count: number;
  readonly span_count: number;
}

/** A node of which a part is told. */
export interface ComparedNode {
  readonly id: string;
  readonly name: string;
}

/** A part of the difference of the makespans. */
export interface ComparisonPart extends TimeChange {
  /**
   * `node`: what a node holds of the critical path; `between`: time of no node; `path_shift`: what the path won or lost
   * by going another way.
   */
  readonly kind: DifferencePart['kind'];
  /** Null where the part is of no node. */
  readonly id: string | null;
  readonly name: string | null;
  /** Null of a shift. */
  readonly cause: Cause | null;
  /** Whether the node held the path in both executions, or only before (`left`) or after (`came`). */
  readonly move: PathMove | null;
  readonly presence: Presence | null;
  /** What it waited for longest. */
  readonly reason: { readonly kind: string; readonly name: string | null; readonly limit: number | null } | null;
  /** Of a shift, the nodes that held the stretch before only, and after only; the first 10. */
  readonly left: readonly ComparedNode[];
  readonly came: readonly ComparedNode[];
  /** In words. */
  readonly text: string;
}

/** Two executions compared: what got slower or faster, and why. Times are ms with at most three decimals. */
export interface Comparison {
  readonly before: ComparedExecution;
  readonly after: ComparedExecution;
  /** One where nothing ran counts 0. */
  readonly makespan: TimeChange & {
    /** Of the makespan before; null where that is 0. */
    readonly difference_percent: number | null;
  };
  readonly verdict: Verdict;
  /** A difference below this is not told as a finding. */
  readonly tolerance_ms: number;
  /** In one or two sentences. */
  readonly summary: string;
  /** What explains most of the difference, the largest first; at most 10. */
  readonly findings: readonly Finding[];
  /** Its parts and `other` sum to the makespans and their difference, exactly. */
  readonly attribution: {
    /** Those that differ, the largest differences first. */
    readonly parts: readonly ComparisonPart[];
    /** All others: what did not change, and what is not listed. */
    readonly other: TimeChange & { readonly count: number };
  };
  /** The accounting of both. */
  readonly causes: readonly (TimeChange & { readonly cause: Cause })[];
  readonly nodes: NodeChanges;
  /** The first 50. */
  readonly retries: readonly RetryChange[];
  readonly structure: StructureChanges;
  /** Null unless it was asked for. */
  readonly flame_graph: FlameDifference | null;
}

export interface ComparisonOptions {
  /** How many parts of the difference are listed; 100 when absent. */
  readonly maxParts?: number;
  /** How many nodes are listed; 100 when absent. */
  readonly maxNodes?: number;
  /** How many stacks of the differential flame graph are listed; there is none when absent. */
  readonly maxStacks?: number;
}

const MOST_RETRIES = 50;
const MOST_STRUCTURE_CHANGES = 200;
const MOST_SHIFTED = 10;

function comparedExecution({ graph: { trace }, measures }: Analysis): ComparedExecution {
  return {
    ...executionOf(trace),
    makespan_ms: measures === null ? null : msFromMicros(measures.makespan),
    node_count: trace.nodes.length,
    span_count: trace.spans.length,
  };
}

function partOf(part: DifferencePart, names: Names): ComparisonPart {
  const nodeAt = (pair: number): ComparedNode => ({ id: names.idOf(pair), name: names.nameOf(pair) });
  const isNode = part.kind === 'node';
  const isShift = part.kind === 'path_shift';
  return {
    kind: part.kind,
    id: isNode ? names.idOf(part.pair) : null,
    name: isNode ? names.nameOf(part.pair) : null,
    cause: isShift ? null : part.cause,
    move: isNode ? part.move : null,
    presence: isNode ? names.presenceOf(part.pair) : null,
    ...timeChange(part.before, part.after),
    reason: isNode ? part.reason : null,
    left: isShift ? part.left.slice(0, MOST_SHIFTED).map(nodeAt) : [],
    came: isShift ? part.came.slice(0, MOST_SHIFTED).map(nodeAt) : [],
    text: names.textOf(part),
  };
}

function attributionOf(parts: readonly DifferencePart[], names: Names, limit: number): Comparison['attribution'] {
  const changed = parts.filter(({ before, after }) => before !== after).slice(0, limit);
  const listed = new Set(changed);
  const rest = parts.filter((part) => !listed.has(part));
  const sum = (of: 'before' | 'after') => rest.reduce((total, part) => total + part[of], 0);
  return {
    parts: changed.map((part) => partOf(part, names)),
    other: { count: rest.length, ...timeChange(sum('before'), sum('after')) },
  };
}

function causesOf(before: Side, after: Side): Comparison['causes'] {
  const [a, b] = [before.analysis.accounting?.totals, after.analysis.accounting?.totals];
  return CAUSES.map((cause) => ({ cause, ...timeChange(a?.[cause] ?? 0, b?.[cause] ?? 0) }));
}

/** Compares two executions that have been analysed already; see `compareTraces`. */
export function compareAnalyses(before: Analysis, after: Analysis, options: ComparisonOptions = {}): Comparison {
  const { maxParts = 100, maxNodes = 100, maxStacks } = options;
  const [a, b] = [sideOf(before), sideOf(after)];
  const alignment = alignNodes(a, b);
  const names = new Names(a, b, alignment);
  const parts = attributeDifference(a, b, alignment);
  const tolerance = toleranceOf(a.makespan, b.makespan);
  const findings = findingsOf(parts, names, tolerance);
  const difference = b.makespan - a.makespan;
  return {
    before: comparedExecution(before),
    after: comparedExecution(after),
    makespan: {
      ...timeChange(a.makespan, b.makespan),
      difference_percent: a.makespan === 0 ? null : percentOfShare(difference / a.makespan),
    },
    verdict: verdictOf(before, after, tolerance),
    tolerance_ms: msFromMicros(asMicros(tolerance)),
    summary: summarise(before, after, findings, tolerance),
    findings,
    attribution: attributionOf(parts, names, maxParts),
    causes: causesOf(a, b),
    nodes: nodeChanges(a, b, alignment, names, maxNodes),
    retries: retryChanges(a, b, alignment, names, MOST_RETRIES),
    structure: structureChanges(a, b, alignment, names, MOST_STRUCTURE_CHANGES),
    flame_graph: maxStacks === undefined ? null : flameDifference(before.graph, after.graph, maxStacks),
  };
}

/** How two traces are compared, each with where its open spans end. */
export interface CompareTracesOptions extends ComparisonOptions {
  readonly before?: Pick<AnalysisOptions, 'now'>;
  readonly after?: Pick<AnalysisOptions, 'now'>;
}

/**
 * Compares two executions: which nodes are the same, what each takes by cause and phase, what changed of the graph, and
 * the difference of the makespans in parts that add up. Takes any two traces; never throws for what is in them.
 */
export function compareTraces(before: Trace, after: Trace, options: CompareTracesOptions = {}): Comparison {
  return compareAnalyses(analyseTrace(before, options.before), analyseTrace(after, options.after), options);
}

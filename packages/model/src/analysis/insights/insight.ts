import type { JsonObject } from '../../json.ts';
import type { Cause } from '../../trace/phases.ts';
import { msFromMicros, type Micros } from '../../units.ts';
import type { Accounting } from '../accounting.ts';
import type { Bottleneck } from '../bottlenecks.ts';
import type { DependencyPath } from '../dependency-path.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import type { Measures } from '../measures.ts';
import type { NodeGroups } from '../node-groups.ts';
import type { SerialSteps } from '../parallelisation/serial-steps.ts';
import type { RetryFinding } from '../retries.ts';
import type { SpanPath } from '../span-path.ts';

/** What the rules read. */
export interface Findings {
  readonly graph: LeafGraph;
  readonly groups: NodeGroups;
  readonly measures: Measures;
  readonly path: DependencyPath | SpanPath;
  readonly accounting: Accounting;
  readonly bottlenecks: readonly Bottleneck[];
  readonly retries: readonly RetryFinding[];
  readonly serial: SerialSteps;
  /** How it lies in the history of its workflow; absent where that is not known, or it took no longer than it used to. */
  readonly history?: HistoryFinding;
}

/** How an execution lies in the history of its workflow, where it took longer than it used to; plain data. */
export interface HistoryFinding {
  /** `suspect`: it alone lies outside of all that was before. */
  readonly verdict: 'slower' | 'suspect';
  /** What it is compared with, oldest first. */
  readonly referenceIds: readonly string[];
  /** How many executions are compared with those; it is the newest of them. */
  readonly judged: number;
  /** Medians of the makespans of both. */
  readonly before: Micros;
  readonly after: Micros;
  /** By how much they are longer. */
  readonly difference: Micros;
  /** Of the rank test; null where there is but one earlier execution. */
  readonly pValue: number | null;
  /** What makes the most of it. */
  readonly node: {
    readonly id: string;
    readonly name: string;
    readonly cause: Cause;
    readonly group: 'work' | 'waits' | 'retries';
    /** By how much longer it holds the makespan. */
    readonly difference: Micros;
  } | null;
}

export type Severity = 'high' | 'medium' | 'low';

/** Something that is worth a change. */
export interface Insight {
  /** The name of the rule, stable. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** One sentence that says what to do. */
  readonly advice: string;
  /** By how much the makespan would shrink at most; null where that cannot be told. */
  readonly gain: Micros | null;
  /** The numbers behind it (`_ms`, `_percent`) and the ids of spans to look at. */
  readonly evidence: JsonObject;
}

/** A rule says something about an execution, or nothing. */
export type InsightRule = (findings: Findings) => Insight | null;

/** Less than this is no news, however short the execution. */
const LEAST_GAIN_US = 50_000;
/** Nor is less than this part of the makespan. */
const LEAST_SHARE = 0.1;

/** Whether a time is long enough, by itself and against the makespan, to speak of. */
export function isWorthSaying(time: number, makespan: number): boolean {
  return time >= LEAST_GAIN_US && time >= makespan * LEAST_SHARE;
}

/** How much it matters, by the part of the makespan: high from 30% on, medium from 15%. */
export function severityOf(time: number, makespan: number): Severity {
  if (time >= makespan * 0.3) return 'high';
  return time >= makespan * 0.15 ? 'medium' : 'low';
}

/** A part in percent, with one decimal. */
export function percentOf(part: number, whole: number): number {
  return whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0;
}

/** A time in words, to three digits or so. */
export function durationText(time: Micros): string {
  const ms = msFromMicros(time);
  return ms >= 1000 ? `${Math.round(ms / 10) / 100} s` : `${Math.round(ms * 10) / 10} ms`;
}

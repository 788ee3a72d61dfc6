import { CAUSES, type Cause } from '../../trace/phases.ts';
import type { Status } from '../../trace/status.ts';
import type { EpochMicros, Micros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import { usageOf, type Usage } from '../cost/usage.ts';
import { heaviestNodes, type CauseTimes } from '../node-accounts.ts';

/** Times by cause; a cause that took none is left out. */
export type SparseCauses = Readonly<Partial<Record<Cause, Micros>>>;

/** A node in a summary: `NodeAccount` without what is nothing. */
export interface NodeSummary {
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly count: number;
  readonly failed: number;
  readonly attempts: number;
  readonly from: Micros;
  readonly to: Micros;
  readonly times: SparseCauses;
  readonly onPath: SparseCauses;
}

/**
 * What is kept of one execution to compare it with others of its workflow: plain data that goes through JSON unchanged.
 * Times are microseconds; null where the trace does not tell.
 */
export interface RunSummary {
  readonly makespan: Micros | null;
  readonly work: Micros | null;
  readonly span: Micros | null;
  readonly queueWait: Micros | null;
  /** The accounting; it sums to the makespan. */
  readonly causes: SparseCauses;
  /** The nodes, what held the critical path longest first, at most `MAX_SUMMARY_NODES`. */
  readonly nodes: readonly NodeSummary[];
  /** How many there were. */
  readonly nodeCount: number;
  /** What it used that has a price; `costOfUsage` says what that costs. Absent where only times are known. */
  readonly usage?: Usage;
}

/** One execution of a workflow with its summary, as the analyses over several executions take it. */
export interface HistoryRun {
  readonly id: string;
  readonly number: number | null;
  readonly workflowVersion: number | null;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  /** What may tell it from others: inputs, workers, attributes; by name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: RunSummary;
}

/** What summaries are made by: counted up where the same trace comes to another one, so that those kept are made anew. */
export const RUN_SUMMARY_VERSION = 1;

/** How many nodes a summary holds at most. */
export const MAX_SUMMARY_NODES = 500;

function sparse(times: CauseTimes): SparseCauses {
  const kept: Partial<Record<Cause, Micros>> = {};
  for (const cause of CAUSES) if (times[cause] !== 0) kept[cause] = times[cause];
  return kept;
}

/** The sum of times by cause; microseconds. */
export function sumOf(times: SparseCauses): number {
  let sum = 0;
  for (const cause of CAUSES) sum += times[cause] ?? 0;
  return sum;
}

/** Sums up an analysis for the history of its workflow. */
export function summariseRun(analysis: Analysis): RunSummary {
  const { measures, accounting } = analysis;
  const { accounts, count } = heaviestNodes(analysis, MAX_SUMMARY_NODES);
  return {
    makespan: measures?.makespan ?? null,
    work: measures?.work ?? null,
    span: measures?.span ?? null,
    queueWait: measures?.queueWait ?? null,
    causes: accounting === null ? {} : sparse(accounting.totals),
    nodes: accounts.map(({ times, onPath, ...node }) => ({
      ...node,
      times: sparse(times),
      onPath: sparse(onPath),
    })),
    nodeCount: count,
    usage: usageOf(analysis),
  };
}

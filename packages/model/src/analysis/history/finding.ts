import type { HistoryFinding } from '../insights/insight.ts';
import type { Attribution } from './attribution.ts';
import { detectRegression, type RegressionReport } from './regression.ts';
import type { HistoryRun } from './run-summary.ts';

/** How many executions before one it is compared with. */
export const FINDING_RUNS = 20;

/** What makes the most of a difference, where a node does. */
function nodeOf(attribution: Attribution | null): HistoryFinding['node'] {
  const node = attribution?.nodes.find(({ difference }) => difference > 0);
  const part = node?.causes.find(({ difference }) => difference > 0);
  if (node === undefined || part === undefined) return null;
  const { id, name, difference } = node;
  return { id, name, cause: part.cause, group: part.group, difference };
}

function findingOf(report: RegressionReport, own: number): HistoryFinding | null {
  const { verdict, scope, makespan, reference, candidates, rule, attribution } = report;
  const isSlower = verdict === 'slower' && scope === 'execution';
  if (makespan === null || (!isSlower && verdict !== 'suspect')) return null;
  // The newest executions may be slower than those before, and yet this one of them is not.
  if (own <= makespan.before || makespan.shift <= 0) return null;
  return {
    verdict: isSlower ? 'slower' : 'suspect',
    referenceIds: reference,
    judged: candidates.length,
    before: makespan.before,
    after: makespan.after,
    difference: makespan.shift,
    pValue: rule === 'previous_run' ? null : makespan.pValue,
    node: nodeOf(attribution),
  };
}

/**
 * What the executions before the newest one say of it; null unless it completed and took longer than they did.
 * @param history oldest first, the one that is looked at last; with a single one before it the simple rule of 20% holds
 */
export function historyFinding(history: readonly HistoryRun[]): HistoryFinding | null {
  const run = history.at(-1);
  if (run === undefined || run.status !== 'completed' || run.summary.makespan === null) return null;
  const reference = { kind: 'last', runs: FINDING_RUNS } as const;
  const level = findingOf(detectRegression(history, { reference }), run.summary.makespan);
  if (level !== null) return level;
  return findingOf(detectRegression(history, { reference, candidates: [run.id] }), run.summary.makespan);
}

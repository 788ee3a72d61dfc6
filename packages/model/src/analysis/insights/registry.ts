import { cacheMisses } from './cache-misses.ts';
import { coldStart } from './cold-start.ts';
import { connectionSetup } from './connection-setup.ts';
import { contention } from './contention.ts';
import { duplicateWork } from './duplicate-work.ts';
import { engineOverhead } from './engine-overhead.ts';
import { expressionHeavy } from './expression-heavy.ts';
import { failedLate } from './failed-late.ts';
import { idleSleep } from './idle-sleep.ts';
import { manyShortRuns } from './many-short-runs.ts';
import { nearCriticalPath } from './near-critical-path.ts';
import { overProvisioned } from './over-provisioned.ts';
import { oversizedPayload } from './oversized-payload.ts';
import { retryStorm } from './retry-storm.ts';
import { skewedSplit } from './skewed-split.ts';
import { sleepHoldsPlace } from './sleep-holds-place.ts';
import { slowCallback } from './slow-callback.ts';
import { slowService } from './slow-service.ts';
import { straggler } from './straggler.ts';
import { timeoutNearMiss } from './timeout-near-miss.ts';
import { backoffLargerThanWork } from './backoff-larger-than-work.ts';
import { interrupted } from './interrupted.ts';
import type { Findings, Insight, InsightRule } from './insight.ts';
import { longQueue } from './long-queue.ts';
import { lowUtilisation } from './low-utilisation.ts';
import { oneNodeDominates } from './one-node-dominates.ts';
import { poolIsTheLimit } from './pool-is-the-limit.ts';
import { rateLimitBinding } from './rate-limit-binding.ts';
import { regression } from './regression.ts';
import { retriesCost } from './retries-cost.ts';
import { serialSteps } from './serial-steps.ts';
import { unaccountedGap } from './unaccounted-gap.ts';

/** Every rule by its name. A new one is a file beside this, a line here, and one in `docs/insights.md`. */
export const INSIGHT_RULES: Readonly<Record<string, InsightRule>> = {
  long_queue: longQueue,
  pool_is_the_limit: poolIsTheLimit,
  rate_limit_binding: rateLimitBinding,
  retries_cost: retriesCost,
  backoff_larger_than_work: backoffLargerThanWork,
  serial_steps_without_dependency: serialSteps,
  one_node_dominates: oneNodeDominates,
  unaccounted_gap: unaccountedGap,
  interrupted: interrupted,
  low_utilisation: lowUtilisation,
  regression: regression,
  near_critical_path: nearCriticalPath,
  straggler: straggler,
  skewed_split: skewedSplit,
  cold_start: coldStart,
  contention: contention,
  many_short_runs: manyShortRuns,
  duplicate_work: duplicateWork,
  cache_misses: cacheMisses,
  connection_setup: connectionSetup,
  slow_service: slowService,
  oversized_payload: oversizedPayload,
  idle_sleep: idleSleep,
  sleep_holds_place: sleepHoldsPlace,
  expression_heavy: expressionHeavy,
  engine_overhead: engineOverhead,
  slow_callback: slowCallback,
  retry_storm: retryStorm,
  timeout_near_miss: timeoutNearMiss,
  failed_late: failedLate,
  over_provisioned: overProvisioned,
};

/** The rules that name what is waited for, and so say more of the same time than that workers are idle. */
const NAMES_A_WAIT: ReadonlySet<string> = new Set([
  'long_queue',
  'pool_is_the_limit',
  'rate_limit_binding',
  'retries_cost',
  'backoff_larger_than_work',
  'serial_steps_without_dependency',
  'unaccounted_gap',
  'interrupted',
  'idle_sleep',
  'sleep_holds_place',
  'slow_callback',
]);

function gainOf({ gain }: Insight): number {
  return gain ?? 0;
}

/** Whether it speaks of all waits together. */
function isSum({ rule }: Insight): boolean {
  return rule === 'low_utilisation';
}

/** Where a wait that is named makes so much of all waits, nothing is left to say of their sum. */
const MOST_OF_THE_WAITS = 0.5;

/**
 * Idle workers are the sum of waits. Where other rules name one that makes most of it, the sum is left out; where they
 * name less, it comes last.
 */
function withoutKnownSums(insights: readonly Insight[]): Insight[] {
  const named = Math.max(0, ...insights.filter(({ rule }) => NAMES_A_WAIT.has(rule)).map(gainOf));
  const kept = insights.filter((one) => !isSum(one) || named < gainOf(one) * MOST_OF_THE_WAITS);
  if (named === 0) return kept;
  return [...kept.filter((one) => !isSum(one)), ...kept.filter(isSum)];
}

/** What the rules have to say about an execution, the largest gain first. */
export function findInsights(findings: Findings): Insight[] {
  const insights: Insight[] = [];
  for (const rule of Object.values(INSIGHT_RULES)) {
    const insight = rule(findings);
    if (insight !== null) insights.push(insight);
  }
  return withoutKnownSums(insights.sort((a, b) => gainOf(b) - gainOf(a)));
}

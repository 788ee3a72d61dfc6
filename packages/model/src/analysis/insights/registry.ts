import { backoffLargerThanWork } from './backoff-larger-than-work.ts';
import { interrupted } from './interrupted.ts';
import type { Findings, Insight, InsightRule } from './insight.ts';
import { longQueue } from './long-queue.ts';
import { lowUtilisation } from './low-utilisation.ts';
import { oneNodeDominates } from './one-node-dominates.ts';
import { poolIsTheLimit } from './pool-is-the-limit.ts';
import { rateLimitBinding } from './rate-limit-binding.ts';
import { retriesCost } from './retries-cost.ts';
import { serialSteps } from './serial-steps.ts';
import { unaccountedGap } from './unaccounted-gap.ts';

/** Every rule. A new one is a file beside this and a line here. */
const RULES: readonly InsightRule[] = [
  longQueue,
  poolIsTheLimit,
  rateLimitBinding,
  retriesCost,
  backoffLargerThanWork,
  serialSteps,
  oneNodeDominates,
  unaccountedGap,
  interrupted,
  lowUtilisation,
];

/** What the rules have to say about an execution, the largest gain first. */
export function findInsights(findings: Findings): Insight[] {
  const insights: Insight[] = [];
  for (const rule of RULES) {
    const insight = rule(findings);
    if (insight !== null) insights.push(insight);
  }
  return insights.sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0));
}

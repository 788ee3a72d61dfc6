import { applyBackoff, applyDuration, applyNoRetries, applyPhase, applyRemove, applySpeed } from './apply-bodies.ts';
import { applyAdd, applyDrop } from './apply-edges.ts';
import { applyLimit, applyNoQueue, applyUnlimited } from './apply-limits.ts';
import { MAX_CHANGES, WhatIfError, type WhatIfChange } from './changes.ts';
import { copyPlan, type Plan } from './plan.ts';
import { Targets } from './targets.ts';

function applyOne(plan: Plan, targets: Targets, change: WhatIfChange): void {
  switch (change.kind) {
    case 'speed':
      return applySpeed(plan, targets, change);
    case 'duration':
      return applyDuration(plan, targets, change);
    case 'remove':
      return applyRemove(plan, targets, change);
    case 'no_retries':
      return applyNoRetries(plan, targets, change);
    case 'backoff':
      return applyBackoff(plan, targets, change);
    case 'no_queue':
      return applyNoQueue(plan, targets, change);
    case 'phase':
      return applyPhase(plan, targets, change);
    case 'limit':
      return applyLimit(plan, targets, change);
    case 'unlimited':
      return applyUnlimited(plan);
    case 'drop_dependency':
      return applyDrop(plan, targets, change);
    case 'add_dependency':
      return applyAdd(plan, targets, change);
    default:
      return change satisfies never;
  }
}

/**
 * A copy of a plan with changes made to it, in their order.
 * @throws {WhatIfError} when one of them names what is not there, or makes no sense
 */
export function applyChanges(
  plan: Plan,
  changes: readonly WhatIfChange[],
  targets = new Targets(plan.structure),
): Plan {
  if (changes.length > MAX_CHANGES) {
    throw new WhatIfError('invalid_change', `there are ${changes.length} changes; ${MAX_CHANGES} can be made at once`);
  }
  const changed = copyPlan(plan);
  for (const [position, change] of changes.entries()) {
    try {
      applyOne(changed, targets, change);
    } catch (error) {
      if (!(error instanceof WhatIfError)) throw error;
      throw new WhatIfError(error.code, error.message, error.suggestions, position);
    }
  }
  return changed;
}

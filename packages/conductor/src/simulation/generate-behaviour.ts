import type { RetryDefinition } from '../index.ts';
import type { Dice } from './dice.ts';
import { ODD_VALUES, type AttemptPlan, type Behaviour, type Ending, type Step } from './world.ts';

/** What may go wrong in a world. */
export interface Temper {
  /** Handlers fail. */
  readonly failures: boolean;
  /** Time limits pass, the run is cancelled, handlers hang. */
  readonly stops: boolean;
}

function generateStep(dice: Dice): Step {
  const phase = dice.maybe(0.35, () => ({
    name: dice.pick(['read', 'compute', 'write', 'sleep']),
    left: dice.chance(0.2),
    inner: dice.chance(0.3),
  }));
  return {
    ms: dice.ms(),
    phase: phase ?? null,
    progress: dice.maybe(0.2, () => dice.int(-10, 110)) ?? null,
    annotate: dice.chance(0.1),
  };
}

function generateFailure(dice: Dice): Ending {
  if (dice.chance(0.15)) return { kind: 'throw', odd: dice.int(0, ODD_VALUES.length - 1) };
  if (dice.chance(0.05)) return { kind: 'invalid' };
  return {
    kind: 'fail',
    code: dice.pick(['flaky', 'broken']),
    retryable: dice.chance(0.85),
    ...(dice.chance(0.15) && { retryAfterMs: dice.int(0, 50) }),
  };
}

function generateAttempt(dice: Dice, end: Ending): AttemptPlan {
  const steps = Array.from({ length: dice.int(1, 2) }, () => generateStep(dice));
  return { steps, end, deaf: dice.chance(0.2) };
}

/** How often it fails before it succeeds; under `keep_trying` it always does in the end. */
function generateVariant(dice: Dice, temper: Temper, policy: RetryDefinition['policy']): AttemptPlan[] {
  const plans: AttemptPlan[] = [];
  const failures = temper.failures && dice.chance(0.35) ? dice.int(1, 3) : 0;
  for (let i = 0; i < failures; i++) plans.push(generateAttempt(dice, generateFailure(dice)));
  if (temper.stops && dice.chance(0.1)) plans.push(generateAttempt(dice, { kind: 'hang' }));
  const gives = failures === 0 || policy === 'keep_trying' || dice.chance(0.5);
  if (gives) plans.push(generateAttempt(dice, { kind: 'return' }));
  return plans;
}

/** What one node does. */
export function generateBehaviour(dice: Dice, temper: Temper, policy: RetryDefinition['policy']): Behaviour {
  const variants = Array.from({ length: dice.int(1, 2) }, () => generateVariant(dice, temper, policy));
  const hangs = variants.some((plans) => plans.some(({ end }) => end.kind === 'hang'));
  return { sync: !hangs && dice.chance(0.25), variants };
}

import type { JsonValue } from '@flowprof/model';
import { NodeFailure, type NodeContext, type OpenPhase } from '../index.ts';
import { ODD_VALUES, type AttemptPlan, type Behaviour, type Ending, type Step } from './world.ts';

const NEVER: AbortSignal = new AbortController().signal;

/** The position in a loop that a path ends in, so that items can differ. */
function positionOf(path: string): number {
  return Number(/.*\[(\d+)\]/.exec(path)?.[1] ?? 0);
}

/** What an attempt at a node does in this world. */
export function planOf({ variants }: Behaviour, path: string, attempt: number): AttemptPlan {
  const variant = variants[positionOf(path) % variants.length] ?? [];
  const plan = variant[Math.min(attempt, variant.length) - 1];
  return plan ?? { steps: [], end: { kind: 'return' }, deaf: false };
}

/** The end of an attempt as a handler brings it about. @throws whatever the plan says */
function finish(end: Ending, plan: string, path: string): JsonValue {
  switch (end.kind) {
    case 'return':
      return { plan, path };
    case 'fail': {
      const { code, retryable, retryAfterMs } = end;
      const details = { retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      throw new NodeFailure(code, `${plan} fails`, details);
    }
    case 'throw':
      throw ODD_VALUES[end.odd]?.();
    case 'invalid':
      return Number.NaN;
    case 'hang':
      throw new Error('only a promise can hang');
    default:
      return end satisfies never;
  }
}

function begin(step: Step, context: NodeContext): readonly OpenPhase[] {
  if (step.annotate) context.annotate('mark', 'info');
  if (step.progress !== null) context.progress(step.progress, 'on the way');
  if (step.phase === null) return [];
  const outer = context.span(step.phase.name);
  return step.phase.inner ? [outer.span('inner'), outer] : [outer];
}

async function work(
  plan: AttemptPlan,
  context: NodeContext,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  for (const step of plan.steps) {
    const phases = begin(step, context);
    await sleep(step.ms, plan.deaf ? NEVER : context.signal);
    if (step.phase?.left !== true) for (const phase of phases) phase.end();
  }
}

/** Does what the plan says, in this world's time. */
export function perform(
  plan: AttemptPlan,
  { sync }: Behaviour,
  name: string,
  path: string,
  context: NodeContext,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): JsonValue | Promise<JsonValue> {
  if (sync) {
    const [first] = plan.steps;
    if (first) begin(first, context);
    return finish(plan.end, name, path);
  }
  return work(plan, context, sleep).then(() =>
    plan.end.kind === 'hang' ? new Promise<JsonValue>(() => {}) : finish(plan.end, name, path),
  );
}

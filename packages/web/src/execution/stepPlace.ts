import type { Step } from '../api/types.ts';

/** Where in its run a step lies, as fractions of the run. */
export interface StepPlace {
  readonly from: number;
  readonly share: number;
}

/**
 * Where a step lies in its run; null where either has no time. A step that still runs reaches to the end.
 * @param startedAt when the execution started, in milliseconds since the epoch
 * @param seconds how long the execution took, or has been running
 */
export function placeOfStep(
  step: Pick<Step, 'startedAt' | 'durationSeconds' | 'status'>,
  startedAt: number | null,
  seconds: number | null,
): StepPlace | null {
  if (step.startedAt === null || startedAt === null || seconds === null || seconds <= 0) return null;
  const from = Math.min(1, Math.max(0, (step.startedAt - startedAt) / 1000 / seconds));
  if (step.durationSeconds === null) return step.status === 'running' ? { from, share: 1 - from } : null;
  return { from, share: Math.min(1 - from, step.durationSeconds / seconds) };
}

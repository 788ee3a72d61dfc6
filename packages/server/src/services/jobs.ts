import type { Execution, TenantStore } from '@flowprof/store';
import type { RunPlan } from './run-plan.ts';

/** An execution that this server has accepted and that has not ended. */
export interface Job {
  readonly tenant: TenantStore;
  readonly execution: Execution;
  /** Makes what is run, once it is its turn. */
  readonly plan: () => Promise<RunPlan>;
  /** Whether a part of it may have been run before. */
  readonly goesOn: boolean;
  readonly size: number;
  readonly abort: AbortController;
  /** Resolves when the outcome is stored, or could not be. */
  readonly done: Promise<void>;
  readonly settle: () => void;
}

const ignore = (): void => {};

/** A promise with the function that resolves it. */
function pendingEnd(): Pick<Job, 'done' | 'settle'> {
  let settle = ignore;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { done, settle };
}

/** A job that nobody has begun. */
export function newJob(tenant: TenantStore, execution: Execution, parts: Pick<Job, 'plan' | 'goesOn' | 'size'>): Job {
  return { tenant, execution, ...parts, abort: new AbortController(), ...pendingEnd() };
}

/** How many characters what is run takes. */
export function sizeOf({ definition, called, input }: RunPlan): number {
  return [definition, ...Object.values(called.definitions), input].reduce(
    (size, value) => size + JSON.stringify(value).length,
    0,
  );
}

/** How many steps can be undone. */
export const MOST_STEPS = 200;

/** What is edited, with what it was before and what was undone. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** What the last step was about: a step about the same goes into it. Null for one that stands alone. */
  readonly about: string | null;
}

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], about: null };
}

/**
 * Makes a step.
 * @param about typing into one field is one step: consecutive steps about the same thing are undone at once
 */
export function step<T>(history: History<T>, next: T, about: string | null = null): History<T> {
  const { past, present } = history;
  if (next === present) return history;
  const joins = about !== null && about === history.about && past.length > 0;
  const before = joins ? past : [...past, present].slice(-MOST_STEPS);
  return { past: before, present: next, future: [], about };
}

export function undo<T>({ past, present, future, about }: History<T>): History<T> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, about };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], about: null };
}

export function redo<T>({ past, present, future, about }: History<T>): History<T> {
  const [next, ...rest] = future;
  if (next === undefined) return { past, present, future, about };
  return { past: [...past, present], present: next, future: rest, about: null };
}

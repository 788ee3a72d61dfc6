/** Places tasks whose source tells how long they ran and what they depend on, and not when they started. */
import { after, type EpochMicros, type Micros } from '../../units.ts';

/** A task that may lack its start. */
export interface Placeable {
  /** What others depend on it by. */
  readonly key: string;
  readonly dependsOn: readonly string[];
  /** When it started, where the source tells. */
  readonly started: EpochMicros | null;
  /** It cannot have started before: its submission. */
  readonly notBefore: EpochMicros | null;
  readonly runtime: Micros;
}

/**
 * When each task starts: as the source tells, else at once when it was submitted and the last of what it depends on has
 * ended. That is the earliest that it can have been; as if there were always a free worker. Dependencies that close a
 * circle count for nothing. O(tasks + dependencies), without recursion.
 * @param origin where tasks stand that wait for nothing
 */
export function earliestStarts(tasks: readonly Placeable[], origin: EpochMicros): readonly EpochMicros[] {
  const positions = new Map<string, number>();
  for (const [i, { key }] of tasks.entries()) if (!positions.has(key)) positions.set(key, i);
  const dependents: number[][] = tasks.map(() => []);
  const waitsFor = tasks.map(({ dependsOn }, i) => {
    let count = 0;
    for (const key of new Set(dependsOn)) {
      const position = positions.get(key);
      if (position === undefined || position === i) continue;
      dependents[position].push(i);
      count++;
    }
    return count;
  });
  const starts = tasks.map(({ started, notBefore }) => started ?? notBefore ?? origin);
  const ready = tasks.flatMap((_, i) => (waitsFor[i] === 0 ? [i] : []));
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const end = after(starts[next], tasks[next].runtime);
    for (const one of dependents[next]) {
      if (tasks[one].started === null && end > starts[one]) starts[one] = end;
      if (--waitsFor[one] === 0) ready.push(one);
    }
  }
  return starts;
}

import type { ProfilerBounds, WorkflowRunProfile } from './types.ts';

/**
 * The default bounds: with UTF-16 and room for what else a page keeps, what a browser's `localStorage` holds (5 MB).
 */
export const DEFAULT_BOUNDS: ProfilerBounds = {
  profilesPerWorkflow: 50,
  profiles: 500,
  bytes: 4_000_000,
  nodesPerRun: 10_000,
  openRecordings: 32,
};

/** A profile as pruning sees it. */
export interface Weighed {
  readonly profile: WorkflowRunProfile;
  readonly bytes: number;
  /** A baseline: it counts towards the bounds and never goes. */
  readonly isPinned: boolean;
}

/** The order in which profiles go: by their end. */
export function byEnd(a: WorkflowRunProfile, b: WorkflowRunProfile): number {
  return a.endTime - b.endTime || (a.runId < b.runId ? -1 : 1);
}

/** What has to go for the bounds to hold: the oldest first, baselines never; of each workflow first, then of all. */
export function toPrune(
  all: readonly Weighed[],
  bounds: Pick<ProfilerBounds, 'profilesPerWorkflow' | 'profiles' | 'bytes'>,
): WorkflowRunProfile[] {
  const perWorkflow = new Map<string, number>();
  let [count, bytes] = [all.length, 0];
  for (const { profile, bytes: size } of all) {
    bytes += size;
    perWorkflow.set(profile.workflowId, (perWorkflow.get(profile.workflowId) ?? 0) + 1);
  }
  const gone: WorkflowRunProfile[] = [];
  const kept: Weighed[] = [];
  const drop = ({ profile, bytes: size }: Weighed): void => {
    count--;
    bytes -= size;
    gone.push(profile);
  };
  for (const weighed of all.toSorted((a, b) => byEnd(a.profile, b.profile))) {
    const { workflowId } = weighed.profile;
    const ofWorkflow = perWorkflow.get(workflowId) ?? 0;
    if (weighed.isPinned) continue;
    if (ofWorkflow <= bounds.profilesPerWorkflow) kept.push(weighed);
    else {
      perWorkflow.set(workflowId, ofWorkflow - 1);
      drop(weighed);
    }
  }
  for (const weighed of kept) {
    if (count <= bounds.profiles && bytes <= bounds.bytes) break;
    drop(weighed);
  }
  return gone;
}

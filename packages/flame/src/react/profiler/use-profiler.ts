import type { Status } from '@flowprof/model';
import { useMemo, useSyncExternalStore } from 'react';
import type { EndOptions, ProfilerStore, RunChoice, StartOptions } from '../../profiler/api.ts';
import { sharedProfilerStore } from '../../profiler/shared.ts';
import type {
  BottleneckAnalysis,
  NodeExecutionInput,
  ParallelizationAnalysis,
  PerformanceInsight,
  ProfilerGraph,
  WorkflowProfiles,
  WorkflowRunProfile,
} from '../../profiler/types.ts';

/** What a server renders: it has recorded nothing. */
const NOTHING: WorkflowProfiles = {
  profiles: [],
  recordings: [],
  baselineId: null,
  alerts: [],
  storageProblem: null,
  unreadable: 0,
};

/** What is known of a workflow; the component renders again when that changes. */
export function useProfiles(store: ProfilerStore, workflowId: string): WorkflowProfiles {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.getSnapshot(workflowId),
    () => NOTHING,
  );
}

/** Recording the runs of one workflow, and what its recordings tell. */
export interface WorkflowProfiler {
  /** Begins to record a run; gives its id. */
  readonly startRecording: (options?: StartOptions) => string;
  readonly endRecording: (status?: Status, run?: EndOptions) => WorkflowRunProfile | null;
  readonly recordNodeExecution: (node: NodeExecutionInput, run?: RunChoice) => boolean;
  readonly getLatestProfile: () => WorkflowRunProfile | null;
  /** Oldest first. */
  readonly getProfiles: () => readonly WorkflowRunProfile[];
  /** Of the latest run, as are the analyses below; 3 when absent. */
  readonly getBottlenecks: (limit?: number) => readonly BottleneckAnalysis[];
  /** Keep the graph between renders: for another object everything is found out again. */
  readonly getParallelizationAnalysis: (graph?: ProfilerGraph | null) => ParallelizationAnalysis | null;
  readonly getPerformanceInsights: (graph?: ProfilerGraph | null) => readonly PerformanceInsight[];
  readonly isRecording: () => boolean;
  readonly clearProfiles: () => void;
}

/**
 * Records runs of a workflow and tells what they show. The functions stay the same until something changes, so that
 * they can be what an effect or a memo depends on.
 * @param store that of the page when absent
 */
export function useWorkflowProfiler(
  workflowId: string,
  store: ProfilerStore = sharedProfilerStore(),
): WorkflowProfiler {
  const known = useProfiles(store, workflowId);
  const recording = useMemo(
    () => ({
      startRecording: (options?: StartOptions) => store.startRecording(workflowId, options),
      endRecording: (status?: Status, run?: EndOptions) => store.endRecording(workflowId, status, run),
      recordNodeExecution: (node: NodeExecutionInput, run?: RunChoice) =>
        store.recordNodeExecution(workflowId, node, run),
      clearProfiles: () => store.clearProfiles(workflowId),
    }),
    [store, workflowId],
  );
  return useMemo(() => {
    const run: RunChoice = { runId: known.profiles.at(-1)?.runId ?? '' };
    return {
      ...recording,
      getLatestProfile: () => known.profiles.at(-1) ?? null,
      getProfiles: () => known.profiles,
      getBottlenecks: (limit?: number) => store.getBottlenecks(workflowId, limit, run),
      getParallelizationAnalysis: (graph?: ProfilerGraph | null) =>
        store.getParallelizationAnalysis(workflowId, graph, run),
      getPerformanceInsights: (graph?: ProfilerGraph | null) => store.getPerformanceInsights(workflowId, graph, run),
      isRecording: () => known.recordings.length > 0,
    };
  }, [store, workflowId, known, recording]);
}

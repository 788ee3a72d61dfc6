import type { Status, Trace } from '@flowprof/model';
import type { ProfileOfTraceOptions } from './profile-of.ts';
import type { ProfilerStorage } from './storage.ts';
import type {
  BaselineComparison,
  BottleneckAnalysis,
  Cost,
  NodeExecutionInput,
  ParallelizationAnalysis,
  PerformanceInsight,
  PriceTable,
  ProfilerAlert,
  ProfilerBounds,
  ProfilerGraph,
  ProfilerThresholds,
  WorkflowProfiles,
  WorkflowRunProfile,
} from './types.ts';

export interface ProfilerStoreOptions {
  /** Where profiles are kept; null keeps them for the page only. IndexedDB when absent. */
  readonly storage?: ProfilerStorage | null;
  readonly bounds?: Partial<ProfilerBounds>;
  /** What nodes cost by their type; without, nothing is said of cost. */
  readonly prices?: PriceTable | null;
  /** The baseline by 20% when absent. */
  readonly thresholds?: ProfilerThresholds;
  readonly onAlert?: (alert: ProfilerAlert) => void;
  /** Milliseconds since the epoch; `Date.now` when absent. */
  readonly now?: () => number;
  /** An id for a run that is given none. */
  readonly newId?: () => string;
}

export interface StartOptions {
  /** Names the run, so that several of one workflow can be recorded at once. */
  readonly runId?: string;
  readonly workflowName?: string;
  /** Milliseconds since the epoch; now when absent. */
  readonly startTime?: number;
}

/** Which run of a workflow is meant: the one of that id, else the one that was started last and is open. */
export interface RunChoice {
  readonly runId?: string | undefined;
}

/** Which recording ends, and when: now when absent. Milliseconds since the epoch. */
export interface EndOptions extends RunChoice {
  readonly endTime?: number | undefined;
}

/**
 * Recordings of the runs of workflows, and what they tell. Free of any framework, so that an engine's callbacks can
 * write to it; `useWorkflowProfiler` reads it in React. Nothing that it is told makes it throw.
 */
export interface ProfilerStore {
  /** Begins to record a run; gives its id. A run that is recorded already goes on. */
  startRecording(workflowId: string, options?: StartOptions): string;
  /** Takes a node, in any order and any number of times, also after the end. False where the run is not known. */
  recordNodeExecution(workflowId: string, node: NodeExecutionInput, run?: RunChoice): boolean;
  /** Ends a recording as completed, or as said; gives its profile, null where nothing is recorded. */
  endRecording(workflowId: string, status?: Status, run?: EndOptions): WorkflowRunProfile | null;
  isRecording(workflowId: string): boolean;

  /** What has ended, oldest first. */
  getProfiles(workflowId: string): readonly WorkflowRunProfile[];
  getLatestProfile(workflowId: string): WorkflowRunProfile | null;
  getProfile(workflowId: string, runId: string): WorkflowRunProfile | null;
  /** Of the run that is named, else of the latest; 3 when absent. */
  getBottlenecks(workflowId: string, limit?: number, run?: RunChoice): readonly BottleneckAnalysis[];
  getParallelizationAnalysis(
    workflowId: string,
    graph?: ProfilerGraph | null,
    run?: RunChoice,
  ): ParallelizationAnalysis | null;
  getPerformanceInsights(
    workflowId: string,
    graph?: ProfilerGraph | null,
    run?: RunChoice,
  ): readonly PerformanceInsight[];
  /** Null without a price list. */
  getCost(workflowId: string, run?: RunChoice): Cost | null;
  /** The run that is named, else the latest, against the baseline; null without one, and of the baseline itself. */
  compareWithBaseline(workflowId: string, graph?: ProfilerGraph | null, run?: RunChoice): BaselineComparison | null;
  /** The trace of a run, to draw as a flame chart or to write as a file. */
  getTrace(workflowId: string, graph?: ProfilerGraph | null, run?: RunChoice): Trace | null;

  /** Makes a run the one that others are held against, or none. It is kept whatever goes. */
  setBaseline(workflowId: string, runId: string | null): void;
  /** Removes what has ended, the baseline too. What is being recorded stays. */
  clearProfiles(workflowId: string): void;
  removeProfile(workflowId: string, runId: string): void;
  /** Takes an execution of a server or of a trace file as a profile; its analyses read the whole trace. */
  addTrace(trace: Trace, options?: ProfileOfTraceOptions): WorkflowRunProfile;

  /** Told of every change. */
  subscribe(listener: () => void): () => void;
  /** What is known of a workflow: the same object until that changes. */
  getSnapshot(workflowId: string): WorkflowProfiles;
  /** Resolves once what is stored has been read. */
  readonly ready: Promise<void>;
  /** Resolves once all that there is to write has been written, or could not be. */
  flush(): Promise<void>;
  /** Hears nothing of other tabs any more. */
  close(): void;
}

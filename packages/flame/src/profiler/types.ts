import type { Cost, PriceTable, Status } from '@flowprof/model';

/**
 * What was recorded of one run of a node. Moments are milliseconds since the epoch, durations milliseconds, sizes
 * bytes; what is not known is null, never 0.
 */
export interface NodeExecutionMetric {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly nodeType: string;
  /** When the node began to run, its waiting done. */
  readonly startTime: number;
  /** Null while it runs. */
  readonly endTime: number | null;
  /** `endTime - startTime`; 0 while it runs. */
  readonly duration: number;
  /** How long it waited before `startTime` for a place to run in. */
  readonly queueTime: number | null;
  readonly status: Status;
  readonly inputSize: number | null;
  readonly outputSize: number | null;
  /** The ids of the nodes whose end it waits for. */
  readonly dependsOn: readonly string[];
  /** From 0, in a loop. */
  readonly iteration: number | null;
  readonly error: string | null;
}

/** What an engine tells of a node. Whatever is left out follows from the rest, or from the clock. */
export type NodeExecutionInput = Pick<NodeExecutionMetric, 'nodeId'> & {
  readonly [Field in keyof Omit<NodeExecutionMetric, 'nodeId'>]?: NodeExecutionMetric[Field] | undefined;
};

/** One run of a workflow with all that was recorded of its nodes. Never changed: what is added makes a new one. */
export interface WorkflowRunProfile {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly status: Status;
  readonly startTime: number;
  readonly endTime: number;
  /** `endTime - startTime`, in milliseconds. */
  readonly totalDuration: number;
  readonly nodeCount: number;
  /** In the order of their start. */
  readonly nodeMetrics: readonly NodeExecutionMetric[];
  /** Nodes that came after the limit of a run and are not kept. */
  readonly droppedNodes: number;
}

/** A run that is being recorded. */
export interface OpenRecording {
  readonly runId: string;
  readonly startTime: number;
  readonly nodeCount: number;
}

/** A node among those that a run spends most of its time in. Milliseconds and percent of the whole run. */
export interface BottleneckAnalysis {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly nodeType: string;
  /** All its runs together, their waits included. */
  readonly duration: number;
  readonly percentageOfTotal: number;
  /** For how long it held the critical path: what waits for it, waits for that. */
  readonly criticalTime: number;
  readonly percentageOfCriticalPath: number;
  readonly isOnCriticalPath: boolean;
  /** How much sooner the run would end if the node took no time; null where that cannot be told. */
  readonly possibleGain: number | null;
  readonly runs: number;
}

/** Two nodes that ran one after the other although neither depends on the other. */
export interface SerialisedNodes {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly afterNodeId: string;
  readonly afterNodeName: string;
  /** By how much the run would be shorter if they did not wait for each other. */
  readonly cost: number;
}

/** How much ran at once, and how much could have. Milliseconds; null where nothing took any time. */
export interface ParallelizationAnalysis {
  readonly totalDuration: number;
  /** From the first node's submission to the last node's end. */
  readonly makespan: number;
  /** The longest chain of nodes that wait for each other: no number of workers makes it shorter. */
  readonly theoreticalMinimum: number;
  /** `theoreticalMinimum / makespan`, in percent. */
  readonly efficiency: number | null;
  /** The time of all nodes together. */
  readonly work: number;
  /** `work / theoreticalMinimum`: how many nodes could be at work at once on average. */
  readonly parallelism: number | null;
  readonly peakConcurrency: number;
  /** `work / (workers × makespan)`, in percent; the workers are those that were busy at most. */
  readonly utilisation: number | null;
  /** Whether anything tells what waits for what; without, the theoretical minimum is that of the longest node alone. */
  readonly dependenciesKnown: boolean;
  /** The nodes of the critical path, first to last. */
  readonly criticalPath: readonly { readonly nodeId: string; readonly nodeName: string }[];
  readonly serialised: readonly SerialisedNodes[];
  /** What all of `serialised` cost together. */
  readonly serialCost: number;
  /** What the graph names that did not run, and what ran that the graph does not name. */
  readonly notInRun: readonly string[];
  readonly notInGraph: readonly string[];
}

/** Something that is worth a change. */
export interface PerformanceInsight {
  readonly type: 'regression' | 'optimization' | 'threshold';
  readonly severity: 'high' | 'medium' | 'low';
  /** The name of the rule that found it. */
  readonly rule: string;
  readonly title: string;
  /** One sentence that says what to do. */
  readonly message: string;
  readonly nodeId: string | null;
  /** By how much the run could be shorter at most, in milliseconds. */
  readonly gain: number | null;
}

/** A part of the difference between a run and its baseline. Milliseconds of the makespan. */
export interface BaselineDifference {
  /** Null for what belongs to no node. */
  readonly nodeId: string | null;
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly difference: number;
}

/** A run held against its baseline: the differences of `parts` add up to `difference`. */
export interface BaselineComparison {
  readonly baselineId: string;
  readonly runId: string;
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  /** Of the baseline; null where that took no time. */
  readonly differencePercentage: number | null;
  readonly verdict: 'slower' | 'faster' | 'same' | 'unknown';
  readonly summary: string;
  /** The largest differences first. */
  readonly parts: readonly BaselineDifference[];
}

/** A node of a workflow, as editors have them. */
export interface ProfilerGraphNode {
  readonly id: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
}

/** The graph of a workflow: nodes that name what they depend on, or edges beside them, or both. */
export interface ProfilerGraph {
  readonly nodes: readonly ProfilerGraphNode[];
  readonly edges?: readonly { readonly source: string; readonly target: string }[] | undefined;
}

/** What a run must not exceed. A run that does raises an alert, once. */
export interface ProfilerThresholds {
  /** By how many percent a run may be slower than the baseline, where there is one. */
  readonly baselinePercent?: number;
  /** By how many percent a run may be slower than the one before that completed. */
  readonly previousPercent?: number;
  /** Milliseconds. */
  readonly duration?: number;
  /** In the currency of the price list. */
  readonly cost?: number;
}

/** A run that exceeded a threshold. */
export interface ProfilerAlert {
  readonly workflowId: string;
  readonly runId: string;
  readonly kind: keyof ProfilerThresholds;
  readonly limit: number;
  readonly value: number;
  readonly message: string;
  readonly severity: 'high' | 'medium';
}

/** How much is kept. What exceeds it goes, the oldest first; baselines and what is being recorded stay. */
export interface ProfilerBounds {
  readonly profilesPerWorkflow: number;
  readonly profiles: number;
  /** Of all profiles as they are stored. */
  readonly bytes: number;
  readonly nodesPerRun: number;
  /** Recordings that are open at once; the oldest is ended as cancelled when one more is started. */
  readonly openRecordings: number;
}

/** Why what is shown may not be kept: nothing is wrong, nothing to store in, it is full, or it failed. */
export type StorageProblem = 'unavailable' | 'full' | 'failed';

/** What is known of one workflow. The same object as long as nothing changes. */
export interface WorkflowProfiles {
  /** That have ended, oldest first. */
  readonly profiles: readonly WorkflowRunProfile[];
  readonly recordings: readonly OpenRecording[];
  readonly baselineId: string | null;
  readonly alerts: readonly ProfilerAlert[];
  readonly storageProblem: StorageProblem | null;
  /** Entries of the storage that nobody could read. */
  readonly unreadable: number;
}

export type { Cost, PriceTable };

import type {
  Clock,
  EpochMicros,
  JournalEntry,
  JsonObject,
  JsonValue,
  Micros,
  RandomBytes,
  Status,
  Trace,
  TraceError,
  TraceSink,
} from '@flowprof/model';
import type { WorkflowDefinition } from './file/definition.ts';

export type { JournalEntry } from '@flowprof/model';

/** An event of a trace as `ExecutionTrace` gives it; `timestamp` is milliseconds since the epoch, with fractions. */
export interface ExecutionTraceEvent {
  readonly timestamp: number;
  readonly type: 'started' | 'progress' | 'state-change' | 'completed' | 'error';
  readonly data: JsonValue;
}

/** The states of a node in `NodeExecutionTrace`. */
export type NodeExecutionState = 'pending' | 'executing' | 'completed' | 'error' | 'skipped' | 'cancelled' | 'timeout';

/** What happened to one node; times are milliseconds since the epoch, durations milliseconds, both with fractions. */
export interface NodeExecutionTrace {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly nodeType: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly duration?: number;
  readonly state: NodeExecutionState;
  readonly progress: number;
  readonly events: readonly ExecutionTraceEvent[];
  /** The nodes inside a group. */
  readonly childTraces?: readonly NodeExecutionTrace[];
}

/** The complete history of a run, nested as its groups are. */
export interface ExecutionTrace {
  readonly executionId: string;
  readonly rootNodeId: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly duration?: number;
  readonly config: { readonly slowMo?: number; readonly concurrency?: number };
  readonly events: readonly ExecutionTraceEvent[];
  readonly nodes: readonly NodeExecutionTrace[];
}

/** What a run returns; it never throws for a failure of the workflow. */
export interface ExecutionResult {
  readonly success: boolean;
  readonly status: Status;
  readonly data?: JsonValue;
  readonly error?: TraceError;
  /** Milliseconds, with fractions. */
  readonly duration: number;
  /** The ids of the nodes that ran, in the order in which they ended. */
  readonly executedNodes: readonly string[];
  readonly trace: ExecutionTrace;
  /** The same run in the model's columns, with spans down to the phases: what analyses and charts read. */
  readonly recording: Trace;
}

/** Which addresses a run may reach. */
export interface NetworkPolicy {
  /** False lets `http` nodes reach public addresses only, apart from `allow`. */
  readonly privateAddresses: boolean;
  /** `host:port` pairs that may be reached although they are private. */
  readonly allow: readonly string[];
}

/** Where a durable run writes down what is done. */
export interface Journal {
  /**
   * Resolves once the entries are durable; only then does what depends on them start. One call at a time for a run:
   * what ends meanwhile comes with the next. The same entry may come again. A rejection ends the run as failed.
   */
  commit(executionId: string, entries: readonly JournalEntry[]): Promise<void>;
}

/** Where an execution that was interrupted stands: what `resume` goes on from. */
export interface ResumePoint {
  /** When the execution first started: what all its times count from. */
  readonly startedAt: EpochMicros;
  /** Everything that the journal has of it. */
  readonly finished: readonly JournalEntry[];
  /** The trace so far, which the new one then begins with; null when there is none. */
  readonly earlier: Trace | null;
}

/**
 * What started an execution, such as a delivery to a webhook: a node that has ended before the run begins. The execution
 * starts with it, and the nodes that wait for nothing else wait for it.
 */
export interface RunTrigger {
  /** Its key in the trace; where a node of the workflow has it, a number is added. */
  readonly key: string;
  readonly name: string;
  /** When it began: what all times of the execution count from. */
  readonly receivedAt: EpochMicros;
  /** What its time went to, in order, from the start on; it ends with the last of them. */
  readonly phases: readonly TriggerPhase[];
}

export interface TriggerPhase {
  readonly name: string;
  readonly start: Micros;
  readonly end: Micros;
  readonly metadata?: JsonObject;
}

/** Limits on how many nodes may run at once and how often they may start, by name. */
export interface Limits {
  /** Named pools: how many nodes with this `pool` may run at once. */
  readonly pools?: Readonly<Record<string, { readonly concurrency: number }>>;
  /** Named resources: nodes with this `rateLimit` start at most so often; `burst` is how many may start at once. */
  readonly rateLimits?: Readonly<Record<string, { readonly perSecond: number; readonly burst?: number | undefined }>>;
  /** How many nodes of a type may run at once. */
  readonly typeConcurrency?: Readonly<Record<string, number>>;
}

export interface RunOptions {
  /** A UUID; made when absent. */
  readonly executionId?: string;
  readonly input?: JsonObject;
  /** What `services.<name>` means in expressions, e.g. `{ demo: { url: 'http://127.0.0.1:4100' } }`. */
  readonly services?: Readonly<Record<string, JsonObject>>;
  /** How many nodes may run at once; the workflow's own limit when absent. */
  readonly concurrency?: number;
  /** Milliseconds of extra wait before each node, so that a person can watch; marked so that no analysis counts it. */
  readonly slowMo?: number;
  readonly signal?: AbortSignal;
  readonly sink?: TraceSink;
  readonly network?: NetworkPolicy;
  /** Milliseconds after which the run is stopped as `timeout`; the workflow's own limit when absent. */
  readonly timeoutMs?: number;
  /** Workflows that `subworkflow` nodes may call by name, besides those in the file itself. */
  readonly workflows?: Readonly<Record<string, WorkflowDefinition>>;
  /** Makes the run durable: every node that ends is committed before what depends on it starts. */
  readonly journal?: Journal;
  /** What started the execution; the same again where it is resumed. Only for a workflow. */
  readonly trigger?: RunTrigger;
  /** Goes on with an execution that was interrupted; `executionId` and `input` must be those that it had. */
  readonly resume?: ResumePoint;
  /** Whether `command` nodes may start processes; true when absent. Servers say no. */
  readonly commands?: boolean;
  /** The W3C trace context of the caller: the run becomes a part of that trace. A malformed one is ignored. */
  readonly traceparent?: string;
}

/** Timers that a test can drive. */
export interface Timers {
  /** Resolves after the time, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface ConductorOptions {
  /** Limits that all runs of this conductor share; a workflow's own of the same name do not count then. */
  readonly limits?: Limits;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly timers?: Timers;
  /** Certificates in PEM that `https` requests trust besides the usual ones. */
  readonly ca?: readonly string[];
}

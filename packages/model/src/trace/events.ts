import type { JsonObject } from '../json.ts';
import type { EpochMicros, Micros } from '../units.ts';
import type { Status } from './status.ts';
import type { ExecutionInfo, SpanKind, TraceError } from './trace.ts';

/** A node as its source announces it: a vertex of the graph, with what it waits for. */
export interface NodeDeclaration {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  /** From 0, for the instances of a `foreach`. */
  readonly iteration: number | null;
  /** The key of the group that contains it. */
  readonly parentKey: string | null;
  /**
   * The iteration of that group where it is not the node's own: inside nested loops. Absent: the group of the node's
   * iteration, or else the one that does not iterate.
   */
  readonly parentIteration?: number | null;
  /** Keys of nodes: of their instance in the same iteration, else of all; or one instance, by what `instanceKey` gives. */
  readonly dependsOn: readonly string[];
  /** What runs it, where its source has queues for that: the pool of a workflow file. */
  readonly taskQueue?: string | null;
}

/** A span as a flat record. A later record of the same id replaces the earlier one, so deliveries may repeat. */
export interface SpanRecord {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: SpanKind;
  readonly name: string;
  readonly nodeKey: string | null;
  readonly iteration: number | null;
  readonly start: Micros;
  /** Null while it runs. */
  readonly duration: Micros | null;
  readonly status: Status;
  readonly track: string | null;
  readonly metadata: JsonObject | null;
}

/** A labelled instant; `spanId` is null for one of the execution itself. */
export interface AnnotationRecord {
  readonly spanId: string | null;
  readonly time: Micros;
  readonly label: string;
  readonly type: string;
  readonly metadata: JsonObject | null;
}

/** A node that changed its state. */
export interface NodeStateRecord {
  readonly nodeKey: string;
  readonly iteration: number | null;
  readonly status: Status;
  readonly at: Micros;
  /** How often it was tried again so far. */
  readonly retryCount: number;
  readonly error: TraceError | null;
  /** Bounded and redacted; the input is known once the node runs, the output once it has completed. */
  readonly input: JsonObject | null;
  readonly output: JsonObject | null;
}

/** What a source says while an execution runs, in order. All times are microseconds from the execution's start. */
export type TraceEvent =
  | {
      readonly type: 'execution_started';
      readonly executionId: string;
      readonly startedAt: EpochMicros;
      readonly info: Pick<ExecutionInfo, 'name' | 'workflow' | 'sourceFormat' | 'concurrency'>;
      /** The W3C trace context of who started it, where the run is a part of that trace. */
      readonly traceparent?: string;
    }
  | { readonly type: 'node_declared'; readonly node: NodeDeclaration }
  | { readonly type: 'node_state'; readonly state: NodeStateRecord }
  | { readonly type: 'span'; readonly span: SpanRecord }
  | { readonly type: 'annotation'; readonly annotation: AnnotationRecord }
  | {
      readonly type: 'progress';
      readonly nodeKey: string | null;
      readonly percent: number;
      readonly message: string;
      readonly at: Micros;
    }
  | {
      readonly type: 'warning';
      readonly code: string;
      readonly example: string;
      /** How many cases it stands for; 1 when absent. */
      readonly count?: number;
    }
  | {
      readonly type: 'execution_finished';
      readonly status: Status;
      readonly at: Micros;
      readonly error: TraceError | null;
    };

/** Where a source sends what it sees. */
export interface TraceSink {
  /**
   * Takes a batch of events of one execution, in order. A source waits for the promise before it sends the next batch,
   * and so is slowed down by a sink that cannot keep up. A sink that throws does not stop the execution.
   */
  write(executionId: string, batch: readonly TraceEvent[]): Promise<void>;
}

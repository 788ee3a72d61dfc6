import type { EpochMicros, JsonObject, JsonValue } from '@flowprof/model';
import type { z } from 'zod';
import type { RetryPlan } from './graph/retry.ts';
import type { HttpClient } from './http/client.ts';
import type { OpenPhase } from './open-phase.ts';

/** A time limit that a handler has set for a part of its work. */
export interface TimeLimit {
  /** Aborts when the time is up, and when the node's own signal does. */
  readonly signal: AbortSignal;
  /** Lifts the limit. */
  clear(): void;
}

/** What a handler can use while it works on one attempt of a node. */
export interface NodeContext {
  readonly nodeId: string;
  readonly executionId: string;
  /** From 1. */
  readonly attempt: number;
  /** The same for every attempt at this node, also after a crash: what a service recognises a repetition by. */
  readonly idempotencyKey: string;
  /** The W3C trace context of the innermost open phase, to send along: a service's own spans then join the run's. */
  readonly traceparent: string;
  /** Whether `command` nodes may start processes in this run. */
  readonly commands: boolean;
  /** Aborts when the node's time is up or the run is cancelled. Made when first read. */
  readonly signal: AbortSignal;
  /** The client whose connections are measured and that obeys the run's network policy. */
  readonly http: HttpClient;
  /** Reports how far the node is, in percent. */
  progress(percent: number, message?: string): void;
  /** Opens a phase of the attempt; see `phases` of the model for the names that analyses know. */
  span(name: string, metadata?: JsonObject, at?: EpochMicros): OpenPhase;
  /** Marks the present moment on the node. Types are those of `AnnotationTable`; for `at` see `OpenPhase`. */
  annotate(label: string, type: string, metadata?: JsonObject, at?: EpochMicros): void;
  /** Writes a line that is kept with the trace, as an annotation of type `log`; secrets in it are struck out. */
  log(message: string): void;
  /** Waits with the run's own timers; rejects when `signal` aborts. */
  sleep(ms: number): Promise<void>;
  /** Sets a time limit for a part of the work; the signal's reason is what the function gives. */
  limit(ms: number, reason: () => Error): TimeLimit;
}

/** The work of a node type; it may return its output or a promise of it, and throws `NodeFailure` to fail. */
export type NodeHandler<P> = (params: P, context: NodeContext) => JsonValue | Promise<JsonValue>;

/** A node type: what its parameters are and what it does. */
export interface NodeType<S extends z.ZodType = z.ZodType> {
  /** The schema of `with`, which types the handler's parameters. */
  readonly params: S;
  /** The phase that its work is recorded as; `null` when the handler opens its own phases that cover it. */
  readonly phase: string | null;
  /** Whether the evaluation of the parameters is the node's work itself; it is then part of `phase`. */
  readonly evaluationIsWork?: boolean;
  readonly run: NodeHandler<z.output<S>>;
}

/** Where a node stands in its run. */
export interface Place {
  /** The same in every run of its execution: its id, after the items and subworkflows that it is in. */
  readonly path: string;
  /** Its key in the trace. */
  readonly key: string;
  /** What it is numbered by where something repeats it. */
  readonly iteration: number | null;
}

/** What is asked of those who run a node elsewhere, with all its attempts: its retries and time limits are theirs to keep. */
export interface WorkElsewhere extends Place {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly params: JsonObject;
  readonly retry: RetryPlan;
  readonly timeoutMs: number | null;
  readonly attemptTimeoutMs: number | null;
  /** Aborts when the node is to be stopped. */
  readonly signal: AbortSignal;
  /** Aborts when the attempt that is under way is to be the last. */
  readonly noMore: AbortSignal;
}

/** A node type whose parameters are checked inside it, so that types of all parameters can stand in one registry. */
export interface RegisteredType {
  readonly params: z.ZodType;
  readonly phase: string | null;
  readonly evaluationIsWork: boolean;
  /** Checks the parameters and starts the work. @throws {NodeFailure} `invalid_parameters`, and what the handler throws */
  start(params: JsonObject, context: NodeContext): JsonValue | Promise<JsonValue>;
  /** Does all of it in another place instead, for a type whose nodes run elsewhere. Rejects with a `NodeFailure`. */
  readonly elsewhere?: (work: WorkElsewhere) => Promise<JsonValue>;
}

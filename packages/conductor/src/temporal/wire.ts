/**
 * What goes between those who start a workflow file on Temporal, the workflow, and its activities; all of it stands in
 * the history. Read by `@flowprof/model` too, which makes traces of histories: docs/formats/temporal.md describes it.
 */
import type { EpochMicros, JsonObject, JsonValue, TraceError, TraceEvent } from '@flowprof/model';
import type { Part } from '../engine/part.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import type { RetryPlan } from '../graph/retry.ts';
import type { Place } from '../node-type.ts';

/** The version of everything in this file. */
export const WIRE_VERSION = 1;

/** The key of the memo that marks a workflow as a run of a workflow file. */
export const MEMO_KEY = 'flowprof';

/** The header of an activity that says which node it is. */
export const NODE_HEADER = 'flowprof-node';

/** The type of the local activity that writes events of the trace into the history: its result is a `Note`. */
export const NOTE_ACTIVITY = 'flowprof.note';

/** The query of a workflow that its activities ask when they are cancelled: whether the attempt under way may end. */
export const STOPPING_QUERY = 'flowprof.mayFinish';

/** The type of the workflows that run parts of large loops. */
export const PART_WORKFLOW = 'flowprof.part';

/** The signal that stops a part: a `PartStop`. */
export const STOP_SIGNAL = 'flowprof.stop';

/** The signal that brings outputs of a part for which there is no room in its result: `PartOutputs`. */
export const OUTPUTS_SIGNAL = 'flowprof.outputs';

/** How a part is stopped: at once with a status, or after the attempts that are under way. */
export interface PartStop {
  readonly status: 'cancelled' | 'timeout' | null;
  readonly message: string;
}

/** The next outputs of a part, by the id of its workflow. */
export interface PartOutputs {
  readonly id: string;
  readonly outputs: readonly JsonValue[];
}

/** How a part ends that was stopped or failed, as the first detail of its failure. */
export interface PartDetail {
  readonly status: 'failed' | 'timeout' | 'cancelled';
  readonly code: string;
  readonly message: string;
  /** The failure that nothing tolerates. */
  readonly error: TraceError | null;
}

/** The argument of a workflow that runs a part of a loop. */
export interface PartArgument extends RunArgument {
  readonly part: Part;
  readonly executionId: string;
}

/** The argument of the workflow. */
export interface RunArgument {
  readonly flowprof: typeof WIRE_VERSION;
  /** The workflow file, so that a run stays with what it began with. */
  readonly workflow: WorkflowDefinition;
  /** Workflows that its nodes call and that are in no file of theirs. */
  readonly called: Readonly<Record<string, WorkflowDefinition>>;
  /** Values of secret inputs are sealed. */
  readonly input: JsonObject;
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly options: RunArgumentOptions;
}

export interface RunArgumentOptions {
  readonly concurrency?: number;
  /** Milliseconds. */
  readonly slowMo?: number;
  /** Milliseconds. */
  readonly timeoutMs?: number;
  /** After how many milliseconds without a sign of life a worker is taken to be lost; 15,000 when absent. */
  readonly heartbeatMs?: number;
  /** Of how many nodes at most, over all its items, a loop stays in one history with the rest; 500 when absent. */
  readonly largeLoop?: number;
}

/** What an activity says of its node in `NODE_HEADER`. */
export interface NodeHeader extends Place {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

/** A retry policy as JSON, which has no infinity. */
export type WirePlan = Omit<RetryPlan, 'maxAttempts'> & { readonly maxAttempts: number | null };

/** The argument of an activity, whose type is that of the node and whose id the node's path. */
export interface ActivityWork {
  /** The node, as in the header. */
  readonly node: NodeHeader;
  readonly executionId: string;
  readonly params: JsonObject;
  readonly retry: WirePlan;
  /** Milliseconds. */
  readonly attemptTimeoutMs: number | null;
}

/** What an attempt did: spans below the attempt and annotations; times count from its start. */
export interface AttemptTrace {
  readonly startedAt: EpochMicros;
  readonly events: readonly TraceEvent[];
}

/** What an attempt knows of those before it, which Temporal forgets: it is handed on as details of its heartbeats. */
export interface Handed {
  /** The latest of them, in their order, with little of what they did. */
  readonly earlier: readonly AttemptTrace[];
}

/** The result of an activity. */
export interface ActivityDone extends AttemptTrace, Handed {
  readonly output: JsonValue;
}

/** The first detail of an activity's failure. */
export interface ActivityFailed extends AttemptTrace, Handed {
  /** Whether the failure itself says that another attempt may succeed, whatever the policy. */
  readonly retryable: boolean;
}

/** A part of the trace as the engine in the workflow recorded it, by the clock of workflow tasks. */
export interface Note {
  readonly flowprof: typeof WIRE_VERSION;
  /** What the times of the events count from. */
  readonly startedAt: EpochMicros;
  /** `declared`: the nodes, as the run begins. `recorded`: everything, as it ends, in one or several notes. */
  readonly kind: 'declared' | 'recorded';
  readonly events: readonly TraceEvent[];
  /** How many events there is no room for. */
  readonly left: number;
}

/** Sizes of payloads in bytes of JSON: a server takes 2 MiB. */
export const MAX_PAYLOAD = 1_900_000;

export function toWirePlan(plan: RetryPlan): WirePlan {
  return { ...plan, maxAttempts: Number.isFinite(plan.maxAttempts) ? plan.maxAttempts : null };
}

export function fromWirePlan(plan: WirePlan): RetryPlan {
  return { ...plan, maxAttempts: plan.maxAttempts ?? Number.POSITIVE_INFINITY };
}

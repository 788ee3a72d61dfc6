import type { JsonValue, Micros } from '@flowprof/model';
import type { Scope } from '../expressions/cel.ts';
import type { CompiledNode } from '../graph/graph.ts';
import type { HttpClient } from '../http/client.ts';
import type { NodeFailure } from '../errors.ts';
import type { Place } from '../node-type.ts';
import type { Redactor } from '../redact.ts';
import type { Timers } from '../types.ts';
import type { Recorder } from './recorder.ts';

/** How a node's work ended. */
export type Outcome =
  | { readonly status: 'completed'; readonly output: JsonValue }
  | { readonly status: 'skipped'; readonly reason: string }
  | StoppedOutcome;

/** How work ended that did not complete. */
export interface StoppedOutcome {
  readonly status: 'failed' | 'timeout' | 'cancelled';
  readonly failure: NodeFailure;
}

/** What all nodes of one run have in common. */
export interface RunShared {
  readonly executionId: string;
  /** 32 hex digits: of the caller's trace, or else the execution's id. */
  readonly traceId: string;
  readonly commands: boolean;
  readonly recorder: Recorder;
  /** Knows the secrets of the run so far. */
  readonly redactor: Redactor;
  readonly timers: Timers;
  /** Milliseconds. */
  readonly slowMo: number;
  /** What the expressions of a node read. */
  scopeOf(instance: number): Scope;
  /** The place of a node, the same in every run of its execution. */
  pathOf(instance: number): string;
  /** The same with its key and what numbers it in a loop. */
  placeOf(instance: number): Place;
  /** The run's own connections; opened by the first who asks. */
  http(): HttpClient;
  /** Whether what a node is in has failed, so that no further attempts are made. */
  isStopping(instance: number): boolean;
  /** Takes a token for another attempt at a node; says when there is one. Null where nothing limits the node. */
  takeToken(node: CompiledNode, now: Micros): { readonly at: Micros; readonly perSecond: number } | null;
  /** A random number from 0 to 1. */
  fraction(): number;
}

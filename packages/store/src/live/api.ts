import type { Micros } from '@flowprof/model';

/** What happened in a workflow. Its events are numbered in the order in which they were committed, without gaps. */
export interface LiveEvent {
  readonly seq: number;
  readonly executionId: string;
  /** The key of the step that it is about; null where it is about the execution. */
  readonly stepKey: string | null;
  readonly type: string;
  /** A JSON object, as text. */
  readonly data: string;
}

/** Some events of a workflow, in order, and how far they go. */
export interface LiveEventPage {
  readonly items: readonly LiveEvent[];
  /** The number of the newest event; 0 when there never was one. */
  readonly lastSeq: number;
  /** The number of the oldest event that is kept; null when there is none. */
  readonly oldestSeq: number | null;
}

/** A workflow has events up to this number. */
export interface LiveChange {
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly lastSeq: number;
}

/** How much of the events of a workflow is kept. */
export interface LiveHistory {
  readonly events: number;
  readonly age: Micros;
}

/** An execution that is to be cancelled. */
export interface CancelRequest {
  readonly workspaceId: string;
  readonly executionId: string;
}

/** What is told as soon as it is committed. It may be told twice or late, but `newerThan` knows. */
export type LiveSignal =
  | { readonly type: 'changes'; readonly changes: readonly LiveChange[] }
  /** This server is asked to cancel an execution, if it has it. */
  | ({ readonly type: 'cancel' } & CancelRequest)
  /** The servers did not hear each other for a while. */
  | { readonly type: 'missed' };

/** Says when there is something new, across workspaces: ids only. */
export interface LiveFeed {
  /** Calls the listener with every signal. @returns ends that */
  listen(listener: (signal: LiveSignal) => void): () => void;
  /** Of these workflows, those that have events after the numbers given. */
  newerThan(known: readonly LiveChange[]): Promise<readonly LiveChange[]>;
  /** The workspace that a workflow is of, whoever asks; null when there is no such workflow. */
  workspaceOf(workflowId: string): Promise<string | null>;
  /** Whether other servers may be at work on this database. */
  readonly isShared: boolean;
  /** What this server was asked to cancel and has not ended. */
  cancelRequests(): Promise<readonly CancelRequest[]>;
  /** Deletes events that are not to be kept, in small transactions; says how many. */
  prune(history: LiveHistory): Promise<number>;
}

/**
 * What the system workflows and their worker say to each other. Workflow code reads it in Temporal's sandbox, so nothing of
 * Node and nothing large may be imported here.
 */

/** The task queue of the workflows that flowprof runs for itself. What runs on it is never synced. */
export const SYSTEM_QUEUE = 'system-workflows-queue';

/** The workflow that coordinates the sync of a connection; there is one for each, and it never ends. */
export const COORDINATOR_TYPE = 'flowprof.syncCoordinator';
/** The workflow that syncs one execution once: a child of the coordinator. */
export const SYNC_TYPE = 'flowprof.syncExecution';

/** The connection that is synced. */
export interface SyncedConnection {
  readonly workspaceId: string;
  readonly connectionId: string;
}

export interface CoordinatorInput extends SyncedConnection {
  /** How many executions are synced at once. */
  readonly atOnce: number;
  /** After how many events it continues as a new run, so that its own history stays short. */
  readonly maxEvents: number;
}

export interface SyncInput extends SyncedConnection {
  readonly runId: string;
}

export interface LookInput extends SyncedConnection {
  /** How many executions may be given. */
  readonly atMost: number;
}

/** What is to be done next. */
export interface Look {
  /** Executions to sync, the most urgent first. Whoever took them has them for a minute. */
  readonly runs: readonly string[];
  /** Whether this workflow has nothing more to do: the connection is gone, switched off, or another kind of coordinator has it. */
  readonly isOver: boolean;
}

/** What came of one sync. That it failed is written down with the run, with a time at which it is due again. */
export interface Synced {
  readonly outcome: 'recorded' | 'unchanged' | 'failed';
  /** The code of the failure; null without one. */
  readonly error: string | null;
  /** How long the Temporal server wants to be left alone, in milliseconds. */
  readonly pauseMs: number;
}

/** What the system worker does for the workflows. Each may be called again with the same, after any crash. */
export interface SystemActivities {
  /** Lists what is new when that is due, and gives what is to be synced; waits a while where nothing is. */
  lookForDue(input: LookInput): Promise<Look>;
  /** Syncs one execution as far as there is something new. */
  syncExecution(input: SyncInput): Promise<Synced>;
}

/** The id of the coordinator of a connection: at most one can run. */
export function coordinatorId({ connectionId }: SyncedConnection): string {
  return `flowprof/sync/${connectionId}`;
}

/** The id of the sync of an execution: it is not synced twice at once. */
export function syncId({ connectionId, runId }: SyncInput): string {
  return `${coordinatorId({ workspaceId: '', connectionId })}/${runId}`;
}

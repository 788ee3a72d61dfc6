import type { EpochMicros, JsonObject, JsonValue, Micros, Status, TraceError } from '@flowprof/model';

/** A tenant. Everything else belongs to exactly one. */
export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: EpochMicros;
}

export interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

/** A page of a list; `total` counts all that match. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
}

export interface Execution {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly workflowVersion: number;
  /** Sequential per workflow, from 1. */
  readonly executionNumber: number;
  readonly status: Status;
  readonly trigger: string;
  /** What more is known of what started it. */
  readonly triggerDetails: JsonObject;
  /** What its source tells of it as a whole; empty where it tells nothing. */
  readonly attributes: JsonObject;
  readonly startedAt: EpochMicros | null;
  readonly completedAt: EpochMicros | null;
  /** Null until it has ended. */
  readonly duration: Micros | null;
  readonly input: JsonObject;
  readonly results: JsonValue;
  readonly error: TraceError | null;
  /** How often servers took it over, one after the other, without a node being done in between. */
  readonly resumptions: number;
  /** The id in its source, where others ran it. */
  readonly externalId: string | null;
  /** What its source calls it, or else the name of the workflow. */
  readonly name: string;
  /** Whether others ran or run it: it was imported, or they tell of it. */
  readonly isExternal: boolean;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** How connections to the database are used at this moment. */
export interface ConnectionUse {
  readonly inUse: number;
  readonly idle: number;
  /** Calls that wait for one. */
  readonly waiting: number;
}

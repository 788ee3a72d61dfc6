import type { EpochMicros, ExecutionInfo, JsonObject, TraceEvent } from '@flowprof/model';
import type { Execution } from '../common-api.ts';

/** An execution that others run, as far as it is known. */
export interface ExternalExecution {
  readonly id: string;
  /** The id in its source; its first 500 characters are kept. */
  readonly externalId: string | null;
  /**
   * What it is an execution of: the oldest workflow of the name, or a new one. Null when that is not known yet: then it
   * stands under "Unnamed executions" until it is.
   */
  readonly workflow: { readonly name: string; readonly definition: JsonObject } | null;
  /** How it is told of: `callback`, `otlp`, ... */
  readonly trigger: string;
  /** What is known of it; what is known already stays. */
  readonly info?: Partial<Pick<ExecutionInfo, 'name' | 'sourceFormat' | 'concurrency' | 'attributes'>>;
}

/** What is told of an execution. */
export interface Told {
  /** The moment from which the times of the events count. */
  readonly origin: EpochMicros;
  /** Where the source is not known, the `sourceFormat` of a start is empty. */
  readonly events: readonly TraceEvent[];
}

/** Executions of a workspace that others run: nothing here recovers, resumes or cancels them. */
export interface TenantExternal {
  /**
   * Makes an execution, pending, and where needed its workflow; that of an id which is there already takes what was not
   * known of it. One that flowprof runs itself is given as it is: `isExternal` of it is false.
   * @throws {StoreError} `too_many_workflows` when 10,000 workflows of the workspace came into being this way
   */
  ensure(execution: ExternalExecution): Promise<Execution>;
  /**
   * Stores what is told of an execution; durable when it resolves. In whatever order and however often the same is told,
   * the same is stored: of two records of a span or node that differ, the one that tells more counts. The start is the
   * earliest that was told, or else the earliest moment that is known. It may be told after the end: then the trace that
   * is kept is made again.
   *
   * One that flowprof runs itself takes spans and annotations only, and keeps its own: they stand in its trace beside
   * what it recorded, whether it still runs or has ended.
   * @throws {StoreError} `not_found`; `not_external` for anything else of an execution that flowprof runs itself;
   *   `not_started` when that has not started
   */
  record(executionId: string, told: Told): Promise<void>;
  /** Keeps the trace of an execution that has ended as one blob; says whether it has, and not yet was. */
  settle(executionId: string): Promise<boolean>;
}

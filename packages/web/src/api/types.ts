import type { Status } from '@flowprof/model';
import type { Fields } from './fields.ts';

export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** An execution as the lists and the details give it. Moments are milliseconds since the epoch. */
export interface Execution {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string | null;
  readonly number: number | null;
  readonly status: Status;
  readonly trigger: string | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Null until it has ended. */
  readonly durationSeconds: number | null;
  readonly error: string | null;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
}

/** A node of an execution, as the timeline gives it. */
export interface Step {
  /** The node's key in the workflow. */
  readonly id: string;
  /** From 0, for the instances of a node that iterates. */
  readonly iteration: number | null;
  readonly name: string;
  readonly order: number;
  readonly status: Status;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly durationSeconds: number | null;
  readonly retryCount: number;
  readonly error: string | null;
  /** Bounded by the server; null where there is none. */
  readonly input: unknown;
  readonly output: unknown;
}

export interface Timeline {
  readonly executionId: string;
  readonly status: Status;
  readonly error: string | null;
  readonly steps: readonly Step[];
}

export function readWorkspace(fields: Fields): Workspace {
  return { id: fields.string('id'), slug: fields.string('slug'), name: fields.string('name') };
}

export function readWorkflow(fields: Fields): Workflow {
  return { id: fields.string('id'), name: fields.string('name'), description: fields.optionalString('description') };
}

export function readExecution(fields: Fields): Execution {
  return {
    id: fields.string('id'),
    workflowId: fields.string('workflow_id'),
    workflowName: fields.optionalString('workflow_name'),
    number: fields.optionalNumber('execution_number'),
    status: fields.status('status'),
    trigger: fields.optionalString('trigger'),
    startedAt: fields.optionalTime('started_at'),
    completedAt: fields.optionalTime('completed_at'),
    durationSeconds: fields.optionalNumber('duration'),
    error: fields.optionalString('error_message'),
  };
}

/** The page that a list endpoint answers with. */
export function readPage<T>(fields: Fields, read: (item: Fields) => T): Page<T> {
  return {
    items: fields.list('items', read),
    total: fields.number('total'),
    skip: fields.number('skip'),
    limit: fields.number('limit'),
  };
}

function readStep(fields: Fields): Step {
  return {
    id: fields.string('step_id'),
    iteration: fields.optionalNumber('iteration'),
    name: fields.string('step_name'),
    order: fields.number('step_order'),
    status: fields.status('status'),
    startedAt: fields.optionalTime('started_at'),
    completedAt: fields.optionalTime('completed_at'),
    durationSeconds: fields.optionalNumber('duration_seconds'),
    retryCount: fields.number('retry_count'),
    error: fields.optionalString('error_message'),
    input: fields.any('input_summary'),
    output: fields.any('output_summary'),
  };
}

export function readTimeline(fields: Fields): Timeline {
  return {
    executionId: fields.string('execution_id'),
    status: fields.status('status'),
    error: fields.optionalString('error_message'),
    steps: fields.list('step_timeline', readStep),
  };
}

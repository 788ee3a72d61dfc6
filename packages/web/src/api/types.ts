import type { Status } from '@flowprof/model';
import { readTemporalPart, type TemporalPart } from '../temporal/types.ts';
import { Fields } from './fields.ts';

export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** The types that an input of a workflow can have. */
const INPUT_TYPES = ['string', 'number', 'boolean', 'object', 'array'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

/** What a run of a workflow can be given. */
export interface WorkflowInput {
  readonly name: string;
  readonly type: InputType;
  readonly description: string | null;
  readonly required: boolean;
  /** JSON; undefined where there is none. */
  readonly fallback: unknown;
  /** Its value is kept and shown nowhere. */
  readonly secret: boolean;
}

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly inputs: readonly WorkflowInput[];
  /** False where it was imported: its executions are known, and how to run it is not. */
  readonly canRun: boolean;
}

/** An execution as the lists and the details give it. Moments are milliseconds since the epoch. */
export interface Execution {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowName: string | null;
  readonly number: number | null;
  /** Of the workflow; null where that is not known. */
  readonly version: number | null;
  readonly status: Status;
  readonly trigger: string | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Null until it has ended. */
  readonly durationSeconds: number | null;
  readonly error: string | null;
  /** When something of it changed, in ISO 8601. */
  readonly updatedAt: string | null;
  /** What it was started with. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What there is besides of one that Temporal ran; null for others, and in lists. */
  readonly temporal: TemporalPart | null;
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

/** Who the server takes this page's user for. */
export interface Me {
  readonly kind: string;
  /** Of the key or the member; null in local mode. */
  readonly id: string | null;
  readonly name: string | null;
  /** Whether the server asks nobody who they are. */
  readonly isLocalMode: boolean;
  /** The role in the first workspace: a key has only one, and whoever is local is admin in all. */
  readonly role: string | null;
  /** The roles in all workspaces, by the id of each. */
  readonly roles: ReadonlyMap<string, string>;
}

export function readMe(fields: Fields): Me {
  const roles = fields.list('workspaces', (workspace) => [workspace.string('id'), workspace.string('role')] as const);
  return {
    kind: fields.string('kind'),
    id: fields.optionalString('id'),
    name: fields.optionalString('name'),
    isLocalMode: fields.any('local_mode') === true,
    role: roles[0]?.[1] ?? null,
    roles: new Map(roles),
  };
}

export function readWorkspace(fields: Fields): Workspace {
  return { id: fields.string('id'), slug: fields.string('slug'), name: fields.string('name') };
}

function readInput(name: string, declared: unknown): WorkflowInput {
  const fields = new Fields(declared, `/definition/inputs/${name}`);
  const type = fields.string('type');
  return {
    name,
    // A type that a later server adds is taken as JSON, which can be anything.
    type: INPUT_TYPES.find((known) => known === type) ?? 'object',
    description: fields.optionalString('description'),
    required: fields.any('required') === true,
    fallback: fields.has('default') ? fields.any('default') : undefined,
    secret: fields.any('secret') === true,
  };
}

export function readWorkflow(fields: Fields): Workflow {
  const definition = new Fields(fields.record('definition'), '/definition');
  const inputs = definition.record('inputs');
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    description: fields.optionalString('description'),
    inputs: Object.entries(inputs).map(([name, declared]) => readInput(name, declared)),
    canRun: definition.any('imported') !== true,
  };
}

export function readExecution(fields: Fields): Execution {
  return {
    id: fields.string('id'),
    workflowId: fields.string('workflow_id'),
    workflowName: fields.optionalString('workflow_name'),
    number: fields.optionalNumber('execution_number'),
    version: fields.optionalNumber('workflow_version'),
    status: fields.status('status'),
    trigger: fields.optionalString('trigger'),
    startedAt: fields.optionalTime('started_at'),
    completedAt: fields.optionalTime('completed_at'),
    durationSeconds: fields.optionalNumber('duration'),
    error: fields.optionalString('error_message'),
    updatedAt: fields.optionalString('updated_at'),
    input: fields.record('input_variables'),
    temporal: fields.any('temporal') === null ? null : readTemporalPart(fields.object('temporal')),
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

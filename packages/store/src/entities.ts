import { asMicros, type TraceError } from '@flowprof/model';
import type { Execution, PageRequest, Project, StepExecution, Workflow, WorkflowVersion, Workspace } from './api.ts';
import { textOrNull, json, type Row } from './row.ts';

/** The largest page that is given out. */
const MAX_LIMIT = 1000;

function wholeAtLeast(least: number, value: number): number {
  return Number.isFinite(value) ? Math.max(least, Math.floor(value)) : least;
}

/** A page request with whole numbers in bounds. */
export function boundedPage(page: PageRequest): PageRequest {
  return {
    skip: Math.min(wholeAtLeast(0, page.skip), Number.MAX_SAFE_INTEGER),
    limit: Math.min(wholeAtLeast(1, page.limit), MAX_LIMIT),
  };
}

export function workspaceOf(row: Row): Workspace {
  return {
    id: row.text('workspace_id'),
    slug: row.text('slug'),
    name: row.text('name'),
    createdAt: row.moment('created_at'),
  };
}

export function projectOf(row: Row): Project {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    slug: row.text('slug'),
    name: row.text('name'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export function workflowOf(row: Row): Workflow {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    projectId: row.text('project_id'),
    name: row.text('name'),
    description: row.textOrNull('description'),
    version: row.int('version'),
    definition: row.object('definition'),
    enabled: row.bool('enabled'),
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export function versionOf(row: Row): WorkflowVersion {
  return {
    workflowId: row.text('workflow_id'),
    version: row.int('version'),
    createdAt: row.moment('created_at'),
    createdBy: row.textOrNull('created_by'),
    message: row.textOrNull('message'),
  };
}

/** The error columns of a row. */
export function errorOf(row: Row): TraceError | null {
  const code = row.textOrNull('error_code');
  if (code === null) return null;
  const nodeKey = row.objectOrNull('error_details')?.['nodeKey'];
  const message = row.textOrNull('error_message') ?? '';
  return typeof nodeKey === 'string' ? { code, message, nodeKey } : { code, message };
}

/** The values of the columns `error_code`, `error_message` and `error_details`. */
export function errorValues(error: TraceError | null): readonly [string | null, string | null, string | null] {
  if (error === null) return [null, null, null];
  const details = error.nodeKey === undefined ? null : json({ nodeKey: error.nodeKey });
  return [textOrNull(error.code), textOrNull(error.message), details];
}

export function executionOf(row: Row): Execution {
  return {
    id: row.text('id'),
    workspaceId: row.text('workspace_id'),
    projectId: row.text('project_id'),
    workflowId: row.text('workflow_id'),
    workflowName: row.text('workflow_name'),
    workflowVersion: row.int('workflow_version'),
    executionNumber: row.int('execution_number'),
    status: row.status('status'),
    trigger: row.text('trigger'),
    triggerDetails: row.object('trigger_details'),
    attributes: row.objectOrNull('attributes') ?? {},
    startedAt: row.momentOrNull('started_at'),
    completedAt: row.momentOrNull('completed_at'),
    duration: row.microsOrNull('duration_us'),
    input: row.object('input_variables'),
    results: row.json('results'),
    error: errorOf(row),
    resumptions: row.int('resumptions'),
    externalId: row.textOrNull('external_id'),
    name: row.textOrNull('name') ?? row.text('workflow_name'),
    isExternal: row.bool('is_external') || row.text('trigger') === 'import',
    createdAt: row.moment('created_at'),
    updatedAt: row.moment('updated_at'),
  };
}

export function stepOf(row: Row): StepExecution {
  const started = row.intOrNull('started_us');
  const completed = row.intOrNull('completed_us');
  const iteration = row.int('iteration');
  return {
    id: row.text('id'),
    executionId: row.text('execution_id'),
    stepKey: row.text('step_key'),
    iteration: iteration < 0 ? null : iteration,
    stepName: row.text('step_name'),
    stepType: row.text('step_type'),
    stepOrder: row.int('step_order'),
    status: row.status('status'),
    startedAt: row.momentOrNull('started_at'),
    completedAt: row.momentOrNull('completed_at'),
    duration: started === null || completed === null ? null : asMicros(Math.max(0, completed - started)),
    retryCount: row.int('retry_count'),
    error: errorOf(row),
    input: row.objectOrNull('input_data'),
    output: row.objectOrNull('output_data'),
  };
}

import type { Fields } from '../api/fields.ts';
import { readWorkflow, type Workflow } from '../api/types.ts';

/** A workflow with what its own page tells of it. Moments are milliseconds since the epoch. */
export interface WorkflowDetails extends Workflow {
  readonly projectId: string;
  /** From 1; every change of the definition makes a new one. */
  readonly version: number;
  /** As it is in JSON. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** Whether it may be started. */
  readonly isEnabled: boolean;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

export function readWorkflowDetails(fields: Fields): WorkflowDetails {
  return {
    ...readWorkflow(fields),
    projectId: fields.string('project_id'),
    version: fields.number('version'),
    definition: fields.record('definition'),
    isEnabled: fields.boolean('enabled'),
    createdAt: fields.optionalTime('created_at'),
    updatedAt: fields.optionalTime('updated_at'),
  };
}

/** What every tab of a workflow's page is given. */
export interface WorkflowTabProps {
  /** The id of the workspace. */
  readonly workspace: string;
  readonly workflow: WorkflowDetails;
  /** Whether the page's user may change and run things. */
  readonly mayChange: boolean;
}

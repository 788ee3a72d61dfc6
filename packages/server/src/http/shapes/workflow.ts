import { isoFromEpoch } from '@flowprof/model';
import type { Workflow, WorkflowVersion } from '@flowprof/store';
import { z } from 'zod';
import { jsonObject, timestamp } from './common.ts';

export const workflowShape = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    project_id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    version: z.int().describe('From 1; every change of the definition makes a new one'),
    definition: jsonObject,
    enabled: z.boolean().describe('Whether it may be started'),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Workflow' });

export function toWorkflow(workflow: Workflow): z.output<typeof workflowShape> {
  return {
    id: workflow.id,
    workspace_id: workflow.workspaceId,
    project_id: workflow.projectId,
    name: workflow.name,
    description: workflow.description,
    version: workflow.version,
    definition: workflow.definition,
    enabled: workflow.enabled,
    created_at: isoFromEpoch(workflow.createdAt),
    updated_at: isoFromEpoch(workflow.updatedAt),
  };
}

/** Why a version is made, as clients give it. */
export const versionMessage = z.string().max(500).optional().describe('Why the new version is made');

/** A version as lists have it. */
export const versionShape = z
  .object({
    id: z.string().describe('The number of the version'),
    workflow_id: z.string(),
    version: z.int().min(1),
    created_at: timestamp,
    created_by: z.string().nullable().describe('Who made it; null where that is not known'),
    message: z.string().nullable().describe('Why, in the words of whoever made it'),
  })
  .meta({ id: 'WorkflowVersion' });

/** A version with its definition. */
export const versionDetailsShape = versionShape
  .extend({ definition: jsonObject })
  .meta({ id: 'WorkflowVersionDetails' });

export function toVersion({
  workflowId,
  version,
  createdAt,
  createdBy,
  message,
}: WorkflowVersion): z.output<typeof versionShape> {
  const id = String(version);
  return { id, workflow_id: workflowId, version, created_at: isoFromEpoch(createdAt), created_by: createdBy, message };
}

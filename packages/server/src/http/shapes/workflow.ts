import { isoFromEpoch } from '@flowprof/model';
import type { Workflow } from '@flowprof/store';
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
    created_at: isoFromEpoch(workflow.createdAt),
    updated_at: isoFromEpoch(workflow.updatedAt),
  };
}

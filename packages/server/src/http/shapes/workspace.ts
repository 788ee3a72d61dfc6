import { isoFromEpoch } from '@flowprof/model';
import type { Project, Workspace } from '@flowprof/store';
import { z } from 'zod';
import { timestamp } from './common.ts';

export const workspaceShape = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    created_at: timestamp,
  })
  .meta({ id: 'Workspace' });

export function toWorkspace(workspace: Workspace): z.output<typeof workspaceShape> {
  const { id, slug, name, createdAt } = workspace;
  return { id, slug, name, created_at: isoFromEpoch(createdAt) };
}

export const projectShape = z
  .object({
    id: z.string(),
    workspace_id: z.string(),
    slug: z.string(),
    name: z.string(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Project' });

export function toProject(project: Project): z.output<typeof projectShape> {
  const { id, workspaceId, slug, name, createdAt, updatedAt } = project;
  return {
    id,
    workspace_id: workspaceId,
    slug,
    name,
    created_at: isoFromEpoch(createdAt),
    updated_at: isoFromEpoch(updatedAt),
  };
}

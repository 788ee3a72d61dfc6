import { uuidv7, type Clock, type RandomBytes } from '@flowprof/model';
import type { Project, Workflow } from './api.ts';
import type { Sql } from './database.ts';
import { StoreError } from './errors.ts';
import { insertEventCounter } from './queries/event-counter.ts';
import { getWorkflow } from './queries/get-workflow.ts';
import { insertProject } from './queries/insert-project.ts';
import { insertWorkflow } from './queries/insert-workflow.ts';
import { listProjects } from './queries/list-projects.ts';

const DEFAULT_PROJECT = { slug: 'default', name: 'Default' } as const;

interface MakingContext {
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** A project that is to be stored. */
export function newProject(
  { clock, random }: MakingContext,
  workspaceId: string,
  project: { readonly slug: string; readonly name: string },
): Project {
  const now = clock.now();
  return { id: uuidv7(now, random), workspaceId, ...project, createdAt: now, updatedAt: now };
}

/** The workspace's first project; one named "Default" is made where there is none. */
export async function firstProject(sql: Sql, context: MakingContext, workspaceId: string): Promise<Project> {
  const first = async (): Promise<Project | undefined> =>
    (await listProjects(sql, workspaceId, { skip: 0, limit: 1 })).items[0];
  const known = await first();
  if (known !== undefined) return known;
  // Another call may make it at the same moment; then that one is it.
  await insertProject(sql, newProject(context, workspaceId, DEFAULT_PROJECT));
  const made = await first();
  if (made === undefined) throw new StoreError('database_error');
  return made;
}

/** What a new workflow is. */
export interface NewWorkflow extends Pick<Workflow, 'projectId' | 'name' | 'description' | 'definition'> {
  /** Who makes it, in words. */
  readonly by?: string | null;
  /** Whether an execution that others run brought it into being. */
  readonly isExternal?: boolean;
}

/** Adds a workflow with its first version, which may have events from now on. */
export async function makeWorkflow(
  sql: Sql,
  { clock, random }: MakingContext,
  workspaceId: string,
  { by = null, isExternal = false, ...workflow }: NewWorkflow,
): Promise<Workflow> {
  const now = clock.now();
  const id = uuidv7(now, random);
  await insertWorkflow(
    sql,
    { id, workspaceId, version: 1, createdAt: now, updatedAt: now, ...workflow },
    by,
    isExternal,
  );
  await insertEventCounter(sql, workspaceId, id, now);
  const made = await getWorkflow(sql, workspaceId, id);
  if (made === null) throw new StoreError('database_error');
  return made;
}

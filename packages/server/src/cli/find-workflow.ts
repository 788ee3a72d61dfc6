import { isUuid } from '@flowprof/model';
import { z } from 'zod';

import { ProblemFailure, type ApiClient } from './api-client.ts';
import { UsageError } from './errors.ts';

const workflowSchema = z.object({ id: z.string(), name: z.string() });
const workflowsSchema = z.object({ items: z.array(workflowSchema) });
const workspacesSchema = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) });

/** A workflow of a server, and how its workspace is named. */
export interface FoundWorkflow {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  /** Names the workspace in a request. */
  readonly headers: Readonly<Record<string, string>>;
}

async function inWorkspace(api: ApiClient, workspace: string, wanted: string): Promise<FoundWorkflow[]> {
  const headers = { [isUuid(workspace) ? 'x-workspace-id' : 'x-workspace-slug']: workspace };
  if (isUuid(wanted)) {
    const path = `/api/workflows/${wanted}`;
    const known = await api.call('GET', path, workflowSchema, { headers }).catch((error: unknown) => {
      if (error instanceof ProblemFailure && error.status === 404) return null;
      throw error;
    });
    return known === null ? [] : [{ ...known, workspace, headers }];
  }
  const path = `/api/workflows?limit=100&search=${encodeURIComponent(wanted)}`;
  const { items } = await api.call('GET', path, workflowsSchema, { headers });
  return items.filter(({ name }) => name === wanted).map((workflow) => ({ ...workflow, workspace, headers }));
}

/**
 * The workflow that is meant by an id or a name.
 * @param workspace where it is; all workspaces are looked through when null
 * @throws {UsageError} when there is none, or more than one
 */
export async function findWorkflow(api: ApiClient, wanted: string, workspace: string | null): Promise<FoundWorkflow> {
  const known =
    workspace === null
      ? (await api.call('GET', '/api/workspaces?limit=100', workspacesSchema)).items.map(({ slug }) => slug)
      : [workspace];
  const found: FoundWorkflow[] = [];
  for (const one of known) found.push(...(await inWorkspace(api, one, wanted)));
  const [first, second] = found;
  if (first === undefined) throw new UsageError(`${api.base.origin} has no workflow ${wanted}`);
  if (second === undefined) return first;
  const choices = found.slice(0, 5).map(({ id, workspace: place }) => `${id} in ${place}`);
  throw new UsageError(`there are ${found.length} workflows ${wanted}; name one by its id: ${choices.join(', ')}`);
}

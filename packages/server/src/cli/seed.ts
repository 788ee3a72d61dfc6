import { isDeepStrictEqual } from 'node:util';

import { isUuid } from '@flowprof/model';
import { z } from 'zod';

import { styleOf } from '../terminal/style.ts';
import { ProblemFailure, type ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { CommandFailure, EXIT } from './errors.ts';
import { EXAMPLES, readExample } from './example-workflows.ts';
import type { CliIo } from './io.ts';

const optionsSchema = z.object({
  workspaceId: z.string(),
  projectId: z.string().optional(),
  skipExisting: z.boolean().default(false),
});

const projectsSchema = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })), total: z.number() });
const workflowSchema = z.object({ id: z.string(), name: z.string(), version: z.number(), definition: z.json() });
const workflowsSchema = z.object({ items: z.array(workflowSchema), total: z.number() });
type SeededWorkflow = z.infer<typeof workflowSchema>;

const PAGE = 100;

type Headers = Readonly<Record<string, string>>;

/** The project that the workflows go into; `undefined` when the workspace has none, so that it gets its first. */
async function projectOf(api: ApiClient, headers: Headers, wanted: string | undefined): Promise<string | undefined> {
  for (let skip = 0; ; skip += PAGE) {
    const page = await api.call('GET', `/api/projects?limit=${PAGE}&skip=${skip}`, projectsSchema, { headers });
    const found = page.items.find(
      ({ id, slug }) => wanted === undefined || id === wanted.toLowerCase() || slug === wanted,
    );
    if (found) return found.id;
    if (skip + PAGE < page.total) continue;
    if (wanted === undefined) return undefined;
    throw new CommandFailure(`the workspace has no project ${wanted}`);
  }
}

/** What the project has already, by name; of several with one name the oldest. */
async function workflowsOf(
  api: ApiClient,
  headers: Headers,
  project: string | undefined,
): Promise<ReadonlyMap<string, SeededWorkflow>> {
  const known = new Map<string, SeededWorkflow>();
  if (project === undefined) return known;
  for (let skip = 0; ; skip += PAGE) {
    const path = `/api/workflows?limit=${PAGE}&skip=${skip}&project_id=${project}`;
    const page = await api.call('GET', path, workflowsSchema, { headers });
    for (const workflow of page.items) if (!known.has(workflow.name)) known.set(workflow.name, workflow);
    if (skip + PAGE >= page.total) return known;
  }
}

/** What was done with an example, in words. */
async function seedOne(
  api: ApiClient,
  headers: Headers,
  name: string,
  place: { readonly project: string | undefined; readonly known: SeededWorkflow | undefined; readonly skip: boolean },
): Promise<{ readonly what: string; readonly workflow: SeededWorkflow }> {
  const { project, known, skip } = place;
  if (known && skip) return { what: 'skipped', workflow: known };
  const definition = readExample(name);
  if (!known) {
    const json = { definition, ...(project !== undefined && { project_id: project }) };
    return { what: 'created', workflow: await api.call('POST', '/api/workflows', workflowSchema, { headers, json }) };
  }
  if (isDeepStrictEqual(known.definition, definition)) return { what: 'unchanged', workflow: known };
  const path = `/api/workflows/${known.id}`;
  return { what: 'updated', workflow: await api.call('PUT', path, workflowSchema, { headers, json: { definition } }) };
}

/** `flowprof seed`: puts the example workflows into a workspace. Returns the exit code. */
export async function seedCommand(options: unknown, io: CliIo): Promise<number> {
  const { workspaceId, projectId, skipExisting } = optionsSchema.parse(options);
  const headers = { [isUuid(workspaceId) ? 'x-workspace-id' : 'x-workspace-slug']: workspaceId };
  const style = styleOf(io.out.terminal);
  await withServer({}, io, async (api) => {
    const project = await projectOf(api, headers, projectId).catch((error: unknown) => {
      const isMissing = error instanceof ProblemFailure && error.status === 404;
      throw isMissing ? new CommandFailure(`there is no workspace ${workspaceId}`) : error;
    });
    const known = await workflowsOf(api, headers, project);
    for (const name of EXAMPLES) {
      const place = { project, known: known.get(name), skip: skipExisting };
      const { what, workflow } = await seedOne(api, headers, name, place);
      const line = `${what.padEnd(9)}  ${name.padEnd(20)}  version ${workflow.version}  ${style.dim(workflow.id)}`;
      io.out.write(`${line}\n`);
    }
  });
  return EXIT.fine;
}

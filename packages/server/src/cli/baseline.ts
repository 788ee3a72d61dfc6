import { z } from 'zod';

import { baselineShape } from '../http/shapes/baseline.ts';
import { pageOf } from '../http/shapes/common.ts';
import { countOf } from '../terminal/quantity.ts';
import { styleOf } from '../terminal/style.ts';
import type { ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { EXIT, UsageError } from './errors.ts';
import { findWorkflow } from './find-workflow.ts';
import type { CliIo } from './io.ts';

const createSchema = z.object({
  name: z.string(),
  execution: z.array(z.string()).optional(),
  last: z.number().optional(),
  workflowVersion: z.number().optional(),
  default: z.boolean().default(false),
  workspace: z.string().optional(),
});
const placeSchema = z.object({ json: z.boolean().default(false), workspace: z.string().optional() });
const workspacesSchema = z.object({ items: z.array(z.object({ slug: z.string() })) });
const baselinesShape = pageOf(baselineShape);

/** The first time, executions are summed up. */
const TIMEOUT_MS = 300_000;
const PAGE = 100;

/** What a baseline is to be made of. @throws {UsageError} when several things are asked for */
function sourceOf({ execution, last, workflowVersion: version }: z.output<typeof createSchema>): object {
  if (execution !== undefined) {
    if (last !== undefined || version !== undefined) {
      throw new UsageError('--execution goes with neither --last nor --workflow-version');
    }
    return { kind: 'list', execution_ids: execution };
  }
  const runs = last !== undefined && { runs: last };
  return version === undefined ? { kind: 'last', ...runs } : { kind: 'version', version, ...runs };
}

function lineOf(baseline: z.output<typeof baselineShape>, io: CliIo): string {
  const { id, name, is_default: isDefault, run_count: runs, created_at: at } = baseline;
  const shown = styleOf(io.out.terminal).clean(name, 60);
  return `${id}  ${at.slice(0, 10)}  ${countOf(runs, 'execution')}  ${shown}${isDefault ? '  (default)' : ''}\n`;
}

/** `flowprof baseline create`. @returns the exit code */
export async function createBaselineCommand(wanted: string, given: unknown, io: CliIo): Promise<number> {
  const options = createSchema.parse(given);
  const source = sourceOf(options);
  await withServer({}, io, async (api) => {
    const workflow = await findWorkflow(api, wanted, options.workspace ?? null);
    const path = `/api/v1/workspaces/${encodeURIComponent(workflow.workspace)}/baselines`;
    const json = { workflow_id: workflow.id, name: options.name, is_default: options.default, made_of: source };
    const made = await api.call('POST', path, baselineShape, { json, timeoutMs: TIMEOUT_MS });
    io.out.write(lineOf(made, io));
  });
  return EXIT.fine;
}

async function baselinesOf(api: ApiClient, workspace: string, workflowId: string | null) {
  const found: z.output<typeof baselineShape>[] = [];
  const only = workflowId === null ? '' : `&workflow_id=${workflowId}`;
  for (let skip = 0; ; skip += PAGE) {
    const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/baselines?limit=${PAGE}&skip=${skip}${only}`;
    const page = await api.call('GET', path, baselinesShape);
    found.push(...page.items);
    if (skip + PAGE >= page.total) return found;
  }
}

async function slugsOf(api: ApiClient, workspace: string | undefined): Promise<readonly string[]> {
  if (workspace !== undefined) return [workspace];
  return (await api.call('GET', '/api/workspaces?limit=100', workspacesSchema)).items.map(({ slug }) => slug);
}

/** `flowprof baseline list`. @returns the exit code */
export async function listBaselinesCommand(wanted: string | undefined, given: unknown, io: CliIo): Promise<number> {
  const { json, workspace } = placeSchema.parse(given);
  await withServer({}, io, async (api) => {
    const found: z.output<typeof baselineShape>[] = [];
    if (wanted !== undefined) {
      const workflow = await findWorkflow(api, wanted, workspace ?? null);
      found.push(...(await baselinesOf(api, workflow.workspace, workflow.id)));
    } else for (const slug of await slugsOf(api, workspace)) found.push(...(await baselinesOf(api, slug, null)));
    if (json) io.out.write(`${JSON.stringify(found, null, 2)}\n`);
    else io.out.write(found.length === 0 ? 'There are no baselines.\n' : found.map((one) => lineOf(one, io)).join(''));
  });
  return EXIT.fine;
}

/** `flowprof baseline delete`. @returns the exit code */
export async function deleteBaselineCommand(id: string, given: unknown, io: CliIo): Promise<number> {
  const { workspace } = placeSchema.parse(given);
  await withServer({}, io, async (api) => {
    for (const slug of await slugsOf(api, workspace)) {
      const found = (await baselinesOf(api, slug, null)).find((baseline) => baseline.id === id);
      if (found === undefined) continue;
      await api.fetch('DELETE', `/api/v1/workspaces/${encodeURIComponent(slug)}/baselines/${id}`);
      io.out.write(`deleted ${styleOf(io.out.terminal).clean(found.name, 60)}\n`);
      return;
    }
    throw new UsageError(`${api.base.origin} has no baseline ${id}`);
  });
  return EXIT.fine;
}

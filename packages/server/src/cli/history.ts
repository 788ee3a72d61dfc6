import { z } from 'zod';

import { historyShape, regressionShape } from '../http/shapes/history.ts';
import { renderHistory } from '../terminal/history.ts';
import { ProblemFailure, type ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { EXIT, UsageError } from './errors.ts';
import { findWorkflow, type FoundWorkflow } from './find-workflow.ts';
import type { CliIo } from './io.ts';

/** As commander gives them. */
const optionsSchema = z.object({
  json: z.boolean().default(false),
  node: z.string().optional(),
  limit: z.number().default(50),
  against: z.string().optional(),
  runs: z.number().optional(),
  workflowVersion: z.number().optional(),
  baseline: z.string().optional(),
  check: z.boolean().default(false),
  workspace: z.string().optional(),
});

type Options = z.output<typeof optionsSchema>;

/** @throws {UsageError} when options are not for each other */
function optionsOf(given: unknown): Options {
  const options = optionsSchema.parse(given);
  const { against, workflowVersion: version, baseline } = options;
  if (against === 'version' && version === undefined)
    throw new UsageError('--against version needs --workflow-version');
  if (against !== 'version' && version !== undefined)
    throw new UsageError('--workflow-version goes with --against version');
  if (against !== undefined && against !== 'baseline' && baseline !== undefined)
    throw new UsageError(`--baseline does not go with --against ${against}`);
  return options;
}

/** The first time, executions are summed up. */
const TIMEOUT_MS = 300_000;

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/** Whether the newest are slower than what they are compared with. @throws {UsageError} when there is no such baseline */
async function regressionOf(api: ApiClient, { id, name, headers }: FoundWorkflow, options: Options) {
  const { against, runs, workflowVersion: version, baseline, limit } = options;
  const asked = queryOf({ against, runs, version, baseline, limit: Math.max(limit, 20) });
  const path = `/api/workflows/${id}/regressions?${asked}`;
  return api.call('GET', path, regressionShape, { headers, timeoutMs: TIMEOUT_MS }).catch((error: unknown) => {
    if (!(error instanceof ProblemFailure) || error.status !== 404) throw error;
    throw new UsageError(`${name} has no ${baseline === undefined ? 'default baseline' : `baseline ${baseline}`}`);
  });
}

/**
 * `flowprof history`: the last executions of a workflow, where they changed, and whether they got slower.
 * @returns the exit code: 1 when `--check` found a regression
 */
export async function historyCommand(wanted: string, given: unknown, io: CliIo): Promise<number> {
  const options = optionsOf(given);
  const { json, node, limit, check, workspace } = options;
  let isSlower = false;
  await withServer({}, io, async (api) => {
    const workflow = await findWorkflow(api, wanted, workspace ?? null);
    const { id, name, headers } = workflow;
    const path = `/api/workflows/${id}/history?${queryOf({ limit, node })}`;
    const history = await api.call('GET', path, historyShape, { headers, timeoutMs: TIMEOUT_MS });
    const regression = await regressionOf(api, workflow, options);
    isSlower = regression.verdict === 'slower';
    if (json) io.out.write(`${JSON.stringify({ workflow_id: id, workflow: name, ...history, regression }, null, 2)}\n`);
    else io.out.write(renderHistory(name, history, regression, io.out.terminal));
  });
  return check && isSlower ? EXIT.failed : EXIT.fine;
}

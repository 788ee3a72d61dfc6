import { z } from 'zod';

import { historyShape, regressionShape } from '../http/shapes/history.ts';
import { renderHistory } from '../terminal/history.ts';
import { withServer } from './connect.ts';
import { EXIT } from './errors.ts';
import { findWorkflow } from './find-workflow.ts';
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

/** The first time, executions are summed up. */
const TIMEOUT_MS = 300_000;

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/**
 * `flowprof history`: the last executions of a workflow, where they changed, and whether they got slower.
 * @returns the exit code: 1 when `--check` found a regression
 */
export async function historyCommand(wanted: string, given: unknown, io: CliIo): Promise<number> {
  const {
    json,
    node,
    limit,
    against,
    runs,
    workflowVersion: version,
    baseline,
    check,
    workspace,
  } = optionsSchema.parse(given);
  let isSlower = false;
  await withServer({}, io, async (api) => {
    const { id, name, headers } = await findWorkflow(api, wanted, workspace ?? null);
    const request = { headers, timeoutMs: TIMEOUT_MS };
    const path = `/api/workflows/${id}`;
    const history = await api.call('GET', `${path}/history?${queryOf({ limit, node })}`, historyShape, request);
    const asked = queryOf({ against, runs, version, baseline, limit: Math.max(limit, 20) });
    const regression = await api.call('GET', `${path}/regressions?${asked}`, regressionShape, request);
    isSlower = regression.verdict === 'slower';
    if (json) io.out.write(`${JSON.stringify({ workflow_id: id, workflow: name, ...history, regression }, null, 2)}\n`);
    else io.out.write(renderHistory(name, history, regression, io.out.terminal));
  });
  return check && isSlower ? EXIT.failed : EXIT.fine;
}

import { z } from 'zod';

import type { ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';

const optionsSchema = z.object({ workspace: z.string().optional(), check: z.boolean().default(false) });

const workspacesSchema = z.object({ items: z.array(z.object({ slug: z.string() })), total: z.number() });
const reportSchema = z.object({
  workflows: z.number(),
  executions: z.number(),
  difference_count: z.number(),
  differences: z.array(
    z.object({
      workflow_id: z.string(),
      table: z.string(),
      key: z.string(),
      column: z.string(),
      stored: z.number(),
      expected: z.number(),
    }),
  ),
});

const PAGE = 100;
/** A million executions take about a minute. */
const TIMEOUT_MS = 3_600_000;

async function slugsOf(api: ApiClient): Promise<readonly string[]> {
  const slugs: string[] = [];
  for (let skip = 0; ; skip += PAGE) {
    const page = await api.call('GET', `/api/workspaces?limit=${PAGE}&skip=${skip}`, workspacesSchema);
    slugs.push(...page.items.map(({ slug }) => slug));
    if (skip + PAGE >= page.total) return slugs;
  }
}

/**
 * `flowprof statistics rebuild`: compares the statistics with the executions and mends them.
 * @returns the exit code: 1 when `--check` found differences
 */
export async function rebuildStatisticsCommand(options: unknown, io: CliIo): Promise<number> {
  const { workspace, check } = optionsSchema.parse(options);
  let found = 0;
  await withServer({}, io, async (api) => {
    for (const slug of workspace === undefined ? await slugsOf(api) : [workspace]) {
      const path = `/api/v1/workspaces/${encodeURIComponent(slug)}/statistics/rebuild`;
      const report = await api.call('POST', path, reportSchema, { json: { check }, timeoutMs: TIMEOUT_MS });
      found += report.difference_count;
      for (const { workflow_id: workflow, table, key, column, stored, expected } of report.differences) {
        const place = key === '' ? `${table}.${column}` : `${table}.${column} of ${key}`;
        io.out.write(`${slug}  ${workflow}  ${place}: ${stored}, should be ${expected}\n`);
      }
      const what = check ? 'found' : 'mended';
      const counts = `${report.workflows} workflows, ${report.executions} executions`;
      io.out.write(`${slug}: ${counts}, ${report.difference_count} differences ${what}\n`);
    }
  });
  return check && found > 0 ? EXIT.failed : EXIT.fine;
}
